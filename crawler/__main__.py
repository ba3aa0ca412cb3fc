"""The command line of the crawler: `python -m crawler crawl`."""

import datetime as dt
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.console import Console

from crawler.agent import software, user_agent
from crawler.commoncrawl import INDEX, STORE, Order, take_history
from crawler.listings import check_sources, check_topic
from crawler.outlets import PROFILES, BadInput, Profile, load_outlets
from crawler.processes import Job, crawl_all, environment
from crawler.screen import print_tallies, watching
from crawler.tally import Tally
from crawler.warc import crawl_name
from crawler.window import Window, read_days_back, read_window

WEB, COMMON_CRAWL = "web", "commoncrawl"
TROUBLE = 1
BAD_INPUT = 2
INTERRUPTED = 130

Profiles = Annotated[Path, typer.Option(help="Folder of outlet profiles.")]
Into = Annotated[Path, typer.Option(help="Folder of warc/, ledger/ and log/.")]
Day = Annotated[str, typer.Option(metavar="YYYY-MM-DD", help="First or last day wanted.")]
Topic = Annotated[str, typer.Option(help="Subject: only what the outlets' topic pages name of it.")]
Recheck = Annotated[str, typer.Option(metavar="DAYS", help="Look again at archived articles of so many last days.")]

Source = Annotated[str, typer.Option(help="web: the outlets themselves; commoncrawl: what that archive holds of them.")]
Index = Annotated[str, typer.Option(help="With commoncrawl: a CDX index, or a list of them as collinfo.json has it.")]
Store = Annotated[str, typer.Option(help="With commoncrawl: where its WARC files lie.")]

app = typer.Typer(add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False)


@dataclass(frozen=True, slots=True)
class Plan:
    """What one crawl is to do."""

    chosen: tuple[Profile, ...]
    window: Window
    into: Path
    name: str
    contact: str
    profiles: Path
    topic: str = ""
    recheck: str = ""
    source: str = WEB
    index: str = INDEX
    store: str = STORE


@dataclass(frozen=True, slots=True)
class Stand:
    """The embedded newsstand, where it is served for this crawl."""

    proxy: str
    days: Window
    """Those of its stories."""


@app.command()
def crawl(  # noqa: PLR0913, PLR0917 - its options
    outlet: Annotated[list[str] | None, typer.Option(help="Id of an outlet; may be repeated.")] = None,
    since: Day = "",
    until: Day = "",
    into: Into = Path("corpus"),
    workers: Annotated[int, typer.Option(min=1, help="Outlets side by side.")] = 2,
    contact: Annotated[str, typer.Option(envvar="SARING_CONTACT", help="Your mail or web address.")] = "",
    profiles: Profiles = PROFILES,
    topic: Topic = "",
    recheck: Recheck = "",
    source: Source = WEB,
    index: Index = INDEX,
    store: Store = STORE,
) -> None:
    """Archive the articles of outlets, or of the embedded newsstand, as WARC; the next crawl fetches what is new."""
    began = dt.datetime.now(dt.UTC)
    try:
        chosen = _chosen(profiles, outlet or [], contact)
        for profile in chosen if topic else ():
            check_topic(profile, topic)
        window = read_window(since, until)
        read_days_back(recheck)
        _check_source(source, topic, recheck)
    except BadInput as error:
        _refuse(error)
    name = _free_name(into / "warc", crawl_name(began))
    plan = Plan(chosen, window, into, name, contact, profiles, topic, recheck, source, index, store)
    if source == COMMON_CRAWL:
        workers = 1  # all outlets ask the same two servers
    with _newsstand(plan) as stand:
        jobs = [_job(plan, profile, stand) for profile in chosen]
        with watching(Console(stderr=True), [job.outlet for job in jobs]) as watch:
            run = crawl_all(jobs, workers, watch)
    tallies = {job.outlet: run.tallies[job.outlet] for job in jobs if job.outlet in run.tallies}
    _write_manifest(plan, began, tallies)
    print_tallies(Console(), tallies)
    if run.interrupted:
        raise typer.Exit(INTERRUPTED)
    raise typer.Exit(TROUBLE if any(tally.trouble for tally in tallies.values()) else 0)


@app.command(hidden=True)
def spider(  # noqa: PLR0913, PLR0917 - its options
    outlet: Annotated[str, typer.Option()],
    crawl: Annotated[str, typer.Option()],
    since: Day = "",
    until: Day = "",
    into: Into = Path("corpus"),
    profiles: Profiles = PROFILES,
    topic: Topic = "",
    recheck: Recheck = "",
) -> None:
    """Crawl one outlet in this process and print its tally as it grows."""
    from scrapy.crawler import CrawlerProcess
    from scrapy.settings import Settings
    from twisted.python.failure import Failure

    from crawler import settings
    from crawler.spiders.news import NewsSpider

    log = _log_of(into, outlet)
    log.parent.mkdir(parents=True, exist_ok=True)
    chosen = Settings({"LOG_FILE": str(log), "LOG_FILE_APPEND": False}, priority="cmdline")
    chosen.setmodule(settings, priority="project")
    process = CrawlerProcess(chosen)
    crawler = process.create_crawler(NewsSpider)
    faults: list[Failure] = []
    arguments = {"outlet": outlet, "crawl": crawl, "since": since, "until": until, "topic": topic, "recheck": recheck}
    crawling = process.crawl(crawler, **arguments, into=str(into), profiles=str(profiles))
    crawling.addErrback(faults.append)
    process.start()
    for failure in faults:
        if isinstance(failure.value, BadInput):
            _refuse(failure.value)
        failure.raiseException()
    assert isinstance(crawler.spider, NewsSpider)
    typer.echo(crawler.spider.tally.line())


