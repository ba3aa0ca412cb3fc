"""Which documents stay, and which of those stands for each one that goes."""

import numpy as np
import numpy.typing as npt

from curation.minhash.bands import Pairs
from curation.minhash.similarity import Similarity

Rows = npt.NDArray[np.int64]


def choose(pairs: Pairs, similarity: Similarity, order: Rows, threshold: float) -> Rows:
    """Give for every document the row of the kept document that stands for it: its own where it is kept.

    Documents are taken in `order` (every row once, the most wanted first). One is kept unless a document kept
    before it has at least `threshold` similarity to it: no chains, so whatever goes is near to what stands for
    it, and no two kept documents are within the threshold. Of several kept ones the most similar stands for
    it, and of equally similar ones the first in `order`.

    Pairs are (pairs, 2) rows, each at most once, similarity (pairs,); the result is int64 (documents,).
    """
    rank = np.empty_like(order)
    rank[order] = np.arange(len(order))
    near = similarity >= threshold
    ranks = np.sort(rank[pairs[near]], axis=1)
    kept = kept_ranks(ranks, len(order))
    gone, stands = standing(ranks, similarity[near], kept)
    kept_by = np.arange(len(order))
    kept_by[order[gone]] = order[stands]
    return kept_by


def kept_ranks(ranks: Rows, documents: int) -> npt.NDArray[np.bool_]:
    """Take documents by rank and keep each that no kept one is near to; ranks are (pairs, 2), earlier first."""
    kept = bytearray(b"\1") * documents
    for earlier, later in ranks[np.argsort(ranks[:, 1], kind="stable")].tolist():
        if kept[earlier]:
            kept[later] = 0
    return np.frombuffer(kept, np.bool_)


def standing(ranks: Rows, similarity: Similarity, kept: npt.NDArray[np.bool_]) -> tuple[Rows, Rows]:
    """Give the ranks that go, and for each the kept rank most similar to it, the first of equals."""
    first_stays, second_stays = kept[ranks[:, 0]], kept[ranks[:, 1]]
    decides = first_stays != second_stays
    stays = np.where(first_stays, ranks[:, 0], ranks[:, 1])[decides]
    goes = np.where(first_stays, ranks[:, 1], ranks[:, 0])[decides]
    best = np.lexsort((stays, -similarity[decides], goes))
    gone, first = np.unique(goes[best], return_index=True)
    return gone, stays[best][first]
