"""Listing addresses of an outlet."""

import datetime as dt
from urllib.parse import parse_qs, urlsplit

import pytest

from crawler.listings import api_page, check_sources, check_topic, listings, slug, topic_pages
from crawler.outlets import BadInput, Profile, load_outlets
from crawler.window import Window

DAYS = (dt.date(2026, 11, 1), dt.date(2026, 10, 31), dt.date(2026, 10, 30))
SITE = "https://www.warta.example"


def profile(*index: str, **crawl: object) -> Profile:
    crawl = {"index": index} | crawl
    return Profile.model_validate(
        {"id": "warta", "name": "W", "home": f"{SITE}/", "hosts": ["www.warta.example"], "crawl": crawl}
    )


def test_a_listing_a_day_keeps_its_place_for_the_page() -> None:
    assert listings(profile(f"{SITE}/{{date:%Y/%-m/%d}}?p={{page}}"), DAYS[:2]) == {
        f"{SITE}/2026/11/01?p={{page}}": (DAYS[0], DAYS[0]),
        f"{SITE}/2026/10/31?p={{page}}": (DAYS[1], DAYS[1]),
    }


def test_no_listing_comes_twice() -> None:
    months = profile(f"{SITE}/{{date:%Y/%m}}/", f"{SITE}/terkini")
    found = listings(months, DAYS)
    assert list(found) == [f"{SITE}/terkini", f"{SITE}/2026/11/", f"{SITE}/2026/10/"]
    assert set(found.values()) == {None}, "the page of a month lists no one day, at the turn of the month neither"


def test_without_days_a_listing_of_no_day_remains() -> None:
    assert listings(profile(f"{SITE}/{{date:%Y}}", f"{SITE}/terkini?p={{page}}"), ()) == {
        f"{SITE}/terkini?p={{page}}": None
    }


def test_a_subject_is_a_slug_or_words_on_topic_pages() -> None:
    forms = ("/tag/{topic}?page={page}", "https://cari.warta.example/?q={query}")
    assert topic_pages(profile(topics=forms), "Harga Beras & Gula") == (
        f"{SITE}/tag/harga-beras-gula?page={{page}}",
        "https://cari.warta.example/?q=Harga+Beras+%26+Gula",
    )
    assert slug("Kopi Gayo d'Aceh") == "kopi-gayo-daceh"


@pytest.mark.parametrize(("topic", "says"), [("armenia", "names no topic pages"), ("!?", "names no subject")])
def test_a_subject_crawl_that_has_nowhere_to_look_is_bad_input(topic: str, says: str) -> None:
    with pytest.raises(BadInput, match=says):
        check_topic(profile(topics=("/tag/{topic}",) if topic == "!?" else ()), topic)


def test_a_topic_page_that_cannot_be_filled_in_is_bad_input() -> None:
    with pytest.raises(BadInput, match=r"key crawl\.topics: '/tag/\{tag\}' cannot be filled in"):
        check_sources(profile(topics=("/tag/{tag}",)))


def test_the_api_is_asked_for_the_window_and_nothing_beyond() -> None:
    url = api_page(profile(), Window(DAYS[1], DAYS[0]), 3)
    assert url.startswith(f"{SITE}/wp-json/wp/v2/posts?")
    query = {name: value for name, (value,) in parse_qs(urlsplit(url).query).items()}
    assert query["after"] == "2026-10-30T23:59:59"
    assert query["before"] == "2026-11-02T00:00:00"
    assert (query["page"], query["per_page"]) == ("3", "100")
    elsewhere = api_page(profile(api_address="https://api.warta.example/posts"), Window(), 1)
    assert elsewhere.startswith("https://api.warta.example/posts?")
    assert "after" not in elsewhere
    assert "before" not in elsewhere


def test_the_profiles_of_the_project_can_be_crawled_but_for_the_platform() -> None:
    for one in load_outlets().by_id.values():
        if one.id != "blogspot":
            check_sources(one)
            assert all(address.startswith("http") for address in listings(one, DAYS))
