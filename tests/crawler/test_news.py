"""The spider: where it looks, what it takes, and what it makes of an outlet's odd answers."""

import asyncio
import datetime as dt
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import DontCloseSpider
from scrapy.http import HtmlResponse, TextResponse, XmlResponse
from scrapy.settings import Settings

from crawler.ledger import Ledger
from crawler.outlets import BadInput
from crawler.spiders.news import NewsSpider, Walk
from crawler.warc import Archive, Captured, Exchange, payload_digest
from crawler.window import Window
from tests.crawler.odd import HOME, PROFILE, SITE_FILES, Answer, Site, crawl_odd, moved, urlset

SOURCES = f"""
sitemaps = ["{HOME}/peta.xml"]
feeds = ["{HOME}/feed"]
index = ["{HOME}/indeks/{{date:%Y-%m-%d}}?hal={{page}}", "{HOME}/{{date:%Y/%m}}/", "{HOME}/terkini"]
index_pages = 3
"""


def make(folder: Path, profile: str = PROFILE + SOURCES, contact: str = "", **arguments: str) -> NewsSpider:
    (folder / "odd.toml").write_text(profile)
    settings = Settings(priority="cmdline")
    settings.setmodule("crawler.settings", priority="project")
    settings.setdict({"SARING_CONTACT": contact, "SARING_ARTICLE_BYTES": 1000}, priority="cmdline")
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
    head = "<totalResults>3</totalResults><startIndex>2</startIndex><itemsPerPage>1</itemsPerPage>"
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
        "another site": 1,
        "broken off": 1,
        "redirect loop": 1,
        "too large": 1,
    }
    assert "/read/9" not in " ".join(site.log)
    assert not [asked for asked in site.log if asked.startswith("http")], "no request leaves the outlet"
    assert site.log.count("/robots.txt") == 1
    assert site.log.count("/read/7?page=all") == site.log.count("/read/12?page=all") == 3
    # 500 three times in the same words is one capture
    archived = [(one.url.removeprefix(HOME), one.status) for one in first.archived]
    assert len(archived) == len(set(archived)) == 15
    assert first.tally.archived == 15 + len(SITE_FILES)
    assert site.agents == {"saring/0.1.0 (embedded newsstand)"}
    site.log.clear()
    second = crawl_odd(site, tmp_path, "dua")
    assert not [asked for asked in site.log if asked.startswith("/read")], "what failed is not yet due"
    assert second.tally.archived == 0
    ledger = Ledger(tmp_path / "ledger" / "odd.sqlite")
    assert ledger.requeue_all("failed") == 3
    ledger.close()
    third = crawl_odd(site, tmp_path, "tiga")
    again = Counter(asked for asked in site.log if asked.startswith("/read"))
    assert again == {"/read/7?page=all": 3, "/read/8?page=all": 1, "/read/12?page=all": 3}
    assert third.tally.archived == 0
    assert len(third.archived) == 15


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


def answer_of_wordpress(*links: str, pages: str = "9") -> TextResponse:
    posts = [{"link": f"{HOME}{link}", "date_gmt": "2026-11-03T17:30:00", "modified_gmt": ""} for link in links]
    headers = {"X-WP-TotalPages": pages} if pages else {}
    return TextResponse(f"{HOME}/wp-json/wp/v2/posts?page=1", body=json.dumps(posts).encode(), headers=headers)


API = SOURCES + 'api = "wordpress"\n'


def test_the_api_of_wordpress_is_read_page_after_page(tmp_path: Path) -> None:
    spider = make(tmp_path, PROFILE + API, since="2026-11-03", until="2026-11-04")
    started = asyncio.run(_started(spider))
    (asked,) = [request for request in started if "/wp-json/" in request.url]
    assert "after=2026-11-02T23%3A59%3A59&before=2026-11-05T00%3A00%3A00" in asked.url
    walk = asked.cb_kwargs["walk"]
    (following,) = list(spider.read_api(answer_of_wordpress("/read/1"), walk))
    assert following.url == asked.url.replace("&page=1", "&page=2")
    assert urls(spider.read_api(answer_of_wordpress("/read/1"), walk)) == [], "nothing new"
    address = spider.ledger.find(f"{HOME}/read/1")
    assert address is not None
    assert (address.found_in, address.via) == ("api", f"{HOME}/wp-json/wp/v2/posts?page=1")
    assert address.first_day == "2026-11-04", "half past midnight in the outlet's zone"
    spider.ledger.close()


@pytest.mark.parametrize(("pages", "most", "asked"), [("9", 1000, 1), ("1", 1000, 0), ("", 1000, 0), ("9", 1, 0)])
def test_the_api_ends_with_its_last_page_or_the_setting(tmp_path: Path, pages: str, most: int, asked: int) -> None:
    spider = make(tmp_path, PROFILE + API)
    spider.settings.set("SARING_MOST_API_PAGES", most, priority="cmdline")
    assert len(urls(spider.read_api(answer_of_wordpress("/read/1", pages=pages), Walk("api", "api")))) == asked
    spider.ledger.close()


