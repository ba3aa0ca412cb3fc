from importlib.util import find_spec
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curation.text import language as module
from curation.text.language import LANGUAGES, MIN_LETTERS, OTHER, detect_language, line_languages

SENTENCES = {
    path.stem: path.read_text(encoding="utf-8").splitlines()
    for path in sorted((Path(__file__).parent / "languages").glob("*.txt"))
}

needs_cld2 = pytest.mark.skipif(find_spec("pycld2") is None, reason="pycld2 is not installed; langid stands in")


@needs_cld2
@pytest.mark.parametrize("language", [*LANGUAGES, OTHER])
def test_sentences_of_each_language(language: str) -> None:
    assert len(SENTENCES[language]) >= 60
    told = [detect_language(sentence)[0] for sentence in SENTENCES[language]]
    right = [code == language or (language == OTHER and code not in ("", *LANGUAGES)) for code in told]
    # As measured less two: the telling words of Indonesian are four of these, the detector's alone are 51.
    assert sum(right) >= {"id": 53, "ms": 55, "jv": 55, "su": 54, "en": 60, OTHER: 60}[language]


@needs_cld2
@pytest.mark.parametrize("language", [*LANGUAGES, OTHER])
def test_five_sentences_are_told_without_fail(language: str) -> None:
    lines = SENTENCES[language]
    for start in range(0, 60, 5):
        code, share = detect_language(" ".join(lines[start : start + 5]))
        assert (code if code in LANGUAGES else OTHER) == language
        assert 0 < share <= 1


def test_a_telling_word_decides_between_neighbours() -> None:
    same = "Penduduk kampung itu menunggu air hujan turun di sawah mereka {} musim kemarau."
    assert detect_language(same.format("karena"))[0] == "id"
    assert detect_language(same.format("kerana"))[0] == "ms"


def test_a_line_without_a_telling_word_is_in_the_language_of_the_text() -> None:
    line = "Sebanyak dua puluh keluarga berpindah ke dewan desa, ujar beliau."
    assert line_languages(line, "id") == ("id",)
    assert line_languages(line, "ms") == ("ms",)


@needs_cld2
def test_every_line_has_one_code() -> None:
    lines = (
        "Warga desa mulai memanen kopi karena hujan sudah berhenti.",
        "Ora perlu kesusu, sing penting asile apik lan regane dhuwur, ujare.",
        "Urang mah teu nyangka hargana bakal naék sakitu gedéna taun ieu.",
        "The farmers had not expected such a harvest, the buyer said.",
        "Catatan:",
        "",
        "警方仍在调查",
        "De boeren hadden niet op zo'n goede oogst gerekend dit jaar.",
    )
    assert line_languages("\n".join(lines), "id") == ("id", "jv", "su", "en", "id", "id", OTHER, OTHER)


def test_a_short_line_takes_the_language_of_the_text() -> None:
    line = "The farmers said no"
    assert sum(map(str.isalpha, line)) < MIN_LETTERS
    assert line_languages(line, "id") == ("id",)
    assert line_languages(line, "") == (OTHER,)


@given(st.text())
def test_any_text_has_a_language_or_none(text: str) -> None:
    code, share = detect_language(text)
    assert 0 <= share <= 1
    assert len(line_languages(text, code)) == text.count("\n") + 1


@pytest.mark.parametrize("text", ["", " ", "12.30", "\x00\x07", "\ud800"])
def test_nothing_is_seen_where_nothing_is(text: str) -> None:
    assert detect_language(text) == ("", 0.0)


def test_langid_stands_in_with_the_telling_words(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("py3langid", reason="py3langid is for Python 3.14, where pycld2 has no wheel")
    monkeypatch.setattr(module, "find_spec", lambda _: None)
    for language in LANGUAGES:
        lines = SENTENCES[language]
        assert {detect_language(" ".join(lines[start : start + 5]))[0] for start in range(0, 60, 5)} == {language}
    assert detect_language("12.30") == ("", 0.0)
