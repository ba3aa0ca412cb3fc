import datetime as dt
import io
import json
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from crawler.outlets import BadInput
from curation.health import FEWEST, Health, check_outlets, print_health
from curation.records import Cut, Document
from tests.releases import NOON, document, reject, write_release

OLD, NEW = "2026-10-03-0123abcd", "2026-10-10-0123abcd"
WHOLE: dict[str, Any] = {
    "title": "Judul", "text": "x" * 90, "authors": ("Ratna",), "published_at": NOON, "layout": "baru", "n_words": 300,
    "fetched_at": NOON, "cuts": (Cut("RL01", 0, "y" * 6), Cut("RL01", 8, "z" * 4)),
}  # fmt: skip


def stories(count: int, first: int = 1, **fields: Any) -> list[Document]:
    """Documents of which everything is known but what `fields` takes away."""
    return [document(number, **WHOLE | fields) for number in range(first, first + count)]


def compared(corpus: Path, before: Iterable[Document], now: Iterable[Document]) -> Health:
    write_release(corpus, OLD, before)
    write_release(corpus, NEW, now)
    return check_outlets(corpus)


def faults(health: Health) -> list[str]:
    return [fault for outlet in health.failing for fault in outlet.faults]


def test_every_measure_is_counted_over_what_can_tell_it(tmp_path: Path) -> None:
    odd = stories(
        1, 90, title="", authors=(), published_at=None, layout="", n_words=100, fetched_at=None, text="", cuts=()
    )
    codes = ("duplicate.near", "screen.language", "screen.short", "clean.crash", "page.index", "extract.timeout")
    never = ("http.status", "page.not-article", "page.not-html", "page.part", "page.unchanged", "duplicate.capture")
    rejects = [reject(number, code) for number, code in enumerate((*codes, *never), 100)]
    other = stories(1, 200, outlet="warta")
    write_release(tmp_path, NEW, [*stories(3), *odd, *other], rejects)
    health = check_outlets(tmp_path)
    assert (health.release, health.before) == (NEW, "")
    kabar, warta = health.outlets
    assert (kabar.outlet, kabar.before, kabar.faults) == ("kabar", None, ())
    now = kabar.now
    assert (now.pages, now.documents) == (10, 4)
    assert (now.body, now.failed) == (60.0, 10.0)
    assert (now.title, now.author, now.date, now.layout) == (75.0, 75.0, 75.0, 75.0)
    assert (now.words, now.cut) == (300.0, 10.0)
    assert (warta.now.pages, warta.now.cut) == (1, 10.0)


def test_an_outlet_without_a_document_has_nothing_to_count(tmp_path: Path) -> None:
    write_release(tmp_path, NEW, [], [reject(1, "extract.no-body")])
    (kabar,) = check_outlets(tmp_path).outlets
    assert (kabar.now.body, kabar.now.failed, kabar.now.title, kabar.now.words) == (0.0, 100.0, None, None)


@pytest.mark.parametrize(
    ("lost", "share", "named"),
    [
        ({"title": ""}, 2, ["title on 80 % of its pages, 100 % before"]),
        ({"title": ""}, 1, []),
        ({"published_at": None}, 2, ["date on 80 % of its pages, 100 % before"]),
        ({"published_at": None}, 1, []),
        ({"layout": ""}, 3, ["layout on 70 % of its pages, 100 % before"]),
        ({"layout": ""}, 2, []),
        ({"n_words": 149}, 10, ["median length 149 words, 300 before"]),
        ({"n_words": 150}, 10, []),
        ({"authors": ()}, 10, []),
    ],
)
def test_what_fell_too_far_is_named(tmp_path: Path, lost: dict[str, Any], share: int, named: list[str]) -> None:
    now = [*stories(FEWEST - share), *stories(share, 50, **lost)]
    assert faults(compared(tmp_path, stories(FEWEST), now)) == named


def test_lost_bodies_are_named(tmp_path: Path) -> None:
    write_release(tmp_path, OLD, stories(20))
    write_release(tmp_path, NEW, stories(17), [reject(number, "extract.no-body") for number in range(90, 93)])
    assert faults(check_outlets(tmp_path)) == ["body on 85 % of its pages, 100 % before"]


def test_few_pages_prove_nothing(tmp_path: Path) -> None:
    few = FEWEST - 1
    lost = {"title": "", "layout": "", "n_words": 50}
    assert faults(compared(tmp_path / "now", stories(20), stories(few, **lost))) == []
    assert faults(compared(tmp_path / "before", stories(few), stories(20, **lost))) == []


