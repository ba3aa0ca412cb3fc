"""An outlet made of answers that a test writes down, behind an HTTP proxy on 127.0.0.1."""

import gzip
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import urlsplit

from crawler.ledger import Ledger
from crawler.processes import environment
from crawler.tally import Tally, read_tally
from crawler.warc import Captured, captures

HOME = "http://www.odd.example"
# Asked for once a host and crawl. A test that does not answer them is not about them, and log, archive and states do
# not tell of them.
SITE_FILES = ("/.well-known/tdmrep.json", "/ai.txt")
PROFILE = f"""
id = "odd"
name = "Odd"
home = "{HOME}/"
hosts = ["www.odd.example"]
served_by = "newsstand"
[addresses]
article = ['^/read/\\d+']
whole = "page=all"
[crawl]
delay = 0
"""


@dataclass(frozen=True, slots=True)
class Answer:
    body: str = ""
    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()
    length: int | None = None
    """A Content-Length that is not the body's."""
    gzipped: bool = False


@dataclass(slots=True)
class Site:
    """Answers by path and query; of several, one a request and then the last again."""

    answers: dict[str, list[Answer]] = field(default_factory=dict)
    log: list[str] = field(default_factory=list)
    """Path and query, or the whole address where the host is another one."""
    agents: set[str] = field(default_factory=set)
    proxy: str = ""

    def answer(self, url: str, agent: str) -> Answer:
        asked = url.removeprefix(HOME)
        if asked in SITE_FILES and asked not in self.answers:
            return Answer("tidak ada", 404)
        left = self.answers.get(asked, [Answer("tidak ada", 404)])
        self.agents.add(agent)
        self.log.append(asked)
        return left[min(self.log.count(asked), len(left)) - 1]


@dataclass(frozen=True, slots=True)
class Crawled:
    tally: Tally
    code: int
    complaint: str
    into: Path

    @property
    def archived(self) -> list[Captured]:
        found = (one for path in sorted(self.into.glob("warc/*/*.warc.gz")) for one in captures(path))
        return [one for one in found if one.status != 404 or not one.url.endswith(SITE_FILES)]

    def states(self) -> dict[str, str]:
        """States of the ledger by path."""
        ledger = Ledger(self.into / "ledger" / "odd.sqlite")
        rows = ledger._rows.execute("SELECT url, state FROM address").fetchall()
        ledger.close()
        paths = {url.removeprefix(HOME): state for url, state in rows}
        return {path: state for path, state in paths.items() if path not in SITE_FILES}

    def faults(self) -> dict[str, str]:
        """Faults of articles in the ledger by path."""
        ledger = Ledger(self.into / "ledger" / "odd.sqlite")
        failures = ledger.failures()
        ledger.close()
        return {address.url.removeprefix(HOME): address.fault for address in failures}


@contextmanager
def serving() -> Iterator[Site]:
    odd = Site()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_GET(self) -> None:
            answer = odd.answer(self.path, self.headers["User-Agent"])
            body = gzip.compress(answer.body.encode()) if answer.gzipped else answer.body.encode()
            self.send_response(answer.status)
            headers = {"Content-Type": "text/html", "Content-Length": str(answer.length or len(body))}
            if answer.gzipped:
                headers["Content-Encoding"] = "gzip"
            for name, value in (headers | dict(answer.headers)).items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)
            self.close_connection = answer.length is not None

        def log_message(self, format: str, *args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        odd.proxy = f"http://127.0.0.1:{server.server_address[1]}"
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        yield odd
        server.shutdown()
        thread.join()


def spider_command(into: Path, outlet: str, *options: str) -> list[str]:
    return [sys.executable, "-m", "crawler", "spider", "--outlet", outlet, "--into", str(into), *options]


def spider_environment(proxy: str) -> dict[str, str]:
    return environment("", proxy) | {"PYTHONPATH": str(Path.cwd())}


def crawl_odd(site: Site, folder: Path, crawl: str = "satu", profile: str = PROFILE, *options: str) -> Crawled:
    """Crawl the site in a process of its own."""
    assert urlsplit(site.proxy).hostname == "127.0.0.1"
    profiles = folder / "profiles"
    profiles.mkdir(exist_ok=True)
    (profiles / "odd.toml").write_text(profile)
    command = spider_command(folder, "odd", "--crawl", crawl, "--profiles", str(profiles), *options)
    done = subprocess.run(command, env=spider_environment(site.proxy), capture_output=True, text=True, check=False)
    lines = done.stdout.splitlines()
    tally = read_tally(lines[-1]) if lines else None
    return Crawled(tally or Tally(), done.returncode, done.stderr, folder)


def urlset(*addresses: str) -> str:
    return "<urlset>" + "".join(f"<url><loc>{HOME}{address}</loc></url>" for address in addresses) + "</urlset>"


def moved(location: str, status: int = 301) -> Answer:
    return Answer("", status, (("Location", location),))
