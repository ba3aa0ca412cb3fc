"""The order of the stages, written once, and how a build walks it."""

import multiprocessing
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import partial as given
from pathlib import Path

from crawler.outlets import Outlets, load_outlets
from curation.config import Config
from curation.coverage import crawl_manifests
from curation.inserts import load_rules, rules_digest
from curation.release.assemble import Release, assemble
from curation.report import render_report
from curation.shards import aside
from curation.sources import find_sources, remember_digests, write_sources
from curation.stage import Finished, Stage, Task, stage_digest
from curation.stages import census, clean, cluster, extract, join, pair, publish, sign, syndicate
from curation.takedowns import NAME as TAKEDOWNS
from curation.takedowns import lay_takedowns, read_takedowns

PIPELINE: tuple[Stage, ...] = (
    extract.STAGE,
    join.STAGE,
    census.STAGE,
    clean.STAGE,
    sign.STAGE,
    pair.STAGE,
    cluster.STAGE,
    syndicate.STAGE,
    publish.STAGE,
)

Runner = Callable[[Callable[[Task], None], Sequence[Task], int], Iterator[Task]]
"""One function that maps work over tasks with some workers and gives each task as it is done."""

Watch = Callable[[str, int, int], AbstractContextManager[Callable[[], None]]]
"""Told of a stage (name, tasks to do, tasks already done), gives what to call after each task."""


@dataclass(frozen=True, slots=True)
class Order:
    """What to build, of what, and with what."""

    warcs: tuple[Path, ...]
    texts: tuple[Path, ...]
    out: Path
    config: Config
    workers: int


def build(order: Order, runner: Runner, watch: Watch) -> Release:
    """Build a release; what an earlier build finished is not done again.

    Raises BadInput before any work where an input or a rule cannot be used.
    """
    # With the program itself, which every process would otherwise load anew.
    multiprocessing.set_forkserver_preload(["curation.preload", "__main__"])
    sources = find_sources(order.warcs, order.texts, order.out)
    takedowns = read_takedowns(order.out / TAKEDOWNS)
    # Rules are held to their examples once for each state of their files: that takes seconds.
    checked = order.out / "work" / f"rules-{rules_digest()}.checked"
    if not checked.exists():
        check_rules(load_outlets())
    remember_digests(sources, order.out)
    checked.touch()
    done = {
        "sources": write_sources(sources, order.out / "work" / "sources"),
        "takedowns": lay_takedowns(takedowns, order.out / "work"),
    }
    digests = {}
    for stage in PIPELINE:
        digests[stage.name] = stage_digest(stage, order.config, done)
        folder = order.out / "work" / f"{stage.name}-{digests[stage.name]}"
        done[stage.name] = run_stage(stage, folder, done, order, runner, watch)
    crawls = crawl_manifests(order.out, (Path(source.path) for source in sources))
    release = assemble(order.out, done, digests, sources, order.config, given(render_report, crawls=crawls))
    sweep(order.out / "work", {finished.folder for finished in done.values()})
    return release


def check_rules(outlets: Outlets) -> None:
    """Hold the rules of every language and outlet to their examples; raises BadInput for the first that fails."""
    load_rules("", None, outlets)
    for profile in outlets.by_id.values():
        if profile.rules or profile.shapes:
            load_rules(profile.language, profile, outlets)


def run_stage(
    stage: Stage, folder: Path, done: dict[str, Finished], order: Order, runner: Runner, watch: Watch
) -> Finished:
    """Do the tasks of a stage that are not done yet."""
    plan = stage.plan(done, order.config)
    config = folder / "config.json"
    if not config.exists():
        with aside(config) as partial:
            partial.write_text(order.config.model_dump_json(), encoding="utf-8")
    finished = Finished(folder, tuple(plan), stage.suffix)
    tasks = [
        Task(stage.name, tuple(str(path) for path in inputs), str(output), str(config))
        for inputs, output in zip(plan.values(), finished.kept, strict=True)
        if not output.exists()
    ]
    with watch(stage.name, len(tasks), len(plan) - len(tasks)) as advance:
        for _ in runner(stage.work, tasks, order.workers):
            advance()
    return finished


def sweep(work: Path, keep: set[Path]) -> None:
    """Remove the work folders of earlier builds."""
    for folder in work.iterdir():
        if folder.is_dir() and folder not in keep:
            shutil.rmtree(folder)
