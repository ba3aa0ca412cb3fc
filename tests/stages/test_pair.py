import random
from functools import partial
from itertools import combinations
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.dedup.stories import Writer, corpus, template
from curation.config import Config
from curation.minhash import pairs_of_bands, withheld_pairs
from curation.records import Article, Decision, Pair
from curation.schema import records_of
from curation.stages import pair
from curation.text.shingles import shingles
from tests.stages.stories import article, decided, paired, write_shards

TEXTS = corpus(150, seed=5)


def stubs(texts: list[str]) -> list[str]:
    """The first hundred words of every fifth text, and a word of its own."""
    return [f"{' '.join(text.split()[:100])} selengkapnya" for text in texts[::5]]


def stories(seed: int) -> list[Article]:
    generator = random.Random(seed)
    rows = [article(n, text, generator.randrange(9) or None) for n, text in enumerate([*TEXTS, *stubs(TEXTS)])]
    return [*rows, *(article(900 + n, text, 4) for n, text in enumerate(TEXTS[:9]))]


def share(one: str, other: str) -> tuple[float, float]:
    """Similarity of two texts, and how much of the first lies in the second."""
    sets = shingles(one), shingles(other)
    common = len(sets[0] & sets[1])
    return common / max(1, len(sets[0] | sets[1])), common / max(1, len(sets[0]))


def test_what_goes_has_a_kept_one_and_no_two_kept_ones_are_near_or_inside(tmp_path: Path) -> None:
    rows = stories(1)
    decisions = dict(zip((row.id for row in rows), decided(tmp_path, [rows[:60], rows[60:]]), strict=True))
    texts = {row.id: row.text for row in rows}
    kept = [row for row, decision in decisions.items() if not decision.code]
    assert {decision.code.rpartition(".")[2] for decision in decisions.values()} == {"", "near", "exact", "contained"}
    for row, decision in decisions.items():
        if decision.code:
            jaccard, inside = share(texts[row], texts[decision.cluster_id])
            assert decision.cluster_id in kept
            assert (decision.jaccard, decision.containment) == pytest.approx((jaccard, inside))
            assert jaccard >= 0.8 or inside >= 0.9
    for one, other in combinations(kept, 2):
        assert share(texts[one], texts[other])[0] < 0.8
        stands_for = {copy.id for row in (one, other) for copy in decisions[row].copies}
        assert max(share(texts[one], texts[other])[1], share(texts[other], texts[one])[1]) < 0.9 or stands_for


@settings(max_examples=5, deadline=None)
@given(st.randoms(use_true_random=False), st.integers(1, 4), st.sampled_from([1, 2, 256]))
def test_the_order_of_rows_and_the_cutting_into_shards_decide_nothing(generator: Any, shards: int, bucket: int) -> None:
    writer = Writer(3)
    family = ["\n".join(report) for report in template(writer)]
    rows = [article(n, text, n % 3) for n, text in enumerate([*TEXTS[:40], *family, *stubs(TEXTS[:40])])]
    again = generator.sample(rows, len(rows))
    cuts = sorted(generator.choices(range(len(rows)), k=shards))
    parts = [list(again[start:stop]) for start, stop in zip([0, *cuts], [*cuts, len(rows)], strict=True)]
    found = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pair, "pairs_of_bands", partial(pairs_of_bands, bucket=bucket))
        for shuffled in ([rows], parts):
            with TemporaryDirectory() as folder:
                decisions = decided(Path(folder), shuffled)
            ids = [row.id for part in shuffled for row in part]
            found.append(dict(zip(ids, decisions, strict=True)))
    assert found[0] == found[1]


def test_of_a_bucket_that_is_too_full_the_most_wanted_are_paired_and_the_rest_is_counted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pair, "pairs_of_bands", partial(pairs_of_bands, bucket=1))
    monkeypatch.setattr(pair, "withheld_pairs", partial(withheld_pairs, bucket=1))
    story = Writer(8).story()
    texts = ["\n".join([f"Kota {number} -", *story[1:]]) for number in range(4)]
    signed, clean = write_shards(tmp_path, [[article(n, text, 9 - n) for n, text in enumerate(texts)]], Config())
    pairs, withheld = paired(signed, clean, Config())
    assert {row.other for row in records_of(Pair, pairs)} == {3}
    assert withheld["withheld_pairs"] > 0
    monkeypatch.undo()
    pairs, withheld = paired(signed, clean, Config())
    assert (len(pairs), withheld) == (6, {"withheld_pairs": 0, "withheld_stubs": 0})


def test_a_longer_story_that_quotes_a_paragraph_does_not_hold_the_shorter(tmp_path: Path) -> None:
    short, long = (Writer(seed).story() for seed in (1, 2))
    rows = [article(0, "\n".join(short[:9])), article(1, "\n".join([*long, *short[2:6]]), 5)]
    assert [row.code for row in decided(tmp_path, [rows])] == ["", ""]
    rows[1] = article(1, "\n".join([*long[:3], *short[:9], *long[3:]]), 5)
    assert [row.code for row in decided(tmp_path, [rows])] == ["duplicate.contained", ""]


