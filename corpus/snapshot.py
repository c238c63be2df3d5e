"""One consistent view of a library: everything that readers ask, and nothing that changes it."""

from __future__ import annotations

import json
import sqlite3
import threading
from array import array
from collections.abc import Collection, Hashable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from corpus.archive import Archive
from corpus.choices import load_ocr
from corpus.edits import EDIT_OF_DOCUMENT, Edit, edits_serial, load_edits
from corpus.errors import InvalidInput
from corpus.formats.ocr import Ocr
from corpus.generations import generation_folder
from corpus.packing import (
    decode,
    from_sql,
    to_sql,
    unpack_blocks,
    unpack_ids,
    unpack_metadata,
    unpack_pages,
    unpack_passage,
)
from corpus.readers import DocumentCache, Memo
from corpus.records import Counts, DocumentRecord, Facet, Facets, Generation, Settings, SourceRecord
from corpus.schema import ORIGINALS_NAME, errors_in_words
from corpus.types import Document, Filters, PartialDate, Passage

NO_FILTERS = Filters()
_IN_LIST = "IN (SELECT value FROM json_each(?))"
_SHOWN = (
    "FROM documents d JOIN readings r ON r.serial = d.reading"
    f" LEFT JOIN edits e ON e.key = {EDIT_OF_DOCUMENT}"
)


