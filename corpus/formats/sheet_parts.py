"""What a spreadsheet's own XML tells before its cells are read: their extent, which are shares, which lack a result."""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import unquote

from corpus.errors import UnreadableDocument
from corpus.formats.package import MAXIMUM_XML, names, part, xml_part

if TYPE_CHECKING:
    from lxml.etree import _Element

LIMIT = 5_000_000
"""The most cells of one sheet, from its first to its last used row and column; empty ones take memory, too."""
_CHARACTERS = 20_000_000
_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_STRICT = "{http://purl.oclc.org/ooxml/spreadsheetml/main}"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_PLACE = re.compile(r"([A-Z]{1,4})([0-9]{1,8})")
_QUOTED = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]')
MOST_SHARES = 1_000_000
"""No more shares of one sheet are remembered."""


@dataclass(slots=True)
class Extent:
    """What was measured of one sheet; `percent` are (row, column) of shares, both from 0; characters count repeats.

    `stored` has the figures of shares where calamine may take them for times.
    """

    top: int = 1 << 40
    left: int = 1 << 40
    bottom: int = -1
    right: int = -1
    characters: int = 0
    uncounted: int = 0
    percent: set[tuple[int, int]] = field(default_factory=set)
    stored: dict[tuple[int, int], float] = field(default_factory=dict)

    def hold(self, row: int, column: int, rows: int = 1, columns: int = 1) -> None:
        """Take in a used cell, or a stretch of equal ones."""
        self.top, self.left = min(self.top, row), min(self.left, column)
        self.bottom, self.right = max(self.bottom, row + rows - 1), max(self.right, column + columns - 1)

    def check(self, name: str, title: str) -> None:
        """Raise UnreadableDocument if the sheet is too large to be read."""
        area = (self.bottom - self.top + 1) * (self.right - self.left + 1) if self.bottom >= 0 else 0
        if area > LIMIT:
            raise UnreadableDocument(
                f"{name} has a sheet {title} that reaches to row {self.bottom + 1:,} and column {self.right + 1:,}; "
                "delete what stands far out, or split the sheet"
            )
        if self.characters > _CHARACTERS:
            raise UnreadableDocument(f"{name} has a sheet {title} with more text than is read; split it")


def excel_extents(archive: zipfile.ZipFile, name: str) -> dict[str, Extent]:
    """The extent of every sheet of an Excel file, by the sheet's name."""
    lengths = [_length(item) for item in _stream(archive, "xl/sharedStrings.xml", "si")]
    shares = _percent_styles(archive)
    extents: dict[str, Extent] = {}
    for title, path in _excel_sheets(archive):
        extent = extents.setdefault(title, Extent())
        _measure_excel(archive, path, lengths, shares, extent)
        extent.check(name, title)
    return extents


def _excel_sheets(archive: zipfile.ZipFile) -> Iterator[tuple[str, str]]:
    root, relations = xml_part(archive, "xl/workbook.xml"), xml_part(archive, "xl/_rels/workbook.xml.rels")
    if root is None or relations is None:
        raise ValueError("it has no workbook")
    targets = {
        relation.get("Id"): relation.get("Target") or "" for relation in relations.iter("{*}Relationship")
    }
    there = {path.lower(): path for path in names(archive)}
    for sheet in root.iter("{*}sheet"):
        reference = next((str(value) for key, value in sheet.items() if str(key).endswith("}id")), "")
        target = unquote(targets.get(reference, ""))
        path = target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"xl/{target}")
        if path.lower() in there:
            yield sheet.get("name") or "", there[path.lower()]


def _measure_excel(
    archive: zipfile.ZipFile, path: str, lengths: list[int], shares: frozenset[int], extent: Extent
) -> None:
    row = -1
    for element in _stream(archive, path, "row"):
        stated = element.get("r") or ""
        row = int(stated) - 1 if stated.isdecimal() and len(stated) < 9 else row + 1
        column = -1
        for cell in element:
            match = _PLACE.fullmatch(cell.get("r") or "")
            column = _column(match[1]) if match else column + 1
            held = int(match[2]) - 1 if match else row
            _measure_cell(cell, held, column, lengths, shares, extent)


