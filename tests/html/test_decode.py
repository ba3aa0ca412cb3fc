import pytest
from hypothesis import given
from hypothesis import strategies as st

from curation.html.decode import decode

TEXT = "<p>“Harga naik 5 %” – kata penjual café</p>"


@pytest.mark.parametrize(
    "declared", ["", "text/html", "text/html; charset=iso-8859-1", "text/html; charset=gbk", "x/y; charset=?"]
)
def test_valid_utf8_wins_over_the_header(declared: str) -> None:
    assert decode(TEXT.encode("utf-8"), declared) == TEXT


@pytest.mark.parametrize("name", ["utf-8-sig", "utf-16", "utf-32"])
def test_byte_order_marks(name: str) -> None:
    assert decode(TEXT.encode(name), "text/html; charset=windows-1252") == TEXT


@pytest.mark.parametrize("name", ["utf-16-le", "utf-16-be"])
def test_utf16_without_a_mark(name: str) -> None:
    assert decode(TEXT.encode(name), "") == TEXT


def test_latin_1_is_windows_1252() -> None:
    payload = TEXT.encode("cp1252")
    assert decode(payload, "text/html; charset=ISO-8859-1") == TEXT
    assert decode(payload, "") == TEXT


def test_the_charset_of_the_page() -> None:
    text = '<meta charset="koi8-r"><p>Погода в деревне</p>'
    assert decode(text.encode("koi8-r"), "text/html") == text


def test_the_header_wins_over_the_page() -> None:
    text = '<meta charset="utf-8"><p>Погода в деревне сегодня</p>'
    assert decode(text.encode("cp1251"), "text/html; charset=windows-1251") == text


def test_strays_in_utf8_are_windows_1252() -> None:
    payload = "“satu” “dua” “tiga”".encode() + "– café".encode("cp1252")
    assert decode(payload, "text/html; charset=utf-8") == "“satu” “dua” “tiga”– café"


def test_utf8_with_one_stray_is_utf8_whatever_was_declared() -> None:
    payload = "“satu” “dua”".encode() + b" \x96 tiga"
    assert decode(payload, "text/html; charset=windows-1251") == "“satu” “dua” – tiga"


def test_text_that_was_encoded_twice() -> None:
    assert decode("<p>â€œKutipanâ€\x9d</p>".encode(), "") == "<p>“Kutipan”</p>"


def test_nul_bytes_go() -> None:
    assert decode(b"<p>satu\x00 dua</p>", "") == "<p>satu dua</p>"


@pytest.mark.parametrize(
    "name", ["utf-7", "unicode_escape", "punycode", "rot13", "hex", "idna", "undefined", "no-such"]
)
def test_a_codec_that_no_page_may_ask_for(name: str) -> None:
    assert decode(b"caf\xe9 \\u0041 +AEE-", f"text/html; charset={name}") == "café \\u0041 +AEE-"


@given(
    st.binary(max_size=200),
    st.sampled_from(["", "charset=utf-16", "charset=shift_jis", "charset=big5", "charset=utf-32"]),
)
def test_never_raises(payload: bytes, declared: str) -> None:
    assert "\x00" not in decode(payload, declared)
