"""Every response → the archive, then the ledger.

The middleware stands next to the wire, so it sees robots.txt, redirects, errors and each retry, and a body in the
content coding in which it came. What the wire had and Scrapy does not give, the archive cannot hold: the case and the
order of header names, the reason phrase (the standard one stands for it), the chunks of a chunked body (its plain
bytes are there, without Transfer-Encoding), and of the request the Connection header. Header values beyond ASCII
are percent-encoded by warcio. A body that broke off or grew too large is no response and is not archived.
"""

import datetime as dt
import sqlite3
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Self
from urllib.parse import urlsplit

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response
from scrapy.http.headers import Headers as ScrapyHeaders

from crawler.ledger import Address
from crawler.manners import NOT_SENT
from crawler.warc import Archive, Captured, Exchange, Headers, payload_digest, warc_date

if TYPE_CHECKING:
    from crawler.spiders.news import NewsSpider

STANDARD = frozenset(HTTPStatus)
SECRETS = frozenset({b"Proxy-Authorization", b"Authorization", b"Cookie"})


class Capture:
    """Archives responses in the order in which they came."""

    def __init__(self, spider: "NewsSpider", limit: int) -> None:
        self._spider = spider
        self._ledger = spider.ledger
        info = {
            "software": spider.software,
            "format": "WARC File Format 1.1",
            "conformsTo": "https://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/",
            "robots": "obey",
            "operator": spider.contact,
            "http-header-user-agent": spider.agent,
            "isPartOf": spider.crawl,
        }
        self._archive = Archive(Path(spider.into, "warc", spider.crawl), spider.profile.id, limit, info)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Make the middleware for the crawl's one spider."""
        spider: NewsSpider = crawler.spider  # type: ignore[assignment]
        capture = cls(spider, crawler.settings.getint("SARING_WARC_BYTES"))
        crawler.signals.connect(capture.spider_closed, signals.spider_closed)
        return capture

    def process_response(self, request: Request, response: Response) -> Response:
        """Archive a response; raises IgnoreRequest and ends the crawl if the disk will not take it."""
        if NOT_SENT in response.flags:
            return response
        captured = captured_of(request, response, warc_date(dt.datetime.now(dt.UTC)))
        try:
            self._keep(request, response, captured)
        except (OSError, sqlite3.Error) as error:
            # The archive may hold what the ledger does not know: left open, the next crawl finishes both.
            self._archive.leave()
            self._spider.stop(f"the disk does not take the archive ({error})")
            raise IgnoreRequest(str(error)) from error
        return response

    def spider_closed(self) -> None:
        """Name the last archive for good."""
        self._archive.close()
        self._spider.tally.warcs = [path.name for path in self._archive.closed]

    def _keep(self, request: Request, response: Response, captured: Captured) -> None:
        tally = self._spider.tally
        tally.fetched += 1
        if is_unchanged(self._ledger.find_asked(captured.url), captured):
            tally.unchanged += 1
        else:
            self._archive.write(exchange_of(request, response, captured))
            tally.archived += 1
            tally.bytes += len(response.body)
        self._ledger.record(captured)


def is_unchanged(known: Address | None, captured: Captured) -> bool:
    """Say whether a response is the last one of its address again, byte for byte; an article's is always kept."""
    if known is None or (known.kind == "article" and captured.status == HTTPStatus.OK):
        return False
    before = (known.status, known.digest, known.location)
    return before == (captured.status, captured.digest, captured.location)


def captured_of(request: Request, response: Response, fetched_at: str) -> Captured:
    """Note what the ledger wants to know of a response."""
    return Captured(
        url=request.url,
        status=response.status,
        digest=payload_digest(response.body),
        fetched_at=fetched_at,
        etag=_header(response, "ETag"),
        last_modified=_header(response, "Last-Modified"),
        location=_header(response, "Location"),
    )


def exchange_of(request: Request, response: Response, captured: Captured) -> Exchange:
    """Put request and response into the form that the archive keeps."""
    parts = urlsplit(request.url)
    path = parts._replace(scheme="", netloc="", fragment="").geturl() or "/"
    direct = not request.meta.get("proxy")
    return Exchange(
        url=captured.url,
        fetched_at=captured.fetched_at,
        digest=captured.digest,
        request=f"{request.method} {path} HTTP/1.1",
        request_headers=(("Host", parts.netloc), *_headers(request.headers)),
        protocol=response.protocol or "HTTP/1.1",
        status=f"{response.status} {_reason(response.status)}".strip(),
        response_headers=_headers(response.headers),
        payload=response.body,
        ip_address=str(response.ip_address) if direct and response.ip_address else "",
    )


def _headers(headers: ScrapyHeaders) -> Headers:
    return tuple(
        (name.decode("latin-1"), value.decode("latin-1"))
        for name in headers
        if name not in SECRETS
        for value in headers.getlist(name)
    )


def _header(response: Response, name: str) -> str:
    return (response.headers.get(name) or b"").decode("latin-1")


def _reason(status: int) -> str:
    return HTTPStatus(status).phrase if status in STANDARD else ""
