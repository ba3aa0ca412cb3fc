"""Scrapy's settings: polite by default.

What depends on the outlet, its delay and the user agent, is set by the spider. Nothing here or there helps to get
round a refusal.
"""

import os

BOT_NAME = "saring"
SPIDER_MODULES = ["crawler.spiders"]
COMMANDS_MODULE = "crawler.commands"

# Who crawls: a mail or web address for the people of an outlet. Needed before any real outlet is asked.
SARING_CONTACT = os.environ.get("SARING_CONTACT", "")
# The name that robots.txt knows it by. robots.txt is obeyed in any case, by crawler.robots instead of Scrapy's check.
ROBOTSTXT_USER_AGENT = BOT_NAME
# A robots.txt is asked for again after its max-age, but within these seconds (RFC 9309: at most a day).
SARING_ROBOTS_LONGEST_AGE = 24 * 3600
SARING_ROBOTS_SHORTEST_AGE = 600
# What is done with an article that tdmrep.json, ai.txt or a signal in robots.txt reserves: crawler.site_files.POLICIES.
SARING_RIGHTS = os.environ.get("SARING_RIGHTS", "record")

# One request at a time, so that none waits behind another to a host that has just asked for rest.
CONCURRENT_REQUESTS = 1
CONCURRENT_REQUESTS_PER_DOMAIN = 1
SCHEDULER_MEMORY_QUEUE = "scrapy.squeues.FifoMemoryQueue"  # as queued, newest first
DOWNLOAD_DELAY_JITTER = 0  # half a Crawl-delay is no Crawl-delay
AUTOTHROTTLE_ENABLED = True
AUTOTHROTTLE_MAX_DELAY = 60
# A strained host rests for its delay, doubled by each failure in a row, up to this many seconds; a longer Retry-After
# ends the crawl of the outlet, and the next crawl goes on.
SARING_LONGEST_REST = 600
# After so many refusals in a row, or no answers at all, a host is left alone for the rest of the crawl.
SARING_REFUSALS = 10
SARING_REFUSING = (403, 429, *range(500, 600))

# Walks that an outlet may make endless: pages of sources in one crawl, pages of its API, parts of one story. How far a
# listing is paged, its profile says (crawl.index_pages).
SARING_MOST_SOURCES = 10_000
SARING_MOST_API_PAGES = 1_000
SARING_MOST_PARTS = 20

RETRY_TIMES = 2
REDIRECT_MAX_TIMES = 5
DOWNLOAD_TIMEOUT = 60  # for look-up, connection and whole answer together, so that a drip is no way round it
SARING_HEAD_BYTES = 256 * 1024  # status line and headers
DOWNLOAD_MAXSIZE = 64 * 1024 * 1024  # a sitemap may have 50 MB; counted as it comes and again as it unpacks
SARING_ARTICLE_BYTES = 16 * 1024 * 1024
SARING_WARC_BYTES = 1024 * 1024 * 1024
DOWNLOAD_VERIFY_CERTIFICATES = True
TWISTED_DNS_RESOLVER = "crawler.border.PublicResolver"
# HTTP/1.1 and nothing else, no files of this machine least of all.
DOWNLOAD_HANDLERS = {
    "http": "crawler.wire.Wire",
    "https": "crawler.wire.Wire",
    "data": None,
    "file": None,
    "ftp": None,
    "s3": None,
}

# The spider gives no items: for each answer Scrapy would make a hundred workers to take some. And its callbacks return
# nothing, which Scrapy would read their source for, each time. Both together take 2.2 ms of 5.5 a page.
CONCURRENT_ITEMS = 1
WARN_ON_GENERATOR_RETURN_VALUE = False

# Scrapy's remote control runs Python that comes over HTTP.
REMOTE_CONTROL_ENABLED = False
TELNETCONSOLE_ENABLED = False
COOKIES_ENABLED = False
METAREFRESH_ENABLED = False
REFERRER_POLICY = "no-referrer"
DEFAULT_REQUEST_HEADERS = {
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    "Accept-Encoding": "gzip, deflate",  # archived as sent, and these every reader of archives can undo
    "Accept-Language": "id,en;q=0.5",
}

DOWNLOADER_MIDDLEWARES = {
    "scrapy.downloadermiddlewares.offsite.OffsiteMiddleware": None,
    "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
    "crawler.border.Border": 50,
    "crawler.manners.Breaker": 60,
    "crawler.robots.Robots": 100,
    "crawler.site_files.SiteFiles": 110,
    "crawler.manners.Pace": 900,
    "crawler.capture.Capture": 950,
}
EXTENSIONS = {
    "crawler.reporter.Reporter": 200,
    "scrapy.extensions.logstats.LogStats": None,
}

LOG_LEVEL = "INFO"
