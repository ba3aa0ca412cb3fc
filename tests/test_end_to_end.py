"""The whole line on the embedded newsstand: crawled once, built, and held against the stories it printed."""

import datetime as dt
import filecmp
import json
import re
import shutil
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pyarrow.dataset as ds
import pytest
from fastwarc.warc import ArchiveIterator, WarcRecordType

from crawler.newsstand.edition import open_edition
from crawler.newsstand.mastheads import MASTHEADS
from crawler.newsstand.site import Site
from crawler.newsstand.stories import Expected, appearances, expected
from curation.config import Config
from curation.pipeline import Order, build
from curation.records import Appearance, Document, Reject
from curation.release.assemble import Release
from curation.runners import local
from curation.schema import records_of
from curation.splits import split_of

GOLD = {gold.url: gold for gold in expected()}
STORIES = [gold for gold in GOLD.values() if gold.kind == "story"]
RESERVED = {gold.url for gold in GOLD.values() if gold.kind == "reserved"}
STATEMENTS = {
    "ruangkini": "tdm-reservation (http://www.ruangkini.example/.well-known/tdmrep.json): 1",
    "gaungtimur": "meta-robots (meta robots): noai, noimageai",
    "suluhborneo": "content-signal (http://www.suluhborneo.example/robots.txt): /baca/kolom- search=yes, ai-train=no",
}
"""What each outlet says of the story that it reserves."""


@contextmanager
def unwatched(stage: str, todo: int, done: int) -> Iterator[object]:
    yield lambda: None


def build_release(
    out: Path,
    *,
    warcs: tuple[Path, ...] = (),
    texts: tuple[Path, ...] = (),
    workers: int = 2,
    settings: dict[str, object] | None = None,
) -> Release:
    config = Config.model_validate(settings or {})
    return build(Order(warcs, texts, out, config, workers), local.run, unwatched)


def documents_of(release: Release) -> list[Document]:
    return records_of(Document, ds.dataset(release.folder / "documents").to_table())


def rejects_of(release: Release) -> list[Reject]:
    return records_of(Reject, ds.dataset(release.folder / "rejects").to_table())


def archived_in(corpus: Path) -> Counter[tuple[str, str]]:
    """Count the responses of an archive by address and digest of the payload."""
    found: Counter[tuple[str, str]] = Counter()
    for warc in (corpus / "warc").rglob("*.warc.gz"):
        for record in ArchiveIterator(warc, record_types=WarcRecordType.response, parse_http=False):
            found[record.headers["WARC-Target-URI"], record.headers["WARC-Payload-Digest"]] += 1
    return found


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
    assert document.text == gold.masked
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
    archived = archived_in(corpus)
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


def test_what_an_outlet_reserves_is_a_reject_that_names_the_statement(release: Release) -> None:
    stopped = {row.canonical_url: row for row in rejects_of(release) if row.code == "rights.reserved"}
    assert set(stopped) == RESERVED
    assert {row.outlet: row.detail for row in stopped.values()} == STATEMENTS
    assert {row.stage for row in stopped.values()} == {"clean"}


def test_what_an_outlet_reserves_is_published_where_rights_are_only_recorded(
    corpus: Path, documents: dict[str, Document], tmp_path: Path
) -> None:
    release = build_release(tmp_path, warcs=(corpus / "warc",), settings={"rights": {"policy": "record-only"}})
    found = {document.canonical_url: document for document in documents_of(release)}
    assert set(found) == set(documents) | RESERVED
    assert {url for url, document in found.items() if document.reuse == "reserved"} == RESERVED
    for url in RESERVED:
        said = [f"{one.signal} ({one.said_by}): {one.value}" for one in found[url].rights if one.meaning == "reserved"]
        assert said == [STATEMENTS[found[url].outlet]]
        assert found[url].text == GOLD[url].masked
    assert not {row.code for row in rejects_of(release)} & {"rights.reserved", "rights.not-open"}


def test_rights_say_what_each_outlet_says_and_where_the_archive_holds_it(
    corpus: Path, documents: dict[str, Document]
) -> None:
    archived = archived_in(corpus)
    for document in documents.values():
        home = MASTHEADS[document.outlet].home
        assert document.capture is not None
        assert ("robots", "allowed", f"{home}/robots.txt") in {
            (one.signal, one.value, one.said_by) for one in document.rights
        }
        for one in document.rights:
            holder = one.said_by if one.said_by.startswith("http") else document.url
            assert archived[holder, one.digest], one
            assert one.said_at is not None
            assert document.fetched_at is not None
            assert one.said_at <= document.fetched_at
        licensed = [one.value for one in document.rights if one.meaning == "open"]
        assert bool(licensed) == (document.outlet == "catatanlembayung")
        assert document.reuse == ("open" if licensed else "unstated")


