from dataclasses import replace
from pathlib import Path

import pytest

from curation.records import Appearance, Copy, Cut, Mask, Right
from curation.report.facts import EXAMPLES, LONGEST_EXAMPLE, Facts, Hop, gather, months_between, quantile
from curation.schema import table_of
from curation.shards import write_table
from tests.releases import NOON, document, reject
from tests.report.stories import HOSTILE, quality, release_of, story


def test_documents_are_counted_by_outlet_and_month_with_those_without_a_date(tmp_path: Path) -> None:
    rows = [
        document(1, published_at=NOON),
        document(2, published_at=NOON),
        document(3, outlet="warta", published_at=None),
    ]
    facts = gather(release_of(tmp_path, rows, [reject(9, "http.status")]))
    assert facts.by_month == {("kabar", "2026-10"): 2, ("warta", ""): 1}
    assert (facts.documents, facts.pages) == (3, 4)
    assert facts.rejects == {("http.status", "kabar"): 1}


def test_every_column_is_summed_over_its_rows(tmp_path: Path) -> None:
    said = Right("tdm-reservation", "1", "reserved", "header", None, "")
    also = replace(said, said_by="https://www.kabar.example/.well-known/tdmrep.json")
    rows = [
        document(
            1, language="id", n_words=30, reuse="reserved", rights=(said, also), masks=(Mask("EMAIL", 3),),
            paragraph_languages=("id", "jv"), split="train", time_split="test", text="abc",
        ),
        document(
            2, language="id", n_words=30, split="train", time_split="test",
            masks=(Mask("EMAIL", 1), Mask("IP", 2)),
        ),
        document(3, language="jv", n_words=10, rights=(said,), paragraph_languages=("id",), text="de"),
    ]  # fmt: skip
    facts = gather(release_of(tmp_path, rows))
    assert facts.languages == {"id": 2, "jv": 1}
    assert facts.paragraphs == {"id": 2, "jv": 1}
    assert facts.words == {("kabar", 30): 2, ("kabar", 10): 1}
    assert facts.reuse == {("kabar", "reserved"): 1, ("kabar", ""): 2}
    assert facts.signals == {("tdm-reservation", "1", "reserved"): 2}
    assert facts.masks == {"EMAIL": (2, 4), "IP": (1, 2)}
    assert facts.splits == {("train", "test"): (2, 60), ("", ""): (1, 10)}
    assert facts.characters == 5


def test_cuts_are_counted_by_rule_and_outlet_with_different_examples(tmp_path: Path) -> None:
    rows = [document(n, cuts=(Cut("RL01", 0, "Baca Juga: Satu\n"), Cut("CR01", 20, "(dar)"))) for n in (1, 2)]
    rows += [document(10 + n, outlet=f"warta{n}", cuts=(Cut("RL01", 0, f"{n}" * 300),)) for n in range(4)]
    rules = gather(release_of(tmp_path, rows)).rules
    assert list(rules) == ["CR01", "RL01"]
    assert rules["CR01"].examples == (("kabar", "(dar)"),)
    related = rules["RL01"]
    assert related.cuts == {"kabar": 2, "warta0": 1, "warta1": 1, "warta2": 1, "warta3": 1}
    assert related.characters == 2 * 16 + 4 * 300
    assert related.examples[0] == ("kabar", "Baca Juga: Satu")
    assert len(related.examples) == EXAMPLES
    assert related.examples[1][1] == "0" * LONGEST_EXAMPLE + "…"


def copy(outlet: str, minutes: int, kind: str = "near") -> Copy:
    import datetime as dt

    return Copy(f"{outlet}{minutes}", "", outlet, NOON + dt.timedelta(minutes=minutes), 0.9, kind)


def test_a_copy_follows_its_document_and_an_earlier_one_leads_it(tmp_path: Path) -> None:
    rows = [
        document(1, published_at=NOON, copies=(copy("warta", 10), copy("gaung", -5)), cluster_size=3),
        document(2, published_at=NOON, copies=(copy("warta", 30, "exact"),), cluster_size=2),
        document(3, copies=(Copy("u", "", "ruang", None, 0.9, "near"),), cluster_size=2),
    ]
    clusters = gather(release_of(tmp_path, rows)).clusters
    assert clusters.sizes == {2: 2, 3: 1}
    assert clusters.kinds == {"exact": 1, "near": 3}
    assert clusters.hops == (
        Hop("kabar", "warta", 2, 1200.0, 1),
        Hop("gaung", "kabar", 1, 300.0, 0),
        Hop("kabar", "ruang", 1, None, 0),
    )


def test_the_table_of_syndication_is_believed_where_there_is_one(tmp_path: Path) -> None:
    release = release_of(tmp_path, [document(1, published_at=NOON, copies=(copy("warta", 10),), cluster_size=2)])
    appearance = Appearance(
        "a", "kabar", "", NOON, "b", "gaung", "", NOON, 90, "contained", 0.8, 1.0, True, True, True, 10, 9
    )
    write_table(release / "syndication" / "part-0.parquet", table_of(Appearance, [appearance]))
    clusters = gather(release).clusters
    assert clusters.hops == (Hop("kabar", "gaung", 1, 90, 0),)
    assert clusters.kinds == {"contained": 1}


def test_measures_are_spread_over_the_documents_that_have_them(tmp_path: Path) -> None:
    from random import Random

    rows = [
        document(n, quality=replace(quality(Random(n)), list_share=n / 100, mean_word_length=25.0)) for n in range(100)
    ]
    measures = {measure.name: measure for measure in gather(release_of(tmp_path, [*rows, document(200)])).quality}
    spread = measures["list_share"]
    assert sum(spread.counts) == 100
    assert spread.quantiles == pytest.approx((0.04, 0.49, 0.94))
    assert (spread.low, spread.high) == pytest.approx((0.0, 0.99))
    assert measures["mean_word_length"].quantiles == pytest.approx((20.0, 20.0, 20.0))
    assert spread.note


def test_an_empty_release_has_nothing_to_count(tmp_path: Path) -> None:
    assert gather(release_of(tmp_path, [], [])) == Facts()


def test_hostile_names_are_counted_like_any_other(tmp_path: Path) -> None:
    facts = gather(release_of(tmp_path, [story(1, outlet=HOSTILE)]))
    assert list(facts.by_month) == [(HOSTILE, f"{story(1).published_at:%Y-%m}")]


@pytest.mark.parametrize(("share", "value"), [(0.05, 1), (0.5, 2), (0.75, 2), (0.95, 9), (1.0, 9)])
def test_a_quantile_is_a_value_that_occurs(share: float, value: int) -> None:
    assert quantile({9: 1, 1: 1, 2: 2}, share) == value


def test_no_month_between_two_is_left_out() -> None:
    assert months_between(["2026-02", "2025-11"]) == ["2025-11", "2025-12", "2026-01", "2026-02"]
    assert months_between(["0987-12"]) == ["0987-12"]
