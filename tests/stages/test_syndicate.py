import datetime as dt
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from curation.config import Config
from curation.records import Appearance, Decision
from curation.schema import arrow_schema, records_of, table_of
from curation.stages import publish
from curation.stages.syndicate import appearances
from tests.stages.stories import DAY, article, write_shards

NEAR = ("duplicate.near", 0.9, 0.95)


def told(tmp_path: Path) -> list[Appearance]:
    rows = [
        article(0, "Alinea satu.\nDua.", 5, title="Harga Naik!", dateline="Demak", outlet="kabar"),
        article(1, "Lain.", 0),
        article(2, "Alinea, satu\nTiga kata di sini.", 7, title="harga naik", dateline="DEMAK", outlet="warta"),
        article(3, "Alinea dua.\nDua.", None, title="Harga Turun", dateline="Kudus", outlet="gaung"),
        article(4, "Alinea satu.\nDua.", 3, outlet="kabar"),
        article(5, "Lain.", -1, title="Judul 1"),
    ]
    first, other = rows[0].id, rows[1].id
    decisions = [
        Decision("", first, None, ()),
        Decision("", other, None, ()),
        Decision(NEAR[0], first, NEAR[1], (), containment=NEAR[2]),
        Decision("duplicate.contained", first, 0.2, (), containment=0.97),
        Decision("duplicate.address", first, None, ()),
        Decision("duplicate.exact", other, 1.0, (), containment=1.0),
    ]
    _, clean = write_shards(tmp_path, [rows[:2], [], rows[2:]], Config())
    pq.write_table(table_of(Decision, decisions), tmp_path / "decisions.parquet", row_group_size=2)
    table = appearances(tmp_path / "decisions.parquet", clean)
    assert table.schema == arrow_schema(Appearance)
    return records_of(Appearance, table)


def test_every_copy_stands_beside_its_document_and_captures_do_not(tmp_path: Path) -> None:
    early, near, contained = told(tmp_path)
    assert near == Appearance(
        cluster_id=f"{0:016x}", first_outlet="kabar", first_url="http://a0.example/",
        first_published_at=DAY + dt.timedelta(hours=5), id=f"{2:016x}", outlet="warta", url="http://a2.example/",
        published_at=DAY + dt.timedelta(hours=7), seconds_after=7200, kind="near", jaccard=0.9, containment=0.95,
        same_title=True, same_dateline=True, same_lead=True, first_n_words=3, n_words=6,
    )  # fmt: skip
    assert (contained.kind, contained.seconds_after, contained.jaccard, contained.containment) == (
        "contained", None, 0.2, 0.97,
    )  # fmt: skip
    assert (contained.same_title, contained.same_dateline, contained.same_lead) == (False, False, False)
    assert (early.kind, early.first_outlet, early.seconds_after, early.same_title) == (
        "exact",
        "a1.example",
        -3600,
        True,
    )


@pytest.mark.parametrize("rows", [0, 1])
def test_without_copies_or_rows_there_is_an_empty_table(rows: int, tmp_path: Path) -> None:
    _, clean = write_shards(tmp_path, [[article(0, "Satu.")][:rows]], Config())
    pq.write_table(table_of(Decision, [Decision("", f"{0:016x}", None, ())][:rows]), tmp_path / "decisions.parquet")
    table = appearances(tmp_path / "decisions.parquet", clean)
    assert (table.schema, len(table)) == (arrow_schema(Appearance), 0)


def test_the_table_of_the_release_is_one_sorted_file(tmp_path: Path) -> None:
    rows = told(tmp_path)
    publish.write_folders(tmp_path / "syndication", table_of(Appearance, rows[::-1]), publish.SYNDICATION)
    (path,) = (tmp_path / "syndication").rglob("*.parquet")
    assert path == tmp_path / "syndication" / "part-0.parquet"
    assert records_of(Appearance, pq.ParquetFile(path).read()) == rows
