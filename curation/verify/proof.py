"""All that can be held against a release, in the order in which one thing rests on another."""

import multiprocessing
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
from pydantic import ValidationError

from crawler.outlets import BadInput
from curation.config import Config
from curation.inserts import rules_digest
from curation.release.manifest import read_manifest
from curation.release.read import release_folder
from curation.sources import find_source
from curation.takedowns import NAME as TAKEDOWNS
from curation.takedowns import read_takedowns
from curation.verify.failure import Failure
from curation.verify.files import check_files, check_input
from curation.verify.tables import check_tables, check_takedowns
from curation.verify.texts import Batch, read_traced, trace

Runner = Callable[[Callable[[Batch], None], Sequence[Batch], int], Iterator[Batch]]
"""As in a build: maps work over tasks with some workers."""
Watch = Callable[[str, int, int], AbstractContextManager[Callable[[], None]]]
"""As in a build: told of a step, its tasks to do and those done."""


@dataclass(frozen=True, slots=True)
class Proof:
    """What was held against a release, and what does not hold."""

    release: str
    failures: tuple[Failure, ...]
    held: tuple[str, ...]
    """What was looked at, a sentence each."""


@dataclass(frozen=True, slots=True)
class Question:
    """Which release of which corpus to prove, and how far."""

    corpus: Path
    version: str = "latest"
    sample: int | None = None
    """How many documents to trace back; all without it."""
    workers: int = 1


def verify(question: Question, runner: Runner, watch: Watch) -> Proof:
    """Prove a release; raises BadInput where there is none of this version.

    Where files are not those that were published, what is in them is not looked at.
    """
    multiprocessing.set_forkserver_preload(["curation.preload"])
    folder = release_folder(question.corpus, question.version).resolve()
    with watch("files", 1, 0) as advance:
        failures = list(check_files(folder))
        advance()
    held = ["files: digests and sizes as the manifest says, none more and none less"]
    if failures:
        return Proof(folder.name, tuple(failures), tuple(held))
    manifest = read_manifest(folder)
    with watch("tables", 1, 0) as advance:
        failures += check_tables(folder, manifest)
        takedowns = read_takedowns(question.corpus / TAKEDOWNS)
        failures += check_takedowns(folder, takedowns)
        advance()
    held.append("tables: columns, counts, folders, order, ids, clusters")
    held.append(f"takedowns: {len(takedowns.stones)} in force")
    inputs = {told["name"]: find_source(question.corpus, told["name"]) for told in manifest["inputs"]}
    with watch("inputs", len(inputs), 0) as advance:
        for told in manifest["inputs"]:
            failures += check_input(inputs[told["name"]], told)
            advance()
    held.append(f"inputs: the digests of {len(inputs)}")
    with tempfile.TemporaryDirectory() as place:
        wanted = _wanted(folder, question.sample)
        batches = _batches(question, folder, manifest, inputs, wanted, Path(place))
        with watch("texts", len(batches), 0) as advance:
            for _ in runner(trace, batches, question.workers):
                advance()
        failures += sorted(_traced(batches, wanted), key=str)
        held.append(_told(batches, manifest["counts"]["documents"]))
    if manifest["rules_digest"] != rules_digest():
        held.append(f"rules: they have changed since; the release was made by commit {manifest['commit'] or 'unknown'}")
    return Proof(folder.name, tuple(failures), tuple(held))


def _batches(
    question: Question,
    folder: Path,
    manifest: Mapping[str, Any],
    inputs: Mapping[str, Path | None],
    wanted: Mapping[str, Mapping[str, Sequence[str]]],
    place: Path,
) -> list[Batch]:
    """Share the documents out by the input that holds them; those without an archive go to every text table."""
    kinds = {told["name"]: told["kind"] for told in manifest["inputs"]}
    archives = tuple((name, str(path)) for name, path in inputs.items() if path and kinds[name] == "warc")
    census = question.corpus / "work" / f"census-{manifest['stages'].get('census', '')}" / "census.parquet"
    known = str(census) if census.exists() else ""
    config = _config(folder, manifest).model_dump_json()
    batches = []
    for number, (name, path) in enumerate(sorted(inputs.items())):
        files = wanted.get(name if kinds[name] == "warc" else "", {})
        if path is None or not files:
            continue
        listed = tuple((file, tuple(ids)) for file, ids in files.items())
        output = str(place / f"{number}.json")
        batches.append(
            Batch(str(path), name, kinds[name], str(folder), listed, archives, config, known, output),
        )
    return batches


def _wanted(folder: Path, sample: int | None) -> dict[str, dict[str, list[str]]]:
    """Give the ids to be traced by archive (empty for a text table) and document file.

    A sample is the ids with the smallest digests together with the version: the same for the same release.
    """
    rows = [
        (row["capture"]["warc"] if row["capture"] else "", path.relative_to(folder).as_posix(), row["id"])
        for path in sorted((folder / "documents").rglob("*.parquet"))
        for row in pq.ParquetFile(path).read(["id", "capture.warc"]).to_pylist()
    ]
    if sample is not None:
        rows = sorted(rows, key=lambda row: sha256(f"{folder.name} {row[2]}".encode()).digest())[:sample]
    wanted: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for warc, file, identity in sorted(rows):
        wanted[warc][file].append(identity)
    return wanted


def _traced(batches: Sequence[Batch], wanted: Mapping[str, Mapping[str, Sequence[str]]]) -> Iterator[Failure]:
    """Gather what the batches found; a document that none found is a failure too."""
    traced = [read_traced(batch) for batch in batches]
    found = {one for each in traced for one in each.found}
    for each in traced:
        yield from each.failures
    for warc, files in wanted.items():
        for file, ids in files.items():
            for one in set(ids) - found:
                yield Failure(file, f"document {one}: {warc or 'no text table'} holds it where it says")


def _told(batches: Sequence[Batch], total: int) -> str:
    """Say how many documents were traced, and how far."""
    count = len({one for batch in batches for _, ids in batch.files for one in ids})
    if all(batch.census for batch in batches):
        return f"texts: {count} of {total} documents fetched back, extracted and cleaned to the same row"
    return (
        f"texts: {count} of {total} documents fetched back and extracted to the same text with its cuts put back; "
        "the census of their build is gone, so that the cuts were not made again (`saring build` makes it anew)"
    )


def _config(folder: Path, manifest: Mapping[str, Any]) -> Config:
    try:
        return Config.model_validate(manifest["config"])
    except ValidationError as error:
        version = manifest["pipeline_version"]
        raise BadInput(f"{folder}: its configuration is of saring {version}; verify it with that one.") from error
