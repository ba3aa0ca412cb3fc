"""Manners that Scrapy alone does not have."""

import datetime as dt
import time
from email.utils import format_datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from scrapy import Request
from scrapy.core.downloader import Slot
from scrapy.extensions.throttle import AutoThrottle
from scrapy.http import Response
from scrapy.settings import Settings

from crawler import settings
from crawler.manners import BUSY, NOT_SENT, Border, NotOurs, Pace, Robots, retry_after
from crawler.outlets import load_outlets
from crawler.tally import Tally
from tests.crawler.odd import HOME, PROFILE

NOW = dt.datetime(2026, 11, 3, 8, 30, tzinfo=dt.UTC)
HOST = "www.odd.example"
CHECK = {"dont_obey_robotstxt": True}


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


class Spider:
    """As much of the spider as manners ask for."""

    def __init__(self, folder: Path) -> None:
        (folder / "odd.toml").write_text(PROFILE)
        self.profile = load_outlets(folder).by_id["odd"]
        self.tally = Tally()
        self.stops: list[str] = []

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


def test_requests_stay_on_the_hosts_of_the_outlet(crawler: Any) -> None:
    border = Border(crawler)
    assert border.process_request(Request(f"{HOME}/read/1")) is None
    for address in ("http://odd.example/", "http://127.0.0.1/", "http://www.odd.example.lain.example/"):
        with pytest.raises(NotOurs):
            border.process_request(Request(address))


def test_the_spider_reads_the_robots_that_was_checked(crawler: Any) -> None:
    robots = Robots(crawler)
    question = Request(f"{HOME}/robots.txt")
    assert robots.process_request(question) is None
    moved = Request("http://odd.example/robots.txt", meta=CHECK | {"redirect_urls": [question.url]})
    answer = robots.process_response(moved, Response(moved.url, body=b"#" * 600_000))
    assert len(answer.body) == 500 * 1024
    kept = robots.process_request(question)
    assert kept is not None
    assert kept.body == answer.body
    assert kept.request is question
    assert NOT_SENT in kept.flags
    assert robots.process_request(moved) is None


@pytest.mark.parametrize(("status", "forbids"), [(200, False), (404, False), (410, False), (401, True), (403, True)])
def test_a_robots_by_its_status(crawler: Any, status: int, forbids: bool) -> None:
    robots = Robots(crawler)
    check = Request(f"{HOME}/robots.txt", meta=CHECK)
    answer = robots.process_response(check, Response(check.url, status=status, body=b"User-agent: *"))
    assert (answer.body == b"User-agent: *\nDisallow: /\n") is forbids
    assert bool(crawler.spider.tally.trouble) is forbids


def test_a_robots_that_cannot_be_had_forbids(crawler: Any) -> None:
    robots = Robots(crawler)
    answer = robots.process_exception(Request(f"{HOME}/robots.txt", meta=CHECK), TimeoutError())
    assert answer is not None
    assert answer.body.endswith(b"Disallow: /\n")
    assert crawler.spider.tally.trouble == f"{HOME}/robots.txt gives no permission: TimeoutError"
    assert robots.process_exception(Request(f"{HOME}/read/1"), TimeoutError()) is None


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
    assert slot.lastseen + slot.delay >= before + 20
    assert crawler.spider.stops == []


@pytest.mark.parametrize(("status", "wait"), [(200, "20"), (429, None), (503, "nanti")])
def test_other_answers_ask_for_no_rest(crawler: Any, status: int, wait: str | None) -> None:
    assert answered(crawler, status, wait).lastseen == 0


@pytest.mark.parametrize("status", BUSY)
def test_a_rest_that_is_too_long_ends_the_crawl(crawler: Any, status: int) -> None:
    assert answered(crawler, status, "601").lastseen == 0
    assert crawler.spider.stops == [f"{HOST} asks to be left alone for 601 seconds"]


class Parser:
    """A robots.txt with a Crawl-delay."""

    def __init__(self, delay: float | None) -> None:
        self.delay = delay

    def crawl_delay(self, agent: str) -> float | None:
        assert agent == "saring"
        return self.delay


@pytest.mark.parametrize(
    ("told", "floor"),
    [(None, 0.5), (0.1, 0.5), (10.0, 10.0), (120.0, 120.0), (float("nan"), 0.5), (float("inf"), 0.5), (-3.0, 0.5)],
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
    assert chosen.getbool("ROBOTSTXT_OBEY")
    assert chosen.getbool("AUTOTHROTTLE_ENABLED")
    assert chosen.getint("CONCURRENT_REQUESTS") == chosen.getint("CONCURRENT_REQUESTS_PER_DOMAIN") == 1
    assert chosen.getfloat("DOWNLOAD_DELAY_JITTER") == 0
    for name in ("COOKIES_ENABLED", "TELNETCONSOLE_ENABLED", "REMOTE_CONTROL_ENABLED"):
        assert not chosen.getbool(name)
