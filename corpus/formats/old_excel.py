"""What an old Excel file (.xls) tells besides its cells: which of them are shares, its title and author."""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from corpus.formats.compose import filled_in
from corpus.formats.sheet_parts import MOST_SHARES, Extent, is_share
from corpus.metadata import Claims

# The records of [MS-XLS] that are looked at.
_FORMULA, _NUMBER, _RK, _MULTIPLE = 0x0006, 0x0203, 0x027E, 0x00BD
_SHEET, _FORMAT, _STYLE, _BEGIN = 0x0085, 0x041E, 0x00E0, 0x0809
_EXCEL_97 = 0x0600
_TITLE, _AUTHOR = 2, 4
_MOST_RECORDS = 5_000_000
# A damaged compound file makes olefile and struct complain in these ways.
_DAMAGED = (
    OSError,
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    struct.error,
    RecursionError,
    MemoryError,
)


@dataclass(slots=True)
class _Book:
    """What the records before the first sheet say: number formats, the format of each cell style, where sheets begin."""

    codes: dict[int, str] = field(default_factory=dict)
    styles: list[int] = field(default_factory=list)
    sheets: dict[int, str] = field(default_factory=dict)


def old_excel_facts(data: bytes) -> tuple[dict[str, Extent], Claims]:
    """The shares of every sheet by its name, and what the file's properties say; nothing where they cannot be read.

    Whether the file can be read at all is for the reader of its cells to say.
    """
    import olefile

    try:
        with olefile.OleFileIO(io.BytesIO(data)) as file:
            said = (
                file.getproperties("\x05SummaryInformation") if file.exists("\x05SummaryInformation") else {}
            )
            stream = file.openstream("Workbook").read() if file.exists("Workbook") else b""
            return _shares(stream), filled_in(_text(said, _TITLE), _text(said, _AUTHOR), "")
    except _DAMAGED:
        return {}, Claims()


def _text(said: dict[int, object], number: int) -> str:
    """A property in the code page that the file states."""
    value, page = said.get(number), said.get(1)
    if not isinstance(value, bytes):
        return value if isinstance(value, str) else ""
    number = page & 0xFFFF if isinstance(page, int) else 1252
    try:
        return value.decode("utf-8" if number == 65001 else f"cp{number}")
    except (LookupError, UnicodeError):
        return value.decode("cp1252", "replace")


def _shares(stream: bytes) -> dict[str, Extent]:
    book, found = _Book(), dict[str, Extent]()
    sheet: Extent | None = None
    for place, kind, body in _records(stream):
        if kind == _BEGIN:
            if struct.unpack_from("<H", body)[0] != _EXCEL_97:
                return {}
            title = book.sheets.get(place)
            sheet = None if title is None else found.setdefault(title, Extent())
        elif sheet is None:
            _enter(book, kind, body)
        else:
            for row, column, style, figure in _cells(kind, body):
                if _is_share(book, style) and len(sheet.percent) < MOST_SHARES and figure is not None:
                    sheet.percent.add((row, column))
                    sheet.stored[row, column] = figure
    return found


def _records(stream: bytes) -> Iterator[tuple[int, int, bytes]]:
    place = 0
    for _number in range(_MOST_RECORDS):
        if place + 4 > len(stream):
            return
        kind, length = struct.unpack_from("<HH", stream, place)
        yield place, kind, stream[place + 4 : place + 4 + length]
        place += 4 + length


def _enter(book: _Book, kind: int, body: bytes) -> None:
    if kind == _FORMAT:
        book.codes[struct.unpack_from("<H", body)[0]] = _unicode(body[2:], wide_length=True)
    elif kind == _STYLE:
        book.styles.append(struct.unpack_from("<H", body, 2)[0])
    elif kind == _SHEET:
        book.sheets[struct.unpack_from("<I", body)[0]] = _unicode(body[6:], wide_length=False)


def _unicode(body: bytes, *, wide_length: bool) -> str:
    """A string of BIFF8: its length, whether it has two bytes a character, its characters."""
    start = 2 if wide_length else 1
    length = int.from_bytes(body[:start], "little")
    wide = bool(body[start] & 1)
    text = body[start + 1 : start + 1 + length * (2 if wide else 1)]
    return text.decode("utf-16-le" if wide else "latin-1", "replace")


def _cells(kind: int, body: bytes) -> Iterator[tuple[int, int, int, float | None]]:
    """Row, column, style and value of the figures in a record; a formula's result may be no figure."""
    if kind in (_FORMULA, _NUMBER):
        text = kind == _FORMULA and body[12:14] == b"\xff\xff"
        yield *struct.unpack_from("<HHH", body), None if text else struct.unpack_from("<d", body, 6)[0]
    elif kind == _RK:
        yield *struct.unpack_from("<HHH", body), _packed(body, 6)
    elif kind == _MULTIPLE:
        row, first = struct.unpack_from("<HH", body)
        for number in range((len(body) - 6) // 6):
            place = 4 + 6 * number
            yield row, first + number, struct.unpack_from("<H", body, place)[0], _packed(body, place + 2)


def _packed(body: bytes, place: int) -> float:
    """A figure in four bytes: 30 bits of a whole number or of a fraction's first half, and whether it is hundredfold."""
    (bits,) = struct.unpack_from("<I", body, place)
    if bits & 2:
        figure = float(struct.unpack("<i", struct.pack("<I", bits & ~3))[0] >> 2)
    else:
        (figure,) = struct.unpack("<d", struct.pack("<Q", (bits & ~3) << 32))
    return figure / 100 if bits & 1 else figure


def _is_share(book: _Book, style: int) -> bool:
    if style >= len(book.styles):
        return False
    code = book.styles[style]
    return is_share(code, book.codes.get(code))
