"""What structure takes out: elements by tag, class and id, then lines by their shape."""

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path

from lxml.html import HtmlElement
from pydantic import BaseModel, ConfigDict

from crawler.outlets import read_toml
from curation.html.blocks import HEADINGS, Block
from curation.html.dates import parse_date
from curation.html.tree import SILENT, elements

TABLE = Path(__file__).with_name("structure.toml")

# WordPress writes an article's topics into its class: `category-promo tag-related`.
_TOPIC = re.compile(r"\b(?:tag|category)-\S+")
_QUOTED_POST = re.compile(r"\btwitter-(?:tweet|video)\b")
_DATE_LINE = re.compile(
    r"^\W*(?:[a-z]+day\b|senin|selasa|rabu|kamis|jum.?at|sabtu|minggu|terbit|diterbitkan|diperbarui|published|updated"
    r"|\d{1,4}\b)",
    re.IGNORECASE,
)
_AGO = re.compile(
    r"^\W*\d+ (?:detik|menit|jam|hari|minggu|pekan|bulan|tahun|minutes?|hours?|days?|weeks?|months?|years?)"
    r" (?:yang )?(?:lalu|ago)\W*$",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"^(?:https?://|www\.)\S+$")

LINK_ONLY = 0.9
"""A line is all link if this share of its characters is; the rest is a quotation mark, a number, a dash."""
LONGEST_LINK = 25
"""No headline is longer, in words: a longer line that is all link is a paragraph of a story."""
INTRODUCTION = 8
"""A sentence of this many words that ends in a colon makes the links below it part of the story."""
LEAD = 20
"""The story has begun with the first line of this many words."""
HEAD = 8
"""A line with day and hour among so many first ones is the story's own."""
LABEL = 6
"""The label of a box has at most so many words."""
REPEATED = 25
"""A paragraph of this many words does not stand twice in a story on purpose."""


