"""Sorted runs of band keys → buckets: the texts that share a key of a band.

A run covers successive texts. A new run takes in the runs before it that are not more than twice its size, as a
log-structured merge does (O'Neil, Cheng, Gawlick, O'Neil, 1996): so an index of n texts has at most log₂ n runs, and
each key is written again at most log₂ n times.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from curation.index.manifest import Run
from curation.index.mapped import write_mapped
from curation.index.store import Index, Keys, Rows, SortedKeys
from curation.minhash.bands import NO_KEY

RUN = pa.schema([("key", pa.uint64()), ("node", pa.uint32())])


def runs_to_join(runs: tuple[Run, ...], nodes: int) -> int:
    """Say how many of the last runs a new one of so many texts takes in."""
    count = 0
    while count < len(runs) and runs[-1 - count].nodes <= 2 * nodes:
        count += 1
        nodes += runs[-count].nodes
    return count


def write_run(path: Path, olds: tuple[tuple[SortedKeys, ...], ...], keys: Keys, first: int) -> None:
    """Write a run of the keys of new texts, (texts, bands), numbered from `first`, and of older runs."""
    write_mapped(path, RUN, _bands(olds, keys, first))


def _bands(olds: tuple[tuple[SortedKeys, ...], ...], keys: Keys, first: int) -> Iterator[pa.RecordBatch]:
    numbers = np.arange(first, first + len(keys), dtype=np.uint32)
    for band in range(keys.shape[1]):
        own = keys[:, band] != NO_KEY
        found = np.concatenate([*(run[band].keys for run in olds), keys[own, band]])
        nodes = np.concatenate([*(run[band].nodes for run in olds), numbers[own]])
        order = np.argsort(found, kind="stable")
        yield pa.record_batch([pa.array(found[order]), pa.array(nodes[order])], schema=RUN)


def members(index: Index, band: int, keys: Keys) -> tuple[Rows, Rows]:
    """Give the texts in the buckets of some keys of a band: the number of the key, sorted, and the text."""
    groups, nodes = [np.empty(0, np.int64)], [np.empty(0, np.int64)]
    for run in index.runs:
        low = np.searchsorted(run[band].keys, keys, "left")
        group, place = spans(low, np.searchsorted(run[band].keys, keys, "right") - low)
        groups.append(group)
        nodes.append(run[band].nodes[place].astype(np.int64))
    group = np.concatenate(groups)
    order = np.argsort(group, kind="stable")
    return group[order], np.concatenate(nodes)[order]


def spans(starts: npt.NDArray[np.int64], sizes: npt.NDArray[np.int64]) -> tuple[Rows, Rows]:
    """Count through spans: the number of the span, and the place, for each place in them."""
    number = np.repeat(np.arange(len(sizes)), sizes)
    inside = np.arange(len(number)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    return number, starts[number] + inside


def bucket(index: Index, band: int, key: int) -> Rows:
    """Give the texts in one bucket; touches a few pages of each run only."""
    found = [np.empty(0, np.int64)]
    for run in index.runs:
        column = run[band]
        low = bisect_left(column.keys, key)
        if low < len(column.keys) and column.keys[low] == key:
            found.append(column.nodes[low : bisect_right(column.keys, key, low)].astype(np.int64))
    return np.concatenate(found)
