"""The command line, from the newsstand to archives on the disk."""

import datetime as dt
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from fastwarc.warc import ArchiveIterator, WarcRecordType
from typer.testing import CliRunner, Result

from crawler.__main__ import BAD_INPUT, INTERRUPTED, TROUBLE, app
from crawler.newsstand import server as newsstand_server
from crawler.newsstand.body import parts_count
from crawler.newsstand.edition import Edition, edited, open_edition
from crawler.newsstand.server import Newsstand, Visit, serving
from crawler.newsstand.stories import Appearance, slugify
from crawler.outlets import PROFILES, load_outlets
from crawler.urls import canonical_url, story_page, story_part
from crawler.warc import OPEN, Captured, captures
from tests.crawler.odd import HOME, PROFILE, Site, spider_command, spider_environment

OUTLETS = load_outlets()
EDITION = open_edition()
STAND = tuple(name for name, profile in OUTLETS.by_id.items() if profile.served_by == "newsstand")
# A twin that only its own rel=canonical gives away is another address to a crawler.
TWINS = [special.entry for special in EDITION.specials if special.oddity == "twin"]


def pages_of(entry: Appearance) -> list[str]:
    """The addresses under which a crawl must have a story: the parts too where none brings it whole."""
    parts = 1 if entry.masthead.whole_stories else parts_count(entry)
    return [entry.url, *(f"{entry.url}?page={part}" for part in range(2, parts + 1))]


GOLD = {
    name: Counter(
        [url for entry in shelf for url in pages_of(entry)] + [twin.url for twin in TWINS if twin.masthead.id == name]
    )
    for name, shelf in EDITION.shelves.items()
}


def archived(into: Path, outlet: str) -> list[Captured]:
    """List the responses of an outlet without those that only repeat an earlier one."""
    paths = sorted(into.glob(f"warc/*/{outlet}-[0-9]*.warc.gz"))
    again = set(revisits(into, outlet))
    found = [captured for path in paths for captured in captures(path)]
    return [one for one in found if (one.url, one.fetched_at) not in again]


def revisits(into: Path, outlet: str) -> list[tuple[str, str]]:
    """List address and time of the records that say that a page has not changed."""
    found = []
    for path in sorted(into.glob(f"warc/*/{outlet}-[0-9]*.warc.gz")):
        with path.open("rb") as file:
            records = ArchiveIterator(file, record_types=WarcRecordType.revisit, parse_http=False)
            found += [(record.headers["WARC-Target-URI"], record.headers["WARC-Date"]) for record in records]
    return found


def stories(into: Path, outlet: str) -> Counter[str]:
    """Count the captures of each story that answered 200, by its canonical address, and of each later part."""
    profile = OUTLETS.by_id[outlet]
    urls = [one.url for one in archived(into, outlet) if one.status == 200 and profile.is_article(one.url)]
    parts = {url: story_page(url, profile) for url in urls}
    return Counter(
        story_part(url, parts[url], profile) if parts[url] > 1 else canonical_url(url, profile) for url in urls
    )


def crawl(*options: str) -> Result:
    return CliRunner().invoke(app, ["crawl", *options])


@dataclass(frozen=True, slots=True)
class Crawl:
    result: Result
    into: Path
    visits: list[newsstand_server.Visit]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawl]:
    """Crawl the whole newsstand once, with the access log in hand."""
    into = tmp_path_factory.mktemp("corpus")
    with own_newsstand() as stand:
        yield Crawl(crawl("--into", str(into), "--workers", "5"), into, list(stand.log))


@contextmanager
def own_newsstand(edition: Edition = EDITION) -> Iterator[Newsstand]:
    """Let the command take a newsstand whose log the test can read."""
    with serving(delays=False, edition=edition) as stand, pytest.MonkeyPatch.context() as patch:

        @contextmanager
        def ours() -> Iterator[Newsstand]:
            yield stand

        patch.setattr(newsstand_server, "serving", ours)
        yield stand


def test_the_whole_newsstand_is_archived_each_story_once(whole: Crawl) -> None:
    assert whole.result.exit_code == 0, whole.result.output
    for outlet in STAND:
        assert stories(whole.into, outlet) == GOLD[outlet], outlet


def test_what_robots_forbids_is_never_asked_for(whole: Crawl) -> None:
    forbidden = {special.entry.url for special in EDITION.specials if special.oddity == "withheld"}
    assert forbidden
    asked = {f"http://{visit.host}{visit.path}" for visit in whole.visits}
    assert not asked & forbidden
    assert "barred" in whole.result.output


