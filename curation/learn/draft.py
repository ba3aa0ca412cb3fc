"""What was learned about a site: a profile in the making, each value with the pages that speak for it."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from crawler.outlets import Layout, Profile
from crawler.outlets.profile import Addresses

FIELDS = ("title", "author", "editor", "date", "section", "tags")
"""Keys of a layout that are learned as what one selector finds."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """A value of the profile and what speaks for it."""

    value: str
    """A selector, or a pattern of addresses."""
    pages: int
    """On how many pages it finds what it should."""
    of: int
    """Out of how many."""
    sample: str
    """What it finds on one of them."""


@dataclass(frozen=True, slots=True)
class DraftLayout:
    """One way in which the pages are built."""

    n_pages: int
    first: dt.date | None
    """Day of its earliest story."""
    last: dt.date | None
    body: Evidence
    marks: tuple[Evidence, ...]
    drop: tuple[Evidence, ...]
    openings: tuple[Evidence, ...]
    """How lines of the body open on many pages that have no element of their own."""
    fields: Mapping[str, Evidence]
    """By key of the layout, of `FIELDS`."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A profile in the making."""

    id: str
    name: str
    aliases: tuple[str, ...]
    home: str
    hosts: tuple[str, ...]
    zone: str
    language: str
    n_pages: int
    """Pages of the site that were looked at."""
    n_stories: int
    """Those of them that tell a story; all else is learned from these."""
    article: tuple[Evidence, ...]
    not_article: tuple[Evidence, ...]
    keep_query: tuple[str, ...]
    layouts: tuple[DraftLayout, ...]
    """Newest first."""
    unlike: tuple[str, ...]
    """Addresses of stories that are built like too few others."""


def profile_of(draft: Draft) -> Profile:
    """Give the profile as it stands, uncorrected."""
    return Profile.model_validate(
        {
            "id": draft.id,
            "name": draft.name,
            "aliases": draft.aliases,
            "home": draft.home,
            "hosts": draft.hosts,
            "zone": draft.zone,
            "language": draft.language,
            "addresses": Addresses(
                article=_values(draft.article), not_article=_values(draft.not_article), keep_query=draft.keep_query
            ),
            "layouts": tuple(map(_layout, draft.layouts, layout_ids(draft))),
        }
    )


def layout_ids(draft: Draft) -> list[str]:
    """Name each layout by the year of its earliest story, and the second of one year `2026-2`."""
    ids: list[str] = []
    for layout in draft.layouts:
        year = str(layout.first.year) if layout.first else "undated"
        again = sum(name.partition("-")[0] == year for name in ids)
        ids.append(f"{year}-{again + 1}" if again else year)
    return ids


def _layout(layout: DraftLayout, name: str) -> Layout:
    fields = {key: (evidence.value,) for key, evidence in layout.fields.items()}
    around = {"id": name, "marks": _values(layout.marks), "body": (layout.body.value,), "drop": _values(layout.drop)}
    return Layout.model_validate(around | fields)


def _values(found: tuple[Evidence, ...]) -> tuple[str, ...]:
    return tuple(evidence.value for evidence in found)
