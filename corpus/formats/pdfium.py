"""Opens PDF files with PDFium: words with their places, and pictures of pages; the only importer of pypdfium2."""

from __future__ import annotations

import contextlib
import ctypes
import io
import math
import threading
import unicodedata
from array import array
from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

from corpus.errors import UnreadableDocument
from corpus.formats.pdf_lines import Boxes, Line, PageText, Word
from corpus.limits import at_page

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument, PdfPage, PdfTextPage

_LOCK = threading.RLock()  # PDFium is not thread-safe, whatever the document
_HYPHEN = "\ufffe"  # PDFium's sign for a hyphen at the end of a line, in place of hyphen and line break
_SOFT_HYPHEN = "\u00ad"
_BULLET = "\uf0b7"  # of the Symbol font, outside Unicode's characters
_BOLD_WEIGHT = 600
_BOLD_NAMES = ("bold", "black", "heavy", "semibold", "demi")
_ITALIC_NAMES = ("italic", "oblique")
_HARDLY_ANY_TEXT = 200
_SAMPLES = 40  # characters whose direction is asked for
_SUPERSCRIPT = 0.8  # height against the character before it
_UNITS = frozenset(("m", "km", "cm", "mm", "ft"))
MAXIMUM_CHARACTERS_A_PAGE = 500_000
MAXIMUM_PIXELS = 40_000_000  # of a picture of a page; A3 at 300 dots an inch has 17 million


@contextlib.contextmanager
def opened(data: bytes, name: str, password: str | None = None) -> Iterator[tuple[PdfDocument, bool]]:
    """The PDFium document, closed at the end, and whether the file had to be repaired first.

    Raises UnreadableDocument for what is not a PDF, is empty, is locked by a password, or is beyond repair.
    """
    with _LOCK:
        document, mended = _open(data, name, password)
        try:
            yield document, mended
        finally:
            document.close()


def _open(data: bytes, name: str, password: str | None) -> tuple[PdfDocument, bool]:
    import pypdfium2

    if not data:
        raise UnreadableDocument(f"{name} is empty: it has 0 bytes; copy or download it again")
    if b"%PDF-" not in data[:1024]:
        raise UnreadableDocument(
            f"{name} is not a PDF file, whatever its name says; it does not begin with %PDF-"
        )
    try:
        return pypdfium2.PdfDocument(data, password=password), False
    except pypdfium2.PdfiumError as error:
        if "password" in str(error).lower():
            raise UnreadableDocument(_locked(name, password)) from error
    try:
        return pypdfium2.PdfDocument(_mended(data, name), password=password), True
    except pypdfium2.PdfiumError as error:
        raise _beyond_repair(name) from error


def _locked(name: str, password: str | None) -> str:
    if password is None:
        return f"{name} is locked by a password; save a copy without the password and add that, or use --password"
    return f"{name} is locked by another password than the one given"


def _mended(data: bytes, name: str) -> bytes:
    import pikepdf

    try:
        with pikepdf.open(io.BytesIO(data)) as damaged:
            target = io.BytesIO()
            damaged.save(target)
    except pikepdf.PasswordError as error:
        raise UnreadableDocument(_locked(name, None)) from error
    except (pikepdf.PdfError, RuntimeError, ValueError) as error:
        raise _beyond_repair(name) from error
    return target.getvalue()


def _beyond_repair(name: str) -> UnreadableDocument:
    return UnreadableDocument(f"{name} is damaged and could not be repaired; download or export it again")


def page_texts(document: PdfDocument, *, with_boxes: bool = False) -> Iterator[PageText]:
    """The pages in order; one that PDFium cannot load is given as failed, without lines."""
    import pypdfium2

    for index in range(len(document)):
        at_page(index + 1)
        try:
            page = document[index]
        except pypdfium2.PdfiumError:
            yield PageText(index + 1, 0.0, 0.0, [], 0, failed=True)
            continue
        try:
            yield _PageReader(page, index + 1).read(with_boxes=with_boxes)
        finally:
            page.close()


