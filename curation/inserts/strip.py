"""Nothing but the story: rules and shapes take out the rest, and note what it says."""

from collections.abc import Container, Sequence
from dataclasses import dataclass

from curation.inserts.cuts import apply, merge
from curation.inserts.earlier import told_by_cuts
from curation.inserts.marking import mark
from curation.inserts.rules import Rules
from curation.inserts.shapes import Witness, mark_shapes
from curation.inserts.sheet import sheet_of
from curation.records import Cut


@dataclass(frozen=True, slots=True)
class Stripped:
    """A text without its inserts."""

    text: str
    cuts: tuple[Cut, ...]
    """All of them, those made earlier too, in the coordinates of the text before any cut."""
    facts: dict[str, tuple[str, ...]]
    """What the cut words say, by the names of `rule.FACTS`; times are in ISO 8601 with their zone.

    What words cut from the text say goes before what lines cut earlier say.
    """


def strip(
    text: str,
    cuts: Sequence[Cut],
    rules: Rules,
    *,
    title: str,
    headlines: Container[str],
    repeated: Container[str],
) -> Stripped:
    """Cut inserts and chrome out of a text.

    `text` is in normal form and what `cuts`, made earlier, have left. `title` is empty where it is not known: then
    the first line may become a fact. `headlines` and `repeated` hold keys as `headline_key` makes them.
    """
    sheet = sheet_of(text)
    mark(sheet, rules, headlines)
    mark_shapes(sheet, rules, Witness(title, headlines, repeated))
    made = sheet.cuts()
    told = {**told_by_cuts(sheet, cuts, rules, title), **sheet.facts} if cuts else sheet.facts
    facts = {name: tuple(values) for name, values in told.items() if values}
    return Stripped(apply(text, made), merge(cuts, made), facts)
