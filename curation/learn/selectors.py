"""How an element of one page is found again on all others: by selectors made of tags, classes, ids and attributes."""

import re
from collections.abc import Iterator

from lxml.html import HtmlElement

from curation.html.tree import elements

# What CSS takes as a name without escapes; frameworks of utility classes (`lg:w-2/3`) are left out by it.
_NAME = re.compile(r"-?[A-Za-z_][A-Za-z0-9_-]*")
# A number this long is a serial of the story, of the slot or of the day.
_SERIAL = re.compile(r"\d{3,}")
_NUMBERED = re.compile(r"([A-Za-z_][A-Za-z_-]{3,}[-_])\d")
_COMPOUND = re.compile(r"^\W*(?!js-)\w+[-_]\w")
_TELLING_TAGS = frozenset(("article", "main", "h1", "time"))
_ATTRIBUTES = ("itemprop", "property")
# Of `rel` only what says what a link is for; `noopener` and its like stand on any link.
_RELATIONS = frozenset(("author", "tag", "category"))
_PLAIN_KEYS = re.compile(r"data-[a-z-]+")
_STEPS = 2
"""Anchors above an element, and steps between the two, in a selector; longer ones break with the next change."""
_FURTHEST_CHILD = 4

Preference = tuple[int, bool, bool, bool, int, str]


def names_of(element: HtmlElement) -> list[str]:
    """Give the simple selectors that an element has of its own, such as `#isi`, `.isi`, `[itemprop~='articleBody']`.

    Names with a serial number are left out, or cut to what stands before it: `[id^='post-body-']`.
    """
    names = [f"#{name}" for name in (element.get("id") or "").split()[:1] if _is_stable(name)]
    names += [f".{name}" for name in dict.fromkeys(element.get("class", "").split()) if _is_stable(name)]
    numbered = _NUMBERED.match(element.get("id") or "")
    if numbered:
        names.append(f"[id^='{numbered[1]}']")
    for key in _ATTRIBUTES:
        names += [f"[{key}~='{value}']" for value in (element.get(key) or "").split() if _is_stable(value)]
    names += [f"[rel~='{value}']" for value in (element.get("rel") or "").split() if value in _RELATIONS]
    names += [
        f"[{key}='{value}']"
        for key, value in sorted(element.items())
        if _PLAIN_KEYS.fullmatch(key) and len(value) <= 30 and _is_stable(value)
    ]
    if element.tag in _TELLING_TAGS or "-" in tag_of(element):
        names.append(element.tag)
    return names


def tag_of(element: HtmlElement) -> str:
    """Give the tag of an element as a selector; `*` for one that CSS does not take, such as `o:p`."""
    return element.tag if _NAME.fullmatch(element.tag) else "*"


def selectors_of(element: HtmlElement) -> Iterator[str]:
    """Give selectors that find an element: by its own names, by those of what it stands in, by its place there."""
    own = names_of(element)
    tails = own or [tag_of(element)]
    yield from own
    yield from (f"{tag_of(element)}{name}" for name in own if name[0] in ".#[")
    steps = 0 if own else 1
    anchors = 0
    for above in element.iterancestors():
        names = names_of(above)
        if names:
            anchors += 1
            yield from (f"{name}{place} {tail}" for name in names for place in ("", _place(above)) for tail in tails)
            yield from (f"{name} {tail}{_place(element)}" for name in names for tail in tails)
        elif steps < _STEPS and not anchors:
            steps += 1
            tails = [*tails, *(f"{tag_of(above)}{_place(above)} {tail}" for tail in tails)]
        if anchors == _STEPS or above.tag == "body":
            return


def roots_of(tree: HtmlElement, selector: str) -> list[HtmlElement]:
    """Find the elements that a selector names, without those that lie in another one."""
    found = elements(tree, selector)
    inside = set(found)
    return [root for root in found if not any(above in inside for above in root.iterancestors())]


def preference(selector: str) -> Preference:
    """Rank a selector against another that finds the same.

    Few steps come first, then names without digits, then classes and ids, then names of several words, which are not
    given to other things as easily as `.date`, then short ones.
    """
    steps = selector.split()
    by_attribute = steps[-1][0] not in ".#"
    vague = not _COMPOUND.search(steps[-1])
    digits = any(map(str.isdigit, selector))
    return len(steps) + selector.count(":"), digits, by_attribute, vague, len(selector), selector


def _is_stable(name: str) -> bool:
    return bool(_NAME.fullmatch(name)) and not _SERIAL.search(name)


def _place(element: HtmlElement) -> str:
    """The pseudo-class of an element's place among its siblings; empty for an only child and in a long row."""
    before = sum(1 for _ in element.itersiblings(preceding=True))
    if element.getnext() is None:
        return ":last-child" if before else ""
    if not before:
        return ":first-child"
    return f":nth-child({before + 1})" if before < _FURTHEST_CHILD else ""
