"""What the sources named, and the estimate of all there was."""

from collections import Counter
from fractions import Fraction
from math import comb

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.coverage import SOURCES, Coverage, chapman, coverage, fold, read_row

COUNTS = st.integers(0, 10_000)


@given(there_are=st.integers(1, 40), data=st.data())
def test_chapman_is_right_on_average_where_two_draws_must_overlap(there_are: int, data: st.DataObject) -> None:
    """Over all draws of the second source its mean is the number there is (Chapman 1951), if the two hold as many."""
    first = data.draw(st.integers(1, there_are))
    second = data.draw(st.integers(max(1, there_are - first), there_are))
    mean = Fraction(0)
    for both in range(max(0, first + second - there_are), min(first, second) + 1):
        ways = comb(first, both) * comb(there_are - first, second - both)
        mean += Fraction(ways, comb(there_are, second)) * Fraction(chapman(first, second, both))
    assert float(mean) == pytest.approx(there_are)


@given(first=COUNTS, second=COUNTS, data=st.data())
def test_the_estimate_is_never_less_than_what_was_named(first: int, second: int, data: st.DataObject) -> None:
    both = data.draw(st.integers(0, min(first, second)))
    estimated = chapman(first, second, both)
    assert estimated >= first + second - both - 1e-9
    assert estimated == chapman(second, first, both)
    if both == min(first, second):
        assert estimated == pytest.approx(max(first, second))
    else:
        assert estimated > chapman(first, second, both + 1)


def kinds(*names: str) -> frozenset[str]:
    return frozenset(names)


def test_days_are_counted_by_source_and_state() -> None:
    found = coverage(
        [
            ("2026-11-03", kinds("sitemap", "feed"), "archived", 3),
            ("2026-11-03", kinds("sitemap"), "failed", 2),
            ("2026-11-03", kinds("feed", "redirect"), "archived", 1),
            ("2026-11-03", kinds("redirect"), "archived", 9),
            ("2026-11-04", kinds("api"), "queued", 1),
            ("", kinds("listing"), "gone", 1),
        ]
    )
    assert [day.row() for day in found] == [
        row("2026-11-04", {"api": 1}, 1, None, queued=1),
        row("2026-11-03", {"sitemap": 5, "feed": 4}, 6, 6.5, archived=4, failed=2),
        row("", {"listing": 1}, 1, None, gone=1),
    ]
    assert [read_row(day.row()).row() for day in found] == [day.row() for day in found]


def row(day: str, named: dict[str, int], together: int, estimated: float | None, **states: int) -> dict[str, object]:
    none = dict.fromkeys(("archived", "moved", "barred", "gone", "failed", "queued"), 0)
    return {"day": day, "named": named, "together": together, "estimated": estimated} | none | states


def test_the_two_sources_that_named_most_are_compared() -> None:
    (day,) = coverage(
        [
            ("2026-11-03", kinds("sitemap", "listing"), "archived", 8),
            ("2026-11-03", kinds("feed"), "archived", 1),
            ("2026-11-03", kinds("listing"), "archived", 2),
        ]
    )
    assert day.estimated == pytest.approx((8 + 1) * (10 + 1) / (8 + 1) - 1)


def test_days_together_are_the_sum_of_their_estimates() -> None:
    days = (
        Coverage("2026-11-04", {"sitemap": 2, "feed": 1}, 2, 2.5, {"archived": 2}),
        Coverage("2026-11-03", {"sitemap": 4}, 4, None, {"archived": 3, "gone": 1}),
    )
    together = fold(days)
    assert (together.named, together.together) == ({"sitemap": 6, "feed": 1}, 6)
    assert together.estimated == 6.5
    assert together.states == Counter(archived=5, gone=1)
    assert fold(days[1:]).estimated is None


NAMINGS = st.lists(
    st.tuples(
        st.sampled_from(["", "2026-11-03", "2026-11-04"]),
        st.frozensets(st.sampled_from([*SOURCES, "redirect"]), min_size=1),
        st.sampled_from(["archived", "gone", "queued"]),
        st.integers(1, 9),
    )
)


@given(namings=NAMINGS)
def test_nothing_named_is_lost_or_counted_twice(namings: list[tuple[str, frozenset[str], str, int]]) -> None:
    found = coverage(namings)
    named = [(names & set(SOURCES), count) for _, names, _, count in namings]
    assert sum(day.together for day in found) == sum(count for names, count in named if names)
    for day in found:
        assert day.together == sum(day.states.values())
        assert max(day.named.values()) <= day.together <= sum(day.named.values())
        assert day.estimated is None or day.estimated >= max(day.named.values()) - 0.1