def test_a_text_of_few_words_is_no_stub(tmp_path: Path) -> None:
    story = Writer(1).story()
    rows = [article(0, " ".join("\n".join(story).split()[:29])), article(1, "\n".join(story))]
    assert [row.code for row in decided(tmp_path, [rows])] == ["", ""]
    config = Config.model_validate({"cluster": {"contained_words": 29}})
    assert [row.code for row in decided(tmp_path, [rows], config)] == ["duplicate.contained", ""]


def test_the_copies_of_a_stub_go_with_it(tmp_path: Path) -> None:
    story = Writer(1).story()
    lead = " ".join(" ".join(story).split()[:120])
    rows = [article(0, lead), article(1, f"{lead} Baca selengkapnya", 1), article(2, "\n".join(story), 2)]
    decisions = decided(tmp_path, [rows])
    assert [row.code for row in decisions] == ["duplicate.contained", "duplicate.contained", ""]
    assert [copy.id for copy in decisions[2].copies] == [rows[0].id, rows[1].id]


def test_headline_and_day_bring_together_what_is_less_alike(tmp_path: Path) -> None:
    story, writer = Writer(1).story(), Writer(9)
    told = "\n".join([writer.sentence() for _ in range(5)] + story[5:])
    config = Config.model_validate({"cluster": {"evidence": "headline"}})
    assert 0.6 < share("\n".join(story), told)[0] < 0.8

    def codes(title: str, hours: int | None, config: Config) -> list[str]:
        rows = [article(0, "\n".join(story), title="Harga cabai naik di Demak"), article(1, told, hours, title=title)]
        return [row.code for row in decided(tmp_path, [rows], config)]

    assert codes("Di Demak, Harga Cabai Naik Lagi", 5, config) == ["", "duplicate.near"]
    assert codes("Di Demak, Harga Cabai Naik Lagi", 5, Config()) == ["", ""]
    assert codes("Rupiah menguat", 5, config) == ["", ""]
    assert codes("Di Demak, Harga Cabai Naik Lagi", 50, config) == ["", ""]
    assert codes("Di Demak, Harga Cabai Naik Lagi", None, config) == ["", ""]


def test_short_texts_are_alike_by_their_characters_if_their_numbers_are(tmp_path: Path) -> None:
    words = [f"kata{chr(97 + number // 26)}{chr(97 + number % 26)}" for number in range(60)]
    config = Config.model_validate({"cluster": {"evidence": "characters"}})
    changed = [*words[:20], "katazz", *words[21:40], "katayy", *words[41:]]
    assert 0.6 < share(" ".join(words), " ".join(changed))[0] < 0.8
    rows = [article(0, " ".join(words)), article(1, " ".join(changed), 1)]
    assert [row.code for row in decided(tmp_path, [rows], config)] == ["", "duplicate.near"]
    assert [row.code for row in decided(tmp_path, [rows])] == ["", ""]
    rows[1] = article(1, " ".join([*changed[:40], "1234", *changed[41:]]), 1)
    assert [row.code for row in decided(tmp_path, [rows], config)] == ["", ""]
    long = [article(0, " ".join([*words, *words])), article(1, " ".join([*changed, *changed]))]
    assert [row.code for row in decided(tmp_path, [long], config)] == ["", ""]


def test_empty_texts_short_ones_and_a_huge_one(tmp_path: Path) -> None:
    story = "\n".join(Writer(1).story())
    huge = " ".join(f"kata{number}" for number in range(550_000))
    texts = ["", "", "kata", "Kata.", "lain", story, f"{huge} {story}", f"{huge} {story} lagi"]
    rows = [article(number, text, number) for number, text in enumerate(texts)]
    assert len(huge) > 5_000_000
    decisions = decided(tmp_path, [rows[:3], [], rows[3:]])
    near = "duplicate.near"
    assert [row.code for row in decisions] == ["", "duplicate.exact", "", near, "", "duplicate.contained", "", near]
    assert {decisions[5].cluster_id, decisions[7].cluster_id} == {rows[6].id}


def test_nothing_at_all(tmp_path: Path) -> None:
    assert decided(tmp_path, [[]]) == []


def test_many_identical_rows_are_one_text(tmp_path: Path) -> None:
    rows = [article(number, TEXTS[0], number % 7) for number in range(1, 3_000)]
    decisions: list[Decision] = decided(tmp_path, [rows[:1_000], rows[1_000:]])
    kept = [row for row in decisions if not row.code]
    assert (len(kept), len(kept[0].copies), kept[0].cluster_id) == (1, 2_998, rows[6].id)
    assert np.unique([row.cluster_id for row in decisions]).tolist() == [rows[6].id]
