from collections import Counter
from dataclasses import asdict, fields

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from crawler.newsstand.stories import expected
from curation.config import PROFILES, Config, Quality, Thresholds
from curation.reasons import REASONS
from curation.records import Quality as Measures
from curation.text.quality import SCREENS, measure_text, screen
from curation.text.shingles import tokens

STANDARD, STRICT = Quality().thresholds, Quality(profile="strict").thresholds
STORY = "\n".join(
    (
        "Warga Desa Sukamaju di lereng utara mulai memanen kopi sejak pekan lalu, dua minggu lebih cepat.",
        "Panen itu datang lebih awal karena hujan berhenti pada bulan Mei, kata ketua kelompok tani.",
        "“Kami belum sempat menyiapkan tempat menjemur,” ujarnya, “dan harga sedang naik.”",
    )
)


def test_each_share_counts_what_it_says() -> None:
    text = "Satu dua (tiga 4,5).\n\n- Dua TIGA GOR\nSatu dua (tiga 4,5).\n1) #ayo … 70"
    measured = measure_text(text, "id", cut_characters=len(text))
    assert measured.mean_word_length == pytest.approx(42 / 16)
    assert measured.alphabetic_share == pytest.approx(10 / 14)
    assert measured.symbol_share == pytest.approx(2 / 16)
    assert measured.line_punctuation_share == 2 / 4
    assert measured.new_line_share == 3 / 16
    assert measured.duplicate_line_share == 1 / 4
    assert measured.duplicate_line_character_share == pytest.approx(20 / 66)
    assert measured.list_share == 2 / 4
    assert measured.capitals_share == pytest.approx(2 / 14)
    assert measured.insert_share == 0.5


def test_stop_words_are_those_of_the_language() -> None:
    text = "Di desa ini, warga dan petani: dan the farmers of the hills."
    assert (measure_text(text, "id").stop_words, measure_text(text, "id").stop_word_share) == (3, 4 / 12)
    assert measure_text(text, "en").stop_words == 2
    assert measure_text(text, "ko").stop_words == 0


def test_repetition_counts_each_word_once() -> None:
    line = "satu dua tiga empat lima "
    once, twice, thrice = (measure_text(line * times, "id") for times in (1, 2, 3))
    assert (once.top_2_gram_share, once.duplicate_5_gram_share) == (0.0, 0.0)
    assert twice.duplicate_5_gram_share == 0.5
    assert twice.duplicate_10_gram_share == 0.0
    assert thrice.duplicate_5_gram_share == pytest.approx(2 / 3)
    # Overlapping runs: the second run of ten opens at the sixth word.
    assert thrice.duplicate_10_gram_share == pytest.approx(2 / 3)
    assert measure_text("ha " * 40, "id").top_2_gram_share == 1.0


def test_the_most_frequent_run_goes_before_the_longest() -> None:
    text = "di a, di a, di a. kementerian pertanian, kementerian pertanian."
    characters = len("diadiadia") + 2 * len("kementerianpertanian")
    assert measure_text(text, "id").top_2_gram_share == pytest.approx(9 / characters)


words = st.lists(st.sampled_from(("di", "desa", "Kami", "panen", "12", "3,5", "TNI", "…")), max_size=40)
texts = st.lists(words.map(" ".join), max_size=6).map("\n".join)


@given(texts)
def test_runs_are_counted_as_by_hand(text: str) -> None:
    found = tokens(text)
    characters = len("".join(found))
    measured = measure_text(text, "id")
    for length in (2, 3, 4):
        counts = Counter(tuple(found[i : i + length]) for i in range(len(found) - length + 1))
        often = max(counts.values(), default=0)
        most = max((len("".join(run)) for run, n in counts.items() if n == often), default=0) * often
        by_hand = min(1.0, most / characters) if often > 1 else 0.0
        assert getattr(measured, f"top_{length}_gram_share") == pytest.approx(by_hand)
    for length in (5, 10):
        covered: set[int] = set()
        seen: set[tuple[str, ...]] = set()
        for i in range(len(found) - length + 1):
            run = tuple(found[i : i + length])
            covered |= set(range(i, i + length)) if run in seen else set()
            seen.add(run)
        by_hand = sum(len(found[i]) for i in covered) / characters if characters else 0.0
        assert getattr(measured, f"duplicate_{length}_gram_share") == pytest.approx(by_hand)


