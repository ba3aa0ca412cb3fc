"""Which of several rows is wanted most, as numbers: what an index must hold of every row to choose again."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

Rows = npt.NDArray[np.int64]
Words = npt.NDArray[np.uint64]

UNDATED = np.iinfo(np.int64).max
NOBODY = -1
"""Leader of a text all of whose rows were removed."""
COLUMNS = ["id", "published_at", "n_words", "text_digest", "node"]


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of rows, (rows,) each: some 100 bytes a row."""

    id: pa.ChunkedArray
    id_hash: Rows
    """Python's hash of the id, good in this process only."""
    published: Rows
    """Microseconds since 1970; `UNDATED` where there is no time."""
    length: Rows
    """Words."""
    digest: Words
    """The text's, (rows, 2)."""
    node: Rows
    """Number of the text."""

    def __len__(self) -> int:
        """Count the rows."""
        return len(self.node)


def known_of(tables: Sequence[pa.Table]) -> Known:
    """Take the numbers out of tables of `COLUMNS`."""
    ids = [chunk for table in tables for chunk in table["id"].chunks]
    parts = [
        (
            np.fromiter(map(hash, table["id"].to_pylist()), np.int64, len(table)),
            table["published_at"].cast(pa.int64()).fill_null(UNDATED).to_numpy(),
            table["n_words"].to_numpy(),
            digest_words(table["text_digest"].to_pylist()),
            table["node"].to_numpy(),
        )
        for table in tables
    ]
    empty = np.empty(0, np.int64)
    parts.append((empty, empty, empty, digest_words([]), empty))
    return Known(pa.chunked_array(ids, pa.string()), *(np.concatenate(column) for column in zip(*parts, strict=True)))


def both(one: Known, other: Known) -> Known:
    """Put rows behind rows."""
    ids = pa.chunked_array([*one.id.chunks, *other.id.chunks], pa.string())
    names = Known.__slots__[1:]
    return Known(ids, *(np.concatenate([getattr(one, name), getattr(other, name)]) for name in names))


def digest_words(digests: Sequence[str]) -> Words:
    """Read digests of 32 hex digits as two numbers each."""
    return np.frombuffer(bytes.fromhex("".join(digests)), ">u8").astype(np.uint64).reshape(-1, 2)


def wanted(known: Known, rows: Rows) -> Rows:
    """Order rows of different texts: earliest published (undated last), longest, digest of the text; gives places."""
    digest = known.digest[rows]
    return np.lexsort((digest[:, 1], digest[:, 0], -known.length[rows], known.published[rows]))


def leading(known: Known, rows: Rows) -> Rows:
    """Give of each text that some rows have the most wanted of them: the earliest published, then by id."""
    node, published = known.node[rows], known.published[rows]
    order = np.lexsort((published, node))
    rows, node, published = rows[order], node[order], published[order]
    opens = np.flatnonzero(np.diff(node, prepend=-1))
    group = np.cumsum(np.diff(node, prepend=-1) != 0) - 1
    tied = np.flatnonzero(published == published[opens][group])
    ids = np.array(known.id.take(pa.array(rows[tied])).to_pylist(), object)
    _, by_id = np.unique(ids, return_inverse=True) if len(ids) else (ids, np.empty(0, np.int64))
    best = np.lexsort((by_id, group[tied]))
    return rows[tied][best][np.flatnonzero(np.diff(group[tied][best], prepend=-1))]


@dataclass(frozen=True, slots=True)
class Lookup:
    """Numbers sorted, to find the rows that have one."""

    values: npt.NDArray[np.int64]
    rows: Rows

    def find(self, values: npt.NDArray[np.int64]) -> tuple[Rows, Rows]:
        """Give where the rows of each value begin and end in `rows`."""
        return np.searchsorted(self.values, values, "left"), np.searchsorted(self.values, values, "right")


def lookup(values: npt.NDArray[np.int64]) -> Lookup:
    """Sort numbers to look them up."""
    order = np.argsort(values, kind="stable")
    return Lookup(values[order], order)


def rows_of_ids(known: Known, by_id: Lookup, ids: Sequence[str]) -> Rows:
    """Find the row of each id; -1 where there is none."""
    found = np.full(len(ids), -1, np.int64)
    low, high = by_id.find(np.fromiter(map(hash, ids), np.int64, len(ids)))
    for place in np.flatnonzero(high > low).tolist():
        for row in by_id.rows[low[place] : high[place]].tolist():
            if known.id[row].as_py() == ids[place]:
                found[place] = row
    return found


def nodes_of_digests(known: Known, by_digest: Lookup, digests: Words) -> Rows:
    """Find the text of each digest, (digests, 2); -1 where there is none. `by_digest` looks up the first words."""
    low, high = by_digest.find(digests[:, 0].view(np.int64))
    found = np.full(len(digests), -1, np.int64)
    for place in np.flatnonzero(high > low).tolist():
        row = by_digest.rows[low[place]]
        if known.digest[row, 1] == digests[place, 1]:
            found[place] = known.node[row]
    return found
