import io
import json
from pathlib import Path

import pytest
from warcio.warcwriter import WARCWriter

from crawler.outlets import BadInput
from curation import sources
from curation.sources import find_sources, read_source, remember_digests, write_sources


def archive(path: Path, text: str = "x") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        writer = WARCWriter(file, gzip=True)
        writer.write_record(writer.create_warc_record("http://a.example/", "resource", io.BytesIO(text.encode())))
    return path


def table(path: Path, rows: object = ({"text": "a"},)) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))  # type: ignore[attr-defined]
    return path


def test_folders_are_searched_and_names_lie_below_the_corpus(tmp_path: Path) -> None:
    archive(tmp_path / "corpus/warc/one/a-00000.warc.gz", "1")
    archive(tmp_path / "corpus/warc/two/a-00000.warc.gz", "2")
    (tmp_path / "corpus/warc/two/b-00000.warc.gz.open").write_text("being written")
    elsewhere = table(tmp_path / "t.jsonl")
    found = find_sources([tmp_path / "corpus/warc"], [elsewhere], tmp_path / "corpus")
    names = [source.name for source in found]
    assert names == ["t.jsonl", "warc/one/a-00000.warc.gz", "warc/two/a-00000.warc.gz"]
    assert len({source.shard for source in found}) == 3


def test_the_same_content_counts_once(tmp_path: Path) -> None:
    first = archive(tmp_path / "a.warc.gz")
    second = tmp_path / "b.warc.gz"
    second.write_bytes(first.read_bytes())
    assert [source.name for source in find_sources([first, second], [], tmp_path / "out")] == ["a.warc.gz"]


def test_a_file_is_read_for_its_digest_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = archive(tmp_path / "a.warc.gz")
    before = find_sources([path], [], tmp_path / "out")
    remember_digests(before, tmp_path / "out")
    monkeypatch.setattr(sources, "_sha256", lambda _: pytest.fail("read again"))
    assert find_sources([path], [], tmp_path / "out") == before


def test_a_changed_file_is_another_source(tmp_path: Path) -> None:
    path = archive(tmp_path / "a.warc.gz", "old")
    (before,) = found = find_sources([path], [], tmp_path / "out")
    remember_digests(found, tmp_path / "out")
    archive(path, "new words")
    (after,) = find_sources([path], [], tmp_path / "out")
    assert before.shard != after.shard


def test_sources_come_back_from_their_files(tmp_path: Path) -> None:
    found = find_sources([archive(tmp_path / "a.warc.gz")], [], tmp_path / "out")
    finished = write_sources(found, tmp_path / "out/work/sources")
    assert tuple(read_source(path) for path in finished.kept) == found


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("empty.warc.gz", b"", "it is empty"),
        ("page.warc.gz", b"<html>" * 99, "this is not a WARC file"),
        ("t.parquet", b"PAR0", "cannot be read as Parquet"),
        ("t.jsonl", b"{torn", "cannot be read as JSON lines"),
        ("t.jsonl", b'{"body": "x"}\n', "there is no column 'text' \\(found: body\\)"),
        ("t.jsonl", b"", "there is no column 'text'"),
    ],
)
def test_what_cannot_be_used_is_said_and_nothing_is_written(
    tmp_path: Path, name: str, content: bytes, sentence: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    warcs, texts = ([path], []) if name.endswith(".warc.gz") else ([], [path])
    with pytest.raises(BadInput, match=sentence) as error:
        find_sources(warcs, texts, tmp_path / "out")
    assert str(path) in str(error.value)
    assert not (tmp_path / "out").exists()


def test_missing_files_empty_folders_and_nothing_at_all_are_said(tmp_path: Path) -> None:
    for warcs, texts, sentence in (
        ([tmp_path / "no.warc.gz"], [], "there is no such file"),
        ([], [tmp_path / "no.jsonl"], "there is no such file"),
        ([tmp_path], [], "there is no .warc.gz or .warc file in this folder"),
        ([], [], "There is nothing to build from"),
    ):
        with pytest.raises(BadInput, match=sentence):
            find_sources(warcs, texts, tmp_path / "out")
