"""Reads PDF files that hold text: paragraphs across lines and pages, tables as rows, every character with its place."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import lru_cache
from itertools import groupby

from corpus.formats.mojibake import repair_fonts
from corpus.formats.ocr import DEFAULT, Ocr
from corpus.formats.pdf_facts import Facts, settle_pdf
from corpus.formats.pdf_layout import Section, captions, goes_on, paragraphs, set_levels, set_numbers
from corpus.formats.pdf_lines import Boxes, Line, PageText, is_note_of, joined, same_row
from corpus.formats.pdf_margins import body_height, footnotes, is_drawing, is_label, is_ruler, running_lines
from corpus.formats.pdf_scans import LINE_SURE, notes_on, nothing_read, ocr_of, read_scans, reader_with
from corpus.formats.pdf_tables import Table, split_tables
from corpus.formats.pdf_text import Written, characters, write
from corpus.formats.pdfium import opened, page_texts, render
from corpus.formats.un_documents import letterhead
from corpus.types import BlockKind, Document

READER = ("application/pdf", "pdf/5")
Box = tuple[int, float, float, float, float]


def read_pdf(data: bytes, name: str, password: str | None = None, ocr: Ocr = DEFAULT) -> Document:
    """The document in a PDF file; its notes name the pages that could not be read.

    Pages that are pictures, or whose fonts garble their text, are read by tesseract where it is installed; then its
    version is part of the reader's name. Raises UnreadableDocument for what is no PDF, is locked or damaged beyond
    repair, or shows no text at all.
    """
    pages, facts = _pages(data, name, password, ocr)
    if not any(page.lines for page in pages):
        raise nothing_read(pages, name)
    written = _written(pages)
    media_type, reader = READER
    return Document(
        id=hashlib.sha256(data).hexdigest(),
        text=written.text,
        blocks=written.blocks,
        metadata=settle_pdf(pages, written, facts, name),
        media_type=media_type,
        reader=reader_with(reader, pages, ocr),
        pages=written.pages,
        notes=notes_on(pages, mended=facts.mended),
    )


def reread_pdf(data: bytes, name: str, reader: str, password: str | None = None) -> Document:
    """Read once more as the reader of this name did ("pdf/2+tesseract-5.3.0"): the same text.

    Raises UnreadableDocument also where that needs another version of tesseract than is installed.
    """
    return read_pdf(data, name, password, ocr_of(reader, name))


def boxes(
    data: bytes, start: int, end: int, reader: str = READER[1], password: str | None = None
) -> list[Box]:
    """Where `text[start:end]` stands: (page, left, bottom, right, top), one for each line of it, in text order.

    In points of the page as shown; its lower left corner is the origin. Reads the file again, as `reader` (that of
    the document) did.
    """
    written, by_page = _placed(data, ocr_of(reader, "the document"), password)
    found: list[Box] = []
    for page, group in groupby(characters(written.segments, start, end), key=lambda place: place[0]):
        found += _rectangles(page, [index for _page, index in group], by_page[page])
    return found


def render_page(data: bytes, number: int, scale: float = 1.5, password: str | None = None) -> bytes:
    """A picture of the page (numbers from 1) in PNG; `scale` is pixels a point. Raises ValueError without such a page."""
    return render(data, "the document", number, scale, password)


@lru_cache(maxsize=4)
def _placed(data: bytes, ocr: Ocr, password: str | None) -> tuple[Written, dict[int, Boxes]]:
    pages, _facts = _pages(data, "the document", password, ocr, with_boxes=True)
    return _written(pages), {page.number: page.boxes for page in pages if page.boxes is not None}


def _rectangles(page: int, indices: Sequence[int], places: Boxes) -> list[Box]:
    found: list[list[float]] = []
    for index in indices:
        left, bottom, right, top = (
            places.left[index],
            places.bottom[index],
            places.right[index],
            places.top[index],
        )
        if right <= left:
            continue
        if found and found[-1][1] < (bottom + top) / 2 < found[-1][3] and left >= found[-1][0]:
            last = found[-1]
            last[1], last[2], last[3] = min(last[1], bottom), max(last[2], right), max(last[3], top)
        else:
            found.append([left, bottom, right, top])
    return [(page, *(round(value, 2) for value in box)) for box in found]  # type: ignore[misc]  # a box has four sides


def _pages(
    data: bytes, name: str, password: str | None, ocr: Ocr, *, with_boxes: bool = False
) -> tuple[list[PageText], Facts]:
    with opened(data, name, password) as (document, mended):
        facts = Facts(mended, document.get_metadata_dict(skip_empty=True))
        pages = list(page_texts(document, with_boxes=with_boxes))
    repair_fonts(pages)
    read_scans(data, name, password, pages, ocr)
    for page in pages:
        page.lines = _side_by_side(page.lines)
    return pages, facts


def _side_by_side(lines: Sequence[Line]) -> list[Line]:
    """Join neighbours in the file's order that stand on one line."""
    whole: list[Line] = []
    for line in lines:
        last = whole[-1] if whole else None
        if last is None or last.hyphen:
            whole.append(line)
        elif is_note_of(last, line):
            line.words[0].raised = True
            whole[-1] = joined((last, line))
        elif same_row(last, line) and line.left >= last.right - 1:
            whole[-1] = joined((last, line))
            whole[-1].hyphen = line.hyphen
        else:
            whole.append(line)
    return whole


