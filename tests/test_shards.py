from collections.abc import Iterator
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from curation.records import CensusLine, Reject
from curation.shards import Counts, aside, count_rows, read_note, read_rows, rejects_of, write_rows

LINES = [CensusLine("kabar", "repeated", f"baris {number}", number) for number in range(2_500)]
REJECT = Reject(
    "0" * 16, "http://a.example/", "http://a.example/", "kabar", "clean", "screen.short", "", "", "", None, None, None
)


def accept(counts: Counts) -> None:
    pass


def test_rows_come_back_in_order_over_many_batches(tmp_path: Path) -> None:
    shard = tmp_path / "s.parquet"
    write_rows(shard, CensusLine, [*LINES[:1_500], REJECT, *LINES[1_500:]], {"losses": ["x"]}, accept)
    assert list(read_rows(shard, CensusLine)) == LINES
    assert list(read_rows(rejects_of(shard), Reject)) == [REJECT]
    assert read_note(shard, "losses") == ["x"]
    assert read_note(shard, "nothing") is None


def test_check_sees_the_counts_and_can_refuse(tmp_path: Path) -> None:
    seen = []

    def refuse(counts: Counts) -> None:
        seen.append(counts)
        raise AssertionError

    with pytest.raises(AssertionError):
        write_rows(tmp_path / "s.parquet", CensusLine, [LINES[0], REJECT, REJECT], {}, refuse)
    assert seen == [Counts(kept=1, rejected=2)]
    assert list(tmp_path.iterdir()) == []


def test_a_shard_that_breaks_off_is_absent(tmp_path: Path) -> None:
    def broken() -> Iterator[CensusLine]:
        yield from LINES
        raise RuntimeError("torn")

    with pytest.raises(RuntimeError):
        write_rows(tmp_path / "s.parquet", CensusLine, broken(), {}, accept)
    assert list(tmp_path.iterdir()) == []


def test_rejects_are_whole_before_the_shard_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    order: list[str] = []
    replace = Path.replace
    monkeypatch.setattr(Path, "replace", lambda self, target: (order.append(target.name), replace(self, target))[1])
    write_rows(tmp_path / "s.parquet", CensusLine, [REJECT], {}, accept)
    assert order == ["s.rejects.parquet", "s.parquet"]


def test_aside_leaves_the_old_file_when_writing_fails(tmp_path: Path) -> None:
    path = tmp_path / "f"
    path.write_text("old")
    with pytest.raises(OSError), aside(path) as partial:
        partial.write_text("half")
        raise OSError
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_same_rows_same_bytes(tmp_path: Path) -> None:
    for name in ("a", "b"):
        write_rows(tmp_path / f"{name}.parquet", CensusLine, LINES, {}, accept)
    assert (tmp_path / "a.parquet").read_bytes() == (tmp_path / "b.parquet").read_bytes()


def test_an_empty_shard_has_its_columns(tmp_path: Path) -> None:
    write_rows(tmp_path / "s.parquet", CensusLine, [], {}, accept)
    assert count_rows(tmp_path / "s.parquet") == 0
    assert pq.read_schema(tmp_path / "s.parquet").names == ["outlet", "kind", "key", "pages"]
