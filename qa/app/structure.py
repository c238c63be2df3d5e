"""Lays a document out for reading: headings, paragraphs, lists, tables and pages, every word a marked slice of the text."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from corpus.types import Block, BlockKind, Document, Span
from qa.app.pieces import Piece, pieces

_TABLE = (BlockKind.TABLE_HEADER, BlockKind.TABLE_ROW)
_CELL_BORDER = re.compile(r"\t|(?<!\\)\|")
SECTION, LONGEST = 60, 200
"""How many blocks are laid out together, and how many at most so that a table is not cut."""


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
    """What to mark in a document: the quotes of an answer, the place in view, and places found by their words."""

    quotes: tuple[Span, ...] = ()
    current: Span | None = None
    found: tuple[Span, ...] = ()

    def all_quotes(self) -> tuple[Span, ...]:
        """Every quote in text order, the current one among them."""
        return tuple(sorted({*self.quotes, *([self.current] if self.current else [])}))


@dataclass(frozen=True, slots=True)
class Part:
    """Some blocks in a row, `blocks[first:last]`, that are laid out together; `start` and `end` are their characters.

    A browser shows the parts near what is read, and fetches the others when they come into view.
    """

    number: int
    first: int
    last: int
    start: int
    end: int


def parts(document: Document) -> tuple[Part, ...]:
    """The document in parts of some sixty blocks, cut where no table runs on unless that table is very long."""
    blocks, first = document.blocks, 0
    found: list[Part] = []
    while first < len(blocks):
        last = min(first + SECTION, len(blocks))
        longest = min(first + LONGEST, len(blocks))
        while last < longest and blocks[last].kind is BlockKind.TABLE_ROW:
            last += 1
        start = 0 if first == 0 else blocks[first].start
        end = len(document.text) if last == len(blocks) else blocks[last].start
        found.append(Part(len(found), first, last, start, end))
        first = last
    return tuple(found)


def part_at(cut: Sequence[Part], offset: int) -> int:
    """The number of the part that holds an offset; 0 where none does."""
    return max(bisect_right(cut, offset, key=lambda part: part.start) - 1, 0)


def layout(document: Document, part: Part, marks: Marks) -> tuple[Node, ...]:
    """The nodes of one part, in text order, with a mark where each page begins.

    A page that stands in several fragments is marked where its first one does.
    """
    blocks = document.blocks[part.first : part.last]
    begins = document.blocks[part.first - 1].start + 1 if part.first else 0
    before = [page.number for page in document.pages if page.start < begins]
    shown = max(before, default=0)
    pending = [page for page in document.pages if begins <= page.start < part.end]
    nodes: list[Node] = []
    for group_start, node in _nodes(document.text, blocks, marks):
        while pending and pending[0].start <= group_start:
            number = pending.pop(0).number
            if number > shown:
                shown = number
                nodes.append(Node("page", page=number))
        nodes.append(node)
    return tuple(nodes)


def _nodes(text: str, shown: Sequence[Block], marks: Marks) -> Iterator[tuple[int, Node]]:
    for in_table, group in groupby(_table_groups(shown), key=lambda pair: pair[0]):
        blocks = [block for _, block in group]
        if in_table:
            yield blocks[0].start, _table(text, blocks, marks)
            continue
        for block in blocks:
            yield block.start, _node(text, block, marks)


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
    return pieces(text, span, marks.all_quotes(), found=marks.found, current=marks.current)


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
