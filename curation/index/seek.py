"""A change of the rows → the pairs of texts that must be compared because of it, and their exact similarity."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from curation.index.buckets import members, spans
from curation.index.decide import Crowded, Pairs
from curation.index.order import NOBODY, Known, wanted
from curation.index.shingle_sets import shared
from curation.index.store import Index, Rows, sets_at, signatures_at
from curation.minhash import band_keys, plausible_pairs
from curation.minhash.bands import HALF, LOW, NO_KEY

Packed = npt.NDArray[np.uint64]
"""Pairs as `lower << 32 | higher`."""

AT_ONCE = 8192
"""Pairs that are verified at once: some 50 MB of shingle hashes of news stories."""


def seek(index: Index, known: Known, before: Rows, after: Rows, crowded: Crowded) -> tuple[Packed, Crowded]:
    """Give the pairs that one run over the new rows would look at and that no earlier change led to, and more.

    Only buckets that hold a text whose leading row changed can give any. Of a bucket of up to `bucket` texts all
    pairs count; of a larger one, those with one of its `bucket` most wanted texts. As the rows change, a text can
    come among those, so it is paired with the entire bucket then. `before` and `after` are the leading rows of all
    texts, (texts,); the second result are the crowded buckets after the change.
    """
    change = _Change(index, known, before, after)
    touched = np.flatnonzero(before != after)
    keys = band_keys(signatures_at(index, touched), index.scheme)
    found = np.empty(0, np.uint64)
    crowds: Crowded = {}
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
    nodes, alike = [np.empty((0, 2), np.int64)], [np.empty(0)]
    for some in (packed[start : start + AT_ONCE] for start in range(0, len(packed), AT_ONCE)):
        pairs = np.stack([some >> HALF, some & LOW], axis=1).astype(np.int64)
        involved, places = np.unique(pairs, return_inverse=True)
        near = plausible_pairs(signatures_at(index, involved), places.reshape(-1, 2), threshold)
        nodes.append(involved[near])
        alike.append(similarity(index, nodes[-1]))
    found, jaccard = np.concatenate(nodes), np.concatenate(alike)
    decides = jaccard >= threshold
    return Pairs(found[decides], jaccard[decides])


def similarity(index: Index, pairs: Rows) -> npt.NDArray[np.float64]:
    """Jaccard similarity of the shingle sets of pairs of texts, exact, (pairs,); without words, 0."""
    involved, places = np.unique(pairs, return_inverse=True)
    sets, places = sets_at(index, involved), places.reshape(-1, 2)
    sizes, both = np.diff(sets.starts)[places].sum(axis=1), shared(sets, places)
    return np.asarray(both / np.maximum(sizes - both, 1), np.float64)


@dataclass(frozen=True, slots=True)
class _Change:
    """Who leads each text before a change and after it."""

    index: Index
    known: Known
    before: Rows
    after: Rows


def _seek_band(
    change: _Change, band: int, asked: npt.NDArray[np.uint64]
) -> tuple[list[Packed], npt.NDArray[np.uint64]]:
    """Give the pairs that the buckets of some keys lead to, and the keys whose buckets are crowded now."""
    limit = change.index.manifest.settings.bucket
    group, node = members(change.index, band, asked)
    was, now = change.before[node] != NOBODY, change.after[node] != NOBODY
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
    was, now = nodes[change.before[nodes] != NOBODY], nodes[change.after[nodes] != NOBODY]
    first_before = was[wanted(change.known, change.before[was])][:limit]
    first = now[wanted(change.known, change.after[now])][:limit]
    for some, others in ((np.setdiff1d(first, first_before), now), (np.setdiff1d(now, was), first)):
        if some.size:
            yield _packed(np.repeat(some, len(others)), np.tile(others, len(some)))


def _packed(one: Rows, other: Rows) -> Packed:
    differ = one != other
    one, other = one[differ].astype(np.uint64), other[differ].astype(np.uint64)
    return np.unique(np.minimum(one, other) << HALF | np.maximum(one, other))