def test_an_api_that_refuses_is_noted(spider: NewsSpider) -> None:
    body = b'{"code": "rest_no_route", "message": "Tidak ada rute"}'
    list(spider.read_api(TextResponse(f"{HOME}/wp-json/", body=body), Walk("api", "api")))
    assert spider.tally.notes == [f"{HOME}/wp-json/: it holds no list of posts (Tidak ada rute)"]


def test_every_request_says_who_named_it(spider: NewsSpider) -> None:
    started = asyncio.run(_started(spider))
    assert {(request.meta["via"], request.meta["found_in"]) for request in started} == {("", "profile")}
    robots = HtmlResponse(f"{HOME}/robots.txt", body=b"Sitemap: /peta.xml")
    (branch,) = spider.read_robots(robots)
    assert (branch.meta["via"], branch.meta["found_in"]) == (f"{HOME}/robots.txt", "sitemap")
    list(spider.read_source(sitemap(urlset("/read/1")), Walk("peta", "sitemap"), 1))
    list(spider.read_listing(page("/read/1", "/read/2"), Walk(f"{HOME}/indeks?hal={{page}}")))
    one, two = spider._ask(f"{HOME}/read/1"), spider._ask(f"{HOME}/read/2")
    assert one is not None
    assert two is not None
    assert (one.meta["via"], one.meta["found_in"]) == (f"{HOME}/peta.xml", "sitemap")
    assert (two.meta["via"], two.meta["found_in"]) == (f"{HOME}/indeks", "listing")
    answer = HtmlResponse(one.url, status=301, headers={"Location": f"{HOME}/read/9"}, request=one)
    (moved_to,) = list(spider.read_article(answer, f"{HOME}/read/1", 0))
    assert (moved_to.meta["via"], moved_to.meta["found_in"]) == (one.url, "redirect")


def exchange(url: str) -> Exchange:
    body = b"<p>Satu</p>"
    at = "2026-11-03T08:00:00.000000Z"
    return Exchange(url, at, payload_digest(body), "GET / HTTP/1.1", (), "HTTP/1.1", "200 OK", (), body)


def archive(spider: NewsSpider, path: str, fetched_at: str = "2026-11-03T08:00:00.000000Z") -> str:
    """Queue an article and enter its page in the ledger, as if it lay in the archive."""
    url = f"{HOME}{path}"
    spider.ledger.add([(url, spider._whole(url), None)], "", "sitemap")
    spider.ledger.record(
        Captured(spider._whole(url), 200, "sha1:A", fetched_at, '"e"', "Tue, 03 Nov 2026 01:00:00 GMT")
    )
    return url


@pytest.mark.parametrize(
    ("lastmod", "again"),
    [
        ("2026-11-03T08:00:01Z", True),
        ("2026-11-03T15:00:01+07:00", True),
        ("2026-11-03T07:59:59Z", False),
        ("2026-11-03T08:00:00Z", False),
        ("2099-01-01T00:00:00Z", False),
        ("", False),
    ],
)
def test_an_archived_article_is_asked_for_again_where_its_source_says_that_it_changed(
    spider: NewsSpider, lastmod: str, again: bool
) -> None:
    url = archive(spider, "/read/1")
    list(spider.read_source(sitemap(f"<urlset>{entry('/read/1', lastmod=lastmod)}</urlset>"), Walk("peta"), 1))
    assert (spider.ledger.queued(Window()) == [url]) is again
    asked = spider._ask(url)
    assert (asked is not None) is again
    if asked is not None:
        assert asked.headers["If-None-Match"] == b'"e"'
        assert asked.headers["If-Modified-Since"] == b"Tue, 03 Nov 2026 01:00:00 GMT"
        assert asked.meta["known"].digest == "sha1:A"


def test_a_sitemap_that_dates_all_by_its_own_making_tells_of_no_change(spider: NewsSpider) -> None:
    one, two = archive(spider, "/read/1"), archive(spider, "/read/2")
    stamped = [entry(f"/read/{number}", lastmod="2026-11-04") for number in (1, 2)]
    list(spider.read_source(sitemap(f"<urlset>{''.join(stamped)}</urlset>"), Walk("peta"), 1))
    assert spider.ledger.queued(Window()) == []
    told = [entry("/read/1", lastmod="2026-11-04"), entry("/read/2", lastmod="2026-11-05")]
    list(spider.read_source(sitemap(f"<urlset>{''.join(told)}</urlset>"), Walk("peta"), 1))
    assert spider.ledger.queued(Window()) == [one, two]


