"""Every response → the archive, then the ledger.

The middleware stands next to the wire, so it sees robots.txt, redirects, errors and each retry, and a body in the
content coding in which it came. What the wire had and Scrapy does not give, the archive cannot hold: the case and the
order of header names, the reason phrase (the standard one stands for it), the chunks of a chunked body (its plain
bytes are there, without Transfer-Encoding), and of the request the Connection header. A body that broke off or grew
too large is no response and is not archived.

An article that did not change is archived as a `revisit`, whether the server says so (304) or sends the same bytes
again; one that did is a response of its own, and the earlier one stays. A source that did not change is not archived
again.
"""

import datetime as dt
import sqlite3
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Self
from urllib.parse import urlsplit

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.http.headers import Headers as ScrapyHeaders

from crawler.faults import NotKept
from crawler.ledger import Address, is_known_page
from crawler.manners import NOT_SENT
from crawler.robots import is_check
from crawler.site_files import RIGHTS
from crawler.warc import Archive, Captured, Earlier, Exchange, Headers, payload_digest, warc_date

if TYPE_CHECKING:
    from crawler.spiders.news import NewsSpider

STANDARD = frozenset(HTTPStatus)
# Scrapy's word for a body that was read no further: a robots.txt at its limit.
STOPPED = "download_stopped"
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
        self._ledger.before_commit = self._archive.sync
        # Only an archive that is still open is looked through for what the ledger does not know.
        self._archive.before_naming = self._ledger.commit

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Make the middleware for the crawl's one spider."""
        spider: NewsSpider = crawler.spider  # type: ignore[assignment]
        capture = cls(spider, crawler.settings.getint("SARING_WARC_BYTES"))
        crawler.signals.connect(capture.spider_closed, signals.spider_closed)
        return capture

    def process_response(self, request: Request, response: Response) -> Response:
        """Archive a response; raises NotKept and ends the crawl if the disk will not take it."""
        if NOT_SENT in response.flags:
            return response
        captured = captured_of(request, response, warc_date(dt.datetime.now(dt.UTC)))
        try:
            self._keep(request, response, captured)
        except (OSError, sqlite3.Error) as error:
            # The archive may hold what the ledger does not know: left open, the next crawl finishes both.
            self._archive.leave()
            self._spider.stop(f"the disk does not take the archive ({error})")
            raise NotKept(str(error)) from None
        return response

    def spider_closed(self) -> None:
        """Name the last archive for good, unless the ledger lacks what is in it."""
        try:
            self._archive.close()
        except (OSError, sqlite3.Error):
            self._archive.leave()
        self._spider.tally.warcs = [path.name for path in self._archive.closed]

    def _keep(self, request: Request, response: Response, captured: Captured) -> None:
        tally = self._spider.tally
        tally.fetched += 1
        known = self._ledger.find_asked(captured.url)
        if known is not None and is_known_page(known, captured):
            self._archive.write(exchange_of(request, response, captured, earlier_of(known, captured)))
            tally.unchanged += 1
        elif is_unchanged(known, captured):
            tally.unchanged += 1
        else:
            self._archive.write(exchange_of(request, response, captured))
            tally.archived += 1
            tally.bytes += len(response.body)
        self._ledger.record(captured)


def is_unchanged(known: Address | None, captured: Captured) -> bool:
    """Say whether a response is the last one of its address again, byte for byte."""
    if known is None:
        return False
    before = (known.status, known.digest, known.location)
    return before == (captured.status, captured.digest, captured.location)


def earlier_of(known: Address, captured: Captured) -> Earlier:
    """Point to the archived page that a response repeats."""
    not_modified = captured.status == HTTPStatus.NOT_MODIFIED
    profile: Literal["server-not-modified", "identical-payload-digest"] = (
        "server-not-modified" if not_modified else "identical-payload-digest"
    )
    return Earlier(profile, captured.url, known.fetched_at, known.digest)


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


def notes_of(request: Request) -> Headers:
    """Note what led to a response and what allowed it; RFC 9309 has no say in the fetch of robots.txt itself."""
    meta = request.meta
    told = [("via", meta.get("via", "")), ("found-in", meta.get("found_in", ""))]
    verdict = [] if is_check(request) else [("robots", "allowed")]
    rights = (("right", right) for right in meta.get(RIGHTS, ()))
    return tuple((name, value) for name, value in (*told, *verdict, *rights) if value)


def exchange_of(request: Request, response: Response, captured: Captured, earlier: Earlier | None = None) -> Exchange:
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
        notes=notes_of(request),
        earlier=earlier,
        truncated="length" if STOPPED in response.flags else "",
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
