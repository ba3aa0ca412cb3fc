"""The decisions after the last change as they lie on disk, and what the next change starts from."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from curation.index.mapped import map_batches, numbers, write_mapped
from curation.index.order import Order
from curation.index.store import ASKERS, COMPARED, CROWDED, STATE_ROWS, STATE_TEXTS, Index, Rows, reading
from curation.index.tables import Asker, NodePair
from curation.schema import arrow_schema
from curation.shards import write_table

Crowded = dict[int, npt.NDArray[np.uint64]]
"""Keys of the buckets of more than `bucket` texts, by band, sorted."""

_CROWDED = pa.schema([("band", pa.int64()), ("key", pa.uint64())])
_TEXTS = pa.schema(
    [
        *((name, pa.int64()) for name in ("leader", "rank", "named")),
        ("asks", pa.uint64()),
        ("answers", pa.int8()),
    ]
)
_ROWS = pa.schema(
    [("code", pa.int8()), ("stands", pa.int64()), ("jaccard", pa.float64()), ("containment", pa.float64())]
)


@dataclass(frozen=True, slots=True)
class Pairs:
    """Pairs of texts that were compared, each once."""

    nodes: Rows
    """(pairs, 2), the lower number first."""
    shared: Rows
    """Shingles that both have."""


@dataclass(frozen=True, slots=True)
class Asking:
    """What kept texts asked of one another to find those that lie inside others, and what came of it."""

    asks: npt.NDArray[np.uint64]
    """Digest of what a text asks for, (texts,); 0 where it asks for nothing."""
    answers: npt.NDArray[np.int8]
    """Whether it was asked, as one of those that stay among their near copies, (texts,)."""
    askers: Rows
    """Texts that found enough, and in which, (pairs, 2), sorted."""
    compared: Pairs
    """Pairs that were compared because of it."""


@dataclass(frozen=True, slots=True)
class Decided:
    """What was decided of every row, (rows,)."""

    code: npt.NDArray[np.int8]
    """Place in `duplicates.CODES`; -1 where the row was removed."""
    stands: Rows
    """The row that stands for it: its own where it is kept; -1 where it was removed."""
    jaccard: npt.NDArray[np.float64]
    """As in `duplicates.Verdicts`."""
    containment: npt.NDArray[np.float64]
    """As in `duplicates.Verdicts`."""


@dataclass(frozen=True, slots=True)
class State:
    """What was decided after a change, mapped."""

    order: Order
    rows: Decided


def map_state(index: Index) -> State:
    """Map the decisions."""
    texts, rows = _map(index, STATE_TEXTS, _TEXTS), _map(index, STATE_ROWS, _ROWS)
    order = Order(*(texts[name] for name in Order.__slots__))
    return State(order, Decided(*(rows[name] for name in _ROWS.names)))


def read_asking(index: Index) -> Asking:
    """Read what was asked."""
    texts = _map(index, STATE_TEXTS, _TEXTS)
    askers, compared = _read(index, ASKERS, arrow_schema(Asker)), _read(index, COMPARED, arrow_schema(NodePair))
    return Asking(texts["asks"], texts["answers"], _pairs(askers, "asker", "text"), pairs_of(compared))


def read_crowded(index: Index) -> Crowded:
    """Read which buckets are crowded."""
    table = _read(index, CROWDED, _CROWDED)
    band, key = table["band"].to_numpy(), table["key"].to_numpy()
    return {one: key[band == one] for one in np.unique(band).tolist()}


def write_state(folder: Path, state: State, asking: Asking, crowded: Crowded) -> None:
    """Write the decisions, and what the next change starts from."""
    texts: list[npt.NDArray[Any]] = [getattr(state.order, name) for name in Order.__slots__]
    _write(folder / STATE_TEXTS, _TEXTS, [*texts, asking.asks, asking.answers])
    _write(folder / STATE_ROWS, _ROWS, [getattr(state.rows, name) for name in _ROWS.names])
    crowds = [(band, key) for band, keys in sorted(crowded.items()) for key in keys.tolist()]
    band, key = zip(*crowds, strict=True) if crowds else ((), ())
    write_table(folder / CROWDED, pa.table({"band": band, "key": key}, schema=_CROWDED))
    askers = {"asker": asking.askers[:, 0], "text": asking.askers[:, 1]}
    write_table(folder / ASKERS, pa.table(askers, schema=arrow_schema(Asker)))
    write_table(folder / COMPARED, table_of(asking.compared))


def table_of(pairs: Pairs) -> pa.Table:
    """Make a table of `NodePair`."""
    columns = {"one": pairs.nodes[:, 0], "other": pairs.nodes[:, 1], "shared": pairs.shared}
    return pa.table(columns, schema=arrow_schema(NodePair))


def pairs_of(table: pa.Table) -> Pairs:
    """Read a table of `NodePair`."""
    return Pairs(_pairs(table, "one", "other"), table["shared"].to_numpy())


def _pairs(table: pa.Table, one: str, other: str) -> Rows:
    return np.stack([table[one].to_numpy(), table[other].to_numpy()], axis=1)


def _map(index: Index, name: str, schema: pa.Schema) -> dict[str, npt.NDArray[Any]]:
    if not index.manifest.state:
        return {field.name: np.empty(0, field.type.to_pandas_dtype()) for field in schema}
    (batch,) = map_batches(index.folder / "state" / index.manifest.state / name)
    return {column: numbers(batch.column(column)) for column in schema.names}


def _read(index: Index, name: str, schema: pa.Schema) -> pa.Table:
    if not index.manifest.state:
        return schema.empty_table()
    path = index.folder / "state" / index.manifest.state / name
    with reading(path):
        return pq.read_table(path)


def _write(path: Path, schema: pa.Schema, columns: list[npt.NDArray[Any]]) -> None:
    batch = pa.record_batch([pa.array(column) for column in columns], schema=schema)
    write_mapped(path, schema, [batch])
