"""A crawl of one outlet without delays, beside others: `python -m benchmarks.crawl [--pages N] [--rounds N]`.

All ask the same press for the same pages, one request at a time, in turn. CPU time is that of the crawling process.
"""

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.crawl.press import HOME, OUTLET, Press
from crawler.outlets import PROFILES

PYTHON = (sys.executable, "-m")


@dataclass(frozen=True, slots=True)
class Run:
    """What one crawl took."""

    seconds: float
    cpu: float
    peak: float
    """MB of memory."""
    written: int
    """Bytes on disk."""


@contextmanager
def press(pages: int) -> Iterator[str]:
    """Run the press in a process of its own and give its address."""
    command = [*PYTHON, "benchmarks.crawl.press", str(pages)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield f"http://127.0.0.1:{process.stdout.readline().strip()}"
        finally:
            process.terminate()


def unhurried(folder: Path) -> Path:
    """Write the outlet's profile without its delay, and with no source but the press's."""
    lines = (PROFILES / "newsstand" / f"{OUTLET}.toml").read_text(encoding="utf-8").splitlines()
    changed = {"delay": "delay = 0", "feeds": "feeds = []", "sitemaps": f'sitemaps = ["{HOME}/wp-sitemap.xml"]'}
    kept = [changed.get(line.partition(" =")[0], line) for line in lines]
    folder.mkdir(parents=True)
    (folder / f"{OUTLET}.toml").write_text("\n".join(kept) + "\n", encoding="utf-8")
    return folder


def measure(command: Sequence[str], address: str, folder: Path) -> Run:
    """Run a crawl to its end; raises CalledProcessError where it fails."""
    environment = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
    began = time.perf_counter()
    process = subprocess.Popen(
        command, env=environment | {"http_proxy": address}, cwd=folder.parent if command[0] == "wget" else None,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    written = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    return Run(time.perf_counter() - began, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, written)


def commands(place: Path, pages: int) -> dict[str, Callable[[Path], Sequence[str]]]:
    """Name the contenders, each with the command that crawls into a folder."""
    profiles = unhurried(place / "profiles")
    urls = place / "urls.txt"
    made = Press(pages)
    urls.write_text("".join(f"{HOME}{made.path(number)}\n" for number in range(pages)), encoding="utf-8")
    every: dict[str, Callable[[Path], Sequence[str]]] = {
        "saring": lambda folder: [*PYTHON, "benchmarks.crawl.saring_run", str(folder), str(profiles)],
        "Scrapy, nothing kept": lambda folder: [*PYTHON, "benchmarks.crawl.plain_run"],
        "trafilatura, nothing kept": lambda folder: [*PYTHON, "benchmarks.crawl.trafilatura_run"],
    }
    if shutil.which("wget"):
        every["wget --warc-file"] = lambda folder: [
            "wget", "--quiet", f"--input-file={urls}", f"--warc-file={folder / 'wget'}", "--output-document=/dev/null",
        ]  # fmt: skip
    return every


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=2_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", default="")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary, press(chosen.pages) as address:
        place = Path(temporary)
        every = commands(place, chosen.pages)
        names = [name for name in every if chosen.only in name]
        runs: dict[str, list[Run]] = {name: [] for name in names}
        for number in range(chosen.rounds):
            for name in names:
                folder = place / f"{number}-{names.index(name)}"
                folder.mkdir()
                runs[name].append(measure(every[name](folder), address, folder))
                shutil.rmtree(folder)
    print(f"{chosen.pages:,} pages, medians of {chosen.rounds} rounds in turn\n")
    print("| | pages a second | CPU ms a page | times plain Scrapy's CPU | peak MB | bytes a page |")
    print("|---|--:|--:|--:|--:|--:|")
    for name, some in runs.items():
        seconds, cpu = (statistics.median(getattr(run, key) for run in some) for key in ("seconds", "cpu"))
        plain = [run.cpu for run in runs.get("Scrapy, nothing kept", some)]
        ratio = statistics.median(run.cpu / other for run, other in zip(some, plain, strict=True))
        peak, written = max(run.peak for run in some), some[-1].written / chosen.pages
        print(
            f"| {name} | {chosen.pages / seconds:,.0f} | {1000 * cpu / chosen.pages:.2f} | {ratio:.2f} | {peak:.0f} |"
            f" {written:,.0f} |"
        )


if __name__ == "__main__":
    main()
