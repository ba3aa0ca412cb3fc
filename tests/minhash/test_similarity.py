import random

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from curation.minhash import Scheme, containment, estimate, jaccard, signatures
from curation.minhash.similarity import AT_ONCE, overlap_plainly
from curation.text.shingles import shingles
from tests.minhash.texts import MEAN, mean_text

BASE = "Hujan lebat mengguyur kota sejak pagi hari hingga sore dan warga diminta tetap waspada"


def by_definition(one: str, other: str) -> float:
    union = shingles(one) | shingles(other)
    return len(shingles(one) & shingles(other)) / len(union) if union else 0.0


@settings(max_examples=100, deadline=None)
@given(st.lists(MEAN, min_size=1, max_size=6))
def test_jaccard_is_that_of_the_shingle_sets(texts: list[str]) -> None:
    pairs = np.array([(one, other) for one in range(len(texts)) for other in range(len(texts))], np.int64)
    found = jaccard(pa.array(texts, pa.string()), pairs, Scheme())
    assert found.tolist() == [by_definition(texts[one], texts[other]) for one, other in pairs]


def test_pairs_in_any_number_and_order_are_measured() -> None:
    generator = random.Random(6)
    texts = [
        BASE,
        f"{BASE}.",
        BASE.upper(),
        f"Kabar: {BASE}",
        "",
        "dua kata",
        *(mean_text(generator) for _ in range(200)),
    ]
    column = pa.chunked_array([texts[:3], texts[3:]])
    pairs = np.random.default_rng(1).integers(0, len(texts), (AT_ONCE + 100, 2))
    expected = [by_definition(texts[one], texts[other]) for one, other in pairs.tolist()]
    assert jaccard(column, pairs, Scheme()).tolist() == expected


@pytest.mark.parametrize("plain", [False, True])
def test_similarity_and_containment_of_a_stub(plain: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    if plain:
        monkeypatch.setattr("curation.minhash.signing.find_spec", lambda name: None)
        monkeypatch.setattr("curation.minhash.fast.overlap", overlap_plainly)
    texts = pa.array([BASE, " ".join(BASE.split()[:7]), "", None])
    pairs = np.array([[0, 1], [1, 0], [0, 2], [2, 3]])
    assert jaccard(texts, pairs, Scheme()).tolist() == [3 / 10, 3 / 10, 0, 0]
    assert containment(texts, pairs, Scheme()).tolist() == [1, 1, 0, 0]


def test_no_pairs_have_no_similarity() -> None:
    none = np.empty((0, 2), np.int64)
    assert jaccard(pa.array([BASE]), none, Scheme()).shape == (0,)
    assert estimate(np.zeros((1, 128), np.uint32), none).shape == (0,)


def test_the_estimate_is_near_the_similarity() -> None:
    generator = random.Random(12)
    words = [str(generator.randrange(10**6)) for _ in range(400)]
    texts = [" ".join(words[: 400 - cut] + words[:cut]) for cut in range(0, 200, 10)]
    column, pairs = pa.array(texts), np.array([(0, other) for other in range(len(texts))])
    error = estimate(signatures(column, Scheme()), pairs) - jaccard(column, pairs, Scheme())
    assert abs(error).max() < 0.15
