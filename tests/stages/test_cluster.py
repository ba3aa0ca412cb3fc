import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pyarrow.parquet as pq
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.outlets import Outlets, Profile
from curation.config import Cluster, Splits
from curation.records import Copy, Decision, Pair, Signed, Version
from curation.schema import arrow_schema, records_of, table_of
from curation.signed import known_of, stories_of
from curation.splits import split_of
from curation.stages.cluster import copies_of, decide, shares_of, table_of_shard, versions_of

DAY = dt.datetime(2026, 10, 3, tzinfo=dt.UTC)
PAGED = Profile.model_validate(
    {"id": "kabar", "name": "Kabar Pesisir", "home": "http://kabar.example/", "hosts": ["kabar.example"],
     "served_by": "newsstand", "addresses": {"whole": "page=all"}}
)  # fmt: skip
OUTLETS = Outlets({"kabar": PAGED}, ())


def digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:32]


def signed(number: int, hours: int | None = 0, words: int = 100, **fields: Any) -> Signed:
    address = fields.get("url", f"http://a{number}.example/")
    row = Signed(
        id=f"{number:016x}",
        url=address,
        canonical_url=address,
        outlet=f"outlet{number}",
        published_at=None if hours is None else DAY + dt.timedelta(hours=hours),
        fetched_at=DAY,
        n_words=words,
        text_digest=digest(str(number)),
    )
    return replace(row, **fields)


def near(one: int, other: int, jaccard: float = 0.9) -> Pair:
    return Pair(one, other, jaccard, jaccard, 100, 100, near=True)


def inside(short: int, long: int, share: float = 0.95, sizes: tuple[int, int] = (100, 200)) -> Pair:
    jaccard = share * sizes[0] / (sizes[0] + sizes[1] - share * sizes[0])
    if short < long:
        return Pair(short, long, jaccard, share, *sizes, near=False)
    return Pair(long, short, jaccard, share, sizes[1], sizes[0], near=False)


def decided(rows: Sequence[Signed], pairs: Sequence[Pair] = (), order: str = "earliest") -> list[Decision]:
    table = table_of(Signed, rows)
    known = known_of(table.to_batches(max_chunksize=2), len(rows), OUTLETS)
    verdicts = decide(known, table_of(Pair, pairs), Cluster.model_validate({"order": order}))
    with TemporaryDirectory() as folder:
        shard = Path(folder) / "s.parquet"
        pq.write_table(table, shard)
        listed = copies_of(verdicts, known, [shard]), versions_of(verdicts, known, [shard])
        cut = len(rows) // 2
        shares = shares_of(verdicts, known, Splits(validation=0.3, test=0.3, latest_weeks=1))
        parts = (range(cut), range(cut, len(rows)))
        some = (table_of_shard(verdicts, known, *listed, shares, part) for part in parts)
        decisions = [decision for part in some for decision in records_of(Decision, part)]
    assert all(arrow_schema(Decision) == table.schema for table in [table_of(Decision, decisions)])
    return decisions


def codes(rows: Sequence[Signed], pairs: Sequence[Pair] = (), order: str = "earliest") -> list[str]:
    return [decision.code for decision in decided(rows, pairs, order)]


def test_the_earliest_stays_and_lists_its_copies() -> None:
    rows = [signed(0, hours=5), signed(1, hours=1), signed(2, hours=9)]
    late, early, other = decided(rows, [near(0, 1)])
    assert (late.code, late.cluster_id, late.jaccard) == ("duplicate.near", rows[1].id, 0.9)
    assert (early.code, early.cluster_id, early.jaccard, other.code) == ("", rows[1].id, None, "")
    assert early.copies == (Copy(rows[0].id, rows[0].url, "outlet0", rows[0].published_at, 0.9, "near"),)


def test_an_undated_story_yields_and_length_breaks_ties() -> None:
    rows = [signed(0, hours=None, words=900), signed(1, words=10), signed(2, words=20)]
    assert codes(rows, [near(0, 1), near(0, 2), near(1, 2)]) == ["duplicate.near", "duplicate.near", ""]


