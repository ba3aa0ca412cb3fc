"""One archived page as the learner reads it, and what a site's pages have in common."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import dropwhile, islice

from lxml.html import HtmlElement

from curation.html.blocks import Block, blocks_of
from curation.html.body import SMALL, find_body
from curation.html.decode import decode
from curation.html.headline import declared_titles, shown_titles
from curation.html.json_ld import article_of, read_items, texts_at
from curation.html.metadata import Metadata, read_metadata
from curation.html.tree import SILENT, parse, text_of
from curation.records import Page
from curation.text.language import detect_language

SENTENCE = 12
"""A line of as many words that is no link and stands on no other page is of this story."""
_LONGEST_TERM = 25
_MOST_PARTS = 12
_SENTENCE_ENDS = tuple('.!?"”’)')
_LABEL = re.compile(r"^(?:[^\W\d_]+\s){0,2}?[^\W\d_]+\s?(?=:)")
_DIGITS = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page that tells a story."""

    url: str
    tree: HtmlElement
    blocks: tuple[Block, ...]
    """All lines of the page."""
    told: frozenset[str]
    """The lines that the generic path takes for the story, from its first sentence on."""
    opening: str
    """That sentence."""
    terms: tuple[tuple[HtmlElement, str], ...]
    """Small elements of the page with their texts: what may be headline, byline, rubric, topic."""
    language: str
    """Of the story, as its words tell."""
    metadata: Metadata
    """As it is read without a layout."""
    titles: tuple[str, ...]
    """Forms of the headline, those for machines first."""
    publishers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Site:
    """What the pages of one site have in common."""

    sheets: tuple[Sheet, ...]
    repeated: frozenset[str]
    """Keys of lines and of labels that stand on the pages of two stories."""

    def is_repeated(self, text: str) -> bool:
        """Say whether a line, or the label that opens it, stands on the pages of other stories too."""
        return line_key(text) in self.repeated or (label_key(text) in self.repeated and text.count(" ") < _LONGEST_TERM)

    def is_chrome(self, block: Block) -> bool:
        """Say whether a line is repeated or mostly link."""
        return block.link_share >= 0.5 or self.is_repeated(block.text)


def read_sheet(page: Page) -> Sheet | None:
    """Read a page by the generic path; None where it tells no story, or one too short to learn from."""
    tree = parse(decode(page.payload, page.capture.content_type))
    body = find_body(tree, ()) if tree is not None else ""
    if isinstance(body, str) or len(body.text.split()) < SMALL:
        return None
    article = article_of(read_items(tree))
    # What stands above the first sentence is a standfirst, a caption or a byline.
    lines = list(dropwhile(lambda line: not _is_sentence(line), body.text.split("\n")))
    return Sheet(
        url=page.url,
        tree=tree,
        blocks=tuple(blocks_of(tree)),
        told=frozenset(lines),
        opening=lines[0] if lines else "",
        terms=tuple(_terms(tree)),
        language=detect_language(body.text)[0],
        metadata=read_metadata(tree, None, None, page.url),
        titles=(*declared_titles(tree, article), *shown_titles(tree)),
        publishers=tuple(texts_at(article, "publisher")),
    )


def site_of(sheets: Sequence[Sheet]) -> Site:
    """Compare pages. Those of one story (half of the lines are the same) count as one."""
    found: dict[str, set[int]] = defaultdict(set)
    for sheet, story in zip(sheets, _stories(sheets), strict=True):
        for block in sheet.blocks:
            found[line_key(block.text)].add(story)
            found[label_key(block.text)].add(story)
    return Site(tuple(sheets), frozenset(key for key, where in found.items() if key and len(where) > 1))


def _is_sentence(line: str) -> bool:
    return line.count(" ") >= SENTENCE and line.endswith(_SENTENCE_ENDS)


def tell_the_same(one: Sheet, other: Sheet) -> bool:
    """Say whether half of the lines of the shorter page stand on the other."""
    return 2 * len(one.told & other.told) >= max(1, min(len(one.told), len(other.told)))


def line_key(text: str) -> str:
    """Fold a line so that case and numbers do not matter."""
    return _DIGITS.sub("0", text.casefold())


def label_key(text: str) -> str:
    """Fold the label that opens a line, such as "Editor:"; empty where there is none."""
    label = _LABEL.match(text)
    return f"{label[0].casefold().strip()}:" if label else ""


def _stories(sheets: Sequence[Sheet]) -> list[int]:
    """Number the stories; a page that has lines of two, such as all parts in one, makes them one."""
    numbers: list[int] = []
    for at, sheet in enumerate(sheets):
        alike = {numbers[other] for other in range(at) if tell_the_same(sheet, sheets[other])}
        number = min(alike, default=at)
        numbers = [number if other in alike else other for other in numbers] + [number]
    return numbers


def _terms(tree: HtmlElement) -> Iterator[tuple[HtmlElement, str]]:
    for element in _shown(tree):
        if sum(1 for _ in islice(element.iter(), _MOST_PARTS)) < _MOST_PARTS:
            text = text_of(element)
            if text and text.count(" ") < _LONGEST_TERM:
                yield element, text


def _shown(tree: HtmlElement) -> Iterable[HtmlElement]:
    body = tree.find("body")
    return (element for element in (tree if body is None else body).iter() if element.tag not in SILENT)
