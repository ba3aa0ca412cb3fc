"""Where the story stands: the element that holds the lines that no other page has, found by one selector on all."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from lxml.html import HtmlElement

from curation.html.structure import marked_elements
from curation.html.tree import elements
from curation.learn.selectors import names_of, preference, selectors_of
from curation.learn.sheet import Sheet, Site

FEWEST = 3
"""A layout is not learned from fewer pages."""
_CONTAINERS = frozenset(("article", "div", "main", "section", "td"))
_LEAST_PART = 0.1
"""A container with a smaller share of a page's story is a paragraph or a box, not the body or a part of it."""
_LEAST = 0.6
"""A selector that fits worse finds something else."""
_AS_GOOD = 0.05
"""A selector fits a page if no other fits it by so much better; one page's reading errs by about this much."""
_REMOVABLE = 0.2
"""Weight of links and repeated lines in a body: drop selectors take them out again."""


@dataclass(frozen=True, slots=True)
class Found:
    """A selector of the body and the pages that it fits."""

    selector: str
    sheets: tuple[Sheet, ...]
    shares: tuple[float, ...]
    """For each page the share of the story's words that the body holds."""


@dataclass(slots=True)
class _Mass:
    """Characters at or below an element."""

    told: int = 0
    other: int = 0
    removable: int = 0
    lines: int = 0
    """Number of told lines."""

    def add(self, below: "_Mass") -> None:
        self.told += below.told
        self.other += below.other
        self.removable += below.removable
        self.lines += below.lines


_Masses = Mapping[HtmlElement, _Mass]


def find_bodies(site: Site) -> list[Found]:
    """Find the body selectors of a site's layouts, the one that fits most pages first, until fewer than three are left.

    A page that the first one fits is not looked at for the second.
    """
    masses = {id(sheet): _masses(sheet, site) for sheet in site.sheets}
    fits = _fits(site.sheets, [masses[id(sheet)] for sheet in site.sheets])
    left = list(range(len(site.sheets)))
    found: list[Found] = []
    while best := _best(fits, left):
        taken = [at for at in left if at in fits[best]]
        sheets = tuple(site.sheets[at] for at in taken)
        found.append(Found(best, sheets, tuple(fits[best][at][1] for at in taken)))
        left = [at for at in left if at not in fits[best]]
    return found


def roots_of(tree: HtmlElement, selector: str) -> list[HtmlElement]:
    """Find the elements that a selector names, without those that lie in another one."""
    found = elements(tree, selector)
    inside = set(found)
    return [root for root in found if not any(above in inside for above in root.iterancestors())]


def find_marks(found: Found, others: Sequence[Found]) -> tuple[str, ...]:
    """Find what tells the pages of a layout from others on which its body selector finds something too."""
    strangers = [sheet for other in others for sheet in other.sheets if roots_of(sheet.tree, found.selector)]
    if not strangers:
        return ()
    own = set.intersection(*map(_names, found.sheets)) - set.union(*map(_names, strangers))
    return tuple(sorted(own, key=preference)[:1])


def _names(sheet: Sheet) -> set[str]:
    return {name for element in sheet.tree.iter() for name in names_of(element)}


def _masses(sheet: Sheet, site: Site) -> _Masses:
    marked = marked_elements(sheet.tree)
    masses = {element: _Mass() for element in sheet.tree.iter()}
    for block in sheet.blocks:
        mass, size = masses[block.element], len(block.text)
        if site.is_chrome(block) or any(above in marked for above in (block.element, *block.element.iterancestors())):
            mass.removable += size
        elif block.text in sheet.told:
            mass.told += size
            mass.lines += 1
        else:
            mass.other += size
    for element in reversed(masses):
        parent = element.getparent()
        if parent is not None:
            masses[parent].add(masses[element])
    return masses


def _fits(sheets: Sequence[Sheet], masses: Sequence[_Masses]) -> dict[str, dict[int, tuple[float, float]]]:
    """For each selector the pages, by number, that it fits as well as any: how well, and the share that it holds."""
    counts = Counter(name for sheet, mass in zip(sheets, masses, strict=True) for name in _candidates(sheet, mass))
    scores: dict[str, dict[int, tuple[float, float]]] = {}
    for selector in (name for name, count in counts.items() if count >= min(FEWEST, len(sheets))):
        pairs = zip(sheets, masses, strict=True)
        scores[selector] = {at: _score(sheet, mass, selector) for at, (sheet, mass) in enumerate(pairs)}
    best = [max((score[at][0] for score in scores.values()), default=0.0) for at in range(len(sheets))]
    return {
        selector: {at: pair for at, pair in score.items() if pair[0] >= max(_LEAST, best[at] - _AS_GOOD)}
        for selector, score in scores.items()
    }


def _candidates(sheet: Sheet, masses: _Masses) -> set[str]:
    return {name for element in _containers(sheet.tree, masses) for name in selectors_of(element)}


def _containers(tree: HtmlElement, masses: _Masses) -> Iterator[HtmlElement]:
    least = _LEAST_PART * masses[tree].told
    for element, mass in masses.items():
        if element.tag in _CONTAINERS and mass.lines > 1 and mass.told >= least:
            yield element


def _score(sheet: Sheet, masses: _Masses, selector: str) -> tuple[float, float]:
    """Harmonic mean of how much of the story the selector holds and how much of what it holds is story; the first."""
    held = _Mass()
    for root in roots_of(sheet.tree, selector):
        held.add(masses[root])
    told = masses[sheet.tree].told
    size = held.told + held.other + _REMOVABLE * held.removable
    return (2 * held.told / (told + size), held.told / told) if held.told else (0.0, 0.0)


def _best(fits: Mapping[str, Mapping[int, tuple[float, float]]], left: Sequence[int]) -> str:
    """The selector that fits most of the pages that are left; empty where it fits too few."""

    def rank(selector: str) -> tuple[object, ...]:
        scores = [fits[selector][at][0] for at in left if at in fits[selector]]
        return -len(scores), -round(sum(scores), 1), preference(selector)

    best = min(fits, key=rank, default="")
    return best if sum(at in fits.get(best, {}) for at in left) >= FEWEST else ""
