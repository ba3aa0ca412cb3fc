"""The spider: where it looks, what it takes, and what it makes of an outlet's odd answers."""

import asyncio
import datetime as dt
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import HtmlResponse, XmlResponse
from scrapy.settings import Settings

from crawler.outlets import BadInput
from crawler.spiders.news import NewsSpider, Walk
from crawler.warc import Captured
from crawler.window import Window
from tests.crawler.odd import HOME, PROFILE, Answer, Site, crawl_odd, moved, urlset

SOURCES = f"""
sitemaps = ["{HOME}/peta.xml"]
feeds = ["{HOME}/feed"]
index = ["{HOME}/indeks/{{date:%Y-%m-%d}}?hal={{page}}", "{HOME}/{{date:%Y/%m}}/", "{HOME}/terkini"]
index_pages = 3
"""


def make(folder: Path, profile: str = PROFILE + SOURCES, contact: str = "", **arguments: str) -> NewsSpider:
    (folder / "odd.toml").write_text(profile)
    settings = Settings({"SARING_CONTACT": contact, "SARING_ARTICLE_BYTES": 1000})
    names = {"outlet": "odd", "into": str(folder), "profiles": str(folder)} | arguments
    return NewsSpider.from_crawler(Crawler(NewsSpider, settings), **names)


@pytest.fixture
def spider(tmp_path: Path) -> Iterator[NewsSpider]:
    made = make(tmp_path)
    yield made
    made.ledger.close()


def page(*hrefs: str, url: str = f"{HOME}/indeks") -> HtmlResponse:
    return HtmlResponse(url, body="".join(f"<a href='{href}'>Judul</a>" for href in hrefs).encode())


def sitemap(body: str, url: str = f"{HOME}/peta.xml") -> XmlResponse:
    return XmlResponse(url, body=body.encode())


def urls(requests: Iterator[Request]) -> list[str]:
    return [request.url.removeprefix(HOME) for request in requests]


def queued(spider: NewsSpider) -> list[str]:
    return sorted(url.removeprefix(HOME) for url in spider.ledger.queued(Window()))


def entry(path: str, **times: str) -> str:
    told = "".join(f"<{name}>{time}</{name}>" for name, time in times.items())
    return f"<url><loc>{HOME}{path}</loc>{told}</url>"


async def _started(spider: NewsSpider) -> list[Request]:
    return [request async for request in spider.start()]


def test_a_crawl_starts_at_every_source_of_the_profile(tmp_path: Path) -> None:
    spider = make(tmp_path, since="2026-10-31", until="2026-11-01")
    assert urls(iter(asyncio.run(_started(spider)))) == [
        "/robots.txt",
        "/peta.xml",
        "/feed",
        "/terkini",
        "/indeks/2026-11-01?hal=1",
        "/2026/11/",
        "/indeks/2026-10-31?hal=1",
        "/2026/10/",
    ]
    spider.ledger.close()


def test_robots_names_more_sitemaps(spider: NewsSpider) -> None:
    robots = HtmlResponse(f"{HOME}/robots.txt", body=b"Sitemap: https://www.odd.example/lain.xml#x")
    (request,) = spider.read_robots(robots)
    assert request.url == f"{HOME}/lain.xml"


def test_only_the_branches_that_can_hold_the_window_are_asked_for(tmp_path: Path) -> None:
    spider = make(tmp_path, since="2026-11-01", until="2026-11-07")
    branches = {
        "/post-2026-11.xml": "2026-11-30",
        "/post-2026-10.xml": "2026-10-31",
        "/post-2026-12.xml": "2026-12-01",
        "/post-9.xml": "2026-11-03",
        "/post-8.xml": "2026-10-31T23:00:00+07:00",
        "/post-7.xml": "",
    }
    rows = "".join(f"<sitemap><loc>{url}</loc><lastmod>{day}</lastmod></sitemap>" for url, day in branches.items())
    index = sitemap(f"<sitemapindex>{rows}</sitemapindex>")
    asked = list(spider.read_source(index, Walk("peta"), 1))
    assert urls(iter(asked)) == ["/post-2026-11.xml", "/post-9.xml", "/post-7.xml"]
    assert [request.cb_kwargs["level"] for request in asked] == [2, 2, 2]
    assert urls(spider.read_source(index, Walk("peta"), 3)) == []
    spider.ledger.close()


