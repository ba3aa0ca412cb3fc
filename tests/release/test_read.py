import datetime as dt
import os
import time
from pathlib import Path

import pytest

from crawler.outlets import BadInput
from curation.records import Document
from curation.release.read import ask, batches, release_folder, table_files
from curation.schema import arrow_schema
from tests.releases import document, write_release

SCHEMA = arrow_schema(Document)


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, ...]:
    times = [dt.datetime(2026, 10, day, 23, 30, tzinfo=dt.UTC) for day in (1, 2)]
    rows = [document(number, published_at=time, outlet=f"o{number}") for number, time in enumerate(times)]
    return table_files(write_release(tmp_path, "2026-10-02-aaaaaaaa", rows), "documents")


def test_a_release_is_found_by_version_or_as_the_latest(tmp_path: Path) -> None:
    folder = write_release(tmp_path, "2026-10-02-aaaaaaaa", [document(1)])
    assert release_folder(tmp_path, "latest").resolve() == release_folder(tmp_path, folder.name).resolve()
    with pytest.raises(BadInput, match="name one of 2026-10-02-aaaaaaaa"):
        release_folder(tmp_path, "2020-01-01-00000000")
    with pytest.raises(BadInput, match="saring build"):
        release_folder(tmp_path / "nowhere", "latest")


def test_a_day_in_a_question_is_a_day_in_utc(files: tuple[Path, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(os.environ, "TZ", "Asia/Jakarta")
    time.tzset()
    try:
        answer = ask(files, SCHEMA, "SELECT outlet FROM rows WHERE published_at < '2026-10-02'").fetchall()
    finally:
        monkeypatch.undo()
        time.tzset()
    assert answer == [("o0",)]


def test_batches_keep_the_order_of_the_files(files: tuple[Path, ...]) -> None:
    found = batches(files, SCHEMA, "SELECT outlet FROM rows")
    assert [row for batch in found for row in batch["outlet"].to_pylist()] == ["o0", "o1"]


@pytest.mark.parametrize(
    "sql",
    ["SELECT nonsense FROM rows", "SELEC", "SELECT * FROM read_csv('/etc/passwd')", "SELECT * FROM 'x.parquet'"],
)
def test_a_question_that_cannot_be_answered_is_bad_input(files: tuple[Path, ...], sql: str) -> None:
    with pytest.raises(BadInput, match="DuckDB cannot answer this"):
        ask(files, SCHEMA, sql)
