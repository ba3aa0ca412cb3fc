"""The newsstand on 127.0.0.1: an HTTP proxy that knows six hosts, and the same sites for a browser."""

import math
import re
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from typing import Any
from urllib.parse import urlsplit

from crawler.newsstand.edition import Edition, open_edition
from crawler.newsstand.mastheads import MASTHEADS, Masthead
from crawler.newsstand.routes import HTML, PLAIN
from crawler.newsstand.site import Response, Site
from crawler.newsstand.templates import fill
from crawler.newsstand.traps import Trap, Visitor, trap_of

HOSTS = {masthead.host: masthead for masthead in MASTHEADS.values()}
# Browsers resolve every name below .localhost to this machine (RFC 6761, section 6.3).
BROWSER_HOSTS = {host.removesuffix("example") + "localhost": masthead for host, masthead in HOSTS.items()}
HERE = ("127.0.0.1", "localhost")


@dataclass(slots=True)
class Visit:
    """One request in the access log."""

    at: float
    """Seconds of the monotonic clock, when the request was read."""
    host: str
    path: str
    """With the query."""
    status: int
    ended: float = math.inf
    """When the answer had been written."""


@dataclass(slots=True)
class Newsstand:
    """A running newsstand."""

    site: Site
    delays: bool
    """Whether slow pages are slow."""
    port: int = 0
    log: list[Visit] = field(default_factory=list)
    _asked: set[tuple[str, str]] = field(default_factory=set)
    _lock: Lock = field(default_factory=Lock)

    @property
    def address(self) -> str:
        """What an HTTP proxy setting takes."""
        return f"http://127.0.0.1:{self.port}"

    def answer(self, method: str, target: str, headers: dict[str, str]) -> Response:
        """Answer a request in proxy form (`target` is a whole address) or in direct form, and log it."""
        return self.receive(method, target, headers)[0]

    def receive(self, method: str, target: str, headers: dict[str, str]) -> tuple[Response, Visit]:
        """Answer a request and give its line in the log, which does not yet say when it ended."""
        at = time.monotonic()
        proxied = not target.startswith("/")
        try:
            parts = urlsplit(target if proxied else f"//{headers.get('host', '')}{target}")
            host = parts.hostname or ""
        except ValueError:
            parts, host = urlsplit("/"), ""
        path = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
        response = self._answer(method, host, path, headers, proxied=proxied)
        visit = Visit(at, host, path, response.status)
        self.log.append(visit)
        return response, visit

    def _answer(self, method: str, host: str, path: str, headers: dict[str, str], *, proxied: bool) -> Response:
        if method not in ("GET", "HEAD"):
            return _sentence(HTTPStatus.METHOD_NOT_ALLOWED, "The newsstand answers GET and HEAD over http:// only.")
        if host in HOSTS:
            return self._of_outlet(HOSTS[host], host, path, headers)
        if host in BROWSER_HOSTS:
            plain = {key: value for key, value in headers.items() if key != "accept-encoding"}
            return _for_browser(self._of_outlet(BROWSER_HOSTS[host], host, path, plain), self.port)
        if host in HERE and not proxied:
            return self._shelf() if path == "/" else _sentence(HTTPStatus.NOT_FOUND, "There is nothing here; see /.")
        return _sentence(HTTPStatus.BAD_GATEWAY, f"The newsstand has no site {host!r} and asks no other server.")

    def _of_outlet(self, masthead: Masthead, host: str, path: str, headers: dict[str, str]) -> Response:
        place, _, query = path.partition("?")
        response = self.site.respond(masthead.id, place, query, headers)
        with self._lock:
            is_first = (host, path) not in self._asked
            self._asked.add((host, path))
        return response.at_first if is_first and response.at_first else response

    def _shelf(self) -> Response:
        rows = [
            fill(
                "shelf_outlet.html",
                {
                    "home": _browser_form(masthead.home, self.port),
                    "name": masthead.name,
                    "city": masthead.city,
                    "tagline": masthead.tagline,
                    "count": str(len(self.site.edition.shelves[masthead.id])),
                },
            )
            for masthead in MASTHEADS.values()
        ]
        page = fill("shelf.html", {"outlets": "".join(rows), "proxy": self.address})
        return Response(HTTPStatus.OK, HTML, page.encode())


