"""Pairs → which article of each story stays, and what stands for every one that goes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from curation.config import Cluster, Config, Splits
from curation.minhash import yield_to_longer
from curation.records import Copy, Decision, Version
from curation.schema import arrow_schema
from curation.shards import aside, count_rows
from curation.signed import UNDATED, UNFETCHED, Known, Rows, choose_stories, read_batches, read_known, stories_of, taken
from curation.splits import SPLITS, TIME_SPLITS, splits_of, time_splits
from curation.stage import Finished, Plan, Stage, Task

NAME = "cluster"
CODES = ("", "duplicate.capture", "duplicate.address", "duplicate.exact", "duplicate.near", "duplicate.contained")
KEPT, CAPTURE, ADDRESS, EXACT, NEAR, CONTAINED = range(6)


@dataclass(frozen=True, slots=True)
class Verdicts:
    """What became of every row, as arrays (rows,)."""

    code: npt.NDArray[np.int8]
    """Place in `CODES`."""
    stands: Rows
    """Row of the document that stands for it: its own if it stays."""
    captured: Rows
    """Row that stands for its address."""
    jaccard: npt.NDArray[np.float64]
    """Similarity to that document; NaN if it stays, or stopped as a capture of its address."""
    containment: npt.NDArray[np.float64]
    """Share of its shingles that stand in that document; NaN as in `jaccard`."""


@dataclass(frozen=True, slots=True)
class Compared:
    """The table of `Pair` as arrays; documents are places in `Stories.ranked`."""

    ends: Rows
    """The two documents, (pairs, 2)."""
    sizes: Rows
    """Their shingles, (pairs, 2)."""
    jaccard: npt.NDArray[np.float64]
    containment: npt.NDArray[np.float64]
    near: npt.NDArray[np.bool_]


def decide(known: Known, pairs: pa.Table, settings: Cluster) -> Verdicts:
    """Decide on every row: between captures of one address, then between stories, then on what lies inside another.

    `pairs` is a table of `Pair`, of rows in `Stories.ranked`. A story goes only where a kept one is near it, or it lies
    in a kept one; there are no chains.
    """
    stories = stories_of(known, settings.order)
    near = pairs.filter(pc.field("near"))
    kept_by = choose_stories(known, stories, _both(near, "one", "other"), near["jaccard"].to_numpy(), settings.order)
    place = np.full(len(known.id), -1)
    place[stories.ranked] = np.arange(len(stories.ranked))
    compared = Compared(
        place[_both(pairs, "one", "other")],
        _both(pairs, "one_shingles", "other_shingles"),
        *(pairs[name].to_numpy() for name in ("jaccard", "containment", "near")),
    )
    stays = stays_of(kept_by, compared, settings.containment)
    jaccard, containment, is_near = measures(stays, compared)

    rows, told = np.arange(len(known.id)), place[stories.told]
    stands = stories.ranked[stays[told]]
    code = np.where(is_near[told], np.int8(NEAR), np.int8(CONTAINED))
    code[stories.told == stands] = EXACT
    code[stands == rows] = KEPT
    again = np.flatnonzero(stories.captured != rows)
    code[again] = np.where(known.id[stories.captured[again]] == known.id[again], CAPTURE, ADDRESS)
    measured = np.flatnonzero(code >= EXACT)
    verdicts = Verdicts(code, stands, stories.captured, *(np.full(len(rows), np.nan) for _ in range(2)))
    verdicts.jaccard[measured] = jaccard[told[measured]]
    verdicts.containment[measured] = containment[told[measured]]
    return verdicts


def stays_of(kept_by: Rows, compared: Compared, threshold: float) -> Rows:
    """Give for every document what stands for it after those that lie inside a longer one have gone.

    Where such a one stood for copies, each of them must be near the longer one or lie inside it too.
    """
    size = np.zeros(len(kept_by), np.int64)
    size[compared.ends] = compared.sizes
    largest_first = np.argsort(-size, kind="stable")
    place = np.empty_like(largest_first)
    place[largest_first] = np.arange(len(largest_first))
    shorter_first = np.take_along_axis(compared.ends, np.argsort(-place[compared.ends], axis=1), axis=1)
    # Two that are near one another are never both kept, so only what is not can lie inside what is kept.
    inside = (compared.containment >= threshold) & ~compared.near
    yields = np.unique(shorter_first[inside][:, 0])
    mates = np.flatnonzero(np.isin(kept_by, yields) & (kept_by != np.arange(len(kept_by))))
    edges, shares = [shorter_first[inside]], [compared.containment[inside]]
    for ends in (compared.ends, compared.ends[:, ::-1]):
        at_home = compared.near & np.isin(ends[:, 0], mates)
        edges.append(ends[at_home])
        shares.append(compared.containment[at_home])
    return yield_to_longer(kept_by, np.concatenate(edges), np.concatenate(shares), largest_first)


def measures(
    stays: Rows, compared: Compared
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64], npt.NDArray[np.bool_]]:
    """Give for every document how similar it is to what stands for it, how much of it lies there, and if it is near.

    One that stands for itself has 1, 1 and true.
    """
    jaccard, share = np.ones(len(stays)), np.ones(len(stays))
    is_near = np.ones(len(stays), np.bool_)
    union = compared.sizes.sum(axis=1)
    shared = np.rint(compared.jaccard * union / (1 + compared.jaccard))
    for side, other in ((0, 1), (1, 0)):
        gone = compared.ends[:, side]
        decides = stays[gone] == compared.ends[:, other]
        jaccard[gone[decides]] = compared.jaccard[decides]
        share[gone[decides]] = (shared / np.maximum(compared.sizes[:, side], 1))[decides]
        is_near[gone[decides]] = compared.near[decides]
    return jaccard, share, is_near


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


def _both(pairs: pa.Table, one: str, other: str) -> Rows:
    return np.stack([pairs[one].to_numpy(), pairs[other].to_numpy()], axis=1)


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
        "curation/signed.py",
        "curation/splits.py",
        "curation/minhash",
        "curation/records.py",
        "crawler/outlets",
        "crawler/urls.py",
    ),
    libraries=("saring",),
)
