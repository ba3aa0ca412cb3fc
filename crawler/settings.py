"""Scrapy's settings: polite by default.

What depends on the outlet, its delay and the user agent, is set by the spider. Nothing here or there helps to get
round a refusal.
"""

import os

BOT_NAME = "saring"
SPIDER_MODULES = ["crawler.spiders"]

# Who crawls: a mail or web address for the people of an outlet. Needed before any real outlet is asked.
SARING_CONTACT = os.environ.get("SARING_CONTACT", "")
ROBOTSTXT_USER_AGENT = BOT_NAME
ROBOTSTXT_OBEY = True

# One request at a time, so that none waits behind another to a host that has just asked for rest.
CONCURRENT_REQUESTS = 1
CONCURRENT_REQUESTS_PER_DOMAIN = 1
SCHEDULER_MEMORY_QUEUE = "scrapy.squeues.FifoMemoryQueue"  # as queued, newest first
DOWNLOAD_DELAY_JITTER = 0  # half a Crawl-delay is no Crawl-delay
AUTOTHROTTLE_ENABLED = True
AUTOTHROTTLE_MAX_DELAY = 60
# A longer Retry-After ends the crawl of the outlet; the next crawl goes on.
SARING_LONGEST_REST = 600

RETRY_TIMES = 2
REDIRECT_MAX_TIMES = 5
DOWNLOAD_TIMEOUT = 60
DNS_TIMEOUT = 20
DOWNLOAD_MAXSIZE = 64 * 1024 * 1024  # a sitemap may have 50 MB
SARING_ARTICLE_BYTES = 16 * 1024 * 1024
SARING_WARC_BYTES = 1024 * 1024 * 1024
DOWNLOAD_VERIFY_CERTIFICATES = True

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
    "crawler.manners.Border": 50,
    "crawler.manners.Robots": 150,
    "crawler.capture.Capture": 950,
}
EXTENSIONS = {
    "crawler.manners.Pace": 100,
    "crawler.reporter.Reporter": 200,
    "scrapy.extensions.logstats.LogStats": None,
}

LOG_LEVEL = "INFO"
