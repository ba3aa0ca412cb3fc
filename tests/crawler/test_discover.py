"""Sources as bytes: what they name, and that nothing in them raises."""

import datetime as dt
import gzip

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler import discover
from crawler.discover import Found, Link, read_listing, read_robots, read_time, read_xml
from crawler.outlets import ZONES

SITE = "https://www.warta.example"
WIB, WITA = ZONES["WIB"], ZONES["WITA"]
MORNING = dt.datetime(2026, 11, 3, 8, 30, tzinfo=WIB)


def xml(text: str, url: str = f"{SITE}/x.xml") -> Found:
    return read_xml(f'<?xml version="1.0" encoding="UTF-8"?>\n{text}'.encode(), url, WIB)


def test_robots() -> None:
    text = (
        "\ufeffSitemap: https://www.warta.example/a.xml\r\nUser-agent: *\r\nDisallow: /x # sitemap: no\r\n"
        "  SITEMAP :/b.xml # relative\nsitemap: ftp://x/\nsitemap:\n"
    )
    found = read_robots(text.encode(), f"{SITE}/robots.txt")
    assert found == Found((Link(f"{SITE}/a.xml", "sitemap"), Link(f"{SITE}/b.xml", "sitemap")))


def test_a_huge_robots_is_read_as_far_as_the_standard_asks() -> None:
    padding = b"# x\n" * (discover.MAX_ROBOTS_BYTES // 4)
    assert read_robots(padding + b"Sitemap: /late.xml", f"{SITE}/robots.txt") == Found()
    assert read_robots(b"\xff\xfe\x00", f"{SITE}/robots.txt") == Found()


def test_sitemap_index() -> None:
    found = xml(
        '<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">'
        "<sitemap><loc>\n/posts-2026-11.xml </loc><lastmod>2026-11-03</lastmod></sitemap>"
        "<sitemap><loc>https://www.warta.example/p.xml</loc><lastmod>kemarin</lastmod></sitemap></sitemapindex>"
    )
    assert found == Found(
        (
            Link(f"{SITE}/posts-2026-11.xml", "sitemap", lastmod=dt.datetime(2026, 11, 3, tzinfo=WIB)),
            Link(f"{SITE}/p.xml", "sitemap"),
        )
    )


URLSET = (
    '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="n" xmlns:image="i"><!-- c -->'
    "<url><loc>https://www.warta.example/read/1?a=1&amp;b=2</loc><lastmod>2026-11-04T00:00:00+07:00</lastmod>"
    "<image:image><image:loc>https://www.warta.example/1.jpg</image:loc></image:image>"
    "<news:news><news:publication_date>2026-11-03T08:30:00+07:00</news:publication_date></news:news></url>"
    "<url><lastmod>2026-11-03</lastmod></url></urlset>"
)


def test_news_sitemap() -> None:
    later = dt.datetime(2026, 11, 4, tzinfo=WIB)
    assert xml(URLSET) == Found((Link(f"{SITE}/read/1?a=1&b=2", "page", MORNING, later),))


def test_gzipped_sitemap_whatever_its_name() -> None:
    payload = gzip.compress(URLSET.encode(), mtime=0)
    assert read_xml(payload, f"{SITE}/x", WIB) == xml(URLSET)


def test_namespaces_may_be_missing_or_wrong() -> None:
    assert xml('<urlset xmlns="http://salah.example"><url><loc>/a</loc></url></urlset>').links == (
        Link(f"{SITE}/a", "page"),
    )


def test_rss() -> None:
    found = xml(
        '<rss version="2.0"><channel><link>https://www.warta.example</link>'
        "<item><link>https://www.warta.example/read/1</link><pubDate>Tue, 03 Nov 2026 08:30:00 +0700</pubDate></item>"
        "<item><link/><guid>https://www.warta.example/read/2</guid></item>"
        '<item><guid isPermaLink="false">tag:2</guid></item></channel></rss>'
    )
    assert found == Found((Link(f"{SITE}/read/1", "page", MORNING), Link(f"{SITE}/read/2", "page")))


def atom(numbers: str = "", following: str = "") -> str:
    return (
        '<feed xmlns="http://www.w3.org/2005/Atom" xmlns:o="http://a9.com/-/spec/opensearchrss/1.0/">'
        f"{following}{numbers}<entry><id>tag:1</id><published>2026-11-03T08:30:00.123+07:00</published>"
        '<link rel="replies" href="https://www.warta.example/c"/>'
        '<link rel="alternate" href="https://www.warta.example/read/1"/></entry>'
        '<entry><link href="/read/2"/></entry></feed>'
    )


def test_atom() -> None:
    found = xml(atom(following='<link rel="next" href="?page=2"/>'))
    assert [link.url for link in found.links] == [f"{SITE}/read/1", f"{SITE}/read/2"]
    assert found.links[0].published_at == MORNING.replace(microsecond=123000)
    assert found.next == f"{SITE}/x.xml?page=2"


@pytest.mark.parametrize(
    ("total", "start", "size", "following"),
    [
        # the block holds two entries, whatever it says
        ("320", "1", "2", f"{SITE}/feeds/posts/default?max-results=150&start-index=3"),
        ("320", "1", "500", f"{SITE}/feeds/posts/default?max-results=150&start-index=3"),
        ("320", "319", "2", ""),
        ("0", "1", "150", ""),
        ("banyak", "1", "150", "https://www.blogger.example/feeds/9/posts?start-index=151"),
    ],
)
def test_blogger_counts_on_at_the_blogs_own_address(total: str, start: str, size: str, following: str) -> None:
    numbers = (
        f"<o:totalResults>{total}</o:totalResults><o:startIndex>{start}</o:startIndex>"
        f"<o:itemsPerPage>{size}</o:itemsPerPage>"
    )
    blogger = "https://www.blogger.example/feeds/9/posts?start-index=151" if total == "banyak" else ""
    feed = atom(numbers, f'<link rel="next" href="{blogger}"/>' if blogger else "")
    assert xml(feed, f"{SITE}/feeds/posts/default?max-results=500").next == following


def test_listing() -> None:
    page = (
        "<html><head><base href='/indeks/'><link rel='next' href='?page=2'></head><body><a href='/read/1'>Satu</a>"
        "<a href='2#komentar'>Dua</a><a href='/read/1'>Satu</a><a href='javascript:void(0)'>x</a><a>y</a>"
        "<a href='https://[x'>z</a><a href='/k\u00f4ta'>Kota</a></body></html>"
    )
    found = read_listing(page.encode(), f"{SITE}/indeks/")
    assert [link.url for link in found.links] == [f"{SITE}/read/1", f"{SITE}/indeks/2#komentar", f"{SITE}/k\u00f4ta"]
    assert found.next == f"{SITE}/indeks/?page=2"
    assert read_listing(b"<a rel='nofollow next' href='/3'>3</a>", SITE).next == f"{SITE}/3"


LAUGHS = (
    '<!DOCTYPE urlset [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    "<urlset><url><loc>/&b;</loc></url></urlset>"
)


@pytest.mark.parametrize(
    ("payload", "links", "fault"),
    [
        (b"", 0, "it is not XML"),
        (b"   ", 0, "it is not XML"),
        (b'{"urls": []}', 0, "it is not XML"),
        (b"<!DOCTYPE html><html><body><p>Halaman tidak ditemukan<br></body></html>", 0, "its root is <html>"),
        (LAUGHS.encode(), 0, "it declares entities"),
        (URLSET.encode()[:-40], 1, "its XML is broken"),
        (URLSET.replace("&amp;", "&").encode(), 1, "its XML is broken"),
        (b"\x1f\x8b\x08\x00" + b"\xff" * 30, 0, "its gzip is broken"),
        (gzip.compress(URLSET.encode(), mtime=0)[:60], 0, "its gzip breaks off"),
    ],
)
def test_broken_sources_say_so(payload: bytes, links: int, fault: str) -> None:
    found = read_xml(payload, f"{SITE}/x.xml", WIB)
    assert len(found.links) == links
    assert found.fault.startswith(fault)


def test_a_source_that_is_or_unpacks_too_large_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(discover, "MAX_BYTES", 1000)
    bomb = b"<urlset>" + b" " * 2000 + b"</urlset>"
    assert read_xml(bomb, SITE, WIB).fault == "it is larger than 1000 bytes"
    assert read_xml(gzip.compress(bomb), SITE, WIB).fault == "it unpacks to more than 1000 bytes"
    assert read_xml(gzip.compress(bomb[:500]), SITE, WIB).fault.startswith("its XML is broken")


@given(st.binary(max_size=300), st.sampled_from([b"", b"<urlset><url><loc>", b"<rss><item><link>", b"\x1f\x8b\x08"]))
def test_nothing_raises(payload: bytes, head: bytes) -> None:
    for read in (read_robots, read_listing):
        assert isinstance(read(head + payload, SITE), Found)
    assert isinstance(read_xml(head + payload, SITE, WIB), Found)


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("2026-11-03T08:30:00+07:00", MORNING),
        ("2026-11-03T01:30:00Z", MORNING),
        ("2026-11-03 08:30:00 +0700", MORNING),
        ("2026-11-03T08:30", MORNING),
        ("2026-11-03T09:30:00 WITA", MORNING),
        ("Tue, 03 Nov 2026 08:30:00 WIB", MORNING),
        ("Tue, 03 Nov 2026 01:30:00 GMT", MORNING),
        (" 2026-11-03 ", dt.datetime(2026, 11, 3, tzinfo=WIB)),
        ("0001-01-01T00:00:00+07:00", None),
        ("9999-12-31T23:59:59-12:00", None),
        ("2 jam lalu", None),
        ("", None),
        (None, None),
    ],
)
def test_times(text: str | None, time: dt.datetime | None) -> None:
    assert read_time(text, WIB) == time


def test_a_time_without_zone_is_the_outlets() -> None:
    assert read_time("2026-11-03T09:30:00", WITA) == MORNING


@pytest.mark.parametrize("gap", [" ", "\n", "/"])
def test_a_tag_of_very_many_attributes_is_not_parsed(gap: str) -> None:
    attributes = gap.join(f"a{number}" for number in range(discover.MAX_ATTRIBUTES + 10))
    page = f"<html><body><p {attributes}>x</p><a href='/read/1'>Satu</a></body></html>".encode()
    assert "attributes" in discover.read_listing(page, f"{SITE}/").fault
