import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.dedup.stories import corpus
from curation.minhash import Scheme, find_askers, find_askers_in_sets, questions, signatures
from curation.minhash.inclusion import ASKED, find_askers_plainly, inverse
from curation.minhash.scheme import permutations
from curation.minhash.signing import hash_function, mixed
from curation.text.shingles import shingles
from tests.minhash.texts import MEAN

STORIES = corpus(120, seed=4)


def firsts(texts: list[str], scheme: Scheme) -> np.ndarray:
    return np.ascontiguousarray(signatures(pa.array(texts, pa.string()), scheme)[:, :ASKED])


@pytest.mark.parametrize("scheme", [Scheme(), Scheme(hash="sha1", seed=5)])
def test_a_signature_names_shingles_of_its_text(scheme: Scheme) -> None:
    (asked, _, least), unheard = questions(firsts(STORIES[:20], scheme), scheme)
    hash_shingle = hash_function(scheme.hash)
    for text in range(20):
        stands = mixed(np.array([hash_shingle(one.encode()) for one in shingles(STORIES[text])], np.uint32))
        asks = asked[asked & np.uint64(2**32 - 1) == text] >> np.uint64(32)
        assert 4 < len(asks) <= ASKED
        assert np.isin(asks, stands).all()
        assert least[text] == -(-len(asks) // 2)
    assert unheard == 0


@pytest.mark.parametrize("hash_name", ["xxh3", "sha1"])
def test_short_texts_find_the_longer_ones_that_hold_them(hash_name: str) -> None:
    scheme = Scheme(hash=hash_name)
    texts = [*STORIES, *(" ".join(story.split()[40:100]) for story in STORIES[::2])]
    rows = np.arange(len(texts))
    made, _ = questions(firsts(texts, scheme), scheme)
    column = pa.chunked_array([texts[:50], texts[50:]])
    found = set(map(tuple, find_askers(column, rows, made, scheme).tolist()))
    assert {(len(STORIES) + place, 2 * place) for place in range(60)} <= found
    assert len(found) < 400


@settings(max_examples=60, deadline=None)
@given(st.lists(MEAN | st.sampled_from([STORIES[0], STORIES[0][:400], "kata", "dua kata"]), min_size=1, max_size=6))
def test_the_compiled_path_finds_what_the_plain_one_finds(texts: list[str]) -> None:
    scheme, rows = Scheme(), np.arange(len(texts))
    made, _ = questions(firsts(texts, scheme), scheme, crowd=3)
    plain = np.sort(find_askers_plainly(pa.array(texts, pa.large_string()), rows, made, scheme))
    found = find_askers(pa.array(texts, pa.string()), rows, made, scheme)
    assert (found[:, 0] << 32 | found[:, 1]).tolist() == plain.astype(np.int64).tolist()
    assert not (found[:, 0] == found[:, 1]).any()


def test_a_shingle_that_a_crowd_asks_for_answers_nobody_and_those_who_ask_nothing_else_are_counted() -> None:
    texts = [*([STORIES[0]] * 3), STORIES[1], ""]
    signed = firsts(texts, Scheme())
    made, unheard = questions(signed, Scheme(), crowd=2)
    assert (np.unique(made[0] & np.uint64(2**32 - 1)).tolist(), unheard) == ([3], 3)
    made, unheard = questions(signed, Scheme(), crowd=3)
    assert unheard == 0
    assert len(find_askers(pa.array(texts), np.arange(5), made, Scheme())) == 6


def test_factors_are_turned_back() -> None:
    factors = permutations(Scheme())[0]
    assert (factors * inverse(factors) == 1).all()


@pytest.mark.parametrize("plainly", [False, True])
def test_sets_of_hashes_answer_as_their_texts_do(plainly: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    scheme = Scheme()
    texts = [*STORIES, *(" ".join(story.split()[40:100]) for story in STORIES[::2]), "", "satu"]
    made, _ = questions(firsts(texts, scheme), scheme)
    hash_shingle = hash_function(scheme.hash)
    sets = [sorted(hash_shingle(one.encode()) | 7 << 40 for one in shingles(text)) for text in texts]
    starts = np.cumsum([0, *map(len, sets)])
    hashes = np.array([one for own in sets for one in own], np.uint64)
    answer = np.arange(0, len(texts), 2)
    if plainly:
        monkeypatch.setattr("curation.minhash.inclusion.compiled", lambda: None)
    found = find_askers_in_sets(hashes, starts, answer, answer, made)
    expected = find_askers(pa.array([texts[row] for row in answer]), answer, made, scheme)
    assert len(found) > 10
    assert found.tolist() == expected.tolist()
