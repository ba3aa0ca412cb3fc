"""What to compare, and what stays: from what is known of rows to a verdict on every one. Files are the caller's.

The stages `pair` and `cluster` and the index of `curation.index` decide by these functions alone.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from curation.config import Cluster
from curation.minhash import yield_to_longer
from curation.records import Pair
from curation.schema import arrow_schema
from curation.signed import Known, Rows, Stories, choose_stories, stories_of

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


def complete_pairs(
    known: Known,
    stories: Stories,
    near: pa.Table,
    settings: Cluster,
    find_inside: Callable[[Rows], Rows],
    compare: Callable[[Rows], pa.Table],
) -> pa.Table:
    """Put to the pairs that are near those of which one lies inside the other: a table of `Pair`, sorted, each once.

    Of the stories that would be kept, `find_inside` takes the rows, sorted, and gives the pairs to look at; if one lies
    inside the other, so is looked at whatever it stands for. `compare` gives the table of `Pair` of pairs of rows.
    """
    kept_by = choose_stories(known, stories, *ends_of(near), settings.order)
    kept = np.sort(stories.ranked[kept_by == np.arange(len(kept_by))])
    inside = worth_keeping(compare(find_inside(kept)), settings.containment)
    mates = worth_keeping(compare(pairs_of_mates(stories, kept_by, ends_of(inside)[0])), settings.containment)
    found = pa.concat_tables([near, inside, mates])
    distinct = np.unique(packed(ends_of(found)[0]), return_index=True)[1]
    return found.take(pa.array(distinct))


def pairs_of_mates(stories: Stories, kept_by: Rows, inside: Rows) -> Rows:
    """Pair whatever a story stands for with the other stories of the pairs that it is in, (pairs, 2)."""
    gone = np.flatnonzero(kept_by != np.arange(len(kept_by)))
    gone = gone[np.argsort(stories.ranked[kept_by[gone]], kind="stable")]
    leads = stories.ranked[kept_by[gone]]
    either = np.concatenate([inside, inside[:, ::-1]])
    first, last = np.searchsorted(leads, either[:, 0]), np.searchsorted(leads, either[:, 0], "right")
    counts = last - first
    offsets = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
    mates = stories.ranked[gone[np.repeat(first, counts) + offsets]]
    return unique_pairs(np.stack([mates, np.repeat(either[:, 1], counts)], axis=1))


def table_of_pairs(pairs: Rows, counts: tuple[Rows, Rows, Rows], threshold: float) -> pa.Table:
    """Make the table of `Pair` of pairs that share so many shingles of those of the first and of the second."""
    shared, one, other = counts
    jaccard = shared / np.maximum(one + other - shared, 1)
    columns = {
        "one": pairs[:, 0],
        "other": pairs[:, 1],
        "jaccard": jaccard,
        "containment": shared / np.maximum(np.minimum(one, other), 1),
        "one_shingles": one,
        "other_shingles": other,
        "near": jaccard >= threshold,
    }
    return pa.table(columns, schema=arrow_schema(Pair))


def worth_keeping(compared: pa.Table, containment: float) -> pa.Table:
    """Drop the pairs that tell two stories, neither of which lies inside the other."""
    return compared.filter((pc.field("containment") >= containment) | pc.field("near"))


def ends_of(table: pa.Table) -> tuple[Rows, npt.NDArray[np.float64]]:
    """Give the rows of pairs, (pairs, 2), and their similarity, (pairs,)."""
    return _both(table, "one", "other"), table["jaccard"].to_numpy()


def unique_pairs(pairs: Rows) -> Rows:
    """Give each pair once, the smaller row first, sorted."""
    distinct = np.unique(packed(np.sort(pairs, axis=1)))
    return np.stack([distinct >> 32, distinct & 0xFFFFFFFF], axis=1)


def packed(pairs: Rows) -> Rows:
    """Put pairs into one number each."""
    return pairs[:, 0] << 32 | pairs[:, 1]


def decide(known: Known, pairs: pa.Table, settings: Cluster, stories: Stories | None = None) -> Verdicts:
    """Decide on every row: between captures of one address, then between stories, then on what lies inside another.

    `pairs` is a table of `Pair`, of rows in `Stories.ranked`; `stories` are those of `known`, where they are at hand. A
    story goes only where a kept one is near it, or it lies in a kept one; there are no chains.
    """
    stories = stories or stories_of(known, settings.order)
    near = pairs.filter(pc.field("near"))
    kept_by = choose_stories(known, stories, *ends_of(near), settings.order)
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


def _both(pairs: pa.Table, one: str, other: str) -> Rows:
    return np.stack([pairs[one].to_numpy(), pairs[other].to_numpy()], axis=1)
