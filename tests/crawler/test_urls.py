"""Canonical addresses: one per story, whatever form of it a link has."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scrapy import Request

from crawler.outlets import Profile
from crawler.urls import article_id, canonical_url, story_page, whole_story

WARTA = Profile.model_validate(
    {
        "id": "warta",
        "name": "Warta",
        "home": "https://www.warta.example/",
        "hosts": ["*.warta.example"],
        "addresses": {"whole": "page=all", "keep_query": ["p"]},
    }
)
BARE = Profile.model_validate(
    {"id": "bare", "name": "Bare", "home": "https://bare.example/", "hosts": ["*.bare.example"]}
)
STAND = Profile.model_validate(
    {
        "id": "stand",
        "name": "Stand",
        "home": "http://www.stand.example/",
        "hosts": ["www.stand.example"],
        "served_by": "newsstand",
        "addresses": {"page_parameter": "hal"},
    }
)


@pytest.mark.parametrize(
    ("profile", "given_url", "canonical"),
    [
        # scheme, host, port, fragment
        (WARTA, "http://WWW.Warta.example:80/read/1/pasar#atas", "https://www.warta.example/read/1/pasar"),
        (WARTA, "https://www.warta.example:443", "https://www.warta.example/"),
        (WARTA, "https://www.warta.example:8443/a", "https://www.warta.example:8443/a"),
        (WARTA, "https://www.warta.example./a", "https://www.warta.example/a"),
        (WARTA, " https://nama:sandi@www.warta.example/a\n", "https://www.warta.example/a"),
        (STAND, "https://www.stand.example/a", "http://www.stand.example/a"),
        (None, "http://lain.example/a", "https://lain.example/a"),
        (None, "http://[2001:DB8::1]:8080/a", "https://[2001:db8::1]:8080/a"),
        # query of a known outlet: only what the profile keeps
        (WARTA, "https://www.warta.example/?utm_source=x&p=12&page=2", "https://www.warta.example/?p=12"),
        (WARTA, "https://www.warta.example/a?page=all&single=1", "https://www.warta.example/a"),
        (STAND, "http://www.stand.example/a?hal=2", "http://www.stand.example/a"),
        # query of an unknown site: what is known to be no part of the address
        (None, "https://lain.example/a?utm_medium=wa&id=3&fbclid=Zz", "https://lain.example/a?id=3"),
        (None, "https://lain.example/a?ref=1&source=x&gclid=2&amp&m=1", "https://lain.example/a"),
        (None, "https://lain.example/a?page=all", "https://lain.example/a"),
        (None, "https://lain.example/a?page=2&m=3", "https://lain.example/a?m=3&page=2"),
        (None, "https://lain.example/a?b=2&a=1&", "https://lain.example/a?a=1&b=2"),
        (None, "https://lain.example/a?refine=1", "https://lain.example/a?refine=1"),
        # AMP and mobile
        (WARTA, "https://www.warta.example/read/1/pasar/amp/", "https://www.warta.example/read/1/pasar/"),
        (WARTA, "https://www.warta.example/read/1/pasar/amp", "https://www.warta.example/read/1/pasar"),
        (WARTA, "https://www.warta.example/amp/read/1/pasar", "https://www.warta.example/read/1/pasar"),
        (WARTA, "https://www.warta.example/amp", "https://www.warta.example/amp"),
        (WARTA, "https://www.warta.example/a/ampuh", "https://www.warta.example/a/ampuh"),
        (WARTA, "https://amp.warta.example/a?amp=1", "https://www.warta.example/a"),
        (WARTA, "https://m.warta.example/a", "https://www.warta.example/a"),
        (WARTA, "https://bola.warta.example/a", "https://bola.warta.example/a"),
        (BARE, "https://m.bare.example/a", "https://bare.example/a"),
        (None, "https://amp.lain.example/a", "https://www.lain.example/a"),
        (None, "https://m.lain.example/a", "https://m.lain.example/a"),
        # Blogspot's country twins
        (None, "http://kampung.blogspot.co.id/2014/05/a.html?m=1", "https://kampung.blogspot.com/2014/05/a.html"),
        (None, "http://kampung.blogspot.com.au/a.html", "https://kampung.blogspot.com/a.html"),
        (None, "http://kampung.blogspot.de/a.html", "https://kampung.blogspot.com/a.html"),
        # trailing slash as it is; percent-encoding and dots in their normal form
        (WARTA, "https://www.warta.example/a/", "https://www.warta.example/a/"),
        (
            WARTA,
            "https://www.warta.example/%7Ebudi/k%c3%b4ta/kôta",
            "https://www.warta.example/~budi/k%C3%B4ta/k%C3%B4ta",
        ),
        (WARTA, "https://www.warta.example/100%/a b", "https://www.warta.example/100%25/a%20b"),
        (WARTA, "https://www.warta.example/a/../b/./c", "https://www.warta.example/b/c"),
        # what is no web address
        (WARTA, "mailto:redaksi@warta.example", "mailto:redaksi@warta.example"),
        (WARTA, " https://[broken/a ", "https://[broken/a"),
        (WARTA, "https://www.warta.example:99999/a", "https://www.warta.example:99999/a"),
        (WARTA, "", ""),
    ],
)
def test_canonical(profile: Profile | None, given_url: str, canonical: str) -> None:
    assert canonical_url(given_url, profile) == canonical


HOSTS = st.sampled_from(
    [
        "www.warta.example",
        "M.warta.example",
        "amp.m.warta.example",
        "m.bare.example",
        "a.blogspot.co.id",
        "kôta.example",
    ]
)
PIECES = st.text(st.sampled_from("aZ0%2fF.~/?&=#+ ;ôamp\t[]'|"), max_size=12)
URLS = st.one_of(
    st.text(max_size=30),
    st.builds(
        lambda scheme, host, port, pieces: f"{scheme}://{host}{port}/" + "/".join(pieces),
        st.sampled_from(["http", "HTTPS", "ftp"]),
        HOSTS,
        st.sampled_from(["", ":80", ":8080", "."]),
        st.lists(st.one_of(PIECES, st.sampled_from(["amp", "..", ".", "%2e%2e", "?page=2", "AMP"])), max_size=5),
    ),
)


@given(URLS, st.sampled_from([None, WARTA, BARE, STAND]))
def test_canonical_again_changes_nothing(url: str, profile: Profile | None) -> None:
    once = canonical_url(url, profile)
    assert canonical_url(once, profile) == once


@given(HOSTS, PIECES)
def test_scrapy_asks_for_a_canonical_address_as_it_is(host: str, piece: str) -> None:
    url = canonical_url(f"https://{host}/{piece}", WARTA)
    assert Request(url).url == url


@pytest.mark.parametrize(
    ("profile", "url", "page"),
    [
        (WARTA, "https://www.warta.example/a", 1),
        (WARTA, "https://www.warta.example/a?page=3", 3),
        (WARTA, "https://www.warta.example/a?x=1&page=2", 2),
        (WARTA, "https://www.warta.example/a?page=all", 1),
        (WARTA, "https://www.warta.example/a?page=0", 1),
        (WARTA, "https://www.warta.example/a?page=-2", 1),
        (WARTA, "https://www.warta.example/a?page=²", 1),
        (WARTA, "https://[broken/?page=2", 1),
        (STAND, "http://www.stand.example/a?hal=2", 2),
        (STAND, "http://www.stand.example/a?page=2", 1),
        (None, "https://lain.example/a?page=2", 2),
    ],
)
def test_story_page(profile: Profile | None, url: str, page: int) -> None:
    assert story_page(url, profile) == page


def test_whole_story() -> None:
    assert whole_story("http://m.warta.example/a?page=2", WARTA) == "https://www.warta.example/a?page=all"
    assert whole_story("https://www.warta.example/?p=7", WARTA) == "https://www.warta.example/?p=7&page=all"
    assert whole_story("http://www.stand.example/a?hal=2", STAND) == "http://www.stand.example/a"
    assert whole_story("https://lain.example/a?utm_id=1", None) == "https://lain.example/a"


def test_article_id_is_stable_and_tells_addresses_and_payloads_apart() -> None:
    expected = hashlib.sha256(b"https://lain.example/a\nsha1:ABC").hexdigest()[:16]
    assert article_id("https://lain.example/a", "sha1:ABC") == expected
    assert article_id("https://lain.example/b", "sha1:ABC") != expected
    assert article_id("https://lain.example/a", "sha1:ABD") != expected
