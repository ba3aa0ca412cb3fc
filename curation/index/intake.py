"""Tables and releases → the rows that an index takes."""

import datetime as dt
import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from crawler.outlets import BadInput, Outlets, load_outlets
from curation.index.tables import IndexedRow
from curation.inserts import normal_text
from curation.records import Reject
from curation.schema import arrow_schema
from curation.signed import quality_of
from curation.sources import input_files
from curation.text.shingles import TOKEN
from curation.text_table import TEXT_SUFFIXES, TextRow, admit, check_text_table, read_text_rows

COLUMNS = (
    "text", "id", "url", "outlet", "title", "source", "first_outlet", "published_at", "fetched_at", "quality"
)  # fmt: skip
AT_ONCE = 4_096
"""Rows that are signed at once: 13 MB of news stories, 20 MB of signatures and shingle hashes."""
BYTES_AT_ONCE = 32_000_000
"""Bytes of text after which fewer are."""

TAKEN = pa.schema([*(field for field in arrow_schema(IndexedRow) if field.name != "node"), ("text", pa.large_string())])
"""Schema of a table of rows on their way in: `IndexedRow` without the node, with the text."""
_QUALITY = TAKEN.get_field_index("quality")
_MEASURES = ("insert_share", "duplicate_line_character_share")
"""What `signed.quality_of` goes by."""
_READ = TAKEN.set(_QUALITY, pa.field("quality", pa.struct([(name, pa.float64()) for name in _MEASURES])))


@dataclass(frozen=True, slots=True)
class Intake:
    """Rows read together."""

    rows: pa.Table
    """Of schema `TAKEN`."""
    without_text: int
    """Rows of the tables that held none, or could not be read."""


def text_files(paths: Iterable[Path]) -> list[Path]:
    """Give the tables that paths name: files, folders of them, releases; raises BadInput before any is read."""
    found: list[Path] = []
    for path in paths:
        inside = path / "documents"
        found += input_files([inside if inside.is_dir() else path], TEXT_SUFFIXES)
    for path in found:
        check_text_table(path)
    return found


def take_in(files: Iterable[Path]) -> Iterator[Intake]:
    """Read rows, some in memory at a time."""
    take = _taker(load_outlets())
    taken: list[dict[str, Any]] = []
    without_text = size = 0
    for values in (take(values) for path in files for values in _read(path)):
        if values is None:
            without_text += 1
            continue
        taken.append(values)
        size += len(values["text"])
        if len(taken) == AT_ONCE or size >= BYTES_AT_ONCE:
            yield Intake(_table(taken), without_text)
            taken, without_text, size = [], 0, 0
    yield Intake(_table(taken), without_text)


def _table(taken: list[dict[str, Any]]) -> pa.Table:
    table = pa.Table.from_pylist(taken, schema=_READ)
    return table.set_column(_QUALITY, TAKEN.field(_QUALITY), quality_of(table["quality"]))


def _read(path: Path) -> Iterator[tuple[Any, ...]]:
    """Give the values of `COLUMNS` of every row; what cannot be one of them is None."""
    try:
        for row in _parquet_rows(path) if path.suffix == ".parquet" else (row.values for row in read_text_rows(path)):
            values = (row or {}).get
            given = [value if isinstance(value := values(name), str | dt.datetime) else None for name in COLUMNS[:-1]]
            yield (*given, _measures(values("quality")))
    except (pa.ArrowException, OSError) as error:
        raise BadInput(f"{path}: this cannot be read to its end ({error}); mend the table.") from error


def _parquet_rows(path: Path) -> Iterator[dict[str, Any]]:
    with pq.ParquetFile(path) as file:
        columns = [name for name in COLUMNS if name in file.schema_arrow.names]
        for batch in file.iter_batches(1_000, columns=columns):
            yield from batch.to_pylist()


def _taker(outlets: Outlets) -> Callable[[tuple[Any, ...]], dict[str, Any] | None]:
    @lru_cache(maxsize=64)  # a table of one row a million times takes seconds, not minutes
    def take(values: tuple[Any, ...]) -> dict[str, Any] | None:
        given = dict(zip(COLUMNS, values, strict=True))
        article = admit(TextRow(0, given), "", outlets)
        if isinstance(article, Reject):
            return None
        return {
            "id": _string(given["id"]) or article.id,
            "url": _string(article.url),
            "canonical_url": _string(article.canonical_url),
            "outlet": _string(article.outlet),
            "title": _string(article.title),
            "source": _string(article.source),
            "first_outlet": _string(article.first_outlet),
            "published_at": article.published_at,
            "fetched_at": article.fetched_at,
            "n_words": len(TOKEN.findall(article.text)),
            "text_digest": hashlib.sha256(article.text.encode()).hexdigest()[:32],
            "quality": given["quality"] and dict(zip(_MEASURES, given["quality"], strict=True)),
            "text": article.text,
        }

    return take


def _measures(quality: Any) -> tuple[float, ...] | None:
    """Take out of what a release measured what says how much of a row to want."""
    if not isinstance(quality, dict):
        return None
    found = tuple(value for name in _MEASURES if isinstance(value := quality.get(name), float))
    return found if len(found) == len(_MEASURES) else None


def _string(value: Any) -> str:
    return normal_text(value) if isinstance(value, str) else ""