def test_the_articles_of_the_last_days_are_looked_at_again_when_told_so(tmp_path: Path) -> None:
    spider = make(tmp_path, recheck="3", until="2026-11-06")
    old, new = archive(spider, "/read/1/2026/11/02/a"), archive(spider, "/read/2/2026/11/03/a")
    spider.ledger.date([(old, (dt.date(2026, 11, 2),) * 2), (new, (dt.date(2026, 11, 3),) * 2)])
    spider._recheck()
    assert spider.ledger.queued(Window()) == [new]
    spider.ledger.close()


IN_PARTS = PROFILE.replace('whole = "page=all"', "parts = true")


def part_page(url: str, *hrefs: str, **meta: object) -> HtmlResponse:
    body = "".join(f"<a href='{href}'>Halaman</a>" for href in hrefs) + "<link rel='next' href='?page=2'>"
    return HtmlResponse(url, body=body.encode(), request=Request(url, meta=dict(meta)))


def test_later_parts_of_a_story_are_asked_for_once(tmp_path: Path) -> None:
    spider = make(tmp_path, IN_PARTS)
    spider.settings.set("SARING_MOST_PARTS", 4, priority="cmdline")
    url = archive(spider, "/read/1")
    links = ("/read/1", "?page=3", "?page=5", "?page=3#atas", "/read/2?page=2", "/read/1?halaman=9", "?page=1")
    parts = list(spider.read_article(part_page(url, *links), url, 0))
    assert urls(iter(parts)) == ["/read/1?page=2", "/read/1?page=3"]
    assert {(part.meta["found_in"], part.meta["via"]) for part in parts} == {("part", url)}
    second = part_page(parts[0].url, "?page=3", "?page=4")
    assert urls(spider.read_article(second, parts[0].url, 0)) == ["/read/1?page=4"]
    spider.ledger.close()


def test_parts_of_a_story_that_changed_are_asked_for_again(tmp_path: Path) -> None:
    spider = make(tmp_path, IN_PARTS)
    url, part = archive(spider, "/read/1"), f"{HOME}/read/1?page=2"
    spider.ledger.add([(part, part, None)], url, "part", "part")
    spider.ledger.record(Captured(part, 200, "sha1:B", "2026-11-03T08:00:00.000000Z"))
    assert urls(spider.read_article(part_page(url), url, 0)) == []
    changed = part_page(url, known=spider.ledger.find(url))
    assert urls(spider.read_article(changed, url, 0)) == ["/read/1?page=2"]
    assert urls(spider.read_article(changed.replace(status=304), url, 0)) == []
    spider.ledger.close()


def test_where_a_story_comes_whole_no_part_is_asked_for(spider: NewsSpider) -> None:
    url = archive(spider, "/read/1")
    assert urls(spider.read_article(part_page(url, "?page=2"), url, 0)) == []


def test_a_page_whose_parts_a_kill_may_have_lost_is_asked_for_whole(tmp_path: Path) -> None:
    spider = make(tmp_path, IN_PARTS)
    url = archive(spider, "/read/1")
    spider.ledger.close()
    info = {"software": "saring"}
    left = Archive(tmp_path / "warc" / "satu", "odd", 1 << 30, info)
    left.write(exchange(url))
    left.leave()
    again = make(tmp_path, IN_PARTS)
    asked = again._ask(url)
    assert asked is not None
    assert "If-None-Match" not in asked.headers
    assert asked.meta["known"].digest
    again.ledger.close()


TOPICS = 'topics = ["/tag/{topic}?hal={page}", "/cari?q={query}"]\nitems = ["ul.daftar"]\nindex_pages = 3\n'


def test_a_subject_crawl_asks_for_what_the_topic_pages_list_and_nothing_else(tmp_path: Path) -> None:
    spider = make(tmp_path, PROFILE + TOPICS, topic="Harga Beras")
    assert urls(iter(asyncio.run(_started(spider)))) == ["/tag/harga-beras?hal=1", "/cari?q=Harga+Beras"]
    left = archive(spider, "/read/7")
    spider.ledger.ask_again([left], "2099")
    body = "<ul class='daftar'><li><a href='/read/1'>a</a></ul><aside><a href='/read/2'>b</a></aside>"
    listed = HtmlResponse(f"{HOME}/tag/harga-beras?hal=1", body=body.encode())
    walk = Walk(f"{HOME}/tag/harga-beras?hal={{page}}", "topic")
    assert urls(spider.read_listing(listed, walk)) == ["/tag/harga-beras?hal=2"]
    assert urls(spider.read_listing(listed, walk)) == []
    assert queued(spider) == ["/read/1", "/read/7"]
    spider.crawler.engine = Engine()  # type: ignore[assignment]
    with pytest.raises(DontCloseSpider):
        spider.ask_for_articles()
    assert [request.url for request in spider.crawler.engine.asked] == [f"{HOME}/read/1?page=all"]  # type: ignore[union-attr]
    spider.ledger.close()


