"""The commands `saring index …`."""

import datetime as dt
import json
import sys
from collections.abc import Iterator
from dataclasses import asdict
from itertools import islice
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from crawler.outlets import BadInput
from curation.config import load_config
from curation.index import (
    Figures,
    Match,
    add,
    ask,
    figures,
    open_to_ask,
    remove,
    settings_of,
    verify_index,
    write_signatures,
    write_verdicts,
)
from curation.schema import as_row

app = typer.Typer(help="An index of texts that stays: what is a copy of what.", no_args_is_help=True)

Folder = Annotated[Path, typer.Option("--index", help="Folder of the index.")]
DEFAULT = Path("corpus/index")


@app.command("add")
def add_command(
    paths: Annotated[list[Path], typer.Argument(help="Parquet or JSON lines with a column text, or a release.")],
    index: Folder = DEFAULT,
    config: Annotated[Path | None, typer.Option(help="TOML over the defaults.")] = None,
) -> None:
    """Add texts; the decisions are then those of one run over all of them, in whatever order they came."""
    added = add(paths, index, settings_of(load_config(config)) if config else None)
    typer.echo(
        f"{added.rows:,} rows added, {added.nodes:,} of them with new texts; left out: {added.known:,} known by id, "
        f"{added.without_text:,} without text. {added.kept:,} of {added.total:,} rows stay."
    )


@app.command("remove")
def remove_command(
    ids: Annotated[list[str], typer.Argument(help="Ids of rows.")],
    index: Folder = DEFAULT,
) -> None:
    """Take rows out for good; the decisions are then those of a run without them."""
    typer.echo(f"{remove(ids, index):,} rows are left.")


@app.command("query")
def query_command(
    file: Annotated[str, typer.Argument(help="A text, or JSON lines with text; - reads standard input.")] = "-",
    index: Folder = DEFAULT,
    as_json: Annotated[bool, typer.Option("--json", help="One line of JSON a text.")] = False,
    top: Annotated[int, typer.Option(min=1, help="Copies to name at most.")] = 10,
) -> None:
    """Say what a text is a copy of."""
    asked = open_to_ask(index)
    texts, several = _texts(file)
    for number, matches in enumerate(ask(asked, texts, top)):
        if as_json:
            copies = [as_row(match) for match in matches]
            typer.echo(json.dumps({"copies": copies}, ensure_ascii=False, default=dt.datetime.isoformat))
            continue
        if several:
            typer.echo(f"text {number}:")
        for line in map(_told, matches) if matches else ["no copy: nothing in the index is like this text."]:
            typer.echo(line)


@app.command("stats")
def stats_command(index: Folder = DEFAULT) -> None:
    """Count rows, texts, kept rows, clusters and bytes."""
    _print_figures(Console(highlight=False), figures(index))


@app.command("verify")
def verify_command(index: Folder = DEFAULT) -> None:
    """Look whether an index is what was written and says what its rows say; exit code 1 names what is wrong."""
    wrong = list(verify_index(index))
    for sentence in wrong:
        typer.echo(sentence, err=True)
    if wrong:
        raise typer.Exit(1)
    typer.echo(f"{index}: all files are as they were written, and the decisions are those of the rows.")


@app.command("export")
def export_command(
    out: Annotated[Path, typer.Argument(help="Parquet file to write.")],
    index: Folder = DEFAULT,
    to: Annotated[str, typer.Option(help="datasketch (signatures) or verdicts (what stays).")] = "verdicts",
) -> None:
    """Write what others need: signatures for datasketch, or the verdict on every row."""
    writers = {"datasketch": write_signatures, "verdicts": write_verdicts}
    if to not in writers:
        raise BadInput(f"--to {to!r}: this is not known; give datasketch or verdicts.")
    typer.echo(f"{writers[to](index, out):,} rows written to {out}")


def _texts(file: str) -> tuple[Iterator[str], bool]:
    """Read one text, or the texts of JSON lines, and say which of the two."""
    try:
        raw = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
    except OSError as error:
        raise BadInput(f"{file}: this cannot be read ({error.strerror}); check the path.") from error
    text = raw.decode("utf-8", "replace")
    lines = [line for line in text.split("\n") if line.strip()]
    rows = list(map(_row, lines if lines and _row(lines[0]) is not None else []))
    if not rows:
        return iter([text]), False
    for number, row in islice(enumerate(rows, 1), len(rows)):
        if row is None:
            raise BadInput(f"{file}: line {number} is no JSON with a text; mend the line.")
    return (row["text"] for row in rows if row), True


def _row(line: str) -> dict[str, Any] | None:
    try:
        row = json.loads(line)
    except (json.JSONDecodeError, RecursionError):
        return None
    return row if isinstance(row, dict) and isinstance(row.get("text"), str) else None


def _told(match: Match) -> str:
    verdict = "kept" if match.kept else f"{match.stands_for_it} stands for it"
    day = f"{match.published_at:%Y-%m-%d %H:%M} UTC" if match.published_at else "undated"
    place = " ".join(part for part in (match.outlet, match.url) if part)
    return (
        f"{match.kind:9} {match.id}  {day}  jaccard {match.jaccard:.3f}  containment {match.containment:.3f}  "
        f"{verdict}  {place}"
    )


def _print_figures(console: Console, found: Figures) -> None:
    console.print(
        f"{found.rows:,} rows, {found.nodes:,} different texts, {found.kept:,} kept; {found.removed:,} taken out"
    )
    outlets = Table("outlet", "rows", "kept", box=None)
    for name, (rows, kept) in found.by_outlet.items():
        outlets.add_row(name, f"{rows:,}", f"{kept:,}")
    sizes = Table("rows in a cluster", "clusters", box=None)
    for size, count in found.cluster_sizes.items():
        sizes.add_row(f"{size:,}", f"{count:,}")
    parts = Table("on disk", "bytes", box=None)
    for name, size in found.bytes_by_part.items():
        parts.add_row(name, f"{size:,}")
    for table in (outlets, sizes, parts):
        console.print(table)
    settings = asdict(found.settings)
    scheme = settings.pop("scheme")
    console.print(
        "settings: " + ", ".join(f"{name} {value}" for name, value in (scheme | settings).items()), soft_wrap=True
    )
