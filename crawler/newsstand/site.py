"""What each outlet answers: a pure function of address and headers that remembers the pages it has written."""

import datetime as dt
import gzip
from collections.abc import Mapping
from dataclasses import dataclass, replace
from email.utils import format_datetime
from hashlib import sha256
from http import HTTPStatus
from urllib.parse import parse_qsl

from crawler.newsstand.ask import Ask
from crawler.newsstand.body import WHOLE, parts_count
from crawler.newsstand.edition import Edition, Oddity, Special
from crawler.newsstand.mastheads import MASTHEADS, Masthead
from crawler.newsstand.pages import Sheet, amp_page, article_page, frame
from crawler.newsstand.picture import picture
from crawler.newsstand.routes import HTML, PLAIN, ROUTES
from crawler.newsstand.stories import Appearance
from crawler.newsstand.templates import TEMPLATES, fill

SLOW_SECONDS = 1.5
REDIRECTS: dict[Oddity, HTTPStatus] = {"moved": HTTPStatus.MOVED_PERMANENTLY, "temporary": HTTPStatus.FOUND}
ABSENT: dict[Oddity, HTTPStatus] = {"missing": HTTPStatus.NOT_FOUND, "gone": HTTPStatus.GONE}
CONTENT_TYPES: dict[Oddity, str] = {
    "windows-1252": "text/html",
    "wrong-charset": "text/html; charset=ISO-8859-1",
}
REMEMBERED = frozenset({HTTPStatus.OK, HTTPStatus.GONE, HTTPStatus.MOVED_PERMANENTLY, HTTPStatus.FOUND})

Headers = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Response:
    """One answer."""

    status: int
    content_type: str
    body: bytes
    headers: Headers = ()
    """Beside Content-Type and Content-Length."""
    delay: float = 0.0
    """Seconds that the server waits before it answers."""
    at_first: "Response | None" = None
    """What the first to ask gets instead."""


class Site:
    """The outlets of an edition; every page is written once and then remembered."""

    def __init__(self, edition: Edition) -> None:
        self.edition = edition
        self._articles = {entry.url: entry for shelf in edition.shelves.values() for entry in shelf}
        self._specials = {special.entry.url: special for special in edition.specials}
        self._written: dict[tuple[str, str, str], Response] = {}

    def respond(self, outlet: str, path: str, query: str = "", headers: Mapping[str, str] | None = None) -> Response:
        """Answer a GET.

        `headers` are the request's, their names in lower case. With `if-none-match` the answer may be 304; with
        `accept-encoding` it may be compressed where the outlet does that. An unknown path is a 404 page.
        """
        key = (outlet, path, query)
        response = self._written.get(key)
        if response is None:
            response = self._write(MASTHEADS[outlet], path, dict(parse_qsl(query, keep_blank_values=True)))
            if response.status in REMEMBERED:
                self._written[key] = response
        return _negotiated(response, MASTHEADS[outlet], headers or {})

    def _write(self, masthead: Masthead, path: str, query: Mapping[str, str]) -> Response:
        url = masthead.home + path
        if special := self._specials.get(url):
            return self._odd(special, query)
        if article := self._articles.get(url):
            return self._article(article, query)
        return _asset(masthead, path) or self._listed(masthead, path, query)

    def _listed(self, masthead: Masthead, path: str, query: Mapping[str, str]) -> Response:
        for route in ROUTES[masthead.id]:
            groups = route.groups(path)
            if groups is None:
                continue
            ask = Ask(self.edition, masthead, path, groups, query)
            text = route.answer(ask)
            if text is not None:
                return Response(HTTPStatus.OK, route.content_type, text.encode(), route.headers(ask))
        return self._absent(masthead, HTTPStatus.NOT_FOUND)

    def _absent(self, masthead: Masthead, status: HTTPStatus) -> Response:
        values = {"status": str(status.value), "home": masthead.home}
        sheet = Sheet(f"{status.value} - {masthead.name}", "", fill("missing.html", values))
        return Response(status, HTML, frame(masthead, self.edition.shelves[masthead.id], sheet).encode())

    def _article(self, article: Appearance, query: Mapping[str, str], charset: str = "utf-8") -> Response:
        part = _part(article, query)
        if part is None:
            return self._absent(article.masthead, HTTPStatus.NOT_FOUND)
        text = article_page(article, self.edition.shelves[article.masthead.id], part, charset)
        body = text.encode() if charset == "utf-8" else text.encode("cp1252", "xmlcharrefreplace")
        return _dated(Response(HTTPStatus.OK, HTML, body), article)

    def _odd(self, special: Special, query: Mapping[str, str]) -> Response:
        oddity, target = special.oddity, special.target
        if oddity in REDIRECTS:
            return _redirect(REDIRECTS[oddity], target.url)
        if oddity in ABSENT:
            return self._absent(target.masthead, ABSENT[oddity])
        if oddity == "amp":
            page = amp_page(target, self.edition.shelves[target.masthead.id])
            return _dated(Response(HTTPStatus.OK, HTML, page.encode()), target)
        if oddity == "twin":
            article = self._article(target, query)
            return replace(article, body=article.body.replace(b'<body class="desktop">', b'<body class="lite">'))
        return replace(
            self._article(target, query, "iso-8859-1" if oddity == "windows-1252" else "utf-8"),
            content_type=CONTENT_TYPES.get(oddity, HTML),
            delay=SLOW_SECONDS if oddity == "slow" else 0.0,
            at_first=_too_many_requests() if oddity == "busy" else None,
        )


