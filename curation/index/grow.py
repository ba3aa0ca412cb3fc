"""Adding rows to an index, and taking rows out: each is one change, whole or absent."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from crawler.outlets import BadInput, load_outlets
from curation.config import Config
from curation.duplicates import KEPT
from curation.index.buckets import runs_to_join, write_run
from curation.index.decide import decide
from curation.index.intake import Intake, take_in, text_files
from curation.index.manifest import (
    MANIFEST,
    Manifest,
    Run,
    Segment,
    Settings,
    digest_file,
    files_of,
    locked,
    read_manifest,
    require_settings,
    settings_of,
    sweep,
    write_manifest,
)
from curation.index.mapped import write_mapped
from curation.index.order import (
    COLUMNS,
    Choice,
    Columns,
    Held,
    Order,
    both,
    choice_of,
    digest_words,
    held_of,
    lookup,
    nodes_of_digests,
    numbers_of_rows,
    read_numbers,
    rows_of_ids,
    write_numbers,
)
from curation.index.seek import Packed, seek, verify
from curation.index.shingle_sets import shingle_sets
from curation.index.state import (
    Asking,
    Crowded,
    Pairs,
    map_state,
    pairs_of,
    read_asking,
    read_crowded,
    table_of,
    write_state,
)
from curation.index.store import (
    NODES,
    NUMBERS,
    PAIRS,
    REMOVED,
    ROWS,
    Index,
    Keys,
    Rows,
    map_chunks,
    map_run,
    open_index,
    read_segments,
)
from curation.index.tables import IndexedRow, NodePair, Removed
from curation.minhash import Scheme, band_keys, signatures
from curation.schema import arrow_schema
from curation.shards import ROWS_PER_GROUP, aside, write_table
from curation.signed import OutletNumbers

SEGMENT_ROWS = 65_536
"""Rows after which an addition begins another segment, so that its memory does not grow with it."""


@dataclass(frozen=True, slots=True)
class Added:
    """What an addition came to."""

    rows: int
    """Rows added."""
    nodes: int
    """Texts among them that the index did not hold."""
    known: int
    """Rows left out because their id was in the index already, or was taken out of it."""
    without_text: int
    """Rows left out because they held no text, or could not be read."""
    kept: int
    """Rows of the entire index that stay."""
    total: int
    """Rows of the entire index."""


@dataclass(frozen=True, slots=True)
class Grown:
    """An index in memory, on its way to what the next manifest will name."""

    index: Index
    held: Held
    """All rows, by number."""
    outlets: OutletNumbers
    gone: Rows
    """Numbers of the rows that were removed."""
    order: Order
    pairs: Pairs
    crowded: Crowded
    asking: Asking
    """What was asked before the change."""
    choice: Choice | None = None
    """What the last segment left to decide; none while nothing was changed."""


def add(paths: Iterable[Path], folder: Path, settings: Settings | None = None) -> Added:
    """Add the rows of tables or releases to an index, and make it where there is none.

    After any sequence of additions and removals, in any order and any cutting, the decisions are those of one run over
    all rows that are left. Of rows with one id the first that comes is taken. Without settings, those of the index
    hold, or the defaults for a new one. Raises BadInput for what cannot be read or written, for other settings, and
    where another writer is at work; the index is then as it was.
    """
    files = text_files(paths)
    with changing(folder, settings or settings_of(Config())) as start:
        if settings is not None:
            require_settings(folder, start.manifest.settings, settings)
        grown, counts = load(start), np.zeros(4, np.int64)
        for part in _parts(take_in(files)):
            grown, added = extend(grown, part)
            counts += added
        kept = commit(grown, start)
        rows, nodes, known, without_text = counts.tolist()
        return Added(rows, nodes, known, without_text, kept, len(grown.held) - len(grown.gone))


def remove(ids: Iterable[str], folder: Path) -> int:
    """Take rows out by id, and give the number of rows that are left.

    The decisions are then those of a run without them, and rows that they had removed may return. An id that was taken
    out stays out when it is added again. What is left on disk of a row are its address, headline and hashes. Raises
    BadInput, naming the first, for ids that are not in the index.
    """
    with changing(folder, None) as start:
        grown = load(start)
        wanted = list(dict.fromkeys(ids))
        rows = rows_of_ids(grown.held, lookup(grown.held.columns["id"]), wanted)
        for name in (name for name, row in zip(wanted, rows.tolist(), strict=True) if row < 0):
            raise BadInput(f"{name}: there is no row of this id in {folder}; nothing was removed.")
        gone = np.setdiff1d(rows, grown.gone)
        if gone.size:
            grown = shrink(grown, gone)
        commit(grown, start)
        return len(grown.held) - len(grown.gone)


@contextmanager
def changing(folder: Path, settings: Settings | None) -> Iterator[Index]:
    """Open an index to change it, alone; settings make it, empty, where there is none.

    Whatever goes wrong, what the change wrote is taken away again; after a kill, the next change does that. Raises
    BadInput where the disk is full.
    """
    with locked(folder, make=settings is not None):
        if not (folder / MANIFEST).exists() and settings is not None:
            if any(files_of(folder)):
                raise BadInput(f"{folder / MANIFEST}: the manifest of this index is missing; put it back from a copy.")
            with writing(folder):
                write_manifest(folder, Manifest(settings))
        sweep(folder, read_manifest(folder))
        start = open_index(folder)
        try:
            with writing(folder):
                yield start
        finally:
            sweep(folder, read_manifest(folder))


@contextmanager
def writing(folder: Path) -> Iterator[None]:
    """Turn a full disk, or a folder that cannot be written, into BadInput."""
    try:
        yield
    except OSError as error:
        raise BadInput(f"{folder}: this cannot be written ({error}); the index is as it was.") from error


def load(index: Index) -> Grown:
    """Read what a change needs of all rows: 120 bytes a row, 24 a pair."""
    outlets, parts = OutletNumbers(load_outlets()), list[tuple[pa.ChunkedArray, Columns]]()
    for segment, table in read_segments(index, ROWS, "rows", COLUMNS):
        path = index.folder / "segments" / segment.name / NUMBERS
        parts.append((table["id"], read_numbers(path, table, outlets)))
    removed = [table["row"].to_numpy() for _, table in read_segments(index, REMOVED, "removed", ["row"])]
    gone = np.concatenate([np.empty(0, np.int64), *removed])
    return Grown(
        index, held_of(parts), outlets, gone, map_state(index).order, read_pairs(index), read_crowded(index),
        read_asking(index),
    )  # fmt: skip


def read_pairs(index: Index) -> Pairs:
    """Read the verified pairs."""
    tables = [table for _, table in read_segments(index, PAIRS, "", arrow_schema(NodePair).names)]
    return pairs_of(pa.concat_tables([arrow_schema(NodePair).empty_table(), *tables]))


def extend(grown: Grown, part: Iterable[Intake]) -> tuple[Grown, npt.NDArray[np.int64]]:
    """Write one more segment of rows, with its keys and its pairs; gives rows, texts, known and textless rows too."""
    index = grown.index
    name = index.manifest.next_name
    folder = index.folder / "segments" / name
    entry = _Entry(grown)
    with (
        aside(folder / ROWS) as partial,
        pq.ParquetWriter(partial, arrow_schema(IndexedRow), compression="zstd") as writer,
    ):
        write_mapped(folder / NODES, node_schema(index.scheme), entry.batches(part, writer))
    counts = np.array([entry.added, entry.nodes - index.nodes, entry.known, entry.without_text], np.int64)
    if not entry.added:
        return grown, counts
    segment = Segment(name, "rows", entry.added, entry.nodes - index.nodes)
    manifest = replace(index.manifest, segments=(*index.manifest.segments, segment))
    chunks = map_chunks(folder / NODES, index.scheme, index.nodes)
    after = replace(index, manifest=manifest, chunks=(*index.chunks, *chunks))
    if entry.keys:
        after = _with_run(after, np.concatenate(entry.keys), index.nodes)
    columns = held_of(entry.parts)
    write_numbers(folder / NUMBERS, columns.columns)
    return _changed(replace(grown, index=after, held=both(grown.held, columns))), counts


def shrink(grown: Grown, gone: Rows) -> Grown:
    """Write a segment that takes rows out."""
    manifest, folder = grown.index.manifest, grown.index.folder
    name = manifest.next_name
    ids = grown.held.id.take(pa.array(gone))
    table = pa.table({"id": ids, "row": gone}, schema=arrow_schema(Removed))
    write_table(folder / "segments" / name / REMOVED, table)
    manifest = replace(manifest, segments=(*manifest.segments, Segment(name, "removed", len(gone), 0)))
    after = replace(grown.index, manifest=manifest)
    return _changed(replace(grown, index=after, gone=np.concatenate([grown.gone, gone])))


def commit(grown: Grown, start: Index) -> int:
    """Decide, write the decisions, and make the index be what was written; gives the number of kept rows."""
    manifest, folder = grown.index.manifest, grown.index.folder
    if grown.choice is None:
        return int((map_state(start).rows.code == KEPT).sum())
    state, asking = decide(grown.index, grown.choice, grown.pairs, grown.crowded, grown.asking)
    name = f"{len(manifest.segments):06d}"
    write_state(folder / "state" / name, state, asking, grown.crowded)
    write_manifest(folder, _with_digests(replace(manifest, state=name), start, folder))
    return int((state.rows.code == KEPT).sum())


def node_schema(scheme: Scheme) -> pa.Schema:
    """Schema of the texts of a segment: signature and shingle set."""
    signature = pa.list_(pa.field("item", pa.uint32(), nullable=False), scheme.permutations)
    return pa.schema([("signature", signature), ("shingles", pa.large_list(pa.uint64()))])


class _Entry:
    """Rows going into a segment: which are known, which texts are new."""

    def __init__(self, grown: Grown) -> None:
        self.before, self.scheme, self.nodes = grown.held, grown.index.scheme, grown.index.nodes
        self.outlets = grown.outlets
        self.by_id, self.by_digest = lookup(grown.held.columns["id"]), lookup(grown.held.digest[:, 0])
        self.ids: set[str] = set()
        self.node_of: dict[str, int] = {}
        self.keys: list[Keys] = []
        self.parts: list[tuple[pa.ChunkedArray, Columns]] = []
        self.added = self.known = self.without_text = 0

    def batches(self, part: Iterable[Intake], writer: pq.ParquetWriter) -> Iterator[pa.RecordBatch]:
        """Write the rows that are new, and give signatures and shingle sets of the texts that are."""
        for intake in part:
            self.without_text += intake.without_text
            rows, texts = self._admit(intake.rows)
            if len(rows):
                writer.write_table(rows, row_group_size=ROWS_PER_GROUP)
                self.parts.append((rows["id"], numbers_of_rows(rows, self.outlets)))
            if len(texts):
                yield self._sign(texts)

    def _admit(self, table: pa.Table) -> tuple[pa.Table, pa.ChunkedArray]:
        ids, digests = table["id"].to_pylist(), table["text_digest"].to_pylist()
        rows = rows_of_ids(self.before, self.by_id, ids).tolist()
        held = nodes_of_digests(self.before, self.by_digest, digest_words(digests)).tolist()
        new, nodes, new_texts = [], [], []
        for place, name in enumerate(ids):
            if rows[place] >= 0 or name in self.ids:
                continue
            self.ids.add(name)
            new.append(place)
            node = held[place] if held[place] >= 0 else self.node_of.setdefault(digests[place], self.nodes)
            if node == self.nodes:
                self.nodes += 1
                new_texts.append(place)
            nodes.append(node)
        self.added += len(new)
        self.known += len(ids) - len(new)
        taken = table.drop_columns(["text"]).take(pa.array(new, pa.int64()))
        rows_in = taken.append_column("node", pa.array(nodes, pa.int64())).cast(arrow_schema(IndexedRow))
        return rows_in, table["text"].take(pa.array(new_texts, pa.int64()))

    def _sign(self, texts: pa.ChunkedArray) -> pa.RecordBatch:
        signed, sets = signatures(texts, self.scheme), shingle_sets(texts, self.scheme)
        self.keys.append(band_keys(signed, self.scheme))
        schema = node_schema(self.scheme)
        columns = [
            pa.FixedSizeListArray.from_arrays(pa.array(signed.ravel()), type=schema.field("signature").type),
            pa.LargeListArray.from_arrays(pa.array(sets.starts), pa.array(sets.hashes)),
        ]
        return pa.record_batch(columns, schema=schema)


def _parts(intakes: Iterator[Intake]) -> Iterator[Iterator[Intake]]:
    """Cut a stream of rows into segments."""
    for first in intakes:
        yield _part(first, intakes)


def _part(first: Intake, more: Iterator[Intake]) -> Iterator[Intake]:
    yield first
    rows = len(first.rows)
    while rows < SEGMENT_ROWS and (intake := next(more, None)) is not None:
        rows += len(intake.rows)
        yield intake


def _with_run(index: Index, keys: Keys, first: int) -> Index:
    runs = index.manifest.runs
    joins = runs_to_join(runs, len(keys))
    stay = len(runs) - joins
    name = f"{index.manifest.segments[-1].name}.arrow"
    path = index.folder / "bands" / name
    write_run(path, index.runs[stay:], keys, first)
    run = Run(name, len(keys) + sum(run.nodes for run in runs[stay:]))
    manifest = replace(index.manifest, runs=(*runs[:stay], run))
    return replace(index, manifest=manifest, runs=(*index.runs[:stay], map_run(path)))


def _changed(grown: Grown) -> Grown:
    """Find and write the pairs that a change of rows, and so of what is wanted most, leads to."""
    index = grown.index
    choice = choice_of(grown.held, grown.gone, index.nodes, index.manifest.settings.order)
    packed, crowded = seek(index, grown.order.grown(index.nodes), choice.order, grown.crowded)
    pairs = verify(index, packed[~np.isin(packed, _packed(grown.pairs.nodes))])
    write_table(index.folder / "segments" / index.manifest.segments[-1].name / PAIRS, table_of(pairs))
    nodes = np.concatenate([grown.pairs.nodes, pairs.nodes])
    shared = np.concatenate([grown.pairs.shared, pairs.shared])
    return replace(grown, order=choice.order, pairs=Pairs(nodes, shared), crowded=crowded, choice=choice)


def _packed(pairs: Rows) -> Packed:
    return pairs[:, 0].astype(np.uint64) << np.uint64(32) | pairs[:, 1].astype(np.uint64)


def _with_digests(manifest: Manifest, start: Index, folder: Path) -> Manifest:
    """Name the files of an index: those of its segments, runs and state."""
    known = dict(start.manifest.files)
    parts = [folder / "segments" / segment.name for segment in manifest.segments]
    parts += [folder / "bands" / run.name for run in manifest.runs]
    parts.append(folder / "state" / manifest.state)
    files = {}
    for path in (path for part in parts for path in (sorted(part.iterdir()) if part.is_dir() else [part])):
        name = path.relative_to(folder).as_posix()
        files[name] = known.get(name) or digest_file(path)
    return replace(manifest, files=tuple(sorted(files.items())))
