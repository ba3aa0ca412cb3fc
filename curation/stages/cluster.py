"""Pairs → which article of each story stays, and what stands for every one that goes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from curation.config import Config, Splits
from curation.duplicates import ADDRESS, CAPTURE, CODES, EXACT, Verdicts, decide
from curation.records import Copy, Decision, Version
from curation.schema import arrow_schema
from curation.shards import aside, count_rows
from curation.signed import UNDATED, UNFETCHED, Known, Rows, read_batches, read_known, taken
from curation.splits import SPLITS, TIME_SPLITS, splits_of, time_splits
from curation.stage import Finished, Plan, Stage, Task

NAME = "cluster"


@dataclass(frozen=True, slots=True)
class Shares:
    """The split of every row, (rows,): that of the document that stands for it, so no cluster crosses."""

    split: npt.NDArray[np.int8]
    """Place in `SPLITS`."""
    time_split: npt.NDArray[np.int8]
    """Place in `TIME_SPLITS`."""


def shares_of(verdicts: Verdicts, known: Known, settings: Splits) -> Shares:
    """Share out the documents, by hash of the cluster and by time."""
    documents, document = np.unique(verdicts.stands, return_inverse=True)
    keys = [_hexadecimal(number) for number in known.id[documents].tolist()]
    published = known.published[documents]
    days = np.where(published == UNDATED, np.datetime64("NaT"), published.astype("datetime64[us]"))
    captured = known.fetched[known.fetched != UNFETCHED]
    last_capture = captured.max().astype("datetime64[us]") if len(captured) else None
    split = splits_of(keys, settings.validation, settings.test)
    return Shares(split[document], time_splits(days, settings.latest_weeks, last_capture)[document])


def table_of_shard(
    verdicts: Verdicts, known: Known, copies: "Listed", versions: "Listed", shares: Shares, rows: range
) -> pa.Table:
    """Make the table of `Decision` of the rows of one shard."""
    some = slice(rows.start, rows.stop)
    code, jaccard, share = verdicts.code[some], verdicts.jaccard[some], verdicts.containment[some]
    columns: dict[str, Any] = {
        "code": pa.array(CODES).take(pa.array(code)),
        "cluster_id": pa.array(map(_hexadecimal, known.id[verdicts.stands[some]].tolist()), pa.string()),
        "jaccard": pa.array(jaccard, mask=np.isnan(jaccard)),
        "containment": pa.array(share, mask=np.isnan(share)),
        "copies": copies.lists(rows),
        "versions": versions.lists(rows),
        "split": pa.array(SPLITS).take(pa.array(shares.split[some])),
        "time_split": pa.array(TIME_SPLITS).take(pa.array(shares.time_split[some])),
    }
    schema = arrow_schema(Decision)
    return pa.table({name: columns[name] for name in schema.names}, schema=schema)


@dataclass(frozen=True, slots=True)
class Listed:
    """Rows that are listed at other rows."""

    at: Rows
    """Row at which each is listed, sorted, (listed,)."""
    record: type
    columns: Mapping[str, pa.Array]
    """Those of the record, (listed,) each, in the order in which they were read."""
    order: Rows
    """Where each of the listed stands in the columns, (listed,)."""

    def lists(self, rows: range) -> pa.ListArray:
        """Give the list of each row of a shard."""
        offsets = np.searchsorted(self.at, np.arange(rows.start, rows.stop + 1))
        taken = pa.array(self.order[offsets[0] : offsets[-1]])
        schema = arrow_schema(self.record)
        items = [self.columns[field.name].take(taken).cast(field.type) for field in schema]
        return pa.ListArray.from_arrays(
            pa.array(offsets - offsets[0], pa.int32()), pa.StructArray.from_arrays(items, fields=list(schema))
        )


def copies_of(verdicts: Verdicts, known: Known, signed: Sequence[Path]) -> Listed:
    """List the copies of every document at it, sorted by time."""
    rows = np.flatnonzero(verdicts.code >= EXACT)
    order = np.lexsort((known.id[rows], known.published[rows], verdicts.stands[rows]))
    columns = _read(signed, ("id", "url", "outlet", "published_at"), rows)
    columns["similarity"] = pa.array(verdicts.jaccard[rows])
    columns["kind"] = pa.DictionaryArray.from_arrays(
        pa.array(verdicts.code[rows]), pa.array([code.rpartition(".")[2] for code in CODES])
    )
    return Listed(verdicts.stands[rows][order], Copy, columns, order)


def versions_of(verdicts: Verdicts, known: Known, signed: Sequence[Path]) -> Listed:
    """List the other captures of every address at the row that stands for it, sorted by time of capture."""
    rows = np.flatnonzero((verdicts.code == CAPTURE) | (verdicts.code == ADDRESS))
    order = np.lexsort((known.text[rows], known.id[rows], known.fetched[rows], verdicts.captured[rows]))
    columns = _read(signed, ("id", "url", "fetched_at", "text_digest"), rows)
    return Listed(verdicts.captured[rows][order], Version, columns, order)


def _read(signed: Sequence[Path], names: Sequence[str], rows: Rows) -> dict[str, pa.Array]:
    columns = {}
    for name in names:
        kind = pq.read_schema(signed[0]).field(name).type
        # Addresses of many million copies do not fit into the 2 GB of a string array; of outlets there are few.
        kept = (
            pa.dictionary(pa.int32(), kind) if name == "outlet" else pa.large_string() if kind == pa.string() else kind
        )
        parts = [batch.column(0).cast(kept) for batch in taken(read_batches(signed, [name]), rows)]
        columns[name] = pa.chunked_array(parts, kept).unify_dictionaries().combine_chunks()
    return columns


def _hexadecimal(number: int) -> str:
    return f"{number:016x}"


def _plan(done: Mapping[str, Finished], config: Config) -> Plan:
    return {"decisions": (*done["pair"].kept, *done["sign"].kept)}


def _work(task: Task) -> None:
    pairs, *signed = (Path(path) for path in task.inputs)
    known = read_known(signed)
    settings = task.settings()
    verdicts = decide(known, pq.read_table(pairs), settings.cluster)
    copies, versions = copies_of(verdicts, known, signed), versions_of(verdicts, known, signed)
    shares = shares_of(verdicts, known, settings.splits)
    # One row group a shard, in order: publish reads the group that belongs to its shard.
    with aside(Path(task.output)) as partial, pq.ParquetWriter(partial, arrow_schema(Decision)) as writer:
        before = 0
        for shard in signed:
            rows = range(before, before + count_rows(shard))
            table = table_of_shard(verdicts, known, copies, versions, shares, rows)
            writer.write_table(table, row_group_size=max(1, len(rows)))
            before = rows.stop


STAGE = Stage(
    name=NAME,
    needs=("pair", "sign"),
    plan=_plan,
    work=_work,
    sections=("cluster", "splits"),
    materials=(
        "curation/stages/cluster.py",
        "curation/duplicates.py",
        "curation/signed.py",
        "curation/splits.py",
        "curation/minhash",
        "curation/records.py",
        "crawler/outlets",
        "crawler/urls.py",
    ),
    libraries=("saring",),
)