def test_the_window_goes_by_publication_then_by_address_then_by_last_change(tmp_path: Path) -> None:
    spider = make(tmp_path, since="2026-11-03", until="2026-11-03")
    rows = (
        entry("/read/1", publication_date="2026-11-03T23:59:00+07:00", lastmod="2026-11-09"),
        entry("/read/2", publication_date="2026-11-03T23:59:00Z", lastmod="2026-11-03"),
        entry("/read/3", lastmod="2026-11-03"),
        entry("/read/4", lastmod="2026-11-04"),
        entry("/read/5/2026/11/03/a", lastmod="2026-11-09"),
        entry("/read/6/2026/11/04/a", lastmod="2026-11-03"),
        entry("/read/7/2026/11/a"),
        entry("/read/8"),
        entry("/tag/9"),
    )
    list(spider.read_source(sitemap(f"<urlset>{''.join(rows)}</urlset>"), Walk("peta"), 1))
    assert queued(spider) == ["/read/1", "/read/3", "/read/5/2026/11/03/a", "/read/7/2026/11/a", "/read/8"]
    assert spider.tally.found == 5
    spider.ledger.close()


def test_a_story_is_one_address_and_is_asked_for_whole(spider: NewsSpider) -> None:
    forms = ("/read/1?page=2", "/read/1?utm_source=x#atas", "/amp/read/1", "https://www.odd.example/read/1")
    list(spider.read_listing(page(*forms, "http://lain.example/read/2"), Walk("indeks")))
    assert queued(spider) == ["/read/1"]
    asked = spider._ask(f"{HOME}/read/1")
    assert asked is not None
    assert asked.url == f"{HOME}/read/1?page=all"
    assert spider._ask(f"{HOME}/read/1") is None


def test_a_story_is_asked_for_as_the_outlet_serves(tmp_path: Path) -> None:
    spider = make(tmp_path, PROFILE.replace('"newsstand"', '"web"'), contact="a@b.example")
    list(spider.read_listing(page("/read/1"), Walk("indeks")))
    (url,) = spider.ledger.queued(Window())
    asked = spider._ask(url)
    assert asked is not None
    assert (url, asked.url) == ("https://www.odd.example/read/1", f"{HOME}/read/1?page=all")
    spider.ledger.close()


def test_a_listing_is_walked_until_a_page_repeats_or_the_profile_says_stop(spider: NewsSpider) -> None:
    walk = Walk(f"{HOME}/indeks?hal={{page}}")
    assert urls(spider.read_listing(page("/read/1", "/read/2"), walk)) == ["/indeks?hal=2"]
    assert urls(spider.read_listing(page("/read/2", "/read/3"), walk)) == ["/indeks?hal=3"]
    assert urls(spider.read_listing(page("/read/4"), walk)) == []
    again = Walk(f"{HOME}/indeks?hal={{page}}")
    assert urls(spider.read_listing(page("/read/5"), again)) == ["/indeks?hal=2"]
    assert urls(spider.read_listing(page("/read/5"), again)) == []
    assert urls(spider.read_listing(page(), Walk(f"{HOME}/indeks?hal={{page}}"))) == []


def test_a_listing_without_page_numbers_names_its_next(spider: NewsSpider) -> None:
    response = page("/read/1").replace(body=b"<a href='/read/1'>1</a><a rel=next href='/terkini?sesudah=1'>2</a>")
    assert urls(spider.read_listing(response, Walk(f"{HOME}/terkini"))) == ["/terkini?sesudah=1"]


def test_without_since_a_listing_ends_where_all_is_finished(spider: NewsSpider) -> None:
    spider.ledger.add([(f"{HOME}/read/{number}", f"{HOME}/read/{number}", None) for number in (1, 2, 3)])
    for number in (1, 2):
        spider.ledger.record(Captured(f"{HOME}/read/{number}", 200, "sha1:A", "2026-11-03T00:00:00.000000Z"))
    template = f"{HOME}/indeks?hal={{page}}"
    assert urls(spider.read_listing(page("/read/1", "/read/2"), Walk(template))) == []
    assert urls(spider.read_listing(page("/read/1", "/read/3"), Walk(template))) == ["/indeks?hal=2"]
    assert (spider.tally.found, spider.tally.known) == (3, 2)


