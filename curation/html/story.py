"""The story of a page of unknown build: several extractors read it, and the one most like the others is believed."""

import copy
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import trafilatura
from lxml import etree
from lxml.html import HtmlElement

from curation.html.blocks import HEADINGS, Block, blocks_of
from curation.html.density import densest
from curation.html.reading import Reading
from curation.html.structure import marked_elements, quoted_posts, shape_codes, structures, with_labels
from curation.html.tree import n_elements
from curation.html.witness import align, is_prose, story_root

AGREED = 0.9
"""Two readings that share this much of their words are one, and the third is not asked: 160 of the 200 development
pages."""
ALIKE = 0.25
"""A line stays if this share of what is built like it is told: extractors lose single ones."""
STOPPED = 0.5
"""Where the prose that the witness leaves out comes to this share of what it tells, it stopped too early."""
LARGEST = 40_000
"""A page of more elements is read by density alone: trafilatura takes minutes for a million links."""
LONGEST = 2_000_000
"""So is one of more characters of text: no story is a hundredth of that."""

# What no extractor reads. On the development pages the result is the same with and without it, 12 % sooner.
_PRUNED = (
    "script",
    "style",
    "noscript",
    "template",
    "svg",
    "iframe",
    "link",
    "meta",
    "nav",
    "select",
    "button",
    "input",
)
_SENTENCE_END = '.!?"”’)'


@dataclass(frozen=True, slots=True)
class _Root:
    """What an element holds, before any witness is heard."""

    blocks: tuple[Block, ...]
    codes: tuple[str, ...]
    quoted: frozenset[HtmlElement]


def read_story(tree: HtmlElement, headlines: frozenset[str], told: str = "") -> Reading:
    """Read the story of a page: by trafilatura and by density, and where those differ, by more.

    `headlines` are the keys of the page's own headline, `told` is the story as the page's JSON has it, or empty.
    The reading most like the others wins; of a page without text it has no block that stays.
    """
    blocks = blocks_of(tree)
    roots: dict[HtmlElement, _Root] = {}

    def reading(extractor: str, masks: Sequence[int]) -> Reading:
        root = story_root(tree, blocks, masks)
        if root not in roots:
            roots[root] = _look_at(root, headlines)
        inside = set(root.iter())
        heard = [mask > 0 for block, mask in zip(blocks, masks, strict=True) if block.element in inside]
        return _read(extractor, roots[root], heard)

    dense = reading("density", densest(blocks))
    if n_elements(tree) > LARGEST or sum(len(block.text) for block in blocks) > LONGEST:
        return dense
    small = _pruned(tree)
    fast = reading("trafilatura-fast", align(blocks, _extract(small, fast=True)))
    if _likeness(fast, dense) >= AGREED:
        return fast
    precise = reading("trafilatura-precision", align(blocks, _extract(small, fast=False)))
    witness = (reading("json-ld", align(blocks, told)),) if told else ()
    readings: tuple[Reading, ...] = (fast, precise, dense, *witness)
    return max(readings, key=lambda one: sum(_likeness(one, other) for other in readings))


def _pruned(tree: HtmlElement) -> HtmlElement:
    small = copy.deepcopy(tree)
    etree.strip_elements(small, *_PRUNED, with_tail=False)
    return small


def _extract(tree: HtmlElement, *, fast: bool) -> str:
    """The text that trafilatura finds: by its own rules alone, or with its fallbacks in favour of precision."""
    return trafilatura.extract(tree, fast=fast, favor_precision=not fast, include_comments=False) or ""


def _likeness(one: Reading, other: Reading) -> float:
    """Jaccard similarity of the words that stay, 0 to 1."""
    ours, theirs = one.words(), other.words()
    either = (ours | theirs).total()
    return (ours & theirs).total() / either if either else 1.0


def _look_at(root: HtmlElement, headlines: frozenset[str]) -> _Root:
    blocks = blocks_of(root, marked_elements(root))
    return _Root(tuple(blocks), tuple(shape_codes(blocks, headlines)), frozenset(quoted_posts(root)))


def _read(extractor: str, root: _Root, heard: Sequence[bool]) -> Reading:
    """Hear a witness: what it does not tell is taken out as an aside, unless it looks like what it tells."""
    aside = structures()["aside"].code
    stays = _with_headings(root, _staying(root, heard))
    codes = [code or ("" if stay else aside) for code, stay in zip(root.codes, stays, strict=True)]
    return Reading(extractor, root.blocks, with_labels(root.blocks, codes))


def _staying(root: _Root, heard: Sequence[bool]) -> list[bool]:
    """Say of each block whether the witness lets it stay, whatever its own code says."""
    alike = _alike(root.blocks, heard)
    unheard = [_is_paragraph(block) and not tells for block, tells in zip(root.blocks, heard, strict=True)]
    lost = sum(block.words for block, out in zip(root.blocks, unheard, strict=True) if out)
    won = sum(block.words for block, tells in zip(root.blocks, heard, strict=True) if tells and not block.code)
    stopped = lost > STOPPED * won
    stays: list[bool] = []
    for at, (block, tells, out) in enumerate(zip(root.blocks, heard, unheard, strict=True)):
        stays.append(
            tells
            or (block.link_share < 0.5 and block.words >= 3 and block.template in alike)
            or (block.link_share < 0.9 and block.element in root.quoted)
            or (stopped and out)
            or (at > 0 and stays[-1] and not root.codes[at - 1] and _continues(block, root.blocks[at - 1]))
        )
    return stays


def _continues(item: Block, before: Block) -> bool:
    """Say whether a block is a plain list item right below a line of the story, or below another such item."""
    if item.tag != "li" or item.link_share >= 0.3:
        return False
    around = item.element.getparent()
    return before.element.getparent() in (around, around.getparent())


def _alike(blocks: Sequence[Block], heard: Sequence[bool]) -> set[int]:
    """Templates of which the witness tells a good part."""
    size, told = Counter[int](), Counter[int]()
    for block, tells in zip(blocks, heard, strict=True):
        if block.link_share < 0.5 and not block.code:
            size[block.template] += len(block.text)
            told[block.template] += len(block.text) if tells else 0
    all_told = told.total()
    return {kind for kind, part in told.items() if part > ALIKE * size[kind] and part > 0.05 * all_told}


def _is_paragraph(block: Block) -> bool:
    """Say whether a block is free of links and ends as sentences do."""
    return is_prose(block) and block.link_share <= 0.1 and block.text[-1] in _SENTENCE_END and not block.code


def _with_headings(root: _Root, stays: Sequence[bool]) -> list[bool]:
    """Keep a heading whose text stays, below the first line that does."""
    kept = [stay and not code for stay, code in zip(stays, root.codes, strict=True)]
    first = kept.index(True) if True in kept else len(kept)
    result = list(stays)
    below = False
    for at in range(len(kept) - 1, first, -1):
        block = root.blocks[at]
        if block.tag in HEADINGS and block.link_share < 0.5:
            result[at] = result[at] or below
        below = result[at] and not root.codes[at]
    return result
