"""A tree as what a reader sees of it: lines of text in page order, each with what the markup says about it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import groupby

from lxml import etree
from lxml.html import HtmlElement

from curation.html.characters import fold
from curation.html.tree import BLOCKS, SILENT

HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_DIGITS = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class Hole:
    """A stretch of a block that lies in a marked element."""

    code: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Block:
    """One line of a page."""

    text: str
    """In normal form, never empty."""
    element: HtmlElement
    """The block element that it stands in directly."""
    template: int
    """The same for two blocks of one walk if tags and classes agree all the way up, digits aside."""
    link_share: float
    """Share of its characters that are links, 0 to 1."""
    holes: tuple[Hole, ...] = ()
    """Marked stretches in order; one over all the text where the block lies in a marked element."""

    @property
    def tag(self) -> str:
        """Name of the block element."""
        return str(self.element.tag)

    @property
    def words(self) -> int:
        """Number of words, by blanks."""
        return self.text.count(" ") + 1

    @property
    def code(self) -> str:
        """Mark of the block as a whole, or empty."""
        whole = len(self.holes) == 1 and self.holes[0].start == 0 and self.holes[0].end == len(self.text)
        return self.holes[0].code if whole else ""


@dataclass(frozen=True, slots=True)
class _Piece:
    """Text of one node, or a line break."""

    text: str
    link: bool
    code: str


_BREAK = _Piece("\n", False, "")


@dataclass(slots=True)
class _Walk:
    """Where a walk stands: what is open around it, the pieces of the line it reads, the blocks so far."""

    marked: Mapping[HtmlElement, str]
    links: int = 0
    codes: list[str] = field(default_factory=lambda: [""])
    templates: list[int] = field(default_factory=lambda: [0])
    owners: list[tuple[HtmlElement, int]] = field(default_factory=list)
    shapes: dict[tuple[int, str, str], int] = field(default_factory=dict)
    pieces: list[_Piece] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)

    def enter(self, element: HtmlElement) -> None:
        shape = (self.templates[-1], element.tag, _DIGITS.sub("0", element.get("class", "")))
        self.templates.append(self.shapes.setdefault(shape, len(self.shapes) + 1))
        self.codes.append(self.codes[-1] or self.marked.get(element, ""))
        self.links += element.tag == "a"
        if element.tag in BLOCKS or not self.owners:
            self.flush()
            self.owners.append((element, self.templates[-1]))
        elif element.tag == "br":
            self.pieces.append(_BREAK)
        self.read(element.text if element.tag not in SILENT else None)

    def leave(self, element: HtmlElement) -> None:
        if element is self.owners[-1][0]:
            self.flush()
            self.owners.pop()
        self.templates.pop()
        self.codes.pop()
        self.links -= element.tag == "a"

    def read(self, text: str | None) -> None:
        if text:
            self.pieces.append(_Piece(text, self.links > 0, self.codes[-1]))

    def flush(self) -> None:
        pieces, self.pieces = self.pieces, []
        for line in _lines(pieces) if pieces else ():
            block = _block(line, *self.owners[-1])
            if block is not None:
                self.blocks.append(block)


def blocks_of(root: HtmlElement, marked: Mapping[HtmlElement, str] | None = None) -> list[Block]:
    """Read the lines at or below `root` in page order; `marked` gives elements whose text gets a code.

    A block element, a table cell and a `<br>` end a line; inline elements do not, nor does a `<br>` in the
    middle of a sentence.
    """
    walk = _Walk(marked or {})
    events = etree.iterwalk(root, events=("start", "end"))
    for event, element in events:
        if event == "start":
            walk.enter(element)
            if element.tag in SILENT:
                events.skip_subtree()
        else:
            walk.leave(element)
            if element is not root:
                walk.read(element.tail)
    return walk.blocks


def _lines(pieces: list[_Piece]) -> list[list[_Piece]]:
    """Part pieces at line breaks, except at a single one that falls between two lower-case words."""
    lines: list[list[_Piece]] = [[]]
    breaks = 0
    for piece in pieces:
        if piece is _BREAK:
            breaks += 1
        elif breaks and piece.text.isspace():
            continue
        elif breaks == 1 and _goes_on(lines[-1], piece.text):
            lines[-1] += [_Piece(" ", False, piece.code), piece]
            breaks = 0
        elif breaks:
            lines.append([piece])
            breaks = 0
        else:
            lines[-1].append(piece)
    return lines


def _goes_on(line: list[_Piece], text: str) -> bool:
    before = "".join(piece.text for piece in line[-3:]).rstrip()[-1:]
    return (before.islower() or before == ",") and text.lstrip()[:1].islower()


def _block(line: list[_Piece], element: HtmlElement, template: int) -> Block | None:
    text = ""
    holes: list[Hole] = []
    gap = False
    for code, run in groupby(line, key=lambda piece: piece.code):
        raw = "".join(piece.text for piece in run)
        folded = fold(raw)
        if not folded:
            gap = gap or bool(raw)
            continue
        text += " " if text and (gap or raw[0].isspace()) else ""
        start = len(text)
        text += folded
        gap = raw[-1].isspace()
        if code:
            holes.append(Hole(code, start, len(text)))
    if not text:
        return None
    linked = sum(len(fold(piece.text)) for piece in line if piece.link)
    return Block(text, element, template, min(1.0, linked / len(text)), tuple(holes))
