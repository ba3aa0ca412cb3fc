"""Which documents stay, and which of those stands for each one that goes."""

from collections import defaultdict

import numpy as np
import numpy.typing as npt

from curation.minhash.bands import Pairs
from curation.minhash.similarity import Similarity

Rows = npt.NDArray[np.int64]

AT_ONCE = 65_536
"""Pairs that are numbers of Python at once: 10 MB."""


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
    ranks = ranks[np.argsort(ranks[:, 1], kind="stable")]
    for start in range(0, len(ranks), AT_ONCE):
        for earlier, later in ranks[start : start + AT_ONCE].tolist():
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


def yield_to_longer(kept_by: Rows, inside: Pairs, share: Similarity, order: Rows) -> Rows:
    """Give for every document what stands for it once the kept ones that lie inside a longer kept one have gone.

    `kept_by` is what `choose` gave. `inside` are pairs (shorter, longer), and `share` how much of the shorter lies in
    the longer; whatever stands here counts, so give those at the threshold. `order` holds every document once, the
    largest first. A kept document goes where all that it stands for, itself included, lies inside one longer document
    that is kept still: so whatever goes lies in what stands for it, and there are no chains. Of several longer ones the
    one that holds most of it stands for it, and of those the first in `order`.
    """
    place = np.empty_like(order)
    place[order] = np.arange(len(order))
    longer: dict[int, dict[int, float]] = defaultdict(dict)
    for (short, long), part in zip(inside.tolist(), share.tolist(), strict=True):
        longer[short][long] = part
    stands = kept_by.copy()
    mates = copies_of(kept_by, [document for document in longer if kept_by[document] == document])
    for document in sorted(mates, key=place.__getitem__):
        homes = [
            home
            for home, part in longer[document].items()
            if stands[home] == home
            and place[home] < place[document]
            and all(home in longer.get(mate, ()) for mate in mates[document])
        ]
        if homes:
            best = min(homes, key=lambda home: (-longer[document][home], place[home]))
            stands[[document, *mates[document]]] = best
    return stands


def copies_of(kept_by: Rows, kept: list[int]) -> dict[int, list[int]]:
    """List for some kept documents the others that they stand for."""
    mates: dict[int, list[int]] = {document: [] for document in kept}
    gone = np.flatnonzero(np.isin(kept_by, kept) & (kept_by != np.arange(len(kept_by))))
    for document, by in zip(gone.tolist(), kept_by[gone].tolist(), strict=True):
        mates[by].append(document)
    return mates
