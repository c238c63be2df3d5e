"""Repairs fonts of a PDF that name their characters by the wrong code page: "Kosovoís" was "Kosovo’s"."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence

from corpus.formats.pdf_lines import Line, PageText

# Windows code page 1252 read as Mac Roman: the only confusion met so far (2 of 56 reports).
_TABLE = {
    ord(bytes([code]).decode("mac_roman")): bytes([code]).decode("cp1252")
    for code in range(0x80, 0x100)
    if code not in (0x81, 0x8D, 0x8F, 0x90, 0x9D)
}
_SHAPE = re.compile(r"[a-z]í(?:s|t|ve|re)?\W*$|^\W*ì\w|\w[.,]?î\W*$|^Ä\d|^\W*ë\w+í", re.IGNORECASE)
_TYPOGRAPHIC = re.compile(r"[’“”]")
_FEWEST = 3


def repair_fonts(pages: Sequence[PageText]) -> bool:
    """Correct the words set in such fonts, in place; returns whether there were any.

    A font counts if at least three of its words, and half of those beyond ASCII, show quotation marks and
    apostrophes in the wrong guise and none shows a right one.
    """
    shapes: Counter[str] = Counter()
    others: Counter[str] = Counter()
    right: dict[str, bool] = defaultdict(bool)
    for page in pages:
        for line in page.lines:
            if line.text.isascii():
                continue
            for word in line.words:
                if not word.text.isascii():
                    shapes[word.font] += _SHAPE.search(word.text) is not None
                    others[word.font] += 1
                    right[word.font] |= _TYPOGRAPHIC.search(word.text) is not None
    wrong = {
        font
        for font, count in shapes.items()
        if count >= _FEWEST and 2 * count >= others[font] and not right[font]
    }
    if wrong:
        for page in pages:
            page.lines = [_repaired(line, wrong) for line in page.lines]
    return bool(wrong)


def _repaired(line: Line, wrong: set[str]) -> Line:
    if line.text.isascii():
        return line
    for word in line.words:
        if word.font in wrong:
            word.text = word.text.translate(_TABLE)
    return Line(line.page, line.words, line.hyphen, line.sure)