def _written(pages: Sequence[PageText]) -> Written:
    body = body_height(pages)
    running = running_lines(pages) | letterhead(pages).lines
    sections: list[Section] = []
    last: Section | None = None  # the paragraph or row that may go on on the next page
    table: Table | None = None
    for page in pages:
        if page.unread:
            running.update(map(id, page.lines))
        elif is_drawing(page):
            running.update(id(line) for line in page.lines if is_label(line))
        running.update(id(line) for line in page.lines if line.sure < LINE_SURE)
        content = [line for line in page.lines if id(line) not in running]
        notes = footnotes(content, body)
        noted = set(map(id, notes))
        text = [line for line in content if id(line) not in noted]
        around = [_boilerplate(line) for line in page.lines if id(line) in running]
        middle = page.height / 2
        top = [section for section in around if section.lines[0].bottom > middle]
        bottom = [section for section in around if section.lines[0].bottom <= middle]
        found, table = _found(text, body, table if last is not None and last.cells else None)
        if last is not None and found and goes_on(last, found[0]):
            last.lines += found.pop(0).lines
        sections += [*top, *found, *_notes(notes), *bottom]
        last = found[-1] if found else last if not text else None
    set_numbers(sections)
    set_levels([section for section in sections if section.kind is BlockKind.HEADING], body)
    return write(sections, [page.confidence for page in pages])


def _found(lines: Sequence[Line], body: float, before: Table | None) -> tuple[list[Section], Table | None]:
    """The sections of a page, and its last table; `before` is the table that ended the page before."""
    drawn = [line for line in lines if is_ruler(line.text)]
    lines = [line for line in lines if not is_ruler(line.text)]
    sections: list[Section] = []
    last: Table | None = None
    for part in split_tables(lines):
        if not isinstance(part, Table):
            sections += paragraphs(part, body, lines)
            continue
        if part.header is None and before is not None and not sections and part.continues(before):
            for row in part.rows:
                row.header = before.header
            part.header = before.header
        elif part.header is not None:
            captions(sections)
            sections.append(part.header)
        sections += part.rows
        last = part
    return sections + [_boilerplate(line) for line in drawn], last


def _boilerplate(line: Line) -> Section:
    return Section([line], BlockKind.BOILERPLATE)


def _notes(lines: Sequence[Line]) -> list[Section]:
    sections: list[Section] = []
    for line in lines:
        if is_ruler(line.text):
            sections.append(_boilerplate(line))
        elif not sections or sections[-1].kind is BlockKind.BOILERPLATE or _new_note(sections[-1], line):
            sections.append(Section([line], BlockKind.FOOTNOTE))
        else:
            sections[-1].lines.append(line)
    return sections


def _new_note(section: Section, line: Line) -> bool:
    first, here = section.lines[0].words[0], line.words[0]
    return here.raised or (here.top - here.bottom < 0.85 * line.height and first.text != here.text)
