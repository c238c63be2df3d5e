"""Lays a document out for reading: headings, paragraphs, lists, tables and pages, every word a marked slice of the text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from corpus.types import Block, BlockKind, Document, Span
from qa.app.pieces import Piece, pieces

_TABLE = (BlockKind.TABLE_HEADER, BlockKind.TABLE_ROW)
_CELL_BORDER = re.compile(r"\t|(?<!\\)\|")
SECTION = 60
"""How many nodes are laid out together: the browser skips the sections that are out of view."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table: its cells, and whether it names the columns."""

    cells: tuple[tuple[Piece, ...], ...]
    header: bool


@dataclass(frozen=True, slots=True)
class Node:
    """One thing to show; `kind` is "page", "heading", "paragraph", "item", "caption", "boilerplate" or "table"."""

    kind: str
    pieces: tuple[Piece, ...] = ()
    level: int = 0
    rows: tuple[Row, ...] = ()
    page: int = 0


@dataclass(frozen=True, slots=True)
class Marks:
    """What to mark in a document: the quotes of an answer, and the one in view."""

    quotes: tuple[Span, ...] = ()
    current: Span | None = None

    def all_quotes(self) -> tuple[Span, ...]:
        """Every quote in text order, the current one among them."""
        return tuple(sorted({*self.quotes, *([self.current] if self.current else [])}))


def layout(document: Document, marks: Marks) -> Iterator[tuple[Node, ...]]:
    """The document as sections of nodes, in text order."""
    nodes = list(_with_pages(document, marks))
    for start in range(0, len(nodes), SECTION):
        yield tuple(nodes[start : start + SECTION])


def _with_pages(document: Document, marks: Marks) -> Iterator[Node]:
    """The nodes with a mark where each page begins; of a page in several fragments, where its first one does."""
    pending, shown = list(document.pages), 0
    for group_start, node in _nodes(document, marks):
        while pending and pending[0].start <= group_start:
            number = pending.pop(0).number
            if number > shown:
                shown = number
                yield Node("page", page=number)
        yield node


def _nodes(document: Document, marks: Marks) -> Iterator[tuple[int, Node]]:
    for in_table, group in groupby(_table_groups(document.blocks), key=lambda pair: pair[0]):
        blocks = [block for _, block in group]
        if in_table:
            yield blocks[0].start, _table(document.text, blocks, marks)
            continue
        for block in blocks:
            yield block.start, _node(document.text, block, marks)


def _table_groups(blocks: Iterable[Block]) -> Iterator[tuple[int, Block]]:
    """Each block with the number of the table it belongs to; 0 for what is in no table."""
    number, header, previous = 0, None, None
    for block in blocks:
        if block.kind not in _TABLE:
            previous = None
            yield 0, block
            continue
        names_columns = block.kind is BlockKind.TABLE_HEADER
        begins = previous is not BlockKind.TABLE_HEADER if names_columns else block.header != header
        number += previous is None or begins
        header = Span(block.start, block.end) if names_columns else block.header
        previous = block.kind
        yield number, block


def _node(text: str, block: Block, marks: Marks) -> Node:
    kinds = {
        BlockKind.HEADING: "heading",
        BlockKind.LIST_ITEM: "item",
        BlockKind.CAPTION: "caption",
        BlockKind.BOILERPLATE: "boilerplate",
    }
    marked = _pieces(text, Span(block.start, block.end), marks)
    return Node(kinds.get(block.kind, "paragraph"), marked, level=block.level)


def _table(text: str, blocks: Sequence[Block], marks: Marks) -> Node:
    columns = next(
        (len(cells(text, Span(b.start, b.end))) for b in blocks if b.kind is BlockKind.TABLE_HEADER), 0
    )
    rows = tuple(
        Row(
            tuple(_pieces(text, cell, marks) for cell in cells(text, Span(block.start, block.end), columns)),
            header=block.kind is BlockKind.TABLE_HEADER,
        )
        for block in blocks
    )
    return Node("table", rows=rows)


def _pieces(text: str, span: Span, marks: Marks) -> tuple[Piece, ...]:
    return pieces(text, span, marks.all_quotes(), current=marks.current)


def cells(text: str, row: Span, columns: int = 0) -> tuple[Span, ...]:
    """The cells of a table row: what stands between tabs or upright bars, without the space around it.

    A bar that opens or closes a row makes no cell, unless the table has so many `columns`; empty cells inside stay.
    """
    borders = [match.start() for match in _CELL_BORDER.finditer(text, row.start, row.end)]
    starts = [row.start, *(border + 1 for border in borders)]
    found = [_trimmed(text, start, end) for start, end in zip(starts, [*borders, row.end], strict=True)]
    if not borders or len(found) == columns:
        return tuple(found)
    if text[borders[0]] == "|" and found[0].start == found[0].end:
        found = found[1:]
    if found and len(found) != columns and text[borders[-1]] == "|" and found[-1].start == found[-1].end:
        found = found[:-1]
    return tuple(found)


def _trimmed(text: str, start: int, end: int) -> Span:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return Span(start, end)
