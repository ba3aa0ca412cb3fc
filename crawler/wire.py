"""Scrapy's download handler, with a limit on the head of an answer and with a name for a private address.

Twisted bounds a header line, not their number: a head without end would grow in memory until the timeout.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

from scrapy import Request
from scrapy.core.downloader.handlers.http11 import (
    HTTP11DownloadHandler,
    _LenientHTTP11ClientFactory,
    _LenientHTTP11ClientProtocol,
)
from scrapy.crawler import Crawler
from scrapy.exceptions import CannotResolveHostError
from scrapy.http import Response
from scrapy.utils.httpobj import urlparse_cached
from twisted.python.failure import Failure
from twisted.web._newclient import HEADER, STATUS

from crawler.border import PrivateAddress, PublicResolver


class LongHeadError(ValueError):
    """Status line and headers of an answer, interim ones included, passed the limit."""


class Wire(HTTP11DownloadHandler):
    """Speaks HTTP/1.1."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        most = crawler.settings.getint("SARING_HEAD_BYTES")
        self._pool._factory = partial(_Factory, most)  # type: ignore[assignment]

    async def download_request(self, request: Request) -> Response:
        """Fetch; raises PrivateAddress where the name has no other."""
        from twisted.internet import reactor

        try:
            return await super().download_request(request)
        except CannotResolveHostError:
            host = urlparse_cached(request).hostname or ""
            resolver = reactor.nameResolver
            private = resolver.refused.get(host) if isinstance(resolver, PublicResolver) else None
            if private is None:
                raise
            raise PrivateAddress(f"{host} resolves to {private}, which is no public address") from None


class _Factory(_LenientHTTP11ClientFactory):
    def __init__(self, most: int, quiescent: Callable[[Any], None], metadata: Any) -> None:
        super().__init__(quiescent, metadata)  # type: ignore[no-untyped-call]
        self._most = most

    def buildProtocol(self, addr: Any) -> "_Protocol":  # noqa: N802
        return _Protocol(self._quiescentCallback, self._most)


class _Protocol(_LenientHTTP11ClientProtocol):
    def __init__(self, quiescent: Callable[[Any], None], most: int) -> None:
        super().__init__(quiescent)  # type: ignore[no-untyped-call]
        self._most = most
        self._head = 0

    def request(self, request: Any) -> Any:
        self._head = 0
        return super().request(request)

    def dataReceived(self, data: bytes) -> None:  # noqa: N802
        """Count what comes before the body, with as much of the body as came along."""
        if self._parser is not None and self._parser.state in (STATUS, HEADER):
            self._head += len(data)
            if self._head > self._most:
                self._giveUp(Failure(LongHeadError(f"more than {self._most} bytes of headers")))  # type: ignore[no-untyped-call]
                return
        super().dataReceived(data)  # type: ignore[no-untyped-call]
