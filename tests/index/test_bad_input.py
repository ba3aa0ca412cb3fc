"""What people hand in, and what machines do: one clear sentence, or the right result; the index as it was."""

import errno
import fcntl
import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Literal

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from crawler.outlets import BadInput
from curation.config import Cluster, Config, Minhash
from curation.index import add, ask, figures, open_to_ask, remove, settings_of, verify_index
from curation.index.manifest import LOCK, MANIFEST, files_of, read_manifest
from tests.index.tables import Row, decided, table
from tests.index.test_grow import stories


@pytest.fixture
def index(tmp_path: Path) -> Path:
    add([table(tmp_path / "first.jsonl", stories(1, 30))], tmp_path / "index")
    return tmp_path / "index"


def state_of(index: Path) -> dict[str, bytes]:
    return {path.relative_to(index).as_posix(): path.read_bytes() for path in [*files_of(index), index / MANIFEST]}


def more(folder: Path) -> Path:
    return table(folder / "more.jsonl", [Row(f"lain{row.id}", f"{row.text} lain", row.hours) for row in stories(2, 30)])


def test_empty_and_one_word_texts(tmp_path: Path) -> None:
    rows = [
        Row("a", ""),
        Row("b", " \n "),
        Row("c", "Satu"),
        Row("d", "satu!"),
        Row("e", "dua"),
        Row("f", "!!"),
        Row("g", "??"),
    ]
    added = add([table(tmp_path / "t.jsonl", rows)], tmp_path / "index")
    assert (added.rows, added.without_text, added.kept) == (5, 2, 4)
    assert decided(tmp_path / "index")["d"][0] != decided(tmp_path / "index")["c"][0]
    assert next(ask(open_to_ask(tmp_path / "index"), ["!!!", ""])) == []


def test_a_text_of_five_megabytes(tmp_path: Path) -> None:
    long = " ".join(f"kata{number}" for number in range(480_000))
    path = table(tmp_path / "t.jsonl", [Row("a", long, 1), Row("b", f"{long} lagi", 2)])
    assert len(long) > 5_000_000
    assert add([path], tmp_path / "index").kept == 1
    assert decided(tmp_path / "index")["b"][:2] == (False, "a")


def test_a_million_identical_rows_are_one_text(tmp_path: Path) -> None:
    text = " ".join(f"kata{number}" for number in range(100))
    path = tmp_path / "t.parquet"
    pq.write_table(pa.table({"text": pa.array([text]).take(pa.array([0] * 1_000_000))}), path)
    added = add([path], tmp_path / "index")
    assert (added.rows, added.nodes, added.known, added.kept) == (1, 1, 999_999, 1)


def test_one_text_under_many_ids_is_one_text(tmp_path: Path) -> None:
    text = " ".join(f"kata{number}" for number in range(100))
    added = add(
        [table(tmp_path / "t.jsonl", [Row(f"{number:05}", text) for number in range(5_000)])], tmp_path / "index"
    )
    assert (added.rows, added.nodes, added.kept) == (5_000, 1, 1)
    assert figures(tmp_path / "index").cluster_sizes == {5_000: 1}


@pytest.mark.parametrize(
    ("name", "config"),
    [
        ("seed", Config(minhash=Minhash(seed=2))),
        ("hash", Config(minhash=Minhash(hash="sha1"))),
        ("permutations", Config(minhash=Minhash(permutations=256))),
        ("bands", Config(minhash=Minhash(bands=20))),
        ("threshold", Config(cluster=Cluster(threshold=0.7))),
        ("containment", Config(cluster=Cluster(containment=0.7))),
        ("contained_words", Config(cluster=Cluster(contained_words=7))),
        ("order", Config(cluster=Cluster(order="longest"))),
    ],
)
def test_other_settings_are_named(index: Path, tmp_path: Path, name: str, config: Config) -> None:
    before = state_of(index)
    with pytest.raises(BadInput, match=rf"setting {name}: the index was made with"):
        add([more(tmp_path)], index, settings_of(config))
    assert state_of(index) == before


@pytest.mark.parametrize("evidence", ["headline", "characters"])
def test_evidence_that_an_index_cannot_weigh(evidence: Literal["headline", "characters"]) -> None:
    with pytest.raises(BadInput, match=rf"cluster\.evidence: an index holds no texts to weigh {evidence} by"):
        settings_of(Config(cluster=Cluster(evidence=evidence)))


def test_another_format_is_named(index: Path) -> None:
    table = json.loads((index / MANIFEST).read_text()) | {"format": 99}
    (index / MANIFEST).write_text(json.dumps(table))
    with pytest.raises(BadInput, match="format 2, not 99"):
        open_to_ask(index)


@pytest.mark.parametrize("wrong", ["", "{}", "[1]", "no json", "\x00\xff", '{"format": 2, "digest": ""}'])
def test_a_manifest_that_is_none(index: Path, tmp_path: Path, wrong: str) -> None:
    (index / MANIFEST).write_text(wrong)
    for use in (lambda: open_to_ask(index), lambda: add([more(tmp_path)], index), lambda: remove(["x"], index)):
        with pytest.raises(BadInput, match="not the manifest of an index"):
            use()
    assert len(list(files_of(index))) > 3


def test_a_manifest_that_is_lost_does_not_lose_the_rest(index: Path, tmp_path: Path) -> None:
    (index / MANIFEST).unlink()
    files = list(files_of(index))
    with pytest.raises(BadInput, match="the manifest of this index is missing"):
        add([more(tmp_path)], index)
    with pytest.raises(BadInput, match="there is no index in this folder"):
        open_to_ask(index)
    assert list(files_of(index)) == files


