"""The whole line on the embedded newsstand: crawled once, built, and held against the stories it printed."""

import filecmp
import json
import shutil
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pyarrow.dataset as ds
import pytest
from fastwarc.warc import ArchiveIterator, WarcRecordType

from crawler.newsstand.stories import Expected, expected
from curation.config import Config
from curation.pipeline import Order, build
from curation.records import Document, Reject
from curation.release.assemble import Release
from curation.runners import local
from curation.schema import records_of

GOLD = {gold.url: gold for gold in expected()}
STORIES = [gold for gold in GOLD.values() if gold.kind == "story"]


@contextmanager
def unwatched(stage: str, todo: int, done: int) -> Iterator[object]:
    yield lambda: None


def build_release(
    out: Path, *, warcs: tuple[Path, ...] = (), texts: tuple[Path, ...] = (), workers: int = 2
) -> Release:
    return build(Order(warcs, texts, out, Config(), workers), local.run, unwatched)


def documents_of(release: Release) -> list[Document]:
    return records_of(Document, ds.dataset(release.folder / "documents").to_table())


def rejects_of(release: Release) -> list[Reject]:
    return records_of(Reject, ds.dataset(release.folder / "rejects").to_table())


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("corpus")
    crawl = [sys.executable, "-m", "crawler", "crawl", "--into", str(out), "--workers", "5"]
    subprocess.run(crawl, check=True, capture_output=True, timeout=300)
    return out


@pytest.fixture(scope="module")
def release(corpus: Path) -> Release:
    return build_release(corpus, warcs=(corpus / "warc",))


@pytest.fixture(scope="module")
def documents(release: Release) -> dict[str, Document]:
    return {document.canonical_url: document for document in documents_of(release)}


@pytest.fixture(scope="module")
def joined(release: Release) -> dict[str, Reject]:
    return {row.canonical_url: row for row in rejects_of(release) if row.code in ("duplicate.exact", "duplicate.near")}


@pytest.mark.parametrize("gold", STORIES, ids=lambda gold: gold.url)
def test_each_story_comes_out_as_it_was_written(
    gold: Expected, documents: dict[str, Document], joined: dict[str, Reject]
) -> None:
    if gold.url in joined:
        assert joined[gold.url].title == gold.title
        return
    document = documents[gold.url]
    assert document.text == gold.text
    for field in ("outlet", "title", "authors", "editor", "section", "tags", "dateline", "credit", "published_at"):
        assert getattr(document, field) == getattr(gold, field), field


def test_nothing_but_the_stories_is_published(documents: dict[str, Document]) -> None:
    assert set(documents) <= {gold.url for gold in STORIES}


def test_clusters_are_those_that_the_stories_say(documents: dict[str, Document], joined: dict[str, Reject]) -> None:
    wanted = defaultdict(set)
    for gold in STORIES:
        wanted[gold.cluster].add(gold.url)
    by_id = {document.id: document for document in documents.values()}
    found = {
        document.id: {document.canonical_url, *(copy.url.partition("?")[0] for copy in document.copies)}
        for document in documents.values()
    }
    assert sorted(map(sorted, found.values())) == sorted(map(sorted, wanted.values()))
    for url, row in joined.items():
        assert url in found[row.dup_of]
        assert row.jaccard is not None
        assert row.jaccard >= 0.8
        assert by_id[row.dup_of].published_at <= GOLD[url].published_at  # type: ignore[operator]


def test_every_page_of_the_archive_is_one_document_or_one_reject(corpus: Path, release: Release) -> None:
    archived: Counter[tuple[str, str]] = Counter()
    for warc in (corpus / "warc").rglob("*.warc.gz"):
        for record in ArchiveIterator(warc, record_types=WarcRecordType.response, parse_http=False):
            archived[record.headers["WARC-Target-URI"], record.headers["WARC-Payload-Digest"]] += 1
    rows = [*documents_of(release), *rejects_of(release)]
    assert Counter((row.url, row.capture.digest) for row in rows if row.capture) == archived
    assert len(rows) == archived.total() == release.manifest["counts"]["rows"]


def test_odd_pages_are_rejects_with_their_reason(release: Release) -> None:
    codes = Counter(row.code for row in rejects_of(release))
    for code in (
        "http.status", "page.not-html", "page.not-article", "page.media", "screen.language", "screen.short",
        "duplicate.near", "duplicate.address",
    ):  # fmt: skip
        assert codes[code], code


