"""A rule: words that are no part of a story, with the examples that hold it to its meaning."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Literal

from pydantic import Field

from crawler.outlets import BadInput
from crawler.outlets.profile import Strict
from curation.inserts.words import expand

Scope = Literal["line", "prefix", "suffix", "inside", "label", "rest"]
Place = Literal["any", "head", "foot", "edge"]
HeadlineForm = Literal["any", "capitals", "known"]

FACTS = frozenset(
    (
        "title",
        "author",
        "editor",
        "credit",
        "source",
        "dateline",
        "published_at",
        "modified_at",
        "tags",
        "first_outlet",
        "first_title",
        "rights_notice",
    )
)
"""What cut words can tell: the names of groups in a rule's pattern. One group more, `headline`, tells nothing."""

WITHIN_LINE = frozenset(("prefix", "suffix", "inside"))
"""Scopes that leave the rest of the line."""

OVER_LINES = frozenset(("label", "rest"))
"""Scopes whose pattern may match over line breaks, and which take the lines below too."""

OUTLET = "{outlet}"
_NAMED = re.compile(r"\(\?P<\w+>")
_REFERENCE = re.compile(r"\(\?P=\w+\)")


class Example(Strict):
    """A text that a rule acts on, and what comes of it."""

    text: str
    left: str = ""
    """What stays of the text."""
    facts: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    """What is learned from it, at least."""
    headlines: tuple[str, ...] = ()
    """Headlines that the archive knows in this example."""


class Rule(Strict):
    """One `[[rules]]` table of a family or of a profile."""

    code: str = Field(pattern=r"^[A-Z]{2,4}\d{2}$")
    name: str = Field(pattern=r"^[a-z0-9-]+\.[a-z0-9-]+$")
    why: str = Field(min_length=1)
    match: str = Field(min_length=1)
    """A regular expression, case-sensitive unless it begins with `(?i)`, with placeholders such as `{outlet}`."""
    needs: tuple[str, ...] = ()
    """Strings in small letters, one of which stands in whatever `match` matches: a line that has none is passed over
    without it, which saves most of the time of a slow expression."""
    scope: Scope
    """What is cut: the whole `line`; the match at the line's start (`prefix`), end (`suffix`) or `inside`; a
    `label` line with the list below it; or this line and the `rest`. Label and rest may match over line breaks."""
    place: Place = "any"
    """`head`: before the first full paragraph. `foot`: after the last. `edge`: either. Where the rule cuts within
    a line, that paragraph itself counts too."""
    headline: HeadlineForm | None = None
    """What the group `headline` must be: a headline in `any` case, one in `capitals`, or one `known` to the archive,
    in which case only the known words of it are cut."""
    items: str = ""
    """Of a label: the fact that the lines below it tell."""
    not_near: str = ""
    """A regular expression: where one of the three lines before or after begins with it, the rule does not hold."""
    known_outlet: bool = False
    """Holds only where the outlet is known."""
    cut: tuple[str | Example, ...] = Field(min_length=1)
    """Texts that it takes; a plain one wholly."""
    keep: tuple[str, ...] = Field(min_length=1)
    """The nearest real sentences, which it leaves as they are."""


@dataclass(frozen=True, slots=True)
class CompiledRule:
    """A rule made ready for one outlet."""

    code: str
    needs: tuple[str, ...]
    scope: Scope
    place: Place
    headline: HeadlineForm | None
    items: str
    pattern: re.Pattern[str]
    not_near: re.Pattern[str] | None
    of_outlet: bool
    """Its pattern holds for one outlet: the others are the same for all."""


def compile_rule(rule: Rule, values: Mapping[str, str]) -> CompiledRule:
    """Make a rule ready; `values` are what its placeholders stand for. Raises BadInput with the fault alone."""
    pattern = _checked(_anchored(expand(rule.match, values), rule.scope), "match")
    _check_groups(rule, pattern)
    return CompiledRule(
        code=rule.code,
        needs=rule.needs,
        scope=rule.scope,
        place=rule.place,
        headline=rule.headline,
        items=rule.items,
        pattern=pattern,
        not_near=_checked(expand(rule.not_near, values), "not_near") if rule.not_near else None,
        of_outlet=OUTLET in rule.match,
    )


def loosened(pattern: re.Pattern[str]) -> str:
    """Write a pattern without its names, to stand beside others: it finds all that the pattern finds, perhaps more."""
    return _REFERENCE.sub(".*", _NAMED.sub("(?:", pattern.pattern))


@cache
def compiled(text: str) -> re.Pattern[str]:
    """Compile a pattern once: most are the same for every outlet."""
    return re.compile(text)


def _checked(text: str, key: str) -> re.Pattern[str]:
    try:
        return compiled(text)
    except re.error as error:
        raise BadInput(f"key {key}: this is not a regular expression ({error}); mend it") from error


def _anchored(text: str, scope: Scope) -> str:
    flags = "(?i:" if text.startswith("(?i)") else "(?:"
    body = f"{flags}{text.removeprefix('(?i)')})"
    if scope in OVER_LINES:
        return f"(?m:{body}$)"
    return f"{body}$" if scope == "suffix" else body


def _check_groups(rule: Rule, pattern: re.Pattern[str]) -> None:
    names = set(pattern.groupindex)
    unknown = sorted((names - {"headline"} | {rule.items} - {""}) - FACTS)
    if unknown:
        raise BadInput(f"key match: {unknown[0]!r} is no fact; the facts are {', '.join(sorted(FACTS))}")
    if pattern.groups != len(pattern.groupindex):
        raise BadInput("key match: a group has no name; write (?:…) or (?P<fact>…)")
    if ("headline" in names) != (rule.headline is not None):
        raise BadInput("key headline: it says what the group headline of match must be; give both or neither")
    if any(word != word.casefold() for word in rule.needs) or (rule.needs and rule.scope in OVER_LINES):
        raise BadInput("key needs: write it in small letters, and not for a label or a rest; mend it")
    if rule.items and rule.scope != "label":
        raise BadInput("key items: only a label has items; remove it or set scope to label")
