"""Is this index what was written, and does it say what its rows say?"""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from crawler.outlets import BadInput
from curation.index.buckets import bucket
from curation.index.decide import decide
from curation.index.grow import Grown, load
from curation.index.inside import nothing_asked
from curation.index.manifest import digest_file, read_manifest
from curation.index.order import NOBODY, choice_of
from curation.index.seek import overlap
from curation.index.state import Crowded, map_state
from curation.index.store import ROWS, Index, open_index, read_segments, signatures_at
from curation.minhash import band_keys, plausible_pairs
from curation.minhash.bands import NO_KEY, spread

SAMPLE = 1_000
"""Pairs, and texts, that are looked at again."""


def verify_index(folder: Path) -> Iterator[str]:
    """Say what is wrong with an index, a sentence each that names the file; nothing where all is well.

    Every file is digested. Then rows and texts are counted, band keys made again from the signatures, some pairs
    compared again, some texts sought again, and all decisions made again from the rows.
    """
    try:
        manifest = read_manifest(folder)
    except BadInput as error:
        yield str(error)
        return
    changed = False
    for name, file in manifest.files:
        path = folder / name
        if not path.exists() or digest_file(path) != file:
            changed = True
            yield f"{path}: this is not the file that was written; put the index back from a copy."
    if changed:
        return
    try:
        index = open_index(folder)
        for check in (_counts, _bands, _decisions):
            yield from check(index)
    except BadInput as error:
        yield str(error)


def _counts(index: Index) -> Iterator[str]:
    for segment, table in read_segments(index, ROWS, "rows", ["node"]):
        path = index.folder / "segments" / segment.name / ROWS
        if len(table) != segment.rows:
            yield f"{path}: {len(table)} rows where {segment.rows} were added."
    held = sum(len(chunk.signatures) for chunk in index.chunks)
    if held != index.nodes or sum(run.nodes for run in index.manifest.runs) != index.nodes:
        yield f"{index.folder / 'segments'}: {held} texts are signed where {index.nodes} were added."
    if any(len(run) != index.scheme.bands for run in index.runs):
        yield f"{index.folder / 'bands'}: a run has other bands than the {index.scheme.bands} of the scheme."


def _bands(index: Index) -> Iterator[str]:
    """Hold the keys of every run against the signatures, by a sum over keys and texts, for which no order matters."""
    first = 0
    for run, bands in zip(index.manifest.runs, index.runs, strict=True):
        expected = np.zeros(index.scheme.bands, np.uint64)
        for start in range(first, first + run.nodes, 10_000):
            nodes = np.arange(start, min(start + 10_000, first + run.nodes))
            keys = band_keys(signatures_at(index, nodes), index.scheme)
            expected += _sum(keys, nodes[:, None])
        found = np.array([_sum(band.keys[:, None], band.nodes[:, None])[0] for band in bands], np.uint64)
        if (found != expected).any() or any((band.keys[1:] < band.keys[:-1]).any() for band in bands):
            yield f"{index.folder / 'bands' / run.name}: these are not the sorted keys of the signatures."
        first += run.nodes


def _sum(keys: npt.NDArray[np.uint64], nodes: npt.NDArray[Any]) -> npt.NDArray[np.uint64]:
    mixed = np.where(keys == NO_KEY, np.uint64(0), spread(keys ^ spread(nodes.astype(np.uint64) + np.uint64(1))))
    return np.asarray(mixed.sum(axis=0, dtype=np.uint64))


def _decisions(index: Index) -> Iterator[str]:
    grown = load(index)
    where = index.folder / "state" / index.manifest.state
    if not index.manifest.state:
        return
    choice = choice_of(grown.held, grown.gone, index.nodes, index.manifest.settings.order)
    if not _same(choice.order, grown.order):
        yield f"{where}: the leading rows of the texts are others."
        return
    for look in (_pairs, _sought):
        yield from look(index, grown)
    crowded = _crowded(index, grown)
    if crowded.keys() != grown.crowded.keys() or any((crowded[band] != grown.crowded[band]).any() for band in crowded):
        yield f"{where}: other buckets are crowded."
    state, asking = decide(index, choice, grown.pairs, grown.crowded, nothing_asked())
    if not _same(asking, grown.asking):
        yield f"{where}: other texts are found inside others."
    if not _same(state.rows, map_state(index).rows):
        yield f"{where}: the decisions are not those of the rows and pairs."


def _same(one: Any, other: Any) -> bool:
    """Compare arrays, or what is made of them."""
    if is_dataclass(one):
        return all(_same(getattr(one, field.name), getattr(other, field.name)) for field in fields(one))
    return np.array_equal(one, other, equal_nan=one.dtype.kind == "f")


def _pairs(index: Index, grown: Grown) -> Iterator[str]:
    some = np.unique(np.linspace(0, len(grown.pairs.nodes) - 1, SAMPLE).astype(np.int64))[: len(grown.pairs.nodes)]
    if some.size and (overlap(index, grown.pairs.nodes[some])[0] != grown.pairs.shared[some]).any():
        yield f"{index.folder / 'segments'}: pairs share other shingles than their sets do."


def _sought(index: Index, grown: Grown) -> Iterator[str]:
    """Look for the neighbours of some texts again, and hold them against the pairs."""
    limit, threshold = index.manifest.settings.bucket, index.manifest.settings.threshold
    held = {(one, other) for one, other in grown.pairs.nodes.tolist()}
    for node in np.unique(np.linspace(0, index.nodes - 1, min(SAMPLE, index.nodes)).astype(np.int64)).tolist():
        if grown.order.leader[node] == NOBODY:
            continue
        keys = band_keys(signatures_at(index, np.array([node])), index.scheme)[0]
        found = [bucket(index, band, key) for band, key in enumerate(keys.tolist()) if key != int(NO_KEY)]
        live = [nodes[grown.order.leader[nodes] != NOBODY] for nodes in found]
        others = np.setdiff1d(
            np.concatenate([np.empty(0, np.int64), *(own for own in live if len(own) <= limit)]), [node]
        )
        pairs = np.stack([np.minimum(others, node), np.maximum(others, node)], axis=1)
        involved, places = np.unique(pairs, return_inverse=True)
        pairs = involved[plausible_pairs(signatures_at(index, involved), places.reshape(-1, 2), threshold)]
        shared, sizes = overlap(index, pairs)
        near = pairs[shared / np.maximum(sizes.sum(axis=1) - shared, 1) >= threshold]
        if any((one, other) not in held for one, other in near.tolist()):
            yield f"{index.folder / 'segments'}: a pair of text {node} is missing."


def _crowded(index: Index, grown: Grown) -> Crowded:
    limit, crowded = index.manifest.settings.bucket, dict[int, npt.NDArray[np.uint64]]()
    for band in range(index.scheme.bands):
        keys = np.concatenate([np.empty(0, np.uint64), *(run[band].keys for run in index.runs)])
        nodes = np.concatenate([np.empty(0, np.uint32), *(run[band].nodes for run in index.runs)])
        values, sizes = np.unique_counts(keys[grown.order.leader[nodes] != NOBODY])
        if (sizes > limit).any():
            crowded[band] = values[sizes > limit]
    return crowded
