"""HTML as lines of text: one forward pass over the parser's events, no tree, so depth and size cannot hurt it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from corpus.boilerplate import Place
from corpus.formats.tables import header_by_digits
from corpus.types import BlockKind

_BLOCKS = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "body",
        "button",
        "center",
        "dd",
        "details",
        "dialog",
        "dir",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "frameset",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hgroup",
        "hr",
        "html",
        "label",
        "legend",
        "li",
        "main",
        "menu",
        "nav",
        "ol",
        "optgroup",
        "option",
        "p",
        "pre",
        "search",
        "section",
        "select",
        "summary",
        "svg",
        "table",
        "tbody",
        "td",
        "text",
        "textarea",
        "tfoot",
        "th",
        "thead",
        "title",
        "tr",
        "ul",
        "caption",
    ]
)
_DROPPED = frozenset(
    [
        "script",
        "style",
        "noscript",
        "template",
        "noframes",
        "noembed",
        "audio",
        "video",
        "canvas",
        "datalist",
        "annotation",
        "annotation-xml",
        "rp",
    ]
)
_CHROME = frozenset(["nav", "aside", "button", "select", "textarea", "menu", "search"])
_CHROME_ROLES = frozenset(
    [
        "navigation",
        "complementary",
        "search",
        "menu",
        "menubar",
        "toolbar",
        "dialog",
        "alertdialog",
        "tablist",
        "button",
    ]
)
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_INVISIBLE = re.compile(r"(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*hidden)\b", re.IGNORECASE)
_SUSPECT = re.compile(
    r"(?:^|[\s_-])(?:nav|navbar|navigation|menu|breadcrumbs?|sidebar|cookies?|consent|gdpr|newsletter|subscribe|share|sharing"
    r"|social|related|comments?|disqus|promo|adverts?|advertisements?|ads?|skip|pagination|pager|toolbar|login|signup|popup|modal"
    r"|teasers?|recommended|trending|footer|sr-only|screen-reader-text|visually-hidden|visuallyhidden)(?:$|[\s_-])",
    re.IGNORECASE,
)
_SPACE = re.compile(r"[ \t\n\r\f]+")
_SUPERSCRIPT = str.maketrans("0123456789+-()", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁽⁾")
_CELL_CHARACTERS = 1500
_CELL_PIECES = 4
_SPANNED_CHARACTERS = 200
_SPANNED_IN_ALL = 100_000


@dataclass(slots=True)
class Piece:
    """One line (or preformatted lines) of the linearised page."""

    text: str
    kind: BlockKind
    level: int = 0
    links: float = 0.0
    place: Place = Place.UNKNOWN
    suspect: bool = False
    main: bool = False
    header: Piece | None = None


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
    depth: int = 0
    attributes: int = 0
    elements: int = 0


@dataclass(slots=True)
class _Element:
    """An open element with what it inherits from the ones around it."""

    tag: str
    kind: BlockKind = BlockKind.PARAGRAPH
    level: int = 0
    lists: int = 0
    hidden: bool = False
    linked: bool = False
    chrome: bool = False
    header: bool = False  # in a page's own <header>
    suspect: bool = False
    main: bool = False
    pre: bool = False


@dataclass(slots=True)
class _Cell:
    heading: bool
    columns: int
    rows: int
    pieces: list[Piece] = field(default_factory=list)


@dataclass(slots=True)
class _Table:
    """A table that is being read; rows of cells until it shows that it only arranges the page."""

    layout: bool
    rows: list[list[_Cell]] = field(default_factory=list)
    heads: list[bool] = field(default_factory=list)
    in_head: bool = False
    open: bool = False  # in a cell


class Lineariser:
    """A parser target: collects a Page from start, end and data events. `close` returns it."""

    def __init__(self) -> None:
        self.page = Page()
        self._stack = [_Element("")]
        self._buffer: list[str] = []
        self._linked = 0
        self._capture: list[str] | None = None
        self._captures = ""
        self._tables: list[_Table] = []
        self._superscripts: list[int] = []
        self._spanned = 0

    # events

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        tag = tag.lower().rpartition(":")[2] if ":" in tag else tag.lower()
        page = self.page
        page.elements += 1
        page.attributes = max(page.attributes, len(attributes))
        if tag in _BLOCKS and not self._stack[-1].hidden:
            self._flush()
        self._stack.append(self._inherit(tag, attributes))
        page.depth = max(page.depth, len(self._stack))
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
        tag = tag.lower().rpartition(":")[2] if ":" in tag else tag.lower()
        if len(self._stack) == 1 or self._stack[-1].tag != tag:
            return
        hidden = self._stack[-1].hidden
        if self._captures == tag:
            self._end_capture(tag)
        if not hidden:
            if tag in _BLOCKS:
                self._flush()
            if tag == "sup" and self._superscripts:
                self._raise(self._superscripts.pop())
            if tag in _TABLE_TAGS:
                self._end_table_part(tag)
        self._stack.pop()

    def data(self, data: str) -> None:
        element = self._stack[-1]
        if self._capture is not None:
            self._capture.append(data)
            if self._captures == "script":
                return
        if element.hidden:
            if element.tag not in ("title", "style") and not self.page.dropped:
                self.page.dropped = bool(data.strip())
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

    def comment(self, text: str) -> None:
        """Comments are no text."""

    def pi(self, target: str, data: str | None = None) -> None:
        """Nor are processing instructions."""

    def close(self) -> Page:
        self._flush()
        while self._tables:
            self._end_table()
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

    def _inherit(self, tag: str, attributes: Mapping[str, str]) -> _Element:
        above = self._stack[-1]
        role = (attributes.get("role") or "").strip().lower()
        main = above.main or tag in ("main", "article") or role in ("main", "article")
        element = _Element(
            tag,
            above.kind,
            above.level,
            above.lists,
            hidden=above.hidden
            or _is_hidden(tag, attributes)
            or (tag in ("title", "desc") and above.tag == "svg"),
            linked=above.linked or (tag == "a" and "href" in attributes),
            chrome=above.chrome or _is_chrome(tag, role, main),
            header=above.header or ((tag == "header" or role == "banner") and not main),
            suspect=above.suspect or (tag not in _NEVER_SUSPECT and _is_suspect(attributes)),
            main=main,
            pre=above.pre or tag in ("pre", "textarea", "listing", "xmp"),
        )
        if tag == "title":
            element.hidden = True
        elif tag in _HEADINGS:
            element.kind, element.level = BlockKind.HEADING, _HEADINGS[tag]
        elif tag in ("ul", "ol", "menu", "dir"):
            element.lists += 1
        elif tag == "li":
            element.kind, element.level = BlockKind.LIST_ITEM, max(1, above.lists)
        elif tag in ("figcaption", "caption"):
            element.kind, element.level = BlockKind.CAPTION, 0
        elif tag in ("td", "th", "dd", "dt", "blockquote"):
            element.kind, element.level = BlockKind.PARAGRAPH, 0
        return element

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
        """ "510<sup>3</sup>" is 510³: without its raised place the 3 would become part of the figure."""
        raised = "".join(self._buffer[position:])
        before = "".join(self._buffer[max(0, position - 1) : position])
        if raised and before[-1:].isalnum() and not set(raised) - set("0123456789+-()"):
            self._buffer[position:] = [raised.translate(_SUPERSCRIPT)]

    def _flush(self) -> None:
        buffer, linked = self._buffer, self._linked
        self._buffer, self._linked, self._superscripts = [], 0, []
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
            element.suspect,
            element.main,
        )
        self._emit(piece)

    def _emit(self, piece: Piece) -> None:
        table = self._tables[-1] if self._tables else None
        if table and table.open and not table.layout and piece.kind is not BlockKind.CAPTION:
            table.rows[-1][-1].pieces.append(piece)
        else:
            self.page.pieces.append(piece)

    # tables

    def _start_table_part(self, tag: str, attributes: Mapping[str, str]) -> None:
        if tag == "table":
            if self._tables:
                self._spill(self._tables[-1])
            role = (attributes.get("role") or "").lower()
            self._tables.append(_Table(layout=role in ("presentation", "none")))
            return
        if not self._tables:
            return
        table = self._tables[-1]
        if tag == "thead":
            table.in_head = True
        elif tag == "tr":
            table.rows.append([])
            table.heads.append(table.in_head)
            table.open = False
        elif tag in ("td", "th"):
            if not table.rows:
                table.rows.append([])
                table.heads.append(table.in_head)
            cell = _Cell(tag == "th", _number(attributes.get("colspan")), _number(attributes.get("rowspan")))
            table.rows[-1].append(cell)
            table.open = True

    def _end_table_part(self, tag: str) -> None:
        if not self._tables:
            return
        table = self._tables[-1]
        if tag == "table":
            self._end_table()
        elif tag == "thead":
            table.in_head = False
        elif tag in ("td", "th", "tr"):
            table.open = False

    def _spill(self, table: _Table) -> None:
        """The table only arranges the page: its cells are ordinary lines, in order."""
        table.layout = True
        for row in table.rows:
            for cell in row:
                self.page.pieces += cell.pieces
        table.rows, table.heads = [], []
        table.rows.append([])
        table.heads.append(False)

    def _end_table(self) -> None:
        table = self._tables.pop()
        if table.layout or _arranges(table):
            self._spill(table)
            return
        rows = self._texts(table)
        kept = [number for number, row in enumerate(rows) if any(row)]
        named = _header_rows(
            [table.rows[number] for number in kept], [table.heads[number] for number in kept]
        )
        if not named and header_by_digits([rows[number] for number in kept]):
            named = 1
        header: Piece | None = None
        for order, number in enumerate(kept):
            pieces = [piece for cell in table.rows[number] for piece in cell.pieces]
            length = sum(len(piece.text) for piece in pieces) or 1
            row = Piece(
                " | ".join(rows[number]).strip(" "),
                BlockKind.TABLE_HEADER if order < named else BlockKind.TABLE_ROW,
                links=sum(piece.links * len(piece.text) for piece in pieces) / length,
                place=Place.CHROME
                if pieces and all(p.place is Place.CHROME for p in pieces)
                else Place.UNKNOWN,
                suspect=any(piece.suspect for piece in pieces),
                main=any(piece.main for piece in pieces),
                header=header if order >= named else None,
            )
            header = row if order == named - 1 else header
            self.page.pieces.append(row)

    def _texts(self, table: _Table) -> list[list[str]]:
        """The cells' texts; a cell that spans rows is repeated in each, as a reader sees it there."""
        rows: list[list[str]] = []
        spans: dict[int, tuple[int, str]] = {}
        for cells in table.rows:
            row: list[str] = []
            for cell in cells:
                self._fill(row, spans)
                text = _SPACE.sub(" ", " ".join(piece.text for piece in cell.pieces)).strip()
                if cell.rows > 1:
                    spans[len(row)] = (cell.rows - 1, text if len(text) <= _SPANNED_CHARACTERS else "")
                row += [text, *[""] * (cell.columns - 1)]
            self._fill(row, spans)
            rows.append(row)
        return rows

    def _fill(self, row: list[str], spans: dict[int, tuple[int, str]]) -> None:
        while len(row) in spans:
            left, text = spans.pop(len(row))
            if left > 1:
                spans[len(row)] = (left - 1, text)
            self._spanned += len(text) + 3
            row.append(text if self._spanned <= _SPANNED_IN_ALL else "")
            if self._spanned > _SPANNED_IN_ALL:
                spans.clear()


