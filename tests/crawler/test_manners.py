"""Manners that Scrapy alone does not have."""

import datetime as dt
import time
from collections.abc import Sequence
from email.utils import format_datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from scrapy import Request
from scrapy.core.downloader import Slot
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadTimeoutError,
    ResponseDataLossError,
)
from scrapy.extensions.throttle import AutoThrottle
from scrapy.http import Response
from scrapy.settings import Settings

from crawler import settings
from crawler.manners import LONGEST_CRAWL_DELAY, Breaker, LeftAlone, Pace, retry_after
from crawler.outlets import load_outlets
from crawler.tally import Tally
from tests.crawler.odd import HOME, PROFILE

NOW = dt.datetime(2026, 11, 3, 8, 30, tzinfo=dt.UTC)
LATER = NOW + dt.timedelta(seconds=90)
HOST = "www.odd.example"


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("120", 120.0),
        (" 0 ", 0.0),
        (format_datetime(NOW + dt.timedelta(seconds=90), usegmt=True), 90.0),
        (format_datetime(NOW - dt.timedelta(days=1), usegmt=True), 0.0),
        ("sebentar", None),
        ("-5", None),
        ("", None),
    ],
)
def test_retry_after(header: str, seconds: float | None) -> None:
    response = Response(HOME, headers={"Retry-After": header})
    assert retry_after(response, NOW.timestamp()) == seconds


@pytest.mark.parametrize("jump", [0, -20 * 365, 20 * 365])
def test_a_date_counts_from_the_servers_own_clock(jump: int) -> None:
    """This machine's clock may have jumped by years."""
    headers = {name: format_datetime(when, usegmt=True) for name, when in (("Date", NOW), ("Retry-After", LATER))}
    here = (NOW + dt.timedelta(days=jump)).timestamp()
    assert retry_after(Response(HOME, headers=headers), here) == 90.0


class Spider:
    """As much of the spider as manners ask for."""

    def __init__(self, folder: Path) -> None:
        (folder / "odd.toml").write_text(PROFILE)
        self.profile = load_outlets(folder).by_id["odd"]
        self.tally = Tally()
        self.stops: list[str] = []
        self.left_alone: dict[str, Sequence[str]] = {}

    def leave_alone(self, host: str, refused: Sequence[str]) -> None:
        self.left_alone[host] = refused

    def stop(self, reason: str) -> None:
        self.stops.append(reason)


@pytest.fixture
def crawler(tmp_path: Path) -> Any:
    throttle = SimpleNamespace(mindelay=0.5, maxdelay=60.0)
    own = Settings()
    own.setmodule(settings)
    return SimpleNamespace(
        spider=Spider(tmp_path),
        settings=own,
        engine=SimpleNamespace(downloader=SimpleNamespace(slots={HOST: Slot(1, 0.5, 0)})),
        get_extension=lambda kind: throttle if kind is AutoThrottle else None,
        throttle=throttle,
    )


def answered(crawler: Any, status: int, wait: str | None) -> Slot:
    headers = {"Retry-After": wait} if wait is not None else {}
    request = Request(f"{HOME}/read/1", meta={"download_slot": HOST})
    Pace(crawler).response_downloaded(request, Response(request.url, status=status, headers=headers))
    slot: Slot = crawler.engine.downloader.slots[HOST]
    return slot


@pytest.mark.parametrize("delay", [0.0, 0.5, 30.0])
def test_a_busy_host_rests(crawler: Any, delay: float) -> None:
    crawler.engine.downloader.slots[HOST].delay = delay
    before = time.monotonic()
    slot = answered(crawler, 429, "20")
    assert slot.delay > 0
    assert 20 <= slot.lastseen + slot.delay - before < 21
    assert crawler.spider.stops == []


