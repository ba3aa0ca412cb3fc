"""robots.txt: what is taken as a no, how long an answer holds, and how much of it is read."""

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest
from scrapy import Request
from scrapy.exceptions import DownloadTimeoutError, IgnoreRequest, StopDownload
from scrapy.http import Response, TextResponse
from scrapy.settings import Settings

from crawler import settings
from crawler.discover import MAX_ROBOTS_BYTES
from crawler.manners import NOT_SENT, LeftAlone
from crawler.robots import CHECK, NOBODY, Robots, lifetime
from crawler.tally import Tally
from tests.crawler.odd import HOME

ROBOTS_TXT = f"{HOME}/robots.txt"
RULES = b"User-agent: *\nDisallow: /rahasia\nUser-agent: saring\nDisallow: /saring\nCrawl-delay: 7\n"


class Site:
    """A crawler whose engine gives the next answer, and the clock of its middleware."""

    def __init__(self, *answers: Response | Exception) -> None:
        self.answers = list(answers)
        self.asked: list[Request] = []
        self.now = 1000.0
        self.parsers: list[Any] = []
        self.settings = Settings()
        self.settings.setmodule(settings)
        self.spider = SimpleNamespace(tally=Tally())
        self.engine = self
        self.signals = SimpleNamespace(
            send_catch_log=lambda signal, robotparser, request: self.parsers.append(robotparser)
        )
        crawler: Any = self
        self.robots = Robots(crawler, lambda: self.now)

    async def download_async(self, request: Request) -> Response:
        self.asked.append(request)
        await asyncio.sleep(0)
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer.replace(request=request)

    def ask(self, *paths: str) -> list[str]:
        """Ask for paths at once; gives what became of each: allowed, forbidden or the body that came instead."""

        async def one(path: str) -> str:
            try:
                answer = await self.robots.process_request(Request(HOME + path))
            except IgnoreRequest as error:
                return str(error)
            return "allowed" if answer is None else answer.text if isinstance(answer, TextResponse) else "?"

        async def all_of_them() -> list[str]:
            return await asyncio.gather(*(one(path) for path in paths))

        return asyncio.run(all_of_them())


def answer(status: int = 200, body: bytes = RULES, **headers: str) -> TextResponse:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return TextResponse(ROBOTS_TXT, status=status, body=body, headers=named, encoding="utf-8")


NO = "Forbidden by robots.txt"


def test_what_is_forbidden_to_it_is_not_asked_for() -> None:
    site = Site(answer())
    assert site.ask("/", "/rahasia/1", "/saring/1", "/read/1?page=all") == ["allowed", "allowed", NO, "allowed"]
    assert [(request.url, request.meta[CHECK]) for request in site.asked] == [(ROBOTS_TXT, True)]
    assert [parser.crawl_delay("saring") for parser in site.parsers] == [7.0]


def test_its_own_question_is_never_held_back() -> None:
    site = Site()
    request = Request(f"{HOME}/robots.txt", meta={CHECK: True})
    assert asyncio.run(site.robots.process_request(request)) is None


def test_the_spider_reads_the_robots_that_was_checked() -> None:
    site = Site(answer(body=RULES + b"#" * 600_000))
    site.ask("/read/1")
    request = Request(ROBOTS_TXT)
    kept = asyncio.run(site.robots.process_request(request))
    assert kept is not None
    assert kept.request is request
    assert kept.body == (RULES + b"#" * 600_000)[:MAX_ROBOTS_BYTES]
    assert NOT_SENT in kept.flags
    assert len(site.asked) == 1


@pytest.mark.parametrize("status", [401, 403, 429, 500, 502, 503, 599, 302])
def test_a_robots_that_is_no_answer_forbids(status: int) -> None:
    site = Site(answer(status, b"User-agent: *\nAllow: /\n"))
    assert site.ask("/", "/robots.txt") == [NO, NOBODY.decode()]
    assert site.spider.tally.trouble.startswith(f"{ROBOTS_TXT} gives no permission: it ")
    assert str(status) in site.spider.tally.trouble