_TABLE_TAGS = frozenset(["table", "thead", "tr", "td", "th"])
_NEVER_SUSPECT = frozenset(["html", "body", "main", "article", "h1", "h2", "h3", "h4", "h5", "h6", "p"])


def _is_hidden(tag: str, attributes: Mapping[str, str]) -> bool:
    if tag in _DROPPED or (tag == "dialog" and "open" not in attributes):
        return True
    if "hidden" in attributes and attributes["hidden"].lower() != "until-found":
        return True
    style = attributes.get("style")
    return bool(style and _INVISIBLE.search(style[:2000]))


def _is_chrome(tag: str, role: str, main: bool) -> bool:
    if tag in _CHROME or role in _CHROME_ROLES:
        return True
    return (tag == "footer" or role == "contentinfo") and not main


def _is_suspect(attributes: Mapping[str, str]) -> bool:
    names = f"{attributes.get('class') or ''} {attributes.get('id') or ''}"
    return len(names) > 1 and _SUSPECT.search(names[:500]) is not None


def _is_prose(text: str) -> bool:
    return len(text) >= 140 and text.rstrip()[-1:] in '.!?”"»'


def _number(value: str | None) -> int:
    return min(100, int(value)) if value and value.isascii() and value.isdigit() and int(value[:6]) > 0 else 1


def _arranges(table: _Table) -> bool:
    """Whether a table is there for the page's looks: one row or column, headings, or long texts in its cells."""
    filled = [row for row in table.rows if any(cell.pieces for cell in row)]
    if len(filled) < 2 or max((len(row) for row in filled), default=0) < 2:
        return True
    for cell in (cell for row in filled for cell in row):
        if (
            len(cell.pieces) > _CELL_PIECES
            or sum(len(piece.text) for piece in cell.pieces) > _CELL_CHARACTERS
        ):
            return True
        if any(piece.kind is BlockKind.HEADING for piece in cell.pieces):
            return True
    return False


def _header_rows(rows: list[list[_Cell]], heads: list[bool]) -> int:
    """How many rows at the top name the columns, by <thead> or by <th> in every filled cell."""
    named = 0
    while named < len(rows) - 1 and (
        heads[named] or all(cell.heading or not cell.pieces for cell in rows[named])
    ):
        named += 1
    return named
