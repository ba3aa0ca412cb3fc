"""Saring's own spider without its delays: `python -m benchmarks.crawl.saring_run FOLDER PROFILES`."""

import sys

from scrapy.crawler import CrawlerProcess
from scrapy.settings import Settings

from benchmarks.crawl.press import OUTLET
from crawler import settings
from crawler.spiders.news import NewsSpider

if __name__ == "__main__":
    into, profiles = sys.argv[1:]
    # The delay is the profile's; AutoThrottle would wait as long as each answer took.
    chosen = Settings({"LOG_ENABLED": False, "AUTOTHROTTLE_ENABLED": False}, priority="cmdline")
    chosen.setmodule(settings, priority="project")
    process = CrawlerProcess(chosen)
    crawler = process.create_crawler(NewsSpider)
    process.crawl(crawler, outlet=OUTLET, into=into, profiles=profiles, crawl="bench", since="2026-10-01")
    process.start()
    print(crawler.spider.tally.line())  # type: ignore[union-attr]