@pytest.mark.parametrize("status", [404, 410, 400])
def test_a_robots_that_is_not_there_forbids_nothing(status: int) -> None:
    """RFC 9309, section 2.3.1.3; whatever the error page says."""
    site = Site(answer(status, b"User-agent: *\nDisallow: /\n"))
    assert site.ask("/") == ["allowed"]
    assert site.spider.tally.trouble == ""


@pytest.mark.parametrize(
    "error",
    [
        DownloadTimeoutError("lama"),
        IgnoreRequest("max redirections reached"),
        OSError("gzip"),
        LeftAlone("x"),
        KeyError(),
    ],
)
def test_whatever_goes_wrong_with_it_is_no_permission(error: Exception) -> None:
    site = Site(error)
    assert site.ask("/") == [NO]
    assert site.spider.tally.trouble.startswith(f"{ROBOTS_TXT} gives no permission: ")


def test_each_site_has_its_own() -> None:
    site = Site(answer(), answer(404), answer(403))
    site.ask("/saring/1")
    for url in ("https://www.odd.example/saring/1", "http://www.odd.example:8080/saring/1"):
        try:
            asyncio.run(site.robots.process_request(Request(url)))
        except IgnoreRequest:
            assert ":8080" in url
    asked = [request.url for request in site.asked]
    assert asked == [ROBOTS_TXT, "https://www.odd.example/robots.txt", "http://www.odd.example:8080/robots.txt"]


def test_a_crawl_that_goes_on_asks_again() -> None:
    site = Site(answer(), answer(body=NOBODY), answer())
    assert site.ask("/read/1") == ["allowed"]
    site.now += 24 * 3600 - 1
    assert site.ask("/read/1") == ["allowed"]
    site.now += 1
    assert site.ask("/read/1", "/read/2") == [NO, NO]
    assert len(site.asked) == 2
    site.now += 24 * 3600
    assert site.ask("/read/1") == ["allowed"]


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, 86400.0),
        ({"Cache_Control": "max-age=3600"}, 3600.0),
        ({"Cache_Control": 'public, MAX-AGE="3600", must-revalidate'}, 3600.0),
        ({"Cache_Control": "s-maxage=5, max-age=3600"}, 3600.0),
        ({"Cache_Control": "max-age=3600", "Age": "1000"}, 2600.0),
        ({"Cache_Control": "max-age=3600", "Age": "lama"}, 3600.0),
        ({"Cache_Control": "max-age=0"}, 600.0),
        ({"Cache_Control": "no-cache"}, 600.0),
        ({"Cache_Control": "no-store, max-age=3600"}, 600.0),
        ({"Cache_Control": "max-age=31536000"}, 86400.0),
        ({"Cache_Control": "max-age=" + "9" * 400}, 86400.0),
        ({"Cache_Control": "max-age=-1"}, 86400.0),
    ],
)
def test_how_long_it_holds(headers: dict[str, str], seconds: float) -> None:
    assert lifetime(answer(**headers), 600.0, 86400.0) == seconds


def test_no_more_than_its_limit_is_read() -> None:
    robots = Site().robots
    check, other = Request(ROBOTS_TXT, meta={CHECK: True}), Request(HOME)
    for request in (check, other):
        robots.bytes_received(b"x" * MAX_ROBOTS_BYTES, request)
    robots.bytes_received(b"x", other)
    with pytest.raises(StopDownload) as stop:
        robots.bytes_received(b"x", check)
    assert not stop.value.fail


def test_hostile_rules_take_no_time_to_speak_of() -> None:
    """Half a megabyte of wildcards is matched in one go, not by backtracking."""
    body = b"User-agent: *\n" + b"Disallow: /" + b"*a" * 500 + b"b\n" + b"Disallow: /*a*a*a*a*a*a*a*a*b$\n" * 10_000
    site = Site(answer(body=body))
    assert site.ask("/" + "a" * 1000) == ["allowed"]
