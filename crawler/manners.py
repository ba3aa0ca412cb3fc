"""How the crawler behaves towards an outlet, where Scrapy alone would not."""

import datetime as dt
import logging
import math
import time
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Self
from urllib.parse import urlsplit

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.extensions.throttle import AutoThrottle
from scrapy.http import Response, TextResponse
from scrapy.robotstxt import RobotParser

from crawler.discover import MAX_ROBOTS_BYTES

if TYPE_CHECKING:
    from crawler.spiders.news import NewsSpider

logger = logging.getLogger(__name__)

# A Crawl-delay above a day is a mistake or a refusal in the wrong words; the robots rules say the rest.
LONGEST_CRAWL_DELAY = 24 * 3600.0
# Answers that ask for patience.
BUSY = (429, 503)
# Set on what no server sent, so that it is not archived.
NOT_SENT = "cached"


class NotOurs(IgnoreRequest):
    """An address on a host that is not the outlet's."""


class Border:
    """Keeps requests, redirects included, on the hosts of the outlet."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Make the middleware."""
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        """Refuse what is not the outlet's; raises NotOurs."""
        host = urlsplit(request.url).hostname or ""
        if not _spider(self._crawler).profile.owns(host):
            raise NotOurs(f"{host} is not a host of the outlet")


class Robots:
    """Reads a robots.txt that gives no clear answer as a no, and lets the spider read the same answer.

    RFC 9309, section 2.3.1: an unreachable robots.txt forbids everything. Beyond it, 401, 403 and 429 forbid too.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._answers: dict[str, Response] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Make the middleware."""
        return cls(crawler)

    def process_request(self, request: Request) -> Response | None:
        """Answer the spider's own question for a robots.txt from what Scrapy's check has fetched."""
        kept = self._answers.get(request.url)
        return kept.replace(request=request) if kept is not None and not _is_check(request) else None

    def process_response(self, request: Request, response: Response) -> Response:
        """Keep the answer, or the refusal that stands for it."""
        if not _is_check(request):
            return response
        if response.status in (401, 403, 429) or response.status >= 500:
            return self._refusal(request, f"it answered {response.status}")
        flags = [*response.flags, NOT_SENT]
        return self._keep(request, response.replace(body=response.body[:MAX_ROBOTS_BYTES], flags=flags))

    def process_exception(self, request: Request, exception: Exception) -> Response | None:
        """Take a robots.txt that could not be fetched as a refusal."""
        return self._refusal(request, str(exception) or type(exception).__name__) if _is_check(request) else None

    def _refusal(self, request: Request, why: str) -> Response:
        logger.warning("%s gives no permission: %s", request.url, why)
        tally = _spider(self._crawler).tally
        tally.trouble = tally.trouble or f"{request.url} gives no permission: {why}"
        nobody = b"User-agent: *\nDisallow: /\n"
        return self._keep(request, TextResponse(request.url, body=nobody, encoding="utf-8", flags=[NOT_SENT]))

    def _keep(self, request: Request, answer: Response) -> Response:
        asked = request.meta.get("redirect_urls", [request.url])[0]
        self._answers[asked] = answer
        return answer


class Pace:
    """Holds requests to the Crawl-delay of robots.txt, and rests a host that asked for it.

    AutoThrottle goes on above that floor. Both work on Scrapy's slot of the host, which is the only place where
    requests that already wait can still be held.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._floor = 0.0
        self._longest = crawler.settings.getfloat("SARING_LONGEST_REST")

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Make the extension."""
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
        """Rest the host for its Retry-After, or leave the outlet for today where that is too long."""
        wait = retry_after(response, time.time()) if response.status in BUSY else None
        if wait is None:
            return
        host = request.meta["download_slot"]
        if wait > self._longest:
            _spider(self._crawler).stop(f"{host} asks to be left alone for {wait:.0f} seconds")
            return
        slot = self._crawler.engine.downloader.slots[host]
        # The slot sends its next request `delay` after it was last seen.
        slot.delay = max(slot.delay, 0.001)
        slot.lastseen = time.monotonic() + wait - slot.delay


def retry_after(response: Response, now: float) -> float | None:
    """Read a Retry-After, in seconds or as a date, as the seconds to wait; None where there is none.

    RFC 9110, section 10.2.3.
    """
    text = (response.headers.get("Retry-After") or b"").decode("latin-1").strip()
    if text.isascii() and text.isdigit():
        return float(text[:9])
    try:
        then = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    then = then if then.tzinfo is not None else then.replace(tzinfo=dt.UTC)
    return max(0.0, math.ceil(then.timestamp() - now))


def _is_check(request: Request) -> bool:
    """Say whether a request is the one for a robots.txt that Scrapy makes to obey it."""
    return bool(request.meta.get("dont_obey_robotstxt"))


def _spider(crawler: Crawler) -> "NewsSpider":
    return crawler.spider  # type: ignore[return-value]
