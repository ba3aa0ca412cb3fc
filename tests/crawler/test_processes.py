"""Spider processes: what goes in, and what is made of one that does not end as it should."""

import os
from pathlib import Path

import pytest

from crawler.processes import Job, crawl_all, environment
from crawler.tally import Tally


def fake(folder: Path, script: str) -> Job:
    """Make a job whose `python -m crawler` is a script of the test's own."""
    package = folder / "crawler"
    package.mkdir(exist_ok=True)
    (package / "__init__.py").touch()
    (package / "__main__.py").write_text(f"import os, sys\n{script}")
    own = dict(os.environ) | {"PYTHONPATH": str(folder), "PYTHONSAFEPATH": "1"}
    return Job("warta", ("spider", "--outlet", "warta"), own, folder / "warta.log")


LINE = f"print({Tally(found=3).line()!r})\n"
LAST = f"print({Tally(found=4, reason='finished').line()!r})\n"


@pytest.mark.parametrize(
    ("script", "found", "trouble"),
    [
        (f"print('a word of a library')\n{LINE}{LAST}", 4, ""),
        (f"{LINE}sys.stdout.flush(); os.kill(os.getpid(), 9)", 3, "its process ended with code -9 (log: "),
        ("sys.stderr.write('warta.sqlite: locked.\\n'); sys.exit(2)", 0, "warta.sqlite: locked. (log: "),
        ("raise ValueError('rusak')", 0, "ValueError: rusak (log: "),
        (LINE, 3, "its process ended with code 0 (log: "),
    ],
)
def test_how_a_process_ends(tmp_path: Path, script: str, found: int, trouble: str) -> None:
    told: list[int] = []
    run = crawl_all([fake(tmp_path, script)], 1, lambda _, tally: told.append(tally.found))
    tally = run.tallies["warta"]
    assert (tally.found, tally.trouble.startswith(trouble), bool(tally.trouble)) == (found, True, bool(trouble))
    assert tally.reason
    assert told[-1] == found
    assert not run.interrupted


def test_a_process_is_told_its_outlet(tmp_path: Path) -> None:
    script = "from pathlib import Path; Path(sys.argv[0]).with_name('told').write_text(' '.join(sys.argv[1:]))"
    crawl_all([fake(tmp_path, script)], 1, lambda *_: None)
    assert (tmp_path / "crawler" / "told").read_text() == "spider --outlet warta"


def test_only_the_newsstands_outlets_go_through_its_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("no_proxy", "example")
    stand = environment("", "http://127.0.0.1:1234")
    assert {name: value for name, value in stand.items() if "proxy" in name.lower()} == {
        "http_proxy": "http://127.0.0.1:1234"
    }
    assert environment("a@b.example", "") == dict(os.environ) | {"SARING_CONTACT": "a@b.example"}
