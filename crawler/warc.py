"""Rolling WARC 1.1 archives: written exchange by exchange, and cut back to whole records after a kill.

An exchange is two or three records and one write: what the crawl knows of the response, where it knows something,
then the response or what stands for one that did not change, then the request. The archive under way is called
`NAME.warc.gz.open` and gets its name when it is closed, so what is called `*.warc.gz` is never touched again.
"""

import base64
import datetime as dt
import hashlib
import os
import uuid
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from fastwarc.warc import ArchiveIterator, WarcRecord, WarcRecordType

OPEN = ".open"
READ_BYTES = 1 << 20
# Level, window and memory for zlib. Level 9 takes half as long again as 6 and saves 5 bytes in 1,000 (150 pages of
# 161 kB); a body that came compressed grows no smaller, and to try takes 40 times as long as to store it; the wide
# window takes longer to make than a request to pack.
PLAIN = (6, zlib.DEFLATED, 16 | zlib.MAX_WBITS, 8)
STORED = (0, zlib.DEFLATED, 16 | zlib.MAX_WBITS, 1)
SHORT = (6, zlib.DEFLATED, 16 | 12, 6)
SHORT_BYTES = 1 << 12
PROFILE = "http://netpreserve.org/warc/1.1/revisit/"
FIELDS = "application/warc-fields"
METADATA = b"WARC/1.1\r\nWARC-Type: metadata\r\n"

Headers = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Earlier:
    """The archived response that an answer only repeats; WARC 1.1, section 6.7."""

    profile: Literal["identical-payload-digest", "server-not-modified"]
    """The same payload came again, or the server said that it would."""
    url: str
    fetched_at: str
    """In the form of `warc_date`."""
    digest: str


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
    notes: Headers = ()
    """What the crawl knows of the response: fields of its metadata record."""
    earlier: Earlier | None = None
    """Where the payload lies, if not here."""
    truncated: Literal["", "length"] = ""
    """Why the payload ends before the server's did, as WARC-Truncated has it."""


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
    return _sha1_form(hashlib.sha1(payload, usedforsecurity=False).digest())


def _sha1_form(digest: bytes) -> str:
    return "sha1:" + base64.b32encode(digest).decode()


class Archive:
    """The archives of one outlet in one crawl, `<folder>/<outlet>-00000.warc.gz` and on.

    A file is made when the first exchange comes, and rolled once it has reached `limit` bytes.
    """

    def __init__(self, folder: Path, outlet: str, limit: int, info: Mapping[str, str]) -> None:
        self.folder = folder
        self.outlet = outlet
        self.limit = limit
        self.info = info
        self.before_naming: Callable[[], None] = _nothing
        self.closed: list[Path] = []
        self._path: Path | None = None
        self._file = -1
        self._size = 0

    def write(self, exchange: Exchange) -> None:
        """Add an exchange; raises OSError, the file as it was, if the disk will not take it."""
        self._roll()
        self._append(_records(exchange))

    def copy(self, member: bytes, record_id: str, captured: Captured, notes: Headers) -> None:
        """Put a response of another archive on the disk as it lies there, one gzip member, with what is known of it.

        Raises OSError as `write` does.
        """
        said = [("WARC-Target-URI", captured.url), ("WARC-Date", captured.fetched_at)]
        said += [("WARC-Concurrent-To", record_id), ("Content-Type", FIELDS)]
        self._roll()
        self._append(_record("metadata", _record_id(), said, _fields(notes)) + member)

    def sync(self) -> None:
        """Wait until the disk has everything; raises OSError."""
        if self._path is not None:
            os.fsync(self._file)

    def close(self) -> None:
        """Give the archive under way its name, behind what `before_naming` does; raises what that raises."""
        if self._path is None:
            return
        self.before_naming()
        self.sync()
        os.close(self._file)
        self.closed.append(_name_for_good(self._path))
        self._path = None

    def leave(self) -> None:
        """Leave the archive under way as a kill would, for `recover` to finish."""
        if self._path is not None:
            os.close(self._file)
            self._path = None

    def _roll(self) -> None:
        """Make sure that there is a file with room."""
        if self._path is not None and self._size >= self.limit:
            self.close()
        if self._path is None:
            self._begin()

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
        except OSError:
            os.ftruncate(self._file, self._size)
            raise
        self._size += len(records)


def _nothing() -> None:
    pass


def recover(folder: Path, outlet: str) -> tuple[Recovered, ...]:
    """Finish what a killed crawl of an outlet left open anywhere below a folder.

    Each file is cut back to its last whole record that is not metadata of a lost response, and named for good; one
    without a response is removed. The caller must be the only writer of that outlet.
    """
    left = sorted(folder.glob(f"*/{outlet}-{'[0-9]' * 5}.warc.gz{OPEN}"))
    return tuple(_recovered(path) for path in left)


def captures(path: Path) -> Iterator[Captured]:
    """Read what an archive says of each of its responses, those that only repeat an earlier one included."""
    with path.open("rb") as file:
        for record in ArchiveIterator(file, record_types=WarcRecordType.response | WarcRecordType.revisit):
            if record.http_headers is not None:
                yield _captured(record)


