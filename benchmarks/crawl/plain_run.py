"""Plain Scrapy, which keeps nothing: `python -m benchmarks.crawl.plain_run`."""

from collections.abc import Iterator
from typing import Any

from scrapy import Request, Spider
from scrapy.crawler import CrawlerProcess
from scrapy.http import Response
from scrapy.utils.sitemap import Sitemap

from benchmarks.crawl.press import HOME


class PlainSpider(Spider):
    """Reads the sitemaps and asks for every page."""

    name = "plain"

    async def start(self) -> Any:
        """Begin at the sitemap index."""
        yield Request(f"{HOME}/wp-sitemap.xml", self.read)

    def read(self, response: Response) -> Iterator[Request]:
        """Ask for what a sitemap names."""
        sitemap = Sitemap(response.body)
        for entry in sitemap:
            yield Request(entry["loc"], self.read if sitemap.type == "sitemapindex" else self.count)

    def count(self, response: Response) -> None:
        """Take a page."""


if __name__ == "__main__":
    process = CrawlerProcess({
        "LOG_ENABLED": False, "ROBOTSTXT_OBEY": True, "CONCURRENT_REQUESTS": 1, "CONCURRENT_REQUESTS_PER_DOMAIN": 1,
        "COOKIES_ENABLED": False, "TELNETCONSOLE_ENABLED": False, "REMOTE_CONTROL_ENABLED": False,
    })  # fmt: skip
    process.crawl(PlainSpider)
    process.start()
