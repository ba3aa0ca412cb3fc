"""Texts that lie inside longer ones: what each kept text asks of the others, and who found enough.

The rule is that of `minhash.inclusion`. An answer is a function of what a text asks for and of the text that answers,
so after a change the new texts answer all, and the old ones only those that ask for something else than before.
"""

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from curation.index.seek import overlap
from curation.index.state import Asking, Pairs
from curation.index.store import Index, Rows, by_chunk
from curation.minhash import find_askers_in_sets, questions
from curation.minhash.bands import HALF, LOW, spread
from curation.minhash.inclusion import ASKED, Questions, drawn_up
from curation.minhash.scheme import EMPTY


def nothing_asked() -> Asking:
    """Begin where nobody asked."""
    none = np.empty((0, 2), np.int64)
    return Asking(np.empty(0, np.uint64), np.empty(0, np.int8), none, Pairs(none, none[:, 0]))


def ask_again(index: Index, nodes: Rows, long: npt.NDArray[np.bool_], last: Asking) -> Asking:
    """Let texts, sorted, ask one another again; `long` says which have enough words to ask."""
    settings = index.manifest.settings
    first = np.concatenate(
        [np.empty((0, ASKED), np.uint32), *(chunk.signatures[own, :ASKED] for chunk, own in by_chunk(index, nodes))]
    )
    first[~long] = EMPTY
    made, _ = questions(first, index.scheme, settings.crowd)
    grown = np.zeros((2, index.nodes), np.uint64)
    grown[:, : len(last.asks)] = last.asks, last.answers
    answered = grown[1, nodes] > 0
    asks = _digests(made, len(nodes))
    other = asks != grown[0, nodes]
    asked = made[0]
    changed = drawn_up(asked[other[(asked & LOW).astype(np.int64)]], len(nodes))
    found = [_answers(index, nodes, np.flatnonzero(~answered), made)]
    if len(changed[0]):
        found.append(_answers(index, nodes, np.flatnonzero(answered), changed))
    place = np.full(index.nodes, -1)
    place[nodes] = np.arange(len(nodes))
    asker, text = place[last.askers].T
    holds = (asker >= 0) & (text >= 0)
    holds[holds] = ~other[asker[holds]] & answered[text[holds]]
    askers = np.unique(np.concatenate([last.askers[holds], *found]), axis=0)
    grown[:] = 0
    grown[0, nodes], grown[1, nodes] = asks, 1
    return replace(last, asks=grown[0], answers=grown[1].astype(np.int8), askers=askers)


def compare(index: Index, pairs: Rows, last: Pairs) -> Pairs:
    """Count what texts share, (pairs, 2) with the lower number first; what was counted before is not counted again."""
    before, wanted = _packed(last.nodes), _packed(pairs)
    order = np.argsort(before)
    at = np.searchsorted(before, wanted, sorter=order)
    at = order[np.minimum(at, len(order) - 1)] if len(order) else np.zeros(len(pairs), np.int64)
    known = before[at] == wanted if len(order) else np.zeros(len(pairs), np.bool_)
    shared = np.empty(len(pairs), np.int64)
    shared[known] = last.shared[at[known]]
    shared[~known] = overlap(index, pairs[~known])[0]
    return Pairs(pairs, shared)


def _answers(index: Index, nodes: Rows, places: Rows, made: Questions) -> Rows:
    """Give who found enough in which, as texts, (pairs, 2); `places` are those in `nodes` that answer."""
    found = [np.empty((0, 2), np.int64)]
    for chunk, own in by_chunk(index, nodes[places]):
        numbers = np.searchsorted(nodes, own + chunk.first)
        found.append(find_askers_in_sets(chunk.sets.hashes, chunk.sets.starts, own, numbers, made))
    return np.asarray(nodes[np.concatenate(found)], np.int64)


def _digests(made: Questions, texts: int) -> npt.NDArray[np.uint64]:
    asked, digests = made[0], np.zeros(texts, np.uint64)
    np.add.at(digests, (asked & LOW).astype(np.int64), spread(asked >> HALF))
    return digests


def _packed(pairs: Rows) -> Rows:
    return pairs[:, 0] << 32 | pairs[:, 1]
