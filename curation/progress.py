"""What a build shows while it works."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from curation.minhash import compiles_first

Advance = Callable[[], None]

KERNELS = {"sign": "sign", "pair": "find_askers"}
"""Stages that wait for a compiler on a new machine, and what they need of the kernel last."""
COMPILING = "compiling the kernel, once a machine"


@contextmanager
def watching(console: Console) -> Iterator[Callable[[str, int, int], AbstractContextManager[Advance]]]:
    """Give a watcher for `pipeline.build`: a bar a stage on a terminal, a line a stage elsewhere."""
    if not console.is_terminal:
        yield lambda stage, todo, done: _line(console, stage, todo, done)
        return
    columns = (TextColumn("{task.description:<8}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console) as progress:
        yield lambda stage, todo, done: _bar(progress, stage, todo, done)


@contextmanager
def _bar(progress: Progress, stage: str, todo: int, done: int) -> Iterator[Advance]:
    description = f"{stage}, {COMPILING}" if _compiles(stage, todo) else stage
    bar = progress.add_task(description, total=todo + done, completed=done)
    yield lambda: progress.update(bar, description=stage, advance=1)


@contextmanager
def _line(console: Console, stage: str, todo: int, done: int) -> Iterator[Advance]:
    if _compiles(stage, todo):
        console.print(f"{stage:<8} {COMPILING}")
    yield lambda: None
    state = f"{todo} tasks" if todo else "nothing new"
    console.print(f"{stage:<8} {state}" + (f", {done} done before" if todo and done else ""))


def _compiles(stage: str, todo: int) -> bool:
    return bool(todo) and stage in KERNELS and compiles_first(KERNELS[stage])
