"""The table of story parts, for those who read it, and an article with its parts put behind it."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from curation.inserts import undo
from curation.records import Article, Cut, Part
from curation.shards import read_rows


@dataclass(frozen=True, slots=True)
class Parts:
    """Parts of stories, two ways round."""

    by_id: dict[str, Part]
    """Part by the id of its own page."""
    behind: dict[str, tuple[Part, ...]]
    """Id of the first part → the later ones, in order."""


NO_PARTS = Parts({}, {})


@lru_cache(maxsize=4)
def known_parts(table: Path) -> Parts:
    """Read the table that the stage `join` wrote; it holds later parts only, so it is small."""
    by_id, behind = {}, defaultdict(list)
    for part in read_rows(table, Part):
        by_id[part.id] = part
        if part.joined_to:
            behind[part.joined_to].append(part)
    return Parts(by_id, {first: tuple(later) for first, later in behind.items()})


def with_parts(article: Article, later: Sequence[Part]) -> Article:
    """Put the texts of later parts behind an article's, a line break between, and their cuts with them."""
    text, cuts, whole = article.text, list(article.cuts), undo(article.text, article.cuts)
    for part in later:
        cuts += [Cut(cut.code, cut.start + len(whole) + 1, cut.text) for cut in part.cuts]
        text, whole = f"{text}\n{part.text}", f"{whole}\n{undo(part.text, part.cuts)}"
    return replace(article, text=text, cuts=tuple(cuts), parts=tuple(part.capture for part in later))
