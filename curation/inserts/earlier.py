"""What lines that were cut earlier say of the story: `Editor: …`, initials, a dateline, a time."""

from collections.abc import Iterator, Sequence
from itertools import accumulate

from curation.inserts.marking import read_line
from curation.inserts.normal import headline_key
from curation.inserts.rule import FACTS
from curation.inserts.rules import Rules
from curation.inserts.sheet import Sheet, sheet_of
from curation.records import Cut

# Codes of structure whose lines are no words about the story: its headline again, pictures, players, menus, other
# stories, comments, adverts.
ELSEWHERE = frozenset(("ST03", "ST04", "ST06", "ST08", "ST09", "ST10", "ST11"))
TOLD = FACTS - {"title", "tags"}


def told_by_cuts(sheet: Sheet, cuts: Sequence[Cut], rules: Rules, title: str) -> dict[str, list[str]]:
    """Read the lines that `cuts` took above and below the story of a sheet, which is marked already.

    Nothing is cut. Within the story nothing is read, nor after a headline other than `title` or after the head of a
    list: what follows may be another story's.
    """
    facts: dict[str, list[str]] = {}
    head, foot = _around(sheet, cuts)
    for place, lines in (("head", head), ("foot", foot)):
        for name, values in _read(lines, place, rules, headline_key(title)).items():
            if name in TOLD:
                facts.setdefault(name, values)
    return facts


def _around(sheet: Sheet, cuts: Sequence[Cut]) -> tuple[list[str], list[str]]:
    """Gather the lines cut before the first paragraph of a story and those cut after its last."""
    first, last = sheet.story_span()
    starts = list(accumulate((len(line) + 1 for line in sheet.lines), initial=0))
    head: list[str] = []
    foot: list[str] = []
    for place, cut in _placed(cuts):
        if cut.code not in ELSEWHERE:
            lines = cut.text.strip().split("\n")
            head += lines if place <= starts[first] else []
            foot += lines if place >= starts[last + 1] - 1 else []
    return head, foot


def _placed(cuts: Sequence[Cut]) -> Iterator[tuple[int, Cut]]:
    """Give each cut with its place in the text that they left."""
    removed = 0
    for cut in cuts:
        yield cut.start - removed, cut
        removed += len(cut.text)


def _read(lines: Sequence[str], place: str, rules: Rules, title_key: str) -> dict[str, list[str]]:
    sheet = sheet_of("\n".join(lines))
    for number, line in enumerate(sheet.lines):
        if sheet.codes[number]:
            continue
        if read_line(sheet, number, place, rules):
            break
        if not sheet.codes[number] and rules.forms.is_bare_headline(line) and headline_key(line) != title_key:
            break
    return sheet.facts