def _measure_cell(
    cell: _Element, row: int, column: int, lengths: list[int], shares: frozenset[int], extent: Extent
) -> None:
    value, inline = cell.find("{*}v"), cell.find("{*}is")
    if inline is None and (value is None or not value.text):
        extent.uncounted += cell.find("{*}f") is not None and cell.get("t") != "str"
        return
    extent.hold(row, column)
    text = (value.text or "") if value is not None else ""
    if cell.get("t") == "s" and text.isdecimal():
        extent.characters += lengths[int(text)] if int(text[:9]) < len(lengths) and len(text) < 10 else 0
    else:
        extent.characters += len(text)
    style = cell.get("s") or ""
    if style.isdecimal() and int(style[:6]) in shares and len(extent.percent) < MOST_SHARES:
        extent.percent.add((row, column))


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = 26 * number + ord(letter) - 64
    return number - 1


def _percent_styles(archive: zipfile.ZipFile) -> frozenset[int]:
    """The numbers of the cell styles that show a figure as a share."""
    root = xml_part(archive, "xl/styles.xml")
    if root is None:
        return frozenset()
    codes = {item.get("numFmtId"): item.get("formatCode") or "" for item in root.iter("{*}numFmt")}
    formats = root.find("{*}cellXfs")
    shown = [item.get("numFmtId") for item in formats] if formats is not None else []
    return frozenset(
        number
        for number, code in enumerate(shown)
        if code and code.isdecimal() and is_share(int(code[:6]), codes.get(code))
    )


def is_share(number: int, code: str | None) -> bool:
    """Whether a number format, by its number and the file's own code for it, shows a figure as a share."""
    return number in (9, 10) if code is None else "%" in _QUOTED.sub("", code)


def open_document_extents(archive: zipfile.ZipFile, name: str) -> dict[str, Extent]:
    """The extent of every sheet of an OpenDocument spreadsheet, by the sheet's name."""
    extents: dict[str, Extent] = {}
    title, row = "", 0
    for element in _stream(archive, "content.xml", "table-row", "table"):
        if element.tag == f"{_TABLE}table":
            continue
        above = next(element.iterancestors(f"{_TABLE}table"), None)
        named = (above.get(f"{_TABLE}name") or "") if above is not None else ""
        if named != title or named not in extents:
            title, row = named, 0
        extent = extents.setdefault(title, Extent())
        rows = _repeated(element, "rows")
        _measure_open_document(element, row, rows, extent)
        row += rows
        extent.check(name, title)
    return extents


def _measure_open_document(element: _Element, row: int, rows: int, extent: Extent) -> None:
    column = 0
    for cell in element:
        columns = _repeated(cell, "columns")
        kind = cell.get(f"{_OFFICE}value-type")
        if kind is not None or len(cell):
            extent.hold(row, column, rows, columns)
            extent.characters += (1 + _length(cell)) * rows * columns
            if kind == "percentage" and rows * columns <= 1_000 and len(extent.percent) < MOST_SHARES:
                extent.percent.update((row + r, column + c) for r in range(rows) for c in range(columns))
        column += columns


def _repeated(element: _Element, what: str) -> int:
    value = element.get(f"{_TABLE}number-{what}-repeated") or "1"
    return max(1, int(value)) if value.isdecimal() and len(value) < 10 else 1


def _length(element: _Element) -> int:
    return sum(len(text) for text in element.itertext())


def _stream(archive: zipfile.ZipFile, path: str, *tags: str) -> Iterator[_Element]:
    """The elements of these names, one after the other and each forgotten before the next; none if there is no such part."""
    from lxml import etree

    if path not in names(archive):
        return
    data = part(archive, path, 4 * MAXIMUM_XML)
    try:
        events = etree.iterparse(
            io.BytesIO(data),
            tag=[f"{{*}}{tag}" for tag in tags],
            resolve_entities=False,
            no_network=True,
            huge_tree=False,
            load_dtd=False,
        )
        for _event, element in events:
            if element.getroottree().docinfo.internalDTD is not None:
                raise ValueError("its XML declares a document type, which no office program writes")
            yield element
            element.clear()
            parent = element.getparent()
            while parent is not None and element.getprevious() is not None:
                del parent[0]
    except etree.XMLSyntaxError as error:
        raise ValueError(f"its XML is broken: {error.msg}") from error
