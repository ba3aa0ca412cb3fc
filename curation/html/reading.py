"""What one extractor makes of a page: the lines of the story's root, and which of them are taken out."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from curation.html.blocks import Block
from curation.records import Cut

BREAK = "\n"


@dataclass(frozen=True, slots=True)
class Reading:
    """The lines of a story's root and their codes."""

    extractor: str
    blocks: tuple[Block, ...]
    """Those of the root, in page order."""
    codes: tuple[str, ...]
    """For each block the code that takes it out, or an empty string."""

    @property
    def n_words(self) -> int:
        """Number of words that stay."""
        return self.words().total()

    def words(self) -> Counter[str]:
        """Count the words of the lines that stay, by line."""
        words = Counter[str]()
        for block, code in zip(self.blocks, self.codes, strict=True):
            if not code:
                words[block.text] += block.words
        return words


def cut(reading: Reading) -> tuple[str, tuple[Cut, ...]]:
    """Make text and cuts of a reading: the text that is left, and what was taken out by its place in the text before.

    The text before has one block a line. A line that is cut takes the break after it; those after the last line that
    stays take the break before them; where none stays the first takes none. A hole takes the blank before it.
    """
    codes = [code or _hollow(block) for block, code in zip(reading.blocks, reading.codes, strict=True)]
    last = max((at for at, code in enumerate(codes) if not code), default=-1)
    kept: list[str] = []
    cuts: list[Cut] = []
    start = 0
    for at, (block, code) in enumerate(zip(reading.blocks, codes, strict=True)):
        if not code:
            holes = _holes(block, start)
            cuts += holes
            kept.append(_without(block.text, holes, start))
        elif at < last:
            cuts.append(Cut(code, start, block.text + BREAK))
        elif at:
            cuts.append(Cut(code, start - 1, BREAK + block.text))
        else:
            cuts.append(Cut(code, start, block.text))
        start += len(block.text) + 1
    return BREAK.join(kept), tuple(cuts)


def _hollow(block: Block) -> str:
    """The code of a block of which nothing is left between its holes."""
    return block.holes[0].code if block.holes and not _without(block.text, _holes(block, 0), 0).strip() else ""


def _holes(block: Block, start: int) -> list[Cut]:
    """The holes of a block as cuts, each with the blank before it, or with the one after it where nothing is left."""
    cuts = []
    free = 0
    kept = False
    for hole in block.holes:
        kept = kept or hole.start > free
        before = hole.start - (hole.start > free and block.text[hole.start - 1] == " ")
        after = hole.end + (not kept and block.text[hole.end : hole.end + 1] == " ")
        cuts.append(Cut(hole.code, start + before, block.text[before:after]))
        free = after
    return cuts


def _without(text: str, holes: Sequence[Cut], start: int) -> str:
    pieces = []
    place = 0
    for hole in holes:
        pieces.append(text[place : hole.start - start])
        place = hole.start - start + len(hole.text)
    return "".join((*pieces, text[place:]))
