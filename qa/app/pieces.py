"""Cuts a slice of text where quotes and answers begin and end, so that each piece can be marked, and changes no word."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from corpus.types import Span
from qa.types import Citation

CONTEXT = 220
"""How many characters of its paragraph a card shows around a quote on each side; the document panel shows all."""
_PARAGRAPH = re.compile(r"\n\s*\n\s*")
_SENTENCE = re.compile(r"(?<=[.!?])[”\"’')]?\s+")


@dataclass(frozen=True, slots=True)
class Piece:
    """Words of a document and how they are marked: "plain", "quote", "answer" or "found"; `current` for what is in view."""

    text: str
    start: int
    end: int
    mark: str = "plain"
    current: bool = False


def pieces(
    text: str,
    span: Span,
    quotes: Sequence[Span] = (),
    *,
    answers: Sequence[Span] = (),
    found: Sequence[Span] = (),
    current: Span | None = None,
) -> tuple[Piece, ...]:
    """The slice `text[span.start:span.end]` cut at every border of a quote; joined, the pieces give the slice again."""
    touching = [
        quote for quote in (*quotes, *answers, *found) if quote.start < span.end and quote.end > span.start
    ]
    inner = {edge for quote in touching for edge in (quote.start, quote.end) if span.start < edge < span.end}
    edges = sorted({span.start, span.end} | inner)
    return tuple(
        Piece(
            text[start:end],
            start,
            end,
            _mark(start, quotes, answers, found),
            current is not None and _holds(current, start),
        )
        for start, end in pairwise(edges)
    )


def _mark(offset: int, quotes: Sequence[Span], answers: Sequence[Span], found: Sequence[Span]) -> str:
    if any(_holds(place, offset) for place in found):
        return "found"
    if any(_holds(answer, offset) for answer in answers):
        return "answer"
    return "quote" if any(_holds(quote, offset) for quote in quotes) else "plain"


def _holds(span: Span, offset: int) -> bool:
    return span.start <= offset < span.end


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A quote in its passage, cut down to what a card has room for."""

    pieces: tuple[Piece, ...]
    cut_before: bool
    cut_after: bool


def excerpt(citation: Citation, room: int = CONTEXT) -> Excerpt:
    """The quote with some of its paragraph around it, cut between sentences where one ends near, else between words."""
    passage = citation.passage
    offset = passage.start
    first = max(citation.start - offset, 0)
    last = min(citation.end - offset, len(passage.text))
    above = max((gap.end() for gap in _PARAGRAPH.finditer(passage.text, 0, first)), default=0)
    below = _PARAGRAPH.search(passage.text, last)
    end_of_paragraph = below.start() if below else len(passage.text)
    start = _beginning(passage.text, max(above, first - room), first, above)
    end = _ending(passage.text, min(end_of_paragraph, last + room), last, end_of_paragraph)
    marked = [Span(first, last)]
    answers = [Span(citation.answer.start - offset, citation.answer.end - offset)] if citation.answer else []
    shown = pieces(passage.text, Span(start, end), marked, answers=answers)
    return Excerpt(shown, cut_before=start > above, cut_after=end < end_of_paragraph)


def quote_pieces(citation: Citation) -> tuple[Piece, ...]:
    """The quote alone, with its answer span marked."""
    span = Span(0, len(citation.quote))
    if citation.answer is None:
        return pieces(citation.quote, span)
    answer = Span(citation.answer.start - citation.start, citation.answer.end - citation.start)
    return pieces(citation.quote, span, answers=[answer])


def paragraphs(text: str) -> list[str]:
    """The text cut after empty lines and after rows of a table; joined, the parts give the text again."""
    parts, empty = [""], False
    for line in text.splitlines(keepends=True):
        if parts[-1] and line.strip() and (empty or "|" in parts[-1].splitlines()[-1]):
            parts.append("")
        parts[-1] += line
        empty = not line.strip()
    return parts


def _beginning(text: str, start: int, limit: int, edge: int) -> int:
    """Where to begin at or after `start` and at most at `limit`: at the `edge`, with a sentence, or with a word."""
    if start <= edge:
        return edge
    if sentence := _SENTENCE.search(text, start, limit):
        return sentence.end()
    while start < limit and not text[start - 1].isspace():
        start += 1
    return start


def _ending(text: str, end: int, limit: int, edge: int) -> int:
    """Where to end at or before `end` and at least at `limit`: at the `edge`, after a sentence, or after a word."""
    if end >= edge:
        return edge
    if sentences := list(_SENTENCE.finditer(text, limit + 1, end)):
        return sentences[-1].start()
    while end > limit and not text[end].isspace():
        end -= 1
    return end
