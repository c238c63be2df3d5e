"""The pages of a PDF whose text cannot be taken from the file: read from their picture, or said to be unread."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from corpus.errors import UnreadableDocument
from corpus.formats.ocr import DEFAULT, INSTALL, Ocr, OcrFailed, OcrMode, engine, lacking, lacks, read_picture
from corpus.formats.pdf_legible import Legible, agrees, has_odd_characters, is_scan, legible
from corpus.formats.pdf_lines import PageText
from corpus.formats.pdfium import picture
from corpus.limits import at_page

OFF = "reading of pictures is switched off"
UNREAD = "+unread"
"""Ends the name of a reader that had to leave out pages which tesseract, or one of its languages, would read."""
NO_WORDS = "tesseract finds no words there"
LINE_SURE = 0.4
"""A line read from a picture with less confidence is dirt, or part of a seal or drawing: kept as boilerplate."""
UNCERTAIN = "what tesseract makes of it is too uncertain to quote"
_GARBLED = "garbled by its fonts"
_LEAST_SURE = 0.7  # mean confidence below which a page is a map, a photograph or handwriting
_SUFFIX = re.compile(
    r"\+(?P<engine>tesseract-[\d.]+)(?:\[(?!always\])(?P<languages>[\w+]+)\])?(?P<always>\[always\])?",
    re.ASCII,
)


def read_scans(data: bytes, name: str, password: str | None, pages: Sequence[PageText], ocr: Ocr) -> None:
    """Read the pages that need it from their pictures, in place; `unread` of a page says why it was not.

    Text that reads like no language is compared with its picture, and stays if that shows the same words; where
    nothing can be compared it stays too unless it is beyond doubt, and `doubt` says so.
    """
    missing = _missing(ocr)
    for page in pages:
        if page.failed:
            page.unread = "cannot be opened"
        elif is_scan(page):
            _instead(page, "a scan", missing or _read(data, name, password, page, ocr), curable=bool(missing))
        elif has_odd_characters(page):
            _instead(page, _GARBLED, missing or _read(data, name, password, page, ocr), curable=bool(missing))
        elif ocr.mode is OcrMode.ALWAYS and page.characters and not missing:
            _read(data, name, password, page, ocr)
        elif (found := legible(page)) is not Legible.YES:
            why = missing or _compared(data, name, password, page, ocr)
            page.curable = bool(missing)
            if why and found is Legible.NO:
                _instead(page, _GARBLED, why, curable=bool(missing))
            elif why:
                page.doubt = why


def _instead(page: PageText, reason: str, why: str, *, curable: bool) -> None:
    """Enter why a page was not read from its picture, if it was not."""
    page.curable = curable
    if why:
        page.unread = f"{reason} and was not read: {why}"


def _missing(ocr: Ocr) -> str:
    """Why no picture is read here with these settings; empty if they are."""
    if ocr.mode is OcrMode.NEVER:
        return OFF
    if engine() is None:
        return INSTALL
    missing = lacking(ocr.languages)
    return lacks(missing) if missing else ""


def _read(data: bytes, name: str, password: str | None, page: PageText, ocr: Ocr) -> str:
    """Read one page from its picture; returns why it could not be read, or nothing."""
    from corpus.formats.ocr import DPI

    at_page(page.number)
    try:
        read_picture(picture(data, name, page.number, DPI / 72, password), page, ocr.languages)
    except OcrFailed as error:
        return str(error)
    if not page.characters:
        return NO_WORDS
    return UNCERTAIN if (page.confidence or 0.0) < _LEAST_SURE else ""


def _compared(data: bytes, name: str, password: str | None, page: PageText, ocr: Ocr) -> str:
    """Take what the page's picture shows if its text is something else; returns why that cannot be told, or nothing."""
    shown = replace(page)
    page.compared = True
    why = _read(data, name, password, shown, ocr)
    if why and why != UNCERTAIN:
        return why
    if agrees(page, shown):
        return ""
    if why or legible(shown) is not Legible.YES:
        return UNCERTAIN
    page.lines, page.characters, page.confidence = shown.lines, shown.characters, shown.confidence
    page.width, page.height, page.boxes = shown.width, shown.height, shown.boxes
    return ""


