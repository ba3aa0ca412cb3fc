"""What a site's files say goes into the archive with each article, and under one policy keeps it from being fetched."""

import datetime as dt
import json
from pathlib import Path

import pytest

from crawler.rights import path_of, tdmrep_statements
from crawler.site_files import READERS, SiteFile, rights_of
from crawler.warc import payload_digest
from curation.warc import read_responses
from tests.crawler.odd import HOME, PROFILE, SITE_FILES, Answer, Crawled, Site, crawl_odd, urlset

ROBOTS = "User-agent: *\nContent-Signal: ai-train=no\nDisallow: /rahasia\n\nUser-agent: GPTBot\nDisallow: /\n"
TDMREP = '[{"location": "/read/2", "tdm-reservation": 1, "tdm-policy": "https://odd.example/p"}]'
AI_TXT = "User-Agent: *\nDisallow: /read/3\n"
SAID = Answer(ROBOTS)
ONE = PROFILE + f'sitemaps = ["{HOME}/peta.xml"]\n'


def answers(robots: Answer = SAID, **files: Answer) -> dict[str, list[Answer]]:
    pages = {f"/read/{number}?page=all": [Answer(f"<p>{number}</p>")] for number in range(1, 4)}
    told = {"/.well-known/tdmrep.json": [files["tdmrep"]]} if "tdmrep" in files else {}
    told |= {"/ai.txt": [files["ai"]]} if "ai" in files else {}
    return {"/robots.txt": [robots], "/peta.xml": [Answer(urlset("/read/1", "/read/2", "/read/3"))], **pages, **told}


def rights(crawled: Crawled) -> dict[str, list[dict[str, str]]]:
    """What is noted of each page, by the end of its address."""
    found = {}
    for path in sorted(crawled.into.glob("warc/*/*.warc.gz")):
        for response in read_responses(path, path.name, 10_000, []):
            told = [json.loads(value) for name, value in response.page.notes if name == "right"]
            found[response.page.url.removeprefix(HOME)] = told
    return found


def responses(crawled: Crawled) -> dict[str, tuple[str, str]]:
    """Time and digest of each response by its path."""
    return {one.url.removeprefix(HOME): (one.fetched_at, one.digest) for one in crawled.archived}


def test_every_article_is_archived_with_what_its_site_says_of_it(site: Site, tmp_path: Path) -> None:
    site.answers = answers(Answer(ROBOTS, gzipped=True), tdmrep=Answer(TDMREP), ai=Answer(AI_TXT))
    crawled = crawl_odd(site, tmp_path, "satu", ONE)
    assert (crawled.code, crawled.tally.trouble) == (0, "")
    for path in ("/robots.txt", *SITE_FILES):
        assert site.log.count(path) == 1
    assert site.log.index("/ai.txt") < site.log.index("/read/1?page=all")
    said, archived = rights(crawled), responses(crawled)
    everywhere = [("robots", "allowed", ""), ("content-signal", "ai-train=no", "reserved")]
    everywhere.append(("robots", "Disallow for GPTBot", ""))
    of_one = {
        "/read/1?page=all": [],
        "/read/2?page=all": [("tdm-reservation", "1", "reserved"), ("tdm-policy", "https://odd.example/p", "")],
        "/read/3?page=all": [("ai.txt", "Disallow: /read/3", "reserved")],
    }
    for path, own in of_one.items():
        assert [(one["signal"], one["value"], one["meaning"]) for one in said[path]] == [*everywhere, *own]
        for one in said[path]:
            assert (one["said_at"], one["digest"]) == archived[one["said_by"].removeprefix(HOME)]
            assert dt.datetime.fromisoformat(one["said_at"]).tzinfo is not None
    assert said["/peta.xml"] == said["/ai.txt"] == []


