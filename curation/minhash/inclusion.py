"""Candidates for a short text that lies inside a longer one, which bands of signatures do not bring together.

A signature names shingles: each of its values is `a·h + b` for the hash `h` of one shingle of the text, drawn at
random, and `a` is odd, so `h` can be had back. The short text asks for a few of these, and all shingles of every other
text are held against what is asked. Memory is that of the questions, 64 bytes a text; time is one pass over the texts.
"""

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from curation.minhash.bands import LOW, NO_KEY, Pairs
from curation.minhash.scheme import EMPTY, Scheme, permutations
from curation.minhash.signing import compiled, hash_function, mixed
from curation.minhash.texts import Texts, chunks
from curation.text.shingles import shingles

ASKED = 8
"""Shingles that a text asks for. One that lies in another by 0.9 finds half of eight with a probability of 0.9996."""

CROWD = 64
"""A shingle that more texts ask for is a phrase, and answers none of them."""

ASKERS_TO_A_BIN = 4
LEAST_BITS = 16
"""Of the bins of few questions, 512 KB, so that most are empty: 11 ns a shingle that answers 16,000, not 69."""

Questions = tuple[npt.NDArray[np.uint64], npt.NDArray[np.int64], npt.NDArray[np.uint8]]


def questions(signatures: npt.NDArray[np.uint32], scheme: Scheme, crowd: int = CROWD) -> tuple[Questions, int]:
    """Draw up what texts ask for, from the first `ASKED` values of their signatures, uint32 (texts, ASKED).

    Gives `hash << 32 | text`, sorted; where in it each value of the leading bits of a hash begins; and how many of
    its shingles each text must find, half of those that count. Then the number of texts that ask for nothing because
    more than `crowd` texts ask for each of their shingles: what they lie in is not sought.
    """
    factors, summands = permutations(scheme)[:, : signatures.shape[1]]
    hashes = ((signatures - summands) * inverse(factors)).astype(np.uint64)
    texts = np.arange(len(signatures), dtype=np.uint64)[:, None]
    speaks = (signatures != EMPTY).any(axis=1)
    # Sorted, not `np.unique`, which puts numbers into a hash table first and takes three times as long.
    asked = np.sort((hashes << np.uint64(32) | texts)[speaks], axis=None)
    asked = asked[np.diff(asked, prepend=NO_KEY) != 0]
    opens = np.flatnonzero(np.diff(asked >> np.uint64(32), prepend=np.uint64(2**63)))
    many = np.diff(opens, append=len(asked)) > crowd
    asked = asked[~np.repeat(many, np.diff(opens, append=len(asked)))]
    made = drawn_up(asked, len(signatures))
    return made, int((speaks & (made[2] == 0)).sum())


def drawn_up(asked: npt.NDArray[np.uint64], texts: int) -> Questions:
    """Make questions of `hash << 32 | text`, sorted, of so many texts; also of some of those that `questions` made."""
    counts = np.bincount((asked & LOW).astype(np.int64), minlength=texts)
    bits = max(LEAST_BITS, (len(asked) // ASKERS_TO_A_BIN).bit_length())
    begins = np.searchsorted(asked, np.arange(2**bits, dtype=np.uint64) << np.uint64(64 - bits))
    return asked, np.append(begins, len(asked)).astype(np.int64), (-(-counts // 2)).astype(np.uint8)


def find_askers(texts: Texts, rows: npt.NDArray[np.int64], made: Questions, scheme: Scheme) -> Pairs:
    """Pair each text with those that find enough of what they ask for in it: int64 (pairs, 2), asker and text.

    `rows` are the numbers of the texts among those that ask; one that asks nothing may have any other number below 2³².
    """
    fast = compiled() if scheme.hash == "xxh3" else None
    found, done = [np.empty(0, np.uint64)], 0
    for chunk in chunks(texts):
        some = rows[done : done + len(chunk)]
        if fast:
            found.append(fast.find_askers(chunk, some, made, scheme.shingle_words))
        else:
            found.append(find_askers_plainly(chunk, some, made, scheme))
        done += len(chunk)
    return unpacked(found)


def find_askers_in_sets(
    sets: npt.NDArray[np.uint64], starts: npt.NDArray[np.int64], texts: npt.NDArray[np.int64],
    rows: npt.NDArray[np.int64], made: Questions,
) -> Pairs:  # fmt: skip
    """Pair texts with those that find enough of what they ask for in them, as `find_askers` does, without the texts.

    `sets` are the hashes of the shingles of several texts, of which the low 32 bits are those of the scheme; that of
    text i are those from `starts[i]` to `starts[i + 1]`. `texts` says which of them answer, `rows` are their numbers.
    """
    fast = compiled()
    if fast:
        # As they lie on disk, they cannot be written, and so the kernel is compiled once.
        views = [array.view() for array in (sets, starts)]
        for view in views:
            view.flags.writeable = False
        return unpacked([fast.kernel.find_askers_in_sets(*views, texts, made, rows)])
    own = ((sets[starts[text] : starts[text + 1]] & LOW).astype(np.uint32) for text in texts.tolist())
    return unpacked([answered(hashes, row, made) for hashes, row in zip(own, rows.tolist(), strict=True)])


def unpacked(found: list[npt.NDArray[np.uint64]]) -> Pairs:
    """Sort `asker << 32 | text` as pairs."""
    packed = np.sort(np.concatenate([np.empty(0, np.uint64), *found]))
    return np.stack([packed >> np.uint64(32), packed & LOW], axis=1).astype(np.int64)


def find_askers_plainly(
    texts: pa.LargeStringArray, rows: npt.NDArray[np.int64], made: Questions, scheme: Scheme
) -> npt.NDArray[np.uint64]:
    """Find askers as `fast.find_askers` does, with sets of words: what it is tested against."""
    hash_shingle = hash_function(scheme.hash)
    found = [np.empty(0, np.uint64)]
    for row, text in zip(rows.tolist(), texts.to_pylist(), strict=True):
        stands = {hash_shingle(shingle.encode()) for shingle in shingles(text, scheme.shingle_words)}
        found.append(answered(np.array(sorted(stands), np.uint32), row, made))
    return np.concatenate(found)


def answered(hashes: npt.NDArray[np.uint32], row: int, made: Questions) -> npt.NDArray[np.uint64]:
    """Give whoever asks for enough of the shingles of one text, as `asker << 32 | row`."""
    asked, _, least = made
    askers = (asked[np.isin(asked >> np.uint64(32), mixed(hashes))] & LOW).astype(np.int64)
    who, often = np.unique(askers[askers != row], return_counts=True)
    return np.array([asker << 32 | row for asker in who[often >= least[who]].tolist()], np.uint64)


def inverse(factors: npt.NDArray[np.uint32]) -> npt.NDArray[np.uint32]:
    """Invert odd numbers modulo 2³² (Newton: each step doubles the bits that are right, of which there are 3)."""
    found = factors.copy()
    for _ in range(4):
        found = found * (np.uint32(2) - factors * found)
    return found
