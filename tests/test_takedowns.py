import json
import shutil
from filecmp import cmpfiles
from pathlib import Path

import pyarrow.dataset as ds
import pytest

from crawler.outlets import BadInput
from curation.records import Document, Reject
from curation.release.assemble import Release
from curation.release.withdrawals import order_takedown, still_in
from curation.schema import records_of
from curation.takedowns import NAME, Takedowns, Tombstone, append_tombstone, read_takedowns, value_of
from tests.corpora import COFFEE, RAIN, archive, build_corpus, page

RAIN_URL = "https://www.kabar.example/2026/10/hujan-di-kota-lama"
COPY_URL = "https://warta.example/read/7/kota-lama-diguyur-hujan"
COFFEE_URL = "https://www.kabar.example/2026/10/panen-kopi-datang-lebih-cepat"
SECRET = "tinggi muka air naik dua jengkal"
HEADLINES = ("Hujan di Kota Lama", "Kota Lama Diguyur Hujan")


def stone(kind: str, value: str, *also: str) -> Tombstone:
    return Tombstone(kind, value, "perintah pengadilan", "2026-10-05", also)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("laid", "addresses", "lies"),
    [
        (stone("url", RAIN_URL), [RAIN_URL], True),
        (stone("url", RAIN_URL), [f"{RAIN_URL}-lagi"], False),
        (stone("url", COFFEE_URL, RAIN_URL), [RAIN_URL], True),
        (stone("domain", "kabar.example"), [RAIN_URL], True),
        (stone("domain", "kabar.example"), ["https://foto.kabar.example/1"], True),
        (stone("domain", "kabar.example"), ["https://lainkabar.example/1"], False),
        (stone("pattern", r"/2026/\d+/hujan"), [RAIN_URL], True),
        (stone("pattern", r"^hujan"), [RAIN_URL], False),
        (stone("id", "a" * 16), [RAIN_URL], True),
        (stone("id", "b" * 16), [RAIN_URL], False),
    ],
)
def test_a_tombstone_lies_on_what_it_names(laid: Tombstone, addresses: list[str], lies: bool) -> None:
    assert Takedowns((laid,)).on("a" * 16, addresses, "kabar.example") == ((laid,) if lies else ())


def test_a_row_without_address_goes_by_its_outlet() -> None:
    assert Takedowns((stone("domain", "kabar.example"),)).on("a" * 16, (), "kabar.example")
    assert not Takedowns((stone("domain", "kabar.example"),)).on("a" * 16, (), "warta.example")


@pytest.mark.parametrize(
    ("kind", "given", "kept"),
    [
        ("url", f" {RAIN_URL}?utm_source=x#a ", RAIN_URL),
        ("domain", "WWW.Kabar.Example.", "kabar.example"),
        ("id", "A" * 16, "a" * 16),
        ("pattern", "/tag/", "/tag/"),
    ],
)
def test_a_value_is_kept_in_one_form(kind: str, given: str, kept: str) -> None:
    assert value_of(kind, given) == kept
    assert value_of(kind, kept) == kept


@pytest.mark.parametrize(
    ("kind", "given"),
    [
        ("url", "kabar.example/1"), ("url", "https://www.kabar.example/"), ("url", "https://[/1"), ("domain", "com"),
        ("domain", "co.id"), ("domain", "https://kabar.example"), ("domain", ""), ("id", "abc"), ("pattern", "("),
        ("pattern", "."), ("pattern", ""), ("pattern", "x*"), ("pattern", "example"), ("pattern", "a" * 501),
        ("title", "Hujan"),
    ],
)  # fmt: skip
def test_what_cannot_be_a_tombstone_is_bad_input(kind: str, given: str) -> None:
    with pytest.raises(BadInput):
        value_of(kind, given)


def test_a_file_of_tombstones_is_read_as_it_was_written(tmp_path: Path) -> None:
    laid = [stone("url", RAIN_URL, COPY_URL), stone("domain", "kabar.example")]
    for one in laid:
        append_tombstone(tmp_path / NAME, one)
    assert read_takedowns(tmp_path / NAME).stones == tuple(laid)
    assert read_takedowns(tmp_path / "none.jsonl") == Takedowns()


@pytest.mark.parametrize(
    "line",
    [
        "{", '{"kind": "url"}', json.dumps({"kind": "url", "value": RAIN_URL, "reason": "x", "day": "kemarin"}),
        json.dumps({"kind": "url", "value": f"{RAIN_URL}#a", "reason": "x", "day": "2026-10-05"}),
        json.dumps({"kind": "url", "value": RAIN_URL, "reason": "", "day": "2026-10-05"}),
        json.dumps({"kind": "url", "value": RAIN_URL, "reason": "x", "day": "2026-10-05", "title": "Hujan"}),
    ],
)  # fmt: skip
def test_a_wrong_line_is_named(tmp_path: Path, line: str) -> None:
    append_tombstone(tmp_path / NAME, stone("url", RAIN_URL))
    with (tmp_path / NAME).open("a", encoding="utf-8") as file:
        file.write(f"{line}\n")
    with pytest.raises(BadInput, match=f"{NAME}: line 2"):
        read_takedowns(tmp_path / NAME)