def test_the_next_crawl_asks_the_files_anew(site: Site, tmp_path: Path) -> None:
    site.answers = answers(tdmrep=Answer("[]"))
    crawl_odd(site, tmp_path, "satu", ONE)
    site.answers |= {
        "/peta.xml": [Answer(urlset("/read/4"))],
        "/read/4?page=all": [Answer("<p>4</p>")],
        "/.well-known/tdmrep.json": [Answer('[{"location": "/", "tdm-reservation": 1}]')],
    }
    later = rights(crawl_odd(site, tmp_path, "dua", ONE))
    assert [one["signal"] for one in later["/read/4?page=all"]][-1] == "tdm-reservation"
    assert "tdm-reservation" not in [one["signal"] for one in later["/read/1?page=all"]]


@pytest.mark.parametrize(
    ("files", "asked"),
    [
        ({"robots": Answer("User-agent: *\nDisallow: /ai.txt\nDisallow: /.well-known/")}, 0),
        ({"tdmrep": Answer("sibuk", 503), "ai": Answer("sibuk", 500)}, 1),
        ({"tdmrep": Answer("x", length=2_000_000), "ai": Answer("putus", length=90)}, 1),
        ({"tdmrep": Answer("<html>Beranda"), "ai": Answer("<html>Beranda")}, 1),
        ({"tdmrep": Answer("", 302, (("Location", "http://lain.example/"),)), "ai": Answer("\0\x01" * 9)}, 1),
    ],
    ids=["barred", "broken", "too large", "another page", "elsewhere"],
)
def test_files_that_say_nothing_stop_nothing(site: Site, tmp_path: Path, files: dict[str, Answer], asked: int) -> None:
    site.answers = answers(**{"robots": Answer("User-agent: *\nAllow: /"), **files})
    crawled = crawl_odd(site, tmp_path, "satu", ONE)
    assert crawled.code == 0
    assert [site.log.count(path) for path in SITE_FILES] == [asked, asked], "none is asked for twice"
    said = rights(crawled)
    for number in range(1, 4):
        assert [one["value"] for one in said[f"/read/{number}?page=all"]] == ["allowed"]


def test_what_is_reserved_is_not_fetched_if_the_policy_says_so(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SARING_RIGHTS", "skip-reserved")
    site.answers = answers(Answer("User-agent: *\nAllow: /"), tdmrep=Answer(TDMREP), ai=Answer(AI_TXT))
    crawled = crawl_odd(site, tmp_path, "satu", ONE)
    assert [asked for asked in site.log if asked.startswith("/read")] == ["/read/1?page=all"]
    states = crawled.states()
    assert [states[f"/read/{number}"] for number in (1, 2, 3)] == ["archived", "barred", "barred"]
    assert (crawled.tally.barred, crawled.tally.errors, crawled.tally.trouble) == (2, {}, "")
    faults = crawled.faults()
    assert faults["/read/2"] == f"Reserved: tdm-reservation of {HOME}/.well-known/tdmrep.json says 1"
    assert faults["/read/3"] == f"Reserved: ai.txt of {HOME}/ai.txt says Disallow: /read/3"


def test_a_policy_that_there_is_not_is_refused(site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SARING_RIGHTS", "semua")
    site.answers = answers()
    crawled = crawl_odd(site, tmp_path, "satu", ONE)
    assert (crawled.code, site.log) == (2, [])
    assert crawled.complaint.strip() == "SARING_RIGHTS is 'semua'; give one of record, skip-reserved."


def test_rights_are_told_once_for_each_statement() -> None:
    body = TDMREP.encode()
    file = SiteFile(tdmrep_statements, f"{HOME}{SITE_FILES[0]}", body, "", payload_digest(body))
    (first, statement), _ = rights_of((file,), path_of(f"{HOME}/read/2"))
    assert json.loads(first) == {
        "signal": "tdm-reservation",
        "value": "1",
        "meaning": "reserved",
        "said_by": f"{HOME}{SITE_FILES[0]}",
        "said_at": None,
        "digest": payload_digest(body),
    }
    assert statement.meaning == "reserved"
    assert rights_of((file,), "/read/1") == ()
    assert set(READERS) == {"/robots.txt", *SITE_FILES}