def test_at_one_time_the_outlet_that_is_named_stands_before_those_that_name_none_and_these_before_the_rest() -> None:
    rows = [
        signed(0, words=900, first_outlet="KABAR.EXAMPLE/desa"),
        signed(1, words=500),
        signed(2, words=100, outlet="kabar"),
    ]
    pairs = [near(0, 1), near(0, 2), near(1, 2)]
    assert codes(rows, pairs) == ["duplicate.near", "duplicate.near", ""]
    assert codes([replace(row, first_outlet="") for row in rows], pairs) == ["", "duplicate.near", "duplicate.near"]
    assert codes([replace(rows[0], source="Warta Jauh"), *rows[1:]], pairs) == ["duplicate.near", "duplicate.near", ""]
    named_elsewhere = [replace(rows[0], first_outlet="Warta Jauh"), *rows[1:]]
    assert codes(named_elsewhere, pairs) == ["duplicate.near", "", "duplicate.near"]


def test_an_outlet_that_names_itself_yields_to_nobody() -> None:
    rows = [signed(0, words=900, outlet="kabar", source="Kabar Pesisir"), signed(1, words=500)]
    assert codes(rows, [near(0, 1)]) == ["", "duplicate.near"]


def test_of_equal_texts_the_one_that_a_copy_names_stands() -> None:
    text = digest("sama")
    rows = [
        signed(1, text_digest=text),
        signed(2, text_digest=text, outlet="kabar"),
        signed(3, text_digest=text, source="www.kabar.example"),
    ]
    assert codes(rows) == ["duplicate.exact", "", "duplicate.exact"]


def test_other_orders() -> None:
    rows = [signed(0, hours=0, words=10, quality=0.2), signed(1, hours=1, words=90), signed(2, hours=2, quality=0.9)]
    pairs = [near(0, 1), near(0, 2), near(1, 2)]
    assert [codes(rows, pairs, order).index("") for order in ("earliest", "longest", "quality")] == [0, 2, 2]
    assert codes([rows[0], rows[1], replace(rows[2], n_words=20)], pairs, "longest").index("") == 1


def test_no_chain_takes_a_story_that_no_kept_one_is_near_to() -> None:
    assert codes([signed(n, hours=n) for n in range(3)], [near(0, 1), near(1, 2)]) == ["", "duplicate.near", ""]


def test_equal_texts_are_copies_without_a_pair() -> None:
    rows = [signed(0, hours=3), signed(1, hours=2, text_digest=digest("0"))]
    gone, kept = decided(rows)
    assert (gone.code, gone.jaccard, gone.containment, gone.cluster_id) == ("duplicate.exact", 1, 1, rows[1].id)
    assert (kept.code, [copy.kind for copy in kept.copies]) == ("", ["exact"])


def test_a_pair_of_a_shared_text_holds_for_whoever_leads_it() -> None:
    rows = [signed(0, hours=3), signed(1, hours=2, text_digest=digest("0")), signed(2, hours=1)]
    first, second, third = decided(rows, [near(1, 2, 0.85)])
    assert [first.cluster_id, second.cluster_id, third.cluster_id] == [rows[2].id] * 3
    assert (first.jaccard, second.jaccard) == (0.85, 0.85)
    assert [(copy.id, copy.kind) for copy in third.copies] == [(rows[1].id, "near"), (rows[0].id, "near")]


def test_one_address_keeps_its_plain_form_then_the_newest_and_lists_the_others() -> None:
    address, later = "http://b.example/story", DAY + dt.timedelta(days=1)
    rows = [
        signed(0, url="http://b.example/amp/story", canonical_url=address, fetched_at=DAY + dt.timedelta(days=9)),
        signed(1, url=address),
        signed(2, url=address, fetched_at=later),
    ]
    decisions = decided(rows)
    assert [row.code for row in decisions] == ["duplicate.address", "duplicate.address", ""]
    assert [row.cluster_id for row in decisions] == [rows[2].id] * 3
    assert decisions[2].copies == ()
    assert decisions[2].versions == tuple(
        Version(row.id, row.url, row.fetched_at, row.text_digest) for row in (rows[1], rows[0])
    )


