"""Signatures → band keys → candidate pairs."""

import numpy as np
import numpy.typing as npt

from curation.minhash.scheme import Scheme
from curation.minhash.signatures import EMPTY

BandKeys = npt.NDArray[np.uint64]
Pairs = npt.NDArray[np.int64]

NO_KEY = np.uint64(2**64 - 1)
"""Key of a text without words in every band: such texts have nothing by which they could be alike."""

BUCKET = 256
"""How many documents of a bucket the others are paired with: a template of more is rare, and a story too."""


def band_keys(signatures: npt.NDArray[np.uint32], scheme: Scheme) -> BandKeys:
    """Fold the rows of every band into one key, uint64 (documents, bands).

    Two signatures that agree on all rows of a band have the same key there; others have the same key with
    probability 2⁻⁶⁴. A signature without words has `NO_KEY` in every band.
    """
    used = signatures[:, : scheme.bands * scheme.rows].reshape(-1, scheme.bands, scheme.rows)
    keys: BandKeys = np.zeros(used.shape[:2], np.uint64)
    for row in range(scheme.rows):
        keys = spread(keys + used[:, :, row].astype(np.uint64))
    keys[keys == NO_KEY] = np.uint64(0)
    keys[(signatures == EMPTY).all(axis=1)] = NO_KEY
    return keys


def spread(keys: BandKeys) -> BandKeys:
    """Mix every bit of a key into every other, one to one (SplitMix64: Steele, Lea and Flood, 2014)."""
    keys = keys + np.uint64(0x9E3779B97F4A7C15)
    keys = (keys ^ (keys >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    keys = (keys ^ (keys >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return keys ^ (keys >> np.uint64(31))


def candidate_pairs(keys: BandKeys, bucket: int = BUCKET) -> Pairs:
    """Pair the documents that share a key in any band: int64 (pairs, 2), first < second, sorted, each once.

    The documents of a key are its bucket. Every one of them is paired with the first `bucket` documents of it
    and with no others, so a bucket of n gives at most n · `bucket` pairs, and all of them where it is not larger.
    """
    packed = np.empty(0, np.uint64)
    for band in range(keys.shape[1]):
        packed = np.union1d(packed, band_pairs(keys[:, band], bucket))
    return np.stack([packed >> np.uint64(32), packed & np.uint64(2**32 - 1)], axis=1).astype(np.int64)


def band_pairs(keys: BandKeys, bucket: int = BUCKET) -> npt.NDArray[np.uint64]:
    """Pair the documents of one band, packed as `first << 32 | second`, in no order."""
    documents = np.flatnonzero(keys != NO_KEY).astype(np.uint64)
    packed = np.sort((keys[documents] >> np.uint64(32) << np.uint64(32)) | documents)
    documents = packed & np.uint64(2**32 - 1)
    place = np.arange(len(packed))
    opens = np.diff(packed >> np.uint64(32), prepend=NO_KEY) != 0
    start = np.maximum.accumulate(np.where(opens, place, 0))
    found = [np.empty(0, np.uint64)]
    for offset in range(bucket):
        place = place[place > start[place] + offset]
        if not place.size:
            break
        first, second = documents[start[place] + offset], documents[place]
        same = keys[first] == keys[second]
        found.append((first << np.uint64(32) | second)[same])
    return np.concatenate(found)
