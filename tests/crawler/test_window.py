"""The days of a crawl, and the days that addresses tell."""

import datetime as dt

import pytest

from crawler.outlets import BadInput
from crawler.window import Days, Window, days_of_branch, days_of_path, read_window

FIRST, THIRD, LAST = dt.date(2026, 11, 1), dt.date(2026, 11, 3), dt.date(2026, 11, 30)
MONTH = (FIRST, LAST)


@pytest.mark.parametrize(
    ("url", "days"),
    [
        ("https://a.example/read/2026/11/03/pasar", (THIRD, THIRD)),
        ("https://a.example/2026-11-03/pasar", (THIRD, THIRD)),
        ("https://a.example/read/20261103/9/pasar", (THIRD, THIRD)),
        ("https://a.example/2026/11/pasar.html", MONTH),
        ("https://a.example/2026/12/pasar.html", (dt.date(2026, 12, 1), dt.date(2026, 12, 31))),
        ("https://a.example/2024/02/pasar.html", (dt.date(2024, 2, 1), dt.date(2024, 2, 29))),
        ("https://a.example/2026/11/0345-pasar/", MONTH),
        ("https://a.example/2026/13/pasar", None),
        ("https://a.example/read/20269903/pasar", None),
        ("https://a.example/pasar-2026-11-03", None),
        ("https://a.example/read/201211/pasar", None),
        ("https://[broken/2026/11/03/", None),
    ],
)
def test_days_of_path(url: str, days: Days | None) -> None:
    assert days_of_path(url) == days


@pytest.mark.parametrize(
    ("url", "days"),
    [
        ("https://a.example/sitemap-pt-post-2026-11.xml", MONTH),
        ("https://a.example/sitemap_202611.xml", MONTH),
        ("https://a.example/sitemap/2026/11/03.xml", (THIRD, THIRD)),
        ("https://a.example/sitemap.xml?yyyy=2026&mm=11&dd=03", (THIRD, THIRD)),
        ("https://a.example/sitemap.xml?yyyy=2026&mm=11", MONTH),
        ("https://a.example/post-sitemap2012.xml", None),
        ("https://a.example/sitemap-201278.xml", None),
        ("https://a.example/sitemap-news.xml", None),
    ],
)
def test_days_of_branch(url: str, days: Days | None) -> None:
    assert days_of_branch(url) == days


@pytest.mark.parametrize(
    ("window", "meets"),
    [
        (Window(), True),
        (Window(since=LAST), True),
        (Window(until=FIRST), True),
        (Window(since=LAST + dt.timedelta(1)), False),
        (Window(until=FIRST - dt.timedelta(1)), False),
    ],
)
def test_a_window_meets_a_span_that_touches_it(window: Window, meets: bool) -> None:
    assert window.meets(MONTH) is meets
    assert window.meets(None)


def test_days_are_walked_from_the_newest() -> None:
    assert read_window("2026-11-01", "2026-11-03").walk(LAST) == (THIRD, dt.date(2026, 11, 2), FIRST)
    assert read_window("2026-11-29", "").walk(LAST) == (LAST, dt.date(2026, 11, 29))
    assert read_window("", "").walk(LAST)[-1] == dt.date(2026, 11, 24)
    assert read_window("", "2026-11-03").walk(LAST)[::6] == (THIRD, dt.date(2026, 10, 28))
    assert read_window("2026-12-01", "").walk(LAST) == ()


@pytest.mark.parametrize(
    ("since", "until", "sentence"),
    [
        ("2026-11-04", "2026-11-03", "--since 2026-11-04 is after --until 2026-11-03"),
        ("3 November", "", "--since '3 November' is no day; write it as YYYY-MM-DD"),
        ("", "2026-02-30", "--until '2026-02-30' is no day"),
    ],
)
def test_bad_windows(since: str, until: str, sentence: str) -> None:
    with pytest.raises(BadInput, match=sentence):
        read_window(since, until)