def test_captures_of_a_copy_point_to_the_kept_document() -> None:
    rows = [signed(0), signed(1, hours=1, fetched_at=DAY + dt.timedelta(days=1)), signed(2, hours=1)]
    rows[2] = replace(rows[2], url=rows[1].url, canonical_url=rows[1].url)
    kept, copy, old = decided(rows, [near(0, 1)])
    assert (copy.code, old.code, old.cluster_id, old.jaccard) == (
        "duplicate.near",
        "duplicate.address",
        rows[0].id,
        None,
    )
    assert (kept.versions, [version.id for version in copy.versions]) == ((), [rows[2].id])


def test_the_whole_story_stands_before_its_first_page() -> None:
    address = "http://kabar.example/story"
    rows = [
        signed(0, url=address, fetched_at=DAY + dt.timedelta(days=1)),
        signed(1, url=f"{address}?page=all", canonical_url=address),
    ]
    assert codes(rows) == ["duplicate.address", ""]


def test_the_same_capture_twice_is_said_so() -> None:
    assert codes([signed(0), signed(0)]) == ["", "duplicate.capture"]


def test_rows_without_an_address_stand_for_themselves() -> None:
    assert codes([signed(0, canonical_url=""), signed(1, canonical_url="")]) == ["", ""]


def test_a_stub_goes_though_it_is_earlier_and_says_how_much_of_it_stands_there() -> None:
    stub, whole = decided([signed(0), signed(1, hours=5)], [inside(0, 1, 0.96)])
    assert (stub.code, stub.cluster_id, stub.containment) == ("duplicate.contained", f"{1:016x}", 0.96)
    assert stub.jaccard is not None
    assert stub.jaccard < 0.5
    assert [copy.kind for copy in whole.copies] == ["contained"]
    assert codes([signed(0), signed(1, hours=5)], [inside(0, 1, 0.89)]) == ["", ""]


def test_nothing_lies_inside_a_document_that_went() -> None:
    """The teaser lies in the copy alone, and the copy goes: then the teaser stays."""
    rows = [signed(0, hours=1), signed(1, hours=2), signed(2, hours=0)]
    pairs = [near(1, 2), inside(0, 1, sizes=(50, 100))]
    assert codes(rows, pairs) == ["", "duplicate.near", ""]
    assert codes(rows, [*pairs, inside(0, 2, sizes=(50, 100))]) == ["duplicate.contained", "duplicate.near", ""]


def test_a_nest_of_stubs_goes_to_what_stays() -> None:
    rows = [signed(n) for n in range(3)]
    pairs = [inside(0, 1, sizes=(50, 90)), inside(1, 2, sizes=(90, 200))]
    assert codes(rows, pairs) == ["", "duplicate.contained", ""]
    both = decided(rows, [*pairs, inside(0, 2, sizes=(50, 200))])
    assert [row.cluster_id for row in both] == [rows[2].id] * 3


def test_a_stub_with_copies_goes_only_with_all_of_them() -> None:
    rows = [signed(0), signed(1, hours=1), signed(2, hours=2)]
    pair = Pair(0, 1, 0.9, 0.95, 100, 100, near=True)
    assert codes(rows, [pair, inside(0, 2)]) == ["", "duplicate.near", ""]
    stub, copy, whole = decided(rows, [pair, inside(0, 2), inside(1, 2, 0.93)])
    assert [stub.code, copy.code, whole.code] == ["duplicate.contained", "duplicate.contained", ""]
    assert (copy.containment, [one.id for one in whole.copies]) == (0.93, [rows[0].id, rows[1].id])


