"""Spider processes, one an outlet, some side by side.

Nothing but arguments goes in and nothing but lines comes out, so that a process may run anywhere.
"""

import asyncio
import os
import signal
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from crawler.tally import Tally, read_tally

# After Ctrl-C a spider ends its response in hand. What outlasts this is killed, which costs that response only.
SECONDS_TO_END = 30
# A tally with its notes is a line of a few kilobytes.
LINE_BYTES = 1 << 20

Watch = Callable[[str, Tally], None]


@dataclass(frozen=True, slots=True)
class Job:
    """One outlet to crawl."""

    outlet: str
    arguments: tuple[str, ...]
    """Of `python -m crawler`, the command first."""
    environment: Mapping[str, str]
    log: Path


@dataclass(slots=True)
class Run:
    """The processes under way."""

    tallies: dict[str, Tally] = field(default_factory=dict)
    """Last tally of each outlet that was begun."""
    interrupted: bool = False
    _processes: set[asyncio.subprocess.Process] = field(default_factory=set)

    def interrupt(self) -> None:
        """End each process as Ctrl-C does; the second time at once."""
        how = signal.SIGKILL if self.interrupted else signal.SIGINT
        self.interrupted = True
        for process in self._processes:
            process.send_signal(how)
        if how == signal.SIGINT:
            asyncio.get_running_loop().call_later(SECONDS_TO_END, self.interrupt)

    async def crawl(self, job: Job, watch: Watch) -> None:
        """Run the process of one outlet to its end."""
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-m", "crawler", *job.arguments),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            limit=LINE_BYTES,
            env=dict(job.environment),
            start_new_session=True,  # Ctrl-C reaches it through `interrupt` alone: a second one would cut it short
        )
        self._processes.add(process)
        complaint, _ = await asyncio.gather(_read(process.stderr), self._listen(process, job.outlet, watch))
        code = await process.wait()
        self._processes.discard(process)
        self._judge(job, code, complaint)
        watch(job.outlet, self.tallies[job.outlet])

    async def _listen(self, process: asyncio.subprocess.Process, outlet: str, watch: Watch) -> None:
        assert process.stdout is not None
        async for line in process.stdout:
            tally = read_tally(line)
            if tally is not None:
                self.tallies[outlet] = tally
                watch(outlet, tally)

    def _judge(self, job: Job, code: int, complaint: str) -> None:
        """Say what is wrong with an outlet whose process did not end as it should."""
        tally = self.tallies.setdefault(job.outlet, Tally())
        if code == 0 and tally.reason:
            return
        last_words = complaint.strip().splitlines()[-1:]
        why = last_words[0] if last_words else f"its process ended with code {code}"
        self.tallies[job.outlet] = replace(tally, trouble=tally.trouble or f"{why} (log: {job.log})", reason="died")


def crawl_all(jobs: Iterable[Job], workers: int, watch: Watch) -> Run:
    """Run the jobs, so many at a time; Ctrl-C ends them cleanly."""
    return asyncio.run(_crawl_all(tuple(jobs), workers, watch))


async def _crawl_all(jobs: tuple[Job, ...], workers: int, watch: Watch) -> Run:
    run, room = Run(), asyncio.Semaphore(workers)
    loop = asyncio.get_running_loop()
    for ending in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(ending, run.interrupt)

    async def take(job: Job) -> None:
        async with room:
            if not run.interrupted:
                await run.crawl(job, watch)

    await asyncio.gather(*(take(job) for job in jobs))
    return run


async def _read(stream: asyncio.StreamReader | None) -> str:
    assert stream is not None
    return (await stream.read()).decode(errors="replace")


def environment(contact: str, proxy: str) -> dict[str, str]:
    """Give a spider's environment: this one's, with a contact and, for the newsstand's outlets alone, its proxy."""
    own = dict(os.environ)
    if contact:
        own["SARING_CONTACT"] = contact
    if not proxy:
        return own
    others = {name for name in own if name.lower() in ("http_proxy", "https_proxy", "all_proxy", "no_proxy")}
    return {name: value for name, value in own.items() if name not in others} | {"http_proxy": proxy}
