"""What a person sees of a crawl: a bar an outlet while it works, a table at the end."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

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


@contextmanager
def watching(console: Console, outlets: Sequence[str]) -> Iterator[Watch]:
    """Give what `crawl_all` tells its tallies to: bars on a terminal, else a line at each turn of an outlet."""
    if not console.is_terminal:
        told: set[tuple[str, str]] = set()
        yield lambda outlet, tally: _tell(console, told, outlet, tally)
        return
    columns = (
        TextColumn("{task.description:<16}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[state]}"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console) as progress:
        bars = {outlet: progress.add_task(outlet, total=None, state="waiting") for outlet in outlets}
        yield lambda outlet, tally: progress.update(
            bars[outlet], total=tally.wanted or None, completed=tally.done, state=escape(_state(tally))
        )


def print_tallies(console: Console, tallies: Mapping[str, Tally]) -> None:
    """Print the table of a crawl, and below it what there is to say of single outlets."""
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    table.add_column("outlet", no_wrap=True)
    for name in COLUMNS:
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("errors")
    for outlet, tally in tallies.items():
        table.add_row(outlet, *(str(getattr(tally, name)) for name in COLUMNS.values()), _errors(tally))
    console.print(table)
    for outlet, tally in tallies.items():
        for note in tally.notes:
            console.print(f"{outlet}: {note}.", markup=False, soft_wrap=True)
        if tally.trouble:
            console.print(f"{outlet} is not crawled whole: {tally.trouble}.", markup=False, soft_wrap=True)


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


def _state(tally: Tally) -> str:
    if not tally.reason and not tally.wanted:
        return f"reading sources, {tally.found} found"
    return tally.trouble or (f"errors {_errors(tally)}" if tally.errors else "")


def _errors(tally: Tally) -> str:
    return ", ".join(f"{count} × {name}" for name, count in sorted(tally.errors.items()))
