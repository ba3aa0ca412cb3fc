"""The command line `saring`."""

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, NoReturn, get_args

import typer
from rich.console import Console

from crawler.outlets import BadInput, load_outlets
from curation import cli_index, cli_release, cli_trust
from curation.config import load_config
from curation.coverage import crawl_manifests
from curation.health import check_outlets, print_health, release_and_before
from curation.learn import learn, render_profile
from curation.pipeline import Order, build
from curation.progress import watching
from curation.release.assemble import REPORT
from curation.release.manifest import read_manifest
from curation.report import render_report
from curation.rights import Policy
from curation.runners import local
from curation.saved_pages import import_pages
from curation.shards import aside
from curation.show import print_census, print_show, read_census, render_show_html, show
from curation.single import Kind, as_json, clean, guess_kind
from curation.sources import WARC_SUFFIXES, input_files
from curation.summary import print_outlets, print_release
from curation.warc import check_archive, read_responses

app = typer.Typer(
    help="Strain news pages to a clean text corpus.", no_args_is_help=True, add_completion=False,
    pretty_exceptions_enable=False,
)  # fmt: skip
imports = typer.Typer(help="Turn what you have into an archive that `build` reads.", no_args_is_help=True)
outlets = typer.Typer(help="The outlets that have a profile.", no_args_is_help=True)
app.add_typer(imports, name="import")
app.add_typer(cli_release.app)
app.add_typer(cli_trust.app)
app.add_typer(cli_index.app, name="index")
app.add_typer(outlets, name="outlets")


@app.command("build")
def build_command(
    warc: Annotated[list[Path] | None, typer.Option(help="WARC file, or folder of them; repeat for more.")] = None,
    text: Annotated[list[Path] | None, typer.Option(help="Parquet or JSON lines with a column `text`.")] = None,
    out: Annotated[Path, typer.Option(help="Corpus folder.")] = Path("corpus"),
    config: Annotated[Path | None, typer.Option(help="TOML over the defaults.")] = None,
    workers: Annotated[int, typer.Option(min=1, help="Processes.")] = os.cpu_count() or 1,
    language: Annotated[list[str] | None, typer.Option(help="Languages to keep, over clean.languages.")] = None,
    rights: Annotated[str, typer.Option(help="respect, record-only or open-only, over rights.policy.")] = "",
) -> None:
    """Build a release from archives or text tables; goes on where an earlier build stopped."""
    settings = load_config(config)
    if language:
        settings = settings.model_copy(
            update={"clean": settings.clean.model_copy(update={"languages": tuple(language)})}
        )
    if rights:
        if rights not in get_args(Policy):
            raise BadInput(f"--rights {rights!r}: there is no such policy; give one of {', '.join(get_args(Policy))}.")
        settings = settings.model_copy(update={"rights": settings.rights.model_copy(update={"policy": rights})})
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
    mask: Annotated[bool, typer.Option("--mask", help="Mask e-mail addresses, telephones and the like.")] = False,
) -> None:
    """Clean one page or text and print what is left."""
    if kind not in {"", "html", "text"}:
        raise BadInput(f"--as {kind!r}: this is neither html nor text; give one of the two.")
    payload = sys.stdin.buffer.read() if file == "-" else _read(Path(file))
    chosen: Kind = "html" if kind == "html" or (not kind and guess_kind(payload) == "html") else "text"
    cleaned = clean(payload, url=url, outlet=outlet, kind=chosen, mask=mask)
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


@app.command("show")
def show_command(
    what: Annotated[str, typer.Argument(help="Id (6 digits do) or address of a row; or the word census.")],
    outlet: Annotated[str, typer.Argument(help="With census: the outlet.")] = "",
    corpus: Annotated[Path, typer.Option(help="Corpus folder.")] = Path("corpus"),
    version: Annotated[str, typer.Option(help="Release to look in.")] = "latest",
    html: Annotated[Path | None, typer.Option(help="Write a page here instead.")] = None,
) -> None:
    """Walk a row back: its blocks with what was cut and why, its copies, its capture in the archive."""
    console = Console(highlight=False)
    if what == "census":
        if not outlet:
            raise BadInput("show census: name the outlet, for example: saring show census kompas")
        print_census(console, read_census(corpus, outlet))
        return
    shown = show(corpus, what, version)
    if html is None:
        print_show(console, shown)
        return
    with aside(html) as partial:
        partial.write_text(render_show_html(shown), encoding="utf-8")


@app.command("report")
def report_command(
    corpus: Annotated[Path, typer.Option(help="Corpus folder.")] = Path("corpus"),
    version: Annotated[str, typer.Option(help="Release to look at.")] = "latest",
    out: Annotated[Path | None, typer.Option(help="File to write; else report.html in the corpus folder.")] = None,
) -> None:
    """Write a release as one page to look at, held against the release before it."""
    release, before = release_and_before(corpus, version)
    place = out or corpus / REPORT
    with aside(place) as partial:
        page = render_report(release, read_manifest(release), crawl_manifests(corpus), before)
        partial.write_text(page, encoding="utf-8")
    typer.echo(f"report     {place}")


@outlets.command("check")
def check_outlets_command(
    corpus: Annotated[Path, typer.Option(help="Corpus folder.")] = Path("corpus"),
) -> None:
    """Hold the newest release and the last crawls against those before; exit code 1 names outlets to look at."""
    health = check_outlets(corpus)
    print_health(Console(highlight=False), health)
    raise typer.Exit(1 if health.failing else 0)


@outlets.command("learn")
def learn_outlet_command(
    domain: Annotated[str, typer.Argument(help="Host name of the site, without www.")],
    warc: Annotated[list[Path], typer.Option(help="WARC file, or folder of them; repeat for more.")],
    out: Annotated[Path | None, typer.Option(help="File to write; without it, the profile is printed.")] = None,
) -> None:
    """Draft a profile from ten or more archived pages of a site."""
    limit = load_config(None).extract.max_page_bytes
    paths = list(input_files(warc, WARC_SUFFIXES))
    for path in paths:
        check_archive(path)
    pages = (answer.page for path in paths for answer in read_responses(path, path.name, limit, []) if not answer.code)
    profile = render_profile(learn(domain, pages))
    if out is None:
        typer.echo(profile, nl=False)
        return
    with aside(out) as partial:
        partial.write_text(profile, encoding="utf-8")


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
