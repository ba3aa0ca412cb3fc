"""Shingle sets as hashes: what an index keeps of a text, so that a pair is verified exactly and no text is stored."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from crawler.outlets import BadInput
from curation.minhash import Scheme
from curation.minhash.signing import compiled, hash_function
from curation.minhash.texts import Texts, chunks
from curation.text.shingles import shingles

Rows = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class ShingleSets:
    """The sets of several texts, one after another."""

    hashes: npt.NDArray[np.uint64]
    """XXH3 with 64 bits of every shingle, once for each text that has it; another hash of the scheme is the low 32."""
    starts: Rows
    """Where each set begins, and the end, (texts + 1,)."""


def shingle_sets(texts: Texts, scheme: Scheme) -> ShingleSets:
    """Hash the shingles of every text; a text without words has none.

    Two sets of 1,000 are miscounted with a probability of 10⁻¹³. Raises BadInput as `texts.chunks` does.
    """
    return joined([_hash(chunk, scheme) for chunk in chunks(texts)])


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


def _hash(texts: pa.LargeStringArray, scheme: Scheme) -> ShingleSets:
    words, fast = scheme.shingle_words, compiled()
    if fast is None or scheme.hash != "xxh3":
        return _hash_plainly(texts, scheme)
    hashes, starts, left = fast.kernel.hash_sets(fast.strings(texts), fast.letters().careful, words)
    if left.any():
        texts = pc.replace_with_mask(texts, pa.array(left), fast.normal_forms(texts, np.flatnonzero(left)))
        hashes, starts, _ = fast.kernel.hash_sets(fast.strings(texts), fast.letters().lower, words)
    return ShingleSets(hashes, starts)


def _hash_plainly(texts: pa.LargeStringArray, scheme: Scheme) -> ShingleSets:
    try:
        from xxhash import xxh3_64_intdigest
    except ImportError as error:
        raise BadInput("index: the hashes of shingles need numba or xxhash; install one of them.") from error
    low, found = hash_function(scheme.hash), list[list[int]]()
    for text in texts.to_pylist():
        shingled = [shingle.encode() for shingle in shingles(text, scheme.shingle_words)]
        found.append([xxh3_64_intdigest(shingle) >> 32 << 32 | low(shingle) for shingle in shingled])
    sizes = np.cumsum([0, *(len(hashes) for hashes in found)])
    return ShingleSets(np.array([one for hashes in found for one in hashes], np.uint64), sizes.astype(np.int64))
