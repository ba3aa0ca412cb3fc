"""Rules at work: each finds its words on the lines of a sheet and marks them."""

import re
from collections.abc import Container, Iterable, Iterator

from curation.inserts.dates import parse_time
from curation.inserts.forms import LONGEST_HEADLINE, Forms, is_capitalised, is_numbered
from curation.inserts.normal import headline_key
from curation.inserts.rule import OVER_LINES, WITHIN_LINE, CompiledRule
from curation.inserts.rules import PREFIX_WINDOW, Found, Rules, RuleSet
from curation.inserts.sheet import Hole, Sheet

NEAR = 3
# Below a label that may stand within a story: more lines than this are no list of links, and a line of fewer
# words is a subhead.
LONGEST_LIST = 12
SHORTEST_ITEM = 4
# A known headline of fewer words may stand in a paragraph by chance.
SHORTEST_KNOWN = 4

_TIMES = ("published_at", "modified_at")
_NAMES = ("author", "editor")
_TAG_JOINT = re.compile(r"\s*[,;|#•·]\s*")
_EDGES = " ,;:|/-–—*·•#"
_TOKEN = re.compile(r"\S+")


Opened = tuple[CompiledRule, int]
"""A label or rest, and the line below it."""


def mark(sheet: Sheet, rules: Rules, headlines: Container[str]) -> None:
    """Let the rules that hold anywhere mark a sheet, then those of its head and foot, then cut below the labels."""
    opened: list[Opened] = []
    for number in range(len(sheet.lines)):
        if not sheet.codes[number]:
            opened += _mark_line(sheet, number, _found(rules.anywhere, sheet.lines, number), rules, headlines)
    first, last = sheet.story_span()
    for number in range(len(sheet.lines)):
        if not sheet.codes[number] and (number <= first or number >= last):
            found = _found(rules.at_edges, sheet.lines, number)
            in_place = (one for one in found if _is_in_place(one[0], number, first, last))
            opened += _mark_line(sheet, number, in_place, rules, headlines)
    for rule, below in sorted(opened, key=lambda label: -label[1]):  # the nearest label above owns a line
        cut_below = _cut_rest if rule.scope == "rest" else _cut_foot_list if rule.place == "foot" else _cut_list
        cut_below(sheet, rule, below, rules)


def read_line(sheet: Sheet, number: int, place: str, rules: Rules) -> bool:
    """Mark a line that a rule for the head or the foot of a story takes as a whole, and note what it says.

    Tells whether it is about other stories: a link to one, or the head of a list.
    """
    found = (*rules.anywhere.taking(sheet.lines, number), *rules.at_edges.taking(sheet.lines, number))
    fitting = [one for one in found if one[0].scope != "rest" and one[0].place in ("any", "edge", place)]
    _mark_line(sheet, number, fitting, rules, ())
    taken = next((rule for rule, _ in fitting if rule.code == sheet.codes[number]), None)
    if taken is None:
        return False
    return taken.headline is not None or (taken.scope == "label" and not taken.pattern.groupindex)


def _found(known: RuleSet, lines: list[str], number: int) -> Iterator[Found]:
    yield from known.taking(lines, number)
    yield from known.within(lines[number])


def _is_in_place(rule: CompiledRule, number: int, first: int, last: int) -> bool:
    within = rule.scope in WITHIN_LINE
    head = number < first or (within and number == first)
    foot = number > last or (within and number == last)
    return {"head": head, "foot": foot, "edge": head or foot, "any": True}[rule.place]


def _mark_line(
    sheet: Sheet, number: int, found: Iterable[Found], rules: Rules, headlines: Container[str]
) -> list[Opened]:
    for rule, match in found:
        end = _headline_end(rule, match, rules.forms, headlines) if rule.headline else match.end()
        if not end or (rule.not_near and _is_near(rule.not_near, sheet.lines, number)):
            continue
        if rule.scope in WITHIN_LINE:
            _mark_hole(sheet, number, rule, match, end, rules)
            continue
        _note_facts(sheet, number, match, rules)
        below = number + match[0].count("\n") + 1
        sheet.codes[number:below] = [rule.code] * (below - number)
        return [(rule, below)] if rule.scope in OVER_LINES else []
    return []


def _is_near(pattern: re.Pattern[str], lines: list[str], number: int) -> bool:
    around = (*lines[max(0, number - NEAR) : number], *lines[number + 1 : number + 1 + NEAR])
    return any(pattern.match(line[:PREFIX_WINDOW]) for line in around)


