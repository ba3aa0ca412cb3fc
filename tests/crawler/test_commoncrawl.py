import datetime as dt
import gzip
import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import urllib3
from fastwarc.warc import ArchiveIterator, WarcRecordType

from crawler.commoncrawl import Held, Order, held_of, newest, read_member, take_history
from crawler.ledger import Ledger
from crawler.outlets import load_outlets
from crawler.warc import Archive, Exchange, payload_digest
from crawler.window import Window
from curation.warc import read_responses

OUTLET = "kabarpesisir"
PROFILE = load_outlets().by_id[OUTLET]
SITE = "http://www.kabarpesisir.example"
PYWB = os.environ.get("SARING_PYWB", "")


def exchange(path: str, *, day: int = 1, status: str = "200 OK", body: bytes = b"") -> Exchange:
    payload = body or f"<html><body>{path} {day}</body></html>".encode()
    date = f"2026-10-{day:02}T03:00:00.000000Z"
    return Exchange(
        SITE + path, date, payload_digest(payload), f"GET {path} HTTP/1.1", (("Host", "www.kabarpesisir.example"),),
        "HTTP/1.1", status, (("Content-Type", "text/html"),), payload,
    )  # fmt: skip


EXCHANGES = (
    exchange("/news-20417-kapal-pulang", day=1),
    exchange("/news-20417-kapal-pulang", day=9),
    exchange("/news-20420-harga-cabai", day=2),
    exchange("/kanal/ekonomi", day=2),
    exchange("/news-20499-hilang", day=2, status="404 Not Found"),
)


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """Archives of somebody else's crawl."""
    archive = Archive(tmp_path / "store", "elsewhere", 1 << 20, {"software": "another"})
    for one in EXCHANGES:
        archive.write(one)
    archive.close()
    return tmp_path / "store"


def cdx_of(store: Path) -> list[dict[str, str]]:
    """Index the archives as Common Crawl does: sorted by address and time."""
    lines = []
    for path in sorted(store.glob("*.warc.gz")):
        with path.open("rb") as file:
            records = [
                (record.stream_pos, record) for record in ArchiveIterator(file, parse_http=True) if record.freeze() or 1
            ]
        ends = [place for place, _ in records[1:]] + [path.stat().st_size]
        for (place, record), end in zip(records, ends, strict=True):
            if record.record_type == WarcRecordType.response:
                url, date = record.headers["WARC-Target-URI"], record.headers["WARC-Date"]
                lines.append({
                    "urlkey": url, "timestamp": "".join(filter(str.isdigit, date[:19])), "url": url,
                    "mime": "text/html", "status": str(record.http_headers.status_code),
                    "digest": record.headers["WARC-Payload-Digest"].removeprefix("sha1:"),
                    "length": str(end - place), "offset": str(place), "filename": path.name,
                })  # fmt: skip
    return sorted(lines, key=lambda line: (line["urlkey"], line["timestamp"]))


