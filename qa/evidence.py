"""From candidate passages to evidence: in each the sentence that best answers, judged by a fitted model, and its quote."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from corpus.types import Block, Document, Span
from qa.features import NAMES, Asked, Features, Found, SentenceView, look
from qa.model import Logistic, load_model
from qa.words import Words

SentenceVectors = Callable[[Sequence[str]], NDArray[np.float32]]
"""Texts to unit vectors, shape (n, dimension)."""

SECOND_SENTENCE_GAIN = 0.2
"""A neighbouring sentence joins the quote if it covers at least this much more of the question itself."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """One passage with its quote; `score`, 0..1, is how sure the model is that the sentence is what was asked for."""

    found: Found
    quote: Span
    answer: Span | None
    score: float
    features: Features

    @property
    def document(self) -> Document:
        """The document it stands in."""
        return self.found.document


def evidence_model() -> Logistic:
    """The shipped model over `qa.features.NAMES`."""
    return load_model("evidence", NAMES)


def view_sentences(
    asked: Asked, query: NDArray[np.float32], candidates: Sequence[Found], encode: SentenceVectors
) -> list[list[SentenceView]]:
    """Every sentence of every candidate with its features; all sentences are encoded in one call."""
    texts = [
        found.document.text[sentence.start : sentence.end]
        for found in candidates
        for sentence in found.passage.sentences
    ]
    similarities = encode(texts) @ query if texts else np.zeros(0, dtype=np.float32)
    views, first = [], 0
    for found in candidates:
        last = first + len(found.passage.sentences)
        views.append(look(asked, found, similarities[first:last]))
        first = last
    return views


def find_evidence(
    asked: Asked, query: NDArray[np.float32], candidates: Sequence[Found], encode: SentenceVectors
) -> list[Evidence]:
    """The evidence in the candidates, best first by (-score, passage id); quotes that overlap a better one are left out."""
    model, found = evidence_model(), []
    for candidate, views in zip(candidates, view_sentences(asked, query, candidates, encode), strict=True):
        if views:
            scores = model.probabilities(np.stack([view.features.array() for view in views]))
            found.append(_evidence(asked.words, candidate, views, scores))
    found.sort(key=lambda evidence: (-evidence.score, evidence.found.passage.id))
    return _without_overlaps(found)


def _evidence(
    words: Words, candidate: Found, views: Sequence[SentenceView], scores: NDArray[np.float64]
) -> Evidence:
    best = int(np.argmax(scores))
    view = views[best]
    return Evidence(
        found=candidate,
        quote=_widen(candidate, best, words),
        answer=view.answer,
        score=round(float(scores[best]), 6),
        features=view.features,
    )


def _widen(candidate: Found, index: int, words: Words) -> Span:
    """The chosen sentence, joined with its neighbour in the same block that adds most of the question's words, if enough."""
    sentences, text = candidate.passage.sentences, candidate.document.text
    chosen = sentences[index]
    block = _block_at(candidate.document, chosen.start)
    own = words.terms(text[chosen.start : chosen.end])
    base = words.coverage((own, 1.0))
    best_gain, best = 0.0, chosen
    for neighbour in sentences[max(0, index - 1) : index] + sentences[index + 1 : index + 2]:
        if block is None or neighbour.start < block.start or neighbour.end > block.end:
            continue
        gain = words.coverage((own | words.terms(text[neighbour.start : neighbour.end]), 1.0)) - base
        if gain > best_gain:
            best_gain, best = gain, Span(min(chosen.start, neighbour.start), max(chosen.end, neighbour.end))
    return best if best_gain >= SECOND_SENTENCE_GAIN else chosen


def _block_at(document: Document, offset: int) -> Block | None:
    place = bisect_right(document.blocks, offset, key=lambda block: block.start) - 1
    return document.blocks[place] if place >= 0 else None


def _without_overlaps(ranked: Sequence[Evidence]) -> list[Evidence]:
    """Keep the better of two quotes that share characters of the same document."""
    kept: list[Evidence] = []
    taken: dict[str, list[Span]] = {}
    for evidence in ranked:
        spans = taken.setdefault(evidence.document.id, [])
        if not any(span.start < evidence.quote.end and evidence.quote.start < span.end for span in spans):
            spans.append(evidence.quote)
            kept.append(evidence)
    return kept
