"""The command line `saring`."""

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.console import Console

from crawler.outlets import BadInput, load_outlets
from curation.config import load_config
from curation.pipeline import Order, build
from curation.progress import watching
from curation.runners import local
from curation.saved_pages import import_pages
from curation.single import Kind, as_json, clean, guess_kind
from curation.summary import print_outlets, print_release

app = typer.Typer(
    help="Strain news pages to a clean text corpus.", no_args_is_help=True, add_completion=False,
    pretty_exceptions_enable=False,
)  # fmt: skip
imports = typer.Typer(help="Turn what you have into an archive that `build` reads.", no_args_is_help=True)
outlets = typer.Typer(help="The outlets that have a profile.", no_args_is_help=True)
app.add_typer(imports, name="import")
app.add_typer(outlets, name="outlets")


@app.command("build")
def build_command(
    warc: Annotated[list[Path] | None, typer.Option(help="WARC file, or folder of them; repeat for more.")] = None,
    text: Annotated[list[Path] | None, typer.Option(help="Parquet or JSON lines with a column `text`.")] = None,
    out: Annotated[Path, typer.Option(help="Corpus folder.")] = Path("corpus"),
    config: Annotated[Path | None, typer.Option(help="TOML over the defaults.")] = None,
    workers: Annotated[int, typer.Option(min=1, help="Processes.")] = os.cpu_count() or 1,
    language: Annotated[list[str] | None, typer.Option(help="Languages to keep, over clean.languages.")] = None,
) -> None:
    """Build a release from archives or text tables; goes on where an earlier build stopped."""
    settings = load_config(config)
    if language:
        settings = settings.model_copy(
            update={"clean": settings.clean.model_copy(update={"languages": tuple(language)})}
        )
    order = Order(tuple(warc or ()), tuple(text or ()), out, settings, workers)
    console = Console(highlight=False)
    with watching(console) as watch:
        release = build(order, local.run, watch)
    print_release(console, release)


@app.command("clean")
def clean_command(
    file: Annotated[str, typer.Argument(help="Page or text; - reads standard input.")] = "-",
    url: Annotated[str, typer.Option(help="Address of the page; brings the outlet's layouts and rules.")] = "",
    outlet: Annotated[str, typer.Option(help="Outlet by id, where there is no address.")] = "",
    kind: Annotated[str, typer.Option("--as", help="html or text; without it, what holds tags is a page.")] = "",
    as_a_record: Annotated[bool, typer.Option("--json", help="Title, text, metadata, cuts and reject.")] = False,
) -> None:
    """Clean one page or text and print what is left."""
    if kind not in {"", "html", "text"}:
        raise BadInput(f"--as {kind!r}: this is neither html nor text; give one of the two.")
    payload = sys.stdin.buffer.read() if file == "-" else _read(Path(file))
    chosen: Kind = "html" if kind == "html" or (not kind and guess_kind(payload) == "html") else "text"
    cleaned = clean(payload, url=url, outlet=outlet, kind=chosen)
    if as_a_record:
        typer.echo(json.dumps(as_json(cleaned), ensure_ascii=False, indent=1))
        return
    if cleaned.reject is not None:
        typer.echo(f"rejected: {cleaned.reject.code} {cleaned.reject.detail}".rstrip(), err=True)
    if cleaned.text:
        typer.echo(cleaned.text)


@imports.command("pages")
def import_pages_command(
    folder: Annotated[Path, typer.Argument(help="Folder of saved pages, .html or .html.gz.")],
    out: Annotated[Path, typer.Option(help="WARC file to write.")] = Path("corpus/warc/imported.warc.gz"),
) -> None:
    """Put saved pages into a WARC (address from manifest.csv, else canonical or og:url)."""
    if not folder.is_dir():
        raise BadInput(f"{folder}: there is no such folder; check the path.")
    imported = import_pages(folder, out)
    typer.echo(f"{imported.written} pages written to {out}")
    for name in imported.without_address:
        typer.echo(f"left out, no address known: {name}", err=True)


@outlets.command("list")
def list_outlets_command() -> None:
    """List the outlets."""
    print_outlets(Console(highlight=False), load_outlets())


def main() -> NoReturn:
    """Run the command line: bad input ends with one sentence and exit code 2."""
    with bad_input_is_said():
        app()
    sys.exit(0)


@contextmanager
def bad_input_is_said() -> Iterator[None]:
    """Turn BadInput into its sentence on standard error and exit code 2."""
    try:
        yield
    except BadInput as error:
        typer.echo(str(error), err=True)
        sys.exit(2)


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise BadInput(f"{path}: this cannot be read ({error.strerror}); check the path.") from error
