import pytest

from curation.text.shingles import normal_form, shingles, tokens


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Gempa M 5,2 guncang Palu.", ["gempa", "m", "5", "2", "guncang", "palu"]),
        ("e\u0301lan \u00c9LAN", ["élan", "élan"]),
        ("ΟΔΟΣ ΟΔΟΣ.", ["οδος", "οδος"]),
        ("\u0130stanbul", ["i", "stanbul"]),
        ("Rp\u00a015.000,-\n\tper_liter", ["rp", "15", "000", "per_liter"]),
        ("\ufeff– … —", []),
    ],
)
def test_tokens_are_composed_lower_case_words(text: str, expected: list[str]) -> None:
    assert tokens(text) == expected


def test_texts_that_differ_in_case_space_and_punctuation_only_have_one_normal_form() -> None:
    assert normal_form("JAKARTA, (Kabar) -- Hujan!") == normal_form("Jakarta\nkabar: hujan") == "jakarta kabar hujan"


def test_digits_tell_texts_apart() -> None:
    assert shingles("Kurs rupiah pagi ini 15.310") != shingles("Kurs rupiah pagi ini 15.480")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a b c d e f", {"a b c d e", "b c d e f"}),
        ("a b c d e", {"a b c d e"}),
        ("a, b c D!", {"a b c d"}),
        ("Satu", {"satu"}),
        ("…", set()),
        ("", set()),
    ],
)
def test_a_text_of_too_few_words_is_one_shingle(text: str, expected: set[str]) -> None:
    assert shingles(text) == expected
