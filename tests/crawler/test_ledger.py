"""The ledger: what is queued, what is finished, and what a kill leaves."""

import datetime as dt
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from crawler import ledger as module
from crawler.ledger import FIRST_REST, LONGEST_REST, MOST_TRIES, STATES, STEPS, Ledger, is_finished, state_of
from crawler.outlets import BadInput
from crawler.warc import Captured, warc_date
from crawler.window import Window

STORY, WHOLE = "https://www.warta.example/read/1", "https://www.warta.example/read/1?page=all"
INDEX = "https://www.warta.example/indeks"
DAY = dt.date(2026, 11, 3)
NOON = dt.datetime(2026, 11, 3, 12, tzinfo=dt.UTC)
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
    ledger.fail("u:barred", "barred", "Forbidden by robots.txt", NOON)
    now = NOON
    for tries in range(1, MOST_TRIES + 1):
        ledger.requeue(warc_date(now))
        assert ledger.queued(Window()) == [STORY, "u:barred"]
        ledger.fail(STORY, "failed", "timeout", now)
        ledger.fail("u:barred", "barred", "Forbidden by robots.txt", now)
        address = ledger.find(STORY)
        assert address is not None
        assert (address.state, address.tries, address.fault) == ("failed", tries, "timeout")
        now += LONGEST_REST
    ledger.requeue(warc_date(now))
    assert ledger.queued(Window()) == ["u:barred"]


def test_what_failed_rests_twice_as_long_each_time(ledger: Ledger) -> None:
    ledger.add([(STORY, WHOLE, None)])
    for tries in range(MOST_TRIES - 1):
        ledger.fail(STORY, "failed", "timeout", NOON)
        due = NOON + FIRST_REST * 2**tries
        ledger.requeue(warc_date(due - dt.timedelta(microseconds=1)))
        assert ledger.queued(Window()) == []
        ledger.requeue(warc_date(due))
        assert ledger.queued(Window()) == [STORY]


def test_an_answer_that_it_could_not_rests_too(ledger: Ledger) -> None:
    ledger.add([(STORY, WHOLE, None)])
    ledger.record(replace(ANSWER, status=503))
    address = ledger.find(STORY)
    assert address is not None
    assert address.next_due == warc_date(dt.datetime.fromisoformat(ANSWER.fetched_at) + FIRST_REST)
    ledger.requeue(ANSWER.fetched_at)
    assert ledger.queued(Window()) == []


AGAIN = replace(ANSWER, status=304, digest="sha1:EMPTY", fetched_at="2026-11-09T00:00:00.000000Z", etag="")


def looked_at_again(ledger: Ledger) -> None:
    ledger.add([(STORY, WHOLE, (DAY, DAY))])
    ledger.record(ANSWER)
    assert ledger.ask_again([STORY], AGAIN.fetched_at) == 1
    assert ledger.queued(Window()) == [STORY]


@pytest.mark.parametrize("again", [AGAIN, replace(ANSWER, fetched_at=AGAIN.fetched_at, etag='"f"')])
def test_a_page_that_did_not_change_keeps_what_the_archive_has_of_it(ledger: Ledger, again: Captured) -> None:
    looked_at_again(ledger)
    ledger.record(again)
    address = ledger.find(STORY)
    assert address is not None
    assert (address.state, address.status, address.digest, address.etag) == ("archived", 200, "sha1:A", '"e"')
    assert (address.fetched_at, address.checked_at) == (ANSWER.fetched_at, AGAIN.fetched_at)
    assert address.known_at == AGAIN.fetched_at
    assert not ledger.record_missing(again)


def test_a_page_that_changed_is_the_new_one_from_then_on(ledger: Ledger) -> None:
    looked_at_again(ledger)
    ledger.record(replace(ANSWER, digest="sha1:B", fetched_at=AGAIN.fetched_at))
    address = ledger.find(STORY)
    assert address is not None
    assert (address.state, address.digest, address.known_at) == ("archived", "sha1:B", AGAIN.fetched_at)


def test_a_page_that_could_not_be_looked_at_again_stays_archived_and_rests(ledger: Ledger) -> None:
    looked_at_again(ledger)
    ledger.fail(STORY, "failed", "timeout", NOON)
    address = ledger.find(STORY)
    assert address is not None
    assert (address.state, address.fault, address.digest) == ("archived", "timeout", "sha1:A")
    assert [failed.url for failed in ledger.failures()] == [STORY]
    assert ledger.ask_again([STORY], warc_date(NOON)) == 0
    assert ledger.ask_again([STORY], warc_date(NOON + FIRST_REST)) == 1
    ledger.record(replace(AGAIN, status=503))
    assert state(ledger) == "archived"


def test_what_appeared_in_the_last_days_is_looked_at_again(ledger: Ledger) -> None:
    old = DAY - dt.timedelta(days=1)
    ledger.add([("u:new", "u:new", (DAY, DAY)), ("u:old", "u:old", (old, old)), ("u:none", "u:none", None)])
    for url in ("u:new", "u:old", "u:none", INDEX):
        ledger.record(replace(ANSWER, url=url))
    assert ledger.ask_again_since(DAY, warc_date(NOON)) == 2
    assert ledger.queued(Window()) == ["u:new", "u:none"]


