"""Spreadsheets: calamine reads the cells of .xlsx, .xls and .ods; how far a sheet reaches is measured before it may."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from corpus.errors import UnreadableDocument
from corpus.formats.compose import compose, flat, unread
from corpus.formats.grid import pieces
from corpus.formats.html_table import Piece
from corpus.formats.office_xml import embedded, properties
from corpus.formats.old_excel import old_excel_facts
from corpus.formats.opendocument import KIND_SHEET, odf_properties
from corpus.formats.package import names, opened, part, repacked
from corpus.formats.sheet_parts import LIMIT, Extent, excel_extents, open_document_extents
from corpus.metadata import Claims
from corpus.types import BlockKind, Document, Origin, Sourced

if TYPE_CHECKING:
    from python_calamine import CalamineSheet, CalamineWorkbook

READER = ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "sheets/5")

Value = int | float | str | bool | time | date | datetime | timedelta
_MERGED_CELLS = 100_000
_MERGED_LENGTH = 200
_PLAIN_NAMES = ("sheet", "tabelle", "feuil", "feuille", "foglio", "hoja", "table", "worksheet", "tabela")


def read_sheets(data: bytes, name: str) -> Document:
    """The document in a spreadsheet: every visible sheet under its name.

    Raises UnreadableDocument for what is no spreadsheet, is damaged or locked, holds no text, or has a cell so far
    out that the sheet would not fit into memory.
    """
    if not data.startswith(b"PK"):
        extents, claims = old_excel_facts(data)
        return _document(data, name, data, extents, claims, [])
    with opened(data, name, "a spreadsheet") as archive:
        if "content.xml" in names(archive):
            extents = open_document_extents(archive, name)
            parts = [(path, part(archive, path)) for path in ("content.xml", "META-INF/manifest.xml")]
            packed = repacked([("mimetype", KIND_SHEET.encode()), *parts])
            return _document(data, name, packed, extents, odf_properties(archive), [])
        extents = excel_extents(archive, name)
        return _document(data, name, _excel_parts(archive), extents, properties(archive), embedded(archive))


def _excel_parts(archive: zipfile.ZipFile) -> bytes:
    kept = [path for path in sorted(names(archive)) if path.lower().endswith((".xml", ".rels"))]
    return repacked((path, part(archive, path)) for path in kept)


def _document(
    data: bytes,
    name: str,
    packed: bytes,
    extents: dict[str, Extent],
    claims: Claims,
    counts: list[tuple[int, str]],
) -> Document:
    from python_calamine import SheetTypeEnum, SheetVisibleEnum

    found: list[Piece] = []
    with _workbook(packed, name) as workbook:
        known = workbook.sheets_metadata
        visible = [sheet.name for sheet in known if sheet.visible == SheetVisibleEnum.Visible]
        charts = [sheet.name for sheet in known if sheet.typ == SheetTypeEnum.ChartSheet]
        shown = [title for title in visible if title not in charts]
        for title in shown:
            extent = extents.get(title, Extent())
            lines = pieces(_rows(_sheet(workbook, title, name), extent, name))
            if lines and not (len(shown) == 1 and title.lower().rstrip("0123456789 ") in _PLAIN_NAMES):
                found.append(Piece(flat(title) or title, BlockKind.HEADING, 2))
            found += lines
    notes = unread([(len(charts), "chart sheet"), *counts])
    notes += [
        f"The hidden sheet {title} is not read." for title in (s.name for s in known) if title not in visible
    ]
    uncounted = sum(extents[title].uncounted for title in shown if title in extents)
    if uncounted:
        formulas = "1 formula has" if uncounted == 1 else f"{uncounted:,} formulas have"
        notes.append(
            f"{formulas} no stored result: open the file in a spreadsheet program, save it, and add that."
        )
    claims = replace(claims, titles=(*claims.titles, Sourced(name, Origin.FILE)))
    return compose(data, name, found, claims, READER, notes)


def _workbook(data: bytes, name: str) -> CalamineWorkbook:
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError

    try:
        return CalamineWorkbook.from_filelike(io.BytesIO(data))
    except PasswordError as error:
        raise UnreadableDocument(
            f"{name} is locked with a password; save it without one and add that"
        ) from error
    except CalamineError as error:
        raise UnreadableDocument(
            f"{name} is not a spreadsheet, or it is damaged or cut off ({error})"
        ) from error
    except BaseException as error:
        raise _panic(error, name) from error


def _sheet(workbook: CalamineWorkbook, title: str, name: str) -> CalamineSheet:
    from python_calamine import CalamineError

    try:
        return workbook.get_sheet_by_name(title)
    except CalamineError as error:
        raise UnreadableDocument(f"{name} has a damaged sheet {title} ({error})") from error
    except BaseException as error:
        raise _panic(error, name) from error


def _panic(error: BaseException, name: str) -> BaseException:
    """A panic of the Rust code is no Exception in Python; what else comes stays as it is."""
    if type(error).__name__ != "PanicException":
        return error
    return UnreadableDocument(f"{name} is not a spreadsheet, or it is damaged ({error})")


def _rows(sheet: CalamineSheet, extent: Extent, name: str) -> list[list[str]]:
    if sheet.start is None:
        return []
    if sheet.height * sheet.width > LIMIT:
        raise UnreadableDocument(
            f"{name} has a sheet {sheet.name} of {sheet.height:,} rows and {sheet.width:,} columns, more than are read; "
            "delete what stands far out"
        )
    top, left = sheet.start
    rows = [
        [_shown(value, (top + row, left + column), extent) for column, value in enumerate(values)]
        for row, values in enumerate(sheet.to_python())
    ]
    _repeat_merged(rows, sheet.merged_cell_ranges or [], top, left)
    return rows


def _repeat_merged(
    rows: list[list[str]], ranges: Sequence[tuple[tuple[int, int], tuple[int, int]]], top: int, left: int
) -> None:
    """A cell merged over rows is repeated in each, as a reader sees it there."""
    budget = _MERGED_CELLS
    for (first, column), (last, _column) in ranges:
        row, column = first - top, column - left
        if not (0 <= row < len(rows) and 0 <= column < len(rows[row])):
            continue
        text = rows[row][column]
        for below in rows[row + 1 : last - top + 1]:
            budget -= 1
            if budget > 0 and len(text) <= _MERGED_LENGTH and not below[column] and any(below):
                below[column] = text


def _shown(value: Value, place: tuple[int, int], extent: Extent) -> str:
    """A value as text: figures in full and without a format, dates as 2003-10-31, shares as the sheet shows them."""
    value = extent.stored.get(place, value)
    if isinstance(value, str):
        return flat(value)
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | float):
        return f"{value * 100:.15g}%" if place in extent.percent else f"{value:.15g}"
    if isinstance(value, datetime):
        return str(value.date()) if value.time() == time() else value.isoformat(" ", "minutes")
    if isinstance(value, timedelta):
        minutes, seconds = divmod(round(value.total_seconds()), 60)
        return f"{minutes // 60}:{minutes % 60:02d}" + (f":{seconds:02d}" if seconds else "")
    return value.isoformat()
