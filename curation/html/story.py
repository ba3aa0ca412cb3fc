"""The story of a page of unknown build: several extractors read it, and the one most like the others is believed."""

from collections import Counter
from collections.abc import Sequence

import trafilatura
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
LARGEST = 40_000
"""A page of more elements is read by density alone: trafilatura takes minutes for a million links."""
LONGEST = 2_000_000
"""So is one of more characters of text: no story is a hundredth of that."""
STOPPED = 0.5
"""Where the prose that the witness leaves out comes to this share of what it tells, it stopped too early."""


def read_story(tree: HtmlElement, headlines: frozenset[str], told: str = "") -> Reading:
    """Read the story of a page: by trafilatura and by density, and where those differ, by more.

    `headlines` are the keys of the page's own headline, `told` is the story as the page's JSON has it, or empty.
    The reading most like the others wins; without any text it has no block that stays.
    """
    blocks = blocks_of(tree)

    def reading(extractor: str, masks: Sequence[int]) -> Reading:
        return _reading(extractor, tree, blocks, masks, headlines)

    if n_elements(tree) > LARGEST or sum(len(block.text) for block in blocks) > LONGEST:
        return reading("density", densest(blocks))
    fast = reading("trafilatura-fast", align(blocks, _extract(tree, fast=True)))
    dense = reading("density", densest(blocks))
    if _likeness(fast, dense) >= AGREED:
        return fast
    precise = reading("trafilatura-precision", align(blocks, _extract(tree, fast=False)))
    readings = [fast, precise, dense]
    if told:
        readings.append(reading("json-ld", align(blocks, told)))
    return max(readings, key=lambda one: sum(_likeness(one, other) for other in readings))


def _extract(tree: HtmlElement, *, fast: bool) -> str:
    """The text that trafilatura finds: its own rules alone, or with its fallbacks in favour of precision."""
    return trafilatura.extract(tree, fast=fast, favor_precision=not fast, include_comments=False) or ""


def _likeness(one: Reading, other: Reading) -> float:
    """Jaccard similarity of the words that stay, 0 to 1."""
    ours, theirs = one.words(), other.words()
    either = (ours | theirs).total()
    return (ours & theirs).total() / either if either else 1.0


def _reading(
    extractor: str, tree: HtmlElement, blocks: Sequence[Block], masks: Sequence[int], headlines: frozenset[str]
) -> Reading:
    root = story_root(tree, blocks, masks)
    inside = set(root.iter())
    told = [mask > 0 for block, mask in zip(blocks, masks, strict=True) if block.element in inside]
    rooted = blocks_of(root, marked_elements(root))
    codes = shape_codes(rooted, headlines)
    stays = _staying(rooted, codes, told, quoted_posts(root))
    aside = structures()["aside"].code
    final = [code or ("" if stay else aside) for code, stay in zip(codes, stays, strict=True)]
    return Reading(extractor, tuple(rooted), with_labels(rooted, final))


def _staying(
    blocks: Sequence[Block], codes: Sequence[str], told: Sequence[bool], quoted: set[HtmlElement]
) -> list[bool]:
    """Say of each block whether it stays, for all that its own code says nothing against it."""
    alike = _templates(blocks, told)
    left_out = [is_whole_prose(block) and not block.code and not tell for block, tell in zip(blocks, told, strict=True)]
    lost = sum(block.words for block, out in zip(blocks, left_out, strict=True) if out)
    won = sum(block.words for block, tell in zip(blocks, told, strict=True) if tell and not block.code)
    stopped = lost > STOPPED * won
    stays = [
        tell
        or (block.link_share < 0.5 and block.words >= 3 and block.template in alike)
        or (block.link_share < 0.9 and block.element in quoted)
        or (stopped and out)
        for block, tell, out in zip(blocks, told, left_out, strict=True)
    ]
    return _with_headings(blocks, codes, stays)


def _templates(blocks: Sequence[Block], told: Sequence[bool]) -> set[int]:
    """Builds of line that the witness tells."""
    all_of, told_of = Counter[int](), Counter[int]()
    for block, tell in zip(blocks, told, strict=True):
        if block.link_share < 0.5 and not block.code:
            all_of[block.template] += len(block.text)
            told_of[block.template] += len(block.text) if tell else 0
    total = told_of.total()
    return {kind for kind, size in told_of.items() if size > ALIKE * all_of[kind] and size > 0.05 * total}


def is_whole_prose(block: Block) -> bool:
    """Say whether a block is a paragraph that ends as sentences do."""
    return is_prose(block) and block.link_share <= 0.1 and block.text[-1] in '.!?"”’)'


def _with_headings(blocks: Sequence[Block], codes: Sequence[str], stays: Sequence[bool]) -> list[bool]:
    """Keep a heading whose text stays, below the first line that does."""
    first = next((at for at, (stay, code) in enumerate(zip(stays, codes, strict=True)) if stay and not code), 0)
    result = list(stays)
    below = False
    for at in range(len(blocks) - 1, first, -1):
        if blocks[at].tag in HEADINGS and blocks[at].link_share < 0.5:
            result[at] = result[at] or below
        below = result[at] and not codes[at]
    return result
