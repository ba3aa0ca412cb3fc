"""Every pair of texts that is alike, found without sketches: what recall and precision are taken against."""

import hashlib

import numpy as np
import numpy.typing as npt

from curation.text.shingles import shingles

Pairs = npt.NDArray[np.int64]


def alike(texts: list[str], least: float) -> tuple[Pairs, npt.NDArray[np.float64]]:
    """Give all pairs of Jaccard similarity `least` or more, sorted, and their similarity, by an inverted index."""
    sets = [np.array([digest(shingle) for shingle in shingles(text)], np.uint64) for text in texts]
    sizes = np.array([len(found) for found in sets])
    hashes = np.concatenate(sets)
    owners = np.repeat(np.arange(len(texts), dtype=np.uint64), sizes)
    order = np.lexsort((owners, hashes))
    packed, counts = joint(hashes[order], owners[order])
    pairs = np.stack([packed >> np.uint64(32), packed & np.uint64(2**32 - 1)], axis=1).astype(np.int64)
    similarity = counts / (sizes[pairs].sum(axis=1) - counts)
    near = similarity >= least
    return pairs[near], similarity[near]


def digest(shingle: str) -> int:
    """64 bits of BLAKE2, which nothing under measurement uses."""
    return int.from_bytes(hashlib.blake2b(shingle.encode(), digest_size=8).digest(), "little")


def joint(hashes: npt.NDArray[np.uint64], owners: npt.NDArray[np.uint64]) -> tuple[npt.NDArray[np.uint64], Pairs]:
    """Count the shingles that each pair of owners shares; hashes are sorted, and the owners of each."""
    place, apart, found = np.arange(len(hashes) - 1), 1, []
    while place.size:
        place = place[place + apart < len(hashes)]
        place = place[hashes[place] == hashes[place + apart]]
        found.append(owners[place] << np.uint64(32) | owners[place + apart])
        apart += 1
    packed, counts = np.unique(np.concatenate(found), return_counts=True)
    return packed, counts
