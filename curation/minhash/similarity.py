"""How alike the two documents of a pair are: as the signatures guess it, and as the shingles say it."""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from curation.minhash.bands import Pairs
from curation.minhash.scheme import Scheme
from curation.minhash.signing import Signatures, compiled
from curation.minhash.texts import Texts, chunks
from curation.text.shingles import shingles

Similarity = npt.NDArray[np.float64]
Counts = npt.NDArray[np.int64]

AT_ONCE = 8192
"""Pairs that are worked on at once: 8 MB of signatures, and some 50 MB of shingle hashes of news stories."""


def estimate(signatures: Signatures, pairs: Pairs) -> Similarity:
    """Share of equal values in the two signatures, (pairs,), 0 to 1.

    The standard error is √(J·(1 - J) / permutations): 0.035 at J = 0.8 with 128.
    """
    found = np.empty(len(pairs), np.float64)
    for some in slices(len(pairs)):
        first, second = pairs[some].T
        found[some] = (signatures[first] == signatures[second]).mean(axis=1)
    return found


def plausible_pairs(signatures: Signatures, pairs: Pairs, threshold: float) -> Pairs:
    """Drop the pairs whose estimate is more than six standard errors below the threshold, before exact work.

    A pair that is at the threshold is dropped with a probability of about 10⁻⁸.
    """
    margin = 6 * np.sqrt(threshold * (1 - threshold) / signatures.shape[1])
    plausible: npt.NDArray[np.bool_] = estimate(signatures, pairs) >= threshold - margin
    return pairs[plausible]


def jaccard(texts: Texts, pairs: Pairs, scheme: Scheme) -> Similarity:
    """Jaccard similarity of the two shingle sets, exact, (pairs,), 0 to 1; without words, 0.

    Pairs that are sorted by their first document go fastest. Raises BadInput as `texts.chunks` does.
    """
    shared, first, second = overlap(texts, pairs, scheme)
    return np.asarray(shared / np.maximum(first + second - shared, 1), np.float64)


def containment(texts: Texts, pairs: Pairs, scheme: Scheme) -> Similarity:
    """Share of the smaller shingle set that lies in the larger, exact, (pairs,), 0 to 1; without words, 0."""
    shared, first, second = overlap(texts, pairs, scheme)
    return shared / np.maximum(np.minimum(first, second), 1)


def overlap(texts: Texts, pairs: Pairs, scheme: Scheme) -> tuple[Counts, Counts, Counts]:
    """Count the shingles that the two documents of each pair share, and those of the first and the second."""
    fast = compiled()
    count = fast.overlap if fast else overlap_plainly
    found = np.empty((3, len(pairs)), np.int64)
    for some in slices(len(pairs)):
        rows, places = np.unique(pairs[some], return_inverse=True)
        places = places.reshape(-1, 2)
        involved = pa.chunked_array(chunks(texts.take(pa.array(rows))), pa.large_string()).combine_chunks()
        sizes, shared = count(involved, places, scheme.shingle_words)
        found[:, some] = shared, sizes[places[:, 0]], sizes[places[:, 1]]
    shared, first, second = found
    return shared, first, second


def overlap_plainly(texts: pa.LargeStringArray, pairs: Pairs, words: int) -> tuple[Counts, Counts]:
    """Count as `fast.overlap` does, with sets of words: what it is tested against."""
    sets = [shingles(text, words) for text in texts.to_pylist()]
    shared = [len(sets[first] & sets[second]) for first, second in pairs.tolist()]
    return np.array([len(found) for found in sets], np.int64), np.array(shared, np.int64)


def slices(pairs: int) -> Iterator[slice]:
    """Cut so many pairs into parts to be worked on at once."""
    return (slice(start, start + AT_ONCE) for start in range(0, pairs, AT_ONCE))
