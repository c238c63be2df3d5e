"""What can be seen of one sentence as the answer to a question, as named numbers in 0..1; it judges nothing."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields
from datetime import date
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from corpus.types import Document, Passage, Span
from qa.question import AnswerType, Question, digits
from qa.spans import answer_span
from qa.time import Period, document_period, mentions, nearness
from qa.words import Words

RECENCY_DAYS = 365.0
"""With an as-of day, a document this much older than it counts 1/e as recent."""


@dataclass(frozen=True, slots=True)
class Features:
    """One sentence of one candidate passage, seen from the question.

    The first five belong to the passage: its place in both searches, its cosine, and how much of the question's
    words it and its surroundings (title, headings, publisher, date) hold. The rest belong to the sentence.
    `asked_*` are 0 where the question asks for nothing of the kind.
    """

    dense_rank: float
    lexical_rank: float
    passage_similarity: float
    passage_coverage: float
    title_coverage: float
    similarity: float
    coverage: float
    context_coverage: float
    pairs: float
    named: float
    asked_type_found: float
    asked_time_in_sentence: float
    asked_time_elsewhere: float
    asked_time_in_document: float
    as_of_recency: float
    table_row: float
    brevity: float

    def array(self) -> NDArray[np.float64]:
        """The values, shape (number of features,), in the order of `NAMES`."""
        return np.array([getattr(self, name) for name in NAMES], dtype=np.float64)


NAMES = tuple(field.name for field in fields(Features))


@dataclass(frozen=True, slots=True)
class Asked:
    """A question prepared for looking at sentences; `period` is the time it asks about, if any."""

    question: Question
    words: Words
    period: Period | None
    as_of: date | None


@dataclass(frozen=True, slots=True)
class Found:
    """A candidate passage with its places in the two searches (1-based, None: not found) and its cosine."""

    passage: Passage
    document: Document
    dense_rank: int | None
    lexical_rank: int | None
    similarity: float


@dataclass(frozen=True, slots=True)
class SentenceView:
    """A sentence with its features and its answer span, offsets into the document's text."""

    sentence: Span
    features: Features
    answer: Span | None


def look(asked: Asked, found: Found, similarities: NDArray[np.float32]) -> list[SentenceView]:
    """Every sentence of a candidate; `similarities` are the cosines of question and sentences, in their order."""
    passage, document = found.passage, found.document
    text, words = document.text, asked.words
    title = words.terms(document.metadata.title.value)
    context = title | words.terms(context_of(document, passage))
    own = words.terms(text[passage.start : passage.end])
    shared = {
        "dense_rank": _rank_value(found.dense_rank),
        "lexical_rank": _rank_value(found.lexical_rank),
        "passage_similarity": max(0.0, found.similarity),
        "passage_coverage": words.coverage((own, 1.0), (context, 0.7)),
        "title_coverage": words.coverage((title, 1.0)),
        "asked_time_in_document": _document_time(asked.period, document),
        "as_of_recency": _recency(asked.as_of, document),
        "table_row": 0.0 if passage.header is None else 1.0,
    }
    around = own | context
    surroundings = f"{text[passage.start : passage.end]}\n{context_of(document, passage)}".casefold()
    named = _named(asked.question, surroundings)
    return [
        _view(asked, document, sentence, float(similarity), around, named, shared)
        for sentence, similarity in zip(passage.sentences, similarities, strict=True)
    ]


def _view(
    asked: Asked,
    document: Document,
    sentence: Span,
    similarity: float,
    around: frozenset[str],
    named: float,
    shared: dict[str, float],
) -> SentenceView:
    text, words = document.text[sentence.start : sentence.end], asked.words
    tokens = words.tokens(text)
    own = frozenset(token.term for token in tokens)
    span = answer_span(asked.question, text, words)
    inside, elsewhere = _sentence_time(asked.period, document, text)
    features = Features(
        **shared,
        similarity=max(0.0, similarity),
        coverage=words.coverage((own, 1.0)),
        context_coverage=words.coverage((own, 1.0), (around, 0.6)),
        pairs=words.pairs([token.term for token in tokens]),
        named=named,
        asked_type_found=_type_found(asked.question.answer_type, span),
        asked_time_in_sentence=inside,
        asked_time_elsewhere=elsewhere,
        brevity=1.0 / (1.0 + len(tokens) / 25.0),
    )
    answer = Span(sentence.start + span.start, sentence.start + span.end) if span else None
    return SentenceView(sentence, features, answer)


def context_of(document: Document, passage: Passage) -> str:
    """What a reader of the passage knows without reading it: title, publisher, date, headings, columns."""
    metadata = document.metadata
    parts = [metadata.title.value]
    if metadata.publisher:
        parts.append(metadata.publisher.value)
    if metadata.published:
        day = metadata.published.date
        parts.append(day.first.strftime("%Y %B") if day.month else str(day.year))
    around = passage.headings if passage.header is None else (*passage.headings, passage.header)
    return "\n".join([*parts, *(document.text[span.start : span.end] for span in around)])


def _rank_value(rank: int | None) -> float:
    """1 for the first place, falling slowly, 0 for a passage that the search did not find."""
    return 0.0 if rank is None else 10.0 / (9.0 + rank)


def _document_time(asked: Period | None, document: Document) -> float:
    if asked is None:
        return 0.0
    period = document_period(document)
    return 0.0 if period is None else nearness(asked, period)


def _sentence_time(asked: Period | None, document: Document, text: str) -> tuple[float, float]:
    """How near the periods in the sentence come to the asked one, and 1 if it names periods but none of them near."""
    if asked is None:
        return 0.0, 0.0
    published = document.metadata.published
    named = mentions(text, published.date.year if published else None)
    if not named:
        return 0.0, 0.0
    best = max(nearness(asked, mention.period) for mention in named)
    return best, 1.0 if best < 0.3 else 0.0


def _recency(as_of: date | None, document: Document) -> float:
    if as_of is None or document.metadata.published is None:
        return 0.0
    age = (as_of - document.metadata.published.date.last).days
    return float(np.exp(-age / RECENCY_DAYS)) if age >= 0 else 0.0


def _named(question: Question, surroundings: str) -> float:
    """The share of the question's names and numbers that stand in the passage or around it; 1 if it names none."""
    wanted = [name.casefold() for name in question.names] + list(question.numbers)
    if not wanted:
        return 1.0
    numerals = _numerals(surroundings)
    return sum(
        1 for word in wanted if (word in numerals if word[0].isdigit() else word in surroundings)
    ) / len(wanted)


@lru_cache(maxsize=512)
def _numerals(text: str) -> frozenset[str]:
    return frozenset(digits(numeral) for numeral in re.findall(r"\d+(?:[.,\s]\d{3})*", text)) | frozenset(
        re.findall(r"\d+", text)
    )


def _type_found(kind: AnswerType, span: Span | None) -> float:
    return 0.0 if kind in (AnswerType.OTHER, AnswerType.REASON) else float(span is not None)
