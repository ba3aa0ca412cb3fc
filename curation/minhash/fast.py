"""From Arrow to the compiled kernel and back. Needs numba; `signing.compiled` asks for it."""

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from curation.minhash import kernel
from curation.minhash.letters import letters
from curation.minhash.scheme import Scheme, permutations
from curation.text.shingles import normal_form


def sign(texts: pa.LargeStringArray, scheme: Scheme) -> npt.NDArray[np.uint32]:
    """Sign every text, uint32 (texts, permutations)."""
    signed = np.full((len(texts), scheme.permutations), 2**32 - 1, np.uint32)
    kernel.sign(strings(texts), letters().lower, scheme.shingle_words, permutations(scheme), signed)
    return signed


def overlap(
    texts: pa.LargeStringArray, pairs: npt.NDArray[np.int64], words: int
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Count the shingles of every text, (texts,), and those that the texts of each pair share, (pairs,).

    Shingles are told apart by 64 bits of hash: two sets of 1,000 are miscounted with a probability of 10⁻¹³.
    """
    sets, starts = kernel.hash_sets(strings(texts), letters().lower, words)
    return np.diff(starts), kernel.shared(sets, starts, pairs)


def strings(texts: pa.LargeStringArray) -> kernel.Strings:
    """Give the buffers of the texts, in which every code point can be read by itself.

    A text in which one cannot is replaced by its normal form, whose words the kernel leaves as they are.
    """
    contextual = kernel.contextual(buffers(texts), letters().contextual)
    if contextual.any():
        rows = np.flatnonzero(contextual)
        forms = [normal_form(texts[row].as_py()) for row in rows.tolist()]
        texts = pc.replace_with_mask(texts, pa.array(contextual), pa.array(forms, pa.large_string()))
    return buffers(texts)


def buffers(texts: pa.LargeStringArray) -> kernel.Strings:
    """View the buffers of an array, read-only, so that the kernel is compiled once."""
    _, offsets, data = texts.buffers()
    places = np.frombuffer(offsets, np.int64)[texts.offset : texts.offset + len(texts) + 1]
    letters = np.frombuffer(data or b"", np.uint8)
    places.flags.writeable = letters.flags.writeable = False
    return kernel.Strings(places, letters)
