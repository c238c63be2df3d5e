"""Reads PDF files that hold text: paragraphs across lines and pages, tables as rows, every character with its place."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import lru_cache
from itertools import groupby

from corpus.errors import UnreadableDocument
from corpus.formats.mojibake import repair_fonts
from corpus.formats.pdf_facts import Facts, settle_pdf
from corpus.formats.pdf_layout import Section, captions, goes_on, paragraphs, set_levels
from corpus.formats.pdf_legible import is_garbled, is_scan, page_list
from corpus.formats.pdf_lines import Boxes, Line, PageText, is_note_of, joined, same_row
from corpus.formats.pdf_margins import body_height, footnotes, is_drawing, is_label, is_ruler, running_lines
from corpus.formats.pdf_tables import Table, split_tables
from corpus.formats.pdf_text import Written, characters, write
from corpus.formats.pdfium import opened, page_texts, render
from corpus.formats.un_documents import letterhead
from corpus.types import BlockKind, Document

READER = ("application/pdf", "pdf/1")
INSTALL = "install tesseract (Debian: apt-get install tesseract-ocr) and add the file again"
Box = tuple[int, float, float, float, float]


def read_pdf(data: bytes, name: str, password: str | None = None) -> Document:
    """The document in a PDF file; its notes name the pages that could not be read.

    Raises UnreadableDocument for what is no PDF, is locked or damaged beyond repair, or shows no text at all.
    """
    pages, facts = _pages(data, name, password=password)
    if not any(page.lines for page in pages):
        raise UnreadableDocument(_nothing(pages, name))
    written = _written(pages)
    return _document(data, name, pages, written, facts)


def _nothing(pages: Sequence[PageText], name: str) -> str:
    if any(map(is_scan, pages)):
        return f"{name} holds only pictures of its {len(pages)} pages; {INSTALL}"
    if pages and all(page.failed for page in pages):
        return f"{name} is damaged: none of its {len(pages)} pages can be opened; download or export it again"
    return f"{name} is empty: none of its {len(pages)} pages holds text"


def _notes_on(pages: Sequence[PageText], facts: Facts) -> tuple[str, ...]:
    """A sentence for each way in which pages could not be read."""
    found = [(page_list(page.number for page in pages if page.failed), "cannot be opened")]
    found.append((page_list(page.number for page in pages if is_scan(page)), f"not read, a scan; {INSTALL}"))
    garbled = page_list(page.number for page in pages if is_garbled(page))
    found.append((garbled, f"not read, its fonts name the wrong characters; {INSTALL}"))
    notes = [f"{which}: {what}" for which, what in found if which]
    if facts.mended:
        notes.insert(0, "the file is damaged; this is what could be repaired")
    return tuple(notes)


def boxes(data: bytes, start: int, end: int) -> list[Box]:
    """Where `text[start:end]` stands: (page, left, bottom, right, top), one for each line of it, in text order.

    In points of the page as shown; its lower left corner is the origin. Reads the file again.
    """
    written, by_page = _placed(data)
    found: list[Box] = []
    for page, group in groupby(characters(written.segments, start, end), key=lambda place: place[0]):
        found += _rectangles(page, [index for _page, index in group], by_page[page])
    return found


def render_page(data: bytes, number: int, scale: float = 1.5) -> bytes:
    """A picture of the page (numbers from 1) in PNG; `scale` is pixels a point. Raises ValueError without such a page."""
    return render(data, "the document", number, scale)


@lru_cache(maxsize=4)
def _placed(data: bytes) -> tuple[Written, dict[int, Boxes]]:
    pages, _facts = _pages(data, "the document", with_boxes=True)
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
    return [(page, *(round(value, 2) for value in box)) for box in found]  # type: ignore[misc]


def _pages(
    data: bytes, name: str, *, with_boxes: bool = False, password: str | None = None
) -> tuple[list[PageText], Facts]:
    with opened(data, name, password) as (document, mended):
        facts = Facts(mended, document.get_metadata_dict(skip_empty=True))
        pages = list(page_texts(document, with_boxes=with_boxes))
    for page in pages:
        page.lines = _side_by_side(page.lines)
    repair_fonts(pages)
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
    running = running_lines(pages) | letterhead(pages[0]).lines
    sections: list[Section] = []
    last: Section | None = None  # the paragraph or row that may go on on the next page
    table: Table | None = None
    for page in pages:
        if is_garbled(page):
            running.update(map(id, page.lines))
        elif is_drawing(page):
            running.update(id(line) for line in page.lines if is_label(line))
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
    set_levels([section for section in sections if section.kind is BlockKind.HEADING], body)
    return write(sections, len(pages))


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
            sections.append(Section([line]))
        else:
            sections[-1].lines.append(line)
    return sections


def _new_note(section: Section, line: Line) -> bool:
    first, here = section.lines[0].words[0], line.words[0]
    return here.raised or (here.top - here.bottom < 0.85 * line.height and first.text != here.text)


def _document(data: bytes, name: str, pages: Sequence[PageText], written: Written, facts: Facts) -> Document:
    metadata = settle_pdf(pages, written, facts, name)
    media_type, reader = READER
    return Document(
        hashlib.sha256(data).hexdigest(),
        written.text,
        written.blocks,
        metadata,
        media_type,
        reader,
        written.pages,
        _notes_on(pages, facts),
    )