def _part(article: Appearance, query: Mapping[str, str]) -> int | None:
    """Read which part is asked for; an outlet that pages nothing does not look at `page`."""
    count = parts_count(article)
    page = query.get("page", "1")
    if count == 1 or (page == "all" and article.masthead.whole_stories):
        return WHOLE
    return int(page) if page in map(str, range(1, count + 1)) else None


def _dated(response: Response, article: Appearance) -> Response:
    changed = format_datetime(article.modified.astimezone(dt.UTC), usegmt=True)
    return replace(response, headers=(("Last-Modified", changed), ("ETag", _etag(response.body))))


def _redirect(status: HTTPStatus, url: str) -> Response:
    body = (
        f'<html><head><title>{status.value} {status.phrase}</title></head><body><a href="{url}">{url}</a></body></html>'
    )
    return Response(status, HTML, body.encode(), (("Location", url),))


def _too_many_requests() -> Response:
    return Response(HTTPStatus.TOO_MANY_REQUESTS, PLAIN, b"Terlalu banyak permintaan.\n", (("Retry-After", "1"),))


def _asset(masthead: Masthead, path: str) -> Response | None:
    if path == "/assets/style.css":
        return Response(HTTPStatus.OK, "text/css", (TEMPLATES / masthead.id / "style.css").read_bytes())
    folder, _, name = path.rpartition("/")
    if folder == "/media" and name.endswith(".svg"):
        return Response(HTTPStatus.OK, "image/svg+xml", picture(name).encode())
    return None


def _negotiated(response: Response, masthead: Masthead, headers: Mapping[str, str]) -> Response:
    etag = dict(response.headers).get("ETag")
    if etag is not None and headers.get("if-none-match") == etag:
        return replace(response, status=HTTPStatus.NOT_MODIFIED, body=b"")
    if not masthead.gzip or response.status != HTTPStatus.OK:
        return response
    vary: Headers = (*response.headers, ("Vary", "Accept-Encoding"))
    if "gzip" not in headers.get("accept-encoding", ""):
        return replace(response, headers=vary)
    # No time in the header: the same page is the same bytes.
    body = gzip.compress(response.body, mtime=0)
    return replace(response, body=body, headers=(*vary, ("Content-Encoding", "gzip")))


def _etag(body: bytes) -> str:
    return f'"{sha256(body).hexdigest()[:16]}"'