def test_cuts_put_back_give_the_body_of_the_page(release: Release) -> None:
    from curation.inserts import apply, undo

    documents = documents_of(release)
    assert sum(bool(document.cuts) for document in documents) > len(documents) / 2
    for document in documents:
        assert apply(undo(document.text, document.cuts), document.cuts) == document.text


def test_a_second_build_does_nothing(corpus: Path, release: Release) -> None:
    def refuse(work: object, tasks: list[object], workers: int) -> Iterator[object]:
        assert not tasks
        return iter(())

    assert build_release(corpus, warcs=(corpus / "warc",)).fresh is False
    again = build(Order((corpus / "warc",), (), corpus, Config(), 2), refuse, unwatched)  # type: ignore[arg-type]
    assert (again.folder, again.fresh, again.manifest) == (release.folder, False, release.manifest)


def test_the_number_of_workers_changes_no_byte(corpus: Path, release: Release, tmp_path: Path) -> None:
    shutil.copytree(corpus / "warc", tmp_path / "warc")
    other = build_release(tmp_path, warcs=(tmp_path / "warc",), workers=1)
    assert other.folder.name == release.folder.name
    paths = sorted(path.relative_to(release.folder) for path in release.folder.rglob("*") if path.is_file())
    assert paths == sorted(path.relative_to(other.folder) for path in other.folder.rglob("*") if path.is_file())
    assert len(paths) > 10
    assert filecmp.cmpfiles(release.folder, other.folder, paths, shallow=False) == (paths, [], [])


def test_the_tools_of_the_trade_open_the_release(release: Release) -> None:
    import datasets
    import duckdb
    import polars

    wanted = release.manifest["counts"]["documents"]
    folder = release.folder / "documents"
    assert ds.dataset(folder, partitioning="hive").count_rows() == wanted
    found = duckdb.sql(f"select count(*), count(distinct outlet), min(published_at) from '{folder}/**/*.parquet'")
    assert found.fetchall()[0][:2] == (wanted, len(release.manifest["counts"]["documents_by_outlet"]))
    frame = polars.read_parquet(folder)
    assert frame.height == wanted
    assert frame.get_column("text").str.len_chars().min() > 0  # type: ignore[operator]
    files = [str(path) for path in sorted(folder.rglob("*.parquet"))]
    rows = datasets.load_dataset(
        "parquet", data_files=files, split="train", cache_dir=str(release.folder.parent / "hf")
    )
    assert rows.num_rows == wanted
    assert rows[0]["capture"]["warc"].startswith("warc/")


def test_a_text_table_gives_the_same_texts(release: Release, tmp_path: Path) -> None:
    table = tmp_path / "given.jsonl"
    rows = [
        {
            "text": document.text,
            "url": document.url,
            "title": document.title,
            "published_at": str(document.published_at),
        }
        for document in documents_of(release)
    ]
    table.write_text("".join(json.dumps(row) + "\n" for row in [*rows, {"text": ""}]), encoding="utf-8")
    again = build_release(tmp_path / "out", texts=(table,))
    assert {row.url: row.text for row in documents_of(again)} == {row["url"]: row["text"] for row in rows}
    assert [row.code for row in rejects_of(again)] == ["text.empty"]


def test_a_truncated_archive_gives_what_is_whole_and_names_the_loss(corpus: Path, tmp_path: Path) -> None:
    whole = next((corpus / "warc").rglob("gaungtimur-*.warc.gz"))
    torn = tmp_path / "torn.warc.gz"
    torn.write_bytes(whole.read_bytes()[:-2_000])
    release = build_release(tmp_path / "out", warcs=(torn,))
    (source,) = release.manifest["inputs"]
    assert source["name"] == "torn.warc.gz"
    assert len(source["losses"]) == 1
    assert "is cut off" in source["losses"][0]
    assert release.manifest["counts"]["documents"] > 5


def test_pages_that_take_too_long_are_rejects(corpus: Path, tmp_path: Path) -> None:
    config = Config.model_validate({"extract": {"seconds_per_page": 0.001}})
    warcs = (next((corpus / "warc").rglob("catatanlembayung-*.warc.gz")),)
    release = build(Order(warcs, (), tmp_path, config, 1), local.run, unwatched)
    counts = release.manifest["counts"]
    assert counts["rejects_by_code"]["extract.timeout"] > 0
    assert counts["rows"] == counts["documents"] + counts["rejects"]
