import gzip
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html

from crawler.newsstand.edition import Edition, Oddity, open_edition
from crawler.newsstand.mastheads import MASTHEADS
from crawler.newsstand.site import Response, Site
from crawler.newsstand.stories import Appearance


def ask(site: Site, entry: Appearance, **headers: str) -> Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return site.respond(entry.masthead.id, urlsplit(entry.url).path, headers=named)


def text_of(page: str) -> str:
    return " ".join(html.document_fromstring(page).text_content().split())


@pytest.mark.parametrize(("oddity", "status"), [("moved", 301), ("temporary", 302), ("missing", 404), ("gone", 410)])
def test_addresses_that_are_no_page(site: Site, edition: Edition, oddity: Oddity, status: int) -> None:
    special = edition.special(oddity)
    response = ask(site, special.entry)
    assert response.status == status
    location = dict(response.headers).get("Location")
    assert location == (special.target.url if status < 400 else None)
    if location:
        assert ask(site, special.target).status == 200


def test_busy_page_refuses_the_first_ask(site: Site, edition: Edition) -> None:
    response = ask(site, edition.special("busy").entry)
    assert response.status == 200
    assert response.at_first is not None
    assert response.at_first.status == 429
    assert dict(response.at_first.headers) == {"Retry-After": "1"}


def test_only_the_slow_page_is_slow(site: Site, edition: Edition) -> None:
    slow = {entry.url for shelf in edition.shelves.values() for entry in shelf if ask(site, entry).delay}
    assert slow == {edition.special("slow").entry.url}


def test_page_whose_header_names_the_wrong_charset(site: Site, edition: Edition) -> None:
    special = edition.special("wrong-charset")
    response = ask(site, special.entry)
    assert response.content_type == "text/html; charset=ISO-8859-1"
    page = response.body.decode("utf-8")
    assert '<meta charset="utf-8"' in page
    text = text_of(page)
    assert all(block.text in text for block in special.target.blocks)
    assert any("“" in block.text for block in special.target.blocks)


def test_page_in_windows_1252_that_no_header_tells(site: Site, edition: Edition) -> None:
    special = edition.special("windows-1252")
    response = ask(site, special.entry)
    assert response.content_type == "text/html"
    assert b"charset=iso-8859-1" in response.body
    with pytest.raises(UnicodeDecodeError):
        response.body.decode("utf-8")
    text = text_of(response.body.decode("cp1252"))
    assert all(block.text in text for block in special.target.blocks)


def test_twin_names_its_article_as_canonical(site: Site, edition: Edition) -> None:
    special = edition.special("twin")
    twin, article = ask(site, special.entry), ask(site, special.target)
    assert twin.body != article.body
    assert text_of(twin.body.decode()) == text_of(article.body.decode())
    canonical = html.document_fromstring(twin.body.decode()).cssselect("link[rel=canonical]")
    assert canonical[0].get("href") == special.target.url != special.entry.url


def test_amp_twin_and_withheld_page_answer(site: Site, edition: Edition) -> None:
    assert b"amp-boilerplate" in ask(site, edition.special("amp").entry).body
    withheld = [special.entry for special in edition.specials if special.oddity == "withheld"]
    assert len(withheld) == 2
    assert all(entry.title.encode() in ask(site, entry).body for entry in withheld)


def test_one_outlet_compresses_for_those_who_accept_it(site: Site, edition: Edition) -> None:
    for outlet, shelf in edition.shelves.items():
        plain, packed = ask(site, shelf[0]), ask(site, shelf[0], accept_encoding="gzip, deflate")
        coding = dict(packed.headers).get("Content-Encoding", "")
        assert coding == ("gzip" if outlet == "ruangkini" else "")
        assert (gzip.decompress(packed.body) if coding else packed.body) == plain.body
        assert "Content-Encoding" not in dict(plain.headers)
        # Bytes 4 to 7 of a gzip stream are its time (RFC 1952).
        assert not coding or packed.body[4:8] == bytes(4)


def test_known_page_is_not_sent_again(site: Site, edition: Edition) -> None:
    for shelf in edition.shelves.values():
        first = ask(site, shelf[0])
        etag = dict(first.headers)["ETag"]
        assert dict(first.headers)["Last-Modified"].endswith("GMT")
        again = ask(site, shelf[0], if_none_match=etag)
        assert (again.status, again.body, dict(again.headers)["ETag"]) == (304, b"", etag)
        assert ask(site, shelf[0], if_none_match='"other"').status == 200


def test_later_parts_of_a_story(site: Site, edition: Edition) -> None:
    entry = next(entry for entry in edition.shelves["ruangkini"] if entry.story.pages > 1)
    path = urlsplit(entry.url).path
    bodies = {query: site.respond("ruangkini", path, query) for query in ("", "page=1", "page=2", "page=all")}
    assert {response.status for response in bodies.values()} == {200}
    assert bodies[""].body == bodies["page=1"].body
    assert len({response.body for response in bodies.values()}) == 3
    assert site.respond("ruangkini", path, f"page={entry.story.pages + 1}").status == 404
    assert site.respond("ruangkini", path, "page=dua").status == 404


def test_story_on_one_page_looks_at_no_query(site: Site, edition: Edition) -> None:
    entry = edition.shelves["kabarpesisir"][0]
    path = urlsplit(entry.url).path
    assert site.respond("kabarpesisir", path, "page=2&utm_source=x").body == ask(site, entry).body


@pytest.mark.parametrize("outlet", MASTHEADS)
def test_assets_of_the_pages(site: Site, outlet: str) -> None:
    assert site.respond(outlet, "/assets/style.css").content_type == "text/css"
    picture = site.respond(outlet, "/media/apa-saja.svg")
    assert (picture.status, picture.content_type) == (200, "image/svg+xml")
    assert picture.body != site.respond(outlet, "/media/yang-lain.svg").body


def test_second_site_gives_the_same_bytes(site: Site, edition: Edition) -> None:
    again = Site(open_edition())
    for shelf in edition.shelves.values():
        for entry in shelf:
            assert ask(again, entry) == ask(site, entry)
    for outlet in MASTHEADS:
        for path in ("/", "/robots.txt", "/sitemap.xml", "/rss", "/feed/", "/feeds/posts/default", "/indeks"):
            assert again.respond(outlet, path) == site.respond(outlet, path)


PATHS = st.one_of(
    st.text(max_size=20),
    st.sampled_from(["indeks", "tag/rob", "page/0/", "page/2/", "feeds/posts/default", "sitemap.xml", "media/.svg"]),
    st.from_regex(r"[a-z-]{1,9}/[a-z0-9-]{1,9}/?(page/[0-9]{1,9}/)?", fullmatch=True),
)
QUERIES = st.one_of(
    st.text(max_size=30),
    st.from_regex(r"(page|date|start-index|max-results|updated-max|paged)=[0-9a-z:+%-]{0,12}", fullmatch=True),
)


@given(outlet=st.sampled_from(sorted(MASTHEADS)), path=PATHS, query=QUERIES)
def test_any_address_has_an_answer(site: Site, outlet: str, path: str, query: str) -> None:
    response = site.respond(outlet, f"/{path}", query)
    assert response.status in (200, 404)
    assert response.body or path.endswith(".svg")