def test_a_file_that_is_short_or_missing_is_named(index: Path, tmp_path: Path) -> None:
    for path in list(files_of(index)):
        whole = path.read_bytes()
        for harm in (lambda: path.write_bytes(whole[:-10]), path.unlink):  # noqa: B023 - called at once
            harm()
            for use in (lambda: open_to_ask(index), lambda: figures(index), lambda: add([more(tmp_path)], index)):
                with pytest.raises(BadInput, match=str(path)):
                    use()
            assert any(str(path) in sentence for sentence in verify_index(index))
            path.write_bytes(whole)
    assert list(verify_index(index)) == []


def test_a_changed_byte_anywhere_is_found(index: Path) -> None:
    for path in [*files_of(index), index / MANIFEST]:
        whole = path.read_bytes()
        for place in (0, len(whole) // 2, len(whole) - 1):
            path.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
            assert any(str(path) in sentence for sentence in verify_index(index)), (path, place)
        path.write_bytes(whole)


def test_every_byte_of_the_manifest_counts(index: Path) -> None:
    whole = (index / MANIFEST).read_bytes()
    for place, byte in enumerate(whole):
        (index / MANIFEST).write_bytes(whole[:place] + bytes([byte ^ 1]) + whole[place + 1 :])
        with pytest.raises(BadInput):
            read_manifest(index)


def test_a_disk_that_is_full_at_any_write_leaves_the_index_as_it_was(
    index: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, path, real = state_of(index), more(tmp_path), Path.replace
    left = 0

    def replace(self: Path, target: Path) -> Path:
        nonlocal left
        left -= 1
        if left < 0:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(target))
        return real(self, target)

    monkeypatch.setattr(Path, "replace", replace)
    for allowed in range(6):
        left = allowed
        with pytest.raises(BadInput, match=r"No space left on device.*the index is as it was"):
            add([path], index)
        assert state_of(index) == before
    left = 99
    assert add([path], index).rows == 30
    assert list(verify_index(index)) == []


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root mounts a small disk")
def test_a_small_disk(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=400k", "none", disk], check=False).returncode:
        pytest.skip("no disk may be mounted here")
    try:
        add([table(tmp_path / "t.jsonl", stories(1, 20))], disk / "index")
        before = state_of(disk / "index")
        with pytest.raises(BadInput, match="the index is as it was"):
            add(
                [table(tmp_path / "t.jsonl", [Row(f"x{row.id}", row.text + " x") for row in stories(2, 2_000)])],
                disk / "index",
            )
        assert state_of(disk / "index") == before
        assert list(verify_index(disk / "index")) == []
    finally:
        subprocess.run(["umount", disk], check=True)


def test_a_kill_before_the_end_leaves_the_index_as_it_was(index: Path, tmp_path: Path) -> None:
    before = state_of(index)
    script = (
        "import os, signal\nfrom pathlib import Path\nfrom curation.index import grow\n"
        "grow.write_manifest = lambda *_: os.kill(os.getpid(), signal.SIGKILL)\n"
        f"grow.add([Path({str(more(tmp_path))!r})], Path({str(index)!r}))\n"
    )
    done = subprocess.run([sys.executable, "-c", script], check=False)
    assert done.returncode == -signal.SIGKILL
    assert state_of(index).items() > before.items()
    assert list(verify_index(index)) == []
    assert add([more(tmp_path)], index).rows == 30
    assert list(verify_index(index)) == []


def test_two_writers(index: Path, tmp_path: Path) -> None:
    with (index / LOCK).open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        with pytest.raises(BadInput, match="another saring is changing this index"):
            add([more(tmp_path)], index)
        assert next(ask(open_to_ask(index), [stories(1, 30)[0].text]))
    assert add([more(tmp_path)], index).rows == 30


def test_a_table_without_text_or_torn_changes_nothing(index: Path, tmp_path: Path) -> None:
    before = state_of(index)
    (tmp_path / "a.jsonl").write_text('{"body": "x"}\n')
    with pytest.raises(BadInput, match="no column 'text'"):
        add([more(tmp_path), tmp_path / "a.jsonl"], index)
    (tmp_path / "b.parquet").write_bytes(b"PAR1")
    with pytest.raises(BadInput, match="cannot be read as Parquet"):
        add([tmp_path / "b.parquet"], index)
    pq.write_table(pa.table({"text": [f"kata {number} " * 50 for number in range(20_000)]}), tmp_path / "c.parquet")
    whole = bytearray((tmp_path / "c.parquet").read_bytes())
    whole[1_000:5_000] = bytes(4_000)
    (tmp_path / "c.parquet").write_bytes(whole)
    with pytest.raises(BadInput, match=r"c\.parquet: this cannot be read to its end"):
        add([tmp_path / "c.parquet"], index)
    assert state_of(index) == before


def test_half_letters_and_odd_values(tmp_path: Path) -> None:
    rows = [
        {"id": 7, "text": "setengah huruf \ud83d di sini", "url": ["x"], "published_at": 1.5, "outlet": None},
        {"text": 3},
    ]
    (tmp_path / "t.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows) + "{torn\n")
    added = add([tmp_path / "t.jsonl"], tmp_path / "index")
    assert (added.rows, added.without_text) == (1, 2)
