import datetime as dt
import re
from collections.abc import Callable, Iterable
from itertools import takewhile
from urllib.parse import urlsplit
from urllib.robotparser import RobotFileParser

import pytest
from lxml import etree, html

from crawler.newsstand.edition import Edition
from crawler.newsstand.mastheads import MASTHEADS
from crawler.newsstand.site import Site
from crawler.outlets import load_outlets
from crawler.rights import Statement, reuse_of, robots_statements, tdmrep_statements

SPACES = {
    "s": "http://www.sitemaps.org/schemas/sitemap/0.9",
    "n": "http://www.google.com/schemas/sitemap-news/0.9",
    "a": "http://www.w3.org/2005/Atom",
    "o": "http://a9.com/-/spec/opensearchrss/1.0/",
}
OUTLETS = {masthead.host: masthead.id for masthead in MASTHEADS.values()}


def get(site: Site, url: str) -> bytes:
    parts = urlsplit(url)
    response = site.respond(OUTLETS[parts.netloc], parts.path, parts.query)
    assert response.status == 200, url
    return response.body


def xml(site: Site, url: str) -> etree._Element:
    return etree.fromstring(get(site, url))


def listed(site: Site, url: str) -> list[str]:
    """Addresses of a sitemap, through its index if it has one."""
    root = xml(site, url)
    branches = root.xpath("s:sitemap/s:loc/text()", namespaces=SPACES)
    below = [address for branch in branches for address in listed(site, branch)]
    return [*below, *root.xpath("s:url/s:loc/text()", namespaces=SPACES)]


def links(page: bytes) -> list[str]:
    """Addresses in the main part of a listing page, without the side column."""
    tree = html.document_fromstring(page.decode())
    found = tree.cssselect(
        ".card h3 a, .judul-item, .post-title a, .box-text h2 a, .td-main-content .td-module-title a, .story-card h3 a"
    )
    return [node.get("href", "") for node in found]


def urls(edition: Edition, outlet: str) -> set[str]:
    return {entry.url for entry in edition.shelves[outlet]}


def extra(edition: Edition, outlet: str, place: str) -> set[str]:
    return {s.entry.url for s in edition.specials if s.entry.masthead.id == outlet and s.listed_in == place}


def robots(site: Site, outlet: str) -> tuple[str, RobotFileParser]:
    text = site.respond(outlet, "/robots.txt").body.decode()
    parser = RobotFileParser()
    parser.parse(text.splitlines())
    return text, parser


@pytest.mark.parametrize("outlet", MASTHEADS)
def test_robots_allow_every_article_and_bar_what_is_withheld(site: Site, edition: Edition, outlet: str) -> None:
    _, parser = robots(site, outlet)
    assert all(parser.can_fetch("saring", url) for url in urls(edition, outlet))
    withheld = [s.entry for s in edition.specials if s.oddity == "withheld" and s.entry.masthead.id == outlet]
    assert len(withheld) == (outlet in ("kabarpesisir", "wartalintas"))
    assert not any(parser.can_fetch("saring", entry.url) for entry in withheld)


def test_robots_of_one_outlet_asks_for_a_pause(site: Site) -> None:
    assert "\nCrawl-delay: 0.2\n" in robots(site, "kabarpesisir")[0]


@pytest.mark.parametrize(
    ("outlet", "path", "read"),
    [
        ("ruangkini", "/.well-known/tdmrep.json", tdmrep_statements),
        ("suluhborneo", "/robots.txt", lambda body, url, path: robots_statements(body, url, "saring", path)),
    ],
)
def test_site_files_reserve_the_reserved_story_alone(
    site: Site, edition: Edition, outlet: str, path: str, read: Callable[[bytes, str, str], tuple[Statement, ...]]
) -> None:
    url = MASTHEADS[outlet].home + path
    body = get(site, url)
    said = {entry.url: read(body, url, urlsplit(entry.url).path) for entry in edition.shelves[outlet]}
    reserved = {entry.url for entry in edition.shelves[outlet] if entry.kind == "reserved"}
    assert reserved == {url for url, statements in said.items() if statements}
    assert {reuse_of(said[url]) for url in reserved} == {"reserved"}


def test_sitemaps_of_robots_are_there(site: Site) -> None:
    named = {outlet: robots(site, outlet)[1].site_maps() or [] for outlet in MASTHEADS}
    assert {outlet: len(maps) for outlet, maps in named.items()} == {
        "kabarpesisir": 2,
        "wartalintas": 0,
        "catatanlembayung": 1,
        "ruangkini": 2,
        "gaungtimur": 0,
        "suluhborneo": 0,
    }
    assert all(listed(site, url) for maps in named.values() for url in maps)


