"""Run a function on hostile input in a process of its own: what kills or hangs it becomes a value."""

import multiprocessing
import signal
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Any, Generic, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")


PATIENCE = 6
"""How many times its limit a process may take on the clock while a busy machine keeps it from working."""


@dataclass(frozen=True, slots=True)
class Failure:
    """What became of an item that gave no result."""

    timeout: bool
    """Whether it ran out of time; else it raised, or its process died."""
    detail: str


@dataclass(frozen=True, slots=True)
class _Worker(Generic[Item, Result]):
    process: BaseProcess
    connection: Connection


def guarded(
    work: Callable[[Item], Result], items: Iterable[Item], seconds: float
) -> Iterator[tuple[Item, Result | Failure]]:
    """Give each item with its result, in order, or with the Failure that stands for it.

    `work` must be importable by name (or a partial of such), items and results must pickle. A process that works for
    `seconds` of CPU time on an item, that gives no result in `PATIENCE` times as many on the clock, or that dies, is
    replaced, and the next item goes to the new one. CPU time is counted so that a busy machine changes no result.
    """
    context = multiprocessing.get_context("forkserver")
    worker: _Worker[Item, Result] | None = None
    try:
        for item in items:
            worker = worker or _start(context, work)
            outcome = _ask(worker, item, seconds)
            if isinstance(outcome, Failure) and worker.connection.closed:
                worker = None
            yield item, outcome
    finally:
        if worker is not None:
            _stop(worker)


def _start(context: Any, work: Callable[[Item], Result]) -> _Worker[Item, Result]:
    ours, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(theirs, work), daemon=True)
    process.start()
    theirs.close()
    return _Worker(process, ours)


def _ask(worker: _Worker[Item, Result], item: Item, seconds: float) -> Result | Failure:
    try:
        worker.connection.send(item)
        if _answers(worker, seconds):
            outcome: Result | Failure = worker.connection.recv()
            return outcome
    except (EOFError, OSError):
        _stop(worker)
        return Failure(False, f"the process died with exit code {worker.process.exitcode}")
    _stop(worker)
    return Failure(True, f"no result in {seconds:g} s")


def _answers(worker: _Worker[Item, Result], seconds: float) -> bool:
    """Wait for an answer; say whether one came before the item's time was up."""
    allowed, until = _cpu_seconds(worker) + seconds, time.monotonic() + PATIENCE * seconds
    wait = seconds
    while not worker.connection.poll(wait):
        wait = min(allowed - _cpu_seconds(worker), until - time.monotonic())
        if wait <= 0:
            return False
    return True


def _cpu_seconds(worker: _Worker[Item, Result]) -> float:
    """CPU time of a process so far, by the clock that clock_getcpuclockid(3) gives on Linux; 0 if it is gone."""
    assert worker.process.pid is not None
    try:
        return time.clock_gettime((~worker.process.pid << 3) | 2)
    except OSError:
        return 0.0


def _stop(worker: _Worker[Item, Result]) -> None:
    worker.connection.close()
    worker.process.kill()
    worker.process.join()


def _serve(connection: Connection, work: Callable[[Any], Any]) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    while True:
        try:
            item = connection.recv()
        except EOFError:
            return
        connection.send(_attempt(work, item))


def _attempt(work: Callable[[Any], Any], item: Any) -> Any:
    try:
        return work(item)
    except Exception as error:  # noqa: BLE001 - the one broad except: any failure of a row becomes a row
        return Failure(False, f"{type(error).__name__}: {error}"[:500])
