"""What stands inside the body on page after page and is no story: related links, labels, adverts, captions."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from lxml.html import HtmlElement

from curation.html.blocks import HEADINGS, Block, blocks_of
from curation.html.structure import marked_elements
from curation.html.tree import BLOCKS
from curation.learn.draft import Evidence
from curation.learn.selectors import names_of, preference, roots_of, tag_of
from curation.learn.sheet import SENTENCE, Sheet, Site, label_key, line_key

_SURE = 0.8
"""Share of the elements of one name that must be chrome; the rest are short lines that stand on one page only."""
_OFTEN = 5
"""So many elements must speak for a name that may stand in a sentence too."""
_CAPTION = 40
"""A picture with more words is a part of the story with a picture."""
_MANY = 0.25
"""Lines that open alike on a smaller share of the pages are chance."""
_PICTURES = "img", "picture", "amp-img"
_CAPTIONS = 0.15
"""Captions that come to a larger share of the body are the story, told in pictures."""


@dataclass(frozen=True, slots=True)
class _Case:
    """One element of a name inside the body of one page."""

    sheet: int
    lines: tuple[tuple[int, int], ...]
    """Its lines that structure.toml leaves, by page and place in the body."""
    depth: int
    """Number of elements above it."""
    text: str
    chrome: bool
    prose: bool
    """Holds a sentence of the story, or words in the middle of one."""
    caption: float
    """Share of the body that it would take away as a caption."""


def find_drops(body: str, sheets: Sequence[Sheet], site: Site) -> tuple[Evidence, ...]:
    """Find the selectors inside a body, given by its own, whose elements are no story on any page.

    What structure.toml knows by name is left to it.
    """
    cases: dict[str, list[_Case]] = defaultdict(list)
    for number, sheet in enumerate(sheets):
        for selector, case in _cases(number, sheet, body, site):
            cases[selector].append(case)
    able = {selector: some for selector, some in cases.items() if _is_droppable(selector, some)}
    return tuple(_evidence(selector, able[selector], len(sheets)) for selector in _fewest(able))


def find_openings(body: str, drop: Sequence[Evidence], sheets: Sequence[Sheet], site: Site) -> tuple[Evidence, ...]:
    """Find how lines open that stand in the body on many pages and that no selector takes out, most pages first."""
    found: dict[str, dict[int, str]] = defaultdict(dict)
    for number, sheet in enumerate(sheets):
        for root in roots_of(sheet.tree, body):
            for block in blocks_of(root, marked_elements(root, [evidence.value for evidence in drop])):
                opening = label_key(block.text) or line_key(block.text)
                if not block.code and opening in site.repeated:
                    found[opening].setdefault(number, block.text)
    often = [opening for opening, where in found.items() if len(where) >= max(2, _MANY * len(sheets))]
    ranked = sorted(often, key=lambda opening: (-len(found[opening]), opening))
    return tuple(Evidence(one, len(found[one]), len(sheets), min(found[one].values())) for one in ranked)


def _is_droppable(selector: str, cases: Sequence[_Case]) -> bool:
    pages = len({case.sheet for case in cases})
    return (
        pages >= 2
        and len(cases) >= (_OFTEN if ":has(" in selector else 2)
        and sum(case.chrome for case in cases) >= _SURE * len(cases)
        and sum(case.caption for case in cases) <= _CAPTIONS * pages
        and not any(case.prose for case in cases)
    )


def _fewest(cases: Mapping[str, Sequence[_Case]]) -> list[str]:
    """Choose selectors until no other takes out a line more; of two for the same lines that of the inner element."""
    lines = {selector: {line for case in some for line in case.lines} for selector, some in cases.items()}
    depths = {selector: min(case.depth for case in some) for selector, some in cases.items()}
    chosen: list[str] = []
    gone: set[tuple[int, int]] = set()
    while lines:
        best = min(lines, key=lambda name: (-len(lines[name] - gone), -depths[name], preference(name)))
        if not lines[best] - gone:
            break
        chosen.append(best)
        gone |= lines.pop(best)
    return chosen


def _cases(number: int, sheet: Sheet, body: str, site: Site) -> Iterator[tuple[str, _Case]]:
    """The elements at or below the roots of a page that have lines, once for each name."""
    place = 0
    for root in roots_of(sheet.tree, body):
        blocks = blocks_of(root, marked_elements(root))
        below: dict[HtmlElement, list[int]] = defaultdict(list)
        for at, block in enumerate(blocks):
            for above in (block.element, *block.element.iterancestors()):
                below[above].append(at)
                if above is root:
                    break
        size = sum(block.words for block in blocks)
        for element in root.iter():
            lines = {(number, place + at): blocks[at] for at in below.get(element, ())}
            names = _names(element) if lines or element.tag not in BLOCKS else ()
            case = _judge(number, element, lines, size, sheet, site) if names else None
            yield from ((name, case) for name in names if case is not None)
        place += len(blocks)


def _names(element: HtmlElement) -> list[str]:
    """Selectors of an element: its own names, and those of running text in it."""
    names = names_of(element)
    tagged = [f"{tag_of(element)}{name}" for name in names if name[0] in ".#["]
    if element.tag not in BLOCKS:
        return names + tagged
    inline = (below for below in element.iterdescendants() if below.tag not in BLOCKS)
    # cssselect 1.3 takes a class and nothing else here.
    classes = dict.fromkeys(name for below in inline for name in names_of(below) if name[0] == ".")
    return names + tagged + [f"{tag_of(element)}:has({name})" for name in classes]


def _judge(
    number: int, element: HtmlElement, lines: Mapping[tuple[int, int], Block], size: int, sheet: Sheet, site: Site
) -> _Case:
    if element.tag not in BLOCKS:
        # A name of running text: the words of a sentence would fall with it.
        return _Case(number, (), 0, "", chrome=False, prose=True, caption=0.0)
    kept = {at: block for at, block in lines.items() if not block.code}
    unlike = [block for block in kept.values() if not site.is_chrome(block) and not _is_left_out(block, sheet)]
    caption = _is_caption(element, list(lines.values()))
    return _Case(
        sheet=number,
        lines=tuple(kept),
        depth=sum(1 for _ in element.iterancestors()),
        text=" · ".join(block.text for block in lines.values()),
        chrome=caption or not unlike,
        prose=not caption and any(_is_prose(block, sheet, site) for block in kept.values()),
        caption=sum(block.words for block in kept.values()) / size if caption else 0.0,
    )


def _is_prose(block: Block, sheet: Sheet, site: Site) -> bool:
    """Say whether a line is of this story alone: a long one, or a short sentence that the generic path tells."""
    told = block.text in sheet.told and block.text.endswith((".", "!", "?", '"', "”"))
    return not site.is_chrome(block) and (told or block.words >= SENTENCE)


def _is_left_out(block: Block, sheet: Sheet) -> bool:
    """Say whether a line is short, no subhead, and not of the story as the generic path tells it."""
    return block.words < SENTENCE and block.tag not in HEADINGS and block.text not in sheet.told


def _is_caption(element: HtmlElement, blocks: Sequence[Block]) -> bool:
    """Say whether an element is a picture with a line or two of words."""
    return (
        0 < len(blocks) <= 2
        and sum(block.words for block in blocks) <= _CAPTION
        and not any(block.tag in HEADINGS for block in blocks)
        and next(element.iter(*_PICTURES), None) is not None
    )


def _evidence(selector: str, cases: Sequence[_Case], n_sheets: int) -> Evidence:
    pages = len({case.sheet for case in cases})
    return Evidence(selector, pages, n_sheets, cases[0].text)
