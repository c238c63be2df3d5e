"""The nouns of the corpus: documents, blocks, passages and what is known about them; no files, no database, no vectors."""

from __future__ import annotations

import calendar
import hashlib
import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

_PARTIAL_DATE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")


class Origin(StrEnum):
    """Where a piece of metadata was read; the strongest evidence first.

    `FETCHED` is the address that a page came from; `UNRECORDED` is what was read before its origin was kept.
    """

    USER = "user"
    FETCHED = "fetched"
    JSON_LD = "json-ld"
    OPEN_GRAPH = "open-graph"
    META = "meta"
    TIME = "time"
    FRONT_MATTER = "front-matter"
    TEXT = "text"
    TITLE_TAG = "title-tag"
    DETECTED = "detected"
    FILE = "file"
    UNRECORDED = "unrecorded"


class Confidence(StrEnum):
    """How far a piece of metadata can be relied on, in a word: too few are labelled to promise a probability.

    Certain: a person said it, or the program fetched it there. High: stated for this purpose, for machines or at its
    place in an official form. Medium: read in the words of the text, or in what programs fill in. Low: taken for want
    of something better, or contradicted by another statement of the same document.
    """

    CERTAIN = "certain"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


_CONFIDENCE = {
    Origin.USER: Confidence.CERTAIN,
    Origin.FETCHED: Confidence.CERTAIN,
    Origin.JSON_LD: Confidence.HIGH,
    Origin.OPEN_GRAPH: Confidence.HIGH,
    Origin.META: Confidence.HIGH,
    Origin.TIME: Confidence.MEDIUM,
    Origin.FRONT_MATTER: Confidence.HIGH,
    Origin.TEXT: Confidence.MEDIUM,
    Origin.TITLE_TAG: Confidence.MEDIUM,
    Origin.DETECTED: Confidence.MEDIUM,
    Origin.FILE: Confidence.LOW,
    Origin.UNRECORDED: Confidence.LOW,
}


class BlockKind(StrEnum):
    """What a block of text is, as far as cutting and quoting are concerned."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    NUMBERED = "numbered-paragraph"
    LIST_ITEM = "list-item"
    TABLE_HEADER = "table-header"
    TABLE_ROW = "table-row"
    CAPTION = "caption"
    FOOTNOTE = "footnote"
    BOILERPLATE = "boilerplate"


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A half-open range of code points, `text[start:end]`."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Block:
    """One structural piece of a document's text.

    Blocks are in text order and never overlap; what lies between two blocks is white space or markup.
    `level` is 1..6 for headings, the nesting depth (from 1) for list items, the number of a numbered paragraph, else 0.
    `header` is set on table rows: the span of the row that names the columns.
    """

    start: int
    end: int
    kind: BlockKind
    level: int = 0
    header: Span | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """One stretch of a paged document's text that stands on one page; `number` counts from 1.

    A page has several stretches where a paragraph that goes on over the page's end is kept whole: what stands
    between its parts (footnotes, running headers) then follows it. A page without text has one of no length.
    `ocr_confidence` (0..1) is how sure the program that read a picture of the page was of its words, on average.
    """

    number: int
    start: int
    end: int
    ocr_confidence: float | None = None


@dataclass(frozen=True, slots=True, order=True)
class PartialDate:
    """A date as precisely as the source states it: a year, a month or a day."""

    year: int
    month: int | None = None
    day: int | None = None

    def __post_init__(self) -> None:
        if self.day is not None and self.month is None:
            raise ValueError("a date with a day needs a month")
        date(self.year, self.month or 1, self.day or 1)

    def __str__(self) -> str:
        parts = [f"{self.year:04d}"]
        parts += [f"{part:02d}" for part in (self.month, self.day) if part is not None]
        return "-".join(parts)

    @classmethod
    def parse(cls, text: str) -> PartialDate:
        """Read "2007", "2007-12" or "2007-12-31"; raises ValueError for anything else."""
        match = _PARTIAL_DATE.fullmatch(text)
        if match is None:
            raise ValueError(f"not a date of the form YYYY, YYYY-MM or YYYY-MM-DD: {text!r}")
        return cls(*(int(part) for part in match.groups() if part is not None))

    @property
    def precision(self) -> str:
        """What it states: "day", "month" or "year"."""
        return "day" if self.day else "month" if self.month else "year"

    @property
    def first(self) -> date:
        """The earliest day this date can mean."""
        return date(self.year, self.month or 1, self.day or 1)

    @property
    def last(self) -> date:
        """The latest day this date can mean."""
        month = self.month or 12
        return date(self.year, month, self.day or calendar.monthrange(self.year, month)[1])


class _Weighed:
    """What has an origin; `judged` is a confidence other than its origin's."""

    __slots__ = ()
    origin: Origin
    judged: Confidence | None

    @property
    def confidence(self) -> Confidence:
        """How far it can be relied on."""
        return self.judged or _CONFIDENCE[self.origin]


