import itertools

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from curation.minhash import Scheme, band_keys, candidate_pairs, withheld_pairs
from curation.minhash.bands import NO_KEY, BandKeys, Pairs, spread
from curation.minhash.scheme import EMPTY

SMALL = Scheme(permutations=7, bands=3, rows=2)
KEYS = arrays(np.uint64, st.tuples(st.integers(0, 25), st.integers(1, 4)), elements=st.integers(0, 5))


def pairs_by_definition(keys: BandKeys, bucket: int) -> Pairs:
    found = set()
    for column in keys.T.tolist():
        for second, key in enumerate(column):
            if key != NO_KEY:
                earlier = [first for first in range(second) if column[first] == key]
                found |= {(first, second) for first in earlier[:bucket]}
    return np.array(sorted(found), np.int64).reshape(-1, 2)


@settings(max_examples=200, deadline=None)
@given(arrays(np.uint32, st.tuples(st.integers(0, 8), st.just(7)), elements=st.integers(0, 2)))
def test_keys_are_equal_where_the_rows_of_the_band_are(signatures: np.ndarray) -> None:
    keys = band_keys(signatures, SMALL)
    assert keys.shape == (len(signatures), 3)
    for one, other, band in itertools.product(range(len(keys)), range(len(keys)), range(3)):
        rows = slice(2 * band, 2 * band + 2)
        assert (keys[one, band] == keys[other, band]) == (signatures[one, rows] == signatures[other, rows]).all()


def test_keys_of_many_documents_are_those_of_each() -> None:
    signatures = np.random.default_rng(2).integers(0, 2**32, (3000, 128), np.uint32)
    keys = band_keys(signatures, Scheme())
    assert np.array_equal(keys[1500:1510], band_keys(signatures[1500:1510], Scheme()))
    assert len(np.unique(keys)) == keys.size


def test_texts_without_words_are_paired_with_nothing() -> None:
    signatures = np.full((5, 7), EMPTY)
    signatures[3:] = 1
    assert candidate_pairs(band_keys(signatures, SMALL)).tolist() == [[3, 4]]


@settings(max_examples=300, deadline=None)
@given(KEYS, st.sampled_from([1, 2, 3, 256]), st.booleans())
def test_documents_that_share_a_key_are_paired(keys: BandKeys, bucket: int, last_is_none: bool) -> None:
    keys = np.where(last_is_none & (keys == 5), NO_KEY, spread(keys))
    assert np.array_equal(candidate_pairs(keys, bucket), pairs_by_definition(keys, bucket))


@settings(max_examples=200, deadline=None)
@given(KEYS, st.sampled_from([1, 2, 3, 256]))
def test_withheld_pairs_are_counted(keys: BandKeys, bucket: int) -> None:
    for band in keys.T:
        missing = len(pairs_by_definition(band[:, None], 256)) - len(pairs_by_definition(band[:, None], bucket))
        assert withheld_pairs([band], bucket) == missing


@settings(max_examples=100, deadline=None)
@given(KEYS)
def test_keys_that_agree_in_one_half_only_are_told_apart(keys: BandKeys) -> None:
    halves = spread(keys >> np.uint64(1)) >> np.uint64(32) << np.uint64(32) | keys & np.uint64(1)
    assert np.array_equal(candidate_pairs(halves), pairs_by_definition(halves, 256))


def test_a_bucket_that_is_too_large_still_joins_all_its_documents() -> None:
    keys = np.zeros((50_000, 1), np.uint64)
    pairs = candidate_pairs(keys, 4)
    assert len(pairs) == 4 * 50_000 - 4 * 5 // 2
    assert np.array_equal(np.unique(pairs), np.arange(50_000))
