"""What a text looks like in numbers, and the screen that a profile of thresholds makes of them.

A *word* is a token of `curation.text.shingles`: the longest run of `\\w` after Unicode NFC, in lower case. A *line* is
a line of the text that holds more than white space. *Characters* of a run of words are those of its words, without
what parts them. A share of nothing is 0. Every measure below is one field of `curation.records.Quality`.

Sources: Gopher, Rae et al. 2021, appendix A.1.1 (word length, stop words, symbols, letters, lists, repetition);
C4, Raffel et al. 2020, section 2.2 (lines that end as a sentence does); FineWeb-2, Penedo et al. 2025 (line breaks a
word, Indonesian thresholds). Capitals and inserts are this project's own.
"""

import re
import tomllib
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import pairwise
from pathlib import Path

from curation.config import Thresholds
from curation.records import Quality
from curation.text.shingles import TOKEN

_ITEM = re.compile(r"\s*(?:[-*•●○▪■◦‣·–—](?=\s)|[\d]{1,3}[.)](?=\s)|[a-zA-Z][.)](?=\s))")
_SYMBOLS = ("#", "…", "...")
_ENDS = (".", "!", "?", "…", '"', "'", "”", "’", "»")
_CLOSERS = ")]} \t"
_LONGEST_RUN = 10

SCREENS: tuple[tuple[str, str], ...] = (
    ("mean_word_length", "quality.mean-word-length"),
    ("stop_words", "quality.stop-words"),
    ("symbol_share", "quality.symbols"),
    ("alphabetic_share", "quality.alphabetic"),
    ("line_punctuation_share", "quality.line-punctuation"),
    ("new_line_share", "quality.new-lines"),
    ("duplicate_line_share", "quality.repeated-lines"),
    ("duplicate_line_character_share", "quality.repeated-lines"),
    ("top_2_gram_share", "quality.repeated-words"),
    ("top_3_gram_share", "quality.repeated-words"),
    ("top_4_gram_share", "quality.repeated-words"),
    ("duplicate_5_gram_share", "quality.repeated-words"),
    ("duplicate_10_gram_share", "quality.repeated-words"),
    ("list_share", "quality.lists"),
    ("capitals_share", "quality.capitals"),
    ("insert_share", "quality.inserts"),
)
"""Measure and the reject code of a text that lies outside its thresholds, in the order in which they are held."""


def measure_text(text: str, language: str, cut_characters: int = 0) -> Quality:
    """Measure a text.

    `language` (ISO 639-1) chooses the stop words; where there is no list both stop-word measures are 0.
    `cut_characters` is how much of the page's text was cut away before.

    - `mean_word_length`: characters of all words / words.
    - `stop_words`: how many different ones of the list occur; `stop_word_share`: words that are one / words.
    - `symbol_share`: (`#` + `…` + `...`) / words.
    - `alphabetic_share`: runs without white space that hold a letter / those that hold a letter or a digit; so a
      figure such as 1.250,75 is one, as in the papers.
    - `line_punctuation_share`: lines whose last character, closing brackets aside, is one of . ! ? … or a closing
      quotation mark / lines.
    - `new_line_share`: breaks between lines, that is lines less one / words.
    - `duplicate_line_share`: lines that equal an earlier one, outer white space aside / lines; with `character` the
      characters of such lines / characters of all lines.
    - `top_N_gram_share`: of the runs of N words that occur more than once, those that occur most; of these the one
      with the most characters; its characters times its occurrences / characters of all words, at most 1.
    - `duplicate_N_gram_share`: characters of words that lie in a run of N words which stood before in the text, each
      word counted once / characters of all words.
    - `list_share`: lines that open with a bullet or dash, or with a number up to 999 or a letter and . or ) after it,
      and then white space / lines.
    - `capitals_share`: runs without white space that hold two letters or more, all capitals / those that hold a
      letter or a digit.
    - `insert_share`: `cut_characters` / (characters of the text + `cut_characters`).
    """
    composed = unicodedata.normalize("NFC", text)
    words = TOKEN.findall(composed.lower())
    runs = text.split()
    others = [run for run in runs if not run.isalpha() and not any(map(str.isalpha, run))]
    lettered, figures = len(runs) - len(others), sum(any(map(str.isalnum, run)) for run in others)
    capitals = sum(run.isupper() and sum(map(str.isalpha, run)) > 1 for run in runs)
    counts = Counter(words)
    characters = sum(map(len, words))
    lines = [line for line in map(str.strip, text.split("\n")) if line]
    repeated_lines = _stood_before(lines)
    stop_words = _stop_words().get(language, frozenset()).intersection(counts)
    repeated = dict(_repeated_runs(words))
    return Quality(
        mean_word_length=_share(characters, len(words)),
        stop_words=len(stop_words),
        stop_word_share=_share(sum(counts[word] for word in stop_words), len(words)),
        symbol_share=_share(sum(map(text.count, _SYMBOLS)), len(words)),
        alphabetic_share=_share(lettered, lettered + figures),
        line_punctuation_share=_share(sum(line.rstrip(_CLOSERS).endswith(_ENDS) for line in lines), len(lines)),
        new_line_share=_share(max(0, len(lines) - 1), len(words)),
        duplicate_line_share=_share(len(repeated_lines), len(lines)),
        duplicate_line_character_share=_share(sum(map(len, repeated_lines)), sum(map(len, lines))),
        top_2_gram_share=_top_share(repeated.get(2, {}), characters),
        top_3_gram_share=_top_share(repeated.get(3, {}), characters),
        top_4_gram_share=_top_share(repeated.get(4, {}), characters),
        duplicate_5_gram_share=_duplicate_share(repeated.get(5, {}), 5, words, characters),
        duplicate_10_gram_share=_duplicate_share(repeated.get(10, {}), 10, words, characters),
        list_share=_share(sum(_ITEM.match(line) is not None for line in lines), len(lines)),
        capitals_share=_share(capitals, lettered + figures),
        insert_share=_share(cut_characters, len(text) + cut_characters),
    )


