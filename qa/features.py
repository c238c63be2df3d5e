"""What can be seen of one sentence as the answer to a question, as named numbers in 0..1; it judges nothing."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from corpus.types import Document, Passage, Span
from qa.counting import counts_what_is_asked
from qa.offices import office_asked
from qa.question import AnswerType, Question, digits
from qa.spans import CELLS, answer_span, words_written_small
from qa.time import Period, document_period, mentions, nearness
from qa.words import Terms, Words

RECENCY_DAYS = 365.0
"""With an as-of day, a document this much older than it counts 1/e as recent."""
SOON_DAYS, EARLY_DAYS = 45.0, 15.0
"""How long after a time it is usually reported, and how much too early a report on it may seem to be."""
CAPTION = 2
"""How many of the headings above a table are taken for its caption."""
_TOTAL = re.compile(r"\W*(?:(?:grand|sub)[\s-]?)?total\b|\W*totale?\b|\W*ensemble\b", re.IGNORECASE)


class Features(NamedTuple):
    """One sentence of one candidate passage, seen from the question.

    The first five belong to the passage: its place in both searches, its cosine, and how much of the question's
    words it and its surroundings (title, headings, publisher, date) hold. Those named `*_document` and `*_caption`
    compare the asked time with that of the document and of the table's caption, `*_match` only as far as the passage
    fits the question's words; `published_soon` is how soon after the asked time the document came out. The rest
    belong to the sentence: `numbers` is the share of the question's figures in it, `in_office` whether it names one who
    holds the office asked for, `counted` whether a number in it has the asked unit or form; `row_label`, `total_row` are 0
    outside tables. `asked_*`, and all that compare with something asked, are 0 where the question asks for nothing of
    the kind.
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
    numbers: float
    asked_type_found: float
    in_office: float
    counted: float
    asked_time_in_sentence: float
    asked_time_elsewhere: float
    asked_time_in_document: float
    asked_time_in_document_match: float
    asked_time_covered_by_document: float
    published_soon: float
    asked_time_in_caption: float
    asked_time_in_caption_match: float
    as_of_recency: float
    table_row: float
    row_label: float
    total_row: float
    brevity: float


NAMES = Features._fields


@dataclass(frozen=True, slots=True)
class Asked:
    """A question prepared for looking at sentences; `period` is the time it asks about, if any."""

    question: Question
    words: Words
    period: Period | None
    as_of: date | None


@dataclass(frozen=True, slots=True)
class Found:
    """A candidate passage with its places in the two searches (1-based, None: not found) and its cosine.

    `alike`: for a question about change, the cosine with what the best sentences of all say; else 0.
    """

    passage: Passage
    document: Document
    dense_rank: int | None
    lexical_rank: int | None
    similarity: float
    alike: float = 0.0


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
    around = context_of(document, passage)
    title = frozenset(words.sentence(document.metadata.title.value).terms)
    context = title.union(words.sentence(around).terms)
    read = [words.sentence(text[sentence.start : sentence.end]) for sentence in passage.sentences]
    outside = words.sentence(_outside_sentences(document, passage))
    own = frozenset(outside.terms).union(*(terms.terms for terms in read))
    known = words.mask(own | context)
    coverage = words.coverage((words.mask(own), 1.0), (words.mask(context), 0.7))
    in_document, covered = _document_time(asked.period, document)
    in_caption = _caption_time(asked.period, document, passage)
    shared = {
        "dense_rank": _rank_value(found.dense_rank),
        "lexical_rank": _rank_value(found.lexical_rank),
        "passage_similarity": max(0.0, found.similarity),
        "passage_coverage": coverage,
        "title_coverage": words.coverage((words.mask(title), 1.0)),
        "asked_time_in_document": in_document,
        "asked_time_in_document_match": in_document * coverage,
        "asked_time_covered_by_document": covered,
        "published_soon": _soon(asked.period, document),
        "asked_time_in_caption": in_caption,
        "asked_time_in_caption_match": in_caption * coverage,
        "as_of_recency": _recency(asked.as_of, document),
        "table_row": 0.0 if passage.header is None else 1.0,
    }
    named = _named(asked, f"{text[passage.start : passage.end]}\n{around}")
    return [
        _view(asked, found, sentence, terms, float(similarity), known, named, shared)
        for sentence, terms, similarity in zip(passage.sentences, read, similarities, strict=True)
    ]


def features_of(views: Sequence[SentenceView]) -> NDArray[np.float64]:
    """The features of sentences, shape (number of sentences, number of features), columns in the order of `NAMES`."""
    return np.array([view.features for view in views], dtype=np.float64)


def _outside_sentences(document: Document, passage: Passage) -> str:
    """The text of a passage that stands in none of its sentences, as its heading does."""
    inner = (edge for span in passage.sentences for edge in (span.start, span.end))
    edges = [passage.start, *inner, passage.end]
    return "\n".join(document.text[start:end] for start, end in zip(edges[::2], edges[1::2], strict=True))