class Snapshot:
    """The library as it was when the snapshot was taken, whatever is published meanwhile.

    Safe to use from several threads. Take one for each question and let it go soon: the write-ahead log
    cannot shrink while it lives. The generation's folder outlives the publication of one more generation, not
    of two; open its files at once, and take a new snapshot should they be gone.
    """

    def __init__(
        self, folder: Path, connection: sqlite3.Connection, cache: DocumentCache, memo: Memo
    ) -> None:
        self._folder = folder
        self._connection: sqlite3.Connection | None = connection
        self._cache = cache
        self._memo = memo
        self._lock = threading.Lock()
        (number,) = self._row("SELECT coalesce(max(number), 0) FROM generations")
        with errors_in_words(folder):
            self._edits_serial = edits_serial(connection)
        self._edits: dict[str, Edit] | None = None
        self.generation = Generation(number, generation_folder(folder, number) if number else None)

    def close(self) -> None:
        """End the view; using it afterwards raises ValueError."""
        with self._lock:
            self._connection = None

    def settings(self) -> Settings | None:
        """Return what passages and vectors were made with; None before a writer recorded it."""
        with self._lock, errors_in_words(self._folder):
            return load_settings(self._open())

    def ocr(self) -> Ocr:
        """Return how pictures of pages are to be read in this library."""
        with self._lock, errors_in_words(self._folder):
            return load_ocr(self._open())

    def documents(self, ids: Collection[str] | None = None) -> list[DocumentRecord]:
        """List the current documents (with `ids`: those of them), by path."""
        where, parameters = _among(ids)
        paths: dict[str, list[str]] = {}
        held = f"SELECT d.id, s.path FROM sources s JOIN documents d ON d.id = s.document_id{where}"
        for document_id, path in self._rows(f"{held} WHERE s.until IS NULL", parameters):
            paths.setdefault(document_id, []).append(from_sql(path))
        rows = self._rows(
            "SELECT d.id, r.metadata, r.media_type, r.reader, r.passages, r.characters, o.bytes, o.added_at,"
            " d.generation FROM documents d JOIN readings r ON r.serial = d.reading"
            f" JOIN originals o ON o.document_id = d.id WHERE d.current{where}",
            parameters,
        )
        edits = self._all_edits()
        records = [_record(paths[row[0]], row, edits.get(row[0])) for row in rows]
        return sorted(records, key=lambda record: (record.paths, record.id))

    def sources(self) -> list[SourceRecord]:
        """List what every source holds now, by key."""
        return self._sources("WHERE until IS NULL", ())

    def former_sources(self, document_id: str) -> list[SourceRecord]:
        """List the sources that held a document last, while none holds it now; by key."""
        given_up = "document_id = ?1 AND until = (SELECT max(until) FROM sources WHERE document_id = ?1)"
        held = "EXISTS (SELECT 1 FROM sources WHERE document_id = ?1 AND until IS NULL)"
        return self._sources(f"WHERE {given_up} AND NOT {held}", (to_sql(document_id),))

    def _sources(self, where: str, parameters: Sequence[object]) -> list[SourceRecord]:
        rows = self._rows(f"SELECT key, path, document_id, since, until FROM sources {where}", parameters)
        records = [SourceRecord(from_sql(key), from_sql(path), *rest) for key, path, *rest in rows]
        return sorted(records, key=lambda record: (record.key, record.since))

    def document(self, document_id: str, *, edited: bool = True) -> Document:
        """Return the document as it was last published, also when no source holds it any more.

        Without `edited` its metadata are what was read, not what a person said since. Raises InvalidInput for an
        id that was never published.
        """
        serial, reader = self._reading(document_id)
        cached = self._cache.get((document_id, reader))
        if cached is None:
            with self._lock, errors_in_words(self._folder):
                cached = load_document(self._open(), serial)
            self._cache.put((document_id, reader), cached)
        edit = self._all_edits().get(document_id) if edited else None
        return cached if edit is None else replace(cached, metadata=edit.over(cached.metadata))

    def _all_edits(self) -> dict[str, Edit]:
        """What people say about current documents, by document id; loaded once."""
        if self._edits is None:
            with self._lock, errors_in_words(self._folder):
                self._edits = load_edits(self._open()) if self._edits_serial else {}
        return self._edits

    def _reading(self, document_id: str) -> tuple[int, str]:
        rows = self._rows(
            "SELECT r.serial, r.reader FROM documents d JOIN readings r ON r.serial = d.reading"
            " WHERE d.id = ?",
            (to_sql(document_id),),
        )
        if not rows:
            raise InvalidInput(
                f"no document {document_id} in the library at {self._folder}; see: sourcebook list"
            )
        serial, reader = rows[0]
        return serial, reader

    def original(self, document_id: str, *, check: bool = True) -> bytes:
        """Return the archived bytes of a document, current or not.

        With `check` their SHA-256 is compared with the id; SourcebookError when they are altered or missing.
        """
        self._reading(document_id)
        with errors_in_words(self._folder):
            return Archive(self._folder / ORIGINALS_NAME).read(document_id, check=check)

    def passages(self, ids: Iterable[int]) -> dict[int, Passage]:
        """Return the current passages with these ids, in that order; other ids are left out."""
        found = self._of_passages('d.id, p.start, p."end", p.page, p.spans', ids)
        return {passage_id: unpack_passage(*parts) for passage_id, parts in found.items()}

    def documents_of(self, ids: Iterable[int]) -> dict[int, str]:
        """Return the ids of the documents that the current passages with these ids stand in, in that order."""
        return {passage_id: document for passage_id, (document,) in self._of_passages("d.id", ids).items()}

    def _of_passages(self, columns: str, ids: Iterable[int]) -> dict[int, list[Any]]:
        """These columns of the current passages with these ids, in that order."""
        wanted = [int(passage_id) for passage_id in ids]
        rows = self._rows(
            f"SELECT p.id, {columns} FROM passages p JOIN documents d ON d.reading = p.reading"
            f" WHERE d.current AND p.id {_IN_LIST}",
            (json.dumps(wanted),),
        )
        found = {passage_id: parts for passage_id, *parts in rows}
        return {passage_id: found[passage_id] for passage_id in wanted if passage_id in found}

    def vectors(self, document_id: str) -> bytes:
        """Return the vectors of all passages of a current document, by start; none for any other."""
        rows = self._rows(
            "SELECT v.data FROM documents d JOIN vectors v ON v.reading = d.reading"
            " WHERE d.current AND d.id = ?",
            (document_id,),
        )
        return bytes(rows[0][0]) if rows else b""

    def document_passages(self, document_id: str) -> tuple[Passage, ...]:
        """Return all passages of a current document, by start; none for any other."""
        rows = self._rows(
            'SELECT d.id, p.start, p."end", p.page, p.spans FROM documents d'
            " JOIN passages p ON p.reading = d.reading WHERE d.current AND d.id = ? ORDER BY p.ordinal",
            (document_id,),
        )
        return tuple(unpack_passage(*row) for row in rows)

    def passage_ids(self, documents: Collection[str] | None = None) -> array[int]:
        """Return the sorted ids of the current passages of these documents (None: of all)."""
        kept = None if documents is None else frozenset(documents)
        found = self._memo.get(self._key("passage_ids", kept), lambda: self._passage_ids(kept))
        return array("q", found)

    def _passage_ids(self, documents: Collection[str] | None) -> array[int]:
        where, parameters = _among(documents)
        rows = self._rows(
            "SELECT c.passage_ids FROM documents d JOIN contents c ON c.reading = d.reading"
            f" WHERE d.current{where}",
            parameters,
        )
        return array("q", sorted(unpack_ids(packed for (packed,) in rows)))

    def select(self, filters: Filters) -> frozenset[str] | None:
        """Return the ids of the current documents that may answer; None when there is no filter."""
        if not filters:
            return None
        return self._memo.get(self._key("select", filters), lambda: self._select(filters))

    def _select(self, filters: Filters) -> frozenset[str]:
        conditions, parameters = _conditions(filters)
        rows = self._rows(
            f"SELECT d.id {_SHOWN} WHERE d.current"
            + "".join(f" AND {condition}" for condition in conditions),
            parameters,
        )
        return frozenset(document_id for (document_id,) in rows)

    def counts(self, documents: Collection[str] | None = None) -> Counts:
        """Count those of these documents (None: of all) that are current, and their passages."""
        kept = None if documents is None else frozenset(documents)
        return self._memo.get(self._key("counts", kept), lambda: self._counts(kept))

    def _counts(self, documents: Collection[str] | None) -> Counts:
        where, parameters = _among(documents)
        current = f"{_SHOWN} WHERE d.current{where}"
        number, passages = self._row(f"SELECT count(*), coalesce(sum(r.passages), 0) {current}", parameters)
        dated = f"SELECT {_shown('published')} AS day {current} AND day IS NOT NULL ORDER BY"
        earliest = self._rows(f"{dated} {_shown('published_first')}, day LIMIT 1", parameters)
        latest = self._rows(f"{dated} {_shown('published_last')} DESC, day LIMIT 1", parameters)
        return Counts(
            number,
            passages,
            PartialDate.parse(earliest[0][0]) if earliest else None,
            PartialDate.parse(latest[0][0]) if latest else None,
        )

    def facets(self, filters: Filters = NO_FILTERS) -> Facets:
        """Count what the current documents can be filtered by; unknown values are left out.

        Under a filter each kind of value is counted among the documents that all the other limits leave: what
        choosing one more value of it would add.
        """
        return self._memo.get(self._key("facets", filters), lambda: self._facets(filters))

    def _facets(self, filters: Filters) -> Facets:
        undated = replace(filters, published_from=None, published_to=None)
        years = self._facet(f"substr({_shown('published')}, 1, 4)", undated)
        return Facets(
            self._facet(_shown("publisher"), replace(filters, publishers=())),
            self._facet(_shown("language"), replace(filters, languages=())),
            tuple(sorted(years, key=lambda facet: facet.value)),
            self._facet("r.media_type", replace(filters, media_types=())),
        )

    def _facet(self, expression: str, filters: Filters) -> tuple[Facet, ...]:
        conditions, parameters = _conditions(filters)
        rows = self._rows(
            f"SELECT {expression} AS value, count(*) {_SHOWN} WHERE d.current AND value IS NOT NULL"
            + "".join(f" AND {condition}" for condition in conditions)
            + " GROUP BY value",
            parameters,
        )
        facets = [Facet(from_sql(value), number) for value, number in rows]
        return tuple(sorted(facets, key=lambda facet: (-facet.documents, facet.value)))

    def _key(self, what: str, of: Hashable) -> Hashable:
        return what, self.generation.number, self._edits_serial, of

    def _rows(self, query: str, parameters: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        with self._lock, errors_in_words(self._folder):
            return self._open().execute(query, parameters).fetchall()

    def _row(self, query: str, parameters: Sequence[object] = ()) -> tuple[Any, ...]:
        return self._rows(query, parameters)[0]

    def _open(self) -> sqlite3.Connection:
        if self._connection is None:
            raise ValueError("the snapshot is closed")
        return self._connection


def _shown(column: str) -> str:
    """A column of a reading, with what a person said in its place; who says that it is unknown says the empty word."""
    return f"CASE e.{column} WHEN '' THEN NULL ELSE coalesce(e.{column}, r.{column}) END"


def _record(paths: list[str], row: tuple[Any, ...], edit: Edit | None) -> DocumentRecord:
    document_id, metadata, media_type, reader, passages, characters, size, added_at, generation = row
    return DocumentRecord(
        id=document_id,
        paths=tuple(sorted(paths)),
        metadata=edit.over(unpack_metadata(metadata)) if edit else unpack_metadata(metadata),
        media_type=media_type,
        reader=reader,
        passages=passages,
        characters=characters,
        bytes=size,
        added_at=datetime.fromisoformat(added_at),
        generation=generation,
    )


def _among(documents: Collection[str] | None) -> tuple[str, tuple[str, ...]]:
    if documents is None:
        return "", ()
    return f" AND d.id {_IN_LIST}", (json.dumps(list(documents)),)


def _conditions(filters: Filters) -> tuple[list[str], list[object]]:
    """Express the filter as SQL; comparisons with an unknown (NULL) value never hold."""
    conditions: list[str] = []
    parameters: list[object] = []
    if filters.published_from is not None:
        conditions.append(f"{_shown('published_first')} >= ?")
        parameters.append(filters.published_from.isoformat())
    if filters.published_to is not None:
        conditions.append(f"{_shown('published_last')} <= ?")
        parameters.append(filters.published_to.isoformat())
    for column, values in (
        (_shown("publisher"), filters.publishers),
        (_shown("language"), filters.languages),
        ("r.media_type", filters.media_types),
    ):
        if values:
            conditions.append(f"{column} IN ({', '.join('?' * len(values))})")
            parameters += map(to_sql, values)
    if filters.documents:
        conditions.append(f"d.id {_IN_LIST}")
        parameters.append(json.dumps(filters.documents))
    return conditions, parameters


CURRENT_SETTINGS = (
    "coalesce((SELECT settings FROM generations ORDER BY number DESC LIMIT 1),"
    " (SELECT min(serial) FROM settings))"
)


def load_settings(connection: sqlite3.Connection) -> Settings | None:
    """Return the settings of the published generation (before the first: the recorded ones, if any)."""
    row = connection.execute(
        f"SELECT model, revision, dimension, max_tokens, chunker FROM settings WHERE serial = {CURRENT_SETTINGS}"
    ).fetchone()
    return Settings(*row) if row else None


def load_document(connection: sqlite3.Connection, reading: int) -> Document:
    """Load the document of one reading."""
    row = connection.execute(
        "SELECT r.document_id, c.text, c.blocks, r.metadata, r.media_type, r.reader, c.pages, r.notes"
        " FROM readings r JOIN contents c ON c.reading = r.serial WHERE r.serial = ?",
        (reading,),
    ).fetchone()
    document_id, text, blocks, metadata, media_type, reader, pages, notes = row
    return Document(
        id=document_id,
        text=decode(text),
        blocks=unpack_blocks(blocks),
        metadata=unpack_metadata(metadata),
        media_type=media_type,
        reader=reader,
        pages=unpack_pages(pages),
        notes=tuple(json.loads(notes)),
    )