class Engine:
    """Takes requests in the place of Scrapy's engine."""

    def __init__(self) -> None:
        self.asked: list[Request] = []

    def crawl(self, request: Request) -> None:
        self.asked.append(request)


def test_a_subject_that_an_outlet_has_no_page_on_is_no_trouble(tmp_path: Path) -> None:
    spider = make(tmp_path, PROFILE + TOPICS, topic="armenia")
    spider.closed("finished")
    assert (spider.tally.trouble, spider.tally.notes) == ("", ["it has no page on the subject 'armenia'"])


def test_an_index_of_a_day_dates_what_it_lists_where_the_profile_says_what_that_is(tmp_path: Path) -> None:
    spider = make(tmp_path, PROFILE + SOURCES + 'items = ["ul"]\n', since="2026-11-03", until="2026-11-03")
    walks = [request.cb_kwargs["walk"] for request in asyncio.run(_started(spider)) if "walk" in request.cb_kwargs]
    days = {walk.template.removeprefix(HOME): walk.days for walk in walks if walk.found_in == "listing"}
    day = dt.date(2026, 11, 3)
    assert days == {"/indeks/2026-11-03?hal={page}": (day, day), "/2026/11/": None, "/terkini": None}
    daily = next(walk for walk in walks if walk.days)
    list(spider.read_listing(page("/read/1").replace(body=b"<ul><a href='/read/1'>a</a></ul>"), daily))
    address = spider.ledger.find(f"{HOME}/read/1")
    assert address is not None
    assert (address.first_day, address.last_day) == ("2026-11-03", "2026-11-03")
    spider.ledger.close()


def test_a_calendar_that_goes_on_for_ever_is_left_at_the_edge_of_the_window(tmp_path: Path) -> None:
    spider = make(tmp_path, since="2026-11-01", until="2026-11-30")
    for following, asked in (("/2026/11/?hal=2", 1), ("/2026/12/", 0), ("/2026/10/", 0), ("/2031/01/", 0)):
        body = f"<a href='/read/{asked}{len(following)}'>a</a><a rel=next href='{following}'>Lagi</a>".encode()
        walk = Walk(f"{HOME}/2026/11/")
        assert len(urls(spider.read_listing(page().replace(body=body), walk))) == asked, following
    spider.ledger.close()


def test_without_a_window_a_calendar_ends_today(spider: NewsSpider) -> None:
    body = b"<a href='/read/1'>a</a><a rel=next href='/2098/01/'>Lagi</a>"
    assert urls(spider.read_listing(page().replace(body=body), Walk(f"{HOME}/terkini"))) == []


def test_a_maze_of_sitemaps_ends_at_a_setting_and_is_noted(spider: NewsSpider) -> None:
    spider.settings.set("SARING_MOST_SOURCES", 2, priority="cmdline")
    rows = "".join(f"<sitemap><loc>/peta-{number}.xml</loc></sitemap>" for number in range(9))
    index = sitemap(f"<sitemapindex>{rows}</sitemapindex>")
    assert urls(spider.read_source(index, Walk("peta"), 1)) == ["/peta-0.xml", "/peta-1.xml"]
    assert spider.tally.notes == ["its sources go on beyond the 2 pages that a crawl reads (SARING_MOST_SOURCES)"]


def test_a_page_after_the_last_of_a_walk_is_no_error(site: Site, tmp_path: Path) -> None:
    site.answers = {"/robots.txt": [Answer("")], "/tag?hal=1": [Answer("<a href='/read/1'>a</a>")]}
    profile = PROFILE + f'index = ["{HOME}/tag?hal={{page}}", "{HOME}/lain"]\n'
    crawled = crawl_odd(site, tmp_path, "satu", profile)
    assert site.log.count("/tag?hal=2") == 1
    assert crawled.tally.errors == {"404": 2}, "the listing and the article that are not there"


def test_endless_index_pages_end_with_the_profile(site: Site, tmp_path: Path) -> None:
    numbers = range(1, 50)
    site.answers = {
        "/robots.txt": [Answer("")],
        **{f"/tag?hal={number}": [Answer(f"<a href='/read/{number}'>a</a>")] for number in numbers},
    }
    crawl_odd(site, tmp_path, "satu", PROFILE + f'index = ["{HOME}/tag?hal={{page}}"]\nindex_pages = 4\n')
    assert len([asked for asked in site.log if asked.startswith("/tag")]) == 4


def test_dates_of_today_are_the_outlets(tmp_path: Path) -> None:
    eastern = PROFILE.replace('served_by = "newsstand"', 'served_by = "newsstand"\nzone = "WIT"')
    spider = make(tmp_path, eastern)
    assert spider.zone.utcoffset(None) == dt.timedelta(hours=9)
    spider.ledger.close()
