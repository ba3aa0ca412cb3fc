"""Sentences of a line of news prose."""

import re
from collections.abc import Iterator

# What a full stop closes without ending the sentence: titles, places, money, references, initials of names.
ABBREVIATIONS = frozenset(
    [
        "a.n",
        "al",
        "bapak",
        "bpk",
        "bt",
        "brigjen",
        "btn",
        "cf",
        "co",
        "corp",
        "dll",
        "dr",
        "dra",
        "drg",
        "drh",
        "drs",
        "dsb",
        "dst",
        "ds",
        "e.g",
        "etc",
        "gg",
        "gen",
        "go",
        "h",
        "hj",
        "hlm",
        "hr",
        "i.e",
        "ibu",
        "inc",
        "ir",
        "jend",
        "jl",
        "jln",
        "kab",
        "kapt",
        "kec",
        "kel",
        "kep",
        "km",
        "kol",
        "komp",
        "kompol",
        "komjen",
        "ks",
        "letjen",
        "letkol",
        "lt",
        "ltd",
        "m.si",
        "m.pd",
        "mayjen",
        "mr",
        "mrs",
        "ms",
        "no",
        "nn",
        "ny",
        "nyo",
        "op",
        "p",
        "pdt",
        "pgs",
        "ph.d",
        "prof",
        "psl",
        "pt",
        "r",
        "rd",
        "rm",
        "rp",
        "rt",
        "rw",
        "s.h",
        "s.e",
        "s.t",
        "s.sos",
        "sda",
        "sdr",
        "sdri",
        "serda",
        "serka",
        "sgt",
        "sh",
        "spd",
        "st",
        "tgk",
        "tgl",
        "tn",
        "u.p",
        "ust",
        "vol",
        "vs",
        "yth",
    ]
)
_END = re.compile(r"[.!?…]+[\"'”’»)\]]*(?=\s+[\"'“‘«(\[]*[^\W_])")
_WORD_BEFORE = re.compile(r"[\w.]+$")


def sentences(text: str) -> Iterator[str]:
    """Part a text into sentences, line by line; joined with a space, those of a line give the line again.

    A sentence ends at a full stop, question or exclamation mark, or ellipsis, closing quotes included, before white
    space and what opens like a sentence: a capital, a digit or a quote. Full stops of abbreviations, of initials and
    of numbered items end none, nor does a mark inside a quote that goes on in lower case ("Kapan?" tanya dia).
    """
    for line in text.split("\n"):
        start = 0
        for end in _END.finditer(line):
            if _ends(line, end):
                yield line[start : end.end()].strip()
                start = end.end()
        rest = line[start:].strip()
        if rest:
            yield rest


def _ends(line: str, end: re.Match[str]) -> bool:
    following = line[end.end() :].lstrip().lstrip("\"'“‘«([")
    if following[:1].islower():
        return False
    if end[0] != ".":
        return True
    before = _WORD_BEFORE.search(line, 0, end.start())
    word = before[0].lower() if before else ""
    return (
        word not in ABBREVIATIONS and not (len(word) == 1 and word.isalpha()) and not _numbers_an_item(line, end, word)
    )


def _numbers_an_item(line: str, end: re.Match[str], word: str) -> bool:
    """Say whether a full stop stands behind the number of an item: `2. Rebus air.`"""
    before = line[: end.start() - len(word)].rstrip()
    return word.isdigit() and len(word) <= 2 and (not before or before[-1] in ".!?")