def test_with_since_a_listing_ends_where_all_is_older(tmp_path: Path) -> None:
    spider = make(tmp_path, since="2026-11-03")
    template = f"{HOME}/indeks?hal={{page}}"
    for days, goes_on in ((("05", "04"), True), (("03", "02"), True), (("02", "01"), False)):
        hrefs = [f"/read/{day}/2026/11/{day}/a" for day in days]
        assert bool(urls(spider.read_listing(page(*hrefs), Walk(template)))) is goes_on
    assert urls(spider.read_listing(page("/read/9"), Walk(template))) == ["/indeks?hal=2"]
    spider.ledger.close()


def test_a_blogger_feed_is_read_in_blocks(spider: NewsSpider) -> None:
    head = "<totalResults>3</totalResults><startIndex>1</startIndex><itemsPerPage>2</itemsPerPage>"
    feed = f"<feed>{head}<entry><link href='/read/1'/></entry></feed>"
    walk = Walk(f"{HOME}/feed")
    assert urls(spider.read_source(sitemap(feed, f"{HOME}/feed"), walk, 1)) == ["/feed?start-index=3"]


def test_a_source_that_cannot_be_read_is_noted(spider: NewsSpider) -> None:
    list(spider.read_source(sitemap("<html><p>Tidak ada</p></html>"), Walk("peta"), 1))
    assert spider.tally.notes == [f"{HOME}/peta.xml: its root is <html>, neither a sitemap nor a feed"]
    spider.closed("finished")
    assert spider.tally.trouble == "none of its sitemaps, feeds and listings could be read"


@pytest.mark.parametrize(
    ("profile", "arguments", "sentence"),
    [
        (PROFILE, {"outlet": "lain"}, "There is no outlet 'lain'"),
        (PROFILE, {"since": "2026-11-04", "until": "2026-11-03"}, "--since 2026-11-04 is after"),
        (PROFILE.replace('"newsstand"', '"web"'), {}, "odd is a real outlet and must know who crawls it"),
        (PROFILE.replace('"newsstand"', '"web"'), {"contact": "saya"}, "'saya' is neither a mail nor a web address"),
        (PROFILE.replace('home = "http://www', 'home = "http://lain'), {}, "key home: .* is on none of its hosts"),
        (f'{PROFILE}\nindex = ["{HOME}/{{hal}}"]', {}, "key crawl.index: .* cannot be filled in"),
        (f'{PROFILE}\nindex = ["{HOME}/{{0}}"]', {}, "key crawl.index: .* cannot be filled in"),
    ],
)
def test_bad_input(tmp_path: Path, profile: str, arguments: dict[str, str], sentence: str) -> None:
    with pytest.raises(BadInput, match=sentence):
        make(tmp_path, profile, **arguments)


def test_a_real_outlet_is_told_who_crawls_it(tmp_path: Path) -> None:
    spider = make(tmp_path, PROFILE.replace('"newsstand"', '"web"'), contact="redaksi@kampus.example")
    assert spider.crawler.settings["USER_AGENT"].startswith("saring/")
    assert spider.crawler.settings["USER_AGENT"].endswith("(+redaksi@kampus.example)")
    spider.ledger.close()


