"""A folder of saved pages → WARC: the way in for archives that are no archives yet."""

import csv
import datetime as dt
import gzip
import io
from dataclasses import dataclass
from pathlib import Path

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from crawler.outlets import BadInput
from curation.html.decode import decode
from curation.html.metadata import declared_address
from curation.html.tree import parse
from curation.shards import aside

MANIFEST = "manifest.csv"
_SUFFIXES = (".html", ".htm", ".xhtml", ".html.gz", ".htm.gz")


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did."""

    written: int
    without_address: tuple[str, ...]
    """Files left out because nothing says where they came from."""


def import_pages(folder: Path, warc: Path) -> Imported:
    """Write every saved page below a folder to one WARC, sorted by path.

    The address of a page stands in `manifest.csv` (columns `file`, `url`, and `fetched_at` where known), else in the
    page: rel=canonical, og:url. A page without one is left out and named. The capture time is that of the manifest,
    else the file's time of change. Raises BadInput where the folder holds no page or the manifest is wrong.
    """
    pages = sorted(path for path in folder.rglob("*") if path.name.endswith(_SUFFIXES))
    if not pages:
        raise BadInput(f"{folder}: there is no saved page ({', '.join(_SUFFIXES)}) in this folder; check the path.")
    listed = _read_manifest(folder)
    without, written = [], 0
    with aside(warc) as partial, partial.open("wb") as file:
        writer = WARCWriter(file, gzip=True, warc_version="1.1")
        for path in pages:
            payload = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
            url, time = listed.get(path.relative_to(folder).as_posix(), ("", None))
            url = url or _declared(payload)
            if not url:
                without.append(path.relative_to(folder).as_posix())
                continue
            stamp = time or dt.datetime.fromtimestamp(path.stat().st_mtime, dt.UTC)
            _write(writer, url, stamp, payload)
            written += 1
    return Imported(written, tuple(without))


def _read_manifest(folder: Path) -> dict[str, tuple[str, dt.datetime | None]]:
    path = folder / MANIFEST
    if not path.exists():
        return {}
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        if not {"file", "url"} <= set(reader.fieldnames or ()):
            raise BadInput(f"{path}: the columns 'file' and 'url' are required; name them in the first line.")
        return {row["file"]: (row["url"] or "", _stamp(path, row)) for row in reader}


def _stamp(path: Path, row: dict[str, str]) -> dt.datetime | None:
    text = row.get("fetched_at") or ""
    try:
        time = dt.datetime.fromisoformat(text) if text else None
    except ValueError as error:
        raise BadInput(
            f"{path}: key fetched_at: {text!r} is not an ISO time; write 2026-11-07T08:00:00+07:00."
        ) from error
    return time if time is None or time.tzinfo else time.replace(tzinfo=dt.UTC)


def _declared(payload: bytes) -> str:
    tree = parse(decode(payload, ""))
    return "" if tree is None else declared_address(tree)


def _write(writer: WARCWriter, url: str, time: dt.datetime, payload: bytes) -> None:
    headers = StatusAndHeaders("200 OK", [("Content-Type", "text/html")], protocol="HTTP/1.1")
    stamp = time.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    record = writer.create_warc_record(
        url, "response", payload=io.BytesIO(payload), http_headers=headers, warc_headers_dict={"WARC-Date": stamp}
    )
    writer.write_record(record)
