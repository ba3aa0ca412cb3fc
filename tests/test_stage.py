import os
import time
from pathlib import Path

from curation.config import Config
from curation.guard import Failure
from curation.records import CensusLine, Reject
from curation.shards import read_rows, rejects_of
from curation.stage import Task, work_rows


def misbehave(line: CensusLine) -> CensusLine | Reject:
    if line.key == "crash":
        os.abort()
    if line.key == "hang":
        time.sleep(60)
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