class Structure(BaseModel):
    """A kind of thing that structure takes out; a row of structure.toml."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: str
    name: str
    why: str
    tags: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    longest: int = 0
    """An element with more words outside links is left alone."""
    linked: bool = False
    """Only an element with at least as many words in links as outside."""

    def holds(self, plain: int, linked: int) -> bool:
        """Say whether an element of so many words outside and inside links is small enough."""
        return plain <= self.longest and (linked >= plain or not self.linked)


class _Table(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    structure: tuple[Structure, ...]


@cache
def structures() -> dict[str, Structure]:
    """Give the rows of structure.toml by the last part of their names, such as `link-only`."""
    return {row.name.partition(".")[2]: row for row in read_toml(TABLE, _Table).structure}


@cache
def _by_tag() -> dict[str, Structure]:
    return {tag: row for row in structures().values() for tag in row.tags}


@cache
def _by_word() -> tuple[re.Pattern[str], dict[str, Structure]]:
    rows = {word: row for row in structures().values() for word in row.words}
    either = "|".join(re.escape(word) for word in sorted(rows, key=len, reverse=True))
    return re.compile(rf"(?<![a-z0-9])(?:{either})(?![a-z0-9])"), rows


def marked_elements(root: HtmlElement, drop: Iterable[str] = ()) -> dict[HtmlElement, str]:
    """Give a code to the elements below `root` that are no story: what `drop` selects, and what the table names.

    A post that the story quotes with its words is story, and so is what it stands in.
    """
    marked = {}
    quoting = {around for post in _posts(root) for around in (post, *post.iterancestors())}
    plain: dict[HtmlElement, int] = defaultdict(int)
    linked: dict[HtmlElement, int] = defaultdict(int)
    for element in reversed(list(root.iter())):
        if element.tag not in SILENT:
            plain[element] += len((element.text or "").split())
        if element is root:
            break
        row = _row(element, plain[element], linked[element]) if element not in quoting else None
        if row is not None:
            marked[element] = row.code
        parent = element.getparent()
        linked[parent] += linked[element] + (plain[element] if element.tag == "a" else 0)
        plain[parent] += (0 if element.tag == "a" else plain[element]) + len((element.tail or "").split())
    dropped = {element: structures()["layout-drop"].code for selector in drop for element in elements(root, selector)}
    return marked | dropped


def _row(element: HtmlElement, plain: int, linked: int) -> Structure | None:
    """The row of the table that an element fits, by its words outside and inside links."""
    row = _by_tag().get(element.tag)
    if row is not None and row.holds(plain, linked):
        return row
    name = f"{element.get('class', '')} {element.get('id', '')}".lower()
    if name == " " or element.tag in HEADINGS or element.tag == "a":
        return None
    pattern, rows = _by_word()
    found = (rows[word] for word in pattern.findall(_TOPIC.sub("", name)))
    return next((row for row in found if row.holds(plain, linked)), None)


def quoted_posts(root: HtmlElement) -> set[HtmlElement]:
    """Find the elements of the posts that a story quotes with their words."""
    return {element for post in _posts(root) for element in post.iter()}


def _posts(root: HtmlElement) -> list[HtmlElement]:
    return [element for element in root.iter() if _QUOTED_POST.search(element.get("class", ""))]


def shape_codes(blocks: Sequence[Block], headlines: frozenset[str]) -> list[str]:
    """Give each block the code that takes it out, or an empty string: that of its element, or of its shape.

    `headlines` holds the forms of the page's own headline, as `headline_key` makes them.
    """
    codes = [block.code for block in blocks]
    names = structures()
    lead = next((at for at, block in enumerate(blocks) if block.words >= LEAD and not codes[at]), len(blocks))
    seen: set[str] = set()
    introduced = False
    for at, block in enumerate(blocks):
        if codes[at]:
            continue
        if _is_headline(block, headlines, at <= lead):
            codes[at] = names["headline"].code
        elif _AGO.match(block.text) or (at < min(lead, HEAD) and _is_date_line(block)):
            codes[at] = names["byline"].code
        elif block.words >= REPEATED and block.text in seen:
            codes[at] = names["repeated"].code
        elif is_link_only(block):
            stays = introduced or _heads_text(blocks[at : at + 4]) or _in_row(blocks[max(0, at - 1) : at + 2], block)
            codes[at] = "" if stays else names["link-only"].code
        else:
            introduced = block.words >= INTRODUCTION and block.text.endswith(":")
        seen.add(block.text)
    return codes


def with_labels(blocks: Sequence[Block], codes: Sequence[str]) -> tuple[str, ...]:
    """Take out the label above a box that was taken out below the story, such as "You may also like"."""
    result = list(codes)
    box = ""
    for at in range(len(blocks) - 1, -1, -1):
        if not result[at] and not (box and _is_label(blocks[at])):
            break
        result[at] = result[at] or box
        box = result[at]
    return tuple(result)


def _is_label(block: Block) -> bool:
    return block.words <= LABEL and (block.tag in HEADINGS or block.text.endswith(":"))


def _is_headline(block: Block, headlines: frozenset[str], early: bool) -> bool:
    """Say whether a block is the page's headline: a long one anywhere, a short form only where the story begins."""
    return (early or block.words > LABEL) and headline_key(block.text) in headlines


def _is_date_line(block: Block) -> bool:
    return bool(_DATE_LINE.match(block.text)) and block.words <= 12 and parse_date(block.text, dt.UTC) is not None


def _in_row(around: Sequence[Block], block: Block) -> bool:
    """Say whether a cell stands in a table beside one that is more than a link."""
    cells = [other for other in around if other.tag in ("td", "th") and other.element.getparent() is not None]
    return block.tag in ("td", "th") and any(
        other.element.getparent() is block.element.getparent() and not is_link_only(other) for other in cells
    )


def is_link_only(block: Block) -> bool:
    """Say whether the text of a block is all link and of a headline's length."""
    return block.link_share >= LINK_ONLY and block.words <= LONGEST_LINK and not _ADDRESS.match(block.text)


def _heads_text(blocks: Sequence[Block]) -> bool:
    """Say whether the first block is a heading with text of its own below it."""
    following = next((block for block in blocks[1:] if not block.code), None)
    return (
        blocks[0].tag in HEADINGS
        and following is not None
        and following.tag not in HEADINGS
        and following.link_share < 0.5
        and following.words >= INTRODUCTION
    )


def headline_key(text: str) -> str:
    """Fold a headline to its words in lower case, so that quotation marks, dashes and case do not matter."""
    return " ".join(re.findall(r"\w+", text.casefold()))
