"""How blocks, passages and metadata are turned into compact bytes for the database, and back."""

from __future__ import annotations

import json
import math
import struct
import sys
from array import array
from collections.abc import Iterable
from itertools import chain
from typing import Any

from corpus.remembered import remembered
from corpus.types import (
    Authors,
    Block,
    BlockKind,
    Confidence,
    Coverage,
    Metadata,
    Origin,
    Page,
    PartialDate,
    Passage,
    Published,
    Sourced,
    Span,
)

_WITH_CONFIDENCE = b"\xff" * 8  # no page has the number -1


def to_sql(text: str) -> str | bytes:
    """Make a string one that SQLite can hold: lone surrogates (names that are not UTF-8) make it a blob."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return encode(text)
    return text


def from_sql(value: str | bytes) -> str:
    """Undo `to_sql`."""
    return decode(value) if isinstance(value, bytes) else value


def encode(text: str) -> bytes:
    """Encode as UTF-8 that also keeps lone surrogates."""
    return text.encode("utf-8", "surrogatepass")


def decode(data: bytes) -> str:
    """Undo `encode`."""
    return data.decode("utf-8", "surrogatepass")


def pack_ids(ids: Iterable[int]) -> bytes:
    """Pack passage ids as little-endian 64-bit integers."""
    numbers = array("q", ids)
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers.tobytes()


def unpack_ids(parts: Iterable[bytes]) -> array[int]:
    """Join the passage ids that `pack_ids` packed, in their order."""
    numbers = array("q")
    for part in parts:
        numbers.frombytes(part)
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers


def pack_blocks(blocks: Iterable[Block]) -> bytes:
    """Pack the kinds that occur as a line of JSON, then six 32-bit integers a block (-1: no header)."""
    kinds: dict[BlockKind, int] = {}
    numbers: list[int] = []
    for block in blocks:
        header = (block.header.start, block.header.end) if block.header else (-1, -1)
        numbers += (block.start, block.end, kinds.setdefault(block.kind, len(kinds)), block.level, *header)
    return json.dumps(list(kinds)).encode() + b"\n" + struct.pack(f"<{len(numbers)}i", *numbers)


def unpack_blocks(data: bytes) -> tuple[Block, ...]:
    """Undo `pack_blocks`."""
    split = data.index(b"\n")
    kinds = [BlockKind(kind) for kind in json.loads(data[:split])]
    return tuple(
        Block(start, end, kinds[kind], level, Span(first, last) if first >= 0 else None)
        for start, end, kind, level, first, last in struct.iter_unpack("<6i", memoryview(data)[split + 1 :])
    )


def pack_pages(pages: Iterable[Page]) -> bytes:
    """Pack three integers a page; if a page was read from its picture, a mark, then a number more (NaN: was not)."""
    pages = list(pages)
    if all(page.ocr_confidence is None for page in pages):
        return b"".join(struct.pack("<3q", page.number, page.start, page.end) for page in pages)
    rows = (
        (page.number, page.start, page.end, math.nan if page.ocr_confidence is None else page.ocr_confidence)
        for page in pages
    )
    return _WITH_CONFIDENCE + b"".join(struct.pack("<3qd", *row) for row in rows)


def unpack_pages(data: bytes) -> tuple[Page, ...]:
    """Undo `pack_pages`."""
    if not data.startswith(_WITH_CONFIDENCE):
        return tuple(Page(*numbers) for numbers in struct.iter_unpack("<3q", data))
    rows = struct.iter_unpack("<3qd", memoryview(data)[len(_WITH_CONFIDENCE) :])
    return tuple(
        Page(number, start, end, None if math.isnan(confidence) else confidence)
        for number, start, end, confidence in rows
    )


def pack_spans(passage: Passage) -> str:
    """Pack sentences relative to the passage's start, headings and table header absolute, as compact JSON."""
    start = passage.start
    sentences = [offset for span in passage.sentences for offset in (span.start - start, span.end - start)]
    headings = [offset for span in passage.headings for offset in (span.start, span.end)]
    header = [passage.header.start, passage.header.end] if passage.header else []
    parts = [sentences, headings, header]
    while parts and not parts[-1]:
        parts.pop()
    return json.dumps(parts, separators=(",", ":"))


