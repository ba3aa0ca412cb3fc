import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curation.inserts.normal import headline_key, normal_text

MEAN = st.text(
    alphabet=st.one_of(
        st.sampled_from(" \t\n\r\u00a0\u200b\u00ad\ufeff\u2028e\u0301\u0300\x85\x0b\ud800"), st.characters()
    )
)


@given(MEAN)
def test_normal_form_is_reached_at_once(raw):
    text = normal_text(raw)
    assert normal_text(text) == text
    assert unicodedata.is_normalized("NFC", text)
    assert all(line == " ".join(line.split()) and line for line in text.split("\n") if text)


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("  Topik:\n\n  • Ratna \t Pelangi \r\n", "Topik:\n• Ratna Pelangi"),
        ("a\u00a0b\u200bc\u00add\ufeff", "a bcd"),
        ("e\u200b\u0301", "é"),
        ("satu\x85dua\u2028tiga\x00", "satu\ndua\ntiga"),
        ("\n \n", ""),
        ("padi 🌾 dan “kutipan” – utuh", "padi 🌾 dan “kutipan” – utuh"),
    ],
)
def test_normal_text(raw, text):
    assert normal_text(raw) == text


def test_headline_key_sees_words_only():
    assert (
        headline_key("“Panen Raya” – di Lembah-Hijau!")
        == headline_key("Panen raya: di lembah hijau")
        == ("panen raya di lembah hijau")
    )
    assert headline_key("Panen 12 Ton") != headline_key("Panen 13 Ton")
    assert headline_key("***") == ""
