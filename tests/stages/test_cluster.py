import datetime as dt
from collections.abc import Sequence
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from crawler.outlets import Outlets, Profile
from curation.records import Decision, Pair, Signed
from curation.stages.cluster import decide, standing_captures

DAY = dt.datetime(2026, 10, 3, tzinfo=dt.UTC)
PAGED = Profile.model_validate(
    {"id": "kabar", "name": "Kabar", "home": "http://kabar.example/", "hosts": ["kabar.example"],
     "served_by": "newsstand", "addresses": {"whole": "page=all"}}
)  # fmt: skip
OUTLETS = Outlets({"kabar": PAGED}, ())


def signed(
    number: int,
    *,
    url: str = "",
    canonical: str | None = None,
    hours: int | None = 0,
    fetched: int = 0,
    words: int = 100,
) -> Signed:
    address = url or f"http://a{number}.example/"
    published = None if hours is None else DAY + dt.timedelta(hours=hours)
    return Signed(
        f"{number:016d}", address, address if canonical is None else canonical, f"outlet{number}", published,
        DAY + dt.timedelta(hours=fetched), words, f"text {number}",
    )  # fmt: skip


def decided(rows: Sequence[Signed], pairs: Sequence[Pair], threshold: float = 0.8) -> list[Decision]:
    texts = [row.text_digest for row in rows]
    first = [texts.index(text) for text in texts]
    return decide(rows, standing_captures(rows, OUTLETS), first, pairs, threshold)


def test_the_earliest_stays_and_lists_its_copies() -> None:
    rows = [signed(0, hours=5), signed(1, hours=1), signed(2, hours=9)]
    late, early, other = decided(rows, [Pair(0, 1, 0.9, 0.9)])
    assert (late.code, late.cluster_id, late.jaccard) == ("duplicate.near", rows[1].id, 0.9)
    assert (early.code, early.cluster_id, other.code) == ("", rows[1].id, "")
    assert [(copy.url, copy.outlet, copy.similarity) for copy in early.copies] == [(rows[0].url, "outlet0", 0.9)]


def test_an_undated_story_yields_and_length_breaks_ties() -> None:
    undated, short, long = decided(
        [signed(0, hours=None, words=900), signed(1, words=10), signed(2, words=20)],
        [Pair(0, 1, 1.0, 1.0), Pair(0, 2, 1.0, 1.0), Pair(1, 2, 1.0, 1.0)],
    )
    assert [undated.code, short.code, long.code] == ["duplicate.near", "duplicate.near", ""]


def test_no_chain_takes_a_story_that_no_kept_one_is_near_to() -> None:
    codes = [
        row.code
        for row in decided([signed(n, hours=n) for n in range(3)], [Pair(0, 1, 0.9, 0.9), Pair(1, 2, 0.9, 0.9)])
    ]
    assert codes == ["", "duplicate.near", ""]


def test_below_the_threshold_both_stay() -> None:
    assert [row.code for row in decided([signed(0), signed(1)], [Pair(0, 1, 0.79, 0.79)])] == ["", ""]


def test_equal_texts_are_copies_without_a_pair() -> None:
    rows = [signed(0, hours=3), signed(1, hours=2)]
    twins = [rows[0], replace(rows[1], text_digest=rows[0].text_digest)]
    gone, kept = decided(twins, [])
    assert (gone.code, gone.jaccard, gone.cluster_id, kept.code) == ("duplicate.near", 1.0, rows[1].id, "")


def test_a_pair_of_a_shared_text_holds_for_whoever_leads_it() -> None:
    rows = [signed(0, hours=3), signed(1, hours=2), signed(2, hours=1)]
    shared = [
        rows[0],
        Signed(*(getattr(rows[1], name) for name in Signed.__slots__[:-1]), rows[0].text_digest),
        rows[2],
    ]
    first, second, third = decided(shared, [Pair(0, 2, 0.85, 0.85)])
    assert [first.cluster_id, second.cluster_id, third.cluster_id] == [rows[2].id] * 3
    assert (first.jaccard, second.jaccard, len(third.copies)) == (0.85, 0.85, 2)


def test_one_address_keeps_its_plain_form_then_the_newest() -> None:
    address = "http://b.example/story"
    rows = [
        signed(0, url="http://b.example/amp/story", canonical=address, fetched=9),
        signed(1, url=address, canonical=address, fetched=1),
        signed(2, url=address, canonical=address, fetched=2),
    ]
    decisions = decided(rows, [])
    assert [row.code for row in decisions] == ["duplicate.address", "duplicate.address", ""]
    assert [row.cluster_id for row in decisions] == [rows[2].id] * 3
    assert decisions[2].copies == ()


def test_the_whole_story_stands_before_its_first_page() -> None:
    address = "http://kabar.example/story"
    rows = [
        signed(0, url=address, canonical=address, fetched=9),
        signed(1, url=f"{address}?page=all", canonical=address, fetched=1),
    ]
    assert [row.code for row in decided(rows, [])] == ["duplicate.address", ""]


def test_the_same_capture_twice_is_said_so() -> None:
    row = signed(0, url="http://b.example/", canonical="http://b.example/")
    assert [decision.code for decision in decided([row, row], [])] == ["", "duplicate.capture"]


def test_rows_without_an_address_stand_for_themselves() -> None:
    assert [row.code for row in decided([signed(0, canonical=""), signed(1, canonical="")], [])] == ["", ""]


@given(
    st.lists(st.tuples(st.integers(0, 4), st.integers(0, 3)), min_size=1, max_size=9),
    st.dictionaries(st.tuples(st.integers(0, 8), st.integers(0, 8)), st.floats(0.5, 1.0), max_size=20),
)
def test_whatever_goes_is_near_to_what_stands_and_nothing_kept_is_near(
    shapes: list[tuple[int, int]], similarity: dict[tuple[int, int], float]
) -> None:
    rows = [signed(number, hours=hours, words=words) for number, (hours, words) in enumerate(shapes)]
    near = {(one, other): value for (one, other), value in similarity.items() if one < other < len(rows)}
    decisions = decided(rows, [Pair(one, other, value, value) for (one, other), value in near.items()])
    place = {row.id: number for number, row in enumerate(rows)}
    kept = {number for number, decision in enumerate(decisions) if not decision.code}
    assert not any(one in kept and other in kept and value >= 0.8 for (one, other), value in near.items())
    for number, decision in enumerate(decisions):
        stands = place[decision.cluster_id]
        assert stands in kept
        assert number == stands or near[min(number, stands), max(number, stands)] >= 0.8
    assert sum(len(decision.copies) for decision in decisions) == len(rows) - len(kept)
