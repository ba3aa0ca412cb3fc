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
    outlet: str
    """Id of the profile, else as given, else the host name."""
    title: str
    """Headline, or empty."""
    source: str
    """Agency or outlet that the story names as its source, or empty."""
    published_at: dt.datetime | None
    """When it appeared, where that is known."""
    n_words: int
    """Words in the text."""
    text_digest: str
    """SHA-256 of the text, 32 hex digits."""
    node: int
    """Number of its text among the different texts of the index, in order of coming."""


@dataclass(frozen=True, slots=True)
class NodePair:
    """Two different texts that are near enough to decide."""

    one: int
    """Number of the first text."""
    other: int
    """Number of the second, greater than the first."""
    jaccard: float
    """Exact similarity of their shingle sets, 0 to 1."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the index decides of a row."""

    id: str
    """Id of the row."""
    kept: bool
    """Whether it stays."""
    dup_of: str
    """Id of the row that stands for it; empty if it stays."""
    jaccard: float | None
    """Similarity to that row; none if it stays."""


@dataclass(frozen=True, slots=True)
class Removed:
    """A row that was taken out."""

    id: str
    """Id of the row."""
    row: int
    """Its number among all rows, in order of coming."""
