"""From lines to paragraphs: what stands together, what goes on after a page or column, what is a heading or item."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import median

from corpus.boilerplate import ends_sentence
from corpus.formats.pdf_lines import Line
from corpus.types import BlockKind

_NUMBERED = re.compile(r"\d{1,3}\.(?=\s|$)")
_ITEM = re.compile(
    r"(?:[•‣▪◦●○■□·➤►✓→–—*-]|\(?(?:[a-z]{1,2}|[ivx]{1,5}|\d{1,2})\)|[a-z]\.|(?:[ivx]{2,5})\.)(?=\s|$)"
)
_ROMAN = re.compile(r"(?:Chapter\s+)?[IVXLC]{1,6}\.(?=\s)")
_LETTER = re.compile(r"[A-Z]\.(?=\s)")
_DECIMAL = re.compile(r"\d{1,2}(?:\.\d{1,2}){0,4}\.?(?=\s)")
_PART = re.compile(
    r"(?:Annex|Appendix|Enclosure|Addendum|Part|Chapter|Section|Annexe|Anhang|Allegato|Kapitel)"
    r"(?:\s+(?:[IVXLC]{1,6}|[A-Z]|\d{1,2}))?",
    re.IGNORECASE,
)
_TITLE = re.compile(
    r"(?:Report|Note|Letter|Statement) (?:of|by|dated|from) (?:the )?(?:Secretary|President|\d)", re.I
)
_CAPTION = re.compile(
    r"(?:Table|Figure|Chart|Map|Box|Graph|Tableau|Tabelle|Abbildung|Tabella)\s+[A-Z]?\d{1,3}\b", re.I
)
_CLOSERS = "\"'”’»)]"
_BREAK = 1.3  # against the usual distance of lines
_HEADING_LENGTH = 300
_MISSING = 5
_HEADING_LINES = 5
_ITALIC_LENGTH = 160
_TWO_SENTENCES = re.compile(r"[a-z)”]\.\d{0,2} [A-Z]")


@dataclass(slots=True)
class Section:
    """Lines that make one block; a table row has its lines cell by cell instead."""

    lines: list[Line]
    kind: BlockKind = BlockKind.PARAGRAPH
    level: int = 0
    cells: list[list[Line]] = field(default_factory=list)
    header: Section | None = None

    @property
    def text(self) -> str:
        """Its words, near enough for judging it."""
        return " ".join(line.text for line in self.lines)

    @property
    def bold(self) -> bool:
        """Whether all of it is bold."""
        return all(line.bold for line in self.lines)

    @property
    def italic(self) -> bool:
        """Whether all of it is in italics."""
        return all(line.italic for line in self.lines)

    @property
    def height(self) -> float:
        """The height of its characters."""
        return median(line.height for line in self.lines)


@dataclass(slots=True)
class _Column:
    """Lines that follow each other downwards, with their edges and their usual distance."""

    lines: list[Line]
    left: float = 0.0
    right: float = 0.0
    pitch: float = 0.0


def paragraphs(lines: Sequence[Line], body: float, page: Sequence[Line]) -> list[Section]:
    """The paragraphs of running text, in the order of its lines; kinds are given, levels are not.

    `page` is all the text of the page, for edges and distances that a few lines do not show.
    """
    sections: list[Section] = []
    columns = _columns(lines, page)
    for column in columns:
        first = True
        for above, line in pairwise([column.lines[0], *column.lines]):
            if first or _breaks(above, line, sections[-1], column):
                sections.append(Section([line]))
            else:
                sections[-1].lines.append(line)
            first = False
    for section in sections:
        _classify(section, columns, body)
    return _continued(sections)


def _columns(lines: Sequence[Line], page: Sequence[Line]) -> list[_Column]:
    columns: list[_Column] = []
    for line in lines:
        if columns and columns[-1].lines[-1].bottom > line.bottom - 0.3 * line.height:
            columns[-1].lines.append(line)
        else:
            columns.append(_Column([line]))
    usual = median(_distances(page) or [1.2 * line.height for line in page] or [0.0])
    for column in columns:
        rights = sorted(line.right for line in column.lines)
        column.right = rights[int(0.9 * (len(rights) - 1))]
        column.left = min(line.left for line in column.lines)
        column.pitch = median(_distances(column.lines) or [usual])
        if len(column.lines) < 4:  # too few to tell: the widest of the page that overlap them
            rights = [line.right for line in lines if line.left < column.right and line.right > column.left]
            column.right = max(rights)
    return columns


def _distances(lines: Sequence[Line]) -> list[float]:
    distances = ((above.bottom - line.bottom, line.height) for above, line in pairwise(lines))
    return [distance for distance, height in distances if 0.7 * height < distance < 2.2 * height]


def _breaks(above: Line, line: Line, section: Section, column: _Column) -> bool:
    """Whether a line begins a new paragraph below the line above it."""
    distance = above.bottom - line.bottom
    flowing = line.text[0].islower() and not ends_sentence(above.text) and above.bold == line.bold
    pitch = column.pitch
    if distance > _BREAK * pitch:
        return not (flowing and distance < 1.6 * pitch and abs(above.height - line.height) < 0.5)
    if max(above.height, line.height) > 1.12 * min(above.height, line.height):
        return True
    if above.hyphen:
        return False
    width = max(column.right - column.left, 1.0)
    room = column.right - above.right
    ended = _ended(above.text)
    forced = room > line.words[0].right - line.words[0].left + 0.6 * line.height + 0.03 * width
    if above.bold != line.bold:
        return forced or ended
    if line.bold and line.text[0].islower():
        return False
    if starts_with_mark(line) and (ended or forced or section.kind is BlockKind.LIST_ITEM):
        return True
    indented = line.left > above.left + 0.8 * line.height
    if len(section.lines) > 1:
        indented = line.left > max(above.left, column.left) + 0.8 * line.height
    if ended:
        return forced or (indented and not starts_with_mark(section.lines[0]))
    return forced and not flowing and (room > 0.25 * width)


def starts_with_mark(line: Line) -> bool:
    """Whether a line begins with the number or sign of a paragraph or item, not with a number of the text."""
    match = _ITEM.match(line.text) or _NUMBERED.match(line.text)
    if match is None or len(line.words) < 2:
        return match is not None and len(line.text) <= 4
    if line.text[0] in "–—-*":
        return line.words[1].text[0].isalpha()
    return line.words[1].text[0].isalpha() or line.words[1].left - line.words[0].right > 0.7 * line.height


def _ended(text: str) -> bool:
    return ends_sentence(text) or text.rstrip(_CLOSERS)[-1:] in (":", ";")


def _classify(section: Section, columns: Iterable[_Column], body: float) -> None:
    text = section.text
    if _CAPTION.match(text) and len(text) <= _HEADING_LENGTH and not ends_sentence(text):
        section.kind = BlockKind.CAPTION
    elif _is_heading(section, text, columns, body):
        section.kind = BlockKind.HEADING
    elif _ITEM.match(text) and starts_with_mark(section.lines[0]):
        section.kind = BlockKind.LIST_ITEM
        section.level = (
            2 if re.match(r"\(?[ivx]{1,5}[).]|[–—◦○-]", text) and not text.startswith("(i) ") else 1
        )


def _is_heading(section: Section, text: str, columns: Iterable[_Column], body: float) -> bool:
    if len(text) > _HEADING_LENGTH or len(section.lines) > _HEADING_LINES:
        return False
    if not any(map(str.isalpha, text)) or _ITEM.match(text):
        return False
    if text[-1] in ",;" or (ends_sentence(text) and text[-1] != "?"):
        return False
    if section.bold or section.height > 1.12 * body:
        return not text[0].islower() and _TWO_SENTENCES.search(text) is None
    if section.italic and len(text) <= _ITALIC_LENGTH:
        return text[0].isupper() and text[-1] != ":" and _stands_apart(section, columns)
    if len(section.lines) > 2 or len(text) > 120 or section.height < 0.95 * body:
        return False
    capitals = text.isupper() and len(text) > 3
    if _TITLE.match(text):
        return text[-1] != ":"
    named = _ROMAN.match(text) or _LETTER.match(text) or _PART.fullmatch(text)
    if named is None and _DECIMAL.match(text) and len(section.lines) == 1:
        return text[-1] != ":" and _centred(section.lines[0], columns)
    return bool((capitals or named) and text[-1] != ":" and (capitals or _stands_apart(section, columns)))


def _stands_apart(section: Section, columns: Iterable[_Column]) -> bool:
    """Whether it is a line of its own and short, as a heading in the body's font is."""
    line = section.lines[-1]
    for column in columns:
        if line in column.lines:
            return line.right < column.right - 0.1 * (column.right - column.left)
    return False


