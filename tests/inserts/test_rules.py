"""One look at a line must tell all that trying every rule tells, and no line may stall a rule."""

import re
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest

from crawler.outlets import load_outlets
from curation.inserts import Rules, load_rules
from curation.inserts.load import languages_known, read_language
from curation.inserts.rule import Example
from curation.inserts.rules import LONGEST_LINE, window
from tests.inserts.story import stripped
from tests.inserts.test_spellings import FRAMES, must_go, must_stay

PIECES = (
    "a", "A", "1", " ", "-", ".", "Baca ", "Baca juga: ", "Aa ", "a.", "A, ", "A/", "(a", "((", "[", ") (", "\"", "#a ",
    "1 2 ", "Foto: ", "a-", "Aa-", "http://a", "kompas.com ", "Jakarta ", "Jakarta, ", "Kompas.com, ", " - ",
    "Editor: A ",     "kata ", "share ", "Halaman 1 ", "@", "é", "😀", "Senin, ", "12 Mei ",
    "di ", "(diy", "«", "*", "Simak video ", "dan ",
)  # fmt: skip


def unfiltered(rules: Rules) -> Rules:
    """Make every rule be tried on every line."""
    everything = (re.compile(""),)
    return replace(
        rules,
        anywhere=replace(rules.anywhere, any_of_line=everything),
        at_edges=replace(rules.at_edges, any_of_line=everything),
    )


def texts() -> Iterator[str]:
    yield from (frame.format(case) for case in must_stay() for frame in FRAMES.values())
    yield from (frame.format(line) for frame, line, _ in must_go())
    for language in languages_known():
        for family in read_language(language)[0].values():
            for rule in family.rules:
                yield from rule.keep
                yield from (example.text if isinstance(example, Example) else example for example in rule.cut)


@pytest.mark.parametrize("outlet", ["", "idntimes", "kompas"])
def test_one_look_misses_nothing(outlet: str) -> None:
    outlets = load_outlets()
    rules = load_rules("", outlets.by_id[outlet] if outlet else None, outlets)
    everything = unfiltered(rules)
    assert [text for text in texts() if stripped(text, rules).cuts != stripped(text, everything).cuts] == []


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