@remembered
def unpack_passage(document_id: str, start: int, end: int, page: int | None, spans: str) -> Passage:
    """Make the passage whose spans `pack_spans` packed."""
    parts: list[list[int]] = json.loads(spans)
    sentences, headings, header = chain(parts, [[]] * (3 - len(parts)))
    return Passage(
        document_id,
        start,
        end,
        _spans([start + offset for offset in sentences]),
        _spans(headings),
        Span(header[0], header[1]) if header else None,
        page,
    )


def _spans(offsets: list[int]) -> tuple[Span, ...]:
    starts, ends = offsets[::2], offsets[1::2]
    if len(starts) != len(ends):
        raise ValueError("an end is missing")
    return tuple(map(Span, starts, ends))


def pack_metadata(metadata: Metadata) -> str:
    """Pack as compact JSON in ASCII (lone surrogates escaped): of each field its value, its origin, what was judged."""
    published, authors, covers = metadata.published, metadata.authors, metadata.covers
    parts: dict[str, Any] = {
        "title": _pack_sourced(metadata.title),
        "publisher": _pack_sourced(metadata.publisher),
        "published": [str(published.date), *_pack_origin(published)] if published else None,
        "language": _pack_sourced(metadata.language),
        "authors": [list(authors.names), *_pack_origin(authors)] if authors else None,
        "source_url": _pack_sourced(metadata.source_url),
        "symbol": _pack_sourced(metadata.symbol),
        "covers": [[str(covers.first), str(covers.last)], *_pack_origin(covers)] if covers else None,
    }
    return json.dumps({name: part for name, part in parts.items() if part is not None}, separators=(",", ":"))


def unpack_metadata(data: str) -> Metadata:
    """Undo `pack_metadata`; readings of format 3 and before have no origin of authors, symbol, address and covers."""
    parts = json.loads(data)
    published, authors, covers = parts.get("published"), parts.get("authors"), parts.get("covers")
    if authors and isinstance(authors[0], str):
        authors = [authors, Origin.UNRECORDED]
    if covers and isinstance(covers[0], str):
        covers = [covers, Origin.TEXT]
    return Metadata(
        title=_unpack_some(parts["title"]),
        publisher=_unpack_sourced(parts.get("publisher")),
        published=Published(PartialDate.parse(published[0]), *_unpack_origin(published))
        if published
        else None,
        language=_unpack_sourced(parts.get("language")),
        authors=Authors(tuple(authors[0]), *_unpack_origin(authors)) if authors else None,
        source_url=_unpack_sourced(parts.get("source_url"), Origin.UNRECORDED),
        symbol=_unpack_sourced(parts.get("symbol"), Origin.TEXT),
        covers=_unpack_coverage(covers) if covers else None,
    )


def _unpack_coverage(parts: list[Any]) -> Coverage:
    first, last = map(PartialDate.parse, parts[0])
    return Coverage(first, last, *_unpack_origin(parts))


def _pack_origin(stated: Sourced | Published | Authors | Coverage) -> list[str]:
    return [stated.origin, *([stated.judged] if stated.judged else [])]


def _unpack_origin(parts: list[str]) -> tuple[Origin, Confidence | None]:
    return Origin(parts[1]), Confidence(parts[2]) if len(parts) > 2 else None


def _pack_sourced(sourced: Sourced | None) -> list[str] | None:
    return [sourced.value, *_pack_origin(sourced)] if sourced else None


def _unpack_sourced(parts: list[str] | str | None, before: Origin = Origin.UNRECORDED) -> Sourced | None:
    if isinstance(parts, str):
        return Sourced(parts, before)
    return _unpack_some(parts) if parts else None


def _unpack_some(parts: list[str]) -> Sourced:
    return Sourced(parts[0], *_unpack_origin(parts))
