"""Files of rows that are whole or absent."""

import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar

import pyarrow as pa
import pyarrow.parquet as pq

from curation.records import Reject
from curation.schema import arrow_schema, records_of, table_of

Row = TypeVar("Row")

ROWS_PER_GROUP = 1_000
_PARQUET: dict[str, Any] = {"compression": "zstd", "write_page_index": True, "store_schema": True}


@dataclass(frozen=True, slots=True)
class Counts:
    """Rows of one shard by what became of them."""

    kept: int
    rejected: int


@contextmanager
def aside(path: Path) -> Iterator[Path]:
    """Give a place beside `path` to write to, and move it there whole when the block ends well.

    A block that raises, or a machine that stops, leaves `path` as it was.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.partial")
    try:
        yield partial
        _sync(partial)
        partial.replace(path)
        _sync(path.parent)
    finally:
        partial.unlink(missing_ok=True)


def rejects_of(shard: Path) -> Path:
    """Name the file that holds the rejects of a shard."""
    return shard.with_name(f"{shard.stem}.rejects.parquet")


def write_table(path: Path, table: pa.Table, rows_per_group: int = ROWS_PER_GROUP) -> None:
    """Write a whole table."""
    with aside(path) as partial:
        pq.write_table(table, partial, row_group_size=rows_per_group, **_PARQUET)


def write_rows(
    shard: Path, record: type, rows: Iterable[object], notes: Mapping[str, object], check: Callable[[Counts], None]
) -> None:
    """Write rows of `record` to a shard and its rejects beside it, a thousand rows in memory at a time.

    `notes` becomes footer metadata of the shard and may be filled while the rows are drawn. The rejects are whole
    before the shard is, so a shard that exists is finished. `check` sees the counts before either counts as written
    and may raise.
    """
    kept = rejected = 0
    with aside(shard) as kept_path, aside(rejects_of(shard)) as rejects_path:
        with (
            pq.ParquetWriter(kept_path, arrow_schema(record), **_PARQUET) as keep,
            pq.ParquetWriter(rejects_path, arrow_schema(Reject), **_PARQUET) as refuse,
        ):
            for batch in _batches(rows, ROWS_PER_GROUP):
                stopped = [row for row in batch if isinstance(row, Reject)]
                passed = [row for row in batch if not isinstance(row, Reject)]
                _write(refuse, Reject, stopped)
                _write(keep, record, passed)
                kept, rejected = kept + len(passed), rejected + len(stopped)
            keep.add_key_value_metadata({name: json.dumps(note) for name, note in notes.items()})
        check(Counts(kept, rejected))


def read_rows(shard: Path, record: type[Row]) -> Iterator[Row]:
    """Read the records of a shard, a thousand in memory at a time."""
    with pq.ParquetFile(shard) as file:
        for batch in file.iter_batches(ROWS_PER_GROUP):
            yield from records_of(record, pa.Table.from_batches([batch]))


def read_note(shard: Path, name: str) -> Any:
    """Read one note of those that `write_rows` put in the footer of a shard; None where there is none."""
    note = (pq.read_metadata(shard).metadata or {}).get(name.encode())
    return None if note is None else json.loads(note)


def count_rows(shard: Path) -> int:
    """Count the rows of a shard from its footer."""
    return int(pq.read_metadata(shard).num_rows)


def _write(writer: pq.ParquetWriter, record: type, rows: Sequence[object]) -> None:
    if rows:
        writer.write_table(table_of(record, rows))


def _batches(rows: Iterable[Row], size: int) -> Iterator[list[Row]]:
    iterator = iter(rows)
    while batch := list(islice(iterator, size)):
        yield batch


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
