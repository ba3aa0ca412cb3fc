"""What is this text a copy of? One question reads a few pages of the index, never the whole."""

import datetime as dt
import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from curation.index.buckets import bucket
from curation.index.order import NOBODY
from curation.index.shingle_sets import joined, shared, shingle_sets
from curation.index.state import State, map_state
from curation.index.store import Index, Rows, open_index, read_rows_at, sets_at
from curation.inserts import normal_text
from curation.minhash import band_keys, signatures
from curation.minhash.bands import NO_KEY


@dataclass(frozen=True, slots=True)
class Match:
    """A text of the index that a given one is a copy of, by the most wanted row that has it."""

    id: str
    url: str
    outlet: str
    title: str
    published_at: dt.datetime | None
    kind: str
    """`exact` (equal texts), `near` (at the threshold), or `contained` (one lies in the other)."""
    jaccard: float
    """Similarity of the shingle sets, 0 to 1."""
    containment: float
    """Share of the smaller shingle set that stands in the other, 0 to 1."""
    kept: bool
    """Whether this row stays."""
    stands_for_it: str
    """Id of the row that stands for it: its own where it is kept."""


@dataclass(frozen=True, slots=True)
class Asked:
    """An index opened for questions."""

    index: Index
    state: State


def open_to_ask(folder: Path) -> Asked:
    """Open an index for any number of questions; raises BadInput as `open_index` does."""
    index = open_index(folder)
    return Asked(index, map_state(index))


def ask(asked: Asked, texts: Iterable[str], top: int = 10) -> Iterator[list[Match]]:
    """Give for every text the texts that it is a copy of, the most similar first, at most `top`."""
    for text in map(normal_text, texts):
        yield _ask(asked, text, top)


def _ask(asked: Asked, text: str, top: int) -> list[Match]:
    index, order = asked.index, asked.state.order
    threshold = index.manifest.settings.threshold
    one = pa.array([text], pa.large_string())
    nodes = _candidates(asked, band_keys(signatures(one, index.scheme), index.scheme)[0])
    sets = joined([shingle_sets(one, index.scheme), sets_at(index, nodes)])
    sizes = np.diff(sets.starts)
    pairs = np.stack([np.zeros(len(nodes), np.int64), np.arange(1, len(nodes) + 1)], axis=1)
    both = shared(sets, pairs) if len(nodes) else np.empty(0, np.int64)
    jaccard = both / np.maximum(sizes[0] + sizes[1:] - both, 1)
    containment = both / np.maximum(np.minimum(sizes[0], sizes[1:]), 1)
    copies = np.flatnonzero((jaccard >= threshold) | (containment >= index.manifest.settings.containment))
    copies = copies[np.lexsort((order.rank[nodes[copies]], -containment[copies], -jaccard[copies]))][:top]
    told = order.leader[nodes[copies]]
    stand = asked.state.rows.stands[told]
    rows = read_rows_at(index, [*told.tolist(), *stand.tolist()])
    digest = hashlib.sha256(text.encode()).hexdigest()[:32]
    return [
        _match(rows[row], rows[other], (float(jaccard[copy]), float(containment[copy])), digest, threshold)
        for copy, row, other in zip(copies.tolist(), told.tolist(), stand.tolist(), strict=True)
    ]


def _candidates(asked: Asked, keys: npt.NDArray[np.uint64]) -> Rows:
    """Give the texts that share a key, of a crowded bucket the most wanted ones; sorted."""
    found = [np.empty(0, np.int64)]
    for band, key in enumerate(keys.tolist()):
        if key == int(NO_KEY):
            continue
        nodes = bucket(asked.index, band, key)
        nodes = nodes[asked.state.order.leader[nodes] != NOBODY]
        found.append(nodes[np.argsort(asked.state.order.rank[nodes])][: asked.index.manifest.settings.bucket])
    return np.unique(np.concatenate(found))


def _match(
    row: dict[str, Any], stands: dict[str, Any], alike: tuple[float, float], digest: str, threshold: float
) -> Match:
    near = "near" if alike[0] >= threshold else "contained"
    return Match(
        id=row["id"],
        url=row["url"],
        outlet=row["outlet"],
        title=row["title"],
        published_at=row["published_at"],
        kind="exact" if row["text_digest"] == digest else near,
        jaccard=alike[0],
        containment=alike[1],
        kept=row["id"] == stands["id"],
        stands_for_it=stands["id"],
    )
