import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from crawler.outlets import BadInput
from curation.cli import app
from tests.index.tables import Row, table
from tests.releases import NOON, document, write_release

STORY = " ".join(f"kata{number}" for number in range(100))


@dataclass(frozen=True)
class Done:
    returncode: int
    stdout: str
    stderr: str


def saring(*arguments: object, stdin: str = "") -> Done:
    """Run a command in this process, with bad input told as `main` does."""
    done = CliRunner().invoke(app, ["index", *map(str, arguments)], input=stdin)
    if isinstance(done.exception, BadInput):
        return Done(2, done.stdout, f"{done.exception}\n")
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    return Done(done.exit_code, done.stdout, done.stderr)


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("index")
    rows = [Row("awal", STORY, 1), Row("salin", f"{STORY} lagi", 2, "warta")]
    done = saring("add", table(folder / "t.jsonl", rows), "--index", folder / "i")
    assert done.returncode == 0, done.stderr
    assert done.stdout == (
        "2 rows added, 2 of them with new texts; left out: 0 known by id, 0 without text. 1 of 2 rows stay.\n"
    )
    return folder / "i"


def test_query_says_what_a_text_is_a_copy_of(index: Path) -> None:
    done = saring("query", "-", "--index", index, "--top", 1, stdin=f"{STORY} lagi")
    assert done.returncode == 0
    assert done.stdout == (
        "exact     salin  2026-10-03 02:00 UTC  jaccard 1.000  containment 1.000  awal stands for it  "
        "warta https://warta.example/salin\n"
    )


def test_query_of_json_lines_as_json(index: Path, tmp_path: Path) -> None:
    path = tmp_path / "q.jsonl"
    path.write_text(json.dumps({"text": STORY}) + "\n" + json.dumps({"text": "lain"}) + "\n")
    done = saring("query", path, "--index", index, "--json")
    first, second = map(json.loads, done.stdout.splitlines())
    assert [copy["id"] for copy in first["copies"]] == ["awal", "salin"]
    assert first["copies"][0] == {
        "id": "awal", "url": "https://kabar.example/awal", "outlet": "kabar", "title": "",
        "published_at": "2026-10-03T01:00:00+00:00", "kind": "exact", "jaccard": 1.0, "containment": 1.0,
        "kept": True, "stands_for_it": "awal",
    }  # fmt: skip
    assert second == {"copies": []}
    assert "text 1:\nno copy" in saring("query", path, "--index", index).stdout
    path.write_text(json.dumps({"text": STORY}) + "\n{torn\n")
    done = saring("query", path, "--index", index)
    assert (done.returncode, done.stdout) == (2, "")
    assert "line 2 is no JSON with a text" in done.stderr


def test_no_copy_is_no_error(index: Path) -> None:
    done = saring("query", "--index", index, stdin="Sama sekali lain dari yang ada.")
    assert (done.returncode, done.stdout) == (0, "no copy: nothing in the index is like this text.\n")


def test_stats_and_exports(index: Path, tmp_path: Path) -> None:
    told = saring("stats", "--index", index).stdout
    assert "2 rows, 2 different texts, 1 kept; 0 taken out" in told
    assert "permutations 128, seed 1, hash xxh3" in told
    assert saring("export", tmp_path / "v.parquet", "--index", index).returncode == 0
    assert pq.read_table(tmp_path / "v.parquet")["dup_of"].to_pylist() == ["", "awal"]
    assert saring("export", tmp_path / "s.parquet", "--index", index, "--to", "datasketch").returncode == 0
    assert pq.read_table(tmp_path / "s.parquet").column_names == ["id", "kept", "signature"]
    done = saring("export", tmp_path / "x", "--index", index, "--to", "csv")
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)


def test_bad_input_is_one_sentence_and_exit_code_2(index: Path, tmp_path: Path) -> None:
    config = tmp_path / "c.toml"
    config.write_text("[minhash]\nseed = 7\n")
    rows = table(tmp_path / "t.jsonl", [Row("x", "satu")])
    for arguments, said in (
        (("add", rows, "--index", index, "--config", config), "setting seed: the index was made with 1, not with 7"),
        (("add", tmp_path / "none", "--index", index), "there is no such file"),
        (("remove", "tidak", "--index", index), "tidak: there is no row of this id"),
        (("query", tmp_path / "none", "--index", index), "this cannot be read"),
        (("query", "--index", tmp_path), "there is no index in this folder"),
    ):
        done = saring(*arguments)
        assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
        assert said in done.stderr


def test_the_program_itself(tmp_path: Path) -> None:
    program = [Path(sys.executable).with_name("saring"), "index", "query", "--index", tmp_path]
    done = subprocess.run(program, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert "there is no index in this folder" in done.stderr


def test_verify_ends_with_1_where_a_byte_changed(tmp_path: Path) -> None:
    saring("add", table(tmp_path / "t.jsonl", [Row("a", STORY)]), "--index", tmp_path / "i")
    assert saring("verify", "--index", tmp_path / "i").returncode == 0
    path = tmp_path / "i" / "bands" / "000001.arrow"
    raw = path.read_bytes()
    path.write_bytes(raw[:-200] + bytes([raw[-200] ^ 1]) + raw[-199:])
    done = saring("verify", "--index", tmp_path / "i")
    assert (done.returncode, done.stdout) == (1, "")
    assert str(path) in done.stderr


def test_a_release_is_added_and_a_row_is_removed(tmp_path: Path) -> None:
    rows = [document(1, text=STORY, published_at=NOON), document(2, text=f"{STORY} lagi")]
    release = write_release(tmp_path / "corpus", "v1", rows)
    assert "2 rows added" in saring("add", release, "--index", tmp_path / "i").stdout
    assert rows[0].id in saring("query", "--index", tmp_path / "i", stdin=STORY).stdout
    assert saring("remove", rows[0].id, "--index", tmp_path / "i").stdout == "1 rows are left.\n"
    assert rows[0].id not in saring("query", "--index", tmp_path / "i", stdin=STORY).stdout