def notes_on(pages: Sequence[PageText], *, mended: bool) -> tuple[str, ...]:
    """A sentence for each way in which pages could not be read."""
    reasons = dict.fromkeys(page.unread for page in pages if page.unread)
    notes = ["the file is damaged; this is what could be repaired"] if mended else []
    for reason in reasons:
        which = [page.number for page in pages if page.unread == reason]
        if reason == "cannot be opened":
            notes.append(f"{page_list(which)} cannot be opened")
        elif len(which) == 1:
            notes.append(f"{page_list(which)} is {reason}")
        else:
            several = reason.replace("a scan and was", "scans and were").replace(
                "fonts and was", "fonts and were"
            )
            notes.append(f"{page_list(which)} are {several}")
    dim = {
        page.number: sum(line.sure < LINE_SURE for line in page.lines) for page in pages if not page.unread
    }
    if lines := sum(dim.values()):
        places = page_list(number for number, count in dim.items() if count)
        what = "1 line" if lines == 1 else f"{lines} lines"
        is_not = "is not" if lines == 1 else "are not"
        notes.append(
            f"{what} of {places}, read with too little certainty, {is_not} quoted (show --boilerplate)"
        )
    for why in dict.fromkeys(page.doubt for page in pages if page.doubt and not page.unread):
        which = [page.number for page in pages if page.doubt == why and not page.unread]
        reads, was = ("reads", "it was") if len(which) == 1 else ("read", "they were")
        notes.append(
            f"{page_list(which)} {reads} like no known language and may be garbled by the fonts; {was} not compared with "
            f"the picture: {why}"
        )
    return tuple(notes)


def page_list(numbers: Iterable[int]) -> str:
    """The pages in words: "page 3", "pages 3, 7-9"."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    words = ", ".join(str(run[0]) if len(run) == 1 else f"{run[0]}-{run[-1]}" for run in runs)
    return f"page {words}" if sum(map(len, runs)) == 1 else f"pages {words}"


def nothing_read(pages: Sequence[PageText], name: str) -> UnreadableDocument:
    """The error for a document without any text."""
    unread = dict.fromkeys(page.unread for page in pages if page.unread)
    if not pages or set(unread) == {"cannot be opened"}:
        return UnreadableDocument(
            f"{name} is damaged: none of its pages can be opened; download or export it again"
        )
    reason = next((reason for reason in unread if ": " in reason), "")
    if reason:
        return UnreadableDocument(
            f"{name} holds only pictures of its {len(pages)} pages: {reason.partition(': ')[2]}"
        )
    return UnreadableDocument(f"{name} is empty: none of its {len(pages)} pages holds text")


def reader_with(reader: str, pages: Sequence[PageText], ocr: Ocr) -> str:
    """The reader's name with what else the text depends on: "pdf/2+tesseract-5.3.0", "...[fra][always]", "...+unread"."""
    if any(page.curable for page in pages):
        return f"{reader}{UNREAD}"
    always = ocr.mode is OcrMode.ALWAYS and not _missing(ocr)
    if not always and not any(page.compared or page.confidence is not None for page in pages):
        return reader
    languages = f"[{'+'.join(ocr.languages)}]" if ocr.languages != DEFAULT.languages else ""
    return f"{reader}+{engine()}{languages}{'[always]' if always else ''}"


def reads_otherwise(reader: str, ocr: Ocr, *, exactly: bool = False) -> bool:
    """Whether a document that the reader of this name read would be read otherwise with these settings, here and now.

    Another version of tesseract is a reason only with `exactly`: a scan takes seconds a page.
    """
    if not reader.startswith("pdf/"):
        return False
    before = _SUFFIX.search(reader)
    if ocr.mode is OcrMode.NEVER:
        return before is not None
    if _missing(ocr):
        return False
    if before is None:
        return reader.endswith(UNREAD) or ocr.mode is OcrMode.ALWAYS
    if exactly and before["engine"] != engine():
        return True
    languages = tuple(before["languages"].split("+")) if before["languages"] else DEFAULT.languages
    return languages != ocr.languages or (before["always"] is not None) != (ocr.mode is OcrMode.ALWAYS)


def ocr_of(reader: str, name: str) -> Ocr:
    """How pictures were read by the reader of this name; raises UnreadableDocument if that cannot be done again."""
    match = _SUFFIX.search(reader)
    if match is None:
        return Ocr(OcrMode.NEVER)
    if match["engine"] != engine():
        raise UnreadableDocument(
            f"{name} was read with {match['engine']} and this machine has {engine() or 'no tesseract'}; add it again"
        )
    mode = OcrMode.ALWAYS if match["always"] else OcrMode.AUTO
    return Ocr(mode, tuple(match["languages"].split("+"))) if match["languages"] else Ocr(mode)
