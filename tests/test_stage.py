import os
from pathlib import Path

import pytest

from curation import stage
from curation.config import Config
from curation.guard import Failure
from curation.records import CensusLine, Reject
from curation.shards import read_rows, rejects_of
from curation.stage import Task, work_rows


def misbehave(line: CensusLine) -> CensusLine | Reject:
    if line.key == "crash":
        os.abort()
    if line.key == "hang":
        while True:
            pass
    if line.key == "raise":
        raise ValueError(line.key)
    return refused(line, Failure(False, "said")) if line.key == "refuse" else line


def refused(line: CensusLine, failure: Failure) -> Reject:
    code = "extract.timeout" if failure.timeout else "extract.crash"
    return Reject(line.key, "", "", "kabar", "extract", code, failure.detail, "", "", None, None, None)


def task(folder: Path) -> Task:
    config = folder / "config.json"
    config.write_text(Config.model_validate({"extract": {"seconds_per_page": 5}}).model_dump_json())
    return Task("extract", (), str(folder / "shard.parquet"), str(config))


def test_every_row_is_kept_or_rejected_whatever_the_step_does(tmp_path: Path) -> None:
    keys = ["a", "crash", "b", "hang", "raise", "refuse", "c"]
    lines = [CensusLine("kabar", "repeated", key, 1) for key in keys]
    work_rows(task(tmp_path), CensusLine, lines, misbehave, refused, {})
    shard = tmp_path / "shard.parquet"
    assert [line.key for line in read_rows(shard, CensusLine)] == ["a", "b", "c"]
    rejects = list(read_rows(rejects_of(shard), Reject))
    assert [(row.id, row.code) for row in rejects] == [
        ("crash", "extract.crash"), ("hang", "extract.timeout"), ("raise", "extract.crash"), ("refuse", "extract.crash")
    ]  # fmt: skip
    assert rejects[2].detail == "ValueError: raise"


def test_what_is_made_of_the_code_is_no_part_of_its_digest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stage, "ROOT", tmp_path)
    place = tmp_path / "curation" / "minhash"
    place.mkdir(parents=True)
    place.joinpath("kernel.py").write_text("x = 1", encoding="utf-8")
    place.joinpath("card.md").write_text("# x", encoding="utf-8")
    before = stage.material_digest("curation/minhash")
    place.joinpath("__pycache__").mkdir()
    for name in ("kernel.pyc", "kernel.sign-1.py311.nbi", "kernel.sign-1.py311.1.nbc"):
        place.joinpath("__pycache__", name).write_bytes(b"\0")
    assert stage.material_digest("curation/minhash") == before
    place.joinpath("card.md").write_text("# y", encoding="utf-8")
    assert stage.material_digest("curation/minhash") != before
