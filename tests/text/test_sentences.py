import pytest
from hypothesis import given
from hypothesis import strategies as st

from curation.text.sentences import sentences


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Hujan turun. Sungai meluap.", ["Hujan turun.", "Sungai meluap."]),
        ("Rapat dipimpin Dr. Sari di Jl. Melati No. 5 Kab. Lumbung.", None),
        ("Harga Rp 1.250 per kg. Naik 2,5 persen.", ["Harga Rp 1.250 per kg.", "Naik 2,5 persen."]),
        ("“Kapan jadi?” tanya warga. “Besok!” Ia pergi.", ["“Kapan jadi?” tanya warga.", "“Besok!”", "Ia pergi."]),
        ("Surat itu diteken B. Wiryo dan A. Lestari.", None),
        ("1. Siapkan air. 2. Rebus.", ["1. Siapkan air.", "2. Rebus."]),
        ("Ia lahir pada 1998. Kini ia petani.", ["Ia lahir pada 1998.", "Kini ia petani."]),
        ("Lihat lapak.example. Di sana ada denah.", ["Lihat lapak.example.", "Di sana ada denah."]),
        ("Mereka pulang... lalu tidur.", None),
        ("Baris satu\nBaris dua.", ["Baris satu", "Baris dua."]),
        ("", []),
    ],
)  # fmt: skip
def test_sentences_end_where_a_reader_ends_them(text: str, parts: list[str] | None) -> None:
    assert list(sentences(text)) == ([text] if parts is None else parts)


@given(st.text('aB.?! \n"“”1', max_size=60))
def test_nothing_but_white_space_is_lost(text: str) -> None:
    assert "".join("".join(sentences(text)).split()) == "".join(text.split())
