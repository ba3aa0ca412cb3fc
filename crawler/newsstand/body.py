"""The story as it stands in the page: paragraphs, subheads, and all that the outlet prints among them."""

import html
import re
from collections.abc import Sequence
from itertools import islice

from crawler.newsstand.facts import facts_of, tag_url
from crawler.newsstand.mastheads import Masthead
from crawler.newsstand.stories import Appearance, Block
from crawler.newsstand.templates import Line, Parts, parts_of, set_in

ENTITIES = {"“": "&ldquo;", "”": "&rdquo;", "‘": "&lsquo;", "’": "&rsquo;", "–": "&ndash;", "—": "&mdash;"}
WHOLE = 0
"""The part that is all parts at once, `?page=all`."""


def story_body(appearance: Appearance, part: int, others: Sequence[Appearance], values: dict[str, str]) -> str:
    """Write the inside of the page's text container.

    `others` are the stories that the inserts link to, `values` what the forms of `parts.toml` may print.
    """
    parts = parts_of(appearance.masthead.id)
    rows = _rows(appearance, part, others, values)
    if appearance.kind == "video":
        rows.insert(0, set_in(parts.video, values))
    return _lines(parts.opening, values) + parts.joiner.join(rows) + _lines(parts.closing, values)


def parts_count(appearance: Appearance) -> int:
    """Count the pages over which the outlet prints a story."""
    return appearance.story.pages if appearance.masthead.pages_stories else 1


def blocks_of(appearance: Appearance, part: int) -> tuple[Block, ...]:
    """Give the blocks of one part; a subhead goes with what follows it."""
    blocks, count = appearance.blocks, parts_count(appearance)
    if part == WHOLE or count == 1:
        return blocks
    marks = [round(len(blocks) * index / count) for index in range(count + 1)]
    marks = [mark - 1 if 0 < mark < len(blocks) and blocks[mark - 1].subhead else mark for mark in marks]
    return blocks[marks[part - 1] : marks[part]]


def _lines(lines: Sequence[Line], values: dict[str, str]) -> str:
    shown = [line.html for line in lines if not line.needs or values[line.needs]]
    return "".join(f"\n{set_in(text, values)}\n" for text in shown)


def _rows(appearance: Appearance, part: int, others: Sequence[Appearance], values: dict[str, str]) -> list[str]:
    parts = parts_of(appearance.masthead.id)
    furniture = {piece.after: set_in(piece.html, values) for piece in parts.furniture}
    inserts = (set_in(parts.insert, facts_of(other)) for other in others)
    blocks = blocks_of(appearance, part)
    rows: list[str] = []
    count = 0
    for block, row in zip(blocks, _set_blocks(appearance, blocks, first=part <= 1), strict=True):
        rows.append(row)
        count += not block.subhead
        if block.subhead or block is blocks[-1]:
            continue
        rows += [furniture[count]] if count in furniture else []
        rows += islice(inserts, 1) if count in parts.insert_after else ()
    return rows + list(islice(inserts, int(parts.insert_last)))


def _set_blocks(appearance: Appearance, blocks: Sequence[Block], *, first: bool) -> list[str]:
    masthead = appearance.masthead
    parts = parts_of(masthead.id)
    dateline = masthead.dateline.format(city=appearance.dateline) if first and appearance.dateline else ""
    unnamed = list(appearance.story.tags)
    rows = []
    for place, block in enumerate(blocks):
        text = _written(block.text, parts)
        if block.subhead:
            rows.append(set_in(parts.subhead, {"text": text}))
            continue
        values = {"text": _linked(text, unnamed, masthead), "dateline": dateline, "dash": masthead.dash}
        rows.append(set_in(parts.lead if dateline and place == 0 else parts.paragraph, values))
    return rows


def _written(text: str, parts: Parts) -> str:
    written = html.escape(text, quote=False)
    if not parts.entities:
        return written
    for character, entity in ENTITIES.items():
        written = written.replace(character, entity)
    return written.replace(", ", ",&nbsp;", 1)


def _linked(text: str, unnamed: list[str], masthead: Masthead) -> str:
    """Link the first topic that the paragraph names, and strike it off the list of those not yet named."""
    form = parts_of(masthead.id).tag_link
    for tag in unnamed if form else ():
        found = re.search(rf"\b{re.escape(html.escape(tag, quote=False))}\b", text)
        if found:
            unnamed.remove(tag)
            link = set_in(form, {"url": html.escape(tag_url(masthead, tag)), "text": found.group()})
            return text[: found.start()] + link + text[found.end() :]
    return text
