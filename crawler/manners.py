"""The pace at which an outlet is asked, and when it is not asked any more, where Scrapy alone would go on.

Spans of time are measured on the monotonic clock; a date that a server names is read against that server's own clock.
"""

import datetime as dt
import logging
import math
import time
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Self
from urllib.parse import urlsplit

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    IgnoreRequest,
    ResponseDataLossError,
)
from scrapy.extensions.throttle import AutoThrottle
from scrapy.http import Response
from scrapy.robotstxt import RobotParser
from twisted.internet.error import ConnectError, ConnectionClosed

if TYPE_CHECKING:
    from crawler.spiders.news import NewsSpider

logger = logging.getLogger(__name__)

# A Crawl-delay above a day is a mistake or a refusal in the wrong words; the robots rules say the rest.
LONGEST_CRAWL_DELAY = 24 * 3600.0
# Set on what no server sent, so that it is not archived.
NOT_SENT = "cached"
# Failures that say something of the host, not of the page.
NO_ANSWER = (
    CannotResolveHostError,
    ConnectError,
    ConnectionClosed,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    ResponseDataLossError,
)


class LeftAlone(IgnoreRequest):
    """An address on a host that has refused too often."""


class Breaker:
    """Lets nothing through to a host that is left alone for the rest of the crawl."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Make the middleware."""
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        """Hold back what goes to such a host, robots.txt included; raises LeftAlone."""
        host = urlsplit(request.url).hostname or ""
        if host in _spider(self._crawler).left_alone:
            raise LeftAlone(f"{host} is left alone")


@dataclass(slots=True)
class Standing:
    """How a host has answered lately."""

    refused: list[str] = field(default_factory=list)
    """Addresses of the refusals since its last good answer, one after the other."""
    strain: int = 0
    """Doublings of its rest: one more for each answer that it could not give, one less for each other."""


class Pace:
    """Holds requests to the Crawl-delay of robots.txt, rests a host that is strained, and gives up one that refuses.

    AutoThrottle goes on above that floor. Both work on Scrapy's slot of the host, which is the only place where
    requests that already wait can still be held.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._floor = 0.0
        self._longest = crawler.settings.getfloat("SARING_LONGEST_REST")
        self._most_refusals = crawler.settings.getint("SARING_REFUSALS")
        self._refusing = {int(status) for status in crawler.settings.getlist("SARING_REFUSING")}
        self._hosts: dict[str, Standing] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Make the middleware."""
        pace = cls(crawler)
        crawler.signals.connect(pace.robots_parsed, signals.robots_parsed)
        crawler.signals.connect(pace.request_reached_downloader, signals.request_reached_downloader)
        crawler.signals.connect(pace.response_downloaded, signals.response_downloaded)
        return pace

    def robots_parsed(self, robotparser: RobotParser) -> None:
        """Take a Crawl-delay as the least delay on all hosts of the outlet."""
        delay = robotparser.crawl_delay(self._crawler.settings["ROBOTSTXT_USER_AGENT"])
        if delay is None or not 0 < delay <= LONGEST_CRAWL_DELAY:
            return
        self._floor = max(self._floor, delay)
        throttle = self._crawler.get_extension(AutoThrottle)
        if throttle is not None:
            throttle.mindelay = max(throttle.mindelay, self._floor)
            throttle.maxdelay = max(throttle.maxdelay, self._floor)

    def request_reached_downloader(self, request: Request) -> None:
        """Raise the delay of the host's slot before the request joins its queue."""
        slot = self._crawler.engine.downloader.slots[request.meta["download_slot"]]
        slot.delay = max(slot.delay, self._floor)

    def response_downloaded(self, request: Request, response: Response) -> None:
        """Rest a host that is busy for its Retry-After at least, or leave the outlet for today if that is too long."""
        strained = response.status == 429 or response.status >= 500
        told = retry_after(response, time.time()) if strained else None
        if told is not None and told > self._longest:
            host = request.meta["download_slot"]
            _spider(self._crawler).stop(f"{host} asks to be left alone for {told:.0f} seconds")
            return
        self._note(request, refused=strained or response.status in self._refusing, strained=strained)
        self._rest(request, told or 0.0)

    def process_exception(self, request: Request, exception: Exception) -> None:
        """Rest a host that does not answer."""
        if isinstance(exception, NO_ANSWER) and "download_slot" in request.meta:
            self._note(request, refused=True, strained=True)
            self._rest(request, 0.0)

    def _note(self, request: Request, *, refused: bool, strained: bool) -> None:
        host = request.meta["download_slot"]
        standing = self._hosts.setdefault(host, Standing())
        standing.strain = standing.strain + 1 if strained else max(0, standing.strain - 1)
        standing.refused = [*standing.refused, request.url] if refused else []
        spider = _spider(self._crawler)
        if len(standing.refused) >= self._most_refusals and host not in spider.left_alone:
            logger.warning("%s has refused %d requests in a row and is left alone", host, len(standing.refused))
            spider.leave_alone(host, standing.refused)

    def _rest(self, request: Request, told: float) -> None:
        """Hold back the next request to the host: as long as it said, or for its delay, doubled by each strain."""
        strain = self._hosts[request.meta["download_slot"]].strain
        delay = max(self._floor, self._crawler.settings.getfloat("DOWNLOAD_DELAY"))
        # More doublings than these reach any ceiling, and no float.
        doubled = delay * 2.0 ** min(strain, 64) if strain else 0.0
        wait = max(told, min(doubled, self._longest))
        slot = self._crawler.engine.downloader.slots.get(request.meta["download_slot"])
        if wait == 0 or slot is None:
            return
        # The slot sends its next request `delay` after it was last seen.
        slot.delay = max(slot.delay, 0.001)
        slot.lastseen = time.monotonic() + wait - slot.delay


def retry_after(response: Response, now: float) -> float | None:
    """Read a Retry-After, in seconds or as a date, as the seconds to wait; None where there is none.

    A date counts from the Date of the answer, so that neither clock need be right, else from `now`. RFC 9110,
    section 10.2.3.
    """
    text = _header(response, "Retry-After")
    if text.isascii() and text.isdigit():
        return float(text[:9])
    then = _seconds(text)
    if then is None:
        return None
    sent = _seconds(_header(response, "Date"))
    return max(0.0, math.ceil(then - (now if sent is None else sent)))


def _seconds(date: str) -> float | None:
    try:
        time = parsedate_to_datetime(date)
        return (time if time.tzinfo is not None else time.replace(tzinfo=dt.UTC)).timestamp()
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _header(response: Response, name: str) -> str:
    return (response.headers.get(name) or b"").decode("latin-1").strip()


def _spider(crawler: Crawler) -> "NewsSpider":
    return crawler.spider  # type: ignore[return-value]
