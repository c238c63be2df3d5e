"""Rows of a reading: what one reader made of one original, with its passages and vectors; written once, never changed."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from itertools import pairwise

from corpus.errors import SourcebookError
from corpus.packing import encode, pack_blocks, pack_ids, pack_metadata, pack_pages, pack_spans, to_sql
from corpus.records import Settings
from corpus.types import Document, Passage

_FLOAT_BYTES = 4


def find_reading(connection: sqlite3.Connection, document_id: str, reader: str, plan: int) -> int | None:
    """The reading of a document by this reader and these settings, if it is there."""
    row = connection.execute(
        "SELECT serial FROM readings WHERE document_id = ? AND reader = ? AND settings = ?",
        (document_id, reader, plan),
    ).fetchone()
    return int(row[0]) if row else None


def is_outdated(stored: str, current: str | None) -> bool:
    """Tell whether `stored` names another version of the reader `current`, whatever tools ("+...") helped it."""
    if current is None:
        return False
    one, other = stored.partition("+")[0], current.partition("+")[0]
    return one != other and one.partition("/")[0] == other.partition("/")[0]


def is_variant(one: str, other: str) -> bool:
    """Tell whether two names are those of one reader that was helped by different tools ("pdf/2", "pdf/2+tesseract-5")."""
    return one != other and one.partition("+")[0] == other.partition("+")[0]


def store_reading(
    connection: sqlite3.Connection, document: Document, passages: Sequence[Passage], vectors: bytes, plan: int
) -> int:
    """Insert a reading unless this very reader's is there; return its serial number."""
    kept = find_reading(connection, document.id, document.reader, plan)
    if kept is not None:
        return kept
    _refuse_collisions(connection, passages)
    execute = connection.execute
    serial = execute(
        f"INSERT INTO readings VALUES (NULL{', ?' * 13})", _reading_row(document, len(passages), plan)
    ).lastrowid
    assert serial is not None
    ids = pack_ids(passage.id for passage in passages)
    execute(
        "INSERT INTO contents VALUES (?, ?, ?, ?, ?)",
        (serial, ids, pack_blocks(document.blocks), pack_pages(document.pages), encode(document.text)),
    )
    execute("INSERT INTO vectors VALUES (?, ?)", (serial, vectors))
    connection.executemany(
        "INSERT INTO passages VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            (serial, ordinal, passage.id, passage.start, passage.end, passage.page, pack_spans(passage))
            for ordinal, passage in enumerate(passages)
        ),
    )
    return serial


def _refuse_collisions(connection: sqlite3.Connection, passages: Sequence[Passage]) -> None:
    places: dict[int, tuple[str, int, int]] = {}
    for passage in passages:
        place = (passage.document_id, passage.start, passage.end)
        stored = connection.execute(
            'SELECT r.document_id, p.start, p."end" FROM passages p'
            " JOIN readings r ON r.serial = p.reading WHERE p.id = ? LIMIT 1",
            (passage.id,),
        ).fetchone()
        for other in (stored, places.get(passage.id)):
            if other is not None and tuple(other) != place:
                raise SourcebookError(
                    f"two passages have the same id {passage.id}: {other} and {place}; "
                    "leave out one of the documents"
                )
        places[passage.id] = place


def check_reading(
    settings: Settings, document: Document, passages: Sequence[Passage], vectors: bytes
) -> None:
    """Raise ValueError unless the passages are slices of the document, in order, with one vector each."""
    if len(vectors) != len(passages) * settings.dimension * _FLOAT_BYTES:
        shape = f"{len(passages)} passages of {settings.dimension} dimensions"
        raise ValueError(f"{len(vectors)} bytes of vectors do not hold {shape} as float32")
    places = [(passage.start, passage.end) for passage in passages]
    if any(first >= second for first, second in pairwise(places)):
        raise ValueError("passages are not ordered by start and end")
    for passage in passages:
        inside = 0 <= passage.start < passage.end <= len(document.text)
        if passage.document_id != document.id or not inside:
            raise ValueError(f"{passage} is no slice of document {document.id}")


def _reading_row(document: Document, passages: int, plan: int) -> tuple[object, ...]:
    metadata = document.metadata
    published = metadata.published.date if metadata.published else None
    return (
        document.id,
        document.reader,
        document.media_type,
        to_sql(metadata.publisher.value) if metadata.publisher else None,
        to_sql(metadata.language.value) if metadata.language else None,
        str(published) if published else None,
        published.first.isoformat() if published else None,
        published.last.isoformat() if published else None,
        passages,
        len(document.text),
        pack_metadata(metadata),
        plan,
        json.dumps(document.notes),
    )
