"""A quote that is a row of a table, as cells: every word a marked slice of the passage."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from corpus.types import Document, Span
from qa.app.pieces import Piece, pieces
from qa.app.structure import cells
from qa.types import Citation

AROUND = 1
"""How many rows before and after the quote a card shows."""
Row = tuple[tuple[Piece, ...], ...]


class Documents(Protocol):
    """What opens documents by their id."""

    def document(self, document_id: str) -> Document:
        """The document with this id; raises InvalidInput where there is none."""


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows of a table under the names of its columns, which are empty where they are not known."""

    rows: tuple[Row, ...]
    head: Row = ()


def documents_of_rows(opener: Documents, citations: Iterable[Citation]) -> dict[str, Document]:
    """The documents, by id, of the quotes that look like rows of tables: what `quoted_rows` wants."""
    ids = {item.document_id for item in citations if "|" in item.quote or "\t" in item.quote}
    return {one: opener.document(one) for one in ids}


def quoted_rows(citation: Citation, document: Document | None = None, around: int = AROUND) -> Rows | None:
    """The rows of a quote with those around it; None where the quote is no row of a table.

    The names of the columns stand in the document, often far above the passage.
    """
    text, offset = citation.passage.text, citation.passage.start
    quote = Span(max(citation.start - offset, 0), min(citation.end - offset, len(text)))
    lines = [line for line in _lines(text) if _bordered(text, line)]
    inside = [place for place, line in enumerate(lines) if _touch(line, quote)]
    if not inside or any(not _bordered(text, line) for line in _lines(text) if _touch(line, quote)):
        return None
    head = _header(document, citation.start) if document else None
    lines = [line for line in lines if head is None or line.start + offset >= head.end]
    inside = [place for place, line in enumerate(lines) if _touch(line, quote)]
    if not inside:
        return None
    shown = lines[max(inside[0] - around, 0) : inside[-1] + 1 + around]
    answers = [Span(citation.answer.start - offset, citation.answer.end - offset)] if citation.answer else []
    rows = tuple(
        tuple(pieces(text, cell, [quote], answers=answers) for cell in cells(text, line))
        for line in shown
        if any(character.isalnum() for character in text[line.start : line.end])
    )
    named = (
        tuple(pieces(document.text, cell) for cell in cells(document.text, head)) if document and head else ()
    )
    return Rows(rows, named)


def _header(document: Document, offset: int) -> Span | None:
    """Where the names of the columns stand for the row at an offset; None for what is no row, or has none."""
    place = bisect_right(document.blocks, offset, key=lambda block: block.start) - 1
    return document.blocks[place].header if place >= 0 else None


def _lines(text: str) -> list[Span]:
    found, start = [], 0
    for line in text.splitlines(keepends=True):
        found.append(Span(start, start + len(line.rstrip())))
        start += len(line)
    return [line for line in found if line.end > line.start]


def _touch(line: Span, quote: Span) -> bool:
    return line.start < quote.end and quote.start < line.end


def _bordered(text: str, line: Span) -> bool:
    return "|" in text[line.start : line.end] or "\t" in text[line.start : line.end]
