"""`scrapy ledger`, in a process of its own."""

import datetime as dt
import json
import subprocess
import sys
from pathlib import Path

import pytest

from crawler.ledger import Ledger
from crawler.warc import Captured
from crawler.window import Window

NOW = dt.datetime(2026, 11, 3, 12, tzinfo=dt.UTC)


def run(into: Path, *options: str) -> "subprocess.CompletedProcess[str]":
    scrapy = [str(Path(sys.executable).with_name("scrapy")), "ledger", "--into", str(into), *options]
    return subprocess.run(scrapy, capture_output=True, text=True, check=False)


@pytest.fixture
def into(tmp_path: Path) -> Path:
    for outlet in ("kabar", "warta"):
        ledger = Ledger(tmp_path / "ledger" / f"{outlet}.sqlite")
        ledger.add([(f"http://{outlet}/{number}", f"http://{outlet}/{number}", None) for number in range(4)])
        ledger.record(Captured(f"http://{outlet}/0", 200, "sha1:A", "2026-11-03T12:00:00.000000Z"))
        ledger.record(Captured(f"http://{outlet}/1", 404, "sha1:B", "2026-11-03T12:00:00.000000Z"))
        ledger.fail(f"http://{outlet}/2", "failed", "no answer: timeout", NOW)
        ledger.close()
    return tmp_path


def test_it_counts_by_state_and_says_what_failed_why_and_until_when(into: Path) -> None:
    done = run(into, "warta")
    assert (done.returncode, done.stderr) == (0, "")
    lines = [line.split() for line in done.stdout.splitlines() if line.strip()]
    assert lines[0] == ["outlet", "queued", "archived", "moved", "gone", "failed", "barred"]
    assert ["warta", "1", "1", "0", "1", "1", "0"] in lines
    assert "http://warta/1: gone (404), 1 try\n" in done.stdout
    assert "http://warta/2: failed (no answer: timeout), 1 try, due 2026-11-03T12:15:00.000000Z\n" in done.stdout
    assert "kabar" not in done.stdout


def test_json_says_the_same(into: Path) -> None:
    told = json.loads(run(into, "--json").stdout)
    assert sorted(told) == ["kabar", "warta"]
    assert told["kabar"]["states"] == {"archived": 1, "failed": 1, "gone": 1, "queued": 1}
    failed = {one["url"]: one for one in told["kabar"]["failures"]}
    assert sorted(failed) == ["http://kabar/1", "http://kabar/2"]
    assert (failed["http://kabar/2"]["tries"], failed["http://kabar/2"]["fault"]) == (1, "no answer: timeout")


@pytest.mark.parametrize(
    ("what", "queued"), [("failed", ["2", "3"]), ("gone", ["1", "3"]), ("http://warta/1", ["1", "3"])]
)
def test_it_queues_again(into: Path, what: str, queued: list[str]) -> None:
    done = run(into, "warta", "--requeue", what)
    assert done.returncode == 0, done.stderr
    assert "warta: 1 addresses are queued for the next crawl." in done.stdout
    ledger = Ledger(into / "ledger" / "warta.sqlite")
    assert [url.rpartition("/")[2] for url in ledger.queued(Window())] == queued
    ledger.close()


def test_a_ledger_that_a_crawl_has_is_left_to_it(into: Path) -> None:
    ledger = Ledger(into / "ledger" / "warta.sqlite")
    done = run(into)
    ledger.close()
    assert done.returncode == 2
    assert done.stderr.endswith("warta.sqlite: another crawl of this outlet is under way; wait for it or stop it.\n")
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["koran"], "koran: it has no ledger in "),
        (["--requeue", "archived"], "--requeue archived: nothing of that is in "),
    ],
)
def test_bad_input_is_one_sentence(into: Path, options: list[str], says: str) -> None:
    done = run(into, *options)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(says)
    assert done.stderr.count("\n") == 1


def test_a_folder_without_ledgers_is_bad_input_and_gets_none(tmp_path: Path) -> None:
    done = run(tmp_path)
    assert done.returncode == 2
    assert "there is no ledger here; crawl first" in done.stderr
    assert not list(tmp_path.iterdir())
