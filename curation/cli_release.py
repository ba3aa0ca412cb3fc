"""The commands that read a release: `saring stats` and `saring export`."""

import json
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from crawler.outlets import BadInput, load_outlets
from curation.codes import cut_names
from curation.reasons import REASONS
from curation.release.export import FORMS, Order, export
from curation.release.read import release_folder
from curation.release.stats import QUESTIONS, count_by, stats
from curation.summary import print_stats

app = typer.Typer()

Version = Annotated[str, typer.Argument(help="Release.")]
Corpus = Annotated[Path, typer.Option(help="Corpus folder.")]


@app.command("stats")
def stats_command(
    version: Version = "latest",
    by: Annotated[str, typer.Option(help=f"One of {', '.join(QUESTIONS)}; all without it.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Numbers for programs.")] = False,
    corpus: Corpus = Path("corpus"),
) -> None:
    """Count a release by outlet, month, language, reuse, split, cutting rule and reject code."""
    if by and by not in QUESTIONS:
        raise BadInput(f"--by {by!r}: a release is counted by {', '.join(QUESTIONS)}.")
    release = release_folder(corpus, version)
    counted = {by: count_by(release, by)} if by else stats(release)
    if as_json:
        typer.echo(json.dumps(counted, ensure_ascii=False, indent=1))
        return
    print_stats(Console(highlight=False), counted, REASONS | cut_names(load_outlets()))


@app.command("export")
def export_command(
    to: Annotated[str, typer.Option(help="; ".join(f"{name}: {form.why}" for name, form in FORMS.items()))],
    out: Annotated[Path, typer.Option(help="Folder to write to; one that an export left unfinished is gone on with.")],
    version: Version = "latest",
    where: Annotated[
        str, typer.Option(help="SQL over the columns, such as \"outlet = 'x' and n_words > 200\".")
    ] = "true",
    rows_per_shard: Annotated[int, typer.Option(min=1, help="Documents in a file.")] = 10_000,
    tokenizer: Annotated[str, typer.Option(help="For tokens: a tokenizer.json, or the word bytes.")] = "",
    corpus: Corpus = Path("corpus"),
) -> None:
    """Write the documents of a release, or those that a condition chooses, for other tools."""
    if to not in FORMS:
        raise BadInput(f"--to {to!r}: there is {', '.join(FORMS)}.")
    order = Order(release_folder(corpus, version).resolve(), out, to, where, rows_per_shard, tokenizer)
    columns = (TextColumn("export"), BarColumn(), MofNCompleteColumn(), TextColumn("shards"), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True)) as progress:
        bar = progress.add_task("export", total=None)
        exported = export(order, lambda done, total: progress.update(bar, completed=done, total=total))
    standing = len(exported.shards) - exported.written
    stood = f" ({standing} stood already)" if standing else ""
    typer.echo(f"{exported.documents:,} documents in {len(exported.shards)} shards{stood}: {out}")
