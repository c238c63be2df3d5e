"""What a new generation will hold, add and remove: worked out from the staged rows for the index builder."""

from __future__ import annotations

import sqlite3
from array import array
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import Protocol

from corpus.packing import unpack_ids, unpack_passage
from corpus.records import StoredDocument
from corpus.snapshot import load_document


class Changes:
    """The next generation compared with the published one; usable only while the builder runs.

    A document that was read again is among the added and the removed: its old passages go first, then the new
    ones come, and a passage id may be in both. Iterators hold one document at a time, ordered by document id.
    """

    def __init__(self, connection: sqlite3.Connection, after: Mapping[str, int] | None = None) -> None:
        self._connection = connection
        self.before = dict(connection.execute("SELECT id, reading FROM documents WHERE current"))
        self.after = _next_documents(connection) if after is None else dict(after)

    @cached_property
    def added_documents(self) -> tuple[str, ...]:
        """Ids of the documents that come, sorted."""
        return _differing(self.after, self.before)

    @cached_property
    def removed_documents(self) -> tuple[str, ...]:
        """Ids of the documents that go, sorted."""
        return _differing(self.before, self.after)

    @cached_property
    def added(self) -> array[int]:
        """Ids of the passages that come, in order of document id and start."""
        return self._passage_ids(self.after[document_id] for document_id in self.added_documents)

    @cached_property
    def removed(self) -> array[int]:
        """Ids of the passages that go, in order of document id and start."""
        return self._passage_ids(self.before[document_id] for document_id in self.removed_documents)

    @property
    def passages(self) -> int:
        """How many passages the new generation has."""
        (published,) = self._connection.execute(
            "SELECT coalesce(sum(r.passages), 0) FROM documents d JOIN readings r ON r.serial = d.reading"
            " WHERE d.current"
        ).fetchone()
        return int(published) + len(self.added) - len(self.removed)

    def new(self) -> Iterator[StoredDocument]:
        """Yield the documents that come."""
        for document_id in self.added_documents:
            yield self._load(self.after[document_id])

    def everything(self) -> Iterator[StoredDocument]:
        """Yield all documents of the new generation, for an index built from nothing."""
        for document_id in sorted(self.after):
            yield self._load(self.after[document_id])

    def _passage_ids(self, readings: Iterable[int]) -> array[int]:
        query = "SELECT passage_ids FROM contents WHERE reading = ?"
        return unpack_ids(self._connection.execute(query, (reading,)).fetchone()[0] for reading in readings)

    def _load(self, reading: int) -> StoredDocument:
        document = load_document(self._connection, reading)
        rows = self._connection.execute(
            'SELECT start, "end", page, spans FROM passages WHERE reading = ? ORDER BY ordinal', (reading,)
        )
        passages = tuple(unpack_passage(document.id, *row) for row in rows.fetchall())
        (vectors,) = self._connection.execute(
            "SELECT data FROM vectors WHERE reading = ?", (reading,)
        ).fetchone()
        return StoredDocument(document, passages, vectors)


def _differing(these: dict[str, int], those: dict[str, int]) -> tuple[str, ...]:
    differing = (document for document, reading in these.items() if those.get(document) != reading)
    return tuple(sorted(differing))


def _next_documents(connection: sqlite3.Connection) -> dict[str, int]:
    """Return the documents that some source will hold, each with the reading that it will show."""
    held = dict(connection.execute("SELECT key, document_id FROM sources WHERE until IS NULL"))
    readings: dict[str, int] = dict(connection.execute("SELECT id, reading FROM documents"))
    rows = connection.execute("SELECT key, document_id, reading FROM staged ORDER BY reading")
    for key, document_id, reading in rows.fetchall():
        held[key] = document_id
        if document_id is not None:
            readings[document_id] = reading
    return {document_id: readings[document_id] for document_id in held.values() if document_id is not None}


class Builder(Protocol):
    """Writes the index files of a new generation into an empty folder."""

    def __call__(self, folder: Path, previous: Path | None, changes: Changes, /) -> None:
        """Write the files; an exception leaves the library as it was.

        `previous` is the folder of the generation before, never to be changed: take its files over and apply the
        changes. Without it write an index of `everything`.
        """
