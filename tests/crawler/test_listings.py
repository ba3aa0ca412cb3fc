"""Listing addresses of an outlet."""

import datetime as dt

from crawler.listings import check_sources, listings
from crawler.outlets import Profile, load_outlets

DAYS = (dt.date(2026, 11, 1), dt.date(2026, 10, 31), dt.date(2026, 10, 30))
SITE = "https://www.warta.example"


def profile(*index: str) -> Profile:
    return Profile.model_validate(
        {"id": "warta", "name": "W", "home": f"{SITE}/", "hosts": ["www.warta.example"], "crawl": {"index": index}}
    )


def test_a_listing_a_day_keeps_its_place_for_the_page() -> None:
    assert listings(profile(f"{SITE}/{{date:%Y/%-m/%d}}?p={{page}}"), DAYS[:2]) == (
        f"{SITE}/2026/11/01?p={{page}}",
        f"{SITE}/2026/10/31?p={{page}}",
    )


def test_no_listing_comes_twice() -> None:
    months = profile(f"{SITE}/{{date:%Y/%m}}/", f"{SITE}/terkini")
    assert listings(months, DAYS) == (f"{SITE}/terkini", f"{SITE}/2026/11/", f"{SITE}/2026/10/")


def test_without_days_a_listing_of_no_day_remains() -> None:
    assert listings(profile(f"{SITE}/{{date:%Y}}", f"{SITE}/terkini?p={{page}}"), ()) == (f"{SITE}/terkini?p={{page}}",)


def test_the_profiles_of_the_project_can_be_crawled_but_for_the_platform() -> None:
    for one in load_outlets().by_id.values():
        if one.id != "blogspot":
            check_sources(one)
            assert all(address.startswith("http") for address in listings(one, DAYS))
