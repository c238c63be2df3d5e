"""OpenDocument texts (.odt): paragraphs, headings, lists, tables and notes out of the XML; deletions stay out."""

from __future__ import annotations

import re
import zipfile
from typing import TYPE_CHECKING

from corpus.boilerplate import Place
from corpus.errors import UnreadableDocument
from corpus.formats.compose import compose, unread
from corpus.formats.html_table import Piece, Table
from corpus.formats.opendocument import KIND_TEXT, is_locked, odf_properties
from corpus.formats.package import names, opened, xml_part
from corpus.types import BlockKind, Document, Origin, Sourced

if TYPE_CHECKING:
    from lxml.etree import _Element

READER = (KIND_TEXT, "odt/4")

_SPACE = re.compile(r"[ \t\r\n]+")
_DEPTH = 100
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
_CAPTIONS = ("Caption", "Table", "Illustration", "Figure", "Drawing")
_SIGNS = {"tab": "\t", "line-break": "\n", "s": " "}
_LEFT_OUT = frozenset(
    (
        "tracked-changes",
        "annotation",
        "annotation-end",
        "hidden-text",
        "ruby-text",
        "desc",
        "title",
        "event-listeners",
    )
)
_INDEXES = (
    "table-of-content", "illustration-index", "table-index", "object-index", "user-index", "alphabetical-index",
)  # fmt: skip
_MOST_REPEATED = 100
_MOST_REPEATS = 100_000
_REPEATED_CHARACTERS = 1_000

_Cell = tuple[tuple[str | None, str | None], list[Piece]]


def read_odt(data: bytes, name: str) -> Document:
    """The document in an OpenDocument text: tracked insertions are text, deletions are not.

    Raises UnreadableDocument for what is none, is damaged or locked, or holds no text.
    """
    with opened(data, name, "an OpenDocument text") as archive:
        if is_locked(archive):
            raise UnreadableDocument(f"{name} is locked with a password; save it without one and add that")
        content = xml_part(archive, "content.xml")
        body = content.find(".//{*}body/{*}text") if content is not None else None
        if content is None or body is None:
            raise UnreadableDocument(f"{name} is not an OpenDocument text: it has no text part")
        styles = xml_part(archive, "styles.xml")
        reading = _Reading(_parents(content, styles))
        reading.read(body)
        pieces = reading.pieces + reading.notes
        found = next((piece for piece in pieces if piece.place is not Place.CHROME), None)
        titled = found is not None and found.kind is BlockKind.HEADING and found.level == 1
        titles = (Sourced(found.text, Origin.TEXT),) if found is not None and titled else ()
        notes = unread([*_embedded(archive), *reading.unread()])
        if styles is not None and _words_in_margins(styles):
            notes.append("Headers and footers of its pages are not read.")
        return compose(data, name, pieces, odf_properties(archive, titles), READER, notes)


