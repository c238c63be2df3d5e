"""The second look: the reader reads the best candidates with the question, and a fitted model weighs what it says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from corpus.types import Span
from embeddings.reader import Reader, Reading
from qa.evidence import Evidence, Weighed, widen
from qa.features import Asked
from qa.model import Logistic, load_model
from qa.question import AnswerType

READ = 14
"""How many candidates are read: about 8 ms each."""
NAMES = ("logit", "relevance", "gap")
"""The evidence model's log odds of a sentence; the reader's logit that the passage answers; how far its best span in
the sentence is above "nowhere"."""
SURE_SPAN = 0.0
"""A span this far above "nowhere" is shown as the answer span of a question that names no type."""
SPAN_LIMIT = 80
"""Longer spans are no few words."""


@dataclass(frozen=True, slots=True)
class Read:
    """A candidate with what the reader says: features (number of sentences, 3) in the order of `NAMES`."""

    weighed: Weighed
    reading: Reading
    features: NDArray[np.float64]
    spans: tuple[Span | None, ...]
    gaps: tuple[float, ...]


def reading_model() -> Logistic:
    """The shipped model over `NAMES`."""
    return load_model("reading", NAMES)


def read(asked: Asked, weighed: Sequence[Weighed], reader: Reader) -> list[Read]:
    """What the reader says of each candidate."""
    texts, titles = [], []
    for one in weighed:
        document, passage = one.found.document, one.found.passage
        texts.append(document.text[passage.start : passage.end])
        titles.append(document.metadata.title.value)
    readings = reader.read(asked.question.text, texts, titles)
    return [_read(one, reading) for one, reading in zip(weighed, readings, strict=True)]


def _read(weighed: Weighed, reading: Reading) -> Read:
    start = weighed.found.passage.start
    spans: list[Span | None] = []
    gaps: list[float] = []
    for view in weighed.views:
        found = reading.best_span(view.sentence.start - start, view.sentence.end - start)
        spans.append(Span(start + found.start, start + found.end) if found else None)
        gaps.append(found.score - reading.null if found else -20.0)
    clipped = np.clip(np.array(gaps), -20.0, 20.0)
    features = np.stack([weighed.logits, np.full(len(gaps), reading.relevance), clipped], axis=1)
    return Read(weighed, reading, features, tuple(spans), tuple(gaps))


def read_evidence(asked: Asked, done: Read) -> Evidence:
    """The evidence in a candidate that was read."""
    scores = reading_model().probabilities(done.features)
    best = int(np.argmax(scores))
    view = done.weighed.views[best]
    quote = widen(done.weighed.found, best, asked.words)
    return Evidence(
        found=done.weighed.found,
        quote=quote,
        answer=_span(asked, done, best, view.answer),
        score=round(float(scores[best]), 6),
        features=view.features,
        relevance=done.reading.relevance,
        gap=round(done.gaps[best], 5),
    )


def _span(asked: Asked, done: Read, best: int, by_type: Span | None) -> Span | None:
    """The reader's span where it is sure and short; else the one found by type; never a fragment of a word."""
    span = done.spans[best]
    if span is None or done.gaps[best] < SURE_SPAN or span.end - span.start > SPAN_LIMIT:
        return by_type
    text = done.weighed.found.document.text[span.start : span.end]
    if (
        asked.question.answer_type is AnswerType.NUMBER
        and not any(c.isdigit() for c in text)
        and by_type is not None
    ):
        return by_type
    return span
