"""Rolling WARC 1.1 archives: written whole pair by whole pair, and cut back to whole records after a kill.

An archive under way is called `NAME.warc.gz.open` and gets its name when it is closed, so what is called
`*.warc.gz` is never touched again.
"""

import base64
import datetime as dt
import hashlib
import os
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from warcio.archiveiterator import ArchiveIterator
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

OPEN = ".open"
READ_BYTES = 1 << 20

Headers = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and its response, as far as the wire is known."""

    url: str
    fetched_at: str
    """In the form of `warc_date`."""
    digest: str
    """Of the payload, in the form of `payload_digest`."""
    request: str
    """Request line, `GET /path HTTP/1.1`."""
    request_headers: Headers
    protocol: str
    """Of the response, `HTTP/1.1`."""
    status: str
    """Code and reason of the response, `200 OK`."""
    response_headers: Headers
    payload: bytes
    """Body with transfer coding undone and content coding as sent."""
    ip_address: str = ""
    """Of the server; empty behind a proxy."""


@dataclass(frozen=True, slots=True)
class Captured:
    """What the archive says of one response."""

    url: str
    status: int
    digest: str
    fetched_at: str
    etag: str = ""
    last_modified: str = ""
    location: str = ""


@dataclass(frozen=True, slots=True)
class Recovered:
    """An archive that a killed crawl left open."""

    path: Path
    """Where it is now; nowhere if `captures` is empty."""
    cut: int
    """Bytes of a torn record that were taken off its end."""
    captures: tuple[Captured, ...]


def warc_date(time: dt.datetime) -> str:
    """Write a time in UTC with microseconds, as WARC 1.1 allows."""
    return time.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def crawl_name(time: dt.datetime) -> str:
    """Name a crawl by the second in which it began, in UTC."""
    return time.astimezone(dt.UTC).strftime("%Y%m%dT%H%M%SZ")


def payload_digest(payload: bytes) -> str:
    """Give the SHA-1 of a payload as `sha1:` and base32, the form that WARC readers agree on."""
    return "sha1:" + base64.b32encode(hashlib.sha1(payload, usedforsecurity=False).digest()).decode()


class Archive:
    """The archives of one outlet in one crawl, `<folder>/<outlet>-00000.warc.gz` and on.

    A file is made when the first exchange comes, and rolled once it has reached `limit` bytes.
    """

    def __init__(self, folder: Path, outlet: str, limit: int, info: Mapping[str, str]) -> None:
        self.folder = folder
        self.outlet = outlet
        self.limit = limit
        self.info = info
        self.closed: list[Path] = []
        self._path: Path | None = None
        self._file = -1
        self._size = 0

    def write(self, exchange: Exchange) -> None:
        """Put an exchange on the disk; raises OSError, the file as it was, if the disk will not take it."""
        if self._path is not None and self._size >= self.limit:
            self.close()
        if self._path is None:
            self._begin()
        self._append(_pair(exchange))

    def close(self) -> None:
        """Give the archive under way its name."""
        if self._path is None:
            return
        os.close(self._file)
        self.closed.append(_name_for_good(self._path))
        self._path = None

    def leave(self) -> None:
        """Leave the archive under way as a kill would, for `recover` to finish."""
        if self._path is not None:
            os.close(self._file)
            self._path = None

    def _begin(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        number = len(list(self.folder.glob(f"{self.outlet}-{'[0-9]' * 5}.warc.gz")))
        path = self.folder / f"{self.outlet}-{number:05}.warc.gz{OPEN}"
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND, 0o644)
        self._path, self._size = path, 0
        self._append(_warcinfo(path.name.removesuffix(OPEN), self.info))

    def _append(self, records: bytes) -> None:
        try:
            rest = memoryview(records)
            while rest:
                rest = rest[os.write(self._file, rest) :]
            os.fsync(self._file)
        except OSError:
            os.ftruncate(self._file, self._size)
            raise
        self._size += len(records)


def recover(folder: Path, outlet: str) -> tuple[Recovered, ...]:
    """Finish what a killed crawl of an outlet left open anywhere below a folder.

    Each file is cut back to its last whole record and named for good; one without a response is removed. The
    caller must be the only writer of that outlet.
    """
    left = sorted(folder.glob(f"*/{outlet}-{'[0-9]' * 5}.warc.gz{OPEN}"))
    return tuple(_recovered(path) for path in left)


def captures(path: Path) -> Iterator[Captured]:
    """Read what an archive says of each of its responses."""
    with path.open("rb") as file:
        for record in ArchiveIterator(file):
            if record.rec_type == "response" and record.http_headers is not None:
                yield _captured(record.rec_headers, record.http_headers)


def _captured(record: StatusAndHeaders, response: StatusAndHeaders) -> Captured:
    return Captured(
        url=record.get_header("WARC-Target-URI"),
        status=int(response.get_statuscode()),
        digest=record.get_header("WARC-Payload-Digest", ""),
        fetched_at=record.get_header("WARC-Date"),
        etag=response.get_header("ETag", ""),
        last_modified=response.get_header("Last-Modified", ""),
        location=response.get_header("Location", ""),
    )


def _recovered(path: Path) -> Recovered:
    whole, size = _end_of_whole_members(path), path.stat().st_size
    os.truncate(path, whole)
    found = tuple(captures(path))
    if found:
        return Recovered(_name_for_good(path), size - whole, found)
    path.unlink()
    return Recovered(path, size - whole, ())


def _end_of_whole_members(path: Path) -> int:
    """Find where the last gzip member ends that is whole; a record is one member."""
    whole = 0
    with path.open("rb") as file:
        unpacker = zlib.decompressobj(zlib.MAX_WBITS | 16)
        while chunk := file.read(READ_BYTES):
            while chunk:
                try:
                    unpacker.decompress(chunk, READ_BYTES)
                except zlib.error:
                    return whole
                if unpacker.eof:
                    chunk = unpacker.unused_data
                    whole = file.tell() - len(chunk)
                    unpacker = zlib.decompressobj(zlib.MAX_WBITS | 16)
                else:
                    chunk = unpacker.unconsumed_tail
    return whole


def _name_for_good(path: Path) -> Path:
    name = path.with_name(path.name.removesuffix(OPEN))
    path.rename(name)
    folder = os.open(path.parent, os.O_RDONLY)
    os.fsync(folder)
    os.close(folder)
    return name


def _warcinfo(name: str, info: Mapping[str, str]) -> bytes:
    out = BytesIO()
    writer = WARCWriter(out, gzip=True, warc_version="1.1")
    writer.write_record(writer.create_warcinfo_record(name, info))
    return out.getvalue()


def _pair(exchange: Exchange) -> bytes:
    """Write response, then request: a tear between the two costs no more than the request."""
    out = BytesIO()
    writer = WARCWriter(out, gzip=True, warc_version="1.1")
    facts = {"WARC-Date": exchange.fetched_at, "WARC-Payload-Digest": exchange.digest}
    if exchange.ip_address:
        facts["WARC-IP-Address"] = exchange.ip_address
    answer = StatusAndHeaders(exchange.status, list(exchange.response_headers), protocol=exchange.protocol)
    response = writer.create_warc_record(
        exchange.url,
        "response",
        payload=BytesIO(exchange.payload),
        length=len(exchange.payload),
        http_headers=answer,
        warc_headers_dict=facts,
    )
    question = StatusAndHeaders(exchange.request, list(exchange.request_headers), is_http_request=True)
    request = writer.create_warc_record(exchange.url, "request", http_headers=question)
    writer.write_request_response_pair(request, response)
    return out.getvalue()
