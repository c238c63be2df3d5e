"""From candidate passages to evidence: in each the sentence that best answers, judged by fitted models, and its quote."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from corpus.types import Block, Document, Span
from qa.features import NAMES, Asked, Features, Found, SentenceView, features_of, look
from qa.model import Logistic, load_model
from qa.words import Words

SentenceVectors = Callable[[Sequence[str]], NDArray[np.float32]]
"""Texts to unit vectors, shape (n, dimension)."""

SECOND_SENTENCE_GAIN = 0.2
"""A neighbouring sentence joins the quote if it covers at least this much more of the question itself."""


ENCODED = 12
"""How many sentences of a question are encoded."""
GUESS = 0.8
"""The cosine of a sentence that is not encoded, as a share of its passage's."""


@dataclass(frozen=True, slots=True)
class Weighed:
    """A candidate whose sentences are weighed: log odds of the evidence model, shape (number of sentences,)."""

    found: Found
    views: Sequence[SentenceView]
    logits: NDArray[np.float64]

    @property
    def best(self) -> float:
        """The log odds of its best sentence."""
        return float(self.logits.max())


@dataclass(frozen=True, slots=True)
class Evidence:
    """One passage with its quote; `score`, 0..1, is how sure the model is that the sentence is what was asked for.

    `gap` is how far the reader's best span in it is above "nowhere"; None if the reader did not read it, or cannot tell.
    `relevance` is the reader's log odds that what it read of the passage answers; None if it did not read it.
    """

    found: Found
    quote: Span
    answer: Span | None
    score: float
    features: Features
    gap: float | None = None
    relevance: float | None = None

    @property
    def document(self) -> Document:
        """The document it stands in."""
        return self.found.document


def evidence_model() -> Logistic:
    """The shipped model over `qa.features.NAMES`."""
    return load_model("evidence", NAMES)


def weigh(
    asked: Asked,
    query: NDArray[np.float32],
    candidates: Sequence[Found],
    encode: SentenceVectors,
    *,
    plain: bool = False,
) -> list[Weighed]:
    """Every candidate with its sentences seen and weighed, best first by (-best, passage id).

    With `plain` the model is left out: the candidates keep their order, and their sentences go by similarity.

    Sentences are first weighed with a guess of their similarity; only the most promising are encoded, in one call.
    """
    seen = [(found, look(asked, found, _guesses(found))) for found in candidates if found.passage.sentences]
    if not seen:
        return []
    model = evidence_model()
    places = [(number, place) for number, (_, views) in enumerate(seen) for place in range(len(views))]
    rough = model.logits(features_of([view for _, views in seen for view in views]))
    order = sorted(range(len(places)), key=lambda index: (-float(rough[index]), index))[:ENCODED]
    chosen = [places[index] for index in order]
    spans = [(seen[number][0].document.text, seen[number][1][place].sentence) for number, place in chosen]
    similarities = encode([text[span.start : span.end] for text, span in spans]) @ query
    for (number, place), similarity in zip(chosen, similarities, strict=True):
        view = seen[number][1][place]
        seen[number][1][place] = replace(
            view, features=view.features._replace(similarity=max(0.0, float(similarity)))
        )
    weighed = [Weighed(found, views, model.logits(features_of(views))) for found, views in seen]
    if plain:
        return [
            replace(one, logits=np.array([view.features.similarity - place for view in one.views]))
            for place, one in enumerate(weighed)
        ]
    return sorted(weighed, key=lambda one: (-one.best, one.found.passage.id))


def _guesses(found: Found) -> NDArray[np.float32]:
    """What a sentence's cosine is taken for until it is encoded: a little less than its passage's."""
    return np.full(len(found.passage.sentences), GUESS * found.similarity, dtype=np.float32)


def as_evidence(words: Words, weighed: Weighed) -> Evidence:
    """The evidence in a candidate as the evidence model alone sees it."""
    best = int(np.argmax(weighed.logits))
    view = weighed.views[best]
    score = round(float(1.0 / (1.0 + np.exp(-weighed.logits[best]))), 6)
    return Evidence(weighed.found, widen(weighed.found, best, words), view.answer, score, view.features)


def widen(candidate: Found, index: int, words: Words) -> Span:
    """The chosen sentence, joined with its neighbour in the same block that adds most of the question's words, if enough."""
    sentences, text = candidate.passage.sentences, candidate.document.text
    chosen = sentences[index]
    block = _block_at(candidate.document, chosen.start)
    own = frozenset(words.sentence(text[chosen.start : chosen.end]).terms)
    base = words.coverage((words.mask(own), 1.0))
    best_gain, best = 0.0, chosen
    for neighbour in sentences[max(0, index - 1) : index] + sentences[index + 1 : index + 2]:
        if block is None or neighbour.start < block.start or neighbour.end > block.end:
            continue
        both = own.union(words.sentence(text[neighbour.start : neighbour.end]).terms)
        gain = words.coverage((words.mask(both), 1.0)) - base
        if gain > best_gain:
            best_gain, best = gain, Span(min(chosen.start, neighbour.start), max(chosen.end, neighbour.end))
    return best if best_gain >= SECOND_SENTENCE_GAIN else chosen


def _block_at(document: Document, offset: int) -> Block | None:
    place = bisect_right(document.blocks, offset, key=lambda block: block.start) - 1
    return document.blocks[place] if place >= 0 else None


def without_overlaps(ranked: Sequence[Evidence]) -> list[Evidence]:
    """Keep the better of two quotes that share characters of the same document."""
    kept: list[Evidence] = []
    taken: dict[str, list[Span]] = {}
    for evidence in ranked:
        spans = taken.setdefault(evidence.document.id, [])
        if not any(span.start < evidence.quote.end and evidence.quote.start < span.end for span in spans):
            spans.append(evidence.quote)
            kept.append(evidence)
    return kept
