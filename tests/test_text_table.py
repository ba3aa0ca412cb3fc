import datetime as dt
import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from crawler.outlets import Outlets, Profile
from curation.records import Article, Reject
from curation.text_table import TextRow, admit, read_text_rows

KABAR = Profile.model_validate(
    {"id": "kabar", "name": "Kabar", "home": "http://kabar.example/", "hosts": ["*.kabar.example"], "zone": "WITA",
     "served_by": "newsstand"}
)  # fmt: skip
OUTLETS = Outlets({"kabar": KABAR}, ())
WITA = dt.timezone(dt.timedelta(hours=8))


def admitted(**values: Any) -> Article | Reject:
    return admit(TextRow(7, values), "t.jsonl", OUTLETS)


def test_what_the_table_knows_is_taken() -> None:
    article = admitted(
        text="Satu.\n\n Dua.  ", url="http://www.kabar.example/x?utm_source=y", title=" Judul ", authors=["Ratna"],
        tags="pasar", published_at="2026-10-03 08:15", note="not ours", source="Warta", first_outlet="warta.example",
    )  # fmt: skip
    assert isinstance(article, Article)
    assert (article.text, article.title, article.outlet) == ("Satu.\nDua.", "Judul", "kabar")
    assert (article.authors, article.tags, article.extractor) == (("Ratna",), ("pasar",), "given")
    assert article.canonical_url == "http://www.kabar.example/x"
    assert (article.source, article.first_outlet) == ("Warta", "warta.example")
    assert article.published_at == dt.datetime(2026, 10, 3, 8, 15, tzinfo=WITA)


def test_only_text_is_needed() -> None:
    article = admitted(text="Satu.")
    assert isinstance(article, Article)
    assert (article.url, article.outlet, article.published_at) == ("", "unknown", None)


def test_the_id_comes_of_address_and_text_alone() -> None:
    one, other = (admit(TextRow(n, {"text": "Satu."}), name, OUTLETS) for n, name in ((1, "a"), (2, "b")))
    third = admitted(text="Dua.")
    assert one.id == other.id != third.id


@pytest.mark.parametrize("text", ["", "  \n\t ", None, 5, "\u200b\x00"])
def test_a_row_without_text_is_a_reject(text: object) -> None:
    row = admitted(text=text, url="http://www.kabar.example/x")
    assert isinstance(row, Reject)
    assert (row.code, row.detail, row.outlet) == ("text.empty", "row 7 of t.jsonl", "kabar")


def test_lines_that_are_no_rows_are_rejects_and_the_rest_is_read(tmp_path: Path) -> None:
    path = tmp_path / "t.jsonl"
    path.write_bytes(b'{"text": "a"}\n\n{torn\n[1]\n{"text": "caf\xff"}\n')
    rows = [admit(row, "t.jsonl", OUTLETS) for row in read_text_rows(path)]
    assert [getattr(row, "code", "") for row in rows] == ["", "text.bad-row", "text.bad-row", ""]


def test_parquet_and_json_lines_say_the_same(tmp_path: Path) -> None:
    rows = [{"text": f"Kalimat {n}.", "published_at": "2026-10-03T01:00:00+00:00"} for n in range(3)]
    pq.write_table(pa.Table.from_pylist(rows), tmp_path / "t.parquet")
    (tmp_path / "t.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    one, other = (
        [admit(row, "t", OUTLETS) for row in read_text_rows(tmp_path / name)] for name in ("t.parquet", "t.jsonl")
    )
    assert one == other
    assert len(one) == 3


def test_times_of_parquet_keep_their_zone_or_get_the_outlets(tmp_path: Path) -> None:
    naive, aware = dt.datetime(2026, 10, 3, 8), dt.datetime(2026, 10, 3, 8, tzinfo=dt.UTC)
    one, other = (admitted(text="x", url="http://kabar.example/", published_at=time) for time in (naive, aware))
    assert one.published_at == naive.replace(tzinfo=WITA)  # type: ignore[union-attr]
    assert other.published_at == aware  # type: ignore[union-attr]
