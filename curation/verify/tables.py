"""Do the tables of a release hold together: columns, counts, folders, order, ids, clusters, takedowns."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from crawler.outlets import load_outlets
from curation.release.assemble import TABLES
from curation.release.withdrawals import rows_of
from curation.schema import arrow_schema
from curation.stages import publish
from curation.takedowns import CODE, Takedowns
from curation.verify.failure import Failure

KINDS = {kind.name: kind for kind in vars(publish).values() if isinstance(kind, publish.Kind)}
_COUNTED = {"documents": ("outlet", "language", "extractor"), "rejects": ("outlet", "code")}
"""Columns of each table by whose values the manifest counts its rows."""
_COPY = "duplicate."
_CAPTURED = ("duplicate.capture", "duplicate.address")


def check_tables(folder: Path, manifest: Mapping[str, Any]) -> Iterator[Failure]:
    """Hold the tables against the records, the manifest and each other; their files are whole."""
    rows = {file["path"]: file["rows"] for file in manifest["files"] if "rows" in file}
    for name, record in TABLES.items():
        for path in sorted((folder / name).rglob("*.parquet")):
            yield from _check_table(path, path.relative_to(folder).as_posix(), record, rows)
        yield from _check_folders(folder, name)
    yield from _check_counts(folder, manifest["counts"])
    yield from _check_clusters(folder)


def check_takedowns(folder: Path, takedowns: Takedowns) -> Iterator[Failure]:
    """Look whether a row stands on which a tombstone lies; a reject must be stopped by it and say nothing else."""
    outlets = load_outlets()
    silent = _silent_rejects(folder)
    for table in ("documents", "rejects") if takedowns.stones else ():
        for row in rows_of(folder, table, outlets):
            stones = takedowns.on(row.id, row.addresses, row.outlet)
            if stones and (row.is_document or row.id not in silent):
                yield Failure(row.file, f"row {row.id} stands, and is taken down by {stones[0]}; build a new release")


def _check_table(path: Path, name: str, record: type, rows: Mapping[str, int]) -> Iterator[Failure]:
    with pq.ParquetFile(path) as file:
        if not file.schema_arrow.equals(_as_written(record), check_metadata=True):
            yield Failure(name, f"its columns are not those of {record.__name__}")
        if file.metadata.num_rows != rows.get(name):
            yield Failure(name, f"it has {file.metadata.num_rows} rows, and the manifest says {rows.get(name)}")


@cache
def _as_written(record: type) -> pa.Schema:
    """Schema of a record as Parquet gives it back: the item of a list has another name there."""
    place = pa.BufferOutputStream()
    pq.write_table(arrow_schema(record).empty_table(), place)
    return pq.ParquetFile(pa.BufferReader(place.getvalue())).schema_arrow


def _check_folders(folder: Path, name: str) -> Iterator[Failure]:
    """Look whether every row lies in its folder, and the rows of a folder in their order."""
    kind = KINDS[name]
    order = [(column, "ascending") for column in kind.order]
    for place in sorted({path.parent for path in (folder / name).rglob("*.parquet")}):
        parts = sorted(place.glob("*.parquet"), key=lambda path: int(path.stem.rpartition("-")[2]))
        columns = list(dict.fromkeys((*kind.keys, *kind.order)))
        table = pa.concat_tables(pq.ParquetFile(part).read(columns) for part in parts)
        here = place.relative_to(folder / name).as_posix().removeprefix(".")
        wrong = [other for other in kind.folders(table) if other != here]
        if wrong:
            yield Failure(
                place.relative_to(folder).as_posix(), f"{len(wrong)} rows belong elsewhere, the first to {wrong[0]}"
            )
        if not table.select(kind.order).sort_by(order).equals(table.select(kind.order)):
            yield Failure(place.relative_to(folder).as_posix(), f"its rows are not sorted by {', '.join(kind.order)}")


def _check_counts(folder: Path, told: Mapping[str, Any]) -> Iterator[Failure]:
    for name, columns in _COUNTED.items():
        counters: dict[str, Counter[Any]] = {column: Counter() for column in columns}
        for path in sorted((folder / name).rglob("*.parquet")):
            table = pq.ParquetFile(path).read(list(columns))
            for column in columns:
                counters[column].update(table[column].to_pylist())
        if (total := counters["outlet"].total()) != told[name]:
            yield Failure(name, f"there are {total} rows, and the manifest counts {told[name]}")
        for column, counter in counters.items():
            if dict(counter) != told[f"{name}_by_{column}"]:
                yield Failure(name, f"the manifest counts other rows by {column}")


def _check_clusters(folder: Path) -> Iterator[Failure]:
    """Hold every document's copies and versions against the rejects that name it."""
    joined, captured, codes = _followers(folder)
    seen: set[str] = set()
    columns = ["id", "cluster_id", "cluster_size", "copies", "versions"]
    for path in sorted((folder / "documents").rglob("*.parquet")):
        name = path.relative_to(folder).as_posix()
        for row in pq.ParquetFile(path).read(columns).to_pylist():
            copies = {copy["id"] for copy in row["copies"]}
            versions = {version["id"] for version in row["versions"]}
            if row["id"] in seen:
                yield Failure(name, f"the id {row['id']} stands twice")
            if codes.get(row["id"], "duplicate.capture") != "duplicate.capture":
                yield Failure(name, f"row {row['id']} is a reject too, {codes[row['id']]}")
            if row["cluster_id"] != row["id"] or row["cluster_size"] != 1 + len(row["copies"]):
                yield Failure(name, f"row {row['id']} does not stand for its cluster of {row['cluster_size']}")
            if copies != joined.pop(row["id"], set()):
                yield Failure(name, f"row {row['id']} lists other copies than the rejects that name it")
            if not versions <= captured.pop(row["id"], set()):
                yield Failure(name, f"row {row['id']} lists versions that no reject has")
            seen.add(row["id"])
    for missing in sorted({*joined, *captured} - seen):
        yield Failure("rejects", f"a copy says that {missing} stands for it, which is no document")


def _followers(folder: Path) -> tuple[dict[str, set[str]], dict[str, set[str]], dict[str, str]]:
    """Give the ids of the rejects that name a document: copies, then captures; and the code of every reject."""
    joined: dict[str, set[str]] = defaultdict(set)
    captured: dict[str, set[str]] = defaultdict(set)
    codes: dict[str, str] = {}
    for path in sorted((folder / "rejects").rglob("*.parquet")):
        for row in pq.ParquetFile(path).read(["id", "code", "dup_of"]).to_pylist():
            if row["code"] in _CAPTURED:
                captured[row["dup_of"]].add(row["id"])
            elif row["code"].startswith(_COPY):
                joined[row["dup_of"]].add(row["id"])
            codes[row["id"]] = row["code"]
    return dict(joined), dict(captured), codes


def _silent_rejects(folder: Path) -> set[str]:
    """Ids of rejects that were stopped by a tombstone and hold no headline."""
    silent: set[str] = set()
    for path in sorted((folder / "rejects").rglob("*.parquet")):
        rows = pq.ParquetFile(path).read(["id", "code", "title"]).to_pylist()
        silent.update(row["id"] for row in rows if row["code"] == CODE and not row["title"])
    return silent
