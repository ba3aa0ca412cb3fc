"""Articles and decisions → the files of a release: documents and rejects, partitioned and sorted."""

import shutil
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from curation.config import Config
from curation.inserts import rules_digest
from curation.records import Appearance, Document, Reject
from curation.schema import arrow_schema
from curation.shards import count_rows, write_table
from curation.stage import Finished, Plan, Stage, Task
from curation.version import pipeline_version

NAME = "publish"
ROWS_PER_TASK = 100_000
"""Rows that one task holds in memory, about 0.5 GB of news, unless one partition has more."""
ROWS_PER_FILE = 150_000
"""Keeps a file of documents under 512 MiB: a row of news takes 2 kB compressed."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A table of the release: how its rows are put in folders."""

    name: str
    record: type
    folders: Callable[[pa.Table], list[str]]
    keys: tuple[str, ...]
    """Columns that `folders` reads."""
    order: tuple[str, ...]
    """Columns by which the rows of a folder are sorted."""


def documents_of(articles: pa.Table, decisions: pa.Table) -> pa.Table:
    """Make documents of the articles that stay."""
    stays = pc.equal(decisions["code"], "")
    kept, decided = articles.filter(stays), decisions.filter(stays)
    made = {
        "cluster_id": decided["cluster_id"],
        "cluster_size": pc.add(pc.list_value_length(decided["copies"]), 1).cast(pa.int64()),
        "copies": decided["copies"],
        "versions": decided["versions"],
        "split": decided["split"],
        "time_split": decided["time_split"],
        "rules_digest": _constant(rules_digest(), len(kept)),
        "pipeline_version": _constant(pipeline_version(), len(kept)),
    }
    return _table(Document, kept, made)


def rejects_of(articles: pa.Table, decisions: pa.Table) -> pa.Table:
    """Make rejects of the articles that go."""
    goes = pc.not_equal(decisions["code"], "")
    gone, decided = articles.filter(goes), decisions.filter(goes)
    made = {
        "stage": _constant("cluster", len(gone)),
        "code": decided["code"],
        "detail": _constant("", len(gone)),
        "dup_of": decided["cluster_id"],
        "jaccard": decided["jaccard"],
        "containment": decided["containment"],
    }
    return _table(Reject, gone, made)


def document_folders(table: pa.Table) -> list[str]:
    """Name the Hive folder of each row: its outlet and its month of publication in UTC, or `undated`."""
    months = pc.fill_null(pc.strftime(table["published_at"], format="%Y-%m"), "undated").to_pylist()
    outlets = table["outlet"].to_pylist()
    return [f"outlet={quote(outlet, safe='')}/month={month}" for outlet, month in zip(outlets, months, strict=True)]


def reject_folders(table: pa.Table) -> list[str]:
    """Name the Hive folder of each row: its outlet."""
    return [f"outlet={quote(outlet, safe='')}" for outlet in table["outlet"].to_pylist()]


def one_folder(table: pa.Table) -> list[str]:
    """Put every row into the folder of the table itself."""
    return [""] * len(table)


def share_out(folders: Counter[str], tasks: int) -> dict[str, int]:
    """Give each folder to a task, neighbours together, so that each task has about as many rows."""
    total, before = max(1, folders.total()), 0
    shares = {}
    for folder in sorted(folders):
        shares[folder] = before * tasks // total
        before += folders[folder]
    return shares


def write_folders(place: Path, table: pa.Table, kind: Kind) -> None:
    """Write rows to their folders below `place`, sorted by folder and then in the order of their kind."""
    folders = kind.folders(table)
    table = table.append_column("folder", pa.array(folders, pa.string()))
    table = table.sort_by([(column, "ascending") for column in ("folder", *kind.order)]).drop_columns(["folder"])
    start = 0
    for folder, rows in sorted(Counter(folders).items()):
        for part, first in enumerate(range(start, start + rows, ROWS_PER_FILE)):
            length = min(ROWS_PER_FILE, start + rows - first)
            write_table(place / folder / f"part-{part}.parquet", table.slice(first, length))
        start += rows


