"""One request for a listing, and what every listing needs."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from crawler.newsstand.edition import Edition, Place
from crawler.newsstand.mastheads import Masthead
from crawler.newsstand.stories import Appearance


@dataclass(frozen=True, slots=True)
class Ask:
    """One request for a listing."""

    edition: Edition
    masthead: Masthead
    path: str
    groups: Mapping[str, str]
    """What the route's pattern found in the path."""
    query: Mapping[str, str]

    @property
    def shelf(self) -> tuple[Appearance, ...]:
        """The articles of the outlet, newest first."""
        return self.edition.shelves[self.masthead.id]

    def listed(self, place: Place) -> tuple[Appearance, ...]:
        """The articles of the outlet and the special addresses that are listed in this place, newest first."""
        return self.edition.listed(self.masthead.id, place)

    def number(self, key: str, default: int) -> int:
        """Read a number that counts from 1 out of path or query; anything else is the default."""
        text = self.groups.get(key) or self.query.get(key, "")
        return int(text) if re.fullmatch(r"[1-9][0-9]{0,5}", text) else default


def page_of(entries: Sequence[Appearance], page: int, size: int) -> Sequence[Appearance]:
    """Take one page of entries; none past the end."""
    return entries[(page - 1) * size : page * size]
