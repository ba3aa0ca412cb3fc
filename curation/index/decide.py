"""All rows and all verified pairs → which text stays, and what stands for every other.

The choice is a function of the rows and their pairs alone (`minhash.choose`), so it is made anew after every change:
a later row that comes first in the order takes its place, and what its predecessor had removed may return.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from curation.index.buckets import members
from curation.index.mapped import write_mapped
from curation.index.order import NOBODY, Known, wanted
from curation.index.store import Index, Rows, State, signatures_at
from curation.minhash import band_keys, choose

Crowded = dict[int, npt.NDArray[np.uint64]]
"""Keys of the buckets of more than `bucket` texts, by band, sorted."""

_STATE = pa.schema(
    [(name, pa.float64() if name == "jaccard" else pa.int64()) for name in ("leader", "rank", "kept_by", "jaccard")]
)


@dataclass(frozen=True, slots=True)
class Pairs:
    """Verified pairs of texts, each once."""

    nodes: Rows
    """(pairs, 2), the lower number first."""
    jaccard: npt.NDArray[np.float64]


def decide(index: Index, known: Known, leader: Rows, pairs: Pairs, crowded: Crowded) -> State:
    """Choose between all texts that have a row."""
    told = np.flatnonzero(leader != NOBODY)
    by_rank = told[wanted(known, leader[told])]
    rank = np.full(len(leader), -1, np.int64)
    rank[by_rank] = np.arange(len(by_rank))
    use = np.flatnonzero((rank[pairs.nodes] >= 0).all(axis=1))
    use = use[~barred(index, rank, pairs.nodes[use], crowded)]
    near, alike = rank[pairs.nodes[use]], pairs.jaccard[use]
    stands = choose(near, alike, np.arange(len(by_rank)), index.manifest.settings.threshold)
    kept_by, jaccard = np.full(len(leader), -1, np.int64), np.ones(len(leader))
    kept_by[by_rank] = by_rank[stands]
    for goes, stays in (near.T, near.T[::-1]):
        decides = stands[goes] == stays
        jaccard[by_rank[goes[decides]]] = alike[decides]
    return State(leader, rank, kept_by, jaccard)


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


def write_state(path: Path, state: State) -> None:
    """Write the decisions as one batch."""
    columns = [pa.array(getattr(state, name)) for name in _STATE.names]
    write_mapped(path, _STATE, [pa.record_batch(columns, schema=_STATE)])