def _captured(record: WarcRecord) -> Captured:
    about, answer = record.headers, record.http_headers
    is_unmodified = about.get("WARC-Profile") == PROFILE + "server-not-modified"
    return Captured(
        url=about["WARC-Target-URI"],
        status=304 if is_unmodified else answer.status_code or 0,
        digest=about.get("WARC-Payload-Digest") or "",
        fetched_at=about["WARC-Date"],
        etag=answer.get("ETag") or "",
        last_modified=answer.get("Last-Modified") or "",
        location=answer.get("Location") or "",
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
    """Find where the last gzip member ends that is whole; a record is one member.

    Metadata at the end are of a response that never came, and count as torn.
    """
    whole = 0
    with path.open("rb") as file:
        unpacker, head = zlib.decompressobj(zlib.MAX_WBITS | 16), b""
        while chunk := file.read(READ_BYTES):
            while chunk:
                try:
                    head += unpacker.decompress(chunk, READ_BYTES)[: len(METADATA)]
                except zlib.error:
                    return whole
                if unpacker.eof:
                    chunk = unpacker.unused_data
                    whole = whole if head.startswith(METADATA) else file.tell() - len(chunk)
                    unpacker, head = zlib.decompressobj(zlib.MAX_WBITS | 16), b""
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
    said = [("WARC-Date", warc_date(dt.datetime.now(dt.UTC))), ("WARC-Filename", name)]
    return _record("warcinfo", _record_id(), [*said, ("Content-Type", FIELDS)], _fields(info.items()))


def _records(exchange: Exchange) -> bytes:
    """Write metadata, response, request: a tear costs the request, or the whole exchange is fetched anew."""
    response_id = _record_id()
    about = [("WARC-Target-URI", exchange.url), ("WARC-Date", exchange.fetched_at)]
    beside = [*about, ("WARC-Concurrent-To", response_id)]
    notes = (*exchange.notes, *_told_of_304(exchange))
    records = [
        _response(exchange, response_id, about),
        _record(
            "request",
            _record_id(),
            [*beside, ("Content-Type", "application/http; msgtype=request"), ("WARC-Payload-Digest", NOTHING)],
            _head(exchange.request, exchange.request_headers),
        ),
    ]
    if notes:
        records.insert(0, _record("metadata", _record_id(), [*beside, ("Content-Type", FIELDS)], _fields(notes)))
    return b"".join(records)


def _told_of_304(exchange: Exchange) -> Headers:
    """Keep among the notes the headers for which the record of a 304 has no place."""
    if exchange.earlier is None or exchange.earlier.profile != "server-not-modified":
        return ()
    headers = (("header", f"{name}: {value}") for name, value in exchange.response_headers)
    return (("status", f"{exchange.protocol} {exchange.status}"), *headers)


def _response(exchange: Exchange, record_id: str, about: list[tuple[str, str]]) -> bytes:
    said = [*about, ("Content-Type", "application/http; msgtype=response")]
    if exchange.ip_address:
        said.append(("WARC-IP-Address", exchange.ip_address))
    head = _head(f"{exchange.protocol} {exchange.status}", exchange.response_headers)
    earlier = exchange.earlier
    if exchange.truncated:
        said.append(("WARC-Truncated", exchange.truncated))
    if earlier is None:
        said.append(("WARC-Payload-Digest", exchange.digest))
        is_packed = any(name.lower() == "content-encoding" for name, _ in exchange.response_headers)
        return _record("response", record_id, said, head, exchange.payload, is_packed=is_packed)
    said += [
        ("WARC-Profile", PROFILE + earlier.profile),
        ("WARC-Refers-To-Target-URI", earlier.url),
        ("WARC-Refers-To-Date", earlier.fetched_at),
        ("WARC-Payload-Digest", earlier.digest),
    ]
    # WARC 1.1, section 6.7.3, allows both; pywb 2.10 replays the headers that it finds here, and a 304 shows nothing.
    block = b"" if earlier.profile == "server-not-modified" else head
    return _record("revisit", record_id, said, block)


def _record(
    kind: str, record_id: str, said: Iterable[tuple[str, str]], *block: bytes, is_packed: bool = False
) -> bytes:
    """Write a record as one gzip member, which is what lets a reader begin at any of them."""
    length = sum(map(len, block))
    sha1 = hashlib.sha1(usedforsecurity=False)
    for part in block:
        sha1.update(part)
    head = [
        ("WARC-Type", kind),
        ("WARC-Record-ID", record_id),
        *said,
        ("WARC-Block-Digest", _sha1_form(sha1.digest())),
        ("Content-Length", str(length)),
    ]
    packer = zlib.compressobj(*(STORED if is_packed else SHORT if length <= SHORT_BYTES else PLAIN))
    parts = (b"WARC/1.1\r\n", _fields(head), b"\r\n", *block, b"\r\n\r\n")
    return b"".join([*map(packer.compress, parts), packer.flush()])


def _fields(fields: Iterable[tuple[str, str]]) -> bytes:
    return "".join(f"{name}: {' '.join(value.splitlines())}\r\n" for name, value in fields if value).encode()


def _head(first: str, headers: Headers) -> bytes:
    """Write a first line and headers of HTTP as they came."""
    lines = "".join(f"{name}: {' '.join(value.splitlines())}\r\n" for name, value in headers)
    return f"{first}\r\n{lines}\r\n".encode("latin-1", errors="replace")


def _record_id() -> str:
    return f"<urn:uuid:{uuid.uuid4()}>"


NOTHING = payload_digest(b"")
