"""HTML as lines of text: one forward pass over the parser's events, no tree, so depth and size cannot hurt it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from corpus.boilerplate import Place
from corpus.formats.html_elements import BLOCKS, HEADINGS, Element, Suspicion, inside
from corpus.formats.html_table import Piece, Table
from corpus.types import BlockKind

_SPACE = re.compile(r"[ \t\n\r\f]+")
_SUPERSCRIPT = str.maketrans("0123456789+-()", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁽⁾")
_SENTENCE_END = re.compile(r"[.!?…][\"'”’»)\]]*(?:\s|$)")
_WITHHELD_LENGTH = 40
_LINKED = 0.5
_TABLE_TAGS = frozenset(("table", "thead", "tr", "td", "th"))


@dataclass(frozen=True, slots=True)
class Time:
    """A moment the page marks as one; `words` is the length of the line it stands in."""

    value: str
    hint: str
    piece: int


@dataclass(slots=True)
class Page:
    """What one page holds: its lines, and what its head and attributes say."""

    pieces: list[Piece] = field(default_factory=list)
    metas: list[tuple[str, str]] = field(default_factory=list)
    json_ld: list[str] = field(default_factory=list)
    times: list[Time] = field(default_factory=list)
    title: str = ""
    language: str = ""
    canonical: str = ""
    dropped: bool = False  # text was there, but is not shown: scripts, hidden elements
    withheld: int = 0  # characters of hidden sentences and figures: behind tabs, behind "read more"
    depth: int = 0
    attributes: int = 0
    elements: int = 0


class Lineariser:
    """A parser target: collects a Page from start, end and data events. `close` returns it."""

    def __init__(self) -> None:
        self.page = Page()
        self._stack = [Element("")]
        self._buffer: list[str] = []
        self._linked = 0
        self._plain = False  # something in the buffer is not bold
        self._withheld: list[str] = []
        self._suspicions: list[Suspicion] = []
        self._characters = 0
        self._heading = 0  # the number of the first piece of the heading that is open
        self._aside = 0  # and of the aside
        self._capture: list[str] | None = None
        self._captures = ""
        self._tables: list[Table] = []
        self._superscripts: list[int] = []

    # events

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        """Open an element."""
        tag = _local(tag)
        page = self.page
        page.elements += 1
        page.attributes = max(page.attributes, len(attributes))
        if tag in BLOCKS and not self._stack[-1].hidden:
            self._flush()
        above, element = self._stack[-1], inside(self._stack[-1], tag, attributes)
        self._stack.append(element)
        page.depth = max(page.depth, len(self._stack))
        if element.suspicion is not None and element.suspicion is not above.suspicion:
            self._suspicions.append(element.suspicion)
        if tag in HEADINGS:
            self._heading = len(page.pieces)
        elif element.aside and not above.aside:
            self._aside = len(page.pieces)
        self._head(tag, attributes)
        if self._stack[-1].hidden:
            return
        if tag == "br":
            self._break_line()
        elif tag == "sup":
            self._superscripts.append(len(self._buffer))
        elif tag in _TABLE_TAGS:
            self._start_table_part(tag, attributes)
        self._times(tag, attributes)

    def end(self, tag: str) -> None:
        """Close the element opened last."""
        tag = _local(tag)
        if len(self._stack) == 1 or self._stack[-1].tag != tag:
            return
        hidden = self._stack[-1].hidden
        if self._captures == tag:
            self._end_capture(tag)
        if not hidden:
            if tag in BLOCKS:
                self._flush()
            if tag == "sup" and self._superscripts:
                self._raise(self._superscripts.pop())
            if tag in _TABLE_TAGS:
                self._end_table_part(tag)
        element = self._stack.pop()
        if self._withheld and not self._stack[-1].hidden:
            self._count_withheld()
        if tag in HEADINGS and not (element.chrome or element.header):
            self._keep_button()
        elif element.aside and not self._stack[-1].aside:
            self._keep_table()

    def data(self, data: str) -> None:
        """Take text, which may come in any number of parts."""
        element = self._stack[-1]
        if self._capture is not None:
            self._capture.append(data)
            if self._captures == "script":
                return
        if element.hidden:
            if element.tag not in ("title", "style") and not self.page.dropped:
                self.page.dropped = bool(data.strip())
            if element.withheld and not element.linked:
                self._withheld.append(data)
            return
        if self._capture is not None:
            return
        if element.pre:
            text = data.replace("\r\n", "\n").replace("\r", "\n")
        else:
            text = _SPACE.sub(" ", data)
            if not self._buffer or self._buffer[-1][-1:] in (" ", "\n"):
                text = text.lstrip(" ")
        text = text.replace("\xad", "")
        if text:
            self._buffer.append(text)
            self._linked += len(text) if element.linked else 0
            self._plain |= not element.bold and not text.isspace()

    def comment(self, text: str) -> None:
        """Comments are no text."""

    def pi(self, target: str, data: str | None = None) -> None:
        """Nor are processing instructions."""

    def close(self) -> Page:
        """Give the page once the parser has told everything."""
        self._flush()
        while self._tables:
            self.page.pieces += self._tables.pop().lines()
        for suspicion in self._suspicions:
            suspicion.settle(self._characters)
        for piece in self.page.pieces:
            if piece.suspicion is not None:
                piece.suspect = not all(suspicion.cleared for suspicion in piece.suspicion.outwards())
        return self.page

    # the head and what attributes say

    def _head(self, tag: str, attributes: Mapping[str, str]) -> None:
        page = self.page
        if tag == "html" and not page.language:
            page.language = attributes.get("lang") or attributes.get("xml:lang") or ""
        elif tag == "meta":
            key = attributes.get("property") or attributes.get("name") or attributes.get("itemprop")
            key = key or attributes.get("http-equiv")
            if key and attributes.get("content"):
                page.metas.append((key.strip().lower(), attributes["content"]))
        elif tag == "link" and "canonical" in (attributes.get("rel") or "").lower().split():
            page.canonical = page.canonical or attributes.get("href") or ""
        elif tag == "title" and not page.title and not any(part.tag == "svg" for part in self._stack[-6:]):
            self._capture, self._captures = [], "title"
        elif tag == "script" and "ld+json" in (attributes.get("type") or "").lower():
            self._capture, self._captures = [], "script"

    def _end_capture(self, tag: str) -> None:
        text = "".join(self._capture or ())
        if tag == "title":
            self.page.title = _SPACE.sub(" ", text).strip()
        elif len(self.page.json_ld) < 50:
            self.page.json_ld.append(text)
        self._capture, self._captures = None, ""

    def _times(self, tag: str, attributes: Mapping[str, str]) -> None:
        prop = (attributes.get("itemprop") or "").lower()
        if tag != "time" and prop != "datepublished":
            return
        value = attributes.get("datetime") or (attributes.get("content") if tag != "meta" else "") or ""
        classes = (attributes.get("class") or "").lower()
        hint = f"{prop} {'pubdate' if 'pubdate' in attributes else ''} {classes}"
        if not self._stack[-1].chrome and len(self.page.times) < 200:
            self.page.times.append(Time(value, hint.strip(), len(self.page.pieces)))

    # lines

    def _break_line(self) -> None:
        line = "".join(self._buffer).rstrip(" ") if len(self._buffer) < 50 else None
        if line is not None and not line:
            return
        last = self._buffer[-1].rstrip(" ")
        if last.endswith("\n") or (not last and len(self._buffer) > 1 and self._buffer[-2].endswith("\n")):
            self._flush()
            return
        self._buffer[-1] = last
        self._buffer.append("\n")

    def _raise(self, position: int) -> None:
        """Keep "510<sup>3</sup>" as 510³: without its raised place the 3 would become part of the figure."""
        if len(self._buffer) - position > 3:
            return
        raised = "".join(self._buffer[position:])
        before = "".join(self._buffer[max(0, position - 1) : position])
        if raised and before[-1:].isalnum() and not set(raised) - set("0123456789+-()"):
            self._buffer[position:] = [raised.translate(_SUPERSCRIPT)]

    def _flush(self) -> None:
        buffer, linked, bold = self._buffer, self._linked, not self._plain
        self._buffer, self._linked, self._plain, self._superscripts = [], 0, False, []
        if not buffer:
            return
        joined = "".join(buffer)
        element = self._stack[-1]
        text = joined.strip(" \n") if not element.pre else joined.strip("\n").rstrip()
        if not text.strip():
            return
        chrome = element.chrome or (
            element.header and element.kind is not BlockKind.HEADING and not _is_prose(text)
        )
        place = Place.CHROME if chrome and not (element.tag == "aside" and _is_prose(text)) else Place.UNKNOWN
        piece = Piece(
            text,
            element.kind,
            element.level,
            min(1.0, linked / len(joined)),
            place,
            element.suspicion is not None,
            element.suspicion,
            element.main,
            element.aside,
            bold,
        )
        if place is not Place.CHROME:
            self._measure(piece)
        self._emit(piece)

    def _measure(self, piece: Piece) -> None:
        """Count a piece for the suspicions it stands in."""
        self._characters += len(piece.text)
        for suspicion in piece.suspicion.outwards() if piece.suspicion else ():
            suspicion.characters += len(piece.text)
            suspicion.titled |= piece.kind is BlockKind.HEADING and piece.level == 1

    def _emit(self, piece: Piece) -> None:
        table = self._tables[-1] if self._tables else None
        if table and table.in_cell and not table.layout and piece.kind is not BlockKind.CAPTION:
            table.rows[-1][-1].pieces.append(piece)
        else:
            self.page.pieces.append(piece)

    # what its surroundings would hide

    def _count_withheld(self) -> None:
        text = _SPACE.sub(" ", " ".join(self._withheld)).strip()
        self._withheld = []
        if len(text) >= _WITHHELD_LENGTH and (_SENTENCE_END.search(text) or any(map(str.isdigit, text))):
            self.page.withheld += len(text)

    def _keep_button(self) -> None:
        """The button that is all of a heading, as in an accordion, is that heading."""
        pieces = self.page.pieces[self._heading :]
        if len(pieces) == 1 and pieces[0].kind is BlockKind.HEADING:
            pieces[0].place = Place.UNKNOWN

    def _keep_table(self) -> None:
        """An aside of the main text with a table in it, which is no list of links, is a box of facts."""
        pieces = [piece for piece in self.page.pieces[self._aside :] if piece.aside]
        if any(piece.kind is BlockKind.TABLE_ROW and piece.links <= _LINKED for piece in pieces):
            for piece in pieces:
                piece.place = Place.UNKNOWN

    # tables

    def _start_table_part(self, tag: str, attributes: Mapping[str, str]) -> None:
        if tag == "table":
            if self._tables:  # a table around a table arranges the page
                self.page.pieces += self._tables[-1].spill()
            role = (attributes.get("role") or "").lower()
            self._tables.append(Table(layout=role in ("presentation", "none")))
        elif not self._tables:
            return
        elif tag == "thead":
            self._tables[-1].in_head = True
        elif tag == "tr":
            self._tables[-1].add_row()
        else:
            self._tables[-1].add_cell(tag == "th", attributes.get("colspan"), attributes.get("rowspan"))

    def _end_table_part(self, tag: str) -> None:
        if not self._tables:
            return
        if tag == "table":
            self.page.pieces += self._tables.pop().lines()
        elif tag == "thead":
            self._tables[-1].in_head = False
        else:
            self._tables[-1].in_cell = False


def _is_prose(text: str) -> bool:
    return len(text) >= 140 and text.rstrip()[-1:] in '.!?”"»'


def _local(tag: str) -> str:
    return tag.lower().rpartition(":")[2]
