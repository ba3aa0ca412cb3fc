"""What an extractor, or the page's own JSON, says the story is: held against the blocks of the page."""

import re
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Sequence

from lxml.html import HtmlElement

from curation.html.blocks import Block
from curation.html.tree import BLOCKS

_WORD = re.compile(r"\w+")
_SHINGLE = 4
# How far ahead of the block before it a block is looked for, and a block too short for a shingle, in words.
_WINDOW = 60
_NEAR = 8
# A witness's text is divided into at most so many stretches, one bit each.
_BITS = 4096

MOST = 0.8
"""The root of the story holds this share of what the witness tells; the rest is a headline, a caption, a box."""


def align(blocks: Sequence[Block], text: str) -> list[int]:
    """Say for each block which part of a witness's text it is: a bit mask over that text, 0 where it is none.

    A block of four words or more is part of it if half of its 4-word shingles are; a shorter one if it stands
    there right after the block before it, so that a stray "Advertisement" elsewhere on the page does not count.
    """
    told = _words(text)
    places: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for width in (1, _SHINGLE):
        for place in range(len(told) - width + 1):
            places[tuple(told[place : place + width])].append(place)
    scale = len(told) // _BITS + 1
    masks = []
    cursor = 0
    for block in blocks:
        words = _words(block.text)
        found = _shingled(words, places, cursor) if len(words) >= _SHINGLE else _next(words, told, places, cursor)
        ahead = [place for place in found if cursor <= place <= cursor + _WINDOW + len(words)]
        if ahead or len(words) >= 2 * _SHINGLE:
            cursor = max(ahead or found, default=cursor - 1) + 1
        masks.append(sum(1 << bit for bit in {place // scale for place in found}))
    return masks


def _words(text: str) -> list[str]:
    return _WORD.findall(text.lower())


def _next(words: list[str], told: list[str], places: dict[tuple[str, ...], list[int]], cursor: int) -> list[int]:
    """Places of a short block that stands right after the one before it."""
    start = _first(places.get(tuple(words[:1]), []), cursor)
    near = cursor <= start <= cursor + _NEAR and told[start : start + len(words)] == words
    return list(range(start, start + len(words))) if near else []


def _shingled(words: list[str], places: dict[tuple[str, ...], list[int]], cursor: int) -> list[int]:
    """Places that the shingles of a block cover, if half of them stand in the text at all."""
    shingles = [tuple(words[at : at + _SHINGLE]) for at in range(len(words) - _SHINGLE + 1)]
    known = [shingle for shingle in shingles if shingle in places]
    if len(known) * 2 < len(shingles):
        return []
    starts = {_first(places[shingle], cursor - _SHINGLE) for shingle in known}
    return [start + offset for start in starts for offset in range(_SHINGLE)]


def _first(places: list[int], cursor: int) -> int:
    """The first place at or after the cursor, else the last one before it; -1 where there is none."""
    return places[min(bisect_left(places, cursor), len(places) - 1)] if places else -1


def story_root(tree: HtmlElement, blocks: Sequence[Block], masks: Sequence[int]) -> HtmlElement:
    """Find the smallest element that holds most of what the masks cover, widened to all that is built like it.

    `blocks` are those of `tree`, with their masks of `align`.
    """
    root = _widened(_narrowest(tree, blocks, masks), blocks, masks)
    return next((above for above in (root, *root.iterancestors()) if above.tag in BLOCKS), tree)


def _narrowest(tree: HtmlElement, blocks: Sequence[Block], masks: Sequence[int]) -> HtmlElement:
    cover: dict[HtmlElement, int] = defaultdict(int)
    size: dict[HtmlElement, int] = defaultdict(int)
    for block, mask in zip(blocks, masks, strict=True):
        cover[block.element] |= mask
        size[block.element] += len(block.text)
    for element in reversed(list(tree.iter())):
        parent = element.getparent()
        if element is not tree:
            cover[parent] |= cover[element]
            size[parent] += size[element]
    share = {element: mask.bit_count() for element, mask in cover.items()}
    node, wanted = tree, MOST * share[tree]
    while wanted:
        able = [child for child in node if share[child] >= wanted]
        if not able:
            break
        most = max(share[child] for child in able)
        # Of two copies of a story on one page the tighter one.
        node = min((child for child in able if share[child] >= 0.97 * most), key=lambda child: size[child])
    return node


def _widened(root: HtmlElement, blocks: Sequence[Block], masks: Sequence[int]) -> HtmlElement:
    """Climb to where all paragraphs lie that are built like most of the root's, within one article element.

    Extractors take the first of several boxes that hold the parts of one story.
    """
    mass = Counter[int]()
    inside = set(root.iter())
    for block, mask in zip(blocks, masks, strict=True):
        if mask and block.element in inside:
            mass[block.template] += len(block.text)
    main = {template for template, size in mass.items() if size > 0.3 * mass.total()}
    chain = [root, *root.iterancestors()]
    limit = next((at for at, element in enumerate(chain) if element.tag in ("article", "main")), len(chain) - 1)
    height = {element: at for at, element in enumerate(chain[: limit + 1])}
    alike = {block.element for block in blocks if block.template in main and is_prose(block)} - inside
    return chain[max((_meeting(element, height) for element in alike), default=0)]


def _meeting(element: HtmlElement, height: dict[HtmlElement, int]) -> int:
    """How high above the root the first common ancestor lies; 0 where it lies beyond the limit."""
    return next((height[above] for above in (element, *element.iterancestors()) if above in height), 0)


def is_prose(block: Block) -> bool:
    """Say whether a block is long and free of links enough to be a paragraph of a story."""
    return block.words >= 15 and block.link_share < 0.3
