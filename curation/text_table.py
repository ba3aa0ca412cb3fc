"""Rows of text that someone else extracted, Parquet or JSON lines, as articles."""

import datetime as dt
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pyarrow as pa
import pyarrow.parquet as pq

from crawler.outlets import ZONES, BadInput, Outlets
from crawler.urls import article_id, canonical_url
from curation.html.dates import parse_date
from curation.inserts import normal_text
from curation.records import Article, Reject
from curation.warc import payload_digest

TEXT_SUFFIXES = (".parquet", ".jsonl", ".ndjson", ".json")
_ROWS = 1_000


@dataclass(frozen=True, slots=True)
class TextRow:
    """One row as it stands in the table; `None` where the line could not be read."""

    number: int
    values: dict[str, Any] | None


def check_text_table(path: Path) -> None:
    """Look whether a table can be read and has a `text` column; raises BadInput."""
    try:
        columns = _columns(path)
    except (pa.ArrowInvalid, json.JSONDecodeError, UnicodeDecodeError) as error:
        kind = "Parquet" if path.suffix == ".parquet" else "JSON lines"
        raise BadInput(f"{path}: this cannot be read as {kind}; give .parquet or .jsonl.") from error
    if "text" not in columns:
        found = ", ".join(sorted(columns)) or "nothing"
        raise BadInput(f"{path}: there is no column 'text' (found: {found}); rename the column that holds the text.")


def read_text_rows(path: Path) -> Iterator[TextRow]:
    """Read the rows of a table in order."""
    rows = _parquet_rows(path) if path.suffix == ".parquet" else _json_rows(path)
    return (TextRow(number, values) for number, values in enumerate(rows))


def admit(row: TextRow, name: str, outlets: Outlets) -> Article | Reject:
    """Make an article of a row of the table `name`, or say why it is none.

    `text` is required; `url`, `outlet`, `title`, `summary`, `authors`, `editor`, `source`, `first_outlet`, `section`,
    `tags`, `published_at`, `modified_at` and `fetched_at` are taken where they are known. Times without a zone are in
    the outlet's.
    """
    values = row.values or {}
    raw, url = _string(values.get("text")), _string(values.get("url"))
    profile = outlets.of_url(url) or outlets.by_id.get(_string(values.get("outlet")))
    zone = ZONES[profile.zone] if profile else ZONES["WIB"]
    canonical = canonical_url(url, profile) if url else ""
    outlet = profile.id if profile else _string(values.get("outlet")) or urlsplit(url).hostname or "unknown"
    identity = article_id(canonical, payload_digest(raw.encode("utf-8", "replace")))
    text = normal_text(raw)
    title = _string(values.get("title")).strip()
    fetched_at = _time(values.get("fetched_at"), zone)
    if not text:
        code = "text.bad-row" if row.values is None else "text.empty"
        return Reject(
            id=identity, url=url, canonical_url=canonical, outlet=outlet, stage="extract", code=code,
            detail=f"row {row.number} of {name}", title=title, dup_of="", jaccard=None, fetched_at=fetched_at,
            capture=None,
        )  # fmt: skip
    return Article(
        id=identity, url=url, canonical_url=canonical, outlet=outlet, title=title, text=text,
        summary=_string(values.get("summary")), authors=_strings(values.get("authors")),
        editor=_string(values.get("editor")), credit="", source=_string(values.get("source")),
        first_outlet=_string(values.get("first_outlet")), rights_notice="",
        section=_string(values.get("section")),
        tags=_strings(values.get("tags")), dateline="", published_at=_time(values.get("published_at"), zone),
        modified_at=_time(values.get("modified_at"), zone), fetched_at=fetched_at, language="", language_score=0.0,
        n_words=0, cuts=(), capture=None, layout="", extractor="given",
    )  # fmt: skip


def _columns(path: Path) -> set[str]:
    if path.suffix == ".parquet":
        return set(pq.read_schema(path).names)
    with path.open(encoding="utf-8") as file:
        first = next((line for line in file if line.strip()), "{}")
    row = json.loads(first)
    return set(row) if isinstance(row, dict) else set()


def _parquet_rows(path: Path) -> Iterator[dict[str, Any]]:
    with pq.ParquetFile(path) as file:
        for batch in file.iter_batches(_ROWS):
            yield from batch.to_pylist()


def _json_rows(path: Path) -> Iterator[dict[str, Any] | None]:
    with path.open(encoding="utf-8", errors="replace") as file:
        for line in file:
            if line.strip():
                yield _json_row(line)


def _json_row(line: str) -> dict[str, Any] | None:
    try:
        row = json.loads(line)
    except (json.JSONDecodeError, RecursionError):
        return None
    return row if isinstance(row, dict) else None


def _string(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _strings(value: Any) -> tuple[str, ...]:
    if isinstance(value, str):
        return (value,) if value else ()
    return tuple(item for item in value if isinstance(item, str)) if isinstance(value, list) else ()


def _time(value: Any, zone: dt.tzinfo) -> dt.datetime | None:
    if isinstance(value, dt.datetime):
        return value if value.tzinfo else value.replace(tzinfo=zone)
    return parse_date(value, zone) if isinstance(value, str) else None
