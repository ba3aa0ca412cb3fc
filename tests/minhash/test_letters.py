import unicodedata

from curation.minhash.kernel import CONTEXTUAL, SPACE
from curation.minhash.letters import LAST, letters
from curation.text.shingles import tokens

IDEOGRAPHS = range(0x20000, 0x2F800)
LETTERS = [chr(point) for point in (*range(0xD800), *range(0xE000, LAST)) if point not in IDEOGRAPHS]


def test_a_letter_that_is_read_by_itself_has_that_lower_case() -> None:
    table = letters()
    for letter in LETTERS:
        if table.careful[ord(letter)] != CONTEXTUAL:
            expected = ord("".join(tokens(letter)) or chr(SPACE))
            assert table.careful[ord(letter)] == table.lower[ord(letter)] == expected, hex(ord(letter))


def test_what_composes_with_the_letter_before_is_contextual() -> None:
    table = letters()
    for letter in LETTERS:
        parts = unicodedata.decomposition(letter).split()
        if len(parts) == 2 and not parts[0].startswith("<"):
            assert table.careful[int(parts[1], 16)] == CONTEXTUAL, hex(ord(letter))


def test_what_moves_or_changes_is_contextual() -> None:
    table = letters()
    for letter in LETTERS:
        moves = unicodedata.combining(letter) or not unicodedata.is_normalized("NFC", letter)
        assert not moves or table.careful[ord(letter)] == CONTEXTUAL, hex(ord(letter))


def test_beyond_the_last_nothing_belongs_to_a_word() -> None:
    beyond = [chr(point) for point in range(LAST + 1, 0x110000)]
    assert unicodedata.is_normalized("NFD", "".join(beyond))
    assert not tokens("".join(beyond))


def test_the_words_of_a_normal_form_are_read_as_they_are() -> None:
    """A contextual text is replaced by its normal form, so whatever stands in one must stay as it is."""
    table = letters()
    for letter in LETTERS:
        for small in "".join(tokens(letter)):
            assert table.lower[ord(small)] == ord(small), hex(ord(letter))