class Elsewhere(ThreadingHTTPServer):
    """A CDX index and a store of byte ranges; `asked` is every address in order."""

    daemon_threads = True

    def __init__(self, store: Path, lines: list[dict[str, str]]) -> None:
        self.store, self.lines, self.asked = store, lines, list[str]()
        self.spoil: dict[str, int] = {}
        self.pages = 1
        super().__init__(("127.0.0.1", 0), Handler)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class Handler(BaseHTTPRequestHandler):
    server: Elsewhere

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        parts = urlsplit(self.path)
        asked = parse_qs(parts.query)
        if self.server.spoil.get(parts.path, 0) > 0:
            self.server.spoil[parts.path] -= 1
            self.answer(503, b"slow down", {"Retry-After": "0"})
        elif parts.path == "/collinfo.json":
            listed = [
                {"cdx-api": f"{self.server.address}/{name}-index", "from": begins, "to": ends}
                for name, begins, ends in (("late", "2026-10-01", "2026-11-01"), ("early", "2020-01-01", "2020-02-01"))
            ]
            self.answer(200, json.dumps(listed).encode())
        elif parts.path.startswith("/store/"):
            body = self.server.store.joinpath(parts.path.removeprefix("/store/")).read_bytes()
            first, last = map(int, self.headers["Range"].removeprefix("bytes=").split("-"))
            self.answer(206, body[first : last + 1])
        elif "showNumPages" in asked:
            self.answer(200, json.dumps({"pages": self.server.pages, "pageSize": 5, "blocks": 1}).encode())
        else:
            self.answer_lines(asked)

    def answer_lines(self, asked: dict[str, list[str]]) -> None:
        kept = [
            line for line in self.server.lines
            if line["timestamp"] >= asked.get("from", [""])[0]
            and all(line[key] == value for key, _, value in (one[1:].partition(":") for one in asked.get("filter", [])))
            and asked["url"][0] in line["url"]
        ]  # fmt: skip
        if not kept:
            self.answer(404, b'{"message": "No Captures found"}')
            return
        page, size = int(asked.get("page", ["0"])[0]), -(-len(kept) // self.server.pages)
        self.answer(200, "".join(json.dumps(line) + "\n" for line in kept[page * size : (page + 1) * size]).encode())

    def answer(self, status: int, body: bytes, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        pass


@contextmanager
def elsewhere(store: Path) -> Iterator[Elsewhere]:
    with Elsewhere(store, cdx_of(store)) as server:
        Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        yield server
        server.shutdown()


def order(tmp_path: Path, server: Elsewhere, **more: Any) -> Order:
    told: dict[str, Any] = {
        "index": f"{server.address}/late-index",
        "store": f"{server.address}/store/",
        "seconds_between": 0.0,
    }
    return Order(PROFILE, more.pop("window", Window()), tmp_path / "corpus", "20261122T000000Z", "", **(told | more))


def taken(corpus: Path) -> list[tuple[str, bytes, str]]:
    paths = sorted(corpus.glob("warc/*/*.warc.gz"))
    pages = [answer.page for path in paths for answer in read_responses(path, path.name, 1 << 20, [])]
    return [(page.url, page.payload, dict(page.notes).get("via", "")) for page in pages]


def test_of_every_article_the_newest_capture_is_copied_as_it_lies_there(tmp_path: Path, store: Path) -> None:
    with elsewhere(store) as server:
        tally = take_history(order(tmp_path, server), lambda tally: None)
    assert (tally.found, tally.archived, tally.errors, tally.trouble) == (2, 2, {}, "")
    found = taken(tmp_path / "corpus")
    assert [(url, payload) for url, payload, _ in found] == [
        (EXCHANGES[1].url, EXCHANGES[1].payload), (EXCHANGES[2].url, EXCHANGES[2].payload),
    ]  # fmt: skip
    assert all("late-index" in via for _, _, via in found)
    copied = gzip.decompress(next((tmp_path / "corpus").glob("warc/*/*.warc.gz")).read_bytes())
    assert b"WARC-Date: 2026-10-09T03:00:00.000000Z" in copied


def test_what_the_ledger_has_is_not_fetched_again(tmp_path: Path, store: Path) -> None:
    with elsewhere(store) as server:
        take_history(order(tmp_path, server), lambda tally: None)
        server.asked.clear()
        tally = take_history(order(tmp_path, server), lambda tally: None)
    assert (tally.found, tally.known, tally.archived) == (2, 2, 0)
    assert not [path for path in server.asked if path.startswith("/store/")]
    assert tally.warcs == []


def test_only_collections_of_the_window_are_asked(tmp_path: Path, store: Path) -> None:
    with elsewhere(store) as server:
        window = Window(dt.date(2026, 10, 5), None)
        tally = take_history(
            order(tmp_path, server, index=f"{server.address}/collinfo.json", window=window), lambda tally: None
        )
        assert tally.archived == 1
        assert not [path for path in server.asked if "early" in path]
        assert all("from=20261005" in path for path in server.asked if "late" in path)


def test_answers_in_pages_are_read_to_the_end(tmp_path: Path, store: Path) -> None:
    with elsewhere(store) as server:
        server.pages = 3
        assert take_history(order(tmp_path, server), lambda tally: None).archived == 2
        assert {parse_qs(urlsplit(path).query)["page"][0] for path in server.asked if "page=" in path} == {
            "0",
            "1",
            "2",
        }


def test_a_busy_server_is_asked_again(tmp_path: Path, store: Path) -> None:
    with elsewhere(store) as server:
        server.spoil = {"/store/elsewhere-00000.warc.gz": 1, "/late-index": 1}
        assert take_history(order(tmp_path, server), lambda tally: None).archived == 2


def test_a_record_that_is_another_is_counted_and_kept_out(tmp_path: Path, store: Path) -> None:
    with elsewhere(store) as server:
        server.lines[-1] |= {"offset": "1"}
        server.lines.append(server.lines[-2] | {"url": f"{SITE}/news-20430-lain", "filename": "none"})
        server.lines = [{"nonsense": "x", **line} if number else line for number, line in enumerate(server.lines)]
        first = take_history(order(tmp_path, server), lambda tally: None)
    assert first.errors or first.trouble
    for url, payload, _ in taken(tmp_path / "corpus"):
        assert url in {one.url for one in EXCHANGES if one.payload == payload}


def test_a_server_that_refuses_ends_the_crawl_and_says_so(tmp_path: Path) -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        where = f"http://127.0.0.1:{nobody.getsockname()[1]}/x-index"
        told = Order(PROFILE, Window(), tmp_path, "c", "", where, where, 0.0)
        retry = urllib3.Retry(0)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(urllib3, "Retry", lambda *args, **more: retry)
            tally = take_history(told, lambda tally: None)
    assert "does not answer" in tally.trouble
    assert tally.reason == "stopped"
    Ledger(tmp_path / "ledger" / f"{OUTLET}.sqlite").close()


def held(url: str, day: int, *, whole: bool = True) -> Held:
    return Held(url, dt.datetime(2026, 10, day, tzinfo=dt.UTC), "X", 0, 1, "f", whole)


def test_newest_prefers_what_is_whole() -> None:
    rows = [held("a", 1), held("a", 5), held("b", 1), held("b", 9, whole=False)]
    assert list(newest(rows)) == [rows[1], rows[2]]
    assert list(newest([])) == []


@pytest.mark.parametrize("line", [{}, {"timestamp": "x"}, {"timestamp": "20261001000000", "digest": None}])
def test_a_line_that_is_none_is_counted(line: dict[str, Any]) -> None:
    with pytest.raises((ValueError, LookupError, TypeError, AttributeError)):
        held_of(line)


@pytest.mark.parametrize("cut", [1, 20, 200])
def test_a_torn_record_is_refused(store: Path, cut: int) -> None:
    line = cdx_of(store)[0]
    (path,) = store.glob("*.warc.gz")
    member = path.read_bytes()[int(line["offset"]) :][: int(line["length"])]
    wanted = held_of(line)
    assert read_member(member, wanted)[1].url == wanted.url
    with pytest.raises(ValueError, match=r".+"):
        read_member(member[:-cut], wanted)


def answers(port: int) -> bool:
    with socket.socket() as one:
        return one.connect_ex(("127.0.0.1", port)) == 0


@pytest.mark.skipif(not PYWB, reason="SARING_PYWB names no environment that has pywb")
def test_a_real_index_is_understood(tmp_path: Path, store: Path) -> None:
    place = tmp_path / "pywb"
    place.mkdir()
    (archive,) = store.glob("*.warc.gz")
    manage = [f"{PYWB}/bin/wb-manager"]
    subprocess.run([*manage, "init", "news"], cwd=place, check=True, capture_output=True)
    subprocess.run([*manage, "add", "news", str(archive)], cwd=place, check=True, capture_output=True)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [f"{PYWB}/bin/wayback", "-b", "127.0.0.1", "-p", str(port)]
    process = subprocess.Popen(command, cwd=place, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        until = time.monotonic() + 60
        while not answers(port) and time.monotonic() < until:
            time.sleep(0.2)
        with elsewhere(store) as server:
            index = f"http://127.0.0.1:{port}/news/cdx"
            tally = take_history(order(tmp_path, server, index=index), lambda tally: None)
            assert not [path for path in server.asked if not path.startswith("/store/")]
    finally:
        process.terminate()
        process.wait(20)
        shutil.rmtree(place, ignore_errors=True)
    assert (tally.found, tally.archived, tally.errors) == (2, 2, {})
    assert {payload for _, payload, _ in taken(tmp_path / "corpus")} == {EXCHANGES[1].payload, EXCHANGES[2].payload}


def test_lines_of_pywb_and_common_crawl_are_read_alike() -> None:
    common = {"timestamp": "20261001030000", "url": "u", "digest": "ABC", "length": "5", "offset": "7", "filename": "f"}
    assert held_of(common) == held_of(common | {"digest": "sha1:ABC", "source": "x"})
    assert not held_of(common | {"truncated": "length"}).is_whole


def test_the_command_takes_history_and_says_what_came(tmp_path: Path, store: Path) -> None:
    with elsewhere(store) as server:
        command = [
            sys.executable, "-m", "crawler", "crawl", "--source", "commoncrawl", "--outlet", OUTLET,
            "--into", str(tmp_path), "--index", f"{server.address}/late-index", "--store", f"{server.address}/store/",
        ]  # fmt: skip
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr
    (manifest,) = tmp_path.glob("warc/*/crawl.json")
    told = json.loads(manifest.read_text(encoding="utf-8"))
    assert (told["source"], told["outlets"][OUTLET]["archived"]) == ("commoncrawl", 2)
    assert sum(day["named"]["commoncrawl"] for day in told["outlets"][OUTLET]["coverage"]) == 2
    assert len(taken(tmp_path)) == 2


@pytest.mark.parametrize("more", [["--source", "heaven"], ["--source", "commoncrawl", "--topic", "kopi"]])
def test_a_source_that_is_none_is_refused(tmp_path: Path, more: list[str]) -> None:
    command = [sys.executable, "-m", "crawler", "crawl", "--outlet", OUTLET, "--into", str(tmp_path / "corpus"), *more]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, len(done.stderr.strip().splitlines())) == (2, 1)
    assert not (tmp_path / "corpus").exists()
