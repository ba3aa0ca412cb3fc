import datetime as dt
from collections import Counter
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from curation.records import Article, Copy, Decision, Document, Reject
from curation.schema import records_of, table_of
from curation.stages import publish

WIB = dt.timezone(dt.timedelta(hours=7))


def article(number: int, outlet: str = "kabar", published: dt.datetime | None = None) -> Article:
    return Article(
        id=f"{number:016d}", url=f"http://a.example/{number}", canonical_url=f"http://a.example/{number}",
        outlet=outlet, title=f"Judul {number}", text="Isi.", summary="",
        authors=("Ratna",), editor="", credit="", source="",
        first_outlet="", rights_notice="",
        section="", tags=(), dateline="", published_at=published, modified_at=None, fetched_at=None, language="id",
        language_score=1.0, n_words=1, cuts=(), capture=None, layout="", extractor="layout",
    )  # fmt: skip


ARTICLES = [
    article(3, published=dt.datetime(2026, 11, 1, 5, tzinfo=WIB)),
    article(1, published=dt.datetime(2026, 10, 9, tzinfo=WIB)),
    article(2, outlet="warta/lintas"),
    article(4, published=dt.datetime(2026, 10, 2, tzinfo=WIB)),
]
COPY = Copy("b" * 16, "http://b.example/", "b", None, 0.9, "near")
DECISIONS = [
    Decision("", ARTICLES[0].id, None, (COPY,)),
    Decision("duplicate.near", ARTICLES[0].id, 0.9, ()),
    Decision("", ARTICLES[2].id, None, ()),
    Decision("", ARTICLES[3].id, None, ()),
]


def tables() -> tuple[pa.Table, pa.Table]:
    return table_of(Article, ARTICLES), table_of(Decision, DECISIONS)


def test_each_article_becomes_one_document_or_one_reject() -> None:
    documents = records_of(Document, publish.documents_of(*tables()))
    rejects = records_of(Reject, publish.rejects_of(*tables()))
    assert [document.title for document in documents] == ["Judul 3", "Judul 2", "Judul 4"]
    assert (documents[0].cluster_size, documents[0].copies, documents[1].cluster_size) == (2, (COPY,), 1)
    assert [(row.id, row.stage, row.code, row.dup_of, row.jaccard) for row in rejects] == [
        (ARTICLES[1].id, "cluster", "duplicate.near", ARTICLES[0].id, 0.9)
    ]


def test_folders_are_outlet_and_month_in_utc(tmp_path: Path) -> None:
    documents = publish.documents_of(*tables())
    publish.write_folders(tmp_path, documents, publish.DOCUMENTS)
    paths = sorted(path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*.parquet"))
    # 5 o'clock on the first of November in Jakarta is still October in UTC.
    assert paths == ["outlet=kabar/month=2026-10/part-0.parquet", "outlet=warta%2Flintas/month=undated/part-0.parquet"]
    assert [row["title"] for row in pq.ParquetFile(tmp_path / paths[0]).read().to_pylist()] == ["Judul 4", "Judul 3"]


def test_a_folder_with_many_rows_has_several_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(publish, "ROWS_PER_FILE", 2)
    rows = table_of(Document, records_of(Document, publish.documents_of(*tables())) * 2).slice(0, 5)
    publish.write_folders(tmp_path, rows, publish.DOCUMENTS)
    parts = sorted(path.name for path in (tmp_path / "outlet=kabar/month=2026-10").iterdir())
    assert parts == ["part-0.parquet", "part-1.parquet"]


@given(st.dictionaries(st.text("abc", min_size=1, max_size=3), st.integers(1, 50), min_size=1), st.integers(1, 6))
def test_folders_are_shared_out_in_order_and_about_evenly(folders: dict[str, int], tasks: int) -> None:
    shares = publish.share_out(Counter(folders), tasks)
    assert set(shares) == set(folders)
    assert [shares[folder] for folder in sorted(folders)] == sorted(shares.values())
    assert set(shares.values()) <= set(range(tasks))
    fair = sum(folders.values()) / tasks
    for task in range(tasks):
        assert sum(rows for folder, rows in folders.items() if shares[folder] == task) <= fair + max(folders.values())


@pytest.mark.parametrize("tasks", [1, 2, 3])
def test_shares_together_are_everything(tmp_path: Path, tasks: int) -> None:
    shard = tmp_path / "shard.parquet"
    pq.write_table(tables()[0], shard)
    part = publish.Part(shard, lambda: publish.documents_of(*tables()))
    for number in range(tasks):
        publish.write_share(tmp_path / str(number), publish.DOCUMENTS, [part], number, tasks)
    files = sorted(path for path in tmp_path.glob("*/documents/**/*.parquet"))
    titles = [row["title"] for path in files for row in pq.ParquetFile(path).read().to_pylist()]
    assert sorted(titles) == ["Judul 2", "Judul 3", "Judul 4"]