@contextmanager
def serving(port: int = 0, *, delays: bool = True, edition: Edition | None = None) -> Iterator[Newsstand]:
    """Serve on 127.0.0.1 from a thread until the block ends; port 0 takes a free one.

    Raises OSError where the port is taken and BadInput for a wrong story file.
    """
    newsstand = Newsstand(Site(edition or open_edition()), delays)
    with Server(port, newsstand) as server:
        newsstand.port = server.server_port
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield newsstand
        finally:
            server.shutdown()
            thread.join()


class Server(ThreadingHTTPServer):
    """A thread for every connection; closing does not wait for those that a client keeps open."""

    daemon_threads = True
    block_on_close = False

    def __init__(self, port: int, newsstand: Newsstand) -> None:
        self.newsstand = newsstand
        super().__init__(("127.0.0.1", port), Handler)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of a client that went away; tell of any other error."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class Handler(BaseHTTPRequestHandler):
    """One connection."""

    server: Server
    protocol_version = "HTTP/1.1"
    server_version = "newsstand"
    sys_version = ""
    # Headers and body leave in two writes; without this the second waits for an acknowledgement.
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        """Answer a GET."""
        headers = {key.lower(): value for key, value in self.headers.items()}
        newsstand = self.server.newsstand
        trap = trap_of(self.path)
        if trap is not None:
            self._spring(trap)
            return
        response, visit = newsstand.receive(self.command, self.path, headers)
        if newsstand.delays and response.delay:
            time.sleep(response.delay)
        self._send(response)
        visit.ended = time.monotonic()

    def do_HEAD(self) -> None:
        """Answer as a GET, without the body."""
        self.do_GET()

    def do_POST(self) -> None:
        """Refuse."""
        self.do_GET()

    def do_CONNECT(self) -> None:
        """Refuse: the newsstand has no https."""
        self.path = f"https://{self.path}"
        self.do_GET()

    def _spring(self, trap: Trap) -> None:
        parts = urlsplit(self.path)
        self.server.newsstand.log.append(Visit(time.monotonic(), parts.hostname or "", parts.path, 0))
        self.close_connection = True
        trap(Visitor(self.wfile.write, lambda: self.rfile.read(1), parts.query))

    def _send(self, response: Response) -> None:
        self.send_response(response.status)
        if response.status != HTTPStatus.NOT_MODIFIED:
            self.send_header("Content-Type", response.content_type)
            self.send_header("Content-Length", str(len(response.body)))
        for name, value in response.headers:
            self.send_header(name, value)
        if self.command not in ("GET", "HEAD"):
            # What was sent along is not read, so the connection cannot go on.
            self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(response.body)

    def log_message(self, format: str, *args: object) -> None:
        """Keep the terminal quiet: the log is in memory."""


def _sentence(status: HTTPStatus, sentence: str) -> Response:
    return Response(status, PLAIN, f"{sentence}\n".encode())


def _for_browser(response: Response, port: int) -> Response:
    """Rewrite the addresses in a page, stylesheet or redirect so that a browser finds them."""
    headers = tuple((name, _browser_form(value, port)) for name, value in response.headers)
    is_text = not response.content_type.startswith("image/")
    # Latin-1 leaves every byte as it is, whatever the page's own encoding.
    body = _browser_form(response.body.decode("latin-1"), port).encode("latin-1") if is_text else response.body
    return replace(response, headers=headers, body=body)


def _browser_form(text: str, port: int) -> str:
    return re.sub(r"//([a-z.-]+)\.example\b", rf"//\1.localhost:{port}", text)
