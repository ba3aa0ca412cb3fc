"""All that holds for one text: the rules that were made ready, and the words and names around them."""

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from curation.inserts.forms import Forms
from curation.inserts.rule import OVER_LINES, CompiledRule, compiled, loosened
from curation.inserts.words import Months

# What a rule sees of a line. No line that is an insert as a whole is longer, and a pattern that is slow on a
# long line is never shown one.
LONGEST_LINE = 700
LINES_TOGETHER = 4


@dataclass(frozen=True, slots=True)
class RuleSet:
    """Rules in the order in which they are tried."""

    opening: tuple[CompiledRule, ...]
    """They match from the start of a line."""
    within: tuple[CompiledRule, ...]
    """They are searched for in the line."""
    any_of_line: tuple[re.Pattern[str], ...]
    """Where none of these matches a line, and none of `any_of_lines` it and those below, no rule of `opening` can:
    most lines are done with a few looks."""
    any_of_lines: tuple[re.Pattern[str], ...]

    def on(self, lines: Sequence[str], number: int) -> Iterator[CompiledRule]:
        """Yield the rules worth trying on a line."""
        if len(lines[number]) > LONGEST_LINE:
            yield from (rule for rule in self.opening if rule.scope == "prefix")
        elif self.may_open(lines, number):
            yield from self.opening
        yield from self.within

    def may_open(self, lines: Sequence[str], number: int) -> bool:
        """Say whether it is worth trying the rules that match from a line's start."""
        if any(pattern.match(lines[number]) for pattern in self.any_of_line):
            return True
        below = window(lines, number)
        return any(pattern.match(below) for pattern in self.any_of_lines)


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules of a language and an outlet."""

    anywhere: RuleSet
    at_edges: RuleSet
    """Those whose place is the head or the foot of a story."""
    shapes: frozenset[str]
    """Names of the shapes that hold for this outlet only."""
    forms: Forms
    months: Months
    name_joint: re.Pattern[str]
    """What stands between two names of one fact."""
    site_suffix: re.Pattern[str]
    """The outlet's name after a headline, with the dash before it."""
    zone: dt.tzinfo
    """Of times without one."""


def rule_set(rules: Iterable[CompiledRule]) -> RuleSet:
    """Put rules in the order of their coming."""
    known = tuple(rules)
    opening = tuple(rule for rule in known if rule.scope not in ("suffix", "inside"))
    return RuleSet(
        opening=opening,
        within=tuple(rule for rule in known if rule.scope in ("suffix", "inside")),
        any_of_line=_any_of([rule for rule in opening if rule.scope not in OVER_LINES]),
        any_of_lines=_any_of([rule for rule in opening if rule.scope in OVER_LINES]),
    )


def _any_of(rules: Sequence[CompiledRule]) -> tuple[re.Pattern[str], ...]:
    """Join what is the same for every outlet to one pattern, compiled once, and the outlet's own to another."""
    parts = ([rule for rule in rules if rule.of_outlet == own] for own in (False, True))
    return tuple(compiled("|".join(loosened(rule.pattern) for rule in part)) for part in parts if part)


def window(lines: Sequence[str], number: int) -> str:
    """Join a line with those after it, as far as a label or a rest may match."""
    following = (line[:LONGEST_LINE] for line in lines[number + 1 : number + LINES_TOGETHER])
    return "\n".join((lines[number], *following))
