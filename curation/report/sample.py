"""The documents that one can open in the report: as many as the file may hold, chosen by the hash of their id."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from heapq import nsmallest
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.dataset as ds

from curation.records import Capture, Cut, Document
from curation.report.facts import batches
from curation.schema import arrow_schema, records_of
from curation.show.visible import visible

BYTES = 12_000_000
"""Of titles, texts and cuts: with what stands beside them and the page itself the file stays below 15 MB."""
MOST = 20_000
"""Documents at most, however short: a browser still searches them while one types."""
_BESIDE = 700
"""Bytes a document takes beside its texts, the mean of news documents."""
_MOST_COPIES = 20
"""Copies shown of one document."""


def sample(release: Path, limit: int = BYTES) -> list[Document]:
    """Take documents in the order of the SHA-256 of their ids, as long as they fit; the newest first, undated last.

    The same release has the same sample, and a document that is in the sample of a release is likely to be in that of
    the next.
    """
    chosen, used = [], 0
    for _, identity, size in nsmallest(MOST, _sizes(release)):
        if used + size <= limit:
            chosen.append(identity)
            used += size
    rows = ds.dataset(release / "documents", schema=arrow_schema(Document), format="parquet")
    table = rows.to_table(filter=pc.field("id").isin(pa.array(chosen, pa.string())))
    documents = records_of(Document, table)
    return sorted(documents, key=lambda row: (-row.published_at.timestamp() if row.published_at else 0.0, row.id))


def _sizes(release: Path) -> Iterator[tuple[str, str, int]]:
    for batch in batches(release / "documents", Document, ["id", "title", "text", "cuts"]):
        cuts = pa.table({
            "row": pc.list_parent_indices(batch["cuts"]),
            "size": pc.binary_length(pc.struct_field(pc.list_flatten(batch["cuts"]), "text")),
        })  # fmt: skip
        taken = {
            group["row"]: group["size_sum"] for group in cuts.group_by("row").aggregate([("size", "sum")]).to_pylist()
        }
        sizes = pc.add(pc.binary_length(batch["title"]), pc.binary_length(batch["text"])).to_pylist()
        for row, (identity, size) in enumerate(zip(batch["id"].to_pylist(), sizes, strict=True)):
            yield hashlib.sha256(identity.encode()).hexdigest(), identity, _BESIDE + size + taken.get(row, 0)


def browser_data(documents: Sequence[Document], names: Mapping[str, str]) -> dict[str, Any]:
    """Put documents into the form that `report.js` reads; characters that steer are written as their codes."""
    statements: dict[str, int] = {}
    codes = {cut.code for document in documents for cut in document.cuts}
    return {
        "rules": {code: names.get(code, "") for code in sorted(codes)},
        "documents": [_entry(document, statements) for document in documents],
        "statements": list(statements),
    }


def pieces(text: str, cuts: Sequence[Cut]) -> list[str | list[str]]:
    """Part the text before any cut: a string stays, a list of code and string was cut."""
    parts: list[str | list[str]] = []
    place = before = 0
    for cut in cuts:
        kept = text[place : place + cut.start - before]
        parts += [_lines(kept), [cut.code, _lines(cut.text)]] if kept else [[cut.code, _lines(cut.text)]]
        place += cut.start - before
        before = cut.start + len(cut.text)
    return [*parts, _lines(text[place:])] if text[place:] else parts


def _lines(text: str) -> str:
    return "\n".join(map(visible, text.split("\n")))


def _entry(document: Document, statements: dict[str, int]) -> dict[str, Any]:
    rights = [
        f"{right.signal}: {right.value} ({right.meaning or 'settles nothing'}; {right.said_by})"
        for right in document.rights
    ]
    told = {
        "id": document.id,
        "url": document.url,
        "outlet": document.outlet,
        "title": document.title,
        "authors": ", ".join(document.authors),
        "section": document.section,
        "published": _time(document.published_at),
        "fetched": _time(document.fetched_at),
        "language": document.language,
        "words": document.n_words,
        "reuse": document.reuse,
        "split": "/".join(filter(None, (document.split, document.time_split))),
        "layout": document.layout,
        "extractor": document.extractor,
        "found": document.found_by,
        "masks": ", ".join(f"{mask.kind} {mask.count}" for mask in document.masks),
        "appearances": document.cluster_size,
    }
    shown = {name: visible(value) if isinstance(value, str) else value for name, value in told.items() if value}
    return shown | {
        "body": pieces(document.text, document.cuts),
        "capture": [_capture(capture) for capture in (document.capture, *document.parts) if capture],
        "rights": [statements.setdefault(visible(right), len(statements)) for right in rights],
        "copies": [
            [visible(copy.outlet), visible(copy.url), _time(copy.published_at), copy.kind, round(copy.similarity, 2)]
            for copy in document.copies[:_MOST_COPIES]
        ],
    }


def _capture(capture: Capture) -> list[Any]:
    return [visible(capture.warc), capture.offset, capture.length, visible(capture.digest)]


def _time(time: Any) -> str:
    return f"{time:%Y-%m-%d %H:%M}" if time else ""
