"""Read WARC files that anyone made: every whole response, and what was lost."""

import base64
import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO

from fastwarc.warc import ArchiveIterator, WarcRecord, WarcRecordType

from crawler.outlets import BadInput
from curation.records import Capture, Page

_PAGES = WarcRecordType.response | WarcRecordType.resource | WarcRecordType.revisit
_GZIP_MEMBER = b"\x1f\x8b\x08"
_PLAIN_RECORD = b"WARC/1."
_SEARCH_BYTES = 1 << 20
# What a crawl notes of one response is some lines; more is something else.
_MOST_NOTE_BYTES = 1 << 18
_MOST_AT_ONCE = 16
_BESIDE = ("WARC-Concurrent-To", "WARC-Refers-To")

_Notes = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Response:
    """A page, or the reason why its bytes are no page to work on."""

    page: Page
    code: str = ""
    detail: str = ""


def check_archive(path: Path) -> None:
    """Look whether a file can be read as a WARC; raises BadInput saying what is wrong with it."""
    try:
        with path.open("rb") as file:
            first = next(iter(ArchiveIterator(file, parse_http=False)), None)
    except (OSError, EOFError) as error:
        raise BadInput(f"{path}: this is not a WARC file ({_sentence(error)}); give a .warc or .warc.gz.") from error
    if first is None:
        why = "it is empty" if path.stat().st_size == 0 else "it holds no WARC record"
        raise BadInput(f"{path}: this is not a WARC file ({why}); remove it from the list or fetch it anew.")


def read_responses(path: Path, name: str, max_bytes: int, losses: list[str]) -> Iterator[Response]:
    """Read every whole response of a WARC in file order, with what the metadata records next to it say of it.

    `name` is what captures call the file. A damaged stretch is skipped up to the next record that can
    be read; a record cut off by the end of the file is left out; both are told in `losses`. Memory is two records.
    """
    # Some crawlers write the metadata before the response, some behind it: a response waits for the next one.
    waiting: tuple[str, Response] | None = None
    notes: dict[str, _Notes] = {}
    with path.open("rb") as file:
        for record, declared, end in _records(file, path.stat().st_size, _room(max_bytes), losses):
            place = Capture(name, record.stream_pos, end - record.stream_pos, "", 0, "")
            response = _response(record, declared, place, max_bytes)
            if response is None:
                losses.append(f"the record at byte {record.stream_pos} is cut off")
            elif record.record_type == WarcRecordType.metadata:
                for key, told in _notes(record, response.page.payload):
                    notes[key] = (*notes.pop(key, ()), *told)
                notes = dict(list(notes.items())[-_MOST_AT_ONCE:])
            elif record.record_type & _PAGES:
                if waiting is not None:
                    yield _with_notes(*waiting, notes)
                    notes = {key: told for key, told in notes.items() if key == record.record_id}
                waiting = record.record_id or "", response
    if waiting is not None:
        yield _with_notes(*waiting, notes)


def fetch(path: Path, capture: Capture, max_bytes: int) -> Response:
    """Read one capture back; raises BadInput where the archive does not hold it."""
    with path.open("rb") as file:
        file.seek(capture.offset)
        for record in ArchiveIterator(file, parse_http=False):
            response = _response(record, record.content_length, capture, max_bytes)
            if response is not None and response.page.capture.digest == capture.digest:
                return response
            break
    raise BadInput(f"{path}: there is no record with digest {capture.digest} at byte {capture.offset}.")


def _records(file: BinaryIO, size: int, room: int, losses: list[str]) -> Iterator[tuple[WarcRecord, int, int]]:
    """Give each record that opens with the length it declares and the byte at which it ends.

    A record of more than `room` bytes is given without its block, so that memory stays small.
    """
    start: int | None = 0
    while start is not None:
        # Where a record ends is known only when the next one begins, so each is held until then.
        held: tuple[WarcRecord, int] | None = None
        last = start
        file.seek(start)
        try:
            for record in ArchiveIterator(file, parse_http=False):
                if held is not None:
                    yield (*held, record.stream_pos)
                held, last, declared = None, record.stream_pos, record.content_length
                if declared <= room:
                    record.freeze()
                held = record, declared
            start = None
        except (OSError, EOFError, ValueError) as error:
            start = _next_record(file, last + 1)
            until = "the end" if start is None else f"byte {start}"
            losses.append(f"damaged after byte {last} ({_sentence(error)}), skipped to {until}")
        if held is not None:
            yield (*held, size if start is None else start)


