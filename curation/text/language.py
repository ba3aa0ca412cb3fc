"""Which language a text and each of its lines is in, told without a download."""

import re
import tomllib
import unicodedata
from collections import Counter
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from curation.text.shingles import TOKEN

LANGUAGES = ("id", "ms", "jv", "su", "en")
"""Languages of lines; every other is `OTHER`."""
OTHER = "other"

# The detectors' own codes for Javanese and for Indonesian in old tables, to ISO 639-1.
_ISO = {"jw": "jv", "in": "id"}
_NEAR, _LOCAL = ("id", "ms"), ("jv", "su")
_LONGEST = 20_000
"""Characters that are looked at; more change nothing and cost time."""
_NOT_TEXT = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
MIN_LETTERS = 30
"""A line with fewer takes the language of the text: see `benchmarks/language.py`."""


def detect_language(text: str) -> tuple[str, float]:
    """Give the ISO 639-1 code of the main language and its share of the text, 0 to 1; `("", 0.0)` if none is seen.

    CLD2 where it is installed; it has no wheel for Python 3.14, where langid stands in, which knows no Sundanese.
    Between Indonesian and Malay, between Javanese and Sundanese, and where the detector sees nothing, the telling words
    decide (`telling_words.toml`); then what it gave to both counts for the one.
    """
    return _detect(text, "")


def line_languages(text: str, language: str) -> tuple[str, ...]:
    """Give the language of each line, one of LANGUAGES or OTHER; `language` is that of the whole text.

    A line of fewer than MIN_LETTERS letters, or in which nothing is seen, takes the language of the text, and so does
    one that is Indonesian or Malay without a telling word; a line in another script than Latin is OTHER.
    """
    whole = language if language in LANGUAGES else OTHER
    return tuple(_line_language(line, whole) for line in text.split("\n"))


def _line_language(line: str, whole: str) -> str:
    letters = list(filter(str.isalpha, line))
    if sum(map(_is_latin, letters)) * 2 < len(letters):
        return OTHER
    if len(letters) < MIN_LETTERS:
        return whole
    code, _ = _detect(line, whole)
    return (code if code in LANGUAGES else OTHER) if code else whole


def _is_latin(letter: str) -> bool:
    return letter < "\u0250" or "\u1e00" <= letter < "\u1f00"


def _detect(text: str, near: str) -> tuple[str, float]:
    # CLD2 fails on control characters and on lone surrogates.
    clean = _NOT_TEXT.sub(" ", unicodedata.normalize("NFC", text[:_LONGEST])).encode("utf-8", "ignore").decode()
    if not any(map(str.isalpha, clean)):
        return "", 0.0
    shares = _by_cld2(clean) if find_spec("pycld2") is not None else _by_langid(clean)
    code = next(iter(shares), "")
    if code and code not in (*_NEAR, *_LOCAL):
        return code, shares[code]
    votes = _votes(clean)
    if not code:
        told, most = max(votes.items(), key=lambda vote: vote[1], default=("", 0))
        return (told, most / votes.total()) if most > 1 else ("", 0.0)
    local = max(_LOCAL, key=lambda one: (votes[one], one == code))
    if code in _LOCAL or votes[local] > votes["id"] + votes["ms"] + 1:
        return local, shares.get(local, shares[code])
    told = max(_NEAR, key=lambda one: (votes[one], one == near, one == code))
    return told, min(1.0, sum(shares.get(one, 0.0) for one in _NEAR))


def _votes(text: str) -> Counter[str]:
    tell = _telling_words()
    return Counter(tell[word] for word in TOKEN.findall(text.lower()) if word in tell)


@cache
def _telling_words() -> dict[str, str]:
    lists = tomllib.loads(Path(__file__).with_name("telling_words.toml").read_text(encoding="utf-8"))
    return {word: language for language, words in lists.items() for word in words}


def _by_cld2(text: str) -> dict[str, float]:
    import pycld2

    _, _, details = pycld2.detect(text)
    return {_ISO.get(code, code): percent / 100 for _, code, percent, _ in details if code != "un"}


def _by_langid(text: str) -> dict[str, float]:
    code, share = _langid().classify(text)
    return {_ISO.get(code, code): float(share)}


@cache
def _langid() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
