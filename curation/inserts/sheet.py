"""The working sheet of one text: its lines, and what is to be cut from each."""

from dataclasses import dataclass, field
from functools import cached_property

from curation.inserts.cuts import line_cuts
from curation.inserts.forms import is_paragraph
from curation.inserts.normal import headline_key
from curation.records import Cut

# Of a text without one full paragraph, so many lines are its head and as many its foot.
EDGE_LINES = 3


@dataclass(frozen=True, slots=True)
class Hole:
    """A stretch of a line that is to be cut."""

    code: str
    start: int
    end: int


@dataclass
class Sheet:
    """Lines of a text with their marks; rules and shapes write the marks, `cuts` reads them."""

    lines: list[str]
    codes: list[str]
    """Of each line the code of the rule that takes it whole; empty while it stays."""
    holes: list[list[Hole]]
    """Of each line the stretches that are cut from it, in the order found."""
    facts: dict[str, list[str]] = field(default_factory=dict)
    """What cut words say, by name, in order, each value once."""
    timestamp: int | None = None
    """First line that told a time."""

    @cached_property
    def paragraphs(self) -> list[bool]:
        """Of each line whether it is surely prose."""
        return [is_paragraph(line) for line in self.lines]

    @cached_property
    def keys(self) -> list[str]:
        """Of each line the key by which headlines are compared."""
        return [headline_key(line) for line in self.lines]

    def story_span(self) -> tuple[int, int]:
        """Find the first and last full paragraph among the lines that stay.

        Where there is none, the span is empty or turned round, so that the first and last lines lie outside it.
        """
        full = [n for n, prose in enumerate(self.paragraphs) if prose and not self.codes[n]]
        if full:
            return full[0], full[-1]
        return min(EDGE_LINES, len(self.lines)), max(len(self.lines) - 1 - EDGE_LINES, -1)

    def staying(self) -> list[int]:
        """Number the lines that stay."""
        return [n for n, code in enumerate(self.codes) if not code]

    def add_fact(self, name: str, value: str) -> None:
        """Note what cut words say."""
        values = self.facts.setdefault(name, [])
        if value and value not in values:
            values.append(value)

    def cuts(self) -> tuple[Cut, ...]:
        """Turn the marks into cuts, in the coordinates of the text that the lines make."""
        codes, inner, start = list(self.codes), [], 0
        for number, line in enumerate(self.lines):
            holes = [] if codes[number] else settled(line, self.holes[number])
            if holes and not _rest(line, holes).strip():
                codes[number], holes = holes[0].code, []
            inner += [Cut(hole.code, start + hole.start, line[hole.start : hole.end]) for hole in holes]
            start += len(line) + 1
        return tuple(sorted((*line_cuts(self.lines, codes), *inner), key=lambda cut: cut.start))


def sheet_of(text: str) -> Sheet:
    """Lay a text out line by line."""
    lines = text.split("\n")
    return Sheet(lines, [""] * len(lines), [[] for _ in lines])


def settled(line: str, holes: list[Hole]) -> list[Hole]:
    """Sort the holes of a line, drop those that overlap an earlier found one, and take the blanks that would double.

    A hole takes the blanks before it, at the start of what stays those after it.
    """
    chosen: list[Hole] = []
    for hole in holes:
        if all(hole.end <= other.start or hole.start >= other.end for other in chosen):
            chosen.append(hole)
    return _widened(line, sorted(chosen, key=lambda hole: hole.start))


def _widened(line: str, holes: list[Hole]) -> list[Hole]:
    widened: list[Hole] = []
    place, opening = 0, True
    for hole in holes:
        start, end = max(hole.start, place), hole.end
        while start > place and line[start - 1] == " ":
            start -= 1
        opening = opening and start == place
        while opening and end < len(line) and line[end] == " ":
            end += 1
        if end > start:
            widened.append(Hole(hole.code, start, end))
            place = end
    return widened


def _rest(line: str, holes: list[Hole]) -> str:
    for hole in reversed(holes):
        line = line[: hole.start] + line[hole.end :]
    return line
