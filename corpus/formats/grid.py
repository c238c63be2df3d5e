"""A grid of cells as captions, column names and rows: what spreadsheets and delimited files have in common."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import groupby

from corpus.formats.compose import table
from corpus.formats.html_table import Piece
from corpus.types import BlockKind

_NUMBER = re.compile(r"[-+(]?[€$£]?\s?\d[\d\s.,'’]*\)?\s?[%€$£]?")
_YEAR = re.compile(r"(?:1[89]|20)\d\d(?:\s?[-/–]\s?\d{2,4})?")
_DAY = re.compile(
    r"(?:\d{1,2}([./-])\d{1,2}\1\d{2,4}\.?|\d{4}([./-])\d{1,2}\2\d{1,2}|\d{1,2}\.? [^\W\d]{3,12}\.? \d{4}"
    r"|[^\W\d]{3,12}\.? \d{1,2},? \d{4})(?:[ T]\d{1,2}:\d{2}(?::\d{2})?)?"
)
_NAME_LENGTH = 100
_CAPTION_LENGTH = 200

Rows = Sequence[Sequence[str]]


def pieces(rows: Rows) -> list[Piece]:
    """The grid as pieces; cells are one-line texts. Empty rows part tables; one without column names keeps the last."""
    found: list[Piece] = []
    header: Piece | None = None
    place = (0, 0)
    for filled, group in groupby(rows, key=any):
        if not filled:
            continue
        block = list(group)
        first, last = _edges(block)
        part = _without_gaps([row[first:last] for row in block])
        lines, rest = _lines_above(part)
        if rest and not lines:
            _name_table(found)
        found += lines
        named = names_columns(rest)
        fresh = table(rest, int(named)) if rest else []
        if named:
            header, place = fresh[0], (first, last)
        elif header is not None and place == (first, last):
            for piece in fresh:
                piece.header = header
        elif rest:
            header = None
        found += fresh
    return found


def names_columns(rows: Rows) -> bool:
    """Whether the first row names the columns: short different texts, no figures but years, above at least one row.

    A row that tells of a time as the next one does is one of the rows.
    """
    if len(rows) < 2 or len(rows[0]) < 2:
        return False
    cells = [cell for cell in rows[0] if cell]
    if len(cells) < max(2, len(rows[0]) - 1) or len(set(cells)) < len(cells):
        return False
    if any(len(cell) > _NAME_LENGTH for cell in cells):
        return False
    if _is_entry(rows[0], rows[1]):
        return False
    years = sum(_YEAR.fullmatch(cell) is not None for cell in cells)
    figures = sum(_NUMBER.fullmatch(cell) is not None for cell in cells)
    return figures == years and years < len(cells)


def _is_entry(row: Sequence[str], below: Sequence[str]) -> bool:
    """Whether a row tells of a time as the next one does: a day above a day, or both begin with a year.

    A year in another column may well stand above a count of 1950.
    """
    if _YEAR.fullmatch(row[0]) and below and _YEAR.fullmatch(below[0]):
        return True
    return any(
        _DAY.fullmatch(cell) and _DAY.fullmatch(other) for cell, other in zip(row, below, strict=False)
    )


def _name_table(above: list[Piece]) -> None:
    """Short lines that an empty row parts from the table below are its captions."""
    for piece in reversed(above[-3:]):
        if piece.kind is not BlockKind.PARAGRAPH or len(piece.text) > _CAPTION_LENGTH:
            return
        piece.kind = BlockKind.CAPTION


def _edges(rows: Rows) -> tuple[int, int]:
    """The first column with something in it, and one past the last."""
    filled = [[place for place, cell in enumerate(row) if cell] for row in rows]
    return min(places[0] for places in filled), max(places[-1] for places in filled) + 1


def _without_gaps(rows: Rows) -> list[list[str]]:
    """The rows at equal length, without the columns that are empty in all of them."""
    width = max(map(len, rows))
    even = [[*row, *[""] * (width - len(row))] for row in rows]
    kept = [place for place in range(width) if any(row[place] for row in even)]
    return [[row[place] for place in kept] for row in even]


def _lines_above(rows: list[list[str]]) -> tuple[list[Piece], list[list[str]]]:
    """Take off what is no row: all lines of a single column, and titles above the first row of several cells."""
    end = 0
    while end < len(rows) and sum(map(bool, rows[end])) == 1:
        end += 1
    alone = end == len(rows)
    if alone and len(rows) > 1 and len(rows[0]) > 1:
        return [], rows
    lines = [next(cell for cell in row if cell) for row in rows[:end]]
    kinds = [
        BlockKind.PARAGRAPH if alone or len(line) > _CAPTION_LENGTH else BlockKind.CAPTION for line in lines
    ]
    return [Piece(line, kind) for line, kind in zip(lines, kinds, strict=True)], rows[end:]
