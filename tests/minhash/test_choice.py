import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from curation.minhash import choose

Graph = tuple[np.ndarray, np.ndarray, np.ndarray]
THRESHOLD = 0.8


@st.composite
def graphs(draw: st.DrawFn) -> Graph:
    """Pairs with similarities, and an order."""
    size = draw(st.integers(1, 14))
    couples = st.tuples(st.integers(0, size - 1), st.integers(0, size - 1)).filter(lambda pair: pair[0] < pair[1])
    pairs = sorted(draw(st.sets(couples, max_size=40))) if size > 1 else []
    similarity = draw(st.lists(st.sampled_from([0.5, 0.79, 0.8, 0.9, 1.0]), min_size=len(pairs), max_size=len(pairs)))
    order = draw(st.permutations(range(size)))
    return np.array(pairs, np.int64).reshape(-1, 2), np.array(similarity, np.float64), np.array(order, np.int64)


def near(pairs: np.ndarray, similarity: np.ndarray) -> dict[tuple[int, int], float]:
    found = {}
    for (one, other), value in zip(pairs.tolist(), similarity.tolist(), strict=True):
        if value >= THRESHOLD:
            found[one, other] = found[other, one] = value
    return found


@settings(max_examples=200, deadline=None)
@given(graphs())
def test_greedy_by_order_and_the_most_similar_stands(graph: Graph) -> None:
    pairs, similarity, order = graph
    alike, rank = near(pairs, similarity), {row: place for place, row in enumerate(order.tolist())}
    kept: list[int] = []
    for row in order.tolist():
        if not any((row, other) in alike for other in kept):
            kept.append(row)
    for row, found in enumerate(choose(pairs, similarity, order, THRESHOLD).tolist()):
        mates = [other for other in kept if (row, other) in alike]
        best = row if row in kept else min(mates, key=lambda other: (-alike[row, other], rank[other]))
        assert found == best


@settings(max_examples=150, deadline=None)
@given(graphs())
def test_what_goes_is_near_a_kept_one_and_no_two_kept_are_near(graph: Graph) -> None:
    pairs, similarity, order = graph
    alike, kept_by = near(pairs, similarity), choose(*graph, THRESHOLD).tolist()
    kept = {row for row, by in enumerate(kept_by) if row == by}
    assert int(order[0]) in kept
    assert all(by in kept and (row == by or (row, by) in alike) for row, by in enumerate(kept_by))
    assert not any((one, other) in alike for one in kept for other in kept)


@settings(max_examples=200, deadline=None)
@given(graphs(), st.randoms(use_true_random=False))
def test_numbering_and_order_of_pairs_do_not_matter(graph: Graph, generator: "np.random.Random") -> None:
    pairs, similarity, order = graph
    names = np.array(generator.sample(range(len(order)), len(order)))
    shuffle = generator.sample(range(len(pairs)), len(pairs))
    turned = names[pairs[shuffle]][:, ::-1]
    again = choose(turned, similarity[shuffle], names[order], THRESHOLD)
    assert np.array_equal(again[names], names[choose(pairs, similarity, order, THRESHOLD)])


def test_nothing_follows_a_chain() -> None:
    """Each is near the next only: the first stands for the second, and the third stays."""
    pairs, similarity = np.array([[0, 1], [1, 2]]), np.array([0.9, 0.85])
    assert choose(pairs, similarity, np.array([0, 1, 2]), THRESHOLD).tolist() == [0, 0, 2]
    assert choose(pairs, similarity, np.array([1, 0, 2]), THRESHOLD).tolist() == [1, 1, 1]


def test_a_kept_one_that_comes_later_stands_where_it_is_more_similar() -> None:
    pairs, similarity = np.array([[0, 1], [1, 2]]), np.array([0.8, 0.95])
    assert choose(pairs, similarity, np.array([0, 1, 2]), THRESHOLD).tolist() == [0, 2, 2]