@app.command(hidden=True)
def history(  # noqa: PLR0913, PLR0917 - its options
    outlet: Annotated[str, typer.Option()],
    crawl: Annotated[str, typer.Option()],
    since: Day = "",
    until: Day = "",
    into: Into = Path("corpus"),
    profiles: Profiles = PROFILES,
    index: Index = INDEX,
    store: Store = STORE,
) -> None:
    """Take one outlet's captures from an archive in this process and print the tally as it grows."""
    (profile,) = load_outlets(profiles).named([outlet])
    order = Order(profile, read_window(since, until), into, crawl, os.environ.get("SARING_CONTACT", ""), index, store)
    try:
        take_history(order, lambda tally: typer.echo(tally.line()))
    except BadInput as error:
        _refuse(error)


def _check_source(source: str, topic: str, recheck: str) -> None:
    if source not in (WEB, COMMON_CRAWL):
        raise BadInput(f"--source {source!r} is neither {WEB} nor {COMMON_CRAWL}; give one of the two.")
    if source == COMMON_CRAWL and (topic or recheck):
        raise BadInput("--topic and --recheck ask the outlets themselves; leave them out with --source commoncrawl.")


def _chosen(folder: Path, ids: Sequence[str], contact: str) -> tuple[Profile, ...]:
    """Choose the outlets to crawl, by default those of the newsstand; raises BadInput for one that cannot be."""
    outlets = load_outlets(folder)
    stand = (profile.id for profile in outlets.by_id.values() if profile.served_by == "newsstand")
    chosen = outlets.named(dict.fromkeys(ids or stand))
    for profile in chosen:
        check_sources(profile)
        user_agent(profile, contact)
    return chosen


def _refuse(error: BadInput) -> NoReturn:
    typer.echo(str(error), err=True)
    raise typer.Exit(BAD_INPUT) from error


@contextmanager
def _newsstand(plan: Plan) -> Iterator[Stand | None]:
    """Serve the newsstand if one of its outlets is chosen."""
    if plan.source != WEB or all(profile.served_by != "newsstand" for profile in plan.chosen):
        yield None
        return
    from crawler.newsstand.server import serving

    with serving() as server:
        days = [entry.published.date() for shelf in server.site.edition.shelves.values() for entry in shelf]
        yield Stand(server.address, Window(min(days), max(days)))


def _job(plan: Plan, profile: Profile, stand: Stand | None) -> Job:
    """Write the arguments of a spider; the newsstand's stories have their own days, whatever today is."""
    window, proxy = plan.window, ""
    if profile.served_by == "newsstand" and stand is not None:
        window = stand.days if window == Window() else window
        proxy = stand.proxy
    arguments = ["spider" if plan.source == WEB else "history", "--outlet", profile.id, "--crawl", plan.name]
    arguments += ["--into", str(plan.into), "--profiles", str(plan.profiles)]
    for option, day in (("--since", window.since), ("--until", window.until)):
        arguments += [option, day.isoformat()] if day else []
    for option, words in (("--topic", plan.topic), ("--recheck", plan.recheck)):
        arguments += [option, words] if words else []
    if plan.source == COMMON_CRAWL:
        arguments += ["--index", plan.index, "--store", plan.store]
    return Job(profile.id, tuple(arguments), environment(plan.contact, proxy), _log_of(plan.into, profile.id))


def _log_of(into: Path, outlet: str) -> Path:
    return into / "log" / f"{outlet}.log"


def _free_name(folder: Path, name: str) -> str:
    """Give a second crawl of the same second a name of its own."""
    names = (name, *(f"{name}-{number}" for number in range(2, 1000)))
    return next(free for free in names if not (folder / free).exists())


def _write_manifest(plan: Plan, began: dt.datetime, tallies: Mapping[str, Tally]) -> None:
    """Write `crawl.json` beside the archives, if there are any."""
    if not any(tally.warcs for tally in tallies.values()):
        return
    folder, window = plan.into / "warc" / plan.name, plan.window
    manifest = {
        "crawl": folder.name,
        "software": software(),
        "began_at": began.isoformat(timespec="seconds"),
        "ended_at": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        "since": window.since.isoformat() if window.since else None,
        "until": window.until.isoformat() if window.until else None,
        "topic": plan.topic or None,
        "source": plan.source,
        "outlets": {outlet: asdict(tally) for outlet, tally in tallies.items()},
    }
    aside = folder / "crawl.json.part"
    with aside.open("w", encoding="utf-8") as file:
        json.dump(manifest, file, ensure_ascii=False, indent=2)
        file.write("\n")
        file.flush()
        os.fsync(file.fileno())
    aside.rename(folder / "crawl.json")


if __name__ == "__main__":
    app()
