"""What an index holds of every row to choose again, as numbers, and which row leads each text now."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from crawler.outlets import load_outlets
from curation.index.mapped import map_batches, numbers, write_mapped
from curation.index.tables import IndexedRow
from curation.schema import arrow_schema
from curation.signed import (
    Known,
    OutletNumbers,
    Stories,
    named,
    numbered,
    numbered_addresses,
    numbers_of,
    outlet_numbers,
    stories_of,
)

Rows = npt.NDArray[np.int64]
Words = npt.NDArray[np.uint64]
Columns = Mapping[str, npt.NDArray[Any]]

NOBODY = -1
"""Leader of a text that no row has any more, or none that stands for its address."""
COLUMNS = ["id", "outlet", "source", "first_outlet"]
"""What is read of the table of rows; all else that the choice goes by lies beside it as `NUMBERS`."""
NUMBERS = pa.schema(
    [
        *((name, pa.uint64()) for name in ("id", "address_0", "address_1", "text_0", "text_1")),
        *((name, pa.int64()) for name in ("published", "fetched", "node")),
        ("length", pa.int32()),
        ("quality", pa.float32()),
        ("plain", pa.int8()),
    ]
)
_IDENTITY = re.compile(r"[0-9a-f]{16}")


@dataclass(frozen=True, slots=True)
class Held:
    """What is known of all rows, some 120 bytes a row."""

    id: pa.ChunkedArray
    columns: Columns
    """Those of `signed.Known`, address and text as digests, (rows, 2), and `node`, the number of the text."""

    def __len__(self) -> int:
        """Count the rows."""
        return len(self.node)

    @property
    def node(self) -> Rows:
        """Number of the text."""
        return self.columns["node"]

    @property
    def digest(self) -> Words:
        """The text's, (rows, 2)."""
        return self.columns["text"]


@dataclass(frozen=True, slots=True)
class Order:
    """Who leads each text, and how much it is wanted, (texts,)."""

    leader: Rows
    """The row that is wanted most of those that have the text and stand for an address; or `NOBODY`."""
    rank: Rows
    """Place of the text before any are compared, the most wanted first; -1 where nobody leads it."""
    named: Rows
    """As `signed.named` says of the leader; -1 where there is none."""

    def grown(self, texts: int) -> "Order":
        """Make room for more texts, which nobody leads."""
        more = np.full(texts - len(self.leader), NOBODY, np.int64)
        return Order(*(np.concatenate([part, more]) for part in (self.leader, self.rank, self.named)))


@dataclass(frozen=True, slots=True)
class Choice:
    """The rows that were not removed, as the pipeline sees them."""

    live: Rows
    """Their numbers."""
    node: Rows
    """Number of the text of each."""
    known: Known
    stories: Stories
    order: Order


def choice_of(held: Held, gone: Rows, texts: int, order: str) -> Choice:
    """Settle captures of one address and equal texts among the rows that were not removed."""
    is_live = np.ones(len(held), np.bool_)
    is_live[gone] = False
    live = np.flatnonzero(is_live)
    columns = {name: column[live] for name, column in held.columns.items() if name != "node"}
    address, text = numbered_addresses(columns["address"]), numbered(columns["text"])
    known = Known(**columns | {"address": address, "text": text})
    stories = stories_of(known, order)
    node = held.node[live]
    nodes = node[stories.ranked]
    leader, rank, is_named = (np.full(texts, NOBODY, np.int64) for _ in range(3))
    leader[nodes], rank[nodes] = live[stories.ranked], np.arange(len(nodes))
    is_named[nodes] = named(known, np.flatnonzero(stories.captured == np.arange(len(live))))[stories.ranked]
    return Choice(live, node, known, stories, Order(leader, rank, is_named))


def numbers_of_rows(rows: pa.Table, outlets: OutletNumbers) -> Columns:
    """Take out of a table of `IndexedRow` what the choice goes by."""
    names = pa.array([f"{number_of_id(name):016x}" for name in rows["id"].to_pylist()], pa.string())
    table = rows.set_column(rows.column_names.index("id"), "id", names).combine_chunks()
    (batch,) = table.to_batches() or [pa.RecordBatch.from_pylist([], table.schema)]
    return numbers_of(batch, outlets) | {"node": batch.column("node").to_numpy()}


