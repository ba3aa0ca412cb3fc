import json
from pathlib import Path
from typing import Any

from curation.coverage import Coverage, Day, crawl_manifests, read_coverage
from tests.releases import NOON, document, reject, write_release

VERSION = "2026-11-22-0a1b2c3d"


def crawl(corpus: Path, name: str, manifest: Any) -> Path:
    path = corpus / "warc" / name / "crawl.json"
    path.parent.mkdir(parents=True)
    path.write_text(manifest if isinstance(manifest, str) else json.dumps(manifest), encoding="utf-8")
    return path


def said(day: str, together: int, archived: int, **more: Any) -> dict[str, Any]:
    nothing = {"estimated": None, "barred": 0, "gone": 0, "failed": 0, "queued": 0}
    return {"day": day, "named": {"sitemap": together}, "together": together, "archived": archived} | nothing | more


def outlets(**days: list[dict[str, Any]]) -> dict[str, Any]:
    return {"outlets": {outlet: {"found": 1, "coverage": listed} for outlet, listed in days.items()}}


def test_what_a_crawl_found_stands_beside_what_the_release_has(tmp_path: Path) -> None:
    release = write_release(
        tmp_path,
        VERSION,
        [document(1, published_at=NOON), document(2, published_at=NOON), document(3)],
        [
            reject(4, "duplicate.near", published_at=NOON), reject(5, "screen.short", published_at=NOON),
            reject(6, "page.not-html", published_at=NOON), reject(7, "duplicate.capture", published_at=NOON),
            reject(8, "duplicate.near", published_at=NOON, outlet="warta"),
        ],
    )  # fmt: skip
    day = said("2026-10-03", 9, 5, moved=1, estimated=10.5, barred=1, gone=2, failed=3, queued=4)
    path = crawl(tmp_path, "one", outlets(kabar=[day, said("2026-10-04", 2, 2)]))
    coverage = read_coverage(release, [path])
    assert coverage == Coverage(
        (
            Day("kabar", "", None, None, None, 0, 1, 0, 0),
            Day("kabar", "2026-10-03", 9, 10.5, 6, 10, 2, 2, 1),
            Day("kabar", "2026-10-04", 2, None, 2, 0, 0, 0, 0),
            Day("warta", "2026-10-03", None, None, None, 0, 0, 1, 0),
        ),
        ("one",),
        (),
    )


def test_a_day_is_one_of_the_outlets_own_zone(tmp_path: Path) -> None:
    import datetime as dt

    late = dt.datetime(2026, 10, 3, 18, 30, tzinfo=dt.UTC)
    rows = [document(1, outlet="balipost", published_at=late), document(2, outlet="kompas", published_at=late)]
    rows.append(document(3, outlet="unknown.example", published_at=late))
    days = {day.outlet: day.day for day in read_coverage(write_release(tmp_path, VERSION, rows), []).days}
    assert days == {"balipost": "2026-10-04", "kompas": "2026-10-04", "unknown.example": "2026-10-03"}


def test_of_two_crawls_that_speak_of_a_day_the_later_is_heard(tmp_path: Path) -> None:
    release = write_release(tmp_path, VERSION, [])
    paths = [
        crawl(tmp_path, "20261102T000000Z", outlets(kabar=[said("2026-10-03", 9, 9)])),
        crawl(tmp_path, "20261101T000000Z", outlets(kabar=[said("2026-10-03", 5, 1), said("2026-10-02", 3, 3)])),
    ]
    days = {day.day: day.archived for day in read_coverage(release, paths).days}
    assert days == {"2026-10-02": 3, "2026-10-03": 9}


def test_a_crawl_that_says_nothing_or_cannot_be_read_is_named(tmp_path: Path) -> None:
    release = write_release(tmp_path, VERSION, [])
    manifests = {
        "a": "{broken", "b": [1], "c": {"outlets": {"kabar": {"found": 1}}}, "d": outlets(kabar=[{"day": "x"}]),
        "e": {"outlets": {}},
    }  # fmt: skip
    paths = [crawl(tmp_path, name, manifest) for name, manifest in manifests.items()]
    coverage = read_coverage(release, paths)
    assert coverage.days == () and coverage.crawls == ()
    assert [line.partition(":")[0] for line in coverage.silent] == list("abcde")
    assert "cannot be read (KeyError)" in coverage.silent[3]


def test_manifests_are_found_in_the_corpus_and_beside_the_archives(tmp_path: Path) -> None:
    own = crawl(tmp_path / "corpus", "one", {})
    other = crawl(tmp_path / "elsewhere", "two", {})
    archives = [other.parent / "a.warc.gz", own.parent / "b.warc.gz", tmp_path / "c.warc.gz"]
    assert set(crawl_manifests(tmp_path / "corpus", archives)) == {own, other}
    assert crawl_manifests(tmp_path / "corpus") == (own,)
