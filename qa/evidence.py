"""From a hit to its quote: the sentence, or two, or table row of the passage that best answers the question."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from corpus.types import Block, Document, Passage, Span
from qa.question import Question
from qa.spans import answer_span
from qa.types import Hit
from qa.words import Words

SentenceVectors = Callable[[Sequence[str]], NDArray[np.float32]]
"""Texts to unit vectors, shape (n, dimension)."""

SIMILARITY_WEIGHT = 0.5
COVERAGE_WEIGHT = 0.5
RANK_WEIGHT = 0.35
CONTEXT_VALUE = 0.6
"""A question word that stands only around the sentence (passage, headings, title, date) counts this much."""
SECOND_SENTENCE_GAIN = 0.15
"""A neighbouring sentence joins the quote if it covers at least this much more of the question itself."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """One hit with its quote, and what speaks for it; all scores are in 0..1.

    `similarity` is the cosine of question and quote (negative ones become 0), `coverage` the weighted share of
    the question's words in quote and context, `passage_coverage` in the whole passage and its context.
    """

    hit: Hit
    quote: Span
    answer: Span | None
    score: float
    similarity: float
    coverage: float
    passage_coverage: float


@dataclass(frozen=True, slots=True)
class _Candidate:
    hit: Hit
    document: Document
    context: frozenset[str]
    passage_terms: frozenset[str]
    first: int


def find_evidence(
    question: Question,
    query: NDArray[np.float32],
    hits: Sequence[tuple[Hit, Document]],
    words: Words,
    encode: SentenceVectors,
) -> list[Evidence]:
    """The evidence of each hit, best first by (-score, passage id); quotes that overlap a better one are left out."""
    candidates: list[_Candidate] = []
    texts: list[str] = []
    for hit, document in hits:
        passage = hit.passage
        context = words.terms(_context(document, passage))
        passage_terms = words.terms(document.text[passage.start : passage.end])
        candidates.append(_Candidate(hit, document, context, passage_terms, len(texts)))
        texts.extend(document.text[sentence.start : sentence.end] for sentence in passage.sentences)
    similarities = encode(texts) @ query if texts else np.zeros(0, dtype=np.float32)
    best_rank_score = max((hit.score for hit, _ in hits), default=1.0) or 1.0
    found = [_evidence(question, candidate, similarities, words, best_rank_score) for candidate in candidates]
    found.sort(key=lambda evidence: (-evidence.score, evidence.hit.passage.id))
    return _without_overlaps(found)


def _evidence(
    question: Question,
    candidate: _Candidate,
    similarities: NDArray[np.float32],
    words: Words,
    best_rank_score: float,
) -> Evidence:
    passage, text = candidate.hit.passage, candidate.document.text
    around = candidate.context | candidate.passage_terms
    scored = []
    for index, sentence in enumerate(passage.sentences):
        own = words.terms(text[sentence.start : sentence.end])
        coverage = words.coverage((own, 1.0), (around, CONTEXT_VALUE))
        similarity = max(0.0, float(similarities[candidate.first + index]))
        scored.append(
            (SIMILARITY_WEIGHT * similarity + COVERAGE_WEIGHT * coverage, -index, similarity, coverage)
        )
    best, negative_index, similarity, coverage = max(scored)
    quote = _widen(candidate.document, passage, -negative_index, words)
    span = answer_span(question, text[quote.start : quote.end], words)
    score = (1 - RANK_WEIGHT) * best + RANK_WEIGHT * candidate.hit.score / best_rank_score
    return Evidence(
        hit=candidate.hit,
        quote=quote,
        answer=Span(quote.start + span.start, quote.start + span.end) if span else None,
        score=min(1.0, score),
        similarity=min(1.0, similarity),
        coverage=coverage,
        passage_coverage=words.coverage((around, 1.0)),
    )


def _widen(document: Document, passage: Passage, index: int, words: Words) -> Span:
    """The chosen sentence, joined with its neighbour in the same block that adds most of the question's words, if enough."""
    chosen, text = passage.sentences[index], document.text
    block = _block_at(document, chosen.start)
    own = words.terms(text[chosen.start : chosen.end])
    base = words.coverage((own, 1.0))
    best_gain, best = 0.0, chosen
    for neighbour in passage.sentences[max(0, index - 1) : index] + passage.sentences[index + 1 : index + 2]:
        if block is None or neighbour.start < block.start or neighbour.end > block.end:
            continue
        gain = words.coverage((own | words.terms(text[neighbour.start : neighbour.end]), 1.0)) - base
        if gain > best_gain:
            best_gain, best = gain, Span(min(chosen.start, neighbour.start), max(chosen.end, neighbour.end))
    return best if best_gain >= SECOND_SENTENCE_GAIN else chosen


def _block_at(document: Document, offset: int) -> Block | None:
    place = bisect_right(document.blocks, offset, key=lambda block: block.start) - 1
    return document.blocks[place] if place >= 0 else None


def _context(document: Document, passage: Passage) -> str:
    """What a reader of the passage knows without reading it: title, publisher, date, headings, columns."""
    metadata = document.metadata
    parts = [metadata.title.value]
    if metadata.publisher:
        parts.append(metadata.publisher.value)
    if metadata.published:
        first = metadata.published.date.first
        parts.append(first.strftime("%Y %B") if metadata.published.date.month else str(first.year))
    parts += [
        document.text[span.start : span.end]
        for span in (*passage.headings, *((passage.header,) if passage.header else ()))
    ]
    return "\n".join(parts)


def _without_overlaps(ranked: Sequence[Evidence]) -> list[Evidence]:
    """Keep the better of two quotes that share characters of the same document."""
    kept: list[Evidence] = []
    taken: dict[str, list[Span]] = {}
    for evidence in ranked:
        spans = taken.setdefault(evidence.hit.passage.document_id, [])
        if not any(span.start < evidence.quote.end and evidence.quote.start < span.end for span in spans):
            spans.append(evidence.quote)
            kept.append(evidence)
    return kept