def _mark_hole(sheet: Sheet, number: int, rule: CompiledRule, match: re.Match[str], end: int, rules: Rules) -> None:
    hole = Hole(rule.code, match.start(), end)
    if all(hole.end <= other.start or hole.start >= other.end for other in sheet.holes[number]):
        sheet.holes[number].append(hole)
        _note_facts(sheet, number, match, rules)


def _headline_end(rule: CompiledRule, match: re.Match[str], forms: Forms, headlines: Container[str]) -> int:
    """Find where the headline of a match ends, of a `known` one perhaps before the match does; 0 where it is none."""
    text = match["headline"]
    if rule.headline == "known":
        known = _known_headline(text, headlines)
        return match.start("headline") + known if known else 0
    fits = forms.is_headline(text) and (rule.headline == "any" or is_capitalised(text))
    return match.end() if fits else 0


def _known_headline(text: str, headlines: Container[str]) -> int:
    """Measure the longest known headline that a text begins with; 0 where there is none."""
    ends = [token.end() for token in _TOKEN.finditer(text)][SHORTEST_KNOWN - 1 : LONGEST_HEADLINE]
    return next((end for end in reversed(ends) if headline_key(text[:end]) in headlines), 0)


def _note_facts(sheet: Sheet, number: int, match: re.Match[str], rules: Rules) -> None:
    for name, value in match.groupdict().items():
        if value and name != "headline":
            _note(sheet, number, name, value, rules)


def _note(sheet: Sheet, number: int, name: str, value: str, rules: Rules) -> None:
    if name in _TIMES:
        time = parse_time(value, rules.months, rules.zone)
        if time is not None:
            sheet.add_fact(name, time.isoformat())
            sheet.timestamp = number if sheet.timestamp is None else sheet.timestamp
        return
    values = _TAG_JOINT.split(value) if name == "tags" else rules.name_joint.split(value) if name in _NAMES else [value]
    for one in values:
        sheet.add_fact(name, one.strip(_EDGES))


def _cut_rest(sheet: Sheet, rule: CompiledRule, below: int, rules: Rules) -> None:
    """Cut all lines below, unless there is more of the story below than above."""
    above, under = (_prose(sheet, numbers) for numbers in (range(below), range(below, len(sheet.lines))))
    if above >= under:
        sheet.codes[below:] = [code or rule.code for code in sheet.codes[below:]]


def _prose(sheet: Sheet, numbers: range) -> int:
    return sum(len(sheet.lines[n]) for n in numbers if sheet.paragraphs[n] and not sheet.codes[n])


def _cut_foot_list(sheet: Sheet, rule: CompiledRule, below: int, rules: Rules) -> None:
    """Cut the lines below up to the next paragraph: after the story's last one nothing of it follows."""
    for number in range(below, len(sheet.lines)):
        if sheet.codes[number]:
            continue
        if sheet.paragraphs[number]:
            return
        _cut_item(sheet, rule, number, rules)


def _cut_list(sheet: Sheet, rule: CompiledRule, below: int, rules: Rules) -> None:
    """Cut the headlines below, and stop before whatever may be the story's: a list, a subhead, a sentence."""
    first, promised = "", sheet.lines[below - 1].rstrip().endswith((":", "："))
    for number in range(below, min(below + LONGEST_LIST, len(sheet.lines))):
        line = sheet.lines[number]
        if sheet.codes[number]:
            continue
        if not _is_link(line, first, promised, rules.forms):
            return
        first = first or line
        _cut_item(sheet, rule, number, rules)


def _is_link(line: str, first: str, promised: bool, forms: Forms) -> bool:
    """Say whether a line below a label is one of its headlines.

    `first` is the first of them, or empty: that one may be in small letters where the label's colon promised it.
    """
    text = forms.without_bullet(line)
    if is_numbered(text) or (first and forms.is_item(first) != forms.is_item(line)):
        return False
    if text[:1].islower() or not forms.is_headline(text):
        return False
    count = len(text.split())
    return count >= SHORTEST_ITEM and (is_capitalised(text) or (promised and not first and count > SHORTEST_ITEM))


def _cut_item(sheet: Sheet, rule: CompiledRule, number: int, rules: Rules) -> None:
    sheet.codes[number] = rule.code
    if rule.items:
        _note(sheet, number, rule.items, rules.forms.without_bullet(sheet.lines[number]), rules)
