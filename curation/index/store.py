"""An index as it lies on disk, opened: what is read by place is mapped, so that opening reads next to nothing."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from curation.index.manifest import Manifest, Segment, read_manifest
from curation.index.mapped import map_batches, numbers, torn
from curation.index.shingle_sets import ShingleSets
from curation.minhash import Scheme

Rows = npt.NDArray[np.int64]
Keys = npt.NDArray[np.uint64]

ROWS, NUMBERS, NODES = "rows.parquet", "numbers.arrow", "nodes.arrow"
PAIRS, REMOVED = "pairs.parquet", "removed.parquet"
STATE_TEXTS, STATE_ROWS = "texts.arrow", "rows.arrow"
CROWDED, ASKERS, COMPARED = "crowded.parquet", "askers.parquet", "compared.parquet"


@dataclass(frozen=True, slots=True)
class Chunk:
    """The signatures and shingle sets of successive texts."""

    first: int
    """Number of the first of them."""
    signatures: npt.NDArray[np.uint32]
    """(texts, permutations)."""
    sets: ShingleSets


@dataclass(frozen=True, slots=True)
class SortedKeys:
    """One band of one run, sorted by key."""

    keys: Keys
    nodes: npt.NDArray[np.uint32]


@dataclass(frozen=True, slots=True)
class Index:
    """Everything of an index that is mapped."""

    folder: Path
    manifest: Manifest
    chunks: tuple[Chunk, ...]
    runs: tuple[tuple[SortedKeys, ...], ...]
    """Each run's bands."""

    @property
    def nodes(self) -> int:
        """Count the different texts."""
        return sum(segment.nodes for segment in self.manifest.segments)

    @property
    def scheme(self) -> Scheme:
        """Give the scheme of the signatures."""
        return self.manifest.settings.scheme


def open_index(folder: Path) -> Index:
    """Map an index; raises BadInput naming the first file that is missing or has another size than when written.

    Where a writer replaces the manifest meanwhile and takes away what it no longer names, the newer one is opened.
    """
    while True:
        manifest = read_manifest(folder)
        try:
            check_sizes(folder, manifest)
            return map_index(folder, manifest)
        except ValueError:
            if read_manifest(folder) == manifest:
                raise


def map_index(folder: Path, manifest: Manifest) -> Index:
    """Map what a manifest names."""
    chunks: list[Chunk] = []
    for segment in manifest.segments:
        if segment.nodes:
            chunks += map_chunks(folder / "segments" / segment.name / NODES, manifest.settings.scheme, _end(chunks))
    runs = tuple(map_run(folder / "bands" / run.name) for run in manifest.runs)
    return Index(folder, manifest, tuple(chunks), runs)


def check_sizes(folder: Path, manifest: Manifest) -> None:
    """Look whether every file is there with as many bytes as were written; raises BadInput."""
    for name, file in manifest.files:
        path = folder / name
        if not path.exists():
            raise torn(path, "it is not there")
        if path.stat().st_size != file.bytes:
            raise torn(path, f"{path.stat().st_size:,} bytes where {file.bytes:,} were written")


def map_chunks(path: Path, scheme: Scheme, first: int) -> list[Chunk]:
    """Map the texts of a segment, numbered from `first` on."""
    chunks = []
    for batch in map_batches(path):
        signatures = numbers(batch.column("signature").values).reshape(-1, scheme.permutations)
        sets = batch.column("shingles")
        chunks.append(Chunk(first, signatures, ShingleSets(numbers(sets.values), numbers(sets.offsets))))
        first += batch.num_rows
    return chunks


def map_run(path: Path) -> tuple[SortedKeys, ...]:
    """Map the bands of a run."""
    return tuple(SortedKeys(numbers(batch.column("key")), numbers(batch.column("node"))) for batch in map_batches(path))


def signatures_at(index: Index, nodes: Rows) -> npt.NDArray[np.uint32]:
    """Read the signatures of some texts, sorted, (texts, permutations)."""
    parts = [chunk.signatures[own] for chunk, own in by_chunk(index, nodes)]
    return np.concatenate([*parts, np.empty((0, index.scheme.permutations), np.uint32)])


def sets_at(index: Index, nodes: Rows) -> ShingleSets:
    """Read the shingle sets of some texts, sorted."""
    parts, sizes = [np.empty(0, np.uint64)], [np.zeros(1, np.int64)]
    for chunk, own in by_chunk(index, nodes):
        opens, ends = chunk.sets.starts[own], chunk.sets.starts[own + 1]
        parts += [chunk.sets.hashes[start:end] for start, end in zip(opens.tolist(), ends.tolist(), strict=True)]
        sizes.append(ends - opens)
    return ShingleSets(np.concatenate(parts), np.cumsum(np.concatenate(sizes)))


def set_sizes(index: Index) -> Rows:
    """Count the shingles of every text, (texts,)."""
    return np.concatenate([np.empty(0, np.int64), *(np.diff(chunk.sets.starts) for chunk in index.chunks)])


def by_chunk(index: Index, nodes: Rows) -> Iterator[tuple[Chunk, Rows]]:
    """Find some texts, sorted: the chunks that have any, and their places in each."""
    firsts = np.array([chunk.first for chunk in index.chunks] or [0], np.int64)
    places = np.searchsorted(firsts, nodes, "right") - 1
    for place in np.unique(places).tolist():
        chunk = index.chunks[place]
        yield chunk, nodes[places == place] - chunk.first


def read_segments(index: Index, name: str, kind: str, columns: list[str]) -> Iterator[tuple[Segment, pa.Table]]:
    """Read some columns of a table of every segment of a kind that has one, in order."""
    named = {path for path, _ in index.manifest.files}
    for segment in index.manifest.segments:
        path = index.folder / "segments" / segment.name / name
        if path.relative_to(index.folder).as_posix() in named and kind in {segment.kind, ""}:
            with reading(path):
                yield segment, pq.read_table(path, columns=columns)


def read_rows_at(index: Index, rows: Iterable[int]) -> dict[int, dict[str, Any]]:
    """Read rows by number: of each segment only the row groups in which they lie."""
    wanted, before, found = np.array(sorted(set(rows)), np.int64), 0, dict[int, dict[str, Any]]()
    for segment in index.manifest.segments:
        if segment.kind != "rows":
            continue
        own = wanted[(wanted >= before) & (wanted < before + segment.rows)] - before
        if own.size:
            path = index.folder / "segments" / segment.name / ROWS
            with reading(path), pq.ParquetFile(path) as file:
                sizes = [file.metadata.row_group(group).num_rows for group in range(file.num_row_groups)]
                starts = np.concatenate([[0], np.cumsum(sizes)])
                for group in np.unique(np.searchsorted(starts, own, "right") - 1).tolist():
                    inside = own[(own >= starts[group]) & (own < starts[group + 1])]
                    table = file.read_row_group(group).take(pa.array(inside - starts[group]))
                    found |= dict(zip((inside + before).tolist(), table.to_pylist(), strict=True))
        before += segment.rows
    return found


@contextmanager
def reading(path: Path) -> Iterator[None]:
    """Turn what a torn file makes of a reader into BadInput."""
    try:
        yield
    except (pa.ArrowInvalid, pa.ArrowException, OSError) as error:
        raise torn(path, error) from error


def _end(chunks: list[Chunk]) -> int:
    return chunks[-1].first + len(chunks[-1].signatures) if chunks else 0
