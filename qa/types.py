"""What a question gets back: hits, citations and the answer; plain values that the command line, the web and eval share."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from corpus.types import Passage
from qa.time import Period


class Method(StrEnum):
    """Which search finds the candidates."""

    DENSE = "dense"
    LEXICAL = "lexical"
    FUSED = "fused"


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage with its score for one question; higher is better, and comparable only within one result list."""

    passage: Passage
    score: float


@dataclass(frozen=True, slots=True)
class AnswerSpan:
    """The few words inside a quote that answer the question; offsets are into the document's text."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class TextSlice:
    """A slice of a document's text together with the words that stand there."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Copy:
    """Where another document says the same as a citation: a near copy of its passage, shown with it and counted once."""

    document_id: str
    path: str
    title: str
    publisher: str | None
    published: str | None
    page: int | None
    start: int
    end: int
    quote: str


@dataclass(frozen=True, slots=True)
class Because:
    """Why a citation was found: what of the question it shares, and its places in the two searches (None: not found).

    `matched` and `missing` are words of the question as written there, found in the passage or around it (title,
    headings, publisher, date), or not. `similarity` is the cosine of question and sentence, at least 0. `timely`,
    0..1, is how near its time comes to the time asked about; None where the question asks about none.
    """

    matched: tuple[str, ...]
    missing: tuple[str, ...]
    dense_rank: int | None
    lexical_rank: int | None
    similarity: float
    timely: float | None


@dataclass(frozen=True, slots=True)
class Citation:
    """A quote and all a sceptic needs to find it: document, offsets, page, and the hash that is the document's id.

    `rank` counts from 1. `published` is an ISO date as precise as the source states it ("2007", "2007-12",
    "2007-12-10") or None for unknown; `published_origin` says where it was read. `score` is in 0..1: how well
    the quote matches the question, not a probability that it is true. `page` is where the quote begins, `pages` are
    all that it stands on. `ocr_confidence` (0..1) is set where the quote was read from a picture: how sure the
    program that read those pages was of their words, on average. `also_in` are near copies in other documents.
    `paragraph` is the number of the numbered paragraph ("12.") that the quote begins in. Where the quote is a row of a
    table, `header` names its columns and `caption` is what stands above the table: its caption, else its heading.
    """

    rank: int
    document_id: str
    path: str
    title: str
    publisher: str | None
    published: str | None
    published_origin: str | None
    language: str | None
    page: int | None
    start: int
    end: int
    quote: str
    answer: AnswerSpan | None
    passage: TextSlice
    score: float
    pages: tuple[int, ...] = ()
    ocr_confidence: float | None = None
    also_in: tuple[Copy, ...] = ()
    paragraph: int | None = None
    caption: TextSlice | None = None
    header: TextSlice | None = None
    because: Because | None = None


@dataclass(frozen=True, slots=True)
class Sources:
    """What an answer's citations rest on: how many documents, copies included, and how many sources among them.

    Near copies count as one source, and so do all texts of one publisher; a text of no known publisher is one of its own.
    `copies` counts the documents that only repeat another one.
    """

    independent: int = 0
    documents: int = 0
    copies: int = 0


class Difference(StrEnum):
    """Why the citations of one answer state different values."""

    CHANGED = "changed over time"
    DIFFER = "sources differ"


class Compared(StrEnum):
    """What kind of values are compared."""

    QUANTITY = "quantity"
    PERSON = "person"
    DATE = "date"


class Dated(StrEnum):
    """Where the time of a value comes from: its sentence, the time that its document covers, or its publication."""

    STATED = "stated"
    COVERED = "covered"
    PUBLISHED = "published"


@dataclass(frozen=True, slots=True)
class ComparedValue:
    """A value as one citation states it: `text[start:end]` of its document, inside the quote of citation `rank`.

    `unit` are the words of the quote that say what is counted, None for persons, dates, money and percentages. `date`
    is the time that the value holds for: an ISO date as precise as known, or two joined by "/" for a longer time.
    """

    value: str
    unit: str | None
    date: str | None
    dated: Dated | None
    publisher: str | None
    rank: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """Different values for the same thing, in order of time; none is preferred, and nothing is said in other words."""

    label: Difference
    kind: Compared
    values: tuple[ComparedValue, ...]


@dataclass(frozen=True, slots=True)
class Searched:
    """What was searched: counts, and the earliest and latest publication dates among the searched documents.

    `undated` counts the documents that a date limit left out only because their date is unknown.
    """

    documents: int
    passages: int
    earliest: date | None = None
    latest: date | None = None
    undated: int = 0


@dataclass(frozen=True, slots=True)
class Answer:
    """Either citations in order with a confidence, or an honest "not in these documents" with what was nearest.

    `confidence` is the estimated probability, 0..1, that the documents hold the answer. `reason` is a sentence
    and set when `answered` is false. `answer` is the answer span of the first citation, where one is sure.
    `sources` counts what the citations rest on; `comparison` sets side by side what they state differently. `time`
    is the time that the question was taken to ask about, which was preferred; None if none was. `threshold` is the
    confidence from which it is answered; None where that is not known.
    """

    id: str
    question: str
    as_of: date | None
    answered: bool
    confidence: float
    reason: str | None
    answer: str | None
    citations: tuple[Citation, ...] = ()
    nearest: tuple[Citation, ...] = ()
    searched: Searched = field(default_factory=lambda: Searched(0, 0))
    sources: Sources = Sources()
    comparison: Comparison | None = None
    time: Period | None = None
    threshold: float | None = None