@pytest.mark.parametrize(
    ("outlet", "path"),
    [
        ("kabarpesisir", "/sitemap.xml"),
        ("catatanlembayung", "/sitemap.xml"),
        ("gaungtimur", "/wp-sitemap.xml"),
    ],
)
def test_sitemap_index_leads_to_every_article_once(site: Site, edition: Edition, outlet: str, path: str) -> None:
    found = listed(site, MASTHEADS[outlet].home + path)
    articles = [url for url in found if load_outlets().by_id[outlet].is_article(url)]
    assert len(articles) == len(set(articles))
    assert set(articles) == urls(edition, outlet) | extra(edition, outlet, "sitemap")


def test_branches_of_a_sitemap_index_are_dated(site: Site) -> None:
    root = xml(site, "http://www.kabarpesisir.example/sitemap.xml")
    for branch in root:
        address, changed = (node.text or "" for node in branch)
        month = re.search(r"\d{4}-\d{2}", address)
        assert month
        stamps = xml(site, address).xpath("s:url/s:lastmod/text()", namespaces=SPACES)
        assert all(stamp.startswith(month[0]) for stamp in stamps)
        assert changed == max(stamps)


@pytest.mark.parametrize("outlet", ["kabarpesisir", "ruangkini"])
def test_news_sitemap_holds_the_last_two_days(site: Site, edition: Edition, outlet: str) -> None:
    root = xml(site, f"{MASTHEADS[outlet].home}/sitemap-news.xml")
    newest = edition.shelves[outlet][0]
    recent = [e for e in edition.shelves[outlet] if newest.published - e.published <= dt.timedelta(days=2)]
    assert root.xpath("s:url/s:loc/text()", namespaces=SPACES) == [entry.url for entry in recent]
    dates = root.xpath("//n:publication_date/text()", namespaces=SPACES)
    assert dates[0] == newest.published.isoformat()
    assert root.xpath("//n:title/text()", namespaces=SPACES)[0] == newest.title


def test_rss_holds_the_ten_newest_and_one_detour(site: Site, edition: Edition) -> None:
    root = xml(site, "http://www.wartalintas.example/rss")
    found = [node.text for node in root.iter("link")][1:]
    newest = [entry.url for entry in edition.shelves["wartalintas"][:10]]
    assert found == [edition.special("temporary").entry.url, *newest[1:]]
    assert edition.special("temporary").target.url == newest[0]


def test_wordpress_feed_goes_on_by_paged(site: Site, edition: Edition) -> None:
    home = MASTHEADS["gaungtimur"].home
    pages = [xml(site, f"{home}/feed/{query}") for query in ("", "?paged=2", "?paged=9")]
    counts = [len(list(root.iter("item"))) for root in pages]
    assert counts == [10, len(edition.shelves["gaungtimur"]) - 10, 0]


def test_atom_feed_is_walked_by_its_own_next_links(site: Site, edition: Edition) -> None:
    url, found, steps = "http://catatan-lembayung.blogspot.example/feeds/posts/default?max-results=5", [], 0
    while url:
        root = xml(site, url)
        found += root.xpath("a:entry/a:link[@rel='alternate']/@href", namespaces=SPACES)
        total = root.xpath("o:totalResults/text()", namespaces=SPACES)
        url = next(iter(root.xpath("a:link[@rel='next']/@href", namespaces=SPACES)), "")
        steps += 1
    assert found == [entry.url for entry in edition.shelves["catatanlembayung"]]
    assert total == [str(len(found))]
    assert steps > 1


def test_atom_feed_takes_strange_numbers(site: Site) -> None:
    path = "/feeds/posts/default"
    whole = site.respond("catatanlembayung", path).body
    for query in ("start-index=0", "max-results=-1", "start-index=x", "max-results=99999999999999999999"):
        assert site.respond("catatanlembayung", path, query).body == whole
    beyond = etree.fromstring(site.respond("catatanlembayung", path, "start-index=999").body)
    assert not beyond.xpath("a:entry", namespaces=SPACES)


def days(edition: Edition, outlet: str) -> Iterable[dt.date]:
    return sorted({entry.published.date() for entry in edition.shelves[outlet]})


