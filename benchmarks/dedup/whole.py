"""Peers that are programs and not libraries, measured as processes: their CPU time less that of a run on ten texts.

Each lives in an environment of its own, named by a variable: SARING_TEXT_DEDUP and SARING_DATATROVE hold the paths of
those environments' Python.
"""

import json
import os
import resource
import subprocess
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.dedup.engines import BANDS, ROWS, THRESHOLD

FEW = 10
"""Texts of the run that shows what starting costs."""

Command = Callable[[str, Path, Path], Sequence[str]]
"""Gives the command of a program from its Python, a file of texts, and a folder to work in."""


@dataclass(frozen=True, slots=True)
class Program:
    """One peer."""

    name: str
    variable: str
    command: Command

    @property
    def python(self) -> str:
        """Python of its environment; empty where it has none."""
        return os.environ.get(self.variable, "")


def text_dedup(python: str, texts: Path, folder: Path) -> Sequence[str]:
    return [
        python, "-m", "text_dedup.minhash", "--path", "json", "--data_files", str(texts), "--split", "train",
        "--cache_dir", str(folder / "cache"), "--output", str(folder / "kept"), "--column", "text",
        "--num_perm", str(BANDS * ROWS), "--b", str(BANDS), "--r", str(ROWS), "--threshold", str(THRESHOLD),
        "--ngram", "5", "--batch_size", "10000", "--num_proc", "1", "--hash_func", "xxh3", "--hash_bits", "32",
    ]  # fmt: skip


def datatrove(words: str) -> Command:
    script = str(Path(__file__).with_name("datatrove_run.py"))
    return lambda python, texts, folder: [python, script, str(texts), str(folder), words]


PROGRAMS = tuple(
    program
    for program in (
        Program("text-dedup, xxh3", "SARING_TEXT_DEDUP", text_dedup),
        Program("datatrove, its Indonesian tokeniser", "SARING_DATATROVE", datatrove("ind")),
        Program("datatrove, white space", "SARING_DATATROVE", datatrove("whitespace")),
    )
    if program.python
)


def cpu_seconds(program: Program, texts: Sequence[str]) -> float:
    """Run a program on texts and give the CPU time of it and all that it started; raises CalledProcessError."""
    with tempfile.TemporaryDirectory() as temporary:
        folder, table = Path(temporary, "out"), Path(temporary, "texts.jsonl")
        rows = ({"id": str(number), "text": text} for number, text in enumerate(texts))
        table.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
        before = _children()
        command = program.command(program.python, table, folder)
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=temporary)
        return _children() - before


def _children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
