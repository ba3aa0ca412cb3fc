"""A stage: a unit of work on disk. What it needs, how it splits into tasks, how one task runs."""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import TypeVar

from curation.config import Config
from curation.guard import Failure, guarded
from curation.records import Reject
from curation.shards import Counts, rejects_of, write_rows

Item = TypeVar("Item")

ROOT = Path(__file__).parent.parent


@dataclass(frozen=True, slots=True)
class Task:
    """One stage on one shard: names and paths only, the only thing that crosses a process."""

    stage: str
    inputs: tuple[str, ...]
    """Files to read; each stage's plan says which is which."""
    output: str
    """File to write; its name without suffix is the shard's."""
    config: str
    """File that holds the configuration as JSON."""

    def settings(self) -> Config:
        """Read the configuration."""
        return Config.model_validate_json(Path(self.config).read_text(encoding="utf-8"))


@dataclass(frozen=True, slots=True)
class Finished:
    """A stage that is done: its folder and the shards in it, in order."""

    folder: Path
    shards: tuple[str, ...]
    suffix: str = ".parquet"

    @property
    def kept(self) -> tuple[Path, ...]:
        """Files of kept rows."""
        return tuple(self.folder / f"{shard}{self.suffix}" for shard in self.shards)

    @property
    def rejects(self) -> tuple[Path, ...]:
        """Files of rejects."""
        return tuple(rejects_of(path) for path in self.kept)


Plan = Mapping[str, tuple[Path, ...]]
"""Shard → files that its task reads."""


@dataclass(frozen=True, slots=True)
class Stage:
    """A stage as data."""

    name: str
    needs: tuple[str, ...]
    """Stages whose files it reads."""
    plan: Callable[[Mapping[str, Finished], Config], Plan]
    """How it splits into tasks, given what it needs."""
    work: Callable[[Task], None]
    """How one task runs."""
    sections: tuple[str, ...] = ()
    """Sections of the configuration that it depends on."""
    materials: tuple[str, ...] = ()
    """Files and folders of the project, code and data, that it depends on."""
    libraries: tuple[str, ...] = ()
    """Packages whose version it depends on."""
    suffix: str = ".parquet"
    """Of what a task writes; empty for a folder."""


def stage_digest(stage: Stage, config: Config, needs: Mapping[str, Finished]) -> str:
    """Digest everything that the stage's rows depend on, as 16 hex digits."""
    facts = {
        "stage": stage.name,
        "config": {section: getattr(config, section).model_dump(mode="json") for section in stage.sections},
        "materials": {material: material_digest(material) for material in stage.materials},
        "libraries": {library: version(library) for library in stage.libraries},
        "needs": {name: [needs[name].folder.name, *needs[name].shards] for name in stage.needs},
    }
    return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()[:16]


def material_digest(material: str) -> str:
    """Digest a file or folder of the project, names and bytes, as 16 hex digits."""
    place = ROOT / material
    digest = hashlib.sha256()
    for path in sorted(place.rglob("*")) if place.is_dir() else [place]:
        # Python and numba keep what they made of the code beside it.
        if path.is_file() and "__pycache__" not in path.parts:
            digest.update(path.relative_to(ROOT).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:16]


def work_rows(
    task: Task,
    record: type,
    source: Iterable[Item],
    step: Callable[[Item], object],
    stopped: Callable[[Item, Failure], Reject],
    notes: Mapping[str, object],
) -> None:
    """Make the rows of a task: each item of the source becomes one kept row or one reject.

    The step runs in a guarded process, and `stopped` makes the reject of an item on which it failed. Raises
    AssertionError if the counts do not add up, before the task counts as done.
    """
    seen = 0

    def outcomes() -> Iterator[object]:
        nonlocal seen
        for item, outcome in guarded(step, source, task.settings().extract.seconds_per_page):
            seen += 1
            yield stopped(item, outcome) if isinstance(outcome, Failure) else outcome

    def check(counts: Counts) -> None:
        assert counts.kept + counts.rejected == seen, f"{task.output}: {seen} rows came in, {counts} went out"

    write_rows(Path(task.output), record, outcomes(), notes, check)