def test_every_answer_is_archived_and_no_outlet_is_asked_twice_for_a_story(whole: Crawl) -> None:
    for outlet in STAND:
        profile = OUTLETS.by_id[outlet]
        asked = [f"http://{visit.host}{visit.path}" for visit in whole.visits if profile.owns(visit.host)]
        assert asked.count(f"{profile.home}robots.txt") == 1
        assert Counter(asked) == Counter(captured.url for captured in archived(whole.into, outlet))
        oddities = {special.entry.url for special in EDITION.specials if special.oddity == "busy"}
        twice = {url for url, times in Counter(asked).items() if times > 1}
        assert twice <= oddities


def test_archives_are_sound_for_warcio_and_fastwarc(whole: Crawl) -> None:
    paths = sorted(whole.into.glob("warc/*/*.warc.gz"))
    assert [path.name for path in paths] == [f"{outlet}-00000.warc.gz" for outlet in sorted(STAND)]
    warcio = Path(sys.executable).with_name("warcio")
    check = subprocess.run([warcio, "check", *paths], capture_output=True, text=True, check=False)
    assert (check.returncode, check.stdout, check.stderr) == (0, "", "")
    for path in paths:
        with path.open("rb") as file:
            kinds = [record.headers["WARC-Type"] for record in ArchiveIterator(file, parse_http=False)]
        pairs = len(list(captures(path)))
        assert kinds == ["warcinfo", *["metadata", "response", "request"] * pairs]


def test_the_manifest_and_the_table_say_what_was_done(whole: Crawl) -> None:
    (path,) = whole.into.glob("warc/*/crawl.json")
    manifest = json.loads(path.read_text())
    assert manifest["crawl"] == path.parent.name
    assert sorted(manifest["outlets"]) == sorted(STAND)
    for outlet, tally in manifest["outlets"].items():
        assert tally["archived"] == len(archived(whole.into, outlet))
        assert tally["warcs"] == [f"{outlet}-00000.warc.gz"]
        assert re.search(rf"{outlet} .*\b{tally['found']}\b.*\b{tally['archived']}\b", whole.result.output)


def test_a_second_crawl_writes_nothing(whole: Crawl) -> None:
    before = sorted(whole.into.glob("warc/**/*"))
    with own_newsstand() as stand:
        again = crawl("--into", str(whole.into), "--outlet", "kabarpesisir", "--outlet", "ruangkini")
    assert again.exit_code == 0, again.output
    assert sorted(whole.into.glob("warc/**/*")) == before
    asked = {f"http://{visit.host}{visit.path}" for visit in stand.log}
    profile = OUTLETS.by_id["kabarpesisir"]
    assert not [url for url in asked if profile.is_article(url)]


def asked_for(stand: Newsstand, outlet: str) -> list[Visit]:
    """List the visits to the pages of stories of an outlet."""
    profile = OUTLETS.by_id[outlet]
    return [visit for visit in stand.log if profile.is_article(f"http://{visit.host}{visit.path}")]


def test_a_story_that_changed_is_archived_again_and_the_old_one_stays(tmp_path: Path) -> None:
    outlet = "kabarpesisir"
    story = EDITION.shelves[outlet][0]
    options = ("--outlet", outlet, "--into", str(tmp_path))
    with own_newsstand():
        assert crawl(*options).exit_code == 0
    first = Counter(one.url for one in archived(tmp_path, outlet))
    later = edited(EDITION, story.url, "Kalimat terakhir ini ditulis ulang.", dt.datetime.now(dt.UTC))
    with own_newsstand(later) as stand:
        again = crawl(*options)
    assert again.exit_code == 0, again.output
    assert [(visit.path, visit.status) for visit in asked_for(stand, outlet)] == [(urlsplit(story.url).path, 200)]
    captures_now = [one for one in archived(tmp_path, outlet) if one.url == story.url]
    assert len({one.digest for one in captures_now}) == len(captures_now) == first[story.url] + 1 == 2
    with own_newsstand(later) as stand:
        assert crawl(*options).exit_code == 0
    assert asked_for(stand, outlet) == [], "the change is in the archive by now"


