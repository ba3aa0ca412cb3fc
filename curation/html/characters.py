"""Single characters set right: the normal form of a line, and text that was encoded twice."""

import re
import unicodedata

# HTML reads the C1 controls (`&#150;`, byte 0x96) as windows-1252; the five bytes it leaves undefined go.
# https://html.spec.whatwg.org/multipage/parsing.html#numeric-character-reference-end-state
_C1 = {0x80 + n: bytes([0x80 + n]).decode("cp1252", "ignore") for n in range(32)}

# UTF-8 read as windows-1252 and encoded again: "â€œ" for “, "Ã©" for é, "Â " for a hard space, "ðŸ˜€" for
# an emoji. Only lead bytes whose pairs never stand in prose, so that "Spaß’" stays as it is.
_TWICE = re.compile("â[\x80€][\x80-\xbfŒœŠšŸŽžƒˆ˜–—‘’‚“”„†‡•…‰‹›€™]|[ÂÃ][\xa0-\xbf]|ðŸ[\x80-\xbf\u0152-\u2122]{2}")


def fold(text: str) -> str:
    """Bring text to one line in normal form: NFC, white space folded to single blanks, nothing invisible."""
    line = " ".join(text.split())
    if not line.isprintable():
        line = " ".join("".join(map(_visible, line.translate(_C1))).split())
    return unicodedata.normalize("NFC", line)


def _visible(character: str) -> str:
    if character.isspace():
        return " "
    return "" if unicodedata.category(character) in ("Cc", "Cf", "Cs") else character


def undo_double_encoding(text: str) -> str:
    """Undo UTF-8 that was encoded twice, one sequence at a time; any other text stays as it is."""
    return _TWICE.sub(_once, text)


def _once(match: re.Match[str]) -> str:
    try:
        return b"".join(map(_byte, match[0])).decode("utf-8")
    except UnicodeDecodeError:
        return match[0]


def _byte(character: str) -> bytes:
    try:
        return character.encode("cp1252")
    except UnicodeEncodeError:
        return character.encode("latin-1", "replace")
