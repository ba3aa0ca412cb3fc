"""What a person sees of a crawl: a bar an outlet while it works, tables at the end."""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.filesize import decimal
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, Task, TextColumn
from rich.table import Table

from crawler.coverage import SHOWN, SOURCES, Coverage, fold, read_row
from crawler.processes import Watch
from crawler.tally import Tally

COLUMNS = {
    "found": "found",
    "known": "known",
    "fetched": "fetched",
    "archived": "archived",
    "same": "unchanged",
    "barred": "barred",
}
# More days than these are folded into one row of the table of coverage.
MOST_DAYS = 14
NO_DAY = "no day known"
# What a table of eighty columns has room for.
HEADS = {"listing": "index", "together": "named", "estimated": "about"}
# The states of the ledger in which an article is not in the archive.
MISSING = tuple(state for state in SHOWN if state not in ("archived", "moved"))


@contextmanager
def watching(console: Console, outlets: Sequence[str]) -> Iterator[Watch]:
    """Give what `crawl_all` tells its tallies to: bars on a terminal, else a line at each turn of an outlet."""
    if not console.is_terminal:
        told: set[tuple[str, str]] = set()
        yield lambda outlet, tally: _tell(console, told, outlet, tally)
        return
    width = max(map(len, outlets), default=0)
    columns = (
        TextColumn(f"{{task.description:<{width}}}"),
        BarColumn(bar_width=6),
        MofNCompleteColumn(),
        TextColumn("{task.fields[state]}"),
    )
    with Progress(*columns, console=console) as progress:
        bars = {outlet: progress.add_task(outlet, total=None, start=False, state="waiting") for outlet in outlets}

        def watch(outlet: str, tally: Tally) -> None:
            bar = bars[outlet]
            task = progress.tasks[outlets.index(outlet)]
            if tally.wanted and not task.started:
                progress.start_task(bar)
            progress.update(bar, total=tally.wanted or None, completed=tally.done)
            progress.update(bar, state=escape(_state(tally, task)))

        yield watch


def print_tallies(console: Console, tallies: Mapping[str, Tally]) -> None:
    """Print the tables of a crawl, and below them what there is to say of single outlets."""
    table = _table("outlet")
    for name in (*COLUMNS, "kept", "errors"):
        table.add_column(name, justify="right", no_wrap=True)
    for outlet, tally in tallies.items():
        counts = (str(getattr(tally, name)) for name in COLUMNS.values())
        table.add_row(outlet, *counts, decimal(tally.bytes, precision=0), str(sum(tally.errors.values())))
    console.print(table)
    print_coverage(console, tallies)
    for outlet, tally in tallies.items():
        if tally.errors:
            console.print(f"{outlet}: errors {_errors(tally)}.", markup=False, soft_wrap=True)
        for note in tally.notes:
            console.print(f"{outlet}: {note}.", markup=False, soft_wrap=True)
        if tally.trouble:
            console.print(f"{outlet} is not crawled whole: {tally.trouble}.", markup=False, soft_wrap=True)


def print_coverage(console: Console, tallies: Mapping[str, Tally]) -> None:
    """Print what the sources named, beside the estimate of all there was; of one outlet alone its days, if few."""
    days = {outlet: tuple(map(read_row, tally.coverage)) for outlet, tally in tallies.items() if tally.coverage}
    rows = [
        (outlet if len(tallies) > 1 else day.day or ("all days" if len(shown) < len(of_outlet) else NO_DAY), day)
        for outlet, of_outlet in days.items()
        for shown in (of_outlet if len(tallies) == 1 and len(of_outlet) <= MOST_DAYS else (fold(of_outlet),),)
        for day in shown
    ]
    sources = [source for source in SOURCES if any(source in day.named for _, day in rows)]
    if not sources:
        return
    console.print(f"Named by the sources, {_span([day for of_outlet in days.values() for day in of_outlet])}:")
    table = _table("outlet" if len(tallies) > 1 else "day")
    for name in (*sources, "together", "estimated", "archived", "missing"):
        table.add_column(HEADS.get(name, name), justify="right", no_wrap=True)
    for name, day in rows:
        # what moved is archived where it moved to
        archived = day.states.get("archived", 0) + day.states.get("moved", 0)
        estimated = "" if day.estimated is None else f"{day.estimated:.1f}"
        missing = sum(day.states.get(state, 0) for state in MISSING)
        named = (str(day.named.get(source, "")) for source in sources)
        table.add_row(name, *named, str(day.together), estimated, str(archived), str(missing))
    console.print(table)


def _table(first: str) -> Table:
    table = Table(box=SIMPLE_HEAD, pad_edge=False, show_edge=False, collapse_padding=True)
    table.add_column(first, no_wrap=True)
    return table


def _span(rows: Sequence[Coverage]) -> str:
    told = [row.day for row in rows if row.day]
    return f"{min(told)} to {max(told)}" if told else NO_DAY


def _tell(console: Console, told: set[tuple[str, str]], outlet: str, tally: Tally) -> None:
    if tally.reason:
        turn, words = "ended", f"{tally.archived} responses archived, errors: {_errors(tally) or 'none'}"
    elif tally.wanted:
        turn, words = "fetching", f"{tally.wanted} articles to fetch"
    else:
        turn, words = "reading", "reading robots.txt, sitemaps, feeds and listings"
    if (outlet, turn) not in told:
        told.add((outlet, turn))
        console.print(f"{outlet}: {words}", markup=False)


def _state(tally: Tally, task: Task) -> str:
    """Say what is kept, what failed and, while it goes on, how fast it goes: rich measures the last half minute."""
    errors = sum(tally.errors.values())
    words = [decimal(tally.bytes, precision=0)] + ([f"{errors} errors"] if errors else [])
    if tally.reason:
        return ", ".join([tally.trouble, *words] if tally.trouble else words)
    if not tally.wanted:
        return f"reading sources, {tally.found} found"
    words += [f"{tally.wanted - tally.done} queued", f"every {tally.delay:.1f} s"]
    if task.speed:
        words.append(f"{task.speed * 60:.0f}/min")
    if task.time_remaining is not None:
        words.append(str(dt.timedelta(seconds=int(task.time_remaining))))
    return ", ".join(words)


def _errors(tally: Tally) -> str:
    return ", ".join(f"{count} × {name}" for name, count in sorted(tally.errors.items()))
