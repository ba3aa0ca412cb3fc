"""The rules as a page to read."""

from collections.abc import Iterable, Iterator

from curation.inserts.load import Family, languages_known, read_language
from curation.inserts.rule import Example, Rule
from curation.inserts.shapes import SHAPES

_HEAD = (
    "# Insert rules",
    "",
    "Generated from `curation/inserts/`: a table for each family, first those of any language. A rule acts on lines;",
    "what it takes is kept in `cuts` under its code. Each example here, and more in the files, is checked whenever the",
    "rules load.",
)
_COLUMNS = ("| code | name | why | cuts | keeps |", "|---|---|---|---|---|")


def render_rules() -> str:
    """Write all rules and shapes as Markdown; the same text for the same files."""
    lines = [*_HEAD]
    for language in languages_known():
        families, _ = read_language(language)
        for path, family in families.items():
            lines += ["", f"## {language}/{path.stem}", "", family.about, "", *_table(family)]
    lines += ["", "## Shapes", "", "Rules that need code (`shapes.py`).", "", *_COLUMNS]
    lines += [_row((shape.code, shape.name, shape.why, shape.cut, shape.keep)) for shape in SHAPES]
    return "\n".join(lines) + "\n"


def _table(family: Family) -> Iterator[str]:
    yield from _COLUMNS
    for rule in family.rules:
        yield _row((rule.code, rule.name, rule.why, _cut_of(rule), rule.keep[0]))


def _cut_of(rule: Rule) -> str:
    first = rule.cut[0]
    if isinstance(first, Example):
        return f"{first.text} ⇒ {first.left}" if first.left else first.text
    return first


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cell.replace('|', chr(92) + '|').replace(chr(10), ' ⏎ ') for cell in cells)} |"
