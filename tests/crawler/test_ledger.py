"""The ledger: what is queued, what is finished, and what a kill leaves."""

import datetime as dt
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from crawler import ledger as module
from crawler.ledger import MOST_TRIES, STATES, Ledger, is_finished, state_of
from crawler.outlets import BadInput
from crawler.warc import Captured
from crawler.window import Window

STORY, WHOLE = "https://www.warta.example/read/1", "https://www.warta.example/read/1?page=all"
INDEX = "https://www.warta.example/indeks"
DAY = dt.date(2026, 11, 3)
ANSWER = Captured(WHOLE, 200, "sha1:A", "2026-11-03T08:30:00.000001Z", '"e"', "Tue, 03 Nov 2026 01:30:00 GMT", "")


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    opened = Ledger(tmp_path / "ledger" / "warta.sqlite")
    yield opened
    opened.close()


def state(ledger: Ledger, url: str = STORY) -> str:
    address = ledger.find(url)
    assert address is not None
    assert address.state in STATES
    return address.state


def test_an_article_goes_from_queue_to_archive_by_what_was_asked(ledger: Ledger) -> None:
    assert ledger.find(STORY) is None
    ledger.add([(STORY, WHOLE, (DAY, DAY))])
    assert state(ledger) == "queued"
    assert not is_finished(ledger.find(STORY))
    ledger.record(ANSWER)
    address = ledger.find_asked(WHOLE)
    assert address == ledger.find(STORY)
    assert address is not None
    assert (address.state, address.kind, address.tries, address.status) == ("archived", "article", 1, 200)
    assert (address.digest, address.etag, address.fetched_at) == ("sha1:A", '"e"', ANSWER.fetched_at)
    assert is_finished(address)
    ledger.add([(STORY, "https://elsewhere.example/", None)])
    assert ledger.find(STORY) == address


def test_an_address_nobody_queued_is_a_listing(ledger: Ledger) -> None:
    ledger.record(replace(ANSWER, url=INDEX))
    ledger.record(replace(ANSWER, url=INDEX, digest="sha1:B"))
    address = ledger.find(INDEX)
    assert address is not None
    assert (address.kind, address.state, address.tries, address.digest) == ("listing", "read", 2, "sha1:B")
    assert ledger.queued(Window()) == []


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (200, "archived"),
        (301, "moved"),
        (404, "gone"),
        (410, "gone"),
        (403, "gone"),
        (408, "failed"),
        (429, "failed"),
        (500, "failed"),
        (503, "failed"),
    ],
)
def test_states_by_status(status: int, expected: str) -> None:
    assert state_of(status) == expected


def test_the_queue_keeps_to_the_window_and_gives_the_newest_first(ledger: Ledger) -> None:
    month = (dt.date(2026, 11, 1), dt.date(2026, 11, 30))
    old = (dt.date(2026, 10, 1), dt.date(2026, 10, 1))
    ledger.add([("u:day", "u:day", (DAY, DAY)), ("u:old", "u:old", old), ("u:none", "u:none", None)])
    ledger.add([("u:month", "u:month", month)])
    assert ledger.queued(Window()) == ["u:month", "u:day", "u:old", "u:none"]
    assert ledger.queued(Window(since=DAY)) == ["u:month", "u:day", "u:none"]
    assert ledger.queued(Window(since=dt.date(2026, 11, 4))) == ["u:month", "u:none"]
    assert ledger.queued(Window(until=dt.date(2026, 10, 31))) == ["u:old", "u:none"]
    assert ledger.queued(Window(DAY, DAY)) == ["u:month", "u:day", "u:none"]


def test_failures_are_tried_again_a_few_times_and_refusals_each_time(ledger: Ledger) -> None:
    ledger.add([(STORY, WHOLE, None), ("u:barred", "u:barred", None)])
    ledger.fail("u:barred", "barred", "Forbidden by robots.txt")
    for tries in range(1, MOST_TRIES + 1):
        ledger.requeue()
        assert ledger.queued(Window()) == [STORY, "u:barred"]
        ledger.fail(STORY, "failed", "timeout")
        ledger.fail("u:barred", "barred", "Forbidden by robots.txt")
        address = ledger.find(STORY)
        assert address is not None
        assert (address.state, address.tries, address.fault) == ("failed", tries, "timeout")
    ledger.requeue()
    assert ledger.queued(Window()) == ["u:barred"]


def test_a_failure_after_the_answer_came_changes_nothing(ledger: Ledger) -> None:
    ledger.add([(STORY, WHOLE, None)])
    ledger.record(ANSWER)
    ledger.fail(STORY, "failed", "the body does not unpack")
    assert state(ledger) == "archived"


def test_a_redirect_to_the_same_story_is_asked_for_at_its_target(ledger: Ledger) -> None:
    ledger.add([(STORY, WHOLE, None)])
    ledger.record(replace(ANSWER, status=301, location=STORY))
    assert state(ledger) == "moved"
    ledger.ask_at(STORY, STORY)
    assert state(ledger) == "queued"
    ledger.record(replace(ANSWER, url=STORY))
    assert state(ledger) == "archived"


def test_a_response_that_only_the_archive_knows_is_entered_once(ledger: Ledger) -> None:
    ledger.add([(STORY, WHOLE, None)])
    busy = replace(ANSWER, status=503, fetched_at="2026-11-03T08:29:00.000001Z")
    assert [ledger.record_missing(captured) for captured in (busy, ANSWER, busy, ANSWER)] == [True, True, False, False]
    address = ledger.find(STORY)
    assert address is not None
    assert (address.state, address.tries) == ("archived", 2)


def test_one_process_at_a_time(ledger: Ledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "SECONDS_TO_WAIT", 0)
    with pytest.raises(BadInput, match=r"warta\.sqlite: another crawl of this outlet is under way"):
        Ledger(tmp_path / "ledger" / "warta.sqlite")


def test_what_was_committed_outlives_a_kill(tmp_path: Path) -> None:
    path = tmp_path / "warta.sqlite"
    script = (
        "import os, pathlib, sys; from crawler.ledger import Ledger; ledger = Ledger(pathlib.Path(sys.argv[1]));"
        f"ledger.add([({STORY!r}, {WHOLE!r}, None)]); os.kill(os.getpid(), 9)"
    )
    killed = subprocess.run([sys.executable, "-c", script, str(path)], check=False)
    assert killed.returncode == -9
    again = Ledger(path)
    assert again.queued(Window()) == [STORY]
    again.close()


def test_a_file_that_is_no_ledger_is_named(tmp_path: Path) -> None:
    path = tmp_path / "warta.sqlite"
    path.write_text("bukan buku besar, melainkan teks biasa yang cukup panjang" * 20)
    with pytest.raises(BadInput, match=r"warta\.sqlite: this is no ledger .*; move it away"):
        Ledger(path)
    path.unlink()
    rows = sqlite3.connect(path)
    rows.execute("PRAGMA user_version = 99")
    rows.close()
    with pytest.raises(BadInput, match="this ledger has version 99"):
        Ledger(path)
