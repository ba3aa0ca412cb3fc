"""Decisions → every verified copy beside the document that stands for it: who followed, how soon, and what changed."""

from collections.abc import Iterable, Mapping, Sequence
from hashlib import blake2b
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from curation.config import Config
from curation.records import Appearance
from curation.schema import arrow_schema
from curation.shards import write_table
from curation.signed import Rows, read_batches, taken
from curation.stage import Finished, Plan, Stage, Task
from curation.text.shingles import normal_form

NAME = "syndicate"
KINDS = {"duplicate.exact": "exact", "duplicate.near": "near", "duplicate.contained": "contained"}
TEXTS_AT_A_TIME = 5_000
_TOLD = ("id", "outlet", "url", "published_at", "n_words")
_COMPARED = ("title", "dateline", "lead")
_ORDER = ("first_published_at", "cluster_id", "published_at", "id")


def appearances(decisions: Path, clean: Sequence[Path]) -> pa.Table:
    """Make a table of `Appearance`, sorted by time; of the texts some thousand are in memory at a time."""
    copies = copies_of(decisions)
    row, stands = copies["row"].to_numpy(), kept_rows(decisions, copies["cluster_id"])
    involved = np.unique(np.concatenate([row, stands]))
    told = told_of(taken(read_batches(clean, [*_TOLD, "title", "dateline", "text"], TEXTS_AT_A_TIME), involved))
    copy = told.take(pa.array(np.searchsorted(involved, row)))
    first = told.take(pa.array(np.searchsorted(involved, stands)))
    later, earlier = (table["published_at"].cast(pa.int64()) for table in (copy, first))
    columns: dict[str, Any] = {
        **{f"first_{name}": first[name] for name in _TOLD},
        **{name: copy[name] for name in _TOLD},
        **{f"same_{name}": pc.equal(copy[name], first[name]) for name in _COMPARED},
        **{name: copies[name] for name in ("cluster_id", "kind", "jaccard", "containment")},
        "seconds_after": pc.divide(pc.subtract(later, earlier), 1_000_000),
    }
    schema = arrow_schema(Appearance)
    table = pa.table({name: columns[name] for name in schema.names}, schema=schema)
    return table.sort_by([(name, "ascending") for name in _ORDER])


def copies_of(decisions: Path) -> pa.Table:
    """Give the rows that are copies: `row`, `cluster_id`, `kind`, `jaccard`, `containment`."""
    names = ["cluster_id", "jaccard", "containment"]
    fields = [arrow_schema(Appearance).field(name) for name in ("kind", *names)]
    schema = pa.schema([pa.field("row", pa.int64()), *fields])
    parts, before = [schema.empty_table()], 0
    for batch in read_batches([decisions], ["code", *names]):
        kind = pa.array(list(KINDS.values())).take(pc.index_in(batch["code"], pa.array(list(KINDS))))
        rows = pa.array(np.arange(before, before + len(batch)))
        part = pa.table([rows, kind, *(batch[name] for name in names)], schema=schema)
        parts.append(part.filter(pc.is_valid(kind)))
        before += len(batch)
    return pa.concat_tables(parts)


def kept_rows(decisions: Path, cluster_ids: pa.ChunkedArray) -> Rows:
    """Give the row of the document that each id names, (ids,)."""
    asked = pc.unique(cluster_ids)
    rows, ids, before = [np.empty(0, np.int64)], [asked[:0]], 0
    for batch in read_batches([decisions], ["code", "cluster_id"]):
        kept = pc.and_(pc.equal(batch["code"], ""), pc.is_in(batch["cluster_id"], asked))
        rows.append(np.flatnonzero(kept.to_numpy(zero_copy_only=False)) + before)
        ids.append(batch["cluster_id"].filter(kept))
        before += len(batch)
    return np.asarray(np.concatenate(rows)[pc.index_in(cluster_ids, pa.concat_arrays(ids)).to_numpy()], np.int64)


def told_of(batches: Iterable[pa.RecordBatch]) -> pa.Table:
    """Take from articles what an appearance tells, and a digest of the words of headline, dateline and lead."""
    schema = pa.schema(
        [arrow_schema(Appearance).field(name) for name in _TOLD] + [pa.field(name, pa.binary(8)) for name in _COMPARED]
    )
    parts = [schema.empty_table()]
    for batch in batches:
        leads = [text.partition("\n")[0] for text in batch["text"].to_pylist()]
        said = (batch["title"].to_pylist(), batch["dateline"].to_pylist(), leads)
        digests = [pa.array([_digest(words) for words in column], pa.binary(8)) for column in said]
        parts.append(pa.table([*(batch[name] for name in _TOLD), *digests], schema=schema))
    return pa.concat_tables(parts)


def _digest(words: str) -> bytes:
    return blake2b(normal_form(words).encode(), digest_size=8).digest()


def _plan(done: Mapping[str, Finished], config: Config) -> Plan:
    return {"syndication": (*done["cluster"].kept, *done["clean"].kept)}


def _work(task: Task) -> None:
    decisions, *clean = (Path(path) for path in task.inputs)
    write_table(Path(task.output), appearances(decisions, clean))


STAGE = Stage(
    name=NAME,
    needs=("clean", "cluster"),
    plan=_plan,
    work=_work,
    materials=(
        "curation/stages/syndicate.py",
        "curation/signed.py",
        "curation/text/shingles.py",
        "curation/records.py",
    ),
    libraries=("saring",),
)
