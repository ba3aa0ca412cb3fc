"""One look at a line must tell all that trying every rule tells, and no line may stall a rule."""

import html
import re
import signal
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from crawler.outlets import load_outlets
from curation.inserts import Rules, load_rules, normal_text
from curation.inserts.load import languages_known, read_language
from curation.inserts.rule import Example
from curation.inserts.rules import LONGEST_LINE, RuleSet, window
from tests.inserts.story import stripped
from tests.inserts.test_spellings import FRAMES, must_go, must_stay

OUTLETS_OF_TWINS = Path(__file__).parents[1] / "outlets"
SEEDS = Path(__file__).parents[3] / "shared" / "seeds"
PIECES = (
    "a", "A", "1", " ", "-", ".", "Baca ", "Baca juga: ", "Aa ", "a.", "A, ", "A/", "(a", "((", "[", ") (", "\"", "#a ",
    "1 2 ", "Foto: ", "a-", "Aa-", "http://a", "kompas.com ", "Jakarta ", "Jakarta, ", "Kompas.com, ", " - ",
    "Editor: A ",     "kata ", "share ", "Halaman 1 ", "@", "é", "😀", "Senin, ", "12 Mei ",
    "di ", "(diy", "«", "*", "Simak video ", "dan ", "abc/", "A | ", "Penulis: A | ", "Kota ", "#a", "* ", "Redaksi ",
)  # fmt: skip


def unfiltered(rules: Rules) -> Rules:
    """Make every rule be tried on every line."""
    return replace(rules, anywhere=_all_tried(rules.anywhere), at_edges=_all_tried(rules.at_edges))


def _all_tried(known: RuleSet) -> RuleSet:
    everything = (re.compile(""),)
    return replace(
        known,
        of_line_with_needs=tuple(replace(rule, needs=()) for rule in known.of_line_with_needs),
        searched=tuple(replace(rule, needs=()) for rule in known.searched),
        any_of_line=everything,
        any_over_lines=everything,
    )


def texts() -> Iterator[str]:
    yield from (frame.format(case) for case in must_stay() for frame in FRAMES.values())
    yield from (frame.format(line) for frame, line, _ in must_go())
    for language in languages_known():
        for family in read_language(language)[0].values():
            for rule in family.rules:
                yield from rule.keep
                yield from (example.text if isinstance(example, Example) else example for example in rule.cut)


def twins() -> Iterator[str]:
    """Give all that stands between tags on the twins of pages, a line for each piece."""
    for path in sorted(OUTLETS_OF_TWINS.glob("*/*/page.html")):
        yield normal_text(html.unescape(re.sub(r"<[^>]*>", "\n", path.read_text(encoding="utf-8"))))


def seeds() -> Iterator[str]:
    yield from (normal_text(path.read_text(encoding="utf-8")) for path in sorted(SEEDS.glob("*.txt")))


def differing(texts: Iterable[str], rules: Rules) -> list[str]:
    everything = unfiltered(rules)
    return [text for text in texts if stripped(text, rules) != stripped(text, everything)]


@pytest.mark.parametrize("outlet", ["", "idntimes", "kompas"])
def test_one_look_misses_nothing(outlet: str) -> None:
    outlets = load_outlets()
    rules = load_rules("", outlets.by_id[outlet] if outlet else None, outlets)
    assert differing(texts(), rules) == []


def test_one_look_misses_nothing_on_whole_pages() -> None:
    outlets = load_outlets()
    assert differing((*twins(), *seeds()), load_rules("id", outlets.by_id["kompas"], outlets)) == []


@contextmanager
def no_longer_than(seconds: int) -> Iterator[None]:
    """Break off what hangs; a rule that backtracks would run for hours."""

    def stop(number: int, frame: object) -> None:
        raise TimeoutError(f"still running after {seconds} s")

    before = signal.signal(signal.SIGALRM, stop)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


@pytest.mark.parametrize("size", [LONGEST_LINE, 20_000])
def test_no_line_stalls_a_rule(size: int) -> None:
    outlets = load_outlets()
    rules = load_rules("", outlets.by_id["idntimes"], outlets)
    for piece in PIECES:
        for ending in ("", "!", " (a", ". Baca juga: X"):
            line = (piece * size)[: size - len(ending)] + ending
            with no_longer_than(60):
                stripped(f"{line}\n{line}", rules)


def test_a_window_is_short_whatever_the_lines() -> None:
    assert window(["a", "b" * 20_000, "c", "d", "e"], 0) == f"a\n{'b' * LONGEST_LINE}\nc\nd"
