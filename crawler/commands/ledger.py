"""`scrapy ledger`: what the ledgers know of each outlet, what failed and why, and a second chance for it."""

import json
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, ClassVar

import typer
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from scrapy.commands import ScrapyCommand

from crawler.ledger import STATES, Address, Ledger
from crawler.outlets import BadInput

BAD_INPUT = 2
# Failures printed of one outlet; --json has all.
MOST_SHOWN = 20


class Command(ScrapyCommand):
    """Shows the ledgers of a corpus and queues again what failed."""

    requires_project = True
    default_settings: ClassVar[dict[str, Any]] = {"LOG_ENABLED": False}

    def syntax(self) -> str:
        """Say how the command is called."""
        return "[options] [OUTLET ...]"

    def short_desc(self) -> str:
        """Say in a line what the command does."""
        return "Show what the ledgers know, and queue again what failed"

    def add_options(self, parser: ArgumentParser) -> None:
        """Add the options of this command."""
        super().add_options(parser)
        parser.add_argument("--into", type=Path, default=Path("corpus"), help="folder of warc/, ledger/ and log/")
        parser.add_argument(
            "--requeue",
            metavar="failed|gone|barred|URL",
            action="append",
            default=[],
            help="ask again at the next crawl for all in this state, or for this address; may be repeated",
        )
        parser.add_argument("--json", action="store_true", help="print one object instead of tables")

    def run(self, args: list[str], opts: Namespace) -> None:
        """Show the ledgers, or queue again; sets exit code 2 for bad input."""
        try:
            paths = ledgers(opts.into, args)
            shown = {path.stem: look(path, opts.requeue) for path in paths}
            if opts.requeue and not any(count for _, _, count in shown.values()):
                raise BadInput(
                    f"--requeue {' '.join(opts.requeue)}: nothing of that is in {opts.into / 'ledger'}; give failed,"
                    " gone, barred or an address as `scrapy ledger` prints it."
                )
        except BadInput as error:
            typer.echo(str(error), err=True)
            self.exitcode = BAD_INPUT
            return
        if opts.json:
            told = {
                outlet: {"states": counts, "failures": [asdict(one) for one in failures], "requeued": requeued}
                for outlet, (counts, failures, requeued) in shown.items()
            }
            typer.echo(json.dumps(told, ensure_ascii=False, indent=2))
            return
        show(Console(), shown)


def ledgers(into: Path, outlets: Sequence[str]) -> list[Path]:
    """Find the ledgers of some outlets, or all; raises BadInput where there is none."""
    known = {path.stem: path for path in sorted((into / "ledger").glob("*.sqlite"))}
    if not known:
        raise BadInput(f"{into / 'ledger'}: there is no ledger here; crawl first, or name the folder with --into.")
    for outlet in outlets:
        if outlet not in known:
            raise BadInput(f"{outlet}: it has no ledger in {into / 'ledger'}; there are {', '.join(known)}.")
    return [known[outlet] for outlet in dict.fromkeys(outlets or known)]


def look(path: Path, requeue: Sequence[str]) -> tuple[dict[str, int], list[Address], int]:
    """Queue again what is asked for; give the counts by state, the failures, and how many were queued.

    Raises BadInput where a crawl has the ledger.
    """
    ledger = Ledger(path, wait=0)
    try:
        requeued = sum(ledger.requeue_all(what) for what in requeue)
        return ledger.counts(), ledger.failures(), requeued
    finally:
        ledger.close()


def show(console: Console, shown: dict[str, tuple[dict[str, int], list[Address], int]]) -> None:
    """Print a table of the outlets and below it what failed."""
    states = [state for state in STATES if state != "read"]
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    table.add_column("outlet", no_wrap=True)
    for state in states:
        table.add_column(state, justify="right")
    for outlet, (counts, _, _) in shown.items():
        table.add_row(outlet, *(str(counts.get(state, 0)) for state in states))
    console.print(table)
    for outlet, (_, failures, requeued) in shown.items():
        if requeued:
            console.print(f"{outlet}: {requeued} addresses are queued for the next crawl.", markup=False)
        for failure in failures[:MOST_SHOWN]:
            console.print(f"  {describe(failure)}", markup=False, soft_wrap=True, highlight=False)
        if len(failures) > MOST_SHOWN:
            console.print(f"  and {len(failures) - MOST_SHOWN} more of {outlet}; --json prints all", markup=False)


def describe(failure: Address) -> str:
    """Say in a line what is wrong with an address."""
    why = failure.fault or str(failure.status)
    due = f", due {failure.next_due}" if failure.next_due else ""
    tries = f"{failure.tries} {'try' if failure.tries == 1 else 'tries'}"
    return f"{failure.url}: {failure.state} ({why}), {tries}{due}"
