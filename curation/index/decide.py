"""All rows and all verified pairs → which rows stay, and what stands for every other.

The choice is a function of the rows and their texts alone (`curation.duplicates`), so it is made anew after every
change: a later row that comes first in the order takes its place, and what its predecessor had removed may return.
"""

from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from curation.duplicates import complete_pairs, packed, table_of_pairs, unique_pairs
from curation.duplicates import decide as decide_rows
from curation.index.buckets import members
from curation.index.inside import ask_again, compare
from curation.index.order import Choice
from curation.index.state import Asking, Crowded, Decided, Pairs, State
from curation.index.store import Index, Rows, set_sizes, signatures_at
from curation.minhash import band_keys


def decide(index: Index, choice: Choice, pairs: Pairs, crowded: Crowded, last: Asking) -> tuple[State, Asking]:
    """Choose between all rows that were not removed; `last` is what was asked before the change."""
    settings, order = index.manifest.settings, choice.order
    rows = sum(segment.rows for segment in index.manifest.segments if segment.kind == "rows")
    use = np.flatnonzero((order.rank[pairs.nodes] >= 0).all(axis=1))
    use = use[~barred(index, order.rank, pairs.nodes[use], crowded)]
    texts = choice.node
    row_of, sizes = np.full(index.nodes, -1), set_sizes(index)
    row_of[texts[choice.stories.ranked]] = choice.stories.ranked
    asking = last
    compared: list[Pairs] = []

    def table(nodes: Rows, shared: Rows) -> pa.Table:
        one, other = sizes[nodes].T
        return table_of_pairs(row_of[nodes], (shared, one, other), settings.threshold)

    def find_inside(kept: Rows) -> Rows:
        nonlocal asking
        rows = kept[np.argsort(texts[kept])]
        long = choice.known.length[rows] >= settings.contained_words
        asking = ask_again(index, texts[rows], long, last)
        return unique_pairs(row_of[asking.askers])

    def compare_rows(rows: Rows) -> pa.Table:
        compared.append(compare(index, np.sort(texts[rows], axis=1), last.compared))
        return table(compared[-1].nodes, compared[-1].shared)

    near = table(pairs.nodes[use], pairs.shared[use])
    every = complete_pairs(choice.known, choice.stories, near, settings.cluster, find_inside, compare_rows)
    verdicts = decide_rows(choice.known, every, settings.cluster, choice.stories)
    nodes = np.concatenate([part.nodes for part in compared])
    first = np.unique(packed(nodes), return_index=True)[1]
    shared = np.concatenate([part.shared for part in compared])[first]
    asking = replace(asking, compared=Pairs(nodes[first], shared))
    stands = choice.live[verdicts.stands]
    columns = ((verdicts.code, -1), (stands, -1), (verdicts.jaccard, np.nan), (verdicts.containment, np.nan))
    return State(order, Decided(*(_spread(choice.live, rows, *column) for column in columns))), asking


def _spread(live: Rows, rows: int, column: npt.NDArray[Any], missing: float) -> npt.NDArray[Any]:
    spread = np.full(rows, missing, column.dtype)
    spread[live] = column
    return spread


def barred(index: Index, rank: Rows, pairs: Rows, crowded: Crowded) -> npt.NDArray[np.bool_]:
    """Say which pairs are no candidates any more: both texts are beyond the first of every bucket that they share.

    Such a pair was found while the bucket was smaller, or before others took the first places. One run over all rows
    would not look at it, so it must not decide.
    """
    found = np.zeros(len(pairs), np.bool_)
    beyond = {band: _beyond(index, rank, band, keys) for band, keys in crowded.items()}
    somewhere = np.unique(np.concatenate([pairs[:0, 0], *beyond.values()]))
    suspect = np.flatnonzero(np.isin(pairs, somewhere).all(axis=1))
    if not suspect.size:
        return found
    nodes, places = np.unique(pairs[suspect], return_inverse=True)
    one, other = places.reshape(-1, 2).T
    keys = band_keys(signatures_at(index, nodes), index.scheme)
    allowed = np.zeros(len(suspect), np.bool_)
    for band in range(index.scheme.bands):
        outside = np.isin(nodes, beyond.get(band, nodes[:0]))
        allowed |= (keys[one, band] == keys[other, band]) & ~(outside[one] & outside[other])
    found[suspect] = ~allowed
    return found


def _beyond(index: Index, rank: Rows, band: int, keys: npt.NDArray[np.uint64]) -> Rows:
    """Give the texts that are not among the first of their crowded bucket in a band."""
    group, node = members(index, band, keys)
    live = rank[node] >= 0
    group, node = group[live], node[live]
    order = np.lexsort((rank[node], group))
    group, node = group[order], node[order]
    return node[np.arange(len(group)) - np.searchsorted(group, group) >= index.manifest.settings.bucket]
