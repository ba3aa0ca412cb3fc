"""A rule held to its examples, alone."""

from crawler.outlets import BadInput
from curation.inserts.cuts import apply
from curation.inserts.marking import mark
from curation.inserts.normal import headline_key, normal_text
from curation.inserts.rule import Example, Rule
from curation.inserts.rules import Rules
from curation.inserts.sheet import Sheet, sheet_of


def check_rule(rule: Rule, alone: Rules, where: str) -> None:
    """Try a rule, `alone` in its set, on its examples; raises BadInput naming `where`, the rule and the example."""
    for number, example in enumerate(rule.cut):
        fault = _cut_fault(alone, example if isinstance(example, Example) else Example(text=example))
        if fault:
            raise BadInput(f"{where}: rule {rule.code}: key cut.{number}: {fault}; mend match or the example.")
    for number, text in enumerate(map(normal_text, rule.keep)):
        left = _left(text, _marked(alone, text, ()))
        if left != text:
            fault = f"of {text!r} only {left!r} stays"
            raise BadInput(f"{where}: rule {rule.code}: key keep.{number}: {fault}; mend match or the example.")


def _cut_fault(alone: Rules, example: Example) -> str:
    """Say what is wrong with what comes of an example; empty if nothing."""
    text = normal_text(example.text)
    sheet = _marked(alone, text, example.headlines)
    left = _left(text, sheet)
    if left != normal_text(example.left):
        return f"of {text!r} there stays {left!r}"
    for name, values in example.facts.items():
        found = tuple(sheet.facts.get(name, ()))
        if found != values:
            return f"{text!r} tells {name} {found}, not {values}"
    return ""


def _marked(alone: Rules, text: str, headlines: tuple[str, ...]) -> Sheet:
    sheet = sheet_of(text)
    mark(sheet, alone, frozenset(map(headline_key, headlines)))
    return sheet


def _left(text: str, sheet: Sheet) -> str:
    return apply(text, sheet.cuts())