def test_what_is_looked_at_again_and_did_not_change_is_a_revisit(tmp_path: Path) -> None:
    outlet = "suluhborneo"
    options = ("--outlet", outlet, "--into", str(tmp_path))
    with own_newsstand():
        assert crawl(*options).exit_code == 0
    before = len(archived(tmp_path, outlet))
    story = next(entry for entry in EDITION.shelves[outlet] if entry.story.pages == 3)
    last = max(entry.published.date() for shelf in EDITION.shelves.values() for entry in shelf)
    days = (last - story.published.date()).days
    recent = [entry for entry in EDITION.shelves[outlet] if (last - entry.published.date()).days <= days]
    with own_newsstand() as stand:
        again = crawl(*options, "--recheck", str(days))
    assert again.exit_code == 0, again.output
    pages = sorted(url for entry in recent for url in pages_of(entry))
    assert {visit.status for visit in asked_for(stand, outlet)} == {304}
    assert sorted(url for url, _ in revisits(tmp_path, outlet)) == pages
    assert len(pages) < sum(GOLD[outlet].values())
    assert len(archived(tmp_path, outlet)) == before


def test_a_subject_crawl_takes_the_stories_of_the_subject(tmp_path: Path) -> None:
    subject = "literasi"
    with own_newsstand() as stand:
        done = crawl("--into", str(tmp_path), "--topic", subject, "--workers", "3")
    assert done.exit_code == 0, done.output
    for outlet, shelf in EDITION.shelves.items():
        about = [entry for entry in shelf if subject in map(slugify, (entry.story.section, *entry.story.tags))]
        assert stories(tmp_path, outlet) == Counter(url for entry in about for url in pages_of(entry)), outlet
    assert sum(map(len, (stories(tmp_path, outlet) for outlet in STAND)))
    assert not [visit for visit in stand.log if "sitemap" in visit.path or "indeks" in visit.path]
    assert "it has no page on the subject 'literasi'" in " ".join(done.output.split())


def test_the_manifest_says_by_day_what_the_sources_named(whole: Crawl) -> None:
    (path,) = whole.into.glob("warc/*/crawl.json")
    outlets = json.loads(path.read_text())["outlets"]
    for outlet, shelf in EDITION.shelves.items():
        rows = {row["day"]: row for row in outlets[outlet]["coverage"]}
        named = sum(row["together"] for row in rows.values())
        assert named == outlets[outlet]["found"]
        assert sum(row["archived"] + row["moved"] + row["barred"] + row["gone"] for row in rows.values()) == named
        assert not [row for row in rows.values() if row["failed"] or row["queued"]]
        assert sum(row["archived"] for row in rows.values()) >= len(shelf) - 1, "one is named by what redirects to it"
    rows = outlets["wartalintas"]["coverage"]
    assert any(row["named"].get("feed") and row["named"].get("listing") and row["estimated"] for row in rows)
    assert all(
        row["named"].keys() == {"api"} and row["estimated"] is None for row in outlets["suluhborneo"]["coverage"]
    )


@contextmanager
def spider_under_way(into: Path, proxy: str, outlet: str, crawl: str) -> Iterator["subprocess.Popen[bytes]"]:
    command = spider_command(into, outlet, "--crawl", crawl)
    with subprocess.Popen(command, env=spider_environment(proxy), stdout=subprocess.PIPE) as process:
        try:
            yield process
        finally:
            process.kill()


def wait_for(happened: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 120
    while not happened():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.01)


def test_after_a_kill_the_next_crawl_goes_on_and_archives_each_story_once(tmp_path: Path) -> None:
    outlet, half = "gaungtimur", sum(GOLD["gaungtimur"].values()) // 2
    is_article = OUTLETS.by_id[outlet].is_article

    def asked(stand: Newsstand) -> list[str]:
        urls = [f"http://{visit.host}{visit.path}" for visit in stand.log]
        return [url for url in urls if is_article(url)]

    with serving(delays=False) as stand:
        with spider_under_way(tmp_path, stand.address, outlet, "satu") as killed:
            wait_for(lambda: len(asked(stand)) > half)
            killed.send_signal(signal.SIGKILL)
            killed.wait()
        (torn,) = tmp_path.glob(f"warc/satu/*{OPEN}")
        with torn.open("ab") as file:
            file.write(b"\x1f\x8b\x08\x00 a record that the kill tore")
        first = asked(stand)
        stand.log.clear()
        done = subprocess.run(
            spider_command(tmp_path, outlet, "--crawl", "dua"),
            env=spider_environment(stand.address),
            capture_output=True,
            text=True,
            check=True,
        )
        second = asked(stand)
    assert stories(tmp_path, outlet) == GOLD[outlet]
    assert not list(tmp_path.glob(f"warc/*/*{OPEN}"))
    # at most the response in hand is asked for again
    assert len(set(first) & set(second)) <= 1
    assert "was left by a crawl that was killed" in json.loads(done.stdout.splitlines()[-1])["notes"][0]


