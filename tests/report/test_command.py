import subprocess
import sys
from pathlib import Path

from tests.releases import write_release
from tests.report.stories import story

SARING = Path(sys.executable).with_name("saring")


def report(corpus: Path, *more: object) -> subprocess.CompletedProcess[str]:
    command = [str(SARING), "report", "--corpus", str(corpus), *map(str, more)]
    return subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)


def test_a_release_is_held_against_the_one_before_it(tmp_path: Path) -> None:
    write_release(tmp_path, "2026-10-01-00000000", map(story, range(10)))
    write_release(tmp_path, "2026-11-01-00000000", map(story, range(20)))
    done = report(tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "<h1>Release 2026-11-01-00000000</h1>" in page
    assert "Held against 2026-10-01-00000000: no outlet fell." in page
    assert report(tmp_path, "--version", "2026-10-01-00000000", "--out", tmp_path / "first.html").returncode == 0
    first = (tmp_path / "first.html").read_text(encoding="utf-8")
    assert "<h1>Release 2026-10-01-00000000</h1>" in first and "Held against" not in first


def test_without_a_release_it_says_so_and_writes_nothing(tmp_path: Path) -> None:
    done = report(tmp_path)
    assert done.returncode == 2
    assert "there is no release; make one with `saring build`" in done.stderr
    assert report(tmp_path, "--version", "2020-01-01-00000000").returncode == 2
    assert list(tmp_path.iterdir()) == []
