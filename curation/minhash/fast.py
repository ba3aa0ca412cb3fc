"""From Arrow to the compiled kernel and back. Needs numba; `signing.compiled` asks for it."""

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from curation.minhash import kernel
from curation.minhash.letters import letters
from curation.minhash.scheme import EMPTY, Scheme, permutations
from curation.text.shingles import normal_form


def sign(texts: pa.LargeStringArray, scheme: Scheme, signed: npt.NDArray[np.uint32]) -> None:
    """Lower signatures, (texts, permutations), to those of the texts."""
    words, drawn = scheme.shingle_words, permutations(scheme)
    rows = np.flatnonzero(kernel.sign(strings(texts), letters().careful, words, drawn, signed))
    if rows.size:
        again = np.full((len(rows), scheme.permutations), EMPTY)
        kernel.sign(strings(normal_forms(texts, rows)), letters().lower, words, drawn, again)
        signed[rows] = again


def overlap(
    texts: pa.LargeStringArray, pairs: npt.NDArray[np.int64], words: int
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Count the shingles of every text, (texts,), and those that the texts of each pair share, (pairs,).

    Shingles are told apart by 64 bits of hash: two sets of 1,000 are miscounted with a probability of 10⁻¹³.
    """
    sets, starts, left = kernel.hash_sets(strings(texts), letters().careful, words)
    if left.any():
        texts = pc.replace_with_mask(texts, pa.array(left), normal_forms(texts, np.flatnonzero(left)))
        sets, starts, _ = kernel.hash_sets(strings(texts), letters().lower, words)
    return np.diff(starts), kernel.shared(sets, starts, pairs)


def find_askers(
    texts: pa.LargeStringArray, rows: npt.NDArray[np.int64], questions: kernel.Questions, words: int
) -> npt.NDArray[np.uint64]:
    """Find who asks for enough shingles of each text, as `asker << 32 | row`; rows are those of the texts."""
    found, left = kernel.find_askers(strings(texts), letters().careful, words, questions, rows)
    if left.any():
        again = normal_forms(texts, np.flatnonzero(left))
        rest, _ = kernel.find_askers(strings(again), letters().lower, words, questions, rows[left])
        found = np.concatenate([found, rest])
    return found


def normal_forms(texts: pa.LargeStringArray, rows: npt.NDArray[np.int64]) -> pa.LargeStringArray:
    """Give the normal forms of some texts, in which every code point stands for itself."""
    return pa.array([normal_form(texts[row].as_py()) for row in rows.tolist()], pa.large_string())


def strings(texts: pa.LargeStringArray) -> kernel.Strings:
    """View the buffers of an array, read-only, so that the kernel is compiled once."""
    _, offsets, data = texts.buffers()
    places = np.frombuffer(offsets, np.int64)[texts.offset : texts.offset + len(texts) + 1]
    letters = np.frombuffer(data or b"", np.uint8)
    places.flags.writeable = letters.flags.writeable = False
    return kernel.Strings(places, letters)
