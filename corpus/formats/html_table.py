"""HTML tables as rows of text; a table that only arranges a page falls back to its cells."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from corpus.boilerplate import Place
from corpus.formats.html_elements import Suspicion
from corpus.formats.tables import header_by_digits
from corpus.types import BlockKind

_SPACE = re.compile(r"[ \t\n\r\f]+")
_CELL_CHARACTERS = 1500
_CELL_PIECES = 4
_SPANNED_CHARACTERS = 200
_SPANNED_IN_ALL = 100_000  # a few bytes can ask for a text to be repeated in every cell


@dataclass(slots=True)
class Piece:
    """One line (or preformatted lines) of the linearised page."""

    text: str
    kind: BlockKind
    level: int = 0
    links: float = 0.0
    place: Place = Place.UNKNOWN
    suspect: bool = False
    suspicion: Suspicion | None = None  # the innermost element that makes it suspect
    main: bool = False
    aside: bool = False  # chrome only for standing in an <aside> of the main text
    bold: bool = False
    header: Piece | None = None


@dataclass(slots=True)
class Cell:
    """One cell and how many columns and rows it spans."""

    heading: bool
    columns: int
    rows: int
    pieces: list[Piece] = field(default_factory=list)


@dataclass(slots=True)
class Table:
    """A table that is being read; rows of cells until it shows that it only arranges the page (`layout`)."""

    layout: bool
    rows: list[list[Cell]] = field(default_factory=list)
    heads: list[bool] = field(default_factory=list)
    in_head: bool = False
    in_cell: bool = False
    _spanned: int = 0

    def add_row(self) -> None:
        """Begin a row."""
        self.rows.append([])
        self.heads.append(self.in_head)
        self.in_cell = False

    def add_cell(self, heading: bool, columns: str | None, rows: str | None) -> None:
        """Begin a cell, in a new row where none is open; the spans are attributes as written."""
        if not self.rows:
            self.add_row()
        self.rows[-1].append(Cell(heading, _number(columns), _number(rows)))
        self.in_cell = True

    def spill(self) -> list[Piece]:
        """What the cells hold so far, in order; from now on the table only arranges the page."""
        pieces = [piece for row in self.rows for cell in row for piece in cell.pieces]
        self.layout, self.rows, self.heads = True, [], []
        return pieces

    def lines(self) -> list[Piece]:
        """The finished table: its rows as "a | b | c", or the pieces of its cells when it arranges the page."""
        if self.layout or _arranges(self.rows):
            return self.spill()
        texts = self._texts()
        kept = [number for number, row in enumerate(texts) if any(row)]
        rows, filled = [self.rows[number] for number in kept], [texts[number] for number in kept]
        named = _header_rows(rows, [self.heads[number] for number in kept], filled)
        if not named and (_only_first_is_bold(rows) or header_by_digits(filled)):
            named = 1
        lines: list[Piece] = []
        header: Piece | None = None
        for order, (row, cells) in enumerate(zip(rows, filled, strict=True)):
            if order == named > 0:
                header = lines[-1]
            elif order > named > 0 and _one(filled[named - 1]) and _is_group(row, cells):
                header = None  # a name over all columns holds until the next one
            kind = BlockKind.TABLE_HEADER if order < named else BlockKind.TABLE_ROW
            pieces = [piece for cell in row for piece in cell.pieces]
            lines.append(_row(" | ".join(cells).strip(" "), kind, pieces, header))
        return lines

    def _texts(self) -> list[list[str]]:
        """Give the cells' texts; a cell that spans rows is repeated in each, as a reader sees it there."""
        rows: list[list[str]] = []
        spans: dict[int, tuple[int, str]] = {}
        for cells in self.rows:
            row: list[str] = []
            for cell in cells:
                self._fill(row, spans)
                text = _SPACE.sub(" ", " ".join(piece.text for piece in cell.pieces)).strip()
                if cell.rows > 1:
                    spans[len(row)] = (cell.rows - 1, text if len(text) <= _SPANNED_CHARACTERS else "")
                row += [text, *[""] * (cell.columns - 1)]
            self._fill(row, spans)
            rows.append(row)
        return rows

    def _fill(self, row: list[str], spans: dict[int, tuple[int, str]]) -> None:
        while len(row) in spans:
            left, text = spans.pop(len(row))
            if left > 1:
                spans[len(row)] = (left - 1, text)
            self._spanned += len(text) + 3
            if self._spanned > _SPANNED_IN_ALL:
                spans.clear()
                return
            row.append(text)


def _row(text: str, kind: BlockKind, pieces: list[Piece], header: Piece | None) -> Piece:
    length = sum(len(piece.text) for piece in pieces) or 1
    return Piece(
        text,
        kind,
        links=sum(piece.links * len(piece.text) for piece in pieces) / length,
        place=Place.CHROME if all(piece.place is Place.CHROME for piece in pieces) else Place.UNKNOWN,
        suspect=any(piece.suspect for piece in pieces),
        suspicion=next((piece.suspicion for piece in pieces if piece.suspicion), None),
        main=any(piece.main for piece in pieces),
        aside=all(piece.aside for piece in pieces),
        header=header,
    )


def _number(value: str | None) -> int:
    return min(100, int(value)) if value and value.isascii() and value.isdigit() and int(value[:6]) > 0 else 1


def _arranges(rows: list[list[Cell]]) -> bool:
    """Whether a table is there for the page's looks: one row or column, headings, or long texts in its cells."""
    filled = [row for row in rows if any(cell.pieces for cell in row)]
    if len(filled) < 2 or max((len(row) for row in filled), default=0) < 2:
        return True
    for cell in (cell for row in filled for cell in row):
        if (
            len(cell.pieces) > _CELL_PIECES
            or sum(len(piece.text) for piece in cell.pieces) > _CELL_CHARACTERS
        ):
            return True
        if any(piece.kind is BlockKind.HEADING for piece in cell.pieces):
            return True
    return False


def _header_rows(rows: list[list[Cell]], heads: list[bool], texts: list[list[str]]) -> int:
    """How many rows at the top name the columns, by <thead> or by <th> in every filled cell.

    The last of them does; where a row of several names is among them, one of a single name below it heads a group of rows.
    """
    top = 0
    while top < len(rows) - 1 and (heads[top] or all(cell.heading or not cell.pieces for cell in rows[top])):
        top += 1
    several = [number for number in range(top) if not _one(texts[number])]
    return several[-1] + 1 if several else top


def _is_group(row: list[Cell], texts: list[str]) -> bool:
    return _one(texts) and all(cell.heading for cell in row)


def _one(texts: list[str]) -> bool:
    return sum(map(bool, texts)) == 1


def _only_first_is_bold(rows: list[list[Cell]]) -> bool:
    """Whether the first row is bold in all its filled cells, of which one at most is empty, and no other row is."""
    if len(rows) < 2 or sum(bool(cell.pieces) for cell in rows[0]) < max(2, len(rows[0]) - 1):
        return False
    return [_is_bold(row) for row in rows] == [True, *[False] * (len(rows) - 1)]


def _is_bold(row: list[Cell]) -> bool:
    return all(piece.bold for cell in row for piece in cell.pieces)
