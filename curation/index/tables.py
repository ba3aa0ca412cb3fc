"""The tables of an index that people read; what is read by place is in `mapped.py`."""

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class IndexedRow:
    """What an index keeps of a row: all but its text."""

    id: str
    """As it was given; else 16 hex digits of SHA-256 over canonical address and payload digest."""
    url: str
    """Address, or empty."""
    canonical_url: str
    """The one address of the story, or empty; of rows that share one, one stands for the others."""
    outlet: str
    """Id of the profile, else as given, else the host name."""
    title: str
    """Headline, or empty."""
    source: str
    """Agency or outlet that the story names as its source, or empty."""
    first_outlet: str
    """Outlet in which the story says it appeared first, or empty."""
    published_at: dt.datetime | None
    """When it appeared, where that is known."""
    fetched_at: dt.datetime | None
    """When it was captured, where that is known."""
    n_words: int
    """Words in the text."""
    text_digest: str
    """SHA-256 of the text, 32 hex digits."""
    quality: float
    """As in `records.Signed`; 0 where the table brings no measures."""
    node: int
    """Number of its text among the different texts of the index, in order of coming."""


@dataclass(frozen=True, slots=True)
class NodePair:
    """Two different texts that were compared."""

    one: int
    """Number of the first text."""
    other: int
    """Number of the second, greater than the first."""
    shared: int
    """Shingles that both have."""


@dataclass(frozen=True, slots=True)
class Asker:
    """A text that found half of what it asks for in another, so that it may lie inside it."""

    asker: int
    """Number of the text that asks."""
    text: int
    """Number of the text that answers."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the index decides of a row."""

    id: str
    """Id of the row."""
    kept: bool
    """Whether it stays."""
    code: str
    """Reason for which it goes, as in the rejects of a release; empty if it stays."""
    dup_of: str
    """Id of the row that stands for it; empty if it stays."""
    jaccard: float | None
    """Similarity to that row; none if it stays, or yields to another capture of its address."""
    containment: float | None
    """Share of its shingles that stand in that row; none as in `jaccard`."""


@dataclass(frozen=True, slots=True)
class Removed:
    """A row that was taken out."""

    id: str
    """Id of the row."""
    row: int
    """Its number among all rows, in order of coming."""
