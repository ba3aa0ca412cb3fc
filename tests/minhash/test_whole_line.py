"""Texts to kept set, on the stories that the benchmark is made of."""

from itertools import combinations

import numpy as np
import pyarrow as pa
import pytest

from benchmarks.dedup.stories import corpus
from curation.minhash import Scheme, band_keys, candidate_pairs, choose, estimate, jaccard, plausible_pairs, signatures
from curation.text.shingles import shingles

THRESHOLD = 0.8
STORIES = corpus(300, seed=3)


@pytest.fixture(scope="module")
def alike() -> dict[tuple[int, int], float]:
    """Every pair of at least 0.5, by comparing all."""
    sets = [shingles(story) for story in STORIES]
    found = {}
    for one, other in combinations(range(len(sets)), 2):
        similarity = len(sets[one] & sets[other]) / len(sets[one] | sets[other])
        if similarity >= 0.5:
            found[one, other] = similarity
    return found


def test_every_alike_pair_is_found_with_its_similarity(alike: dict[tuple[int, int], float]) -> None:
    column, scheme = pa.array(STORIES), Scheme()
    signed = signatures(column, scheme)
    pairs = candidate_pairs(band_keys(signed, scheme))
    found = dict(zip(map(tuple, pairs.tolist()), jaccard(column, pairs, scheme).tolist(), strict=True))
    near = {pair: value for pair, value in alike.items() if value >= THRESHOLD}
    assert len(near) > 50
    assert {pair: found.get(pair) for pair in near} == near
    true = np.array([alike.get(pair, 0.0) for pair in found])
    error = estimate(signed, pairs) - true
    assert abs(error[true > 0]).max() < 0.2


def test_implausible_pairs_go_and_alike_ones_stay(alike: dict[tuple[int, int], float]) -> None:
    signed = signatures(pa.array(STORIES), Scheme())
    pairs = np.array([*alike, *combinations(range(100), 2)])
    plausible = set(map(tuple, plausible_pairs(signed, pairs, THRESHOLD).tolist()))
    assert plausible >= {pair for pair, value in alike.items() if value >= THRESHOLD}
    assert len(plausible) < len(alike)


def test_what_goes_has_a_kept_story_alike_and_no_two_kept_are(alike: dict[tuple[int, int], float]) -> None:
    column, scheme = pa.array(STORIES), Scheme()
    pairs = candidate_pairs(band_keys(signatures(column, scheme), scheme))
    order = np.random.default_rng(1).permutation(len(STORIES))
    kept_by = choose(pairs, jaccard(column, pairs, scheme), order, THRESHOLD).tolist()
    kept = {row for row, by in enumerate(kept_by) if row == by}
    assert 150 < len(kept) < 280
    assert not [pair for pair in combinations(sorted(kept), 2) if alike.get(pair, 0) >= THRESHOLD]
    gone = [(min(row, by), max(row, by)) for row, by in enumerate(kept_by) if row != by]
    assert all(alike[pair] >= THRESHOLD for pair in gone)


def test_the_stories_are_the_same_each_time() -> None:
    assert corpus(300, seed=3) == STORIES
