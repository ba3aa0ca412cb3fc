from pathlib import Path

import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from crawler.outlets import BadInput
from curation.records import Document
from curation.release.read import release_folder
from curation.schema import arrow_schema, table_of
from curation.show.find import find_row, matching
from tests.releases import document, reject, write_release

STORY = "https://www.kabar.example/read/7"
DOCUMENTS = [
    document(0xAAAAAA01, title="satu"),
    document(0xAAAAAA02, title="dua", outlet="warta"),
    document(0xBBBBBB03, title="utuh", url=f"{STORY}?page=all", canonical_url=STORY),
]
REJECTS = [
    reject(0xCCCCCC04, "http.status"),
    reject(0xBBBBBB03, "duplicate.capture", url=f"{STORY}?page=all", canonical_url=STORY),
    reject(0xDDDDDD05, "duplicate.address", url="https://amp.kabar.example/read/7", canonical_url=STORY),
    reject(0xDDDDDD06, "duplicate.address", url=STORY, canonical_url=STORY),
    reject(0xEEEEEE07, "duplicate.capture"),
    reject(0xEEEEEE07, "duplicate.near"),
    reject(0xEEEEEE08, "http.status", url="https://www.kabar.example/9"),
    reject(0xEEEEEE09, "http.status", url="https://www.kabar.example/9"),
]


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_release(tmp_path_factory.mktemp("corpus"), "2026-10-03-0123abcd", DOCUMENTS, REJECTS)


@pytest.mark.parametrize("wanted", ["aaaaaa0200000000", "aaaaaa02", "AAAAAA02"])
def test_an_id_or_its_start_finds_the_document(release: Path, wanted: str) -> None:
    assert find_row(release, wanted) == DOCUMENTS[1]


def test_an_id_finds_a_reject(release: Path) -> None:
    assert find_row(release, "cccccc") == REJECTS[0]


def test_a_document_stands_before_another_capture_of_its_bytes(release: Path) -> None:
    assert find_row(release, "bbbbbb03") == DOCUMENTS[2]


def test_the_judged_reject_stands_before_another_capture_of_its_bytes(release: Path) -> None:
    assert find_row(release, "eeeeee07") == REJECTS[5]


@pytest.mark.parametrize(
    ("wanted", "row"),
    [
        (DOCUMENTS[0].url, DOCUMENTS[0]),
        (f"{STORY}?page=all", DOCUMENTS[2]),
        (STORY, DOCUMENTS[2]),
        (f"{STORY}?utm_source=x", DOCUMENTS[2]),
        ("https://amp.kabar.example/read/7", REJECTS[2]),
        (f"{REJECTS[0].url}?fbclid=x", REJECTS[0]),
    ],
)
def test_an_address_finds_its_row(release: Path, wanted: str, row: object) -> None:
    assert find_row(release, wanted) == row


@pytest.mark.parametrize(
    ("wanted", "sentence"),
    [
        ("aaaaaa", "stands for 2 rows of .*: aaaaaa0100000000, aaaaaa0200000000"),
        ("https://www.kabar.example/9", "stands for 2 rows"),
        ("ffffffff", "no row has the id or address 'ffffffff'"),
        ("https://www.kabar.example/none", "no row has the id or address"),
        ("aaaaa", "no address .* and no id"),
        ("", "no address .* and no id"),
        ("judul berita", "no address .* and no id"),
        ("https://[kabar/", "not a valid address"),
    ],
)
def test_what_finds_nothing_or_too_much_is_said_in_a_sentence(release: Path, wanted: str, sentence: str) -> None:
    with pytest.raises(BadInput, match=sentence) as error:
        find_row(release, wanted)
    assert "\n" not in str(error.value)


def test_a_release_is_named_or_the_latest(release: Path) -> None:
    corpus = release.parent.parent
    assert release_folder(corpus, "latest").resolve() == release_folder(corpus, release.name).resolve()
    with pytest.raises(BadInput, match=f"name one of .*{release.name}"):
        release_folder(corpus, "2020-01-01-00000000")
    with pytest.raises(BadInput, match="saring build"):
        release_folder(corpus / "nowhere", "latest")


@pytest.mark.parametrize(("group", "column"), [(1, "id"), (9, "text")])
def test_what_cannot_hold_the_row_is_not_read(tmp_path: Path, group: int, column: str) -> None:
    path = tmp_path / "documents" / "part-0.parquet"
    path.parent.mkdir()
    # The ids of the last group lie around the one that is sought, so that only their column tells them apart.
    numbers = [*range(100, 136), 1, 50, 51, 999]
    rows = [document(number, text="isi " * 50) for number in numbers]
    pq.write_table(table_of(Document, rows), path, row_group_size=4, compression="none")
    content = bytearray(path.read_bytes())
    chunk = pq.ParquetFile(path).metadata.row_group(group).column(arrow_schema(Document).names.index(column))
    start = chunk.dictionary_page_offset or chunk.data_page_offset
    content[start : start + chunk.total_compressed_size] = bytes(chunk.total_compressed_size)
    path.write_bytes(content)
    with pytest.raises(OSError, match=r"."):
        pq.read_table(path, columns=[column])
    assert list(matching(path.parent, Document, pc.field("id") == rows[11].id)) == [rows[11]]