@dataclass(frozen=True, slots=True)
class Sourced(_Weighed):
    """A piece of metadata and where it was read."""

    value: str
    origin: Origin
    judged: Confidence | None = None


@dataclass(frozen=True, slots=True)
class Published(_Weighed):
    """A publication date and where it was read."""

    date: PartialDate
    origin: Origin
    judged: Confidence | None = None


@dataclass(frozen=True, slots=True)
class Authors(_Weighed):
    """Who wrote a document, in the order stated (one name at least), and where that was read."""

    names: tuple[str, ...]
    origin: Origin
    judged: Confidence | None = None


@dataclass(frozen=True, slots=True)
class Coverage(_Weighed):
    """The first and last day of the time that a document says it reports on, and where that was read."""

    first: PartialDate
    last: PartialDate
    origin: Origin
    judged: Confidence | None = None


@dataclass(frozen=True, slots=True)
class Metadata:
    """What is known about a document; None means unknown, never guessed.

    `symbol` is the number under which an organisation files it ("S/2004/348"), `source_url` the address of the web
    that it came from, `covers` the time that it says it reports on.
    """

    title: Sourced
    publisher: Sourced | None = None
    published: Published | None = None
    language: Sourced | None = None
    authors: Authors | None = None
    source_url: Sourced | None = None
    symbol: Sourced | None = None
    covers: Coverage | None = None

    @property
    def author_names(self) -> tuple[str, ...]:
        """The names of its authors; none where they are unknown."""
        return self.authors.names if self.authors else ()

    @property
    def address(self) -> str | None:
        """The source address alone."""
        return self.source_url.value if self.source_url else None


def _page_start(page: Page) -> int:
    return page.start


def _block_start(block: Block) -> int:
    return block.start


_COUNTED = (BlockKind.NUMBERED, BlockKind.LIST_ITEM)
_APART = (BlockKind.FOOTNOTE, BlockKind.BOILERPLATE)
"""What a page's end may put between a numbered paragraph and its items."""


