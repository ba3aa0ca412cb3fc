import io
from pathlib import Path

import pytest
from rich.console import Console

from curation.records import Cut
from curation.show.terminal import print_show
from curation.show.trace import show
from tests.releases import document, write_release

ROW = document(
    0xABCDEF01, title="Judul \x1b]0;ganti\x07 [red]merah[/red]", text="Kalimat \u202eterbalik.\nKalimat kedua.",
    cuts=(Cut("RL01", 10, "(Baca juga: [b]dua[/b]) "), Cut("ZZ99", 60, "\nTanpa nama")),
)  # fmt: skip


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    write_release(tmp_path, "2026-10-03-0123abcd", [ROW])
    return tmp_path


def printed(corpus: Path, **console: object) -> str:
    out = io.StringIO()
    print_show(Console(file=out, width=100, **console), show(corpus, "abcdef"))  # type: ignore[arg-type]
    return out.getvalue()


def test_cuts_are_bracketed_where_there_is_no_colour(corpus: Path) -> None:
    lines = printed(corpus).splitlines()
    (insert,) = (line for line in lines if "Baca juga" in line)
    assert insert.startswith("RL01 related.read-also")
    assert "[-(Baca juga: [b]dua[/b]) -]" in insert
    assert any(line.startswith("ZZ99 ") and "[-Tanpa nama-]" in line for line in lines)
    assert any("Kalimat kedua." in line and "[-" not in line for line in lines)


def test_cuts_are_struck_through_in_red_where_there_is(corpus: Path) -> None:
    out = printed(corpus, force_terminal=True, color_system="standard")
    assert "\x1b[9;31m(Baca juga: [b]dua[/b]) " in out
    assert "[-" not in out


def test_a_page_can_neither_steer_the_terminal_nor_write_markup(corpus: Path) -> None:
    out = printed(corpus)
    assert not {"\x1b", "\x07", "\u202e"} & set(out)
    assert "Judul \\u001b]0;ganti\\u0007 [red]merah[/red]" in out