class _Reading:
    """One walk through a text's elements; notes are kept for the end, under their signs."""

    def __init__(self, parents: dict[str, str]) -> None:
        self.pieces: list[Piece] = []
        self.notes: list[Piece] = []
        self._parents = parents
        self._boxes: list[_Element] = []
        self._left_out: dict[str, int] = {}
        self._index = False
        self._repeats = 0

    def unread(self) -> list[tuple[int, str]]:
        """How many things were met that are not read."""
        return [
            (self._left_out.get(tag, 0), one)
            for tag, one in (("annotation", "comment"), ("section", "hidden section"))
        ]

    def read(self, element: _Element, depth: int = 0, lists: int = 0) -> None:
        """Read what stands inside an element, in order."""
        if depth > _DEPTH:
            raise ValueError(f"its parts are nested more than {_DEPTH} deep")
        for child in element:
            tag = _local(child)
            if tag == "h":
                level = child.get(f"{_TEXT}outline-level") or "1"
                self._write(child, BlockKind.HEADING, min(6, int(level)) if level.isdecimal() else 1, depth)
            elif tag == "p":
                self._paragraph(child, lists, depth)
            elif tag == "list":
                self.read(child, depth + 1, lists + 1)
            elif tag == "table":
                self._read_table(child, depth)
            elif tag in _INDEXES:
                before, self._index = self._index, True
                self.read(child, depth + 1)
                self._index = before
            elif tag == "section" and child.get(f"{_TEXT}display") == "none":
                self._left_out["section"] = self._left_out.get("section", 0) + 1
            elif tag not in _LEFT_OUT:
                self.read(child, depth + 1, lists)

    def _paragraph(self, element: _Element, lists: int, depth: int) -> None:
        style = self._style(element)
        if style == "Title":
            self._write(element, BlockKind.HEADING, 1, depth)
        elif style in _CAPTIONS:
            self._write(element, BlockKind.CAPTION, 0, depth)
        elif lists:
            self._write(element, BlockKind.LIST_ITEM, min(9, lists), depth)
        else:
            self._write(element, BlockKind.PARAGRAPH, 0, depth)

    def _style(self, element: _Element) -> str:
        style = element.get(f"{_TEXT}style-name") or ""
        for _step in range(20):
            if style == "Title" or style in _CAPTIONS or style not in self._parents:
                break
            style = self._parents[style]
        return style

    def _write(self, element: _Element, kind: BlockKind, level: int, depth: int) -> None:
        text = _tidy(self._words(element, depth))
        if text:
            place = Place.CHROME if self._index else Place.CONTENT
            self.pieces.append(Piece(text, kind, level, place=place))
        boxes, self._boxes = self._boxes, []
        for box in boxes:
            self.read(box, depth + 1)

    def _words(self, element: _Element, depth: int) -> str:
        """The words inside an element; text boxes wait until the paragraph is written."""
        if depth > _DEPTH:
            raise ValueError(f"its parts are nested more than {_DEPTH} deep")
        parts = [_SPACE.sub(" ", element.text or "")]
        for child in element:
            tag = _local(child)
            if tag in _SIGNS:
                parts.append(_SIGNS[tag])
            elif tag == "note":
                parts.append(self._note(child, depth))
            elif tag == "text-box":
                self._boxes.append(child)
            elif tag not in _LEFT_OUT:
                parts.append(self._words(child, depth + 1))
            else:
                self._left_out[tag] = self._left_out.get(tag, 0) + 1
            parts.append(_SPACE.sub(" ", child.tail or ""))
        return "".join(parts)

    def _note(self, element: _Element, depth: int) -> str:
        citation = element.find(f"{_TEXT}note-citation")
        body = element.find(f"{_TEXT}note-body")
        sign = _tidy("".join(citation.itertext("*"))) if citation is not None else ""  # type: ignore[arg-type]  # lxml takes "*"
        inner = _Reading(self._parents)
        if body is not None:
            inner.read(body, depth + 1)
        for piece in inner.pieces[:1]:
            piece.text = f"[{sign}] {piece.text}"
        self.notes += inner.pieces + inner.notes
        return f"[{sign}]"

    def _read_table(self, element: _Element, depth: int) -> None:
        table = Table(layout=False)
        self._rows(element, table, depth)
        self.pieces += table.lines()

    def _rows(self, element: _Element, table: Table, depth: int) -> None:
        for child in element:
            tag = _local(child)
            if tag == "table-row":
                cells = self._cells(child, depth)
                for _time in range(self._allowed(_repeated(child, "rows"), sum(map(_size, cells)))):
                    table.add_row()
                    for spans, pieces in cells:
                        table.add_cell(False, *spans)
                        table.rows[-1][-1].pieces += pieces
            elif tag in ("table-header-rows", "table-rows", "table-row-group"):
                table.in_head = tag == "table-header-rows"
                self._rows(child, table, depth)
                table.in_head = False

    def _cells(self, element: _Element, depth: int) -> list[_Cell]:
        cells: list[_Cell] = []
        for child in element:
            if _local(child) != "table-cell":
                continue  # one that is covered by another
            columns, rows = (child.get(f"{_TABLE}number-{what}-spanned") for what in ("columns", "rows"))
            before, self.pieces = self.pieces, []
            self.read(child, depth + 1)
            cell = ((columns, rows), self.pieces)
            self.pieces = before
            cells += [cell] * self._allowed(_repeated(child, "columns"), _size(cell))
        return cells

    def _allowed(self, times: int, size: int) -> int:
        """How often something may be repeated: a few bytes can ask for very much."""
        self._repeats += times
        return times if size <= _REPEATED_CHARACTERS and self._repeats <= _MOST_REPEATS else 1


def _size(cell: _Cell) -> int:
    return sum(len(piece.text) for piece in cell[1])


def _local(element: _Element) -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else "annotation-end"


def _tidy(text: str) -> str:
    return "\n".join(line.strip(" ") for line in text.replace("\xad", "").split("\n")).strip()


def _repeated(element: _Element, what: str) -> int:
    value = element.get(f"{_TABLE}number-{what}-repeated") or "1"
    return min(_MOST_REPEATED, int(value)) if value.isdecimal() and len(value) < 9 and int(value) else 1


def _parents(*parts: _Element | None) -> dict[str, str]:
    """For each style of paragraphs the one that it is based on."""
    return {
        style.get(f"{_STYLE}name") or "": style.get(f"{_STYLE}parent-style-name") or ""
        for part in parts
        if part is not None
        for style in part.iter(f"{_STYLE}style")
        if style.get(f"{_STYLE}parent-style-name")
    }


def _embedded(archive: zipfile.ZipFile) -> list[tuple[int, str]]:
    paths = names(archive)
    objects = {path.split("/")[0] for path in paths if path.startswith("Object ")}
    return [
        (sum(path.startswith("Pictures/") for path in paths), "picture"),
        (len(objects), "embedded object"),
        (any(path.startswith("Basic/") and path.endswith(".xml") for path in paths), "macro project"),
    ]


def _words_in_margins(styles: _Element) -> bool:
    margins = (margin for page in styles.iter(f"{_STYLE}master-page") for margin in page)
    return any(any(map(str.isalpha, str(text))) for margin in margins for text in margin.itertext())