@pytest.mark.parametrize("outlet", ["kabarpesisir", "wartalintas"])
def test_dated_index_pages_hold_every_article(site: Site, edition: Edition, outlet: str) -> None:
    found = []
    for day in days(edition, outlet):
        pages = (links(get(site, f"{MASTHEADS[outlet].home}/indeks?date={day}&page={n}")) for n in range(1, 9))
        found += [url for page in takewhile(bool, pages) for url in page]
    assert len(found) == len(set(found))
    assert set(found) == urls(edition, outlet) | extra(edition, outlet, "index")


def test_some_day_of_the_index_has_a_second_page(site: Site, edition: Edition) -> None:
    home = MASTHEADS["wartalintas"].home
    second = [links(get(site, f"{home}/indeks?date={day}&page=2")) for day in days(edition, "wartalintas")]
    assert set().union(*second) & urls(edition, "wartalintas")


def test_day_without_stories_and_no_day(site: Site) -> None:
    page = get(site, "http://www.wartalintas.example/indeks?date=2025-01-01")
    assert not links(page)
    assert b"Tidak ada berita" in page
    assert site.respond("wartalintas", "/indeks", "date=kemarin").status == 404


def test_past_the_end_outlets_answer_each_in_their_way(site: Site) -> None:
    assert links(site.respond("kabarpesisir", "/indeks", "page=99").body) == []
    assert site.respond("gaungtimur", "/page/99/").status == 404
    last = links(site.respond("ruangkini", "/tag/berita-terkini", "page=99").body)
    assert last
    pages = (links(site.respond("ruangkini", "/tag/berita-terkini", f"page={page}").body) for page in range(1, 99))
    assert last in list(pages)[:10]


def test_topic_page_lists_every_story_of_its_outlet(site: Site, edition: Edition) -> None:
    home = MASTHEADS["ruangkini"].home
    found = [url for n in range(1, 9) for url in links(get(site, f"{home}/tag/berita-terkini?page={n}"))]
    assert set(found) == urls(edition, "ruangkini")


@pytest.mark.parametrize("outlet", MASTHEADS)
def test_every_link_of_a_front_page_leads_somewhere(site: Site, outlet: str) -> None:
    home = MASTHEADS[outlet].home
    page = html.document_fromstring(get(site, f"{home}/").decode())
    within = {node.get("href") for node in page.cssselect("a") if node.get("href", "").startswith(home)}
    missing = {url for url in within if site.respond(outlet, *urlsplit(url)[2:4]).status == 404}
    assert missing == set()
    assert len(links(get(site, f"{home}/"))) >= 4


def test_blog_goes_on_to_older_posts(site: Site, edition: Edition) -> None:
    found, url = [], "http://catatan-lembayung.blogspot.example/"
    while url:
        page = get(site, url)
        found += links(page)
        following = html.document_fromstring(page.decode()).cssselect(".paging a.blog-pager-older-link")
        url = following[0].get("href", "") if following else ""
    assert found == [entry.url for entry in edition.shelves["catatanlembayung"]]


def test_month_of_the_blog(site: Site, edition: Edition) -> None:
    found = links(site.respond("catatanlembayung", "/2026/11/").body)
    assert found
    assert all("/2026/11/" in url for url in found)
    assert site.respond("catatanlembayung", "/2026/13/").status == 404


def test_unknown_section_and_topic_are_missing(site: Site) -> None:
    assert site.respond("kabarpesisir", "/kanal/tidak-ada").status == 404
    assert site.respond("gaungtimur", "/tag/tidak-ada/").status == 404


def test_listing_quotes_what_a_query_says(site: Site) -> None:
    page = site.respond("kabarpesisir", "/indeks", 'x="><script>{0}').body
    assert b"<script>{0}" not in page
    assert b"page=2" in page


def test_amp_twin_is_in_a_sitemap_of_robots(site: Site, edition: Edition) -> None:
    named = robots(site, "ruangkini")[1].site_maps() or []
    assert edition.special("amp").entry.url in {url for address in named for url in listed(site, address)}


@pytest.mark.parametrize("outlet", MASTHEADS)
def test_sources_that_the_profile_names_answer(site: Site, outlet: str) -> None:
    crawl = load_outlets().by_id[outlet].crawl
    index = [address.format(date=dt.date(2026, 10, 3), page=1) for address in crawl.index]
    assert all(get(site, address) for address in (*crawl.sitemaps, *crawl.feeds, *index))
