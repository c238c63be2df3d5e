"""Whether the documents hold an answer: one probability from what the evidence shows, and a sentence when they do not."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import astuple, dataclass

from corpus.types import Document
from qa.evidence import Evidence
from qa.question import AnswerType, Question, digits
from qa.words import Words

THRESHOLD = 0.5
"""Answer at this probability or above."""
_TOP = 5


@dataclass(frozen=True, slots=True)
class Signals:
    """What speaks for an answer, each in 0..1; the best value among the first few pieces of evidence.

    `similarity` is the cosine of question and quote; `coverage` the weighted share of the question's words in the
    quote and what surrounds it; `rarest` whether the question's rarest word stands there; `named` the share of
    the names and numbers of the question that the passage or its document names; `typed` whether words of the
    asked type (a date, a number, a name) were found.
    """

    similarity: float
    coverage: float
    rarest: float
    named: float
    typed: float


@dataclass(frozen=True, slots=True)
class Model:
    """A logistic regression over `Signals`: probability = 1 / (1 + exp(-(intercept + weights . signals)))."""

    intercept: float
    weights: tuple[float, ...]

    def probability(self, signals: Signals) -> float:
        """The probability, 0..1, that the documents hold the answer."""
        logit = self.intercept + sum(
            weight * value for weight, value in zip(self.weights, astuple(signals), strict=True)
        )
        return 1.0 / (1.0 + math.exp(-logit))


MODEL = Model(intercept=-7.0, weights=(4.0, 5.0, 1.0, 1.5, 0.5))
NO_EVIDENCE = Signals(0.0, 0.0, 0.0, 0.0, 0.0)


def signals(question: Question, evidence: Sequence[tuple[Evidence, Document]], words: Words) -> Signals:
    """The signals of a question's evidence; all zero without evidence."""
    top = evidence[:_TOP]
    if not top:
        return NO_EVIDENCE
    return Signals(
        similarity=max(item.similarity for item, _ in top),
        coverage=max(item.coverage for item, _ in top),
        rarest=max(_rarest(item, document, words) for item, document in top),
        named=max(_named(question, item, document) for item, document in top),
        typed=max(_typed(question, item) for item, _ in top[:2]),
    )


def surroundings(item: Evidence, document: Document) -> str:
    """The passage with all a reader knows around it: title, headings, publisher, date."""
    passage, metadata = item.hit.passage, document.metadata
    parts = [document.text[passage.start : passage.end], metadata.title.value]
    parts += [document.text[span.start : span.end] for span in passage.headings]
    parts += [metadata.publisher.value] if metadata.publisher else []
    parts += [str(metadata.published.date)] if metadata.published else []
    return "\n".join(parts)


def _rarest(item: Evidence, document: Document, words: Words) -> float:
    if not words.weights:
        return 0.0
    rarest = max(words.weights, key=lambda term: (words.weights[term], term))
    return 1.0 if rarest in words.terms(surroundings(item, document)) else 0.0


def _named(question: Question, item: Evidence, document: Document) -> float:
    """The share of the question's names and numbers that stand in the passage, its headings or its metadata."""
    wanted = [name.casefold() for name in question.names] + list(question.numbers)
    if not wanted:
        return 1.0
    text = surroundings(item, document).casefold()
    numerals = {digits(numeral) for numeral in re.findall(r"\d+(?:[.,\s]\d{3})*", text)}
    numerals |= set(re.findall(r"\d+", text))
    return sum(1 for word in wanted if (word in numerals if word[0].isdigit() else word in text)) / len(
        wanted
    )


def _typed(question: Question, item: Evidence) -> float:
    if question.answer_type in (AnswerType.OTHER, AnswerType.REASON):
        return 0.5
    return 1.0 if item.answer else 0.0


def reason_for_silence(found: Signals, missing: Sequence[str], documents: int) -> str:
    """The sentence that says why there is no answer; `missing` are question words absent from the best evidence."""
    where = "this document" if documents == 1 else f"these {documents:,} documents"
    if documents == 0:
        return "No document was searched: the library is empty, or the filters leave none."
    if missing:
        listed = ", ".join(f"“{word}”" for word in missing[:3])
        return f"Not in {where}: no passage that fits the question says anything about {listed}."
    if found.similarity < 0.3:
        return f"Not in {where}: no passage is about this."
    return f"Not in {where}: the nearest passages touch the subject, but none seems to answer the question."
