"""The paragraphs and tables of one stretch of an RTF file: its body, a note or a text box."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from corpus.formats.compose import flat, table
from corpus.formats.html_table import Piece
from corpus.formats.tables import header_by_digits
from corpus.types import BlockKind

_BULLET = re.compile(r"[•◦▪‣·–-]\t+(?=\S)")
"""A list item as programs without RTF's own lists write it."""


@dataclass(slots=True)
class _Paragraph:
    """What the control words said about the paragraph at hand; kept until `pard` takes it back."""

    level: int = 0
    caption: bool = False
    listed: int = 0
    in_table: bool = False


@dataclass(slots=True)
class Flow:
    """Collects characters into paragraphs, cells and rows; `boxes` wait for the end of their paragraph."""

    boxes: list[Piece] = field(default_factory=list)
    _pieces: list[Piece] = field(default_factory=list)
    _text: list[str] = field(default_factory=list)
    _label: list[str] = field(default_factory=list)
    _cells: list[str] = field(default_factory=list)
    _rows: list[list[str]] = field(default_factory=list)
    _named: int = 0  # rows at the top that are said to be the table's head
    _heads: bool = False
    _paragraph: _Paragraph = field(default_factory=_Paragraph)

    def write(self, text: str, *, label: bool = False) -> None:
        """Add characters; a `label` is the number or bullet that a program wrote for a list item."""
        (self._label if label else self._text).append(text)

    def control(self, word: str, number: int | None, styles: Mapping[int, str]) -> None:
        """Take in a control word for paragraphs or tables; others mean nothing here."""
        if word == "pard":
            self._paragraph = _Paragraph()
        elif word == "s":
            self._set_style(styles.get(number or 0, ""))
        elif word in ("trowd", "trhdr"):
            self._heads = word == "trhdr"
        elif word == "cell":
            self._end_cell()
        elif word == "row":
            self._end_row()
        elif word in ("nestcell", "nestrow"):
            self._text.append(" ")
        else:
            self._set(word, number)

    def _set(self, word: str, number: int | None) -> None:
        paragraph = self._paragraph
        if word == "outlinelevel" and number is not None and 0 <= number < 6:
            paragraph.level = number + 1
        elif word in ("ls", "pnlvlblt", "pnlvlbody"):
            paragraph.listed = max(1, paragraph.listed)
        elif word == "ilvl":
            paragraph.listed = min(9, max(0, number or 0) + 1)
        elif word == "intbl":
            paragraph.in_table = True

    def end_paragraph(self) -> None:
        """The paragraph is complete; one inside a cell is a line of it."""
        if self._paragraph.in_table:
            self._text.append(" ")
            return
        self._end_table()
        text = _lines("".join(self._text))
        label = flat("".join(self._label))
        if text:
            numbered = any(map(str.isalnum, label))
            self._pieces.append(self._piece(f"{label} {text}" if numbered else text, bool(label)))
        self._text, self._label = [], []
        self._pieces += self.boxes
        self.boxes = []

    def finish(self) -> list[Piece]:
        """All pieces; the flow is at its end."""
        if self._cells or (self._paragraph.in_table and self._text):
            self._end_row()
        self._paragraph.in_table = False
        self.end_paragraph()
        return self._pieces

    def _set_style(self, style: str) -> None:
        paragraph = self._paragraph
        if style.startswith("heading"):
            paragraph.level = min(6, max(1, int(style[-1])))
        elif style == "title":
            paragraph.level = 1
        elif style == "caption":
            paragraph.caption = True

    def _piece(self, text: str, labelled: bool) -> Piece:
        paragraph = self._paragraph
        if paragraph.level:
            return Piece(flat(text), BlockKind.HEADING, paragraph.level)
        if paragraph.caption:
            return Piece(text, BlockKind.CAPTION)
        if bullet := _BULLET.match(text):
            return Piece(text[bullet.end() :], BlockKind.LIST_ITEM, max(1, paragraph.listed))
        if labelled or paragraph.listed:
            return Piece(text, BlockKind.LIST_ITEM, max(1, paragraph.listed))
        return Piece(text, BlockKind.PARAGRAPH)

    def _end_cell(self) -> None:
        self._cells.append(flat("".join((*self._label, *self._text))))
        self._text, self._label = [], []

    def _end_row(self) -> None:
        if self._text and flat("".join(self._text)):
            self._end_cell()
        if any(self._cells):
            self._named += self._heads and self._named == len(self._rows)
            self._rows.append(self._cells)
        self._cells, self._text, self._label = [], [], []

    def _end_table(self) -> None:
        if self._cells:
            self._end_row()
        rows, self._rows = self._rows, []
        if rows:
            single = all(len(row) == 1 for row in rows)
            if single:
                self._pieces += [Piece(row[0], BlockKind.PARAGRAPH) for row in rows]
            else:
                self._pieces += table(rows, self._head(rows))
        self._named = 0

    def _head(self, rows: list[list[str]]) -> int:
        if self._named:
            return min(self._named, len(rows) - 1)
        return int(header_by_digits(rows))


def _lines(text: str) -> str:
    lines = (" ".join(line.split(" ")).strip() for line in text.split("\n"))
    return "\n".join(line for line in lines if line)
