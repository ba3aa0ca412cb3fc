"""The normal form of a text, which rules and cuts are made for, and the key that two spellings of a headline share."""

import re
import unicodedata

_WORD = re.compile(r"\w+")


def normal_text(raw: str) -> str:
    r"""Bring a text to normal form: NFC, no blank lines, single blanks, nothing invisible, lines joined by `\n`.

    Idempotent. Every character of the categories control, format (zero-width blanks, soft hyphens, marks of
    direction) and surrogate goes; tabs and line breaks of any kind count as white space first.
    """
    return "\n".join(line for line in map(_normal_line, raw.splitlines()) if line)


def headline_key(headline: str) -> str:
    """Fold a headline to its words in lower case, so that quotation marks, dashes and case do not matter."""
    return " ".join(_WORD.findall(unicodedata.normalize("NFKC", headline).casefold()))


def _normal_line(line: str) -> str:
    visible = line if line.isprintable() else "".join(map(_visible, line))
    return " ".join(unicodedata.normalize("NFC", visible).split())


def _visible(character: str) -> str:
    if character.isspace():
        return " "
    return "" if unicodedata.category(character) in ("Cc", "Cf", "Cs") else character