@given(st.text(), st.integers(0, 1000))
def test_shares_are_shares(text: str, cut: int) -> None:
    measured = asdict(measure_text(text, "id", cut))
    for name in set(measured) - {"mean_word_length", "stop_words", "symbol_share", "new_line_share"}:
        assert 0 <= measured[name] <= 1, name


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("di ke ya dan " * 10, "quality.mean-word-length"),
        ("Jadwal pertandingan sepak bola babak penyisihan grup hari Minggu. " * 4, "quality.stop-words"),
        (STORY + " #kopi" * 9, "quality.symbols"),
        (STORY + " 12" * 40, "quality.alphabetic"),
        (STORY.replace(".", "").replace("”", ""), "quality.line-punctuation"),
        ("Kopi dan teh.\nPasar yang ramai!\n" * 5, "quality.new-lines"),
        ("\n".join((*[STORY.split("\n")[0]] * 3, STORY)), "quality.repeated-lines"),
        (STORY + " " + "Panen kopi raya. " * 8, "quality.repeated-words"),
        ("\n".join(f"{n}. {STORY}" for n in range(1, 2)).replace("\n", "\n- "), "quality.lists"),
    ],
)
def test_each_screen_stops_what_it_is_for(text: str, code: str) -> None:
    found = screen(measure_text(text, "id"), "id", STANDARD)
    assert found is not None
    assert found[0] == code
    assert any(figure.isdigit() for figure in found[1])


@pytest.mark.parametrize(
    ("text", "cut", "code"), [(STORY.upper(), 0, "quality.capitals"), (STORY, 2000, "quality.inserts")]
)
def test_strict_screens_what_standard_lets_through(text: str, cut: int, code: str) -> None:
    measured = measure_text(text, "id", cut)
    assert screen(measured, "id", STANDARD) is None
    assert (screen(measured, "id", STRICT) or ("", ""))[0] == code
    assert screen(measured, "id", Quality(profile="all").thresholds) is None


def test_no_story_of_the_newsstand_is_stopped() -> None:
    stories = [story for story in expected() if story.kind == "story"]
    assert stories
    for story in stories:
        assert screen(measure_text(story.text, "id"), "id", STRICT) is None, story.url


def test_a_language_without_stop_words_is_not_held_to_them() -> None:
    measured = measure_text("Pembukaan kongres paguyuban sastrawan daerah ditunda sampai pekan depan.", "min")
    assert measured.stop_words == 0
    assert screen(measured, "min", STANDARD) is None
    assert screen(measured, "id", STANDARD) == ("quality.stop-words", "stop_words 0, least 2")


def test_every_threshold_is_of_a_measure_with_a_code_and_every_measure_but_one_is_screened() -> None:
    measures = {name for name, _ in SCREENS}
    assert {name.split("_", 1)[1] for name in Thresholds.model_fields} == measures
    assert measures == {field.name for field in fields(Measures)} - {"stop_word_share"}
    assert {code for _, code in SCREENS} == {code for code in REASONS if code.startswith("quality.")}
    assert all(set(profile) <= set(Thresholds.model_fields) for profile in PROFILES.values())


def test_strict_is_nowhere_wider_than_standard() -> None:
    for name, value in PROFILES["standard"].items():
        strict = PROFILES["strict"][name]
        assert strict >= value if name.startswith("least") else strict <= value


def test_a_threshold_is_laid_over_the_profile_and_the_whole_reads_back() -> None:
    config = Config.model_validate({"quality": {"profile": "strict", "thresholds": {"most_list_share": 1}}})
    assert config.quality.thresholds.most_list_share == 1
    assert config.quality.thresholds.most_capitals_share == PROFILES["strict"]["most_capitals_share"]
    assert Config.model_validate_json(config.model_dump_json()) == config
    alone = Quality.model_validate({"profile": "all", "thresholds": {"least_stop_words": 3}})
    assert alone.thresholds == Thresholds(least_stop_words=3)


@pytest.mark.parametrize(
    "wrong", [{"profile": ["strict"]}, {"profile": "lax"}, {"thresholds": {"most_share": 1}}, {"thresholds": 3}]
)
def test_a_wrong_key_is_named(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Quality.model_validate(wrong)