def test_contact_data_are_masked_and_counted(documents: dict[str, Document]) -> None:
    found = {url: {mask.kind.upper(): mask.count for mask in one.masks} for url, one in documents.items() if one.masks}
    marks = {url: Counter(re.findall(r"<([A-Z]+)>", GOLD[url].masked)) for url in documents}
    assert found == {url: counts for url, counts in marks.items() if counts}
    assert sum(map(Counter, found.values()), Counter()) == {"EMAIL": 1, "PHONE": 1, "ADDRESS": 1}


def test_what_found_a_document_was_archived_and_names_it(corpus: Path, documents: dict[str, Document]) -> None:
    archived = {url for url, _ in archived_in(corpus)}
    site = Site(open_edition())
    for document in documents.values():
        found_by, story = urlsplit(document.found_by), urlsplit(document.url)
        assert document.found_by in archived
        named_in = site.respond(document.outlet, found_by.path, found_by.query).body.decode()
        assert story.path in named_in


def test_splits_follow_the_cluster_and_the_day(documents: dict[str, Document]) -> None:
    days = {url: document.published_at.date() for url, document in documents.items() if document.published_at}
    assert len(days) == len(documents)
    held_back = max(days.values()) - dt.timedelta(weeks=Config().splits.latest_weeks)
    shares = Config().splits
    for url, document in documents.items():
        assert document.cluster_id == document.id
        assert document.split == split_of(document.cluster_id, shares.validation, shares.test)
        assert document.time_split == ("test" if days[url] > held_back else "train")
    assert {document.time_split for document in documents.values()} == {"train", "test"}


def test_a_story_in_parts_names_the_captures_of_its_later_parts(
    release: Release, documents: dict[str, Document]
) -> None:
    later = defaultdict(list)
    for row in sorted(rejects_of(release), key=lambda row: row.url):
        if row.code == "page.part":
            later[row.dup_of].append(row.capture)
    assert {one.id: list(one.parts) for one in documents.values() if one.parts} == later
    paged = [one for one in appearances() if one.story.pages > 1 and one.masthead.id == "suluhborneo"]
    assert {one.url: len(documents[one.url].parts) + 1 for one in paged} == {one.url: one.story.pages for one in paged}
    assert len(later) == len(paged) > 1


def test_syndication_says_who_followed_whom_and_how_soon(
    release: Release, documents: dict[str, Document], joined: dict[str, Reject]
) -> None:
    rows = records_of(Appearance, ds.dataset(release.folder / "syndication").to_table())
    by_id = {document.id: document for document in documents.values()}
    gone = {row.id: row for row in joined.values()}
    assert sorted(row.id for row in rows) == sorted(gone)
    copies = {copy.id: (document.id, copy) for document in by_id.values() for copy in document.copies}
    assert sorted(copies) == sorted(gone)
    for row in rows:
        first, copy = by_id[row.cluster_id], gone[row.id]
        gold, followed = GOLD[copy.canonical_url], GOLD[first.canonical_url]
        assert (row.first_outlet, row.first_url, row.first_n_words) == (first.outlet, first.url, first.n_words)
        assert (row.outlet, row.url, row.jaccard) == (gold.outlet, copy.url, copy.jaccard)
        assert row.seconds_after == (gold.published_at - followed.published_at).total_seconds() >= 0
        assert (row.same_title, row.same_dateline) == (
            gold.title == followed.title,
            gold.dateline.lower() == followed.dateline.lower(),
        )
        assert copy.code == f"duplicate.{row.kind}"
        held = copies[row.id]
        assert held[0] == row.cluster_id == copy.dup_of
        assert (held[1].kind, held[1].outlet, held[1].published_at) == (row.kind, row.outlet, row.published_at)


def test_versions_are_the_other_captures_of_the_address(release: Release, documents: dict[str, Document]) -> None:
    others = defaultdict(set)
    for row in rejects_of(release):
        if row.code == "duplicate.address":
            assert row.canonical_url == next(one for one in documents.values() if one.id == row.dup_of).canonical_url
            others[row.dup_of].add((row.id, row.url, row.fetched_at))
    found = {one.id: {(v.id, v.url, v.fetched_at) for v in one.versions} for one in documents.values() if one.versions}
    assert found == others != {}


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