def screen(quality: Quality, language: str, thresholds: Thresholds) -> tuple[str, str] | None:
    """Give the reject code of the first measure that lies outside its thresholds, and what was measured; else None.

    The stop words of a language without a list are not held against a text.
    """
    for measure, code in SCREENS:
        if measure == "stop_words" and language not in _stop_words():
            continue
        value = getattr(quality, measure)
        least: float | None = getattr(thresholds, f"least_{measure}", None)
        most: float | None = getattr(thresholds, f"most_{measure}", None)
        if least is not None and value < least:
            return code, f"{measure} {value:.4g}, least {least:.4g}"
        if most is not None and value > most:
            return code, f"{measure} {value:.4g}, most {most:.4g}"
    return None


@cache
def _stop_words() -> dict[str, frozenset[str]]:
    lists = tomllib.loads(Path(__file__).with_name("stop_words.toml").read_text(encoding="utf-8"))
    return {language: frozenset(words) for language, words in lists.items()}


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 0.0


def _stood_before(lines: Sequence[str]) -> list[str]:
    seen: set[str] = set()
    return [line for line in lines if line in seen or seen.add(line)]  # type: ignore[func-returns-value]


Run = tuple[str, ...]


def _repeated_runs(words: Sequence[str]) -> Iterator[tuple[int, dict[Run, list[int]]]]:
    """Yield for each length from 2 on the runs of words that occur more than once, with their places in order.

    A run can only recur where both runs of one word less do, so that few places are left after two words.
    """
    pairs = list(pairwise(words))
    counts = Counter(pairs)
    places = [place for place, pair in enumerate(pairs) if counts[pair] > 1]
    for length in range(2, _LONGEST_RUN + 1):
        found: dict[Run, list[int]] = {}
        for place in places:
            found.setdefault(tuple(words[place : place + length]), []).append(place)
        runs = {run: at for run, at in found.items() if len(at) > 1}
        if not runs:
            return
        yield length, runs
        again = {place for at in runs.values() for place in at}
        places = sorted(place for place in again if place + 1 in again)


def _top_share(runs: dict[Run, list[int]], characters: int) -> float:
    most = max(map(len, runs.values()), default=0)
    longest = max((len("".join(run)) for run, at in runs.items() if len(at) == most), default=0)
    return min(1.0, _share(most * longest, characters))


def _duplicate_share(runs: dict[Run, list[int]], length: int, words: Sequence[str], characters: int) -> float:
    again = {place + offset for at in runs.values() for place in at[1:] for offset in range(length)}
    return _share(sum(len(words[place]) for place in again), characters)