@st.composite
def archives(draw: st.DrawFn) -> tuple[list[Signed], list[Pair]]:
    """Rows in which much is equal, and pairs of them."""
    shapes = draw(st.lists(st.tuples(*(st.integers(0, 2) for _ in range(5))), min_size=1, max_size=9))
    rows = [
        signed(
            number,
            hours=hours or None,
            words=100 + words,
            outlet=("kabar", "jauh.example", "lain")[outlet],
            source=("", "Kabar Pesisir", "jauh.example")[source],
            canonical_url=f"http://a{number - (number and address // 2)}.example/",
        )
        for number, (hours, words, outlet, source, address) in enumerate(shapes)
    ]
    sizes = draw(st.lists(st.integers(40, 44), min_size=len(rows), max_size=len(rows)))
    couples = st.tuples(st.integers(0, len(rows) - 1), st.integers(0, len(rows) - 1)).filter(
        lambda ends: ends[0] < ends[1]
    )
    ends = draw(st.sets(couples, max_size=14)) if len(rows) > 1 else set()
    shared = [(one, other, draw(st.integers(30, min(sizes[one], sizes[other])))) for one, other in sorted(ends)]
    pairs = [
        Pair(
            one, other, common / (sizes[one] + sizes[other] - common), common / min(sizes[one], sizes[other]),
            sizes[one], sizes[other], near=common / (sizes[one] + sizes[other] - common) >= 0.8,
        )
        for one, other, common in shared
    ]  # fmt: skip
    leads = set(
        stories_of(known_of(table_of(Signed, rows).to_batches(), len(rows), OUTLETS), "earliest").ranked.tolist()
    )
    return rows, [pair for pair in pairs if {pair.one, pair.other} <= leads]


@settings(max_examples=150, deadline=None)
@given(archives())
def test_whatever_goes_is_near_to_what_stands_or_inside_it_and_no_kept_ones_are_near(
    archive: tuple[list[Signed], list[Pair]],
) -> None:
    rows, pairs = archive
    decisions = decided(rows, pairs)
    place = {row.id: number for number, row in enumerate(rows)}
    kept = {number for number, decision in enumerate(decisions) if not decision.code}
    found: Mapping[tuple[int, int], Pair] = {(pair.one, pair.other): pair for pair in pairs}
    assert not any(pair.near and {pair.one, pair.other} <= kept for pair in pairs)
    for number, decision in enumerate(decisions):
        stands = place[decision.cluster_id]
        assert stands in kept
        if decision.code in ("duplicate.near", "duplicate.contained"):
            pair = found[min(number, stands), max(number, stands)]
            assert pair.near == (decision.code == "duplicate.near")
            assert pair.near or pair.containment >= 0.9
            assert decision.jaccard == pair.jaccard
    listed = [copy.id for decision in decisions for copy in decision.copies]
    assert sorted(listed) == sorted(row.id for row, one in zip(rows, decisions, strict=True) if one.jaccard is not None)


@settings(max_examples=150, deadline=None)
@given(archives(), st.randoms(use_true_random=False))
def test_the_order_of_the_rows_decides_nothing(archive: tuple[list[Signed], list[Pair]], generator: Any) -> None:
    rows, pairs = archive
    names = generator.sample(range(len(rows)), len(rows))
    shuffled = [rows[names.index(place)] for place in range(len(rows))]
    turned = []
    for pair in generator.sample(pairs, len(pairs)):
        one, other = names[pair.one], names[pair.other]
        sizes = (pair.one_shingles, pair.other_shingles)
        if one > other:
            one, other, sizes = other, one, sizes[::-1]
        turned.append(Pair(one, other, pair.jaccard, pair.containment, *sizes, near=pair.near))
    again = decided(shuffled, turned)
    assert [again[names[number]] for number in range(len(rows))] == decided(rows, pairs)


def test_no_cluster_crosses_a_split() -> None:
    rows = [signed(number, hours=-(number * 30)) for number in range(40)]
    pairs = [near(number, number + 1) for number in range(0, 40, 2)]
    decisions = decided(rows, pairs)
    split = {row.id: (told.split, told.time_split) for row, told in zip(rows, decisions, strict=True)}
    assert {told.code for told in decisions} == {"", "duplicate.near"}
    for told in decisions:
        assert (told.split, told.time_split) == split[told.cluster_id]
    assert {one for one, _ in split.values()} == {"train", "validation", "test"}
    assert {one for _, one in split.values()} == {"train", "test"}


def test_a_split_is_that_of_the_cluster_whatever_else_is_there() -> None:
    alone = decided([signed(7)])[0]
    among = decided([signed(3, hours=5), signed(7), signed(11, hours=None)])
    assert among[1].split == alone.split == split_of("0000000000000007", 0.3, 0.3)
    assert among[2].time_split == ""
