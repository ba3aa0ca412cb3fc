"""Pairs → which article of each story stays, and what stands for every one that goes."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow.parquet as pq

from crawler.outlets import Outlets, load_outlets
from crawler.urls import whole_story
from curation.config import Config
from curation.minhash import choose
from curation.records import Copy, Decision, Pair, Signed
from curation.schema import arrow_schema, records_of, table_of
from curation.shards import aside, count_rows
from curation.signed import read_signed, same_text
from curation.stage import Finished, Plan, Stage, Task

NAME = "cluster"


def decide(
    rows: Sequence[Signed],
    by_address: Sequence[int],
    first_with_text: Sequence[int],
    pairs: Sequence[Pair],
    threshold: float,
) -> list[Decision]:
    """Decide on every row: first between captures of one address, then between stories.

    `by_address` gives the row that stands for a row's address (see `standing_captures`), `first_with_text` the first
    row that has its text; pairs speak of such first rows only.
    """
    live = sorted({*by_address}, key=lambda row: priority(rows[row]))
    leader: dict[int, int] = {}
    for row in live:
        leader.setdefault(first_with_text[row], row)
    similarity = {
        (leader[pair.one], leader[pair.other]): pair.jaccard
        for pair in pairs
        if pair.one in leader and pair.other in leader
    }
    stands = standing_stories(list(leader.values()), similarity, threshold)

    def decision(row: int) -> tuple[int, Decision]:
        captured = by_address[row]
        told = leader[first_with_text[captured]]
        kept = stands[told]
        if captured != row:
            code = "duplicate.capture" if rows[captured].id == rows[row].id else "duplicate.address"
            return kept, Decision(code, rows[kept].id, None, ())
        if kept == row:
            return kept, Decision("", rows[kept].id, None, ())
        near = 1.0 if told == kept else similarity.get((told, kept), similarity.get((kept, told)))
        return kept, Decision("duplicate.near", rows[kept].id, near, ())

    return with_copies(rows, [decision(row) for row in range(len(rows))])


def standing_captures(rows: Sequence[Signed], outlets: Outlets) -> list[int]:
    """Give for every row the one that stands for its address.

    The address of the whole story stands before that of its first page, and this before AMP and other twins; then the
    newest capture, then the first read. A row without an address stands for itself.
    """
    wanted = [(_completeness(row, outlets), row.fetched_at.timestamp() if row.fetched_at else 0.0) for row in rows]
    best: dict[str, int] = {}
    for number, row in enumerate(rows):
        held = best.setdefault(row.canonical_url, number)
        if wanted[number] > wanted[held]:
            best[row.canonical_url] = number
    return [best[row.canonical_url] if row.canonical_url else number for number, row in enumerate(rows)]


def priority(row: Signed) -> tuple[bool, float, int, str]:
    """Order in which stories are taken: the earliest published, then the longest, then by id."""
    time = row.published_at
    return (time is None, time.timestamp() if time else 0.0, -row.n_words, row.id)


def standing_stories(
    leaders: Sequence[int], similarity: Mapping[tuple[int, int], float], threshold: float
) -> dict[int, int]:
    """Give for every row of `leaders`, the most wanted first, the kept one that stands for it."""
    rank = {row: place for place, row in enumerate(leaders)}
    pairs = np.array([(rank[one], rank[other]) for one, other in similarity], np.int64).reshape(-1, 2)
    near: npt.NDArray[np.float64] = np.array(list(similarity.values()), np.float64)
    kept = choose(pairs, near, np.arange(len(leaders)), threshold)
    return {row: leaders[place] for row, place in zip(leaders, kept.tolist(), strict=True)}


def with_copies(rows: Sequence[Signed], decisions: Sequence[tuple[int, Decision]]) -> list[Decision]:
    """List at every kept row the copies that it stands for, sorted by time."""
    copies: dict[int, list[Copy]] = defaultdict(list)
    for row, (kept, decision) in zip(rows, decisions, strict=True):
        if decision.jaccard is not None:
            copies[kept].append(Copy(row.id, row.url, row.outlet, row.published_at, decision.jaccard, "near"))
    return [
        Decision("", decision.cluster_id, None, tuple(sorted(copies[kept], key=_appearance)))
        if not decision.code
        else decision
        for kept, decision in decisions
    ]


def _completeness(row: Signed, outlets: Outlets) -> int:
    profile = outlets.of_url(row.url)
    if profile is not None and row.url == whole_story(row.canonical_url, profile):
        return 2
    return int(row.url == row.canonical_url)


def _appearance(copy: Copy) -> tuple[bool, float, str]:
    time = copy.published_at
    return (time is None, time.timestamp() if time else 0.0, copy.url)


def _plan(done: Mapping[str, Finished], config: Config) -> Plan:
    return {"decisions": (*done["pair"].kept, *done["sign"].kept)}


def _work(task: Task) -> None:
    pairs_path, *shards = (Path(path) for path in task.inputs)
    signed = read_signed(shards, arrow_schema(Signed).names)
    rows = records_of(Signed, signed)
    decisions = decide(
        rows,
        standing_captures(rows, load_outlets()),
        same_text(signed["text_digest"]).tolist(),
        records_of(Pair, pq.read_table(pairs_path)),
        task.settings().cluster.threshold,
    )
    # One row group a shard, in order: publish reads the group that belongs to its shard.
    with aside(Path(task.output)) as partial, pq.ParquetWriter(partial, arrow_schema(Decision)) as writer:
        before = 0
        for shard in shards:
            after = before + count_rows(shard)
            writer.write_table(table_of(Decision, decisions[before:after]), row_group_size=max(1, after - before))
            before = after


STAGE = Stage(
    name=NAME,
    needs=("pair", "sign"),
    plan=_plan,
    work=_work,
    sections=("cluster",),
    materials=(
        "curation/stages/cluster.py",
        "curation/signed.py",
        "curation/minhash",
        "curation/records.py",
        "crawler/outlets",
        "crawler/urls.py",
    ),
    libraries=("saring",),
)