def test_what_rises_is_no_fault(tmp_path: Path) -> None:
    assert faults(compared(tmp_path, stories(20, title="", layout="", n_words=50), stories(20))) == []


def test_old_pages_do_not_hide_what_the_new_ones_lack(tmp_path: Path) -> None:
    later = NOON + dt.timedelta(days=7)
    old = stories(200)
    health = compared(tmp_path, old, [*old, *stories(FEWEST, 900, title="", fetched_at=later)])
    assert faults(health) == ["title on 0 % of its pages, 100 % before"]
    assert health.outlets[0].now.pages == FEWEST


def test_too_few_new_pages_are_measured_with_the_old_ones(tmp_path: Path) -> None:
    later = NOON + dt.timedelta(days=7)
    old = stories(20)
    health = compared(tmp_path, old, [*old, *stories(FEWEST - 1, 900, fetched_at=later)])
    assert health.outlets[0].now.pages == 20 + FEWEST - 1


def test_the_release_before_is_the_one_made_before(tmp_path: Path) -> None:
    for seconds, version in enumerate(("2026-10-10-bbbb", "2026-10-10-aaaa", "2026-10-03-cccc", "2026-11-01-dddd")):
        manifest = write_release(tmp_path, version, stories(1)) / "manifest.json"
        os.utime(manifest, (seconds, seconds))
    for latest, before in (("2026-11-01-dddd", "2026-10-10-aaaa"), ("2026-10-10-aaaa", "2026-10-10-bbbb"),
                           ("2026-10-10-bbbb", "2026-10-03-cccc"), ("2026-10-03-cccc", "")):  # fmt: skip
        (tmp_path / "release" / "latest").unlink()
        (tmp_path / "release" / "latest").symlink_to(latest)
        health = check_outlets(tmp_path)
        assert (health.release, health.before) == (latest, before)


def test_a_corpus_without_a_release_is_said(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="there is no release; make one with `saring build`"):
        check_outlets(tmp_path)


def printed(health: Health) -> list[str]:
    out = io.StringIO()
    print_health(Console(file=out, width=100), health)
    return [" ".join(line.split()) for line in out.getvalue().splitlines()]


def test_the_table_tells_change_and_reason(tmp_path: Path) -> None:
    lines = printed(compared(tmp_path, stories(20), [*stories(15), *stories(5, 50, title="", n_words=301)]))
    assert f"Release {NEW}" in lines[0]
    assert OLD in lines[1]
    assert "kabar 20 100 0 75 -25 100 100 100 300 10" in lines
    assert lines[-1] == "kabar: title on 75 % of its pages, 100 % before"


def test_the_table_says_where_there_is_no_fault_or_nothing_to_compare(tmp_path: Path) -> None:
    write_release(tmp_path, OLD, stories(20))
    assert "no release before" in printed(check_outlets(tmp_path))[1]
    write_release(tmp_path, NEW, stories(20))
    assert printed(check_outlets(tmp_path))[-1] == "No outlet fell."


def write_crawl(corpus: Path, name: str, since: str | None = None, **outlets: tuple[str, int]) -> None:
    folder = corpus / "warc" / name
    folder.mkdir(parents=True)
    tallies = {outlet: {"trouble": trouble, "found": found} for outlet, (trouble, found) in outlets.items()}
    folder.joinpath("crawl.json").write_text(json.dumps({"since": since, "outlets": tallies}), encoding="utf-8")


def test_the_last_crawl_is_heard(tmp_path: Path) -> None:
    write_release(tmp_path, "2026-10-02-aaaaaaaa", [document(number) for number in range(12)])
    write_crawl(tmp_path, "20261001T000000Z", kabar=("it refused 10 times in a row", 3), warta=("", 9))
    assert {one.outlet for one in check_outlets(tmp_path).failing} == {"kabar"}
    write_crawl(tmp_path, "20261002T000000Z", kabar=("", 3), warta=("", 0))
    health = check_outlets(tmp_path)
    assert [(one.outlet, one.faults) for one in health.failing] == [
        ("warta", ("crawl 20261002T000000Z: its sources named no article",))
    ]
    assert "warta: crawl" in "\n".join(printed(health))
    write_crawl(tmp_path, "20261003T000000Z", since="2026-10-03", warta=("", 0))
    tmp_path.joinpath("warc", "20261004T000000Z").mkdir()
    tmp_path.joinpath("warc", "20261004T000000Z", "crawl.json").write_text("{", encoding="utf-8")
    assert not check_outlets(tmp_path).failing