@dataclass(frozen=True, slots=True)
class Worker:
    """A spider process under a crawl."""

    pid: int
    outlet: str


def workers_of(parent: int) -> list[Worker]:
    """List the spiders that a crawl runs at this moment."""
    found = []
    for folder in Path("/proc").iterdir():
        try:
            words = (folder / "cmdline").read_bytes().decode().split("\0")
            stat = (folder / "stat").read_text()
        except (OSError, ValueError):
            continue
        if "spider" in words and int(stat.rpartition(")")[2].split()[1]) == parent:
            found.append(Worker(int(folder.name), words[words.index("--outlet") + 1]))
    return found


def delayed(folder: Path, seconds: float) -> Path:
    """Copy the newsstand's profiles with another delay, and with one index in place of one a day."""
    folder.mkdir()
    (folder / "newsstand").mkdir()
    for path in (PROFILES / "newsstand").glob("*.toml"):
        text = path.read_text(encoding="utf-8")
        text = text.replace("delay = 0.05", f"delay = {seconds}").replace("date={date:%Y-%m-%d}&", "")
        (folder / "newsstand" / path.name).write_text(text, "utf-8")
    return folder


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="finds the processes in /proc")
def test_many_at_once_and_one_killed(tmp_path: Path) -> None:
    """Six outlets, three workers, one of them killed half-way: each page once, and no host in a hurry."""
    delay, outlet = 0.2, "gaungtimur"
    profiles, into = delayed(tmp_path / "profiles", delay), tmp_path / "corpus"
    command = [sys.executable, "-c", CRAWL, "--into", str(into), "--profiles", str(profiles), "--workers", "3"]
    with serving(delays=False) as stand:
        own = {**os.environ, "PYTHONPATH": str(Path.cwd()), "STAND": str(stand.port)}
        with subprocess.Popen(command, env=own, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as crawling:
            try:
                half = len(GOLD[outlet]) // 2
                wait_for(lambda: len(asked_for(stand, outlet)) > half or crawling.poll() is not None)
                running = workers_of(crawling.pid)
                (victim,) = [worker.pid for worker in running if worker.outlet == outlet]
                os.kill(victim, signal.SIGKILL)
                first, _ = crawling.communicate(timeout=300)
            finally:
                crawling.kill()
        assert crawling.returncode == TROUBLE
        assert f"{outlet} is not crawled whole: its process ended with code -9" in " ".join(first.split())
        assert 1 <= len(running) <= 3
        before = len(stand.log)
        again = subprocess.run(command, env=own, capture_output=True, text=True, check=False, timeout=300)
        assert again.returncode == 0, again.stdout
    assert {name: stories(into, name) for name in STAND} == {name: GOLD[name] for name in STAND}
    second = [f"http://{visit.host}{visit.path}" for visit in stand.log[before:]]
    assert not [url for url in second if any(OUTLETS.by_id[name].is_article(url) for name in STAND if name != outlet)]
    for name in STAND:
        visits = sorted((v for v in stand.log if OUTLETS.by_id[name].owns(v.host)), key=lambda visit: visit.at)
        for one, other in pairwise(visits):
            assert other.at >= one.ended, (one, other)
        # The witness sees a request some time after it was sent, now more and now less, so ten are taken together: two
        # spiders on one host, or half the delay, would send them in half the time.
        for first_of_ten, last_of_ten in zip(visits, visits[9:], strict=False):
            assert last_of_ten.at - first_of_ten.at > 7 * delay, (first_of_ten, last_of_ten)


# The command line with a newsstand that the test serves and watches.
CRAWL = """
import contextlib, os, sys
from crawler.newsstand import server
from crawler.newsstand.edition import open_edition
from crawler.newsstand.server import Newsstand
from crawler.newsstand.site import Site
server.serving = lambda: contextlib.nullcontext(Newsstand(Site(open_edition()), False, int(os.environ["STAND"])))
from crawler.__main__ import app
app(["crawl", *sys.argv[1:]])
"""


def test_a_spider_whose_reader_is_gone_ends_and_leaves_no_open_archive(tmp_path: Path) -> None:
    with (
        serving(delays=False) as stand,
        spider_under_way(tmp_path, stand.address, "gaungtimur", "satu") as orphan,
    ):
        assert orphan.stdout is not None
        orphan.stdout.readline()
        orphan.stdout.close()
        orphan.wait(30)
    assert [path.suffix for path in tmp_path.glob("warc/satu/*")] == [".gz"]
    assert sum(stories(tmp_path, "gaungtimur").values()) < sum(GOLD["gaungtimur"].values())


def test_ctrl_c_ends_the_spiders_and_closes_their_archives(tmp_path: Path) -> None:
    """A terminal sends the signal to the whole group of the process."""
    command = [sys.executable, "-m", "crawler", "crawl", "--outlet", "kabarpesisir", "--into", str(tmp_path)]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdout=pipe, stderr=pipe, text=True, start_new_session=True) as process:
        assert process.stderr is not None
        assert process.stdout is not None
        next(line for line in process.stderr if "articles to fetch" in line)
        os.killpg(process.pid, signal.SIGINT)
        table = process.stdout.read()
        process.stderr.read()
    assert process.returncode == INTERRUPTED
    assert "kabarpesisir" in table
    assert sorted(path.name for path in tmp_path.glob("warc/*/*")) == ["crawl.json", "kabarpesisir-00000.warc.gz"]
    assert 0 < sum(stories(tmp_path, "kabarpesisir").values()) < sum(GOLD["kabarpesisir"].values())


