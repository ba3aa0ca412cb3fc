"""Cuts: taking stretches out of a text so that they can be put back.

A text here is lines joined by a line break. A line that is cut takes the break after it; the lines after the
last one that stays take the break before them; where no line stays the first takes none. So no blank line is
left wherever one cuts. A cut within a line takes no break.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from curation.records import Cut

BREAK = "\n"


def apply(text: str, cuts: Sequence[Cut]) -> str:
    """Take the cuts out; they are sorted, do not overlap, and each stands in the text at its place.

    Raises ValueError where one does not.
    """
    kept, place = [], 0
    for cut in cuts:
        if cut.start < place or not text.startswith(cut.text, cut.start):
            raise ValueError(f"cut {cut.code} does not stand in the text at {cut.start}")
        kept.append(text[place : cut.start])
        place = _end(cut)
    kept.append(text[place:])
    return "".join(kept)


def undo(text: str, cuts: Sequence[Cut]) -> str:
    """Put the cuts back: `undo(apply(text, cuts), cuts) == text`."""
    pieces, place, before = [], 0, 0
    for cut in cuts:
        kept = cut.start - before
        pieces += [text[place : place + kept], cut.text]
        place += kept
        before = _end(cut)
    return "".join((*pieces, text[place:]))


def merge(first: Sequence[Cut], second: Sequence[Cut]) -> tuple[Cut, ...]:
    """Join cuts with those made afterwards, all in the coordinates of the text before any.

    `apply(text, merge(first, second)) == apply(apply(text, first), second)`.
    """
    pieces = [piece for cut in second for piece in _in_first_text(cut, first)]
    return tuple(_tidied(sorted((*first, *pieces), key=lambda cut: (cut.start, len(cut.text)))))


def line_cuts(lines: Sequence[str], codes: Sequence[str]) -> tuple[Cut, ...]:
    """Cut whole lines: `codes` has the code of each line, empty for one that stays."""
    last_kept = max((number for number, code in enumerate(codes) if not code), default=-1)
    cuts, start = [], 0
    for number, (line, code) in enumerate(zip(lines, codes, strict=True)):
        if code and number < last_kept:
            cuts.append(Cut(code, start, line + BREAK))
        elif code and number > 0:
            cuts.append(Cut(code, start - 1, BREAK + line))
        elif code and line:
            cuts.append(Cut(code, start, line))
        start += len(line) + 1
    return tuple(cuts)


def _end(cut: Cut) -> int:
    return cut.start + len(cut.text)


def _in_first_text(cut: Cut, first: Sequence[Cut]) -> Iterator[Cut]:
    """Yield the pieces into which earlier cuts part a later one."""
    start, rest, removed = cut.start, cut.text, 0
    for earlier in first:
        place = earlier.start - removed
        if place >= start + len(rest):
            break
        if place > start:
            yield Cut(cut.code, start + removed, rest[: place - start])
            start, rest = place, rest[place - start :]
        removed += len(earlier.text)
    yield Cut(cut.code, start + removed, rest)


def _tidied(cuts: list[Cut]) -> Iterator[Cut]:
    """Give a line break that was parted from its line to the next cut, along a run of touching cuts."""
    carried = ""
    for cut, following in pairwise((*cuts, None)):
        if cut is None:
            return
        whole = replace(cut, start=cut.start - len(carried), text=carried + cut.text)
        loose = (carried or cut.text == BREAK) and whole.text.endswith(BREAK)
        touching = following is not None and following.start == _end(cut)
        carried = BREAK if loose and touching else ""
        if carried:
            whole = replace(whole, text=whole.text[:-1])
        if whole.text:
            yield whole
