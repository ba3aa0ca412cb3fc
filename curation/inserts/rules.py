"""All that holds for one text: the rules that were made ready, and the words and names around them."""

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from curation.inserts.forms import Forms
from curation.inserts.rule import CompiledRule, Scope, compiled, loosened
from curation.inserts.words import Months

# What a rule sees of a line. No line that is an insert as a whole is longer, and a pattern that is slow on a
# long line is never shown one.
LONGEST_LINE = 700
LINES_TOGETHER = 4
PREFIX_WINDOW = 300
SUFFIX_WINDOW = 500

Found = tuple[CompiledRule, re.Match[str]]


@dataclass(frozen=True, slots=True)
class RuleSet:
    """Rules by their scopes, in the order in which they are tried."""

    of_line: tuple[CompiledRule, ...]
    of_line_with_needs: tuple[CompiledRule, ...]
    over_lines: tuple[CompiledRule, ...]
    prefixes: tuple[CompiledRule, ...]
    searched: tuple[CompiledRule, ...]
    """Suffixes, then those that stand inside a line."""
    any_of_line: tuple[re.Pattern[str], ...]
    """Where none of these matches a line, no rule of `of_line` does: most lines are done with one look."""
    any_over_lines: tuple[re.Pattern[str], ...]
    """The same of `over_lines`."""

    def taking(self, lines: Sequence[str], number: int) -> Iterator[Found]:
        """Yield the rules that match a line as a whole, or it and some below it."""
        line = lines[number]
        if len(line) > LONGEST_LINE:
            return
        if any(pattern.match(line) for pattern in self.any_of_line):
            yield from ((rule, match) for rule in self.of_line if (match := rule.pattern.fullmatch(line)))
        for rule in _worth_trying(self.of_line_with_needs, line):
            if match := rule.pattern.fullmatch(line):
                yield rule, match
        below = window(lines, number)
        if any(pattern.match(below) for pattern in self.any_over_lines):
            yield from ((rule, match) for rule in self.over_lines if (match := rule.pattern.match(below)))

    def within(self, line: str) -> Iterator[Found]:
        """Yield the rules that match at the start of a line, at its end or inside, an inside one for each match."""
        head, tail = line[:PREFIX_WINDOW], max(0, len(line) - SUFFIX_WINDOW)
        yield from ((rule, match) for rule in self.prefixes if (match := rule.pattern.match(head)))
        for rule in _worth_trying(self.searched, line):
            if rule.scope == "inside":
                yield from ((rule, match) for match in rule.pattern.finditer(line))
            elif match := rule.pattern.search(line, tail):
                yield rule, match


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
    """Put rules in the order of their coming, scope by scope."""
    known = tuple(rules)

    def of_scope(*scopes: Scope) -> tuple[CompiledRule, ...]:
        return tuple(rule for rule in known if rule.scope in scopes)

    of_line = tuple(rule for rule in of_scope("line") if not rule.needs)
    over_lines = of_scope("label", "rest")
    return RuleSet(
        of_line=of_line,
        of_line_with_needs=tuple(rule for rule in of_scope("line") if rule.needs),
        over_lines=over_lines,
        prefixes=of_scope("prefix"),
        searched=of_scope("suffix") + of_scope("inside"),
        any_of_line=_any_of(of_line, r"\Z"),
        any_over_lines=_any_of(over_lines, ""),
    )


def _worth_trying(rules: Sequence[CompiledRule], line: str) -> list[CompiledRule]:
    stands = line.casefold().__contains__
    return [rule for rule in rules if not rule.needs or any(map(stands, rule.needs))]


def _any_of(rules: Sequence[CompiledRule], end: str) -> tuple[re.Pattern[str], ...]:
    """Join what is the same for every outlet to one pattern, compiled once, and the outlet's own to another."""
    parts = ([rule for rule in rules if rule.of_outlet == own] for own in (False, True))
    joined = ("|".join(loosened(rule.pattern) for rule in part) for part in parts)
    return tuple(compiled(f"(?:{alternatives}){end}") for alternatives in joined if alternatives)


def window(lines: Sequence[str], number: int) -> str:
    """Join a line with those after it, as far as a label or a rest may match."""
    following = (line[:LONGEST_LINE] for line in lines[number + 1 : number + LINES_TOGETHER])
    return "\n".join((lines[number], *following))