def _centred(line: Line, columns: Iterable[_Column]) -> bool:
    for column in columns:
        if line in column.lines:
            width = column.right - column.left
            aside = abs(line.left + line.right - column.left - column.right) / 2
            return aside < 0.05 * width and line.left > column.left + 0.1 * width
    return False


def captions(sections: Sequence[Section]) -> None:
    """Make the short lines that end a run of sections, above a table, its captions; headings stay what they are."""
    for section in reversed(sections[-3:]):
        if section.kind is BlockKind.PARAGRAPH and len(section.lines) <= 2 and not _ended(section.text):
            section.kind = BlockKind.CAPTION
        elif section.kind not in (BlockKind.CAPTION, BlockKind.HEADING):
            return


def set_levels(headings: Sequence[Section], body: float) -> None:
    """Give headings their levels: 1 the title and annexes, 2 "II.", 3 "A.", 4 "1." and bold lines, 5 italics.

    A heading without a number is ranked by its size. "C." and "I." are letters where "B." and "H." stand before.
    """
    letter = ""
    for place, section in enumerate(headings):
        text = section.text
        if place == 0 or _PART.match(text):
            section.level, letter = 1, ""
        elif _LETTER.match(text) and (_ROMAN.match(text) is None or _next(letter) == text[0]):
            section.level, letter = 3, text[0]
        elif _ROMAN.match(text):
            section.level, letter = 2, ""
        elif match := _DECIMAL.match(text):
            section.level = min(6, 4 + match[0].rstrip(".").count("."))
        elif section.height > 1.12 * body:
            section.level = 2
        else:
            section.level = 4 if section.bold or text.isupper() else 5


