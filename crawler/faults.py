"""A name and a cause for what a request can end in instead of an answer.

The names stand in the ledger, the tally and the table of a crawl; `FAULTS` says what each means.
"""

import zlib
from collections.abc import Iterator

from OpenSSL.SSL import Error as TlsError
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    IgnoreRequest,
    ResponseDataLossError,
)
from scrapy.spidermiddlewares.httperror import HttpError
from service_identity import VerificationError
from twisted.internet.error import ConnectError, ConnectionClosed
from twisted.python.failure import Failure
from twisted.web.client import ResponseFailed

from crawler.border import NotOurs, PrivateAddress
from crawler.manners import LeftAlone
from crawler.wire import LongHeadError

FORBIDDEN = "Forbidden by robots.txt"

FAULTS: dict[str, str] = {
    "timeout": "The answer was not whole within DOWNLOAD_TIMEOUT, however slowly it went on.",
    "no such host": "Its name has no address.",
    "connection refused": "Nothing listens there.",
    "no connection": "The network does not lead there.",
    "TLS": "Its certificate is not signed by whom this machine trusts, is of another host, or is out of date.",
    "broken off": "The connection ended before the answer did, or the answer contradicts its own length.",
    "not HTTP": "What came was no HTTP.",
    "head too long": "Status line and headers passed SARING_HEAD_BYTES.",
    "too large": "The body passed SARING_ARTICLE_BYTES or DOWNLOAD_MAXSIZE, as it came or unpacked.",
    "broken coding": "The body does not unpack as its Content-Encoding says.",
    "redirect loop": "More redirects than REDIRECT_MAX_TIMES, or in a circle.",
    "another site": "It leads to a host that is not the outlet's.",
    "private address": "It leads into a private network.",
    "not kept": "The disk does not take it.",
    "left alone": "Its host has refused so often that this crawl asks it no more.",
}


class NotKept(IgnoreRequest):
    """An answer that the disk does not take."""


# The first that fits wins.
KINDS: tuple[tuple[type[BaseException], str], ...] = (
    (PrivateAddress, "private address"),
    (NotOurs, "another site"),
    (LeftAlone, "left alone"),
    (NotKept, "not kept"),
    (LongHeadError, "head too long"),
    (TlsError, "TLS"),
    (VerificationError, "TLS"),
    (CannotResolveHostError, "no such host"),
    (DownloadTimeoutError, "timeout"),
    (DownloadConnectionRefusedError, "connection refused"),
    (DownloadCancelledError, "too large"),
    (ResponseDataLossError, "broken off"),
    (ConnectionClosed, "broken off"),
    (ConnectError, "no connection"),
    (DownloadFailedError, "not HTTP"),
    (OSError, "broken coding"),
    (EOFError, "broken coding"),
    (zlib.error, "broken coding"),
)
# What Scrapy raises as IgnoreRequest, by words of its sentence.
SENTENCES = {
    "max redirections reached": "redirect loop",
    "during decompression": "too large",
}


def name_of(error: BaseException | None) -> str:
    """Name a fault: a status, one of `FAULTS`, or the name of its class where it is none of them."""
    if isinstance(error, HttpError):
        return str(error.response.status)
    if isinstance(error, IgnoreRequest):
        told = next((name for words, name in SENTENCES.items() if words in str(error)), "")
        if told:
            return told
    inner = tuple(_with_causes(error))
    return next((name for kind, name in KINDS if any(isinstance(one, kind) for one in inner)), type(error).__name__)


def cause_of(error: BaseException | None) -> str:
    """Say what happened in one line: the name and the innermost message there is."""
    messages = [" ".join(str(one).split()) for one in _with_causes(error) if not isinstance(one, _WRAPPERS)]
    message = next((text.rstrip(".") for text in reversed(messages) if text), "")
    return f"{name_of(error)}: {message}" if message else name_of(error)


_WRAPPERS = (DownloadFailedError, ResponseFailed)


def _with_causes(error: BaseException | None) -> Iterator[BaseException]:
    """Go down from an error to what twisted put into it."""
    while error is not None:
        yield error
        reasons = [reason for reason in getattr(error, "reasons", ()) if isinstance(reason, Failure)]
        for reason in reasons[:-1]:
            if reason.value is not None:
                yield reason.value
        error = reasons[-1].value if reasons else error.__cause__
