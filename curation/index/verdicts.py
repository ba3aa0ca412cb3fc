"""What an index says of all its rows: verdicts, figures, signatures for others."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from curation.duplicates import CODES
from curation.index.manifest import Settings
from curation.index.state import map_state
from curation.index.store import REMOVED, ROWS, Index, Rows, open_index, read_segments, signatures_at
from curation.index.tables import Verdict
from curation.schema import arrow_schema
from curation.shards import aside, write_table

ROWS_AT_A_TIME = 10_000


@dataclass(frozen=True, slots=True)
class Figures:
    """An index in numbers."""

    rows: int
    """Rows that were not removed."""
    removed: int
    nodes: int
    """Different texts among the rows."""
    kept: int
    """Rows that stay."""
    by_outlet: dict[str, tuple[int, int]]
    """Rows and kept rows of each outlet, the one with most rows first."""
    cluster_sizes: dict[int, int]
    """How many kept rows stand for so many rows, themselves included."""
    settings: Settings
    bytes_by_part: dict[str, int]
    """Bytes on disk of rows, signatures and shingle sets, pairs, bands, decisions."""


def verdicts(folder: Path) -> pa.Table:
    """Say of every row that was not removed whether it stays, sorted by id: the same for every way of adding them."""
    index = open_index(folder)
    decided, tables = map_state(index).rows, [arrow_schema(Verdict).empty_table()]
    ids = [np.array([], object)]
    for _, table in read_segments(index, ROWS, "rows", ["id"]):
        ids.append(np.array(table["id"].to_pylist(), object))
    names = np.concatenate(ids)
    for live, _ in live_rows(index, ["node"]):
        stands, jaccard, containment = decided.stands[live], decided.jaccard[live], decided.containment[live]
        columns = {
            "id": names[live],
            "kept": stands == live,
            "code": pa.array(CODES).take(pa.array(decided.code[live])),
            "dup_of": np.where(stands == live, "", names[stands]),
            "jaccard": pa.array(jaccard, mask=np.isnan(jaccard)),
            "containment": pa.array(containment, mask=np.isnan(containment)),
        }
        tables.append(pa.table(columns, schema=arrow_schema(Verdict)))
    return pa.concat_tables(tables).sort_by("id").combine_chunks()


def write_verdicts(folder: Path, path: Path) -> int:
    """Write `verdicts` as Parquet; gives the number of rows."""
    table = verdicts(folder)
    write_table(path, table)
    return len(table)


def write_signatures(folder: Path, path: Path) -> int:
    """Write id, verdict and signature of every row that was not removed; gives the number of rows.

    The scheme is in the metadata, so that `datasketch.MinHash` can be made of a row: see docs/index.md.
    """
    index = open_index(folder)
    decided, scheme = map_state(index).rows, index.scheme
    signature = pa.list_(pa.uint32(), scheme.permutations)
    fields = [("id", pa.string()), ("kept", pa.bool_()), ("signature", signature)]
    schema, written = pa.schema(fields, metadata={"scheme": scheme.to_json()}), 0
    with aside(path) as partial, pq.ParquetWriter(partial, schema, compression="zstd") as writer:
        for live, table in live_rows(index, ["id", "node"]):
            for start in range(0, len(live), ROWS_AT_A_TIME):
                some, rows = table.slice(start, ROWS_AT_A_TIME), live[start : start + ROWS_AT_A_TIME]
                node, place = np.unique(some["node"].to_numpy(), return_inverse=True)
                values = pa.FixedSizeListArray.from_arrays(
                    pa.array(signatures_at(index, node)[place].ravel()), type=signature
                )
                kept = decided.stands[rows] == rows
                columns = [some["id"].combine_chunks(), pa.array(kept), values]
                writer.write_table(pa.table(columns, schema=schema))
                written += len(rows)
    return written


def figures(folder: Path) -> Figures:
    """Count what is in an index."""
    index = open_index(folder)
    state = map_state(index)
    outlets, kept_outlets = Counter[str](), Counter[str]()
    sizes, rows = np.zeros(len(state.rows.stands), np.int64), 0
    for live, table in live_rows(index, ["outlet"]):
        stands = state.rows.stands[live]
        names = np.array(table["outlet"].to_pylist(), object)
        outlets.update(names.tolist())
        kept_outlets.update(names[stands == live].tolist())
        np.add.at(sizes, stands, 1)
        rows += len(live)
    parts = Counter[str]()
    for name, file in index.manifest.files:
        part = name.split("/")
        parts[_PARTS.get(part[-1], "pairs") if part[0] == "segments" else _PARTS[part[0]]] += file.bytes
    return Figures(
        rows=rows,
        removed=sum(segment.rows for segment in index.manifest.segments if segment.kind == "removed"),
        nodes=int((state.order.leader >= 0).sum()),
        kept=int((sizes > 0).sum()),
        by_outlet={name: (count, kept_outlets[name]) for name, count in _by_count(outlets)},
        cluster_sizes=dict(sorted(Counter(sizes[sizes > 0].tolist()).items())),
        settings=index.manifest.settings,
        bytes_by_part=dict(parts),
    )


def live_rows(index: Index, columns: list[str]) -> Iterator[tuple[Rows, pa.Table]]:
    """Give the rows that were not removed, segment by segment: their numbers, and some columns."""
    gone = removed_rows(index)
    before = 0
    for segment, table in read_segments(index, ROWS, "rows", columns):
        numbers = np.arange(before, before + segment.rows)
        live = ~np.isin(numbers, gone)
        yield numbers[live], table.filter(pa.array(live))
        before += segment.rows


def removed_rows(index: Index) -> Rows:
    """Give the numbers of the rows that were removed."""
    tables = [table["row"].to_numpy() for _, table in read_segments(index, REMOVED, "removed", ["row"])]
    return np.concatenate([np.empty(0, np.int64), *tables])


_PARTS = {
    "rows.parquet": "rows",
    "numbers.arrow": "rows",
    "nodes.arrow": "signatures and shingle sets",
    "bands": "bands",
    "state": "decisions",
}


def _by_count(counts: Counter[str]) -> list[tuple[str, Any]]:
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))
