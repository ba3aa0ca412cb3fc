"""Names and causes of what a request ends in."""

import zlib
from pathlib import Path

import pytest
from OpenSSL import SSL
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    IgnoreRequest,
    ResponseDataLossError,
)
from scrapy.http import Response
from scrapy.spidermiddlewares.httperror import HttpError
from twisted.internet.error import ConnectionLost, NoRouteError
from twisted.python.failure import Failure
from twisted.web.client import ResponseFailed

from crawler.border import NotOurs, PrivateAddress
from crawler.faults import FAULTS, NotKept, cause_of, name_of
from crawler.manners import LeftAlone
from crawler.wire import LongHeadError


def failed(*reasons: Exception) -> DownloadFailedError:
    """Wrap as twisted and Scrapy do."""
    error = DownloadFailedError("[<twisted.python.failure.Failure …>]")
    error.__cause__ = ResponseFailed([Failure(reason) for reason in reasons])  # type: ignore[no-untyped-call]
    return error


CASES: list[tuple[Exception, str, str]] = [
    (DownloadTimeoutError("lama"), "timeout", "timeout: lama"),
    (CannotResolveHostError("x"), "no such host", "no such host: x"),
    (DownloadConnectionRefusedError("x"), "connection refused", "connection refused: x"),
    (NoRouteError(string="x"), "no connection", "no connection: No route to host: x"),
    (failed(SSL.Error([("", "", "certificate verify failed")])), "TLS", "TLS: [('', '', 'certificate verify failed')]"),
    (
        failed(ConnectionLost()),
        "broken off",
        "broken off: Connection to the other side was lost in a non-clean fashion",
    ),
    (ResponseDataLossError(), "broken off", "broken off"),
    (failed(ValueError("wrong\nnumber")), "not HTTP", "not HTTP: wrong number"),
    (failed(LongHeadError("zu lang")), "head too long", "head too long: zu lang"),
    (DownloadCancelledError("2 GB"), "too large", "too large: 2 GB"),
    (IgnoreRequest("… exceeded DOWNLOAD_MAXSIZE (1 B) during decompression."), "too large", ""),
    (OSError("Not a gzipped file"), "broken coding", "broken coding: Not a gzipped file"),
    (zlib.error("Error -3"), "broken coding", "broken coding: Error -3"),
    (EOFError(), "broken coding", "broken coding"),
    (IgnoreRequest("max redirections reached"), "redirect loop", "redirect loop: max redirections reached"),
    (NotOurs("b is not a host of the outlet"), "another site", "another site: b is not a host of the outlet"),
    (PrivateAddress("::1 is no public address"), "private address", "private address: ::1 is no public address"),
    (NotKept("No space left on device"), "not kept", "not kept: No space left on device"),
    (LeftAlone("a is left alone"), "left alone", "left alone: a is left alone"),
]


@pytest.mark.parametrize(("error", "name", "cause"), CASES)
def test_a_fault_has_a_name_and_a_cause(error: Exception, name: str, cause: str) -> None:
    assert name_of(error) == name
    assert cause_of(error) == (cause or f"{name}: {error}".rstrip("."))


def test_every_name_is_explained_and_given() -> None:
    assert {name for _, name, _ in CASES} == FAULTS.keys()


def test_a_status_is_its_own_name() -> None:
    assert name_of(HttpError(Response("http://a.example", status=404))) == "404"


def test_what_nobody_foresaw_is_named_by_its_class() -> None:
    assert (name_of(KeyError("x")), cause_of(None)) == ("KeyError", "NoneType")


def test_every_name_stands_in_the_docs() -> None:
    text = Path("docs/crawling.md").read_text(encoding="utf-8")
    assert [name for name, meaning in FAULTS.items() if f"| {name} | {meaning} |\n" not in text] == []
