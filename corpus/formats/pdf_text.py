"""Writes the canonical text from a document's sections, and remembers which character of which page stands where."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field

from corpus.formats.pdf_layout import Section
from corpus.formats.pdf_lines import Line, Word
from corpus.types import Block, BlockKind, Page, Span

CELL = " | "
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_ROWS = (BlockKind.TABLE_HEADER, BlockKind.TABLE_ROW)
_SUSPENDED = frozenset(("and", "or", "to", "und", "oder", "bis", "et", "ou", "e", "o"))


@dataclass(frozen=True, slots=True)
class Segment:
    """`text[start:start + length]` shows the characters `index, index + 1, ...` of the page."""

    start: int
    page: int
    index: int
    length: int


@dataclass(slots=True)
class Written:
    """The canonical text with its blocks, pages and the places of its characters."""

    text: str
    blocks: tuple[Block, ...]
    pages: tuple[Page, ...]
    segments: list[Segment]


@dataclass(slots=True)
class _Writer:
    vocabulary: frozenset[str]
    parts: list[str] = field(default_factory=list)
    length: int = 0
    segments: list[Segment] = field(default_factory=list)
    fragments: list[tuple[int, int]] = field(default_factory=list)  # offset, page

    def write(self, text: str) -> None:
        self.parts.append(text)
        self.length += len(text)

    def word(self, word: Word, text: str, page: int) -> None:
        if not self.fragments or self.fragments[-1][1] != page:
            self.fragments.append((self.length, page))
        for offset, index in _runs(word.indices, len(text)):
            self._segment(self.length + offset[0], page, index, offset[1])
        self.write(text)

    def _segment(self, start: int, page: int, index: int, length: int) -> None:
        if self.segments:
            last = self.segments[-1]
            if last.page == page and index - last.index == start - last.start:
                self.segments[-1] = Segment(last.start, page, last.index, start + length - last.start)
                return
        self.segments.append(Segment(start, page, index, length))

    def lines(self, lines: Sequence[Line]) -> None:
        """The words of the lines with a space between them, or none where a hyphen or slash ends a line."""
        for number, line in enumerate(lines):
            after = lines[number + 1] if number + 1 < len(lines) else None
            dropped, glued = _line_end(line, after, self.vocabulary)
            for place, word in enumerate(line.words):
                last = place + 1 == len(line.words)
                self.word(word, word.text[:-1] if last and dropped else word.text, line.page)
                if not last and not _note_after(word, line.words[place + 1]):
                    self.write(" ")
            if after is not None and not glued:
                self.write(" ")


def _note_after(word: Word, after: Word) -> bool:
    """Whether a raised note number follows a full stop: it stays there, so that the next sentence begins behind it."""
    return after.raised and not word.text[-1].isalnum()


def _runs(indices: Sequence[int], length: int) -> list[tuple[tuple[int, int], int]]:
    """Runs of neighbouring characters as ((offset, length), first index)."""
    if isinstance(indices, range):
        return [((0, length), indices[0])] if length else []
    runs: list[tuple[tuple[int, int], int]] = []
    for offset, index in enumerate(indices[:length]):
        (start, size), first = runs[-1] if runs else ((0, 0), -1)
        if runs and index == first + size:
            runs[-1] = (start, size + 1), first
        else:
            runs.append(((offset, 1), index))
    return runs


def _line_end(line: Line, after: Line | None, vocabulary: frozenset[str]) -> tuple[bool, bool]:
    """Whether the hyphen that ends the line is dropped, and whether the next line follows without a space.

    A hyphen is dropped only if the document elsewhere has the word without it and nowhere with it.
    """
    if after is None:
        return False, False
    text, following = line.text, after.words[0].text
    if text.endswith("/") and len(text) > 1 and text[-2].isalnum() and following[0].isalnum():
        return False, True
    if not (text.endswith("-") and len(text) > 1 and text[-2].isalnum() and following[0].isalnum()):
        return False, False
    if following.casefold().strip(",.") in _SUSPENDED:
        return False, False
    if not (text[-2].islower() and following[0].islower()):
        return False, True
    head = _WORD.findall(line.words[-1].text[:-1])
    tail = _WORD.match(following)
    if not head or tail is None:
        return False, True
    whole, hyphenated = f"{head[-1]}{tail[0]}".casefold(), f"{head[-1]}-{tail[0]}".casefold()
    return whole in vocabulary and hyphenated not in vocabulary, True


def write(sections: Sequence[Section], confidences: Sequence[float | None]) -> Written:
    """The canonical text: blocks parted by an empty line, rows of a table by a line break.

    `confidences` has one entry for each page of the document: how sure its text is where it was read from a picture.
    """
    writer = _Writer(_vocabulary(sections))
    blocks: list[Block] = []
    spans: dict[int, Span] = {}
    above: Section | None = None
    for section in sections:
        if above is not None:
            near = section.kind in _ROWS and above.kind in _ROWS and section.header is not None
            writer.write("\n" if near else "\n\n")
        start = writer.length
        if section.cells:
            _row(writer, section)
        else:
            writer.lines(section.lines)
        header = spans.get(id(section.header)) if section.header is not None else None
        block = Block(start, writer.length, section.kind, section.level, header)
        blocks.append(block)
        spans[id(section)] = Span(block.start, block.end)
        above = section
    pages = _pages(writer, confidences)
    return Written("".join(writer.parts), tuple(blocks), pages, writer.segments)


def _row(writer: _Writer, section: Section) -> None:
    for place, cell in enumerate(section.cells):
        if place:
            writer.write(CELL)
        writer.lines(cell)


def _vocabulary(sections: Sequence[Section]) -> frozenset[str]:
    words: set[str] = set()
    for section in sections:
        for line in section.lines:
            for word in line.words[1:] if line.words[-1].text.endswith("-") else line.words:
                words.update(match.casefold() for match in _WORD.findall(word.text))
    return frozenset(words)


def _pages(writer: _Writer, confidences: Sequence[float | None]) -> tuple[Page, ...]:
    """Where the pages begin and end in the text: every offset has a page, a page without text has no length."""
    pages: list[Page] = []
    ends = [offset for offset, _page in writer.fragments[1:]] + [writer.length]
    seen = {page for _offset, page in writer.fragments}
    number = 1
    for (start, page), end in zip(writer.fragments, ends, strict=True):
        for empty in range(number, page):
            if empty not in seen:
                pages.append(Page(empty, start, start, confidences[empty - 1]))
        number = max(number, page + 1)
        pages.append(Page(page, start if pages else 0, end, confidences[page - 1]))
    end = writer.length
    pages += [Page(n, end, end, confidences[n - 1]) for n in range(number, len(confidences) + 1)]
    return tuple(pages)


def characters(segments: Sequence[Segment], start: int, end: int) -> list[tuple[int, int]]:
    """The (page, character index) pairs that `text[start:end]` shows, in text order."""
    found: list[tuple[int, int]] = []
    place = max(0, bisect_right([segment.start for segment in segments], start) - 1)
    for segment in segments[place:]:
        if segment.start >= end:
            break
        first, last = max(start, segment.start), min(end, segment.start + segment.length)
        found += [(segment.page, segment.index + offset - segment.start) for offset in range(first, last)]
    return found
