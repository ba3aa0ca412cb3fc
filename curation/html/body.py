"""The body of a story: by the outlet's layout where one fits, else by what extractors agree on."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from lxml.html import HtmlElement

from crawler.outlets import Layout
from curation.html.blocks import blocks_of
from curation.html.headline import headline_keys
from curation.html.json_ld import Item, article_of, read_items
from curation.html.page_json import told_body, told_tree
from curation.html.page_kind import is_paid, refusal
from curation.html.reading import Reading, cut
from curation.html.story import read_story
from curation.html.structure import marked_elements, shape_codes, with_labels
from curation.html.tree import elements, n_elements, text_of
from curation.records import Cut

HUGE = 200_000
"""A page of more elements is no story, whatever it is: 10 MB of paragraphs have 50,000."""
SMALL = 60
"""A body of fewer words is held against other readings of the page before it is believed."""
LARGER = 3
"""How many times as long another reading must be to win over a small one."""


@dataclass(frozen=True, slots=True)
class Body:
    """The story of a page."""

    text: str
    """What is left, one paragraph a line."""
    cuts: tuple[Cut, ...]
    """What structure took out, by its place in the text before any cut."""
    layout: str
    """Id of the layout that fitted, or empty."""
    extractor: str
    """What chose it: `layout`, `trafilatura-fast`, `trafilatura-precision`, `density`, `json-ld`, `page-state`."""


def find_body(tree: HtmlElement, layouts: tuple[Layout, ...]) -> Body | str:
    """Find the story of a page, or the reason code that says why there is none.

    Of `layouts` the first that fits is taken. The tree is not changed. Codes: `page.index`, `page.media`,
    `page.premium`, `extract.no-body`.
    """
    if n_elements(tree) > HUGE:
        return "extract.no-body"
    items = read_items(tree)
    article = article_of(items)
    headlines = headline_keys(tree, article)
    layout = choose_layout(tree, layouts)
    if layout is not None and _any(tree, layout.premium):
        return "page.premium"
    # What a page keeps from its readers is not taken from its JSON either.
    told = "" if is_paid(items) else told_body(article)
    reading = _by_layout(tree, layout, headlines) if layout else None
    if reading is None or _lacks(reading, told):
        reading = _better(reading, read_story(tree, headlines, told), told)
    if _lacks(reading, told) and not is_paid(items):
        reading = _better(reading, _by_json(tree, article, headlines), told)
    reason = refusal(tree, items, reading, headlines)
    if reason:
        return reason
    text, cuts = cut(reading)
    return Body(text, cuts, layout.id if layout and reading.extractor == "layout" else "", reading.extractor)


def choose_layout(tree: HtmlElement, layouts: Sequence[Layout], day: dt.date | None = None) -> Layout | None:
    """Choose the layout by which a page was built: the first that fits, or with `day` the latest begun by then."""
    fitting = (layout for layout in layouts if _fits(tree, layout))
    if day is None:
        return next(fitting, None)
    begun = (layout for layout in fitting if (layout.since or dt.date.min) <= day)
    return max(begun, key=lambda layout: layout.since or dt.date.min, default=None)


def _fits(tree: HtmlElement, layout: Layout) -> bool:
    return (not layout.marks or _any(tree, layout.marks)) and bool(_roots(tree, layout))


def _any(tree: HtmlElement, selectors: Iterable[str]) -> bool:
    return any(elements(tree, selector) for selector in selectors)


def _roots(tree: HtmlElement, layout: Layout) -> list[HtmlElement]:
    """Elements of the first body selector that finds text, without those that lie in another one."""
    for selector in layout.body:
        found = elements(tree, selector)
        if any(map(text_of, found)):
            all_found = set(found)
            return [root for root in found if not any(above in all_found for above in root.iterancestors())]
    return []


def _by_layout(tree: HtmlElement, layout: Layout, headlines: frozenset[str]) -> Reading:
    blocks = [block for root in _roots(tree, layout) for block in blocks_of(root, marked_elements(root, layout.drop))]
    return Reading("layout", tuple(blocks), with_labels(blocks, shape_codes(blocks, headlines)))


def _by_json(tree: HtmlElement, article: Item, headlines: frozenset[str]) -> Reading:
    name, told = told_tree(tree, article)
    blocks = blocks_of(told, marked_elements(told)) if told is not None else []
    return Reading(name, tuple(blocks), with_labels(blocks, shape_codes(blocks, headlines)))


def _lacks(reading: Reading, told: str) -> bool:
    """Say whether a reading is small, or has less than half of the words that JSON-LD has."""
    return reading.n_words < max(SMALL, len(told.split()) // 2)


def _better(one: Reading | None, other: Reading, told: str) -> Reading:
    """The other reading if there is no first one, or if it has what that lacks."""
    if one is None:
        return other
    wanted = len(told.split()) // 2 if told else LARGER * one.n_words
    return other if other.n_words >= max(SMALL, wanted) else one
