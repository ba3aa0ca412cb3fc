from collections import Counter
from itertools import pairwise
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.newsstand.stories import expected
from curation.config import Personal
from curation.text.personal import KINDS, find_personal, mask_personal
from tests.text.marked import Sentence, sentences

POSITIVES = [sentence for name in ("positives", "held_out_positives") for sentence in sentences(name)]
NEGATIVES = [sentence for name in ("negatives", "held_out_negatives") for sentence in sentences(name)]


def found(text: str) -> tuple[tuple[str, str], ...]:
    return tuple((span.kind, text[span.start : span.end]) for span in find_personal(text))


@pytest.mark.parametrize("sentence", POSITIVES, ids=lambda sentence: sentence.text[:40])
def test_what_reaches_a_person_is_found(sentence: Sentence) -> None:
    assert sentence.marked
    assert found(sentence.text) == sentence.marked


@pytest.mark.parametrize("sentence", NEGATIVES, ids=lambda sentence: sentence.text[:40])
def test_other_numbers_stay(sentence: Sentence) -> None:
    assert found(sentence.text) == ()


def test_there_are_enough_of_both() -> None:
    assert len(NEGATIVES) >= 150
    assert sum(len(sentence.marked) for sentence in POSITIVES) >= 120
    assert {kind for sentence in POSITIVES for kind, _ in sentence.marked} == set(KINDS)


def test_stories_of_the_newsstand_hold_the_contact_data_that_they_mark_and_no_other() -> None:
    kinds: Counter[str] = Counter()
    for story in expected():
        masked, counts = mask_personal(f"{story.title}\n{story.summary}\n{story.text}")
        assert masked == f"{story.title}\n{story.summary}\n{story.masked}", story.url
        kinds += counts
    assert kinds == {"email": 1, "phone": 1, "address": 1}


def test_kinds_of_the_configuration_are_those_that_are_known() -> None:
    assert get_args(get_args(Personal.model_fields["mask"].annotation)[0]) == tuple(KINDS)
    assert Personal().mask == tuple(KINDS)


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_that_is_switched_off_stays_and_is_not_taken_for_another(kind: str) -> None:
    others = set(KINDS) - {kind}
    for sentence in POSITIVES:
        text, counts = mask_personal(sentence.text, others)
        assert counts[kind] == 0
        assert all(written in text for other, written in sentence.marked if other == kind)


def test_masks_say_what_stood_there() -> None:
    text = "Kirim ke rekening BCA 1234567890 a.n. Siti, lalu kabari siti@contoh.example atau 0812-0000-1234."
    masked, counts = mask_personal(text)
    assert masked == "Kirim ke rekening BCA <ACCOUNT> a.n. Siti, lalu kabari <EMAIL> atau <PHONE>."
    assert counts == {"account": 1, "email": 1, "phone": 1}


def test_nothing_is_sought_across_a_line_break() -> None:
    assert found("Telepon 0812-0000\n1234 orang hadir") == ()
    assert found("Ia tinggal di\nJalan Melati No. 5") == ()
    assert found("Rekening BCA\n1234567890 suara sah") == ()
    assert found("Ia tinggal di Jalan Melati No\n5 orang hadir") == ()


def test_a_number_is_of_one_kind() -> None:
    assert found("Kirim ke rekening BCA 081200001234.") == (("account", "081200001234"),)
    assert found("NPWP 3201014508900002") == (("npwp", "3201014508900002"),)


def test_a_second_look_sees_what_a_mask_uncovers() -> None:
    text = "Kirim ke x@resi.example 0812-0000-1234."
    assert found(text) == (("email", "x@resi.example"),)
    assert mask_personal(text)[0] == "Kirim ke <EMAIL> <PHONE>."


@pytest.mark.parametrize(
    ("nik", "valid"),
    [
        ("3201013112900002", True),
        ("3201017112900002", True),
        ("3201013212900002", False),
        ("3201018112900002", False),
        ("3201013113900002", False),
        ("3201013002900002", False),
        ("9801013112900002", False),
        ("9501013112900002", True),
    ],
)
def test_a_nik_has_a_province_and_a_day_of_birth(nik: str, valid: bool) -> None:
    assert bool(found(f"NIK {nik}")) == valid


@pytest.mark.parametrize("card", ["4111111111111112", "9811111111111111", "411111111111111", "4444444444444444"])
def test_a_card_has_an_issuer_a_length_and_a_check_digit(card: str) -> None:
    assert found(f"Kartu kredit {card}") == ()


WRITTEN = [written for sentence in POSITIVES for _, written in sentence.marked]
GLUE = [
    "rekening BCA ", "telp ", "resi ", "nomor ", "NIK ", "NPWP ", "kartu ", "a.n. Siti", ". ", ", ", "\n", "/",
    "x@resi.id ", "tinggal di ", "Jalan Melati ", "No. 5 ", "No\n5", "RT 01", "@", "<EMAIL>", "0", "12 ", "IP ",
    "versi ", " dan ",
]  # fmt: skip
PIECES = st.sampled_from(WRITTEN) | st.sampled_from(GLUE) | st.sampled_from([one.text for one in POSITIVES + NEGATIVES])
TEXTS = st.lists(PIECES, max_size=8).map("".join)


@given(TEXTS)
def test_a_masked_text_is_left_alone(text: str) -> None:
    masked, _ = mask_personal(text)
    assert find_personal(masked) == []
    assert mask_personal(masked) == (masked, {})


@given(TEXTS | st.text())
def test_spans_are_sorted_do_not_overlap_and_lie_in_a_line(text: str) -> None:
    spans = find_personal(text)
    assert all(one.end <= other.start for one, other in pairwise(spans))
    assert all(span.start < span.end and "\n" not in text[span.start : span.end] for span in spans)
