"""The normal form of a text, one code point at a time, where that is possible."""

import unicodedata
from functools import cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from curation.minhash.kernel import CONTEXTUAL, SPACE

LAST = 0x3FFFF
"""Beyond this Unicode holds nothing that has a case, a composition or a place in a word."""


class Letters(NamedTuple):
    """What the normal form makes of every code point."""

    lower: npt.NDArray[np.uint32]
    r"""Its lower case, or `SPACE` where that is not one `\w`, (0x110000,)."""
    careful: npt.NDArray[np.uint32]
    """The same, but `CONTEXTUAL` where something else than that one letter may come of it.

    A text without such code points is in Unicode NFC, and its lower case is that of its code points. They are:
    what NFC changes, moves, or may compose with a code point before it; what has a lower case of several code
    points; and capital sigma, whose lower case depends on its place in the word.
    """


@cache
def letters() -> Letters:
    """Draw up the table from this Python's Unicode data, in a tenth of a second."""
    lower = np.full(0x110000, SPACE, np.uint32)
    contextual = {"Σ"}
    normalize, combining = unicodedata.normalize, unicodedata.combining
    for point in (*range(0xD800), *range(0xE000, LAST + 1)):
        letter = chr(point)
        small = letter.lower()
        decomposed = normalize("NFD", letter)
        if decomposed != letter:
            contextual.update(decomposed[1:])
        if len(small) > 1 or combining(letter) or (decomposed != letter and normalize("NFC", decomposed) != letter):
            contextual.add(letter)
        elif small.isalnum() or small == "_":
            lower[point] = ord(small)
    careful = lower.copy()
    careful[[ord(letter) for letter in contextual]] = CONTEXTUAL
    return Letters(lower, careful)