def _view(
    asked: Asked,
    found: Found,
    sentence: Span,
    terms: Terms,
    similarity: float,
    around: int,
    named: float,
    shared: dict[str, float],
) -> SentenceView:
    document, words = found.document, asked.words
    text = document.text[sentence.start : sentence.end]
    own = words.mask(frozenset(terms.terms))
    common = _common(asked, document)
    held = _holder(asked.question, text, common)
    span = held or answer_span(asked.question, text, words, common=common)
    inside, elsewhere = _sentence_time(asked.period, document, text)
    label, total = (0.0, 0.0) if found.passage.header is None else _row(asked, text)
    features = Features(
        **shared,
        similarity=max(0.0, similarity),
        coverage=words.coverage((own, 1.0)),
        context_coverage=words.coverage((own, 1.0), (around, 0.6)),
        pairs=words.pairs(terms),
        named=named,
        numbers=_numbers(asked.question, text),
        asked_type_found=_type_found(asked.question.answer_type, span),
        in_office=float(held is not None),
        counted=float(counts_what_is_asked(asked.question, text)),
        asked_time_in_sentence=inside,
        asked_time_elsewhere=elsewhere,
        row_label=label,
        total_row=total,
        brevity=1.0 / (1.0 + len(terms.terms) / 25.0),
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


def _holder(question: Question, text: str, small: frozenset[str]) -> Span | None:
    """The one whom a sentence names as the holder of the office that the question asks for."""
    wanted = office_asked(question)
    return next(wanted.holders(text, small), None) if wanted else None


def _common(asked: Asked, document: Document) -> frozenset[str]:
    """The words that a document writes small as well, where a person is asked for."""
    if asked.question.answer_type is not AnswerType.PERSON:
        return frozenset()
    return written_small(document.text)


@lru_cache(maxsize=256)
def written_small(text: str) -> frozenset[str]:
    """The words that a text writes small, remembered."""
    return words_written_small(text)


def _rank_value(rank: int | None) -> float:
    """1 for the first place, falling slowly, 0 for a passage that the search did not find."""
    return 0.0 if rank is None else 10.0 / (9.0 + rank)


def _document_time(asked: Period | None, document: Document) -> tuple[float, float]:
    """How near the document's period comes to the asked time, and whether it holds all of it (1), or a part (0.5)."""
    period = None if asked is None else document_period(document)
    if asked is None or period is None:
        return 0.0, 0.0
    whole = period.start <= asked.start and asked.end <= period.end
    part = period.start <= asked.end and asked.start <= period.end
    return nearness(asked, period), 1.0 if whole else 0.5 if part else 0.0


def _soon(asked: Period | None, document: Document) -> float:
    """1 for a document published on the last asked day, falling to 1/e within SOON_DAYS after it, or EARLY_DAYS before."""
    published = document.metadata.published
    if asked is None or published is None:
        return 0.0
    lag = (published.date.last - asked.end).days
    return math.exp(-lag / SOON_DAYS if lag >= 0 else lag / EARLY_DAYS)


def _caption_time(asked: Period | None, document: Document, passage: Passage) -> float:
    """How near the time that stands above a table comes to the asked one; 0 without any, and outside tables."""
    if asked is None or passage.header is None:
        return 0.0
    above = " ".join(
        document.text[span.start : span.end] for span in (*passage.headings[-CAPTION:], passage.header)
    )
    published = document.metadata.published
    named = mentions(above, published.date.year if published else None)
    return max((nearness(asked, mention.period) for mention in named), default=0.0)


def _row(asked: Asked, text: str) -> tuple[float, float]:
    """How much of a table row's best named cell the question names, and whether it is a total where a number is asked."""
    labels = (asked.words.terms(cell) for cell in CELLS.split(text) if not any(map(str.isdigit, cell)))
    named = max(map(asked.words.share_asked, labels), default=0.0)
    total = asked.question.answer_type is AnswerType.NUMBER and _TOTAL.match(text) is not None
    return named, float(total)


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


def _named(asked: Asked, surroundings: str) -> float:
    """The share of the question's names and numbers that stand in the passage or around it; 1 if it names none."""
    question, same = asked.question, asked.words.same
    wanted = len(question.names) + len(question.numbers)
    if not wanted:
        return 1.0
    surroundings = surroundings.casefold()
    names = sum(
        any(form.casefold() in surroundings for form in (name, *same.get(name, ())))
        for name in question.names
    )
    return (names + sum(holds_number(surroundings, number) for number in question.numbers)) / wanted


def _numbers(question: Question, sentence: str) -> float:
    """The share of the question's figures of three digits and more, years apart, that stand in the sentence."""
    years = {str(year) for year in question.years}
    wanted = [number for number in question.numbers if len(number) > 2 and number not in years]
    return sum(holds_number(sentence, number) for number in wanted) / len(wanted) if wanted else 0.0


def holds_number(text: str, number: str) -> bool:
    """Whether a text has a number, given in digits alone, in whatever spelling."""
    # separators stand before groups of three digits, so that the last three stand together in any spelling
    return number[-3:] in text and number in _numerals(text)


@lru_cache(maxsize=512)
def _numerals(text: str) -> frozenset[str]:
    return frozenset(digits(numeral) for numeral in re.findall(r"\d+(?:[.,\s]\d{3})*", text)) | frozenset(
        re.findall(r"\d+", text)
    )


def _type_found(kind: AnswerType, span: Span | None) -> float:
    return 0.0 if kind in (AnswerType.OTHER, AnswerType.REASON) else float(span is not None)
