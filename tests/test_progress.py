import os
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from curation.minhash import compiles_first, kernel
from curation.progress import COMPILING, watching


def watched(stage: str, todo: int, *, terminal: bool) -> str:
    told = StringIO()
    console = Console(file=told, force_terminal=terminal, width=120)
    with watching(console) as watch, watch(stage, todo, 1):
        pass
    return told.getvalue()


@pytest.mark.parametrize("terminal", [True, False])
def test_a_compile_is_said_where_it_happens(terminal: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path))
    assert COMPILING in watched("sign", 2, terminal=terminal)
    assert COMPILING in watched("pair", 1, terminal=terminal)
    assert COMPILING not in watched("sign", 0, terminal=terminal)
    assert COMPILING not in watched("clean", 2, terminal=terminal)


def test_what_is_compiled_is_found_until_the_kernel_changes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path))
    index = tmp_path / "minhash_0" / "kernel.sign-1.py311.nbi"
    index.parent.mkdir()
    index.touch()
    assert not compiles_first("sign")
    assert compiles_first("find_askers")
    source = Path(kernel.__file__).stat().st_mtime
    os.utime(index, (source - 1, source - 1))
    assert compiles_first("sign")


def test_numba_keeps_what_it_compiled_where_it_is_looked_for() -> None:
    cached = [path.name for path in Path(kernel.sign.stats.cache_path).glob("kernel.sign-*.nbi")]
    assert all(name.startswith("kernel.sign-") for name in cached)
    assert Path(kernel.sign.stats.cache_path).is_relative_to(
        os.environ.get("NUMBA_CACHE_DIR") or Path(kernel.__file__).parent
    )


def test_without_numba_nothing_is_compiled(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("curation.minhash.signing.find_spec", lambda name: None)
    assert not compiles_first("sign")