def test_a_failing_outlet_is_named_and_stops_no_other(site: Site, tmp_path: Path) -> None:
    """The site's own robots.txt is a 404, and it has nothing that its profile names."""
    profiles = tmp_path / "profiles"
    profiles.mkdir()
    (profiles / "odd.toml").write_text(PROFILE + f'sitemaps = ["{HOME}/peta.xml"]')
    broken = PROFILE.replace('id = "odd"', 'id = "broken"').replace("www.odd", "www.broken")
    (profiles / "broken.toml").write_text(broken)
    (tmp_path / "ledger").mkdir()
    (tmp_path / "ledger" / "broken.sqlite").write_text("bukan buku besar " * 100)

    @contextmanager
    def ours() -> Iterator[object]:
        with serving() as stand:
            stand.port = int(site.proxy.rpartition(":")[2])
            yield stand

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(newsstand_server, "serving", ours)
        result = crawl("--into", str(tmp_path), "--profiles", str(profiles))
    assert result.exit_code == TROUBLE
    words = " ".join(result.output.split())
    assert "odd is not crawled whole: none of its sitemaps, feeds and listings could be read." in words
    assert re.search(r"broken is not crawled whole: \S*broken\.sqlite: this is no ledger", words)
    assert [captured.status for captured in archived(tmp_path, "odd")] == [404, 404]


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--outlet", "koran-lama"], "There is no outlet 'koran-lama'; the outlets are "),
        (["--recheck", "kemarin"], "--recheck 'kemarin' is no number of days; write it in digits, for example"),
        (["--topic", "?"], "--topic '?' names no subject; write words, for example --topic armenia."),
        (["--outlet", "artik", "--contact", "a@b.example", "--topic", "beras"], "artik: its profile names no topic"),
        (["--since", "besok"], "--since 'besok' is no day; write it as YYYY-MM-DD, for example 2026-11-03."),
        (["--since", "2026-11-04", "--until", "2026-11-03"], "--since 2026-11-04 is after --until 2026-11-03;"),
        (["--outlet", "idntimes"], "idntimes is a real outlet and must know who crawls it; set SARING_CONTACT"),
        (["--outlet", "idntimes", "--contact", "saya"], "--contact 'saya' is neither a mail nor a web address"),
        (["--outlet", "blogspot", "--contact", "a@b.example"], "blogspot: key home: https://www.blogger.com/ is on"),
    ],
)
def test_bad_input_is_one_sentence_and_nothing_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, options: list[str], sentence: str
) -> None:
    monkeypatch.delenv("SARING_CONTACT", raising=False)
    result = crawl(*options, "--into", str(tmp_path / "corpus"))
    assert result.exit_code == BAD_INPUT
    assert result.output.startswith(sentence)
    assert result.output.count("\n") == 1
    assert not (tmp_path / "corpus").exists()