def _response(record: WarcRecord, declared: int, place: Capture, max_bytes: int) -> Response | None:
    """Make a response of a record, or None where the file ends inside it."""
    digest = record.headers.get("WARC-Payload-Digest")
    if declared > _room(max_bytes):
        page = _page(record, replace(place, digest=digest or ""), b"")
        return Response(page, "page.too-large", f"{declared} bytes")
    block = record.reader.read()
    if len(block) < declared:
        return None
    if record.record_type == WarcRecordType.revisit:
        page = _page(record, replace(place, digest=digest or ""), b"")
        return Response(page, "page.unchanged", record.headers.get("WARC-Refers-To-Date") or "")
    if not record.is_http:
        content_type = record.headers.get("Content-Type") or ""
        place = replace(place, digest=digest or payload_digest(block), status=200, content_type=content_type)
        return _within(_page(record, place, block), max_bytes)
    stored = block.partition(b"\r\n\r\n")[2]
    record.set_bytes_content(block)
    record.parse_http(quirks_mode=True)
    place = replace(
        place,
        digest=digest or payload_digest(stored),
        status=record.http_headers.status_code or 0,
        content_type=record.http_headers.get("Content-Type") or "",
    )
    page = _page(record, place, _decoded(block, stored, max_bytes + 1))
    return _within(replace(page, headers=_headers(record)), max_bytes)


def _notes(record: WarcRecord, block: bytes) -> Iterator[tuple[str, _Notes]]:
    """Read the fields of a metadata record, for each record that it says it is about."""
    kind = record.headers.get("Content-Type") or ""
    if kind.partition(";")[0].strip().lower() != "application/warc-fields" or len(block) > _MOST_NOTE_BYTES:
        return
    lines: list[str] = []
    for line in block.decode("utf-8", errors="replace").replace("\r\n", "\n").split("\n"):
        if line[:1] in (" ", "\t") and lines:
            lines[-1] += f" {line.strip()}"
        else:
            lines.append(line)
    fields = (line.partition(":") for line in lines)
    told = tuple((name.strip(), value.strip()) for name, colon, value in fields if colon)
    for name in _BESIDE:
        if key := record.headers.get(name):
            yield key, told


def _with_notes(record_id: str, response: Response, notes: Mapping[str, _Notes]) -> Response:
    told = notes.get(record_id)
    return replace(response, page=replace(response.page, notes=told)) if told else response


def _decoded(block: bytes, stored: bytes, size: int) -> bytes:
    """Undo transfer and content coding, up to `size` bytes.

    Some archives keep a Content-Encoding header over a body that was decoded already: such a body is read as it lies.
    """
    record = WarcRecord()
    record.init_headers(WarcRecordType.response)
    record.is_http = True
    record.set_bytes_content(block)
    try:
        record.parse_http(auto_decode="all", quirks_mode=True)
        return record.reader.read(size)
    except (OSError, EOFError, ValueError):
        return stored[:size]


def _room(max_bytes: int) -> int:
    # A block that is this much larger than the page limit cannot hold a page within it, headers included.
    return max_bytes + (1 << 20)


def _within(page: Page, max_bytes: int) -> Response:
    if len(page.payload) > max_bytes:
        return Response(replace(page, payload=b""), "page.too-large", f"over {max_bytes} bytes")
    return Response(page)


def _headers(record: WarcRecord) -> tuple[tuple[str, str], ...]:
    """Give the headers as sent; bytes beyond ASCII stand for themselves, as RFC 9110, section 5.5, has it."""
    return tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in record.http_headers.items_bytes())


def _page(record: WarcRecord, capture: Capture, payload: bytes) -> Page:
    url = (record.headers.get("WARC-Target-URI") or "").strip("<>")
    return Page(url, record.record_date, payload, capture)


def payload_digest(stored: bytes) -> str:
    """Digest a payload in the WARC form: SHA-1 in base32."""
    return f"sha1:{base64.b32encode(hashlib.sha1(stored, usedforsecurity=False).digest()).decode()}"


def _next_record(file: BinaryIO, start: int) -> int | None:
    """Find the first byte from `start` on at which a readable record begins."""
    file.seek(0)
    mark = _GZIP_MEMBER if file.read(len(_GZIP_MEMBER)) == _GZIP_MEMBER else _PLAIN_RECORD
    place, overlap = start, b""
    file.seek(start)
    while chunk := file.read(_SEARCH_BYTES):
        data = overlap + chunk
        found = data.find(mark)
        while found >= 0:
            candidate = place - len(overlap) + found
            if _opens(file, candidate):
                return candidate
            found = data.find(mark, found + 1)
        overlap = data[1 - len(mark) :]
        place += len(chunk)
        file.seek(place)
    return None


def _opens(file: BinaryIO, place: int) -> bool:
    file.seek(place)
    try:
        return next(iter(ArchiveIterator(file, parse_http=False)), None) is not None
    except (OSError, EOFError, ValueError):
        return False


def _sentence(error: Exception) -> str:
    return str(error).rstrip(".") or type(error).__name__
