"""What a browser sends with a question, read and checked; anything odd is refused with a sentence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from corpus.errors import InvalidInput
from corpus.types import Filters, Span
from qa.app.catalogue import say

MAX_QUESTION = 1_000
LIMITS = (5, 10, 20, 50)
DEFAULT_LIMIT = 10
MAX_VALUES = 200
MAX_QUOTES = 200


class Sort(StrEnum):
    """The order in which citations are shown; their ranks stay those of relevance."""

    RELEVANCE = "relevance"
    NEWEST = "newest"
    OLDEST = "oldest"


@dataclass(frozen=True, slots=True)
class AskRequest:
    """One question with everything that narrows it: nothing about a request is kept on the server.

    With `any_time` the time that the question names is not taken for the time asked about.
    """

    question: str
    limit: int = DEFAULT_LIMIT
    as_of: date | None = None
    filters: Filters = field(default_factory=Filters)
    sort: Sort = Sort.RELEVANCE
    any_time: bool = False


def read_serial(sent: Mapping[str, object]) -> int:
    """The number that the browser gave to this request; what comes back carries it, so that each answer is new to it."""
    value = sent.get("serial")
    return value if isinstance(value, int) and 0 <= value < 2**53 else 0


@dataclass(frozen=True, slots=True)
class OpenRequest:
    """A document to open, the quote to scroll to, and the other quotes of the same answer."""

    document_id: str
    current: Span | None
    quotes: tuple[Span, ...]


def read_ask(sent: Mapping[str, object]) -> AskRequest:
    """Check the question form; raises InvalidInput with a sentence for the reader."""
    question = _text(sent, "question").strip()
    if not question:
        raise InvalidInput(say["error_question_empty"])
    if len(question) > MAX_QUESTION:
        raise InvalidInput(say("error_question_long", len(question), most=MAX_QUESTION))
    return read_limits(sent, question)


def read_limits(sent: Mapping[str, object], question: str = "") -> AskRequest:
    """Check all that narrows a question; raises InvalidInput with a sentence for the reader."""
    first, last = _day(sent, "from", "published_from"), _day(sent, "to", "published_to")
    if first and last and first > last:
        raise InvalidInput(say["error_days"])
    return AskRequest(
        question=question,
        limit=_limit(sent.get("limit")),
        as_of=_day(sent, "as_of", "as_of"),
        filters=Filters(
            published_from=first,
            published_to=last,
            publishers=_texts(sent.get("publishers")),
            languages=_texts(sent.get("languages")),
            media_types=_texts(sent.get("types")),
        ),
        sort=_sort(sent.get("sort")),
        any_time=sent.get("time") == "any",
    )


def read_open(sent: Mapping[str, object]) -> OpenRequest:
    """Check a request to open a document; raises InvalidInput."""
    document_id = _text(sent, "document")
    if not is_document_id(document_id):
        raise InvalidInput(say["error_document"])
    quotes = sent.get("quotes")
    pairs = quotes[:MAX_QUOTES] if isinstance(quotes, list) else []
    spans = tuple(span for span in map(read_span, pairs) if span)
    return OpenRequest(document_id, read_span([sent.get("start"), sent.get("end")]), spans)


def is_document_id(text: str) -> bool:
    """Whether a text has the form of a document's id: 64 lower-case hexadecimal digits."""
    return len(text) == 64 and all(character in "0123456789abcdef" for character in text)


def _text(sent: Mapping[str, object], name: str) -> str:
    value = sent.get(name)
    return value if isinstance(value, str) else ""


def _day(sent: Mapping[str, object], name: str, label: str) -> date | None:
    text = _text(sent, name).strip()
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InvalidInput(say("error_day", field=say[label])) from None


def _limit(value: object) -> int:
    try:
        number = int(value) if isinstance(value, int | float | str) else DEFAULT_LIMIT
    except (ValueError, OverflowError):
        return DEFAULT_LIMIT
    return min(max(number, 1), LIMITS[-1])


def _sort(value: object) -> Sort:
    return Sort(value) if isinstance(value, str) and value in list(Sort) else Sort.RELEVANCE


def _texts(value: object) -> tuple[str, ...]:
    texts = value[:MAX_VALUES] if isinstance(value, list) else []
    return tuple(text for text in texts if isinstance(text, str) and text)


def read_span(pair: object) -> Span | None:
    """A place from two offsets; None for anything that is not one."""
    if not isinstance(pair, list | tuple) or len(pair) != 2:
        return None
    try:
        start, end = (int(str(offset)) for offset in pair)
    except ValueError:
        return None
    return Span(start, end) if 0 <= start < end else None
