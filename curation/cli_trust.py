"""The commands that make a release one to rely on: `saring verify`, `saring diff` and `saring takedown`."""

import datetime as dt
import json
import os
from dataclasses import asdict, replace
from pathlib import Path
from typing import Annotated, Any, cast

import typer
from rich.console import Console
from rich.text import Text

from curation.progress import watching
from curation.release.diff import compare
from curation.release.read import release_folder
from curation.release.withdrawals import order_takedown, still_in
from curation.runners import local
from curation.show import print_difference
from curation.summary import print_takedowns
from curation.takedowns import NAME as TAKEDOWNS
from curation.takedowns import Tombstone, read_takedowns, value_of
from curation.verify import Question, verify

app = typer.Typer()
takedown = typer.Typer(help="What must not be published.", no_args_is_help=True)
app.add_typer(takedown, name="takedown")

Corpus = Annotated[Path, typer.Option(help="Corpus folder.")]


@app.command("verify")
def verify_command(
    version: Annotated[str, typer.Argument(help="Release to prove.")] = "latest",
    sample: Annotated[int | None, typer.Option(min=0, help="Trace back this many documents; all without it.")] = None,
    corpus: Corpus = Path("corpus"),
    workers: Annotated[int, typer.Option(min=1, help="Processes.")] = os.cpu_count() or 1,
) -> None:
    """Prove a release down to the archived bytes; exit code 1 names each file in which something does not hold."""
    console = Console(highlight=False)
    with watching(console) as watch:
        proof = verify(Question(corpus, version, sample, workers), local.run, watch)
    for sentence in proof.held:
        console.print(Text(sentence))
    for failure in proof.failures:
        typer.echo(str(failure), err=True)
    typer.echo(f"{proof.release}: " + (f"{len(proof.failures)} failures" if proof.failures else "everything holds"))
    raise typer.Exit(1 if proof.failures else 0)


@app.command("diff")
def diff_command(
    older: Annotated[str, typer.Argument(help="Release to start from.")],
    newer: Annotated[str, typer.Argument(help="Release to compare with it.")] = "latest",
    limit: Annotated[int, typer.Option(min=0, help="Examples of each kind and cause.")] = 3,
    as_json: Annotated[bool, typer.Option("--json", help="Counts and examples for programs.")] = False,
    corpus: Corpus = Path("corpus"),
) -> None:
    """Say what came, went and changed from one release to another, and why."""
    difference = compare(release_folder(corpus, older), release_folder(corpus, newer))
    if as_json:
        told = asdict(replace(difference, changes=tuple(difference.examples(limit)))) | {"counts": difference.counts}
        typer.echo(json.dumps(told, ensure_ascii=False, indent=1))
        return
    print_difference(Console(highlight=False), difference, limit)


@takedown.command("add")
def add_takedown_command(
    kind: Annotated[str, typer.Argument(help="url, domain, id or pattern.")],
    value: Annotated[str, typer.Argument(help="Address, host name, id, or regular expression over addresses.")],
    reason: Annotated[str, typer.Option(help="Why, in one line; it is published with the release.")],
    day: Annotated[str, typer.Option(help="When it was ordered, as 2026-10-03; today without it.")] = "",
    corpus: Corpus = Path("corpus"),
) -> None:
    """Lay a tombstone that every later release obeys; a story's copies in the latest release go with it."""
    if kind != "id":
        value = value_of(kind, value)
    stone = Tombstone(cast(Any, kind), value, reason.strip(), day or str(dt.datetime.now(dt.UTC).date()))
    ordered = order_takedown(corpus, stone)
    typer.echo(f"{ordered.stone}: " + ("laid" if ordered.fresh else "stands already"))
    more = f"with {len(ordered.stone.also)} more addresses of the same stories"
    typer.echo(f"{ordered.documents} documents of the latest release go, {more}")
    typer.echo("the next `saring build` leaves them out; releases that stand are not changed")


@takedown.command("list")
def list_takedowns_command(
    as_json: Annotated[bool, typer.Option("--json", help="One object a tombstone.")] = False,
    corpus: Corpus = Path("corpus"),
) -> None:
    """List the tombstones in force, and the releases in which what they name still stands."""
    standing = still_in(corpus, read_takedowns(corpus / TAKEDOWNS))
    if as_json:
        rows = [asdict(stone) | {"still_in": versions} for stone, versions in standing.items()]
        typer.echo(json.dumps(rows, ensure_ascii=False, indent=1))
        return
    print_takedowns(Console(highlight=False), standing)
