"""Shingle sets as hashes: what an index keeps of a text, so that a pair is verified exactly and no text is stored."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from crawler.outlets import BadInput
from curation.minhash import Scheme
from curation.minhash.signing import compiled
from curation.minhash.texts import Texts, chunks
from curation.text.shingles import shingles

Rows = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class ShingleSets:
    """The sets of several texts, one after another."""

    hashes: npt.NDArray[np.uint64]
    """XXH3 with 64 bits of every shingle, once for each text that has it."""
    starts: Rows
    """Where each set begins, and the end, (texts + 1,)."""


def shingle_sets(texts: Texts, scheme: Scheme) -> ShingleSets:
    """Hash the shingles of every text; a text without words has none.

    Two sets of 1,000 are miscounted with a probability of 10⁻¹³. Raises BadInput as `texts.chunks` does.
    """
    return joined([_hash(chunk, scheme.shingle_words) for chunk in chunks(texts)])


def joined(parts: list[ShingleSets]) -> ShingleSets:
    """Put sets behind sets."""
    hashes = np.concatenate([part.hashes for part in parts] or [np.empty(0, np.uint64)])
    sizes = np.concatenate([np.diff(part.starts) for part in parts] or [np.empty(0, np.int64)])
    return ShingleSets(hashes, np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64))


def shared(sets: ShingleSets, pairs: Rows) -> Rows:
    """Count the hashes that both sets of each pair hold, (pairs,); pairs sorted by their first go fastest."""
    fast = compiled()
    if fast is not None and len(sets.starts) > 1:
        counted: Rows = fast.kernel.shared(sets.hashes, sets.starts, np.ascontiguousarray(pairs))
        return counted
    own = [sets.hashes[start:stop] for start, stop in zip(sets.starts, sets.starts[1:], strict=False)]
    both = (np.intersect1d(own[one], own[other], assume_unique=True) for one, other in pairs.tolist())
    return np.array([len(found) for found in both], np.int64)


def _hash(texts: pa.LargeStringArray, words: int) -> ShingleSets:
    fast = compiled()
    if fast is None:
        return _hash_plainly(texts, words)
    hashes, starts, left = fast.kernel.hash_sets(fast.strings(texts), fast.letters().careful, words)
    if left.any():
        texts = pc.replace_with_mask(texts, pa.array(left), fast.normal_forms(texts, np.flatnonzero(left)))
        hashes, starts, _ = fast.kernel.hash_sets(fast.strings(texts), fast.letters().lower, words)
    return ShingleSets(hashes, starts)


def _hash_plainly(texts: pa.LargeStringArray, words: int) -> ShingleSets:
    try:
        from xxhash import xxh3_64_intdigest
    except ImportError as error:
        raise BadInput("index: the hashes of shingles need numba or xxhash; install one of them.") from error
    found = [[xxh3_64_intdigest(shingle.encode()) for shingle in shingles(text, words)] for text in texts.to_pylist()]
    sizes = np.cumsum([0, *(len(hashes) for hashes in found)])
    return ShingleSets(np.array([one for hashes in found for one in hashes], np.uint64), sizes.astype(np.int64))
