"""How much of what an outlet published its sources named: the answer is estimated, not assumed."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any

SOURCES: dict[str, str] = {
    "sitemap": "A sitemap, news sitemap or branch of a sitemap index.",
    "feed": "An RSS or Atom feed.",
    "listing": "An index page or the listing of a section.",
    "api": "The publishing system's own interface.",
    "topic": "A tag, topic or search page of a subject crawl.",
    "commoncrawl": "An index of Common Crawl, or of an archive like it.",
}


# States of the ledger in which an article that a source named can be.
SHOWN = ("archived", "moved", "barred", "gone", "failed", "queued")


@dataclass(frozen=True, slots=True)
class Coverage:
    """What the sources of an outlet named of one day, and what became of it."""

    day: str
    """`YYYY-MM-DD`; empty: the articles of which no day is known."""
    named: Mapping[str, int]
    """Articles that each kind of source named."""
    together: int
    """Articles that any of them named."""
    estimated: float | None
    """Articles there were, by `chapman` from the two sources that named most; None where there are no two."""
    states: Mapping[str, int]
    """Of those named, how many are in which state of the ledger."""

    def row(self) -> dict[str, object]:
        """Give the row of the crawl's manifest."""
        counts = {state: self.states.get(state, 0) for state in SHOWN}
        return {
            "day": self.day,
            "named": dict(self.named),
            "together": self.together,
            "estimated": self.estimated,
            **counts,
        }


def read_row(row: Mapping[str, Any]) -> Coverage:
    """Read a row of the manifest."""
    states = {state: row[state] for state in SHOWN}
    return Coverage(row["day"], row["named"], row["together"], row["estimated"], states)


@dataclass(slots=True)
class _Day:
    named: Counter[str] = field(default_factory=Counter)
    both: Counter[tuple[str, str]] = field(default_factory=Counter)
    states: Counter[str] = field(default_factory=Counter)


def chapman(first: int, second: int, both: int) -> float:
    """Estimate how many there are from two counts and what is in both: (n1 + 1)(n2 + 1) / (m + 1) - 1.

    Chapman, D. G. (1951): Some properties of the hypergeometric distribution with applications to zoological sample
    censuses. University of California Publications in Statistics 1, 131-160. It holds for sources that name articles
    independently of each other: where one is made from the other it estimates too little, where they divide
    the articles between them too much.
    """
    return (first + 1) * (second + 1) / (both + 1) - 1


def coverage(namings: Iterable[tuple[str, frozenset[str], str, int]]) -> tuple[Coverage, ...]:
    """Count by day what `Ledger.namings` gives, the newest day first and what has no day last."""
    days: dict[str, _Day] = {}
    for day, kinds, state, count in namings:
        sources = [source for source in SOURCES if source in kinds]
        if not sources:
            continue
        counts = days.setdefault(day, _Day())
        counts.states[state] += count
        counts.named.update(dict.fromkeys(sources, count))
        counts.both.update(dict.fromkeys(combinations(sources, 2), count))
    return tuple(_coverage(day, days[day]) for day in sorted(days, reverse=True))


def fold(days: Iterable[Coverage]) -> Coverage:
    """Put days together; what was estimated is summed over the days that have an estimate, the others as counted."""
    days = tuple(days)
    named, states = Counter[str](), Counter[str]()
    for day in days:
        named.update(day.named)
        states.update(day.states)
    estimates = [day.estimated for day in days if day.estimated is not None]
    counted = sum(day.together for day in days if day.estimated is None)
    estimated = round(sum(estimates) + counted, 1) if estimates else None
    return Coverage("", named, sum(day.together for day in days), estimated, states)


def _coverage(day: str, counts: _Day) -> Coverage:
    named = {source: counts.named[source] for source in SOURCES if source in counts.named}
    largest = sorted(named, key=lambda source: -named[source])[:2]
    estimated = None
    if len(largest) == 2:
        one, other = (source for source in named if source in largest)
        estimated = round(chapman(named[one], named[other], counts.both[one, other]), 1)
    return Coverage(day, named, sum(counts.states.values()), estimated, counts.states)
