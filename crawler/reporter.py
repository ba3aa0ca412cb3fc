"""The spider's tally → standard output, for the process that started the crawl."""

import sys
import time
from typing import TYPE_CHECKING, Self

from scrapy import signals
from scrapy.crawler import Crawler

if TYPE_CHECKING:
    from crawler.spiders.news import NewsSpider

SECONDS_BETWEEN_LINES = 0.25


class Reporter:
    """Prints the spider's tally as it grows, and ends the crawl when nobody reads it any more."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._told_at = 0.0

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Make the extension."""
        reporter = cls(crawler)
        crawler.signals.connect(reporter.tell, signals.response_received)
        return reporter

    def tell(self) -> None:
        """Print the tally, unless that was done a moment ago."""
        now = time.monotonic()
        if now - self._told_at < SECONDS_BETWEEN_LINES:
            return
        self._told_at = now
        spider: NewsSpider = self._crawler.spider  # type: ignore[assignment]
        slots = self._crawler.engine.downloader.slots.values() if self._crawler.engine else ()
        spider.tally.delay = max((slot.delay for slot in slots), default=0.0)
        try:
            sys.stdout.write(f"{spider.tally.line()}\n")
            sys.stdout.flush()
        except OSError:
            spider.stop("the process that started the crawl is gone")
