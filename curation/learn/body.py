"""Where the story stands: the element that holds the lines that no other page has, found by one selector on all."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean, median

from lxml.html import HtmlElement

from curation.html.structure import marked_elements
from curation.learn.draft import Evidence
from curation.learn.drop import find_drops
from curation.learn.selectors import Preference, names_of, preference, roots_of, selectors_of
from curation.learn.sheet import Sheet, Site

FEWEST = 3
"""A layout is not learned from fewer pages."""
_CONTAINERS = frozenset(("article", "div", "main", "section", "td"))
_LEAST_PART = 0.1
"""A container with a smaller share of a page's story is a paragraph or a box, not the body or a part of it."""
_AS_GOOD = 0.15
"""A selector fits a page if no other fits it by so much better."""
_MANY = 0.75
"""A selector is looked at closely if it fits so many of the pages that the most fitting one does."""
_FINALISTS = 6
"""Selectors whose drops are learned before one is chosen."""
_SHADE = 0.02
"""Readings of the pages err by about this much; of selectors that differ by less the next measure decides."""
_OTHER = 0.5
"""Weight of lines in a body that were not told: what is too much can be dropped, what is lost is lost."""
_REMOVABLE = 0.2
"""Weight of links and repeated lines in a body: drop selectors take them out again."""
_LONGEST_LINE = 80
"""Characters of a line that count: a paragraph weighs little more than a subhead, which is as easily lost."""
_ENOUGH = 0.5
"""A page that a chosen selector fits so well has its layout; on pages of another layout it finds next to nothing."""
# Of several names of one element the one that says what it holds outlives the others.
_BODY_NAME = re.compile(r"content|body|article|isi|detail|text|story|read|entry", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Found:
    """A selector of the body and the pages that it fits."""

    selector: str
    drop: tuple[Evidence, ...]
    """What stands inside and is no story."""
    sheets: tuple[Sheet, ...]
    held: float
    """Mean share of the stories' words that the body holds."""


@dataclass(slots=True)
class _Mass:
    """Characters at or below an element."""

    told: int = 0
    other: int = 0
    removable: int = 0
    lines: int = 0
    """Number of told lines."""

    def add(self, part: "_Mass", sign: int = 1) -> None:
        self.told += sign * part.told
        self.other += sign * part.other
        self.removable += sign * part.removable
        self.lines += sign * part.lines


@dataclass(frozen=True, slots=True)
class _Weighed:
    """A page and what its elements hold."""

    sheet: Sheet
    masses: Mapping[HtmlElement, _Mass]

    @property
    def told(self) -> int:
        return self.masses[self.sheet.tree].told

    def candidates(self, naming: "_Naming") -> set[str]:
        """Selectors of what holds the story or a good part of it."""
        containers = (
            element
            for element, mass in self.masses.items()
            if element.tag in _CONTAINERS and mass.lines > 1 and mass.told >= _LEAST_PART * self.told
        )
        return {name for element in containers for name in naming(element)}

    def score(self, selector: str, drop: Sequence[Evidence] = ()) -> tuple[float, float]:
        """Say how well a selector fits, and what share of the story it holds, without what `drop` takes out.

        The first is the harmonic mean of that share and of the share of story in what it holds.
        """
        held = _Mass()
        dropped = ", ".join(evidence.value for evidence in drop)
        for root in roots_of(self.sheet.tree, selector):
            held.add(self.masses[root])
            for element in roots_of(root, dropped) if dropped else ():
                held.add(self.masses[element], -1)
        size = held.told + _OTHER * held.other + _REMOVABLE * held.removable
        return (2 * held.told / (self.told + size), held.told / self.told) if held.told else (0.0, 0.0)


# Names first: a longer selector is tried where no single name will do, and there a worse fit must be enough.
_Naming = Callable[[HtmlElement], Iterable[str]]
_ROUNDS: tuple[tuple[_Naming, float], ...] = ((names_of, 0.9), (selectors_of, 0.6))


def find_bodies(site: Site) -> list[Found]:
    """Find the body selectors of a site's layouts, until fewer than three pages are left.

    Each is looked for on the pages that those before it do not fit.
    """
    left = [_Weighed(sheet, _masses(sheet, site)) for sheet in site.sheets]
    found: list[Found] = []
    for naming, least in _ROUNDS:
        while len(left) >= FEWEST and (best := _best(left, naming, least, site)):
            scores = [page.score(best) for page in left]
            sheets = tuple(page.sheet for page, (fit, _) in zip(left, scores, strict=True) if fit >= _ENOUGH)
            held = fmean(held for fit, held in scores if fit >= _ENOUGH)
            found.append(Found(best, find_drops(best, sheets, site), sheets, held))
            left = [page for page, (fit, _) in zip(left, scores, strict=True) if fit < _ENOUGH]
    return found


def find_marks(found: Found, others: Sequence[Found]) -> tuple[str, ...]:
    """Find what tells the pages of a layout from others on which its body selector finds something too."""
    strangers = [sheet for other in others for sheet in other.sheets if roots_of(sheet.tree, found.selector)]
    if not strangers:
        return ()
    own: set[str] = set.intersection(*map(_names, found.sheets)).difference(*map(_names, strangers))
    return tuple(sorted(own, key=preference)[:1])


def _names(sheet: Sheet) -> set[str]:
    return {name for element in sheet.tree.iter() for name in names_of(element)}


def _masses(sheet: Sheet, site: Site) -> Mapping[HtmlElement, _Mass]:
    marked = marked_elements(sheet.tree)
    masses = {element: _Mass() for element in sheet.tree.iter()}
    for block in sheet.blocks:
        mass, size = masses[block.element], min(len(block.text), _LONGEST_LINE)
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


def _best(pages: Sequence[_Weighed], naming: _Naming, least: float, site: Site) -> str:
    """The selector that holds most of the story and, once its drops are out, least besides; empty if none fits."""
    fits = _fits(pages, naming, least)
    most = max(map(len, fits.values()), default=0)
    if most < FEWEST:
        return ""
    able = {name: some for name, some in fits.items() if len(some) >= max(FEWEST, _MANY * most)}
    finalists = sorted(able, key=lambda name: -fmean(page.score(name)[0] for page in able[name]))[:_FINALISTS]
    drops = {name: find_drops(name, [page.sheet for page in able[name]], site) for name in finalists}

    def rank(selector: str) -> tuple[float, ...]:
        scores = [page.score(selector, drops[selector]) for page in able[selector]]
        fits, shares = zip(*scores, strict=True)
        near = -round(median(shares) / _SHADE), -round(median(fits) / _SHADE)
        return *near, -len(scores), len(drops[selector]), -fmean(fits)

    return min(finalists, key=lambda name: (rank(name), _liking(name)))


def _fits(pages: Sequence[_Weighed], naming: _Naming, least: float) -> dict[str, list[_Weighed]]:
    """For each selector the pages that it fits about as well as any; of selectors with one score everywhere one."""
    counts = Counter(name for page in pages for name in page.candidates(naming))
    scores: dict[tuple[float, ...], str] = {}
    for name in sorted((name for name in counts if counts[name] >= FEWEST), key=_liking):
        scores.setdefault(tuple(page.score(name)[0] for page in pages), name)
    tops = [max(column) for column in zip(*scores, strict=True)]
    return {
        name: [
            page
            for page, fit, top in zip(pages, score, tops, strict=True)
            if top >= least and fit >= max(_ENOUGH, top - _AS_GOOD)
        ]
        for score, name in scores.items()
    }


def _liking(selector: str) -> tuple[bool, Preference]:
    return not _BODY_NAME.search(selector), preference(selector)
