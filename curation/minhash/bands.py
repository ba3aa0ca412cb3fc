"""Signatures → band keys → candidate pairs."""

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from curation.minhash.scheme import EMPTY, Scheme

BandKeys = npt.NDArray[np.uint64]
Pairs = npt.NDArray[np.int64]

NO_KEY = np.uint64(2**64 - 1)
"""Key of a text without words in every band: such texts have nothing by which they could be alike."""

BUCKET = 256
"""How many documents of a bucket the others are paired with."""

LOW = np.uint64(2**32 - 1)
HALF = np.uint64(32)
FACTOR = np.uint64(0x9E3779B97F4A7C15)
"""2⁶⁴ over the golden ratio, made odd."""

AT_ONCE = 1024
"""Documents whose keys are made at once, so that what is in between stays in the cache."""


def band_keys(signatures: npt.NDArray[np.uint32], scheme: Scheme) -> BandKeys:
    """Fold the rows of every band into one key, uint64 (documents, bands).

    Two signatures that agree on all rows of a band have the same key there; others have the same key with a
    probability of about 2⁻⁶⁴. A signature without words has `NO_KEY` in every band.
    """
    keys = np.empty((len(signatures), scheme.bands), np.uint64)
    for start in range(0, len(signatures), AT_ONCE):
        some = signatures[start : start + AT_ONCE]
        used = some[:, : scheme.bands * scheme.rows].reshape(-1, scheme.bands, scheme.rows)
        folded = np.zeros(used.shape[:2], np.uint64)
        for row in range(scheme.rows):
            folded = (folded + used[:, :, row]) * FACTOR
        folded = spread(folded)
        folded[folded == NO_KEY] = 0
        folded[(some == EMPTY).all(axis=1)] = NO_KEY
        keys[start : start + AT_ONCE] = folded
    return keys


def spread(keys: BandKeys) -> BandKeys:
    """Mix every bit of a key into every other, one to one (finalizer of SplitMix64: Steele, Lea, Flood, 2014)."""
    keys = (keys ^ (keys >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    keys = (keys ^ (keys >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return keys ^ (keys >> np.uint64(31))


def candidate_pairs(keys: BandKeys, bucket: int = BUCKET) -> Pairs:
    """Pair the documents that share a key in any band, as `pairs_of_bands` does; keys (documents, bands)."""
    return pairs_of_bands((np.ascontiguousarray(column) for column in keys.T), bucket)


def pairs_of_bands(bands: Iterable[BandKeys], bucket: int = BUCKET) -> Pairs:
    """Pair the documents that share a key in any band: int64 (pairs, 2), first < second, sorted, each once.

    Bands are (documents,) each, and only one need be in memory. The documents that share a key are its bucket.
    Two of them are a pair where one is among the first `bucket` documents of it, so a bucket of n gives at most
    n · `bucket` pairs; `withheld_pairs` counts the others. Which documents are first is the caller's to say: give
    equal texts once, and the documents by the order of choice, the most wanted first. Then the pairs do not depend
    on how the documents came, and what is withheld is a pair of which neither document is much wanted.
    """
    packed = np.empty(0, np.uint64)
    for keys in bands:
        packed = np.concatenate([packed, band_pairs(keys, bucket)])
        packed.sort()
        packed = packed[np.diff(packed, prepend=NO_KEY) != 0]
    return np.stack([packed >> HALF, packed & LOW], axis=1).astype(np.int64)


def withheld_pairs(bands: Iterable[BandKeys], bucket: int = BUCKET) -> int:
    """Count the pairs that the limit on buckets left out, summed over the bands: 0 says that none can be lost."""
    left_out = 0
    for keys in bands:
        _, sizes = np.unique_counts(keys[keys != NO_KEY])
        beyond = np.maximum(sizes.astype(np.int64) - bucket, 0)
        left_out += int((beyond * (beyond - 1) // 2).sum())
    return left_out


def band_pairs(keys: BandKeys, bucket: int = BUCKET) -> npt.NDArray[np.uint64]:
    """Pair the documents of one band, keys (documents,), packed as `first << 32 | second`, in no order.

    Half of each key is sorted together with its document, in one word; the other half is compared afterwards,
    so a stranger may take one of the first places of a bucket, once in four thousand million.
    """
    packed = keys & ~LOW
    packed |= np.arange(len(keys), dtype=np.uint64)
    packed = packed[keys != NO_KEY]
    packed.sort()
    place = np.flatnonzero((packed[1:] ^ packed[:-1]) <= LOW) + 1
    opens = np.diff(place, prepend=-1) != 1
    start = np.maximum.accumulate(np.where(opens, place - 1, 0))
    found = [np.empty(0, np.uint64)]
    for offset in range(bucket):
        inside = place > start + offset
        place, start = place[inside], start[inside]
        if not place.size:
            break
        first, second = packed[start + offset] & LOW, packed[place] & LOW
        same = keys[first] == keys[second]
        found.append((first << HALF | second)[same])
    return np.concatenate(found)
