"""Shapes: the few rules that need code, each by its name.

A shape looks at what the rules left of a sheet and marks lines by what they are, not by their words.
"""

from collections.abc import Callable, Container
from dataclasses import dataclass

from curation.inserts.forms import is_numbered
from curation.inserts.normal import headline_key
from curation.inserts.rules import Rules
from curation.inserts.sheet import Sheet

LONGEST_TITLE = 20
SHORTEST_TITLE = 3
# A known headline of fewer words may be a subhead or the line of a poem by chance.
SHORTEST_KNOWN = 4
LONGEST_KNOWN = 30


@dataclass(frozen=True, slots=True)
class Witness:
    """What is known beside the text."""

    title: str
    """Headline of the story; empty where it is not known."""
    headlines: Container[str]
    """Keys of headlines that the archive has."""
    repeated: Container[str]
    """Keys of lines that the outlet prints on page after page."""


@dataclass(frozen=True, slots=True)
class Shape:
    """A rule in code."""

    code: str
    name: str
    why: str
    cut: str
    """A text with the line that goes between arrows."""
    keep: str
    """The nearest text that stays."""
    mark: Callable[[Sheet, Rules, Witness, str], None]
    """Marks lines of the sheet with the code given last."""
    by_profile: bool = False
    """Holds only for outlets whose profile names it under `shapes`."""


def mark_shapes(sheet: Sheet, rules: Rules, witness: Witness) -> None:
    """Let the shapes that hold for the outlet mark a sheet, in their order."""
    for shape in SHAPES:
        if not shape.by_profile or shape.name in rules.shapes:
            shape.mark(sheet, rules, witness, shape.code)


def _repeated_block(sheet: Sheet, rules: Rules, witness: Witness, code: str) -> None:
    for number in sheet.staying():
        if sheet.keys[number] in witness.repeated:
            sheet.codes[number] = code


def _title_repeat(sheet: Sheet, rules: Rules, witness: Witness, code: str) -> None:
    if not witness.title:
        _title_first(sheet, rules, code)
        return
    key, (first, _) = headline_key(witness.title), sheet.story_span()
    for number in sheet.staying():
        if not sheet.keys[number].startswith(key):
            continue
        line = rules.site_suffix.sub("", sheet.lines[number])
        chance = number > first and len(line.split()) < SHORTEST_KNOWN
        if not chance and headline_key(line) == key:
            sheet.codes[number] = code


def _title_first(sheet: Sheet, rules: Rules, code: str) -> None:
    """Take the first line for the title if it looks like one, stands before prose and follows no timestamp."""
    staying = sheet.staying()
    number = next(iter(staying), None)
    if number is None or sheet.holes[number] or (sheet.timestamp is not None and sheet.timestamp < number):
        return
    line, prose = sheet.lines[number], any(sheet.paragraphs[other] for other in staying[1:])
    if prose and not sheet.paragraphs[number] and _is_title(line, rules):
        sheet.codes[number] = code
        sheet.add_fact("title", rules.site_suffix.sub("", line))


def _is_title(line: str, rules: Rules) -> bool:
    fits = SHORTEST_TITLE <= len(line.split()) <= LONGEST_TITLE and rules.forms.is_headline(line)
    return fits and not (line.endswith(".") or is_numbered(line) or rules.forms.is_item(line))


def _known_headline(sheet: Sheet, rules: Rules, witness: Witness, code: str) -> None:
    for number in sheet.staying():
        if sheet.keys[number] not in witness.headlines:
            continue
        line = rules.forms.without_bullet(sheet.lines[number])
        if SHORTEST_KNOWN <= len(line.split()) <= LONGEST_KNOWN and rules.forms.is_headline(line):
            sheet.codes[number] = code


def _bare_headline(sheet: Sheet, rules: Rules, witness: Witness, code: str) -> None:
    """Mark runs of headlines that have a paragraph before them, and another or nothing after them."""
    run: list[int] = []
    after_prose = False
    for number in sheet.staying():
        if after_prose and rules.forms.is_bare_headline(sheet.lines[number]):
            run.append(number)
            continue
        if sheet.paragraphs[number]:
            _mark_all(sheet, run, code)
        run, after_prose = [], sheet.paragraphs[number]
    _mark_all(sheet, run, code)


def _mark_all(sheet: Sheet, numbers: list[int], code: str) -> None:
    for number in numbers:
        sheet.codes[number] = code


SHAPES = (
    Shape(
        code="SH01",
        name="repeated-block",
        why="The census saw this line on page after page of the outlet: it is chrome, whatever it says.",
        cut="→ Kabar dari desa untuk kota, setiap pagi ←",
        keep="A line that stands on this page alone.",
        mark=_repeated_block,
    ),
    Shape(
        code="SH02",
        name="title-repeat",
        why="The headline, printed once more in the text; where no title is known, the first line in its form is it.",
        cut="→ Panen Raya di Lembah Hijau ← Petani memanen padi sejak subuh.",
        keep="A dek below a timestamp.",
        mark=_title_repeat,
    ),
    Shape(
        code="SH03",
        name="known-headline",
        why="A short line that is the headline of another page in the archive is a link to it.",
        cut="→ Nelayan Teluk Biru Kembali Melaut ←, where the archive has that story.",
        keep="The same words in a sentence, and lines of fewer than four words.",
        mark=_known_headline,
    ),
    Shape(
        code="SH04",
        name="bare-headline",
        why="Some outlets put headlines of other stories between paragraphs and mark them by nothing.",
        cut="Paragraph. → Jembatan Baru Kali Jernih Diresmikan Hari Ini ← Paragraph.",
        keep="A subhead in small letters; a headline before the first paragraph.",
        mark=_bare_headline,
        by_profile=True,
    ),
)
"""In the order in which they look at a sheet."""