@pytest.mark.parametrize(("status", "wait"), [(200, "20"), (403, "20"), (429, None), (503, "nanti"), (503, "0")])
def test_other_answers_ask_for_no_rest(crawler: Any, status: int, wait: str | None) -> None:
    """The delay of the outlet is 0, so there is nothing to double either."""
    assert answered(crawler, status, wait).lastseen == 0


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize("jump", [0, -20 * 365 * 86400, 20 * 365 * 86400])
def test_a_rest_that_is_too_long_ends_the_crawl(
    crawler: Any, status: int, jump: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = time.time() + jump
    monkeypatch.setattr(time, "time", lambda: now)
    assert answered(crawler, status, "601").lastseen == 0
    assert crawler.spider.stops == [f"{HOST} asks to be left alone for 601 seconds"]


@pytest.mark.parametrize("year", [1970, 2005, 9999])
def test_a_date_out_of_reach_is_bounded(crawler: Any, year: int) -> None:
    """Without a Date of the server's, a jump of this machine's clock looks like this."""
    slot = answered(crawler, 503, format_datetime(dt.datetime(year, 1, 1, tzinfo=dt.UTC), usegmt=True))
    assert slot.lastseen == 0
    assert bool(crawler.spider.stops) is (year == 9999)


def rests(crawler: Any, pace: Pace, outcome: int | Exception) -> float:
    """Let a request end so; gives the seconds until the next one leaves."""
    request = Request(f"{HOME}/read/1", meta={"download_slot": HOST})
    slot = crawler.engine.downloader.slots[HOST]
    slot.lastseen = before = time.monotonic()
    if isinstance(outcome, int):
        pace.response_downloaded(request, Response(request.url, status=outcome))
    else:
        pace.process_exception(request, outcome)
    wait: float = slot.lastseen + slot.delay - before
    return round(wait, 1)


def test_a_strained_host_rests_twice_as_long_each_time_and_recovers_step_by_step(crawler: Any) -> None:
    crawler.settings.set("DOWNLOAD_DELAY", 0.5, priority="spider")
    pace = Pace(crawler)
    strained = [429, 500, DownloadTimeoutError("lama"), 503, ResponseDataLossError()]
    assert [rests(crawler, pace, outcome) for outcome in strained] == [1.0, 2.0, 4.0, 8.0, 16.0]
    assert [rests(crawler, pace, 200) for _ in range(6)] == [8.0, 4.0, 2.0, 1.0, 0.5, 0.5]


def test_no_rest_is_longer_than_the_longest(crawler: Any) -> None:
    crawler.settings.set("DOWNLOAD_DELAY", 0.5, priority="spider")
    crawler.settings.set("SARING_REFUSALS", 10_000, priority="spider")
    pace = Pace(crawler)
    assert max(rests(crawler, pace, 503) for _ in range(2000)) == 600.0


def test_a_crawl_delay_is_what_is_doubled(crawler: Any) -> None:
    pace = Pace(crawler)
    pace.robots_parsed(Parser(10.0))  # type: ignore[arg-type]
    crawler.engine.downloader.slots[HOST].delay = 10.0
    assert [rests(crawler, pace, outcome) for outcome in (500, 200)] == [20.0, 10.0]


def test_a_jump_of_the_clock_moves_no_rest(crawler: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    crawler.settings.set("DOWNLOAD_DELAY", 0.5, priority="spider")
    pace = Pace(crawler)
    for jump in (-1e9, 1e9):
        monkeypatch.setattr(time, "time", lambda jump=jump: 1.8e9 + jump)
        assert rests(crawler, pace, 503) in (1.0, 2.0)


@pytest.mark.parametrize(
    "outcome", [403, 429, 500, 503, 599, DownloadTimeoutError("lama"), CannotResolveHostError("x")]
)
def test_a_host_that_refuses_again_and_again_is_left_alone(crawler: Any, outcome: int | Exception) -> None:
    pace, breaker = Pace(crawler), Breaker(crawler)
    request = Request(f"{HOME}/read/1")
    for _ in range(9):
        rests(crawler, pace, outcome)
    breaker.process_request(request)
    rests(crawler, pace, 404)
    for _ in range(9):
        rests(crawler, pace, outcome)
    breaker.process_request(request)
    rests(crawler, pace, outcome)
    assert crawler.spider.left_alone == {HOST: [f"{HOME}/read/1"] * 10}
    with pytest.raises(LeftAlone):
        breaker.process_request(request)
    breaker.process_request(Request("http://m.odd.example/read/1"))


@pytest.mark.parametrize("outcome", [200, 301, 404, 410, 451, DownloadCancelledError("besar"), LeftAlone()])
def test_what_is_said_of_a_page_is_not_said_of_its_host(crawler: Any, outcome: int | Exception) -> None:
    pace = Pace(crawler)
    for _ in range(30):
        rests(crawler, pace, outcome)
    assert crawler.spider.left_alone == {}


class Parser:
    """A robots.txt with a Crawl-delay."""

    def __init__(self, delay: float | None) -> None:
        self.delay = delay

    def crawl_delay(self, agent: str) -> float | None:
        assert agent == "saring"
        return self.delay


@pytest.mark.parametrize(
    ("told", "floor"),
    [
        *((None, 0.5), (0.1, 0.5), (10.0, 10.0), (120.0, 120.0), (float("nan"), 0.5), (float("inf"), 0.5), (-3.0, 0.5)),
        *((LONGEST_CRAWL_DELAY, LONGEST_CRAWL_DELAY), (LONGEST_CRAWL_DELAY + 1, 0.5)),
    ],
)
def test_a_crawl_delay_is_the_least_delay(crawler: Any, told: float | None, floor: float) -> None:
    pace = Pace(crawler)
    pace.robots_parsed(Parser(told))  # type: ignore[arg-type]
    pace.request_reached_downloader(Request(HOME, meta={"download_slot": HOST}))
    assert crawler.engine.downloader.slots[HOST].delay == floor
    assert crawler.throttle.mindelay == floor
    assert crawler.throttle.maxdelay == max(60.0, floor)


def test_the_settings_are_polite() -> None:
    chosen = Settings()
    chosen.setmodule(settings)
    assert chosen.getbool("AUTOTHROTTLE_ENABLED")
    assert chosen.getbool("DOWNLOAD_VERIFY_CERTIFICATES")
    assert chosen.getint("CONCURRENT_REQUESTS") == chosen.getint("CONCURRENT_REQUESTS_PER_DOMAIN") == 1
    assert chosen.getfloat("DOWNLOAD_DELAY_JITTER") == 0
    assert chosen["REFERRER_POLICY"] == "no-referrer"
    assert chosen["DEFAULT_REQUEST_HEADERS"]["Accept-Encoding"] == "gzip, deflate"
    names = ("COOKIES_ENABLED", "TELNETCONSOLE_ENABLED", "REMOTE_CONTROL_ENABLED", "METAREFRESH_ENABLED")
    assert not any(chosen.getbool(name) for name in names)
    handlers = {scheme: handler for scheme, handler in chosen.getwithbase("DOWNLOAD_HANDLERS").items() if handler}
    assert handlers == {"http": "crawler.wire.Wire", "https": "crawler.wire.Wire"}
    middlewares = chosen.getdict("DOWNLOADER_MIDDLEWARES")
    assert {"crawler.border.Border", "crawler.robots.Robots", "crawler.manners.Breaker"} <= middlewares.keys()


def test_every_setting_of_its_own_is_explained() -> None:
    text = Path("docs/crawling.md").read_text(encoding="utf-8")
    names = [name for name in vars(settings) if name.isupper() and not name.endswith(("_MIDDLEWARES", "EXTENSIONS"))]
    assert [name for name in names if f"`{name}`" not in text] == []
