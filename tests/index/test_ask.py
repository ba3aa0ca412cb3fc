import datetime as dt
from dataclasses import replace
from pathlib import Path

from curation.index import add, ask, open_to_ask, remove
from tests.index import tables
from tests.index.tables import DAY, Row, table
from tests.index.test_grow import stories

STORY = [f"kata{number}" for number in range(100)]
ROWS = [
    Row("awal", " ".join(STORY), 1),
    Row("salin", " ".join([*STORY, "tambah"]), 2, "warta"),
    Row("lain", " ".join(f"lain{number}" for number in range(100)), 0),
]


def test_it_names_the_copy_and_who_stands_for_it(tmp_path: Path) -> None:
    add([table(tmp_path / "t.jsonl", ROWS)], tmp_path / "index")
    asked = open_to_ask(tmp_path / "index")
    exact, near = next(ask(asked, [ROWS[1].text]))
    assert (exact.id, exact.kind, exact.jaccard, exact.containment) == ("salin", "exact", 1.0, 1.0)
    assert (exact.kept, exact.stands_for_it, exact.outlet) == (False, "awal", "warta")
    assert (exact.url, exact.published_at) == ("https://warta.example/salin", DAY + dt.timedelta(hours=2))
    assert (near.id, near.kind, near.kept, near.stands_for_it) == ("awal", "near", True, "awal")
    assert near.jaccard == 96 / 97
    assert near.containment == 1.0
    assert len(next(ask(asked, [ROWS[1].text], top=1))) == 1


def test_what_is_like_nothing_and_what_was_taken_out(tmp_path: Path) -> None:
    add([table(tmp_path / "t.jsonl", ROWS)], tmp_path / "index")
    assert next(ask(open_to_ask(tmp_path / "index"), ["sama sekali lain dari yang lain di sini"])) == []
    remove(["lain"], tmp_path / "index")
    assert list(ask(open_to_ask(tmp_path / "index"), [ROWS[2].text, ""])) == [[], []]


def test_every_row_of_an_index_finds_itself_whatever_the_runs(tmp_path: Path) -> None:
    rows = [replace(row, address="") for row in stories(9, 60)]
    for start in range(0, 60, 7):
        add([table(tmp_path / "t.jsonl", rows[start : start + 7])], tmp_path / "index", tables.settings())
    for row, matches in zip(rows, ask(open_to_ask(tmp_path / "index"), [row.text for row in rows]), strict=True):
        assert matches[0].kind == "exact", row
        assert [match.jaccard for match in matches] == sorted((match.jaccard for match in matches), reverse=True)


def test_an_index_without_rows_answers(tmp_path: Path) -> None:
    add([table(tmp_path / "t.jsonl", [Row("a", "")])], tmp_path / "index")
    assert next(ask(open_to_ask(tmp_path / "index"), ["satu dua tiga empat lima"])) == []
