"""The words of a language that rules and shapes are made of, as data: `<language>/words.toml`."""

import re
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

from pydantic import Field

from crawler.outlets import BadInput, read_toml
from crawler.outlets.profile import Pattern, Strict

Months = tuple[tuple[str, ...], ...]
_Tree = dict[str, "_Tree"]

_PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")


class Words(Strict):
    """Lists of words; what `words.toml` may hold."""

    months: Months = Field(default=(), max_length=12)
    """The spellings of each month, January first; in rules `{month}`."""
    bullets: tuple[str, ...] = ()
    """What may stand before an item of a list."""
    abbreviations: tuple[str, ...] = ()
    """Words whose full stop ends no sentence."""
    said: tuple[str, ...] = ()
    """Verbs that follow speech; in rules `{said}`."""
    joiners: tuple[str, ...] = ()
    """What stands between two names."""
    phrases: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    """Lists of literal phrases; in rules each is a placeholder of its name."""
    patterns: dict[str, Pattern] = Field(default_factory=dict)
    """Pieces of regular expressions, in rules by name; one may use phrases and the pieces above it."""


def read_words(folders: Iterable[Path]) -> Words:
    """Join the `words.toml` of several folders; raises BadInput for a file that is wrong."""
    joined = Words()
    for path in (folder / "words.toml" for folder in folders):
        if path.exists():
            joined = _joined(joined, read_toml(path, Words))
    return joined


def placeholders(words: Words, names: Iterable[str], all_names: Iterable[str]) -> dict[str, str]:
    """Say what each placeholder stands for; `{outlet}` for `names`, `{outlets}` for `all_names`."""
    values = {
        "outlet": _names(tuple(names)),
        "outlets": _names(tuple(all_names)),
        "month": alternation(spelling for month in words.months for spelling in month),
        "said": alternation(words.said),
        **{name: alternation(phrases) for name, phrases in words.phrases.items()},
    }
    for name, pattern in words.patterns.items():
        values[name] = f"(?:{expand(pattern, values)})"
    return values


def expand(pattern: str, values: Mapping[str, str]) -> str:
    """Put the values of placeholders into a pattern; raises BadInput for an unknown one."""

    def value(found: re.Match[str]) -> str:
        if found[1] not in values:
            raise BadInput(f"there is no list of words named {found[0]}; add it to words.toml or mend the spelling")
        return values[found[1]]

    return _PLACEHOLDER.sub(value, pattern)


def alternation(phrases: Iterable[str]) -> str:
    """Make a pattern of literals that prefers the longest; of none, one that never matches.

    A tree of their common beginnings: with hundreds of names it is tried in a fraction of the time of a list.
    """
    return _alternation(tuple(phrases))


def _names(names: tuple[str, ...]) -> str:
    """Match names as they are printed or in capitals, and sites in any case: many names are ordinary words."""
    sites = [name for name in names if "." in name]
    printed = [form for name in names if "." not in name for form in (name, name.upper())]
    return f"(?:(?-i:{alternation(printed)})|(?i:{alternation(sites)}))"


@cache
def _alternation(phrases: tuple[str, ...]) -> str:
    tree: _Tree = {}
    for phrase in phrases:
        node = tree
        for character in phrase:
            node = node.setdefault(character, {})
        node[""] = {}
    return f"(?:{_tree_pattern(tree)})" if tree else "(?!)"


def _tree_pattern(tree: _Tree) -> str:
    branches = [_escaped(character) + _tree_pattern(below) for character, below in sorted(tree.items()) if character]
    if not branches:
        return ""
    joined = branches[0] if len(branches) == 1 else f"(?:{'|'.join(branches)})"
    return f"(?:{joined})?" if "" in tree else joined


def _escaped(character: str) -> str:
    return " " if character == " " else re.escape(character)


def _joined(first: Words, second: Words) -> Words:
    phrases = {
        name: (*first.phrases.get(name, ()), *second.phrases.get(name, ()))
        for name in (*first.phrases, *second.phrases)
    }
    return Words(
        months=_joined_months(first.months, second.months),
        bullets=(*first.bullets, *second.bullets),
        abbreviations=(*first.abbreviations, *second.abbreviations),
        said=(*first.said, *second.said),
        joiners=(*first.joiners, *second.joiners),
        phrases=phrases,
        patterns={**first.patterns, **second.patterns},
    )


def _joined_months(first: Months, second: Months) -> Months:
    if not first or not second:
        return first or second
    return tuple((*one, *other) for one, other in zip(first, second, strict=True))
