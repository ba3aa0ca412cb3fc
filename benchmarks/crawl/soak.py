"""Kill a crawl again and again: `python -m benchmarks.crawl.soak [--pages N] [--kills N]`.

The crawl is killed with SIGKILL each time it has fetched its share of the pages, and begun again. At the end each page
must lie in the archives once, every archive must be whole, and the ledger must have nothing left to do. The memory of
the last spider says whether it grows with the pages behind it.
"""

import argparse
import os
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from fastwarc.warc import ArchiveIterator, WarcRecordType

from benchmarks.crawl.__main__ import PYTHON, press, unhurried
from benchmarks.crawl.press import HOME, OUTLET, Press


def archived(folder: Path) -> int:
    """Count the bytes of the archives, the one under way included."""
    return sum(path.stat().st_size for path in folder.glob("warc/*/*.warc.gz*"))


def crawl(folder: Path, profiles: Path, address: str) -> subprocess.Popen[bytes]:
    """Begin a crawl."""
    environment = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
    return subprocess.Popen(
        [*PYTHON, "benchmarks.crawl.saring_run", str(folder), str(profiles)],
        env=environment | {"http_proxy": address}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip


def memory(process: subprocess.Popen[bytes]) -> float:
    """Memory of a process now, in MB."""
    status = Path(f"/proc/{process.pid}/status").read_text(encoding="utf-8")
    told = status.partition("VmRSS:")[2].split()
    return int(told[0]) / 1024 if told else 0.0


def main() -> None:
    """Print what came of it; exit code 1 where a page is missing, twice there, or left in the ledger."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.crawl.soak", description=__doc__)
    parser.add_argument("--pages", type=int, default=50_000)
    parser.add_argument("--kills", type=int, default=10)
    chosen = parser.parse_args()
    made = Press(chosen.pages)
    wanted = {HOME + made.path(number) for number in range(chosen.pages)}
    with tempfile.TemporaryDirectory() as temporary, press(chosen.pages) as address:
        folder, profiles = Path(temporary, "corpus"), unhurried(Path(temporary, "profiles"))
        per_page = 8_000
        began = time.perf_counter()
        for kill in range(chosen.kills):
            process = crawl(folder, profiles, address)
            goal = (kill + 1) * chosen.pages * per_page / (chosen.kills + 1)
            while archived(folder) < goal and process.poll() is None:
                time.sleep(0.02)
            print(
                f"{time.perf_counter() - began:6.0f} s: {archived(folder):,} bytes, {memory(process):.0f} MB, killed",
                flush=True,
            )
            if process.poll() is not None:
                sys.exit(f"the crawl ended by itself with {process.returncode}")
            process.send_signal(signal.SIGKILL)
            process.wait()
        process, levels = crawl(folder, profiles, address), list[float]()
        while process.poll() is None:
            time.sleep(1)
            if process.poll() is None:
                levels.append(memory(process))
        print(f"{time.perf_counter() - began:6.0f} s: ended with {process.returncode}; MB by tenths of its time:")
        print(
            "  ", *(f"{levels[place * len(levels) // 10]:.0f}" for place in range(10)) if len(levels) > 10 else levels
        )
        sys.exit(judge(folder, wanted))


def judge(folder: Path, wanted: set[str]) -> int:
    """Compare archives and ledger with what there was to fetch."""
    seen: Counter[str] = Counter()
    for path in sorted(folder.glob("warc/*/*.warc.gz")):
        with path.open("rb") as file:
            for record in ArchiveIterator(file, record_types=WarcRecordType.response, parse_http=True):
                if record.http_headers.status_code == 200 and record.verify_payload_digest():
                    seen[record.headers["WARC-Target-URI"]] += 1
    missing, twice = len(wanted - seen.keys()), sum(1 for url in wanted if seen[url] > 1)
    rows = sqlite3.connect(folder / "ledger" / f"{OUTLET}.sqlite")
    states = dict(rows.execute("SELECT state, count(*) FROM address WHERE kind = 'article' GROUP BY state"))
    left = len(list(folder.glob("warc/*/*.open")))
    print(f"{len(wanted):,} pages: {missing} missing, {twice} twice, {left} archives open; ledger {states}")
    return int(bool(missing or twice or left or set(states) != {"archived"} or states["archived"] != len(wanted)))


if __name__ == "__main__":
    main()
