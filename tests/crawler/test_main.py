"""The command line, from the newsstand to archives on the disk."""

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
from pathlib import Path

import pytest
from fastwarc.warc import ArchiveIterator
from typer.testing import CliRunner, Result

from crawler.__main__ import BAD_INPUT, INTERRUPTED, TROUBLE, app
from crawler.newsstand import server as newsstand_server
from crawler.newsstand.edition import open_edition
from crawler.newsstand.server import Newsstand, serving
from crawler.outlets import load_outlets
from crawler.urls import canonical_url
from crawler.warc import OPEN, Captured, captures
from tests.crawler.odd import HOME, PROFILE, Site, spider_command, spider_environment

OUTLETS = load_outlets()
EDITION = open_edition()
STAND = tuple(name for name, profile in OUTLETS.by_id.items() if profile.served_by == "newsstand")
# A twin that only its own rel=canonical gives away is another address to a crawler.
TWINS = [special.entry for special in EDITION.specials if special.oddity == "twin"]
GOLD = {
    name: Counter([entry.url for entry in shelf] + [twin.url for twin in TWINS if twin.masthead.id == name])
    for name, shelf in EDITION.shelves.items()
}


def archived(into: Path, outlet: str) -> list[Captured]:
    paths = sorted(into.glob(f"warc/*/{outlet}-[0-9]*.warc.gz"))
    return [captured for path in paths for captured in captures(path)]


def stories(into: Path, outlet: str) -> Counter[str]:
    """Count the captures of each story that answered 200, by its canonical address."""
    profile = OUTLETS.by_id[outlet]
    addresses = (canonical_url(one.url, profile) for one in archived(into, outlet) if one.status == 200)
    return Counter(address for address in addresses if profile.is_article(address))


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
def own_newsstand() -> Iterator[Newsstand]:
    """Let the command take a newsstand whose log the test can read."""
    with serving(delays=False) as stand, pytest.MonkeyPatch.context() as patch:

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
        assert kinds == ["warcinfo", *["response", "request"] * pairs]


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


@contextmanager
def spider_under_way(into: Path, proxy: str, outlet: str, crawl: str) -> Iterator["subprocess.Popen[bytes]"]:
    command = spider_command(into, outlet, "--crawl", crawl)
    with subprocess.Popen(command, env=spider_environment(proxy), stdout=subprocess.PIPE) as process:
        try:
            yield process
        finally:
            process.kill()


def wait_for(happened: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
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
