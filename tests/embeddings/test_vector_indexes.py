"""One contract for every vector index, with answers computed by hand or by brute force."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from embeddings.index import ExactIndex, Scored
from tests.embeddings.growing import Growing

KINDS: list[Any] = [ExactIndex, Growing]
every_kind = pytest.mark.parametrize("kind", KINDS)
Make = Callable[[int], ExactIndex | Growing]


def ids(*numbers: int) -> NDArray[np.int64]:
    return np.array(numbers, dtype=np.int64)


def rows(*vectors: list[float]) -> NDArray[np.float32]:
    return np.array(vectors, dtype=np.float32)


def row(*numbers: float) -> NDArray[np.float32]:
    return np.array(numbers, dtype=np.float32)


@every_kind
def test_best_first_with_inner_products_as_scores(kind: Make) -> None:
    index = kind(2)
    index.add(ids(7, 2**62 + 1, 5), rows([1, 0], [0, 1], [0.5, 0.5]))
    assert index.search(row(0, 2), 3) == [Scored(2**62 + 1, 2.0), Scored(5, 1.0), Scored(7, 0.0)]
    assert index.search(row(0, 2), 1) == [Scored(2**62 + 1, 2.0)]
    assert index.search(row(0, 2), 99)[-1] == Scored(7, 0.0)
    assert len(index) == 3


@every_kind
@pytest.mark.parametrize("copies", [3, 40, 700])
def test_ties_across_the_end_are_settled_by_id(kind: Make, copies: int) -> None:
    index = kind(2)
    order = np.random.default_rng(0).permutation(copies).astype(np.int64)
    index.add(order + 10, np.tile(row(0.6, 0.8), (copies, 1)))
    index.add(ids(5), rows([0, 1]))
    found = index.search(row(0, 1), 3)
    assert [hit.id for hit in found] == [5, 10, 11]
    assert found[1].score == found[2].score


@every_kind
def test_equal_vectors_have_equal_scores_wherever_they_stand(kind: Make) -> None:
    generator = np.random.default_rng(3)
    vectors = generator.standard_normal((500, 384)).astype(np.float32)
    vectors[::7] = vectors[0]
    index = kind(384)
    index.add(np.arange(500, dtype=np.int64), vectors)
    scores = {hit.score for hit in index.search(vectors[1], 500) if hit.id % 7 == 0}
    assert len(scores) == 1
    narrow = index.search(vectors[1], 3, allowed=np.arange(7, 500, 7, dtype=np.int64))
    assert {hit.score for hit in narrow} == scores
    assert [hit.id for hit in narrow] == [7, 14, 21]


@every_kind
def test_allowed_ids_are_applied_inside_the_search(kind: Make) -> None:
    index = kind(1)
    index.add(np.arange(100, dtype=np.int64), np.arange(100, dtype=np.float32).reshape(-1, 1))
    assert index.search(row(1), 5, allowed=ids(3, 1, 4, 1_000)) == [Scored(4, 4), Scored(3, 3), Scored(1, 1)]
    assert index.search(row(1), 5, allowed=ids()) == []
    assert index.search(row(1), 5, allowed=ids(1_000, 1_001)) == []


@every_kind
def test_remove_by_id_and_add_again(kind: Make) -> None:
    index = kind(1)
    index.add(ids(1, 2, 3), rows([1], [2], [3]))
    assert index.remove(ids(2, 9, 2)) == 1
    assert index.remove(ids()) == 0
    assert [hit.id for hit in index.search(row(1), 9)] == [3, 1]
    index.add(ids(2), rows([7]))
    assert index.search(row(1), 1) == [Scored(2, 7)]
    assert index.remove(ids(1, 2, 3)) == 3
    assert len(index) == 0
    assert index.search(row(1), 1) == []


@every_kind
@pytest.mark.parametrize(
    ("numbers", "vectors", "message"),
    [
        (ids(1), rows([1, 2]), "id 1 is in the index already"),
        (ids(4, 4), rows([1, 2], [1, 2]), "id 4 is given twice"),
        (ids(4), rows([1, 2, 3]), "index has 2 dimensions, the vectors have shape \\(1, 3\\)"),
        (ids(4), row(1, 2), "2 dimensions"),
        (ids(4, 5), rows([1, 2]), "1 vectors came with ids of shape \\(2,\\)"),
        (ids(-1), rows([1, 2]), "never negative, got -1"),
        (ids(4), rows([1, float("nan")]), "not finite"),
    ],
)
def test_a_refused_addition_changes_nothing(
    kind: Make, numbers: NDArray[np.int64], vectors: NDArray[np.float32], message: str
) -> None:
    index = kind(2)
    index.add(ids(1), rows([1, 0]))
    with pytest.raises(ValueError, match=message):
        index.add(numbers, vectors)
    assert index.search(row(1, 0), 9) == [Scored(1, 1)]


@every_kind
def test_a_wrong_query_is_refused(kind: Make) -> None:
    index = kind(2)
    with pytest.raises(ValueError, match="index has 2 dimensions, the query has shape \\(3,\\)"):
        index.search(row(1, 2, 3), 5)
    with pytest.raises(ValueError, match="k=0"):
        index.search(row(1, 2), 0)


@every_kind
def test_searches_in_threads_agree(kind: Make) -> None:
    generator = np.random.default_rng(1)
    index = kind(32)
    index.add(np.arange(2000, dtype=np.int64), generator.standard_normal((2000, 32)).astype(np.float32))
    queries = generator.standard_normal((64, 32)).astype(np.float32)
    alone = [index.search(query, 10) for query in queries]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(lambda query: index.search(query, 10), queries)) == alone


# Small whole numbers: every sum is exact, so the order of adding cannot hide behind rounding.
_vector = st.lists(st.integers(-2, 2), min_size=3, max_size=3)
_id = st.integers(0, 12) | st.integers(2**62, 2**62 + 3)


@settings(max_examples=150, deadline=None)
@given(
    held=st.dictionaries(_id, _vector, max_size=14),
    removed=st.lists(_id, max_size=5),
    query=_vector,
    k=st.integers(1, 16),
    allowed=st.none() | st.lists(_id, max_size=10, unique=True),
)
def test_every_index_answers_like_brute_force(
    held: dict[int, list[int]],
    removed: list[int],
    query: list[int],
    k: int,
    allowed: list[int] | None,
) -> None:
    left = {id_: vector for id_, vector in held.items() if id_ not in removed}
    scored = [
        Scored(id_, float(sum(a * b for a, b in zip(vector, query, strict=True))))
        for id_, vector in left.items()
        if allowed is None or id_ in allowed
    ]
    expected = sorted(scored, key=lambda hit: (-hit.score, hit.id))[:k]
    for kind in KINDS:
        index: ExactIndex | Growing = kind(3)
        for id_, vector in held.items():
            index.add(ids(id_), rows([float(number) for number in vector]))
        assert index.remove(ids(*removed)) == len(held) - len(left)
        among = None if allowed is None else ids(*allowed)
        assert index.search(row(*query), k, among) == expected
        assert len(index) == len(left)