DOCUMENTS = Kind("documents", Document, document_folders, ("outlet", "published_at"), ("published_at", "id"))
REJECTS = Kind("rejects", Reject, reject_folders, ("outlet",), ("stage", "code", "id", "fetched_at"))
SYNDICATION = Kind(
    "syndication", Appearance, one_folder, ("id",), ("first_published_at", "cluster_id", "published_at", "id")
)


@dataclass(frozen=True, slots=True)
class Part:
    """Rows of the release that come from one shard, read only when they are wanted."""

    shard: Path
    rows: Callable[[], pa.Table]


def write_share(place: Path, kind: Kind, parts: Sequence[Part], number: int, tasks: int) -> None:
    """Write the folders that fall to task `number` of `tasks`; shards that hold none of them are not read."""
    folders = [kind.folders(pq.read_table(part.shard, columns=list(kind.keys))) for part in parts]
    shares = share_out(Counter(folder for listed in folders for folder in listed), tasks)
    mine = {folder for folder, share in shares.items() if share == number}
    taken = [arrow_schema(kind.record).empty_table()]
    for part, listed in zip(parts, folders, strict=True):
        if not mine.isdisjoint(listed):
            rows = part.rows()
            taken.append(rows.filter(pa.array([folder in mine for folder in kind.folders(rows)], pa.bool_())))
    write_folders(place / kind.name, pa.concat_tables(taken), kind)


def _table(record: type, source: pa.Table, made: Mapping[str, Any]) -> pa.Table:
    schema = arrow_schema(record)
    columns = {name: made[name] if name in made else source[name] for name in schema.names}
    return pa.table(columns, schema=schema)


def _constant(value: str, rows: int) -> pa.Array:
    return pa.repeat(pa.scalar(value, pa.string()), rows)


def _plan(done: Mapping[str, Finished], config: Config) -> Plan:
    clean, extract = done["clean"], done["extract"]
    rows = sum(count_rows(path) for path in (*clean.kept, *clean.rejects, *extract.rejects))
    tasks = max(1, -(-rows // ROWS_PER_TASK))
    inputs = (*done["cluster"].kept, *done["syndicate"].kept, *clean.kept, *clean.rejects, *extract.rejects)
    return {f"{number:05d}-of-{tasks:05d}": inputs for number in range(tasks)}


def _work(task: Task) -> None:
    decided, syndication, *paths = (Path(path) for path in task.inputs)
    refused = [path for path in paths if path.name.endswith(".rejects.parquet")]
    clean = [path for path in paths if path not in refused]
    decisions = pq.ParquetFile(decided)

    def made(make: Callable[[pa.Table, pa.Table], pa.Table], group: int) -> Callable[[], pa.Table]:
        return lambda: make(pq.read_table(clean[group]), decisions.read_row_group(group))

    documents = [Part(path, made(documents_of, group)) for group, path in enumerate(clean)]
    rejects = [Part(path, made(rejects_of, group)) for group, path in enumerate(clean)]
    rejects += [Part(path, partial(pq.read_table, path)) for path in refused]
    number, _, tasks = Path(task.output).name.partition("-of-")
    place = Path(f"{task.output}.partial")
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir(parents=True)
    write_share(place, DOCUMENTS, documents, int(number), int(tasks))
    write_share(place, REJECTS, rejects, int(number), int(tasks))
    write_share(place, SYNDICATION, [Part(syndication, partial(pq.read_table, syndication))], int(number), int(tasks))
    place.rename(task.output)


STAGE = Stage(
    name=NAME,
    needs=("extract", "clean", "cluster", "syndicate"),
    plan=_plan,
    work=_work,
    suffix="",
    # A release holds every setting and is described by code, so all of these make it another one.
    sections=tuple(Config.model_fields),
    materials=(
        "curation/stages/publish.py",
        "curation/release",
        "curation/records.py",
        "curation/reasons.py",
        "curation/inserts",
        "crawler/outlets",
    ),
    libraries=("saring", "pyarrow"),
)
