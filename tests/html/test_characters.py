import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curation.html.characters import fold, undo_double_encoding
from curation.inserts.normal import normal_text


@pytest.mark.parametrize(
    ("raw", "line"),
    [
        ("  dua \n\t kata\u00a0saja ", "dua kata saja"),
        ("cafe\u0301", "café"),
        ("suku\u00adkata", "sukukata"),
        ("tanpa\u200bjeda", "tanpajeda"),
        ("\ufeffawal", "awal"),
        ("kata \x96 kata", "kata – kata"),
        ("\x93kutip\x94", "“kutip”"),
        ("nol\x00nol", "nolnol"),
        (" \u200b ", ""),
    ],
)
def test_fold(raw: str, line: str) -> None:
    assert fold(raw) == line


@given(st.text(alphabet=st.sampled_from("ab é\u0301\u00ad\u200b\u00a0\n\t\x00\x96\u2028😀“"), max_size=20))
def test_a_folded_line_is_in_normal_form(raw: str) -> None:
    line = fold(raw)
    assert fold(line) == line
    assert unicodedata.is_normalized("NFC", line)
    assert line in (normal_text(line), "")
    assert "\n" not in line and "  " not in line and line == line.strip()


@pytest.mark.parametrize("text", ["“Kutipan” — dengan café", "naïve façade", "emoji 😀", "Rp 1.000 … selesai"])
def test_double_encoding_is_undone(text: str) -> None:
    twice = "".join(
        bytes([byte]).decode("cp1252") if byte not in (0x81, 0x8D, 0x8F, 0x90, 0x9D) else chr(byte)
        for byte in text.encode("utf-8")
    )
    assert twice != text
    assert undo_double_encoding(twice) == text


@pytest.mark.parametrize("text", ["Spaß’", "Â bukan apa-apa", "âme", "São Paulo", "PÃO", "100 €", "Ã"])
def test_what_only_looks_so_stays(text: str) -> None:
    assert undo_double_encoding(text) == text
