"""What a build shows while it works."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

Advance = Callable[[], None]


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
    bar = progress.add_task(stage, total=todo + done, completed=done)
    yield lambda: progress.advance(bar)


@contextmanager
def _line(console: Console, stage: str, todo: int, done: int) -> Iterator[Advance]:
    yield lambda: None
    state = f"{todo} tasks" if todo else "nothing new"
    console.print(f"{stage:<8} {state}" + (f", {done} done before" if todo and done else ""))
