"""A change of the rows → the pairs of texts that must be compared because of it, and what they share."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from curation.index.buckets import members, spans
from curation.index.order import NOBODY, Order
from curation.index.shingle_sets import shared
from curation.index.state import Crowded, Pairs
from curation.index.store import Index, Rows, sets_at, signatures_at
from curation.minhash import band_keys, plausible_pairs
from curation.minhash.bands import HALF, LOW, NO_KEY

Packed = npt.NDArray[np.uint64]
"""Pairs as `lower << 32 | higher`."""

AT_ONCE = 8192
"""Pairs that are verified at once: some 50 MB of shingle hashes of news stories."""


def seek(index: Index, before: Order, after: Order, crowded: Crowded) -> tuple[Packed, Crowded]:
    """Give the pairs that one run over the new rows would look at and that no earlier change led to, and more.

    Only buckets that hold a text that is wanted more or less than before can give any. Of a bucket of up to `bucket`
    texts all pairs count; of a larger one, those with one of its `bucket` most wanted texts. As the rows change, a text
    can come among those, so it is paired with the entire bucket then. Both orders are of all texts; the second result
    are the crowded buckets after the change.
    """
    touched = np.flatnonzero((before.leader != after.leader) | (before.named != after.named))
    keys = band_keys(signatures_at(index, touched), index.scheme)
    found = np.empty(0, np.uint64)
    crowds: Crowded = {}
    change = _Change(index, before, after)
    for band in range(index.scheme.bands):
        asked = np.unique(keys[:, band])
        asked = asked[asked != NO_KEY]
        parts, crowds[band] = _seek_band(change, band, asked)
        crowds[band] = np.union1d(np.setdiff1d(crowded.get(band, asked[:0]), asked), crowds[band])
        found = np.unique(np.concatenate([found, *parts]))
    return found, {band: keys for band, keys in crowds.items() if keys.size}


def verify(index: Index, packed: Packed) -> Pairs:
    """Compare texts, first by signature, then by shingle set, and keep the pairs at the threshold."""
    threshold = index.manifest.settings.threshold
    nodes, shares = [np.empty((0, 2), np.int64)], [np.empty(0, np.int64)]
    for some in (packed[start : start + AT_ONCE] for start in range(0, len(packed), AT_ONCE)):
        pairs = np.stack([some >> HALF, some & LOW], axis=1).astype(np.int64)
        involved, places = np.unique(pairs, return_inverse=True)
        pairs = involved[plausible_pairs(signatures_at(index, involved), places.reshape(-1, 2), threshold)]
        both, sizes = overlap(index, pairs)
        near = both / np.maximum(sizes.sum(axis=1) - both, 1) >= threshold
        nodes.append(pairs[near])
        shares.append(both[near])
    return Pairs(np.concatenate(nodes), np.concatenate(shares))


def overlap(index: Index, pairs: Rows) -> tuple[Rows, Rows]:
    """Count the shingles that the texts of pairs have in common, (pairs,), and those of either, (pairs, 2)."""
    both, sizes = [np.empty(0, np.int64)], [np.empty((0, 2), np.int64)]
    for some in (pairs[start : start + AT_ONCE] for start in range(0, len(pairs), AT_ONCE)):
        involved, places = np.unique(some, return_inverse=True)
        sets, places = sets_at(index, involved), places.reshape(-1, 2)
        both.append(shared(sets, places))
        sizes.append(np.diff(sets.starts)[places])
    return np.concatenate(both), np.concatenate(sizes)


@dataclass(frozen=True, slots=True)
class _Change:
    """Who leads each text before a change and after it."""

    index: Index
    before: Order
    after: Order


def _seek_band(
    change: _Change, band: int, asked: npt.NDArray[np.uint64]
) -> tuple[list[Packed], npt.NDArray[np.uint64]]:
    """Give the pairs that the buckets of some keys lead to, and the keys whose buckets are crowded now."""
    limit = change.index.manifest.settings.bucket
    group, node = members(change.index, band, asked)
    was, now = change.before.leader[node] != NOBODY, change.after.leader[node] != NOBODY
    now_size = np.bincount(group[now], minlength=len(asked))
    large = np.maximum(np.bincount(group[was], minlength=len(asked)), now_size) > limit
    small = now & ~large[group]
    found = [_all_pairs(group[small], node[small], ~was[small])]
    for crowd in np.flatnonzero(large).tolist():
        found += _crowd_pairs(change, node[np.searchsorted(group, crowd) : np.searchsorted(group, crowd, "right")])
    return found, asked[now_size > limit]


def _all_pairs(group: Rows, node: Rows, fresh: npt.NDArray[np.bool_]) -> Packed:
    """Pair every fresh text of each group with all texts of the group."""
    starts = np.searchsorted(group, group[fresh])
    sizes = np.searchsorted(group, group[fresh], "right") - starts
    which, place = spans(starts, sizes)
    return _packed(node[fresh][which], node[place])


def _crowd_pairs(change: _Change, nodes: Rows) -> Iterator[Packed]:
    """Pair what is fresh in a crowded bucket with its first ones, and what came among the first with all of it."""
    limit = change.index.manifest.settings.bucket
    was, now = (nodes[order.leader[nodes] != NOBODY] for order in (change.before, change.after))
    first_before = was[np.argsort(change.before.rank[was])][:limit]
    first = now[np.argsort(change.after.rank[now])][:limit]
    for some, others in ((np.setdiff1d(first, first_before), now), (np.setdiff1d(now, was), first)):
        if some.size:
            yield _packed(np.repeat(some, len(others)), np.tile(others, len(some)))


def _packed(one: Rows, other: Rows) -> Packed:
    differ = one != other
    one, other = one[differ].astype(np.uint64), other[differ].astype(np.uint64)
    return np.unique(np.minimum(one, other) << HALF | np.maximum(one, other))
