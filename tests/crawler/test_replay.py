"""The archive replayed by pywb: pages, pages that did not change, and pages that did."""

import datetime as dt
import os
import shutil
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from crawler.newsstand.edition import Edition, edited, open_edition
from crawler.newsstand.server import serving
from curation.records import Page
from curation.warc import read_responses
from tests.crawler.odd import HOME, PROFILE, Answer, Site, crawl_odd, spider_command, spider_environment, urlset

# In an environment of its own, for its dependencies are not saring's.
PYWB = Path(os.environ.get("SARING_PYWB", "/nowhere"), "bin")
pytestmark = pytest.mark.skipif(
    not (PYWB / "wayback").exists(), reason="SARING_PYWB names no environment with pywb in it; .ci/run makes one"
)
SECONDS_TO_START = 60
OUTLET = "suluhborneo"


@contextmanager
def replaying(into: Path, folder: Path) -> Iterator[str]:
    """Put all archives of a folder into one collection and serve it; gives the collection's address."""
    folder.mkdir()
    names = []
    for path in sorted(into.glob("warc/*/*.warc.gz")):
        names.append(f"{path.parent.name}-{path.name}")
        shutil.copy(path, folder / names[-1])
    for arguments in (["init", "berita"], ["add", "berita", *names]):
        subprocess.run([PYWB / "wb-manager", *arguments], cwd=folder, check=True, capture_output=True)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [PYWB / "wayback", "--bind", "127.0.0.1", "--port", str(port)]
    log = folder / "log"
    with log.open("wb") as file, subprocess.Popen(command, cwd=folder, stdout=file, stderr=file) as server:
        try:
            wait_for(port, server, log)
            yield f"http://127.0.0.1:{port}/berita"
        finally:
            server.terminate()


def wait_for(port: int, server: "subprocess.Popen[bytes]", log: Path) -> None:
    until = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < until and server.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError(log.read_text())


def replay(collection: str, page: Page) -> bytes:
    """Fetch the capture of a page's address and second as it was archived, whatever coding it came in."""
    assert page.fetched_at is not None
    asked = urllib.request.Request(f"{collection}/{page.fetched_at:%Y%m%d%H%M%S}id_/{page.url}")
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(asked, timeout=30) as answer:
        assert answer.status == 200
        assert answer.headers["Content-Encoding"] is None
        body: bytes = answer.read()
        return body


def pages(into: Path) -> tuple[dict[str, list[Page]], dict[str, list[Page]]]:
    """Give what answered 200 and what only repeats it, by address and in order of time."""
    whole: dict[str, list[Page]] = {}
    again: dict[str, list[Page]] = {}
    for path in sorted(into.glob("warc/*/*.warc.gz")):
        for response in read_responses(path, path.name, 1 << 24, []):
            if response.code == "page.unchanged":
                again.setdefault(response.page.url, []).append(response.page)
            elif response.page.capture.status == 200:
                whole.setdefault(response.page.url, []).append(response.page)
    return whole, again


def crawl(into: Path, name: str, edition: Edition, *options: str) -> None:
    with serving(delays=False, edition=edition) as stand:
        command = spider_command(into, OUTLET, "--crawl", name, *options)
        subprocess.run(command, env=spider_environment(stand.address), check=True, capture_output=True)


def test_the_newsstands_archive_is_replayed_with_its_changes(tmp_path: Path) -> None:
    edition = open_edition()
    story = next(entry for entry in edition.shelves[OUTLET] if entry.story.pages == 1)
    crawl(tmp_path, "1", edition)
    crawl(tmp_path, "2", edited(edition, story.url, "Kalimat ini baru.", dt.datetime.now(dt.UTC)), "--recheck", "9999")
    whole, again = pages(tmp_path)
    first, second = whole[story.url]
    assert len(again) > 5
    with replaying(tmp_path, tmp_path / "pywb") as collection:
        assert replay(collection, first) == first.payload
        assert replay(collection, second) == second.payload
        assert (b"Kalimat ini baru." in first.payload, b"Kalimat ini baru." in second.payload) == (False, True)
        for url, (page, *_) in whole.items():
            assert replay(collection, page) == page.payload, url
        for url, (page,) in again.items():
            assert replay(collection, page) == whole[url][0].payload, url


def test_a_page_that_came_twice_in_the_same_bytes_is_replayed_twice(site: Site, tmp_path: Path) -> None:
    site.answers = {
        "/peta.xml": [Answer(urlset("/read/1"))],
        "/read/1?page=all": [Answer("<p>Pasar lama dibuka lagi.</p>")],
    }
    profile = PROFILE + f'sitemaps = ["{HOME}/peta.xml"]\n'
    crawl_odd(site, tmp_path, "satu", profile)
    time.sleep(1)  # pywb counts in seconds
    crawl_odd(site, tmp_path, "dua", profile, "--recheck", "9999")
    whole, again = pages(tmp_path)
    ((page,),) = [found for url, found in whole.items() if "/read/" in url]
    ((unchanged,),) = again.values()
    assert page.fetched_at != unchanged.fetched_at
    with replaying(tmp_path, tmp_path / "pywb") as collection:
        assert replay(collection, page) == replay(collection, unchanged) == b"<p>Pasar lama dibuka lagi.</p>"
