"""robots.txt by RFC 9309: asked for before anything else of a site, obeyed, and asked for again when it is old.

It fails closed. What gives no clear answer gives no permission: section 2.3.1.4 has that for a robots.txt that
cannot be reached, here 401, 403 and 429, too many redirects and a broken or swollen body forbid as well.
"""

import asyncio
import logging
import math
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self
from urllib.parse import urlsplit

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest, StopDownload
from scrapy.http import Response, TextResponse
from scrapy.http.request import NO_CALLBACK
from scrapy.robotstxt import ProtegoRobotParser, RobotParser

from crawler.discover import MAX_ROBOTS_BYTES
from crawler.faults import FORBIDDEN, cause_of
from crawler.manners import NOT_SENT

if TYPE_CHECKING:
    from crawler.spiders.news import NewsSpider

logger = logging.getLogger(__name__)

# Above all else that waits for the same host.
PRIORITY = 1000
# Set on the middleware's own question.
CHECK = "dont_obey_robotstxt"
NOBODY = b"User-agent: *\nDisallow: /\n"
MAX_AGE = re.compile(r"(?:^|[,\s])max-age\s*=\s*\"?(\d+)", re.IGNORECASE)
NOT_TO_BE_KEPT = re.compile(r"(?:^|[,\s])no-(?:cache|store)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Rules:
    """The robots.txt of one site."""

    answer: Response
    parser: RobotParser
    until: float
    """Second of the clock at which it is old."""


class Robots:
    """Lets through what robots.txt allows, and lets the spider read the same answer."""

    def __init__(self, crawler: Crawler, clock: Callable[[], float] = time.monotonic) -> None:
        self._crawler = crawler
        self._clock = clock
        self._agent: str = crawler.settings["ROBOTSTXT_USER_AGENT"]
        self._longest = crawler.settings.getfloat("SARING_ROBOTS_LONGEST_AGE")
        self._shortest = crawler.settings.getfloat("SARING_ROBOTS_SHORTEST_AGE")
        self._rules: dict[str, Rules] = {}
        self._asking = asyncio.Lock()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Make the middleware."""
        robots = cls(crawler)
        crawler.signals.connect(robots.bytes_received, signals.bytes_received)
        return robots

    async def process_request(self, request: Request) -> Response | None:
        """Answer the spider's own question for a robots.txt; raises IgnoreRequest for what it forbids."""
        if is_check(request):
            return None
        site = urlsplit(request.url)._replace(path="/robots.txt", query="", fragment="").geturl()
        async with self._asking:
            rules = self._rules.get(site)
            if rules is None or rules.until <= self._clock():
                rules = self._rules[site] = await self._ask(site, request)
        if request.url == site:
            return rules.answer.replace(request=request)
        if not rules.parser.allowed(request.url, self._agent):
            raise IgnoreRequest(FORBIDDEN)
        return None

    def bytes_received(self, data: bytes, request: Request) -> None:
        """Stop reading a robots.txt at its limit; raises StopDownload, which leaves what was read."""
        if not is_check(request):
            return
        request.meta["received"] = request.meta.get("received", 0) + len(data)
        if request.meta["received"] > MAX_ROBOTS_BYTES:
            raise StopDownload(fail=False)

    async def _ask(self, site: str, request: Request) -> Rules:
        meta = {CHECK: True, "via": request.url, "found_in": "profile"}
        question = Request(site, callback=NO_CALLBACK, priority=PRIORITY, meta=meta)
        try:
            answer = await self._crawler.engine.download_async(question)
        except Exception as error:  # noqa: BLE001 - whatever it was, it was no permission
            return self._refusal(site, cause_of(error))
        if answer.status in (401, 403, 429) or answer.status >= 500:
            return self._refusal(site, f"it answered {answer.status}")
        if 300 <= answer.status < 400:
            return self._refusal(site, f"it redirects to nowhere ({answer.status})")
        flags = [*answer.flags, NOT_SENT]
        body = answer.body[:MAX_ROBOTS_BYTES] if answer.status < 300 else b""
        return self._kept(answer.replace(body=body, flags=flags), lifetime(answer, self._shortest, self._longest))

    def _refusal(self, site: str, why: str) -> Rules:
        logger.warning("%s gives no permission: %s", site, why)
        spider: NewsSpider = self._crawler.spider  # type: ignore[assignment]
        spider.tally.trouble = spider.tally.trouble or f"{site} gives no permission: {why}"
        return self._kept(TextResponse(site, body=NOBODY, encoding="utf-8", flags=[NOT_SENT]), self._longest)

    def _kept(self, answer: Response, seconds: float) -> Rules:
        parser = ProtegoRobotParser(answer.body, self._crawler.spider)
        self._crawler.signals.send_catch_log(signals.robots_parsed, robotparser=parser, request=answer.request)
        return Rules(answer, parser, self._clock() + seconds)


def is_check(request: Request) -> bool:
    """Say whether a request is the one for a robots.txt that is made to obey it."""
    return bool(request.meta.get(CHECK))


def lifetime(response: Response, shortest: float, longest: float) -> float:
    """Give the seconds for which a robots.txt holds: its max-age less its Age, between the two bounds.

    RFC 9309, section 2.4: no longer than 24 hours; RFC 9111, sections 5.1 and 5.2.2.
    """
    control = b", ".join(response.headers.getlist("Cache-Control")).decode("latin-1")
    if NOT_TO_BE_KEPT.search(control):
        return shortest
    told = MAX_AGE.search(control)
    age = (response.headers.get("Age") or b"").decode("latin-1").strip()
    fresh = float(told[1][:9]) if told else math.inf
    past = float(age[:9]) if age.isascii() and age.isdigit() else 0.0
    return min(max(fresh - past, shortest), longest)