def number_of_id(name: str) -> int:
    """Read an id of 16 hex digits as the number that it is, and make one of 64 bits of any other."""
    return int(name if _IDENTITY.fullmatch(name) else sha256(name.encode()).hexdigest()[:16], 16)


def held_of(parts: Sequence[tuple[pa.ChunkedArray, Columns]]) -> Held:
    """Put rows behind rows: their ids, and what the choice goes by."""
    empty = arrow_schema(IndexedRow).empty_table()
    parts = [(empty["id"], numbers_of_rows(empty, OutletNumbers(load_outlets()))), *parts]
    ids = pa.chunked_array([chunk for names, _ in parts for chunk in names.chunks], pa.string())
    return Held(ids, {name: np.concatenate([columns[name] for _, columns in parts]) for name in parts[0][1]})


def both(one: Held, other: Held) -> Held:
    """Put the rows of one behind those of another."""
    ids = pa.chunked_array([*one.id.chunks, *other.id.chunks], pa.string())
    return Held(ids, {name: np.concatenate([column, other.columns[name]]) for name, column in one.columns.items()})


def write_numbers(path: Path, columns: Columns) -> None:
    """Write what the choice goes by, but the numbers of outlets, which hold in one process only."""
    flat = dict(columns)
    for name in ("address", "text"):
        flat |= {f"{name}_{half}": np.ascontiguousarray(column) for half, column in enumerate(flat.pop(name).T)}
    write_mapped(path, NUMBERS, [pa.record_batch([pa.array(flat[name]) for name in NUMBERS.names], schema=NUMBERS)])


def read_numbers(path: Path, rows: pa.Table, outlets: OutletNumbers) -> Columns:
    """Read what `write_numbers` wrote; `rows` are the same rows, with `COLUMNS`."""
    (batch,) = map_batches(path)
    columns = {name: numbers(batch.column(name)) for name in NUMBERS.names}
    for name in ("address", "text"):
        columns[name] = np.stack([columns.pop(f"{name}_{half}") for half in (0, 1)], axis=1)
    (strings,) = rows.combine_chunks().to_batches()
    return columns | outlet_numbers(strings, outlets)


def digest_words(digests: Sequence[str]) -> Words:
    """Read digests of 32 hex digits as two numbers each."""
    return np.frombuffer(bytes.fromhex("".join(digests)), ">u8").astype(np.uint64).reshape(-1, 2)


@dataclass(frozen=True, slots=True)
class Lookup:
    """Numbers sorted, to find the rows that have one."""

    values: Words
    rows: Rows

    def find(self, values: Words) -> tuple[Rows, Rows]:
        """Give where the rows of each value begin and end in `rows`."""
        return np.searchsorted(self.values, values, "left"), np.searchsorted(self.values, values, "right")


def lookup(values: Words) -> Lookup:
    """Sort numbers to look them up."""
    order = np.argsort(values, kind="stable")
    return Lookup(values[order], order)


def rows_of_ids(held: Held, by_id: Lookup, ids: Sequence[str]) -> Rows:
    """Find the row of each id; -1 where there is none. `by_id` looks up the numbers of the ids."""
    found = np.full(len(ids), -1, np.int64)
    low, high = by_id.find(np.array(list(map(number_of_id, ids)), np.uint64))
    for place in np.flatnonzero(high > low).tolist():
        for row in by_id.rows[low[place] : high[place]].tolist():
            if held.id[row].as_py() == ids[place]:
                found[place] = row
    return found


def nodes_of_digests(held: Held, by_digest: Lookup, digests: Words) -> Rows:
    """Find the text of each digest, (digests, 2); -1 where there is none. `by_digest` looks up the first words."""
    low, high = by_digest.find(digests[:, 0])
    found = np.full(len(digests), -1, np.int64)
    for place in np.flatnonzero(high > low).tolist():
        row = by_digest.rows[low[place]]
        if held.digest[row, 1] == digests[place, 1]:
            found[place] = held.node[row]
    return found