@dataclass(frozen=True, slots=True)
class Document:
    """One source text with its structure and metadata.

    `id` is the SHA-256 (lower-case hex) of the original bytes. `text` is the canonical extracted text: every
    offset in the program is a code-point offset into it. `reader` names the reader and its version ("html/1"):
    the same bytes and the same reader give the same text. `pages` are in text order. `notes` are sentences about
    what could not be read.
    """

    id: str
    text: str
    blocks: tuple[Block, ...]
    metadata: Metadata
    media_type: str
    reader: str
    pages: tuple[Page, ...] = ()
    notes: tuple[str, ...] = ()

    def page_at(self, offset: int) -> int | None:
        """The number of the page that holds this offset, or None for a document without pages."""
        place = bisect_right(self.pages, offset, key=_page_start) - 1
        if place < 0 or offset >= self.pages[place].end:
            return None
        return self.pages[place].number

    def paragraph_at(self, offset: int) -> int | None:
        """The number of the numbered paragraph ("12.") that this offset stands in, its items included; None in any other."""
        place = bisect_right(self.blocks, offset, key=_block_start) - 1
        if place >= 0 and (offset >= self.blocks[place].end or self.blocks[place].kind not in _COUNTED):
            return None
        while place >= 0 and self.blocks[place].kind in (BlockKind.LIST_ITEM, *_APART):
            place -= 1
        above = self.blocks[place] if place >= 0 else None
        return above.level if above is not None and above.kind is BlockKind.NUMBERED else None

    def table_at(self, offset: int) -> tuple[Span | None, Span | None]:
        """Of the table row at this offset: the caption of its table, else the heading above, and the row of column names."""
        place = bisect_right(self.blocks, offset, key=_block_start) - 1
        if place < 0 or self.blocks[place].kind is not BlockKind.TABLE_ROW:
            return None, None
        header = self.blocks[place].header
        while place >= 0 and self.blocks[place].kind in (
            BlockKind.TABLE_ROW,
            BlockKind.TABLE_HEADER,
            *_APART,
        ):
            place -= 1
        if place >= 0 and self.blocks[place].kind is not BlockKind.CAPTION:
            while place >= 0 and self.blocks[place].kind is not BlockKind.HEADING:
                place -= 1
        return (Span(self.blocks[place].start, self.blocks[place].end) if place >= 0 else None), header

    def pages_between(self, start: int, end: int) -> tuple[int, ...]:
        """The numbers of the pages that hold `text[start:end]`, each once, in text order; none without pages."""
        place = max(0, bisect_right(self.pages, start, key=_page_start) - 1)
        last = bisect_left(self.pages, end, key=_page_start)
        held = [page.number for page in self.pages[place:last] if page.start < end and page.end > start]
        return tuple(dict.fromkeys(held))

    def ocr_confidence(self, start: int, end: int) -> float | None:
        """The mean confidence (0..1) of the pages of `text[start:end]` that were read from a picture; None if none was."""
        place = max(0, bisect_right(self.pages, start, key=_page_start) - 1)
        last = bisect_left(self.pages, end, key=_page_start)
        read = [
            (min(page.end, end) - max(page.start, start), page.ocr_confidence)
            for page in self.pages[place:last]
            if page.ocr_confidence is not None and page.start < end and page.end > start
        ]
        total = sum(length for length, _sure in read)
        return round(sum(length * sure for length, sure in read) / total, 4) if total else None


@dataclass(frozen=True, slots=True)
class Passage:
    """A slice `document.text[start:end]` sized for the encoder.

    `headings` are the spans of the headings above it, outermost first; `header` is the column row of the table
    it comes from. `sentences` are the quotable units inside it, in order: whole sentences or whole table rows.
    """

    document_id: str
    start: int
    end: int
    sentences: tuple[Span, ...]
    headings: tuple[Span, ...] = ()
    header: Span | None = None
    page: int | None = None
    id: int = field(init=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "id", passage_id(self.document_id, self.start, self.end))


def passage_id(document_id: str, start: int, end: int) -> int:
    """A stable 63-bit id for a place: the first bits of SHA-256 over "document:start:end".

    It depends on nothing but the place, so a library built in any order, or rebuilt after a crash, has the same ids.
    """
    digest = hashlib.sha256(f"{document_id}:{start}:{end}".encode()).digest()
    return int.from_bytes(digest[:8], "big") >> 1


@dataclass(frozen=True, slots=True)
class Filters:
    """Which documents may answer; an empty tuple or None sets no limit.

    `published_from` and `published_to` are inclusive. A document counts as published within the range only if
    every day its (possibly partial) date can mean lies in it; a document without a date is outside any range.
    """

    published_from: date | None = None
    published_to: date | None = None
    publishers: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    documents: tuple[str, ...] = ()
    media_types: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return self != Filters()
