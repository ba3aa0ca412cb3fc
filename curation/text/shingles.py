"""What two texts are compared by: the normal form of a text, and its shingles.

The definition is executable and small on purpose; `curation.minhash` computes the same thing without making
an object per word, and its tests hold it to this module.
"""

import re
import unicodedata

NORMAL_FORM = 1
"""Version of `tokens`. Raise it with any change that can give a text other tokens."""

SHINGLES = 1
"""Version of `shingles`. Raise it with any change that can give a text other shingles."""

TOKEN = re.compile(r"\w+")


def tokens(text: str) -> list[str]:
    r"""Words of the normal form: Unicode NFC, then `str.lower`, then every longest run of `\w`.

    `\w` is a letter, a digit or an underscore of any script, so punctuation, symbols and white space only
    part words, and combining marks that NFC cannot compose do so too. Digits stay as they are: reports of
    earthquakes, prices and exchange rates differ in nothing else. A letter that is younger than this Python's
    Unicode data is none.
    """
    return TOKEN.findall(unicodedata.normalize("NFC", text).lower())


def normal_form(text: str) -> str:
    """Join the tokens of a text with one space."""
    return " ".join(tokens(text))


def shingles(text: str, words: int = 5) -> set[str]:
    """Every run of `words` successive tokens, joined with one space.

    A text of fewer tokens, but at least one, is one shingle: its whole normal form. So short texts are alike
    only where they are the same words. A text without tokens has no shingles.
    """
    found = tokens(text)
    if not found:
        return set()
    return {" ".join(found[start : start + words]) for start in range(max(1, len(found) - words + 1))}