class _PageReader:
    """Reads the words of one page."""

    def __init__(self, page: PdfPage, number: int) -> None:
        import pypdfium2.raw as raw

        self.raw = raw
        self.page = page
        self.number = number
        self.width, self.height = page.get_size()
        self.rotation = page.get_rotation()
        self.crop = page.get_cropbox() or page.get_mediabox()
        self.fonts: dict[bytes, tuple[str, bool, bool]] = {}
        self.buffer = ctypes.create_string_buffer(128)

    def read(self, *, with_boxes: bool) -> PageText:
        textpage = self.page.get_textpage()
        try:
            self.handle = textpage.raw
            characters = self._characters(textpage)
            upright = self._direction(characters)
            self.boxes = self._boxes(characters, upright)
            lines = list(self._lines(characters))
            if upright != self.rotation:  # PDFium orders lines as if they ran across the page as shown
                lines.sort(key=lambda line: (-line.middle, line.left))
            count = sum(1 for character in characters if not character.isspace())
            shown = None
            if with_boxes:
                shown = self.boxes if upright == self.rotation else self._boxes(characters, self.rotation)
            aside = (upright - self.rotation) % 180 != 0
            size = (self.height, self.width) if aside else (self.width, self.height)
            page = PageText(self.number, *size, lines, count, shown)
            page.pictured = self._pictured() if count < _HARDLY_ANY_TEXT else 0.0
            return page
        finally:
            textpage.close()

    def _pictured(self) -> float:
        """The share of the page that pictures cover."""
        area = 0.0
        for picture in self.page.get_objects(filter=[self.raw.FPDF_PAGEOBJ_IMAGE], max_depth=4):
            left, bottom, right, top = picture.get_bounds()
            area += max(0.0, right - left) * max(0.0, top - bottom)
        return float(min(1.0, area / max(self.width * self.height, 1.0)))

    def _characters(self, textpage: PdfTextPage) -> list[str]:
        """One string for each of PDFium's characters; halves of a surrogate pair become the whole and nothing."""
        count = min(textpage.count_chars(), MAXIMUM_CHARACTERS_A_PAGE)
        text = textpage.get_text_range(0, count) if count else ""
        if len(text) == count:
            return list(text)
        codes = [self.raw.FPDFText_GetUnicode(self.handle, index) for index in range(count)]
        found: list[str] = []
        for index, code in enumerate(codes):
            if 0xD800 <= code < 0xDC00 and index + 1 < count and 0xDC00 <= codes[index + 1] < 0xE000:
                found.append(chr(0x10000 + ((code - 0xD800) << 10) + (codes[index + 1] - 0xDC00)))
            elif 0xD800 <= code < 0xE000:
                found.append("")
            else:
                found.append(_HYPHEN if code == 2 else chr(code) if 0 < code < 0x110000 else "\ufffd")
        return found

    def _direction(self, characters: list[str]) -> int:
        """How far (clockwise, in degrees) the page must be turned for most of its text to run to the right."""
        places = [index for index, character in enumerate(characters) if not character.isspace()]
        turns = Counter(
            -round(math.degrees(self.raw.FPDFText_GetCharAngle(self.handle, index)) / 90) * 90 % 360
            for index in places[:: max(1, len(places) // _SAMPLES)]
        )
        return max(turns, key=lambda turn: (turns[turn], -turn)) if turns else 0

    def _boxes(self, characters: list[str], turn: int) -> Boxes:
        """Rectangles in points of the page turned so far clockwise; white space has none of its own."""
        lefts, bottoms, rights, tops = (array("f", bytes(4 * len(characters))) for _ in range(4))
        rectangle = self.raw.FS_RECTF()
        get = self.raw.FPDFText_GetLooseCharBox
        x, y = self.crop[0], self.crop[1]
        for index, character in enumerate(characters):
            if character.isspace() or not get(self.handle, index, rectangle):
                continue
            left, bottom, right, top = rectangle.left, rectangle.bottom, rectangle.right, rectangle.top
            if turn:
                left, bottom, right, top = self._turned(left, bottom, right, top, turn)
            else:
                left, right, bottom, top = left - x, right - x, bottom - y, top - y
            lefts[index], bottoms[index], rights[index], tops[index] = left, bottom, right, top
        return Boxes(lefts, bottoms, rights, tops)

    def _turned(
        self, left: float, bottom: float, right: float, top: float, turn: int
    ) -> tuple[float, float, float, float]:
        x0, y0, x1, y1 = self.crop
        if turn == 90:
            return bottom - y0, x1 - right, top - y0, x1 - left
        if turn == 180:
            return x1 - right, y1 - top, x1 - left, y1 - bottom
        return y1 - top, left - x0, y1 - bottom, right - x0

    def _lines(self, characters: list[str]) -> Iterator[Line]:
        """PDFium's lines, broken again where the words do not stand side by side."""
        words: list[Word] = []
        start = 0
        total = len(characters)
        while start < total:
            character = characters[start]
            if character in "\r\n":
                if words:
                    yield Line(self.number, words)
                    words = []
                start += 1
                continue
            if character.isspace() or character == "":
                start += 1
                continue
            end = start
            while end < total and not (characters[end].isspace() or characters[end] == _HYPHEN):
                end += 1
            hyphen = end < total and characters[end] == _HYPHEN
            end += hyphen
            for word in self._words(characters, start, end):
                if words and not _follows(words[-1], word):
                    yield Line(self.number, words)
                    words = []
                words.append(word)
            start = end
            if hyphen and words:
                yield Line(self.number, words, hyphen=True)
                words = []
        if words:
            yield Line(self.number, words)

    def _words(self, characters: list[str], start: int, end: int) -> Iterator[Word]:
        """The word, cut where a small raised character (a note's number) or one of another line is glued to it."""
        bottoms, tops, lefts = self.boxes.bottom, self.boxes.top, self.boxes.left
        begin = start
        raised = False
        for index in range(start + 1, end):
            bottom, top = bottoms[index - 1], tops[index - 1]
            before, here = top - bottom, tops[index] - bottoms[index]
            lifted = here < _SUPERSCRIPT * before and bottoms[index] > bottom + 0.15 * before
            lowered = raised and before < _SUPERSCRIPT * here
            middle = (bottoms[index] + tops[index]) / 2
            away = not (bottom - 0.3 * before < middle < top + 0.6 * before) and not lowered
            back = lefts[index] < lefts[index - 1] - before
            if away or back:
                lifted = False
            elif not lowered and (not lifted or raised or "".join(characters[begin:index]) in _UNITS):
                continue
            yield from self._word(characters, begin, index, raised=raised)
            begin, raised = index, lifted
        yield from self._word(characters, begin, end, raised=raised)

    def _word(self, characters: list[str], start: int, end: int, *, raised: bool) -> Iterator[Word]:
        font, bold, italic = self._font(start)
        texts: list[str] = []
        indices: list[int] = []
        for index in range(start, end):
            for character in _readable(characters[index]):
                texts.append(character)
                indices.append(index)
        if not texts:
            return
        boxes = self.boxes
        plain: range | tuple[int, ...] = range(start, end)
        if len(indices) != end - start:
            plain = tuple(indices)
        yield Word(
            "".join(texts),
            plain,
            min(boxes.left[start:end]),
            min(boxes.bottom[start:end]),
            max(boxes.right[start:end]),
            max(boxes.top[start:end]),
            font,
            bold,
            italic,
            raised,
        )

    def _font(self, index: int) -> tuple[str, bool, bool]:
        """The font's name, whether its characters are bold, by their weight or the name, and whether italic."""
        length = self.raw.FPDFText_GetFontInfo(self.handle, index, self.buffer, len(self.buffer), None)
        key = self.buffer.raw[: max(0, min(length, len(self.buffer)) - 1)]
        weight = self.raw.FPDFText_GetFontWeight(self.handle, index)
        if key not in self.fonts:
            name = key.decode("utf-8", "replace")
            small = name.lower()
            self.fonts[key] = (
                name,
                any(sign in small for sign in _BOLD_NAMES),
                any(sign in small for sign in _ITALIC_NAMES),
            )
        name, bold, italic = self.fonts[key]
        return name, bold or weight >= _BOLD_WEIGHT, italic


def _readable(character: str) -> str:
    """What a reader sees in one character: ligatures as letters, no soft hyphens, no control characters."""
    if character.isascii():
        return character if character.isprintable() else ""
    if "\ufb00" <= character <= "\ufb06":
        return unicodedata.normalize("NFKC", character)
    if character == _HYPHEN:
        return "-"
    if character == _BULLET:
        return "•"
    return (
        ""
        if character == _SOFT_HYPHEN or unicodedata.category(character) in ("Cc", "Cf", "Cs")
        else character
    )


def _follows(word: Word, after: Word) -> bool:
    """Whether the next word stands to the right of the one before, on the same line."""
    if after.left < word.left:
        return False
    middle, height = (after.top + after.bottom) / 2, word.top - word.bottom
    if after.raised or word.raised:
        return word.bottom - height < middle < word.top + height
    return word.bottom < middle < word.top or after.bottom < (word.top + word.bottom) / 2 < after.top


def render(data: bytes, name: str, number: int, scale: float, password: str | None = None) -> bytes:
    """The page as a PNG picture with `scale` pixels a point; raises ValueError for a page that is not there."""
    return _drawn(data, name, number, scale, password, kind="PNG")


def picture(data: bytes, name: str, number: int, scale: float, password: str | None = None) -> bytes:
    """The page in greys as an uncompressed picture (PGM), for a program that reads it."""
    return _drawn(data, name, number, scale, password, kind="PPM")


def _drawn(data: bytes, name: str, number: int, scale: float, password: str | None, *, kind: str) -> bytes:
    with opened(data, name, password) as (document, _mended_first):
        if not 1 <= number <= len(document):
            raise ValueError(f"{name} has {len(document)} pages, there is no page {number}")
        page = document[number - 1]
        try:
            most = (MAXIMUM_PIXELS / max(page.get_width() * page.get_height(), 1.0)) ** 0.5
            bitmap = page.render(scale=min(scale, most), grayscale=kind == "PPM")
            target = io.BytesIO()
            image = bitmap.to_pil()
            (image.convert("L") if kind == "PPM" else image).save(target, kind)
            bitmap.close()
        finally:
            page.close()
    return target.getvalue()
