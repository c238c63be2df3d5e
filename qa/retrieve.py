"""From a question to candidate passages: dense and lexical search, each filtered inside, fused by reciprocal rank."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from embeddings.encode import Encoder
from embeddings.index import Scored, VectorIndex
from embeddings.lexical import LexicalIndex
from qa.acronyms import Acronyms
from qa.countries import other_forms
from qa.types import Method

FUSION_CONSTANT = 60
"""k of reciprocal rank fusion: Cormack, Clarke and Büttcher, SIGIR 2009."""
DEPTH = 100
"""How many candidates each search gives to the fusion."""


@dataclass(frozen=True, slots=True)
class Allowed:
    """The documents that may answer, as each search needs them: their ids, and the ids of their passages."""

    documents: frozenset[str]
    passages: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Retriever:
    """Both indexes of one generation, and the encoder that made its vectors."""

    vectors: VectorIndex
    lexical: LexicalIndex
    encoder: Encoder
    acronyms: Acronyms = field(default_factory=Acronyms)

    def search(
        self,
        question: str,
        *,
        method: Method = Method.FUSED,
        depth: int = DEPTH,
        allowed: Allowed | None = None,
        encode: Callable[[str], NDArray[np.float32]] | None = None,
    ) -> list[Scored]:
        """The best passages by (-score, id): cosine for DENSE, BM25 for LEXICAL, reciprocal rank sums for FUSED.

        `encode` stands in for the encoder where vectors of questions are kept.
        """
        if method is Method.LEXICAL:
            return self.words(question, depth, allowed)
        query = (encode or self.encoder.encode_query)(question)
        if method is Method.DENSE:
            return self.dense(query, depth, allowed)
        return self.fused(question, query, depth, allowed)

    def fused(
        self, question: str, query: NDArray[np.float32], depth: int = DEPTH, allowed: Allowed | None = None
    ) -> list[Scored]:
        """Both searches, fused."""
        rankings = (self.dense(query, depth, allowed), self.words(question, depth, allowed))
        return fuse([[scored.id for scored in ranking] for ranking in rankings])

    def dense(self, query: NDArray[np.float32], depth: int, allowed: Allowed | None = None) -> list[Scored]:
        """Nearest passages by inner product of unit vectors."""
        return self.vectors.search(query, depth, allowed.passages if allowed else None)

    def similarities(self, query: NDArray[np.float32], passages: Sequence[int]) -> dict[int, float]:
        """The cosine of the question with each of these passages."""
        if not passages:
            return {}
        scored = self.vectors.search(query, len(passages), np.array(passages, dtype=np.int64))
        return {item.id: item.score for item in scored}

    def words(
        self,
        question: str,
        depth: int,
        allowed: Allowed | None = None,
        *,
        acronyms: bool = True,
        countries: bool = True,
    ) -> list[Scored]:
        """Best passages by BM25, acronyms and countries searched for in all forms unless said otherwise."""
        also = self.acronyms.other_forms(question) if acronyms else []
        if countries:
            also += [form for forms in other_forms(question).values() for form in forms]
        if allowed is None:
            return self.lexical.search(question, depth, None, also)
        return self.lexical.search(question, depth, allowed.documents, also, ids=allowed.passages)


def fuse(rankings: Sequence[Sequence[int]], constant: int = FUSION_CONSTANT) -> list[Scored]:
    """Reciprocal rank fusion: score(d) = sum over rankings of 1 / (constant + rank of d), ranks from 1; ties by id.

    Source: Cormack, Clarke and Büttcher, "Reciprocal rank fusion outperforms Condorcet and individual rank
    learning methods", SIGIR 2009.
    """
    scores: dict[int, float] = {}
    for ranking in rankings:
        for rank, passage_id in enumerate(ranking, start=1):
            scores[passage_id] = scores.get(passage_id, 0.0) + 1.0 / (constant + rank)
    return sorted(
        (Scored(passage_id, score) for passage_id, score in scores.items()), key=lambda s: (-s.score, s.id)
    )