def set_numbers(sections: Iterable[Section]) -> None:
    """Give the paragraphs that the document counts their numbers: each is the one after the last, or begins at 1.

    A few may be missing (in tables, on pages that were not read); a list of its own between them counts from 1.
    """
    last = 0
    alone: Section | None = None  # a "1." counts nothing until another number follows it
    for section in sections:
        if section.kind is not BlockKind.PARAGRAPH:
            continue
        match = _NUMBERED.match(section.lines[0].text)
        number = int(match[0][:-1]) if match and starts_with_mark(section.lines[0]) else 0
        if number == 1:
            alone, last = section, 1
        elif 0 < number - last <= _MISSING and last:
            if alone is not None:
                alone.kind, alone.level, alone = BlockKind.NUMBERED, 1, None
            section.kind, section.level, last = BlockKind.NUMBERED, number, number


def _next(letter: str) -> str:
    return chr(ord(letter) + 1) if letter else ""


# What goes on in the next column or on the next page


def _continued(sections: Sequence[Section]) -> list[Section]:
    """Join the paragraphs that a column's end has cut."""
    whole: list[Section] = []
    for section in sections:
        if whole and whole[-1].lines[-1].bottom < section.lines[0].bottom and goes_on(whole[-1], section):
            whole[-1].lines += section.lines
        else:
            whole.append(section)
    return whole


def goes_on(section: Section, after: Section) -> bool:
    """Whether `after`, which begins a column or page, continues the paragraph that ended the one before."""
    prose = (BlockKind.PARAGRAPH, BlockKind.LIST_ITEM)
    if section.kind not in prose or after.kind is not BlockKind.PARAGRAPH:
        return False
    last, first = section.lines[-1], after.lines[0]
    if max(last.height, first.height) > 1.12 * min(last.height, first.height) or last.bold != first.bold:
        return False
    if last.hyphen:
        return True
    if starts_with_mark(first) and not (first.text[0].isdigit() and not ends_sentence(last.text)):
        return False
    if not _ended(last.text):
        return first.text[0].islower() or _full(section) or len(section.lines) == 1
    return _full(section) and not _begins(after) and _begins(section)


def _full(section: Section) -> bool:
    """Whether the last line reaches the right edge of its paragraph."""
    lines = section.lines
    right = max(line.right for line in lines)
    return len(lines) > 1 and lines[-1].right > right - 0.08 * (right - min(line.left for line in lines))


def _begins(section: Section) -> bool:
    """Whether its first line shows that a paragraph begins: a number, a sign or an indent."""
    first = section.lines[0]
    if starts_with_mark(first):
        return True
    rest = section.lines[1:]
    return bool(rest) and first.left > min(line.left for line in rest) + 0.8 * first.height
