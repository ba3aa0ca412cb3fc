"""A spider on the traps of the newsstand, in a process of its own, with settings of the test's."""

import atexit
import json
import os
import socket
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from crawler.ledger import Ledger
from crawler.processes import environment
from crawler.tally import Tally, read_tally
from crawler.warc import Captured, captures


@dataclass(frozen=True, slots=True)
class Trapped:
    tally: Tally
    complaint: str
    into: Path
    peak: int
    """Largest resident memory of the process, in bytes."""

    @property
    def archived(self) -> list[Captured]:
        return [one for path in sorted(self.into.glob("warc/*/*.warc.gz")) for one in captures(path)]

    def log(self) -> str:
        return (self.into / "log" / "jebakan.log").read_text(encoding="utf-8")

    def rows(self) -> dict[str, tuple[str, str]]:
        """State and fault of each address of the ledger, by path."""
        ledger = Ledger(self.into / "ledger" / "jebakan.sqlite")
        rows = ledger._rows.execute("SELECT url, state, fault FROM address").fetchall()
        ledger.close()
        return {url.split("/", 3)[3]: (state, fault) for url, state, fault in rows}


def profile(home: str, *sitemaps: str, served_by: str = "newsstand") -> str:
    """Write a profile whose articles lie below /baca/."""
    host = home.split("/")[2].partition(":")[0]
    addresses = ", ".join(f'"{home}{path}"' for path in sitemaps)
    return f"""
id = "jebakan"
name = "Jebakan"
home = "{home}/"
hosts = ["{host}"]
served_by = "{served_by}"
[addresses]
article = ["^/baca/"]
[crawl]
delay = 0
sitemaps = [{addresses}]
"""


def crawl_traps(
    proxy: str,
    folder: Path,
    text: str,
    settings: Mapping[str, object] | None = None,
    variables: Mapping[str, str] | None = None,
    crawl: str = "satu",
) -> Trapped:
    """Crawl as `python -m crawler spider` does, its settings overridden.

    `variables` of the environment may name TEST_HOSTS, addresses by name in JSON, instead of any look-up, and
    TEST_FILE_BYTES, beyond which no file can grow.
    """
    profiles = folder / "profiles"
    profiles.mkdir(exist_ok=True)
    (profiles / "jebakan.toml").write_text(text)
    own = environment("", proxy) | {"PYTHONPATH": str(Path.cwd()), "TEST_SETTINGS": json.dumps(settings or {})}
    options = ["--outlet", "jebakan", "--into", str(folder), "--profiles", str(profiles), "--crawl", crawl]
    command = [sys.executable, "-m", "tests.crawler.trapped", "spider", *options]
    with (folder / "out").open("w+") as out, (folder / "err").open("w+") as err:
        process = subprocess.Popen(command, env=own | dict(variables or {}), stdout=out, stderr=err)
        process.wait()
        out.seek(0)
        err.seek(0)
        lines, complaint = out.read().splitlines(), err.read()
    tally = read_tally(lines[-2]) if len(lines) > 1 else None
    assert tally is not None, complaint
    return Trapped(tally, complaint, folder, int(lines[-1]))


def _peak() -> int:
    """Most memory of this process in bytes; what the parent is told of a child counts what the parent had itself."""
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    return int(status.partition("VmHWM:")[2].split()[0]) * 1024


def _limit_files(size: int) -> None:
    import resource
    import signal

    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))


def _answer_look_ups(hosts: Mapping[str, str]) -> None:
    """Stand in for the system's resolver; must come before twisted takes hold of it."""

    def look_up(host: str, port: int, *_: object) -> list[tuple[object, ...]]:
        if host not in hosts:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (hosts[host], port))]

    assert "twisted.internet" not in sys.modules
    socket.getaddrinfo = look_up  # type: ignore[assignment]


def main() -> None:
    _answer_look_ups(json.loads(os.environ.get("TEST_HOSTS", "{}")) | {"127.0.0.1": "127.0.0.1"})
    if "TEST_FILE_BYTES" in os.environ:
        _limit_files(int(os.environ["TEST_FILE_BYTES"]))
    from crawler import settings
    from crawler.__main__ import app

    atexit.register(lambda: print(_peak()))
    for name, value in json.loads(os.environ["TEST_SETTINGS"]).items():
        assert hasattr(settings, name), name
        setattr(settings, name, value)
    app()


if __name__ == "__main__":
    main()