def test_odd_answers(site: Site, tmp_path: Path) -> None:
    """One crawl through an outlet where nearly every address behaves differently."""
    stories = [f"/read/{number}" for number in range(1, 13)]
    site.answers = {
        "/robots.txt": [Answer("User-agent: *\nDisallow: /read/9\nSitemap: /peta.xml\nSitemap: http://cdn.example/a")],
        "/peta.xml": [moved("/peta-baru.xml")],
        "/peta-baru.xml": [Answer(urlset(*stories, "/tag/pasar"))],
        "/read/1?page=all": [Answer("satu", gzipped=True)],
        "/read/2?page=all": [moved("/read/13-baru")],
        "/read/13-baru?page=all": [Answer("dua")],
        "/read/3?page=all": [moved("/read/3", 302)],
        "/read/3": [moved("/read/3?page=all", 302)],
        "/read/4?page=all": [moved("http://lain.example/read/4")],
        "/read/5?page=all": [Answer("dilarang", 403)],
        "/read/6?page=all": [Answer("sibuk", 503), Answer("enam")],
        "/read/7?page=all": [Answer("putus", length=1000)],
        "/read/8?page=all": [Answer("besar", length=17_000_000)],
        "/read/10?page=all": [moved("http://[rusak")],
        "/read/11?page=all": [moved("/read/1")],
        "/read/12?page=all": [Answer("rusak", 500)],
    }
    first = crawl_odd(site, tmp_path)
    assert (first.code, first.complaint, first.tally.trouble) == (0, "", "")
    assert first.states() == {
        "/robots.txt": "read",
        "/peta.xml": "moved",
        "/peta-baru.xml": "read",
        "/read/1": "archived",
        "/read/2": "moved",
        "/read/13-baru": "archived",
        "/read/3": "moved",
        "/read/4": "moved",
        "/read/5": "gone",
        "/read/6": "archived",
        "/read/7": "failed",
        "/read/8": "failed",
        "/read/9": "barred",
        "/read/10": "moved",
        "/read/11": "moved",
        "/read/12": "failed",
    }
    assert first.tally.barred == 1
    assert first.tally.errors == {
        "301": 2,
        "403": 1,
        "500": 1,
        "DownloadCancelledError": 1,
        "NotOurs": 1,
        "ResponseDataLossError": 1,
        "redirect loop": 1,
    }
    assert "/read/9" not in " ".join(site.log)
    assert not [asked for asked in site.log if asked.startswith("http")], "no request leaves the outlet"
    assert site.log.count("/robots.txt") == 1
    assert site.log.count("/read/7?page=all") == site.log.count("/read/12?page=all") == 3
    # 500 three times in the same words is one capture
    archived = [(one.url.removeprefix(HOME), one.status) for one in first.archived]
    assert len(archived) == len(set(archived)) == 15
    assert first.tally.archived == 15
    assert site.agents == {"saring/0.1.0 (embedded newsstand)"}
    site.log.clear()
    second = crawl_odd(site, tmp_path, "dua")
    again = Counter(asked for asked in site.log if asked.startswith("/read"))
    assert again == {"/read/7?page=all": 3, "/read/8?page=all": 1, "/read/12?page=all": 3}
    assert second.tally.archived == 0
    assert len(second.archived) == 15


def test_a_robots_that_gives_no_answer_forbids_everything(site: Site, tmp_path: Path) -> None:
    site.answers = {"/robots.txt": [Answer("nanti", 503)], "/peta.xml": [Answer(urlset("/read/1"))]}
    crawled = crawl_odd(site, tmp_path, "satu", PROFILE + f'sitemaps = ["{HOME}/peta.xml"]')
    assert site.log == ["/robots.txt"] * 3
    assert crawled.tally.trouble == f"{HOME}/robots.txt gives no permission: it answered 503"
    assert crawled.tally.barred == 1


def test_a_host_that_wants_to_be_left_alone_for_long_is_left_alone(site: Site, tmp_path: Path) -> None:
    site.answers = {
        "/robots.txt": [Answer("Sitemap: /peta.xml")],
        "/peta.xml": [Answer(urlset("/read/1", "/read/2", "/read/3"))],
        "/read/1?page=all": [Answer("nanti", 429, (("Retry-After", "86400"),))],
    }
    crawled = crawl_odd(site, tmp_path)
    assert site.log == ["/robots.txt", "/peta.xml", "/read/1?page=all"]
    assert crawled.tally.trouble == "www.odd.example asks to be left alone for 86400 seconds"
    states = crawled.states()
    assert (states["/read/1"], states["/read/2"], states["/read/3"]) == ("failed", "queued", "queued")
    assert len(crawled.archived) == 3


def test_dates_of_today_are_the_outlets(tmp_path: Path) -> None:
    eastern = PROFILE.replace('served_by = "newsstand"', 'served_by = "newsstand"\nzone = "WIT"')
    spider = make(tmp_path, eastern)
    assert spider.zone.utcoffset(None) == dt.timedelta(hours=9)
    spider.ledger.close()
