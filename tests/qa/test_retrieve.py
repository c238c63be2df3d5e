"""Fusion worked out by hand, and both searches behind one retriever."""

from __future__ import annotations

import numpy as np
import pytest

from embeddings.index import ExactIndex, Scored
from embeddings.lexical import LexicalEntry, LexicalIndex
from qa.retrieve import Allowed, Retriever, fuse
from qa.types import Method
from tests.fakes import FakeEncoder

TEXTS = {
    11: ("a", "The bridge was opened in spring."),
    12: ("a", "The bridge was closed in autumn."),
    21: ("b", "Farmers picked apples and plums."),
    31: ("c", "The harbour bridge carried apples."),
}


@pytest.fixture(scope="module")
def retriever(tmp_path_factory: pytest.TempPathFactory) -> Retriever:
    encoder = FakeEncoder()
    vectors = ExactIndex(encoder.dimension)
    ids = np.array(list(TEXTS), dtype=np.int64)
    vectors.add(ids, encoder.encode_documents([text for _, text in TEXTS.values()]))
    lexical = LexicalIndex.create(tmp_path_factory.mktemp("retrieve") / "lexical")
    lexical.add(LexicalEntry(number, document, "", "", text) for number, (document, text) in TEXTS.items())
    lexical.commit()
    return Retriever(vectors, lexical, encoder)


def test_fusion_by_hand() -> None:
    fused = fuse([[1, 2, 3], [3, 1, 4]])
    assert [item.id for item in fused] == [1, 3, 2, 4]
    assert [item.score for item in fused] == pytest.approx([1 / 61 + 1 / 62, 1 / 63 + 1 / 61, 1 / 62, 1 / 63])


def test_fusion_resolves_ties_by_id() -> None:
    assert fuse([[9, 2], [2, 9]]) == [Scored(2, 1 / 62 + 1 / 61), Scored(9, 1 / 61 + 1 / 62)]
    assert [item.id for item in fuse([[7], [5], [6]])] == [5, 6, 7]


def test_fusion_of_nothing_and_of_one_ranking() -> None:
    assert fuse([]) == fuse([[], []]) == []
    assert [item.id for item in fuse([[3, 1, 2], []])] == [3, 1, 2]
    assert fuse([[5]], constant=0) == [Scored(5, 1.0)]


def test_each_method_ranks_by_its_own_search(retriever: Retriever) -> None:
    question = "When was the harbour bridge opened?"
    dense = retriever.search(question, method=Method.DENSE)
    lexical = retriever.search(question, method=Method.LEXICAL)
    assert {item.id for item in dense} == set(TEXTS)
    assert {item.id for item in lexical} == {11, 12, 31}
    for ranking in (dense, lexical):
        assert ranking == sorted(ranking, key=lambda item: (-item.score, item.id))
    fused = retriever.search(question, method=Method.FUSED)
    assert fused == fuse([[item.id for item in dense], [item.id for item in lexical]])


def test_depth_cuts_each_ranking(retriever: Retriever) -> None:
    for method in (Method.DENSE, Method.LEXICAL):
        whole = retriever.search("bridge apples", method=method)
        assert retriever.search("bridge apples", method=method, depth=2) == whole[:2]


@pytest.mark.parametrize("method", list(Method))
def test_what_is_not_allowed_is_not_searched(retriever: Retriever, method: Method) -> None:
    allowed = Allowed(frozenset({"b", "c"}), np.array([21, 31], dtype=np.int64))
    found = retriever.search("bridge opened closed", method=method, depth=1, allowed=allowed)
    assert {item.id for item in found} <= {21, 31}
    assert 31 in {item.id for item in found}
    nothing = Allowed(frozenset(), np.array([], dtype=np.int64))
    assert retriever.search("bridge", method=method, allowed=nothing) == []