def documents_of(release: Release) -> dict[str, Document]:
    rows = records_of(Document, ds.dataset(release.folder / "documents").to_table())
    return {row.url: row for row in rows}


def rejects_of(release: Release) -> dict[str, Reject]:
    return {row.url: row for row in records_of(Reject, ds.dataset(release.folder / "rejects").to_table())}


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two archives: a story with its copy elsewhere in one, another story in the other."""
    corpus = tmp_path_factory.mktemp("corpus")
    copy = page(HEADLINES[1], RAIN, day="2026-10-04")
    archive(corpus / "warc" / "a.warc.gz", {RAIN_URL: page(HEADLINES[0], RAIN), COPY_URL: copy})
    archive(corpus / "warc" / "b.warc.gz", {COFFEE_URL: page("Panen Kopi Datang Lebih Cepat", COFFEE)})
    release = build_corpus(corpus)
    assert set(documents_of(release)) == {RAIN_URL, COFFEE_URL}
    return corpus


@pytest.fixture(scope="module")
def ordered(corpus: Path) -> tuple[Path, Release]:
    """The same corpus, built again after the copy was taken down."""
    shard = {path.name: path.stat().st_mtime_ns for path in corpus.glob("work/extract-*/*.parquet")}
    done = order_takedown(corpus, stone("url", COPY_URL))
    assert (done.fresh, done.documents, done.stone.also) == (True, 1, (RAIN_URL,))
    assert order_takedown(corpus, stone("url", COPY_URL)).fresh is False
    release = build_corpus(corpus)
    again = {path.name: path.stat().st_mtime_ns for path in corpus.glob("work/extract-*/*.parquet")}
    assert again.keys() == shard.keys()
    assert sum(again[name] == shard[name] for name in again) == 2, "the other archive is not extracted again"
    return corpus, release


def test_a_story_and_its_copies_go_from_the_next_release(ordered: tuple[Path, Release]) -> None:
    corpus, release = ordered
    assert set(documents_of(release)) == {COFFEE_URL}
    rejects = rejects_of(release)
    assert {row.code for row in rejects.values()} == {"takedown"}
    assert [row.title for row in rejects.values()] == ["", ""]
    assert release.manifest["takedowns"] == [json.loads((corpus / NAME).read_text())]
    standing = still_in(corpus, read_takedowns(corpus / NAME))
    ((older,),) = standing.values()
    before = records_of(Document, ds.dataset(corpus / "release" / older / "documents").to_table())
    assert {row.url for row in before} == {RAIN_URL, COFFEE_URL}, "the release before keeps it"
    (kept,) = (row for row in before if row.url == COFFEE_URL)
    assert documents_of(release)[COFFEE_URL].id == kept.id, "an id is the same in every release"


def test_nothing_of_it_is_left_in_the_work_folder(ordered: tuple[Path, Release]) -> None:
    corpus, _ = ordered
    for path in [*corpus.glob("work/**/*"), corpus / NAME]:
        said = str(ds.dataset(path).to_table().to_pylist()) if path.suffix == ".parquet" else ""
        said += path.read_text(encoding="utf-8") if path.suffix in (".json", ".jsonl") else ""
        assert SECRET not in said, path
        assert not any(headline in said for headline in HEADLINES), path


def test_a_fresh_build_gives_the_same_bytes(ordered: tuple[Path, Release], tmp_path: Path) -> None:
    corpus, release = ordered
    shutil.copytree(corpus / "warc", tmp_path / "warc")
    shutil.copy(corpus / NAME, tmp_path / NAME)
    fresh = build_corpus(tmp_path)
    assert fresh.folder.name == release.folder.name
    paths = sorted(str(path.relative_to(release.folder)) for path in release.folder.rglob("*") if path.is_file())
    assert paths == sorted(str(path.relative_to(fresh.folder)) for path in fresh.folder.rglob("*") if path.is_file())
    assert cmpfiles(release.folder, fresh.folder, paths, shallow=False) == (paths, [], [])


def test_a_lifted_takedown_brings_the_story_back(ordered: tuple[Path, Release], tmp_path: Path) -> None:
    corpus, _ = ordered
    shutil.copytree(corpus, tmp_path / "c", symlinks=True)
    (tmp_path / "c" / NAME).unlink()
    assert set(documents_of(build_corpus(tmp_path / "c"))) == {RAIN_URL, COFFEE_URL}