def test_what_is_asked_for_afresh_has_no_condition(ledger: Ledger) -> None:
    looked_at_again(ledger)
    ledger.record(AGAIN)
    ledger.ask_afresh(WHOLE)
    address = ledger.find(STORY)
    assert address is not None
    assert (address.state, address.etag, address.last_modified, address.digest) == ("queued", "", "", "sha1:A")


def test_a_person_can_queue_again_what_failed(ledger: Ledger) -> None:
    ledger.add([(url, url, None) for url in ("u:1", "u:2", "u:3")])
    ledger.fail("u:1", "failed", "timeout", NOON)
    ledger.record(replace(ANSWER, url="u:2", status=404))
    ledger.record(replace(ANSWER, url="u:3"))
    assert ledger.counts() == {"archived": 1, "failed": 1, "gone": 1}
    assert [ledger.requeue_all(what) for what in ("failed", "u:2", "archived", "u:4")] == [1, 1, 0, 0]
    assert ledger.queued(Window()) == ["u:1", "u:2"]
    address = ledger.find("u:1")
    assert address is not None
    assert (address.tries, address.fault, address.next_due) == (0, "", "")


def test_each_kind_of_source_that_names_an_article_is_noted_once(ledger: Ledger) -> None:
    month = (dt.date(2026, 11, 1), dt.date(2026, 11, 30))
    ledger.add([("u:1", "u:1", (DAY, DAY)), ("u:2", "u:2", None)], "u:peta", "sitemap")
    ledger.add([("u:1", "u:1", (DAY, DAY)), ("u:3", "u:3", month)], "u:rss", "feed")
    ledger.add([("u:1", "u:1", (DAY, DAY))], "u:rss", "feed")
    ledger.add([("u:1?page=2", "u:1?page=2", (DAY, DAY))], "u:1", "part", "part")
    ledger.date([("u:2", (DAY, DAY)), ("u:1", month)])
    one = ledger.find("u:1")
    assert one is not None
    assert (one.via, one.found_in) == ("u:peta", "sitemap")
    assert sorted((day, sorted(kinds), state, count) for day, kinds, state, count in ledger.namings(Window())) == [
        ("", ["feed"], "queued", 1),
        ("2026-11-03", ["feed", "sitemap"], "queued", 1),
        ("2026-11-03", ["sitemap"], "queued", 1),
    ]
    later = Window(since=DAY + dt.timedelta(days=1))
    assert [day for day, *_ in ledger.namings(later)] == [""], "of a month that reaches into the window"


def test_a_ledger_of_version_1_is_taken_over(tmp_path: Path) -> None:
    path = tmp_path / "warta.sqlite"
    rows = sqlite3.connect(path)
    rows.executescript(STEPS[0])
    rows.execute(
        "INSERT INTO address (url, asked, kind, state, digest, fetched_at) VALUES (?, ?, 'article', 'archived', ?, ?)",
        (STORY, WHOLE, "sha1:A", ANSWER.fetched_at),
    )
    rows.execute("PRAGMA user_version = 1")
    rows.commit()
    rows.close()
    for _ in range(2):
        again = Ledger(path)
        address = again.find(STORY)
        again.close()
        assert address is not None
        assert (address.state, address.digest, address.via, address.next_due) == ("archived", "sha1:A", "", "")


def test_a_failure_after_the_answer_came_changes_nothing(ledger: Ledger) -> None:
    ledger.add([(STORY, WHOLE, None)])
    ledger.record(ANSWER)
    ledger.fail(STORY, "failed", "the body does not unpack", NOON)
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


def committed(ledger_path: Path, copies: Path) -> set[str]:
    """Read what a kill at this moment would leave: the file and its log as they lie on the disk."""
    copies.mkdir(exist_ok=True)
    for name in (ledger_path.name, f"{ledger_path.name}-wal"):
        copies.joinpath(name).write_bytes(ledger_path.with_name(name).read_bytes())
    with closing(sqlite3.connect(copies / ledger_path.name)) as rows:
        return {url for (url,) in rows.execute("SELECT url FROM address")}


def test_rows_of_one_second_are_committed_together_behind_the_archive(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = 100.0
    monkeypatch.setattr(module.time, "monotonic", lambda: now)
    path, order = tmp_path / "warta.sqlite", list[set[str]]()
    ledger = Ledger(path)
    ledger.before_commit = lambda: order.append(committed(path, tmp_path / "before"))
    ledger.add([(STORY, WHOLE, None)])
    assert committed(path, tmp_path / "copy") == {STORY}
    others = [replace(ANSWER, url=f"https://a.example/{number}") for number in range(3)]
    ledger.record(others[0])
    ledger.record(others[1])
    assert ledger.find(others[1].url) is not None
    assert committed(path, tmp_path / "copy") == {STORY}
    now += module.SECONDS_BETWEEN_COMMITS
    ledger.record(others[2])
    assert len(committed(path, tmp_path / "copy")) == 4
    ledger.record(replace(ANSWER, url="https://a.example/last"))
    ledger.close()
    ledger.close()
    assert [len(urls) for urls in order] == [0, 1, 4]
    with closing(sqlite3.connect(path)) as rows:
        assert rows.execute("SELECT count(*) FROM address").fetchone() == (5,)
