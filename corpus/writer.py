"""The one writer of a library: stages documents, then publishes them in one atomic step."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import astuple, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from corpus.archive import Archive, make_folder, remove_tree, sync_folder, sync_tree
from corpus.changes import Builder, Changes
from corpus.choices import load_ocr, save_ocr
from corpus.edits import Edit, load_edit, save_edit
from corpus.errors import LibraryIncompatible
from corpus.formats.ocr import Ocr
from corpus.generations import BUILDING_NAME, generation_folder, stray_folders
from corpus.packing import from_sql, to_sql
from corpus.records import Generation, Settings, Source, SourceRecord, Status
from corpus.schema import GENERATIONS_NAME, ORIGINALS_NAME, connect_writer, errors_in_words, transaction
from corpus.snapshot import CURRENT_SETTINGS, load_settings
from corpus.storing import check_reading, find_reading, is_outdated, is_variant, store_reading
from corpus.types import Document, Passage

Stale = Callable[[str], bool]


class Writer:
    """The right to change a library; got from `Library.writer`, used from one thread at a time.

    What is staged is durable but invisible to readers until `publish`. A writer that dies leaves its staged
    documents to the next one. SourcebookError says when the disk or the database does not take something.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._connection = connect_writer(folder)
        self._archive = Archive(folder / ORIGINALS_NAME)
        self._remove_leftovers()

    def close(self) -> None:
        """Close the connection; called by `Library.writer`."""
        self._connection.close()

    @property
    def generation(self) -> Generation:
        """The published generation."""
        (number,) = self._one("SELECT coalesce(max(number), 0) FROM generations") or (0,)
        return Generation(number, generation_folder(self._folder, number) if number else None)

    @property
    def settings(self) -> Settings | None:
        """What the library's passages and vectors were made with; None before `configure`."""
        return load_settings(self._connection)

    def configure(self, settings: Settings) -> None:
        """Record what passages and vectors are made with, once; LibraryIncompatible for a different set."""
        recorded = self.settings
        if recorded is None:
            with errors_in_words(self._folder), transaction(self._connection):
                self._connection.execute(
                    "INSERT INTO settings VALUES (NULL, ?, ?, ?, ?, ?)", astuple(settings)
                )
        elif recorded != settings:
            raise LibraryIncompatible(
                f"the library at {self._folder} was made with {recorded}, not with {settings}; "
                "use the same model and version, or add the documents to a new library"
            )

    @property
    def ocr(self) -> Ocr:
        """How pictures of pages are to be read in this library."""
        return load_ocr(self._connection)

    def remember_ocr(self, ocr: Ocr) -> None:
        """Read pictures of pages like that from now on."""
        with errors_in_words(self._folder), transaction(self._connection):
            save_ocr(self._connection, ocr)

    def status(self, key: str, sha256: str, reader: str | None = None, stale: Stale | None = None) -> Status:
        """Compare the bytes at a source with what the library, staged documents included, holds for it.

        When `reader` ("html/2") is given, a document that another version of the same reader read is CHANGED, as is
        one whose own reader's full name is `stale`. A document that came in by another reader (the same bytes as .txt
        and .md) is not: the first one wins.
        """
        held = self._one("SELECT document_id, reading FROM staged WHERE key = ?", to_sql(key)) or self._one(
            "SELECT s.document_id, d.reading FROM sources s JOIN documents d ON d.id = s.document_id"
            " WHERE s.key = ? AND s.until IS NULL",
            to_sql(key),
        )
        if held is None or held[0] is None:
            return Status.NEW
        document_id, reading = held
        if document_id != sha256 or self._is_outdated(reading, reader, stale):
            return Status.CHANGED
        return Status.UNCHANGED

    def known(self, document_id: str, reader: str | None = None, stale: Stale | None = None) -> bool:
        """Tell whether the document is stored, from any source, so that `link` suffices.

        A document that would be CHANGED for `status` does not count.
        """
        reading = self._reading(document_id)
        return reading is not None and not self._is_outdated(reading, reader, stale)

    def sources(self) -> list[SourceRecord]:
        """List what every source will hold after the next `publish`, by key."""
        upcoming = self.generation.number + 1
        rows = self._connection.execute(
            "SELECT key, path, document_id, since FROM sources WHERE until IS NULL"
            " AND key NOT IN (SELECT key FROM staged)"
            " UNION ALL SELECT key, path, document_id, ? FROM staged WHERE document_id IS NOT NULL",
            (upcoming,),
        ).fetchall()
        records = [SourceRecord(from_sql(key), from_sql(path), *rest) for key, path, *rest in rows]
        return sorted(records, key=lambda record: record.key)

    def stage(
        self, source: Source, original: bytes, document: Document, passages: Sequence[Passage], vectors: bytes
    ) -> None:
        """Store a document for the next generation: original, text, passages and vectors, all or nothing.

        `passages` are ordered by start and end; `vectors` holds a row of float32 for each, in that order. If
        the document is `known` by its reader already, this does what `link` does. Raises ValueError for
        arguments that contradict each other, SourcebookError also for two places with the same passage id.
        """
        settings = self.settings
        if settings is None:
            raise ValueError("the library has no settings yet; call configure before stage")
        if hashlib.sha256(original).hexdigest() != document.id:
            raise ValueError(f"document id {document.id} is not the SHA-256 of its original")
        check_reading(settings, document, passages, vectors)
        with errors_in_words(self._folder):
            self._archive.write(document.id, original)
            with transaction(self._connection):
                reading = self._reading(document.id)
                if reading is None or self._is_outdated(
                    reading, document.reader, lambda before: is_variant(before, document.reader)
                ):
                    self._connection.execute(
                        "INSERT OR IGNORE INTO originals VALUES (?, ?, ?)",
                        (document.id, len(original), _now()),
                    )
                    reading = store_reading(self._connection, document, passages, vectors, self._plan())
                self._hold(source, document.id, reading)

    def archive_again(self, document_id: str, original: bytes) -> None:
        """Archive an original that is known once more, should its file be gone or altered."""
        with errors_in_words(self._folder):
            self._archive.write(document_id, original)

    def link(self, source: Source, document_id: str) -> None:
        """Let a source hold a document that is stored already; raises ValueError if it is not."""
        reading = self._reading(document_id)
        if reading is None:
            raise ValueError(f"document {document_id} is not stored; stage it")
        with errors_in_words(self._folder), transaction(self._connection):
            self._hold(source, document_id, reading)

    def remove(self, key: str) -> bool:
        """Let a source hold nothing from the next generation on; False if it holds nothing anyway."""
        return self.remove_all([key]) == [key]

    def remove_all(self, keys: Iterable[str]) -> list[str]:
        """Let all these sources hold nothing from the next generation on, or none if it is interrupted.

        Gives the keys of those that held anything until now.
        """
        with errors_in_words(self._folder), transaction(self._connection):
            return [key for key in keys if self._let_go(to_sql(key))]

    def _let_go(self, name: str | bytes) -> bool:
        staged = self._one("SELECT document_id FROM staged WHERE key = ?", name)
        published = self._one("SELECT 1 FROM sources WHERE key = ? AND until IS NULL", name)
        self._connection.execute("DELETE FROM staged WHERE key = ?", (name,))
        if published:
            self._connection.execute("INSERT INTO staged VALUES (?, NULL, NULL, NULL)", (name,))
        return staged[0] is not None if staged else published is not None

    def publish(self, build: Builder, *, rebuild: bool = False) -> bool:
        """Publish everything staged as one new generation; False if there is nothing to publish.

        With `rebuild` a new generation is published in any case, its index built from nothing (no previous one).
        An exception, also one from `build`, leaves the published generation as it was and everything staged.
        """
        if not rebuild and self._one("SELECT 1 FROM staged LIMIT 1") is None:
            return False
        self._publish(build, Changes(self._connection), self._plan(), rebuild=rebuild)
        return True

    def _publish(self, build: Builder, changes: Changes, plan: int, *, rebuild: bool) -> None:
        previous = self.generation
        with errors_in_words(self._folder):
            self._build(build, replace(previous, folder=None) if rebuild else previous, changes)
            self._flip(previous.number + 1, changes, plan)
        # What follows only tidies up after a publication that stands; the next writer does it, too.
        with suppress(OSError, sqlite3.OperationalError):
            self._remove_leftovers()
            self._connection.execute("PRAGMA wal_checkpoint(PASSIVE)")

    # Renewal: passages and vectors by other settings, or by newer readers, for all documents at once. What is kept
    # for a plan is durable and seen by nobody until `switch`, whatever is added by the old settings meanwhile.

    def plan(self, settings: Settings) -> int:
        """The number under which readings by these settings are kept; raises ValueError before the first publication."""
        if not self.generation.number:
            raise ValueError("nothing is published yet")
        with errors_in_words(self._folder), transaction(self._connection):
            columns = "model, revision, dimension, max_tokens, chunker"
            row = self._one(
                f"SELECT serial FROM settings WHERE ({columns}) = (?, ?, ?, ?, ?)", *astuple(settings)
            )
            if row is not None:
                return int(row[0])
            serial = self._connection.execute(
                "INSERT INTO settings VALUES (NULL, ?, ?, ?, ?, ?)", astuple(settings)
            ).lastrowid
        assert serial is not None
        return serial

    def kept(self, document_id: str, reader: str, plan: int) -> int | None:
        """The reading of a document by this reader for a plan, if it is there."""
        return find_reading(self._connection, document_id, reader, plan)

    def keep(
        self, document: Document, passages: Sequence[Passage], vectors: bytes, settings: Settings, plan: int
    ) -> int:
        """Store a reading of a document that is archived already, for a plan; give its number."""
        check_reading(settings, document, passages, vectors)
        with errors_in_words(self._folder), transaction(self._connection):
            return store_reading(self._connection, document, passages, vectors, plan)

    def switch(self, build: Builder, plan: int, readings: Mapping[str, int]) -> None:
        """Publish a generation that shows these readings, one for every current document, built from nothing.

        Raises ValueError if a document is missing, or while something is staged.
        """
        changes = Changes(self._connection, readings)
        if changes.before.keys() != changes.after.keys():
            raise ValueError("the readings are not those of the current documents")
        if self._one("SELECT 1 FROM staged LIMIT 1") is not None:
            raise ValueError("something is staged; publish it first")
        self._publish(build, changes, plan, rebuild=True)

    def _plan(self) -> int:
        """The number of the library's settings."""
        row = self._one(f"SELECT {CURRENT_SETTINGS}")
        return int(row[0]) if row and row[0] is not None else 0

    # A person's words about a source, and what could not be read.

    def edit(self, key: str, edit: Edit) -> None:
        """Record what a person says about a source, at once and for good; an empty edit takes all of it back."""
        with errors_in_words(self._folder), transaction(self._connection):
            save_edit(self._connection, key, edit)

    def edit_of(self, key: str) -> Edit:
        """What a person said about a source."""
        return load_edit(self._connection, key)

    def fail(self, key: str, sha256: str, reader: str, reason: str) -> None:
        """Remember that these bytes from this source cannot be read by this reader."""
        with errors_in_words(self._folder), transaction(self._connection):
            row = (to_sql(key), sha256, reader, reason, _now())
            self._connection.execute("INSERT OR REPLACE INTO failures VALUES (?, ?, ?, ?, ?)", row)

    def failed(self, key: str, sha256: str, reader: str) -> str | None:
        """Why these bytes from this source could not be read by this reader, if that was tried and remembered."""
        row = self._one(
            "SELECT reason FROM failures WHERE key = ? AND document_id = ? AND reader = ?",
            *(to_sql(key), sha256, reader),
        )
        return str(row[0]) if row else None

    def _build(self, build: Builder, previous: Generation, changes: Changes) -> None:
        """Write the index files, make them durable and give their folder a name that nobody looks for yet."""
        generations = self._folder / GENERATIONS_NAME
        building, final = generations / BUILDING_NAME, generation_folder(self._folder, previous.number + 1)
        make_folder(generations)
        remove_tree(building)
        remove_tree(final)
        building.mkdir()
        try:
            base = previous.folder if previous.folder and previous.folder.is_dir() else None
            build(building, base, changes)
            sync_tree(building)
            building.rename(final)
        except BaseException:
            with suppress(
                OSError
            ):  # a writer that was cut off may still write there; the next build begins by removing it
                remove_tree(building)
            raise
        sync_folder(generations)

    def _flip(self, number: int, changes: Changes, plan: int) -> None:
        """Make the new generation the published one: the commit in here is the atomic step."""
        execute = self._connection.execute
        execute("PRAGMA synchronous = FULL")
        try:
            with transaction(self._connection):
                execute("INSERT INTO generations VALUES (?, ?, ?)", (number, _now(), plan))
                gone = [(document_id,) for document_id in changes.removed_documents]
                self._connection.executemany("UPDATE documents SET current = 0 WHERE id = ?", gone)
                new = [(come, changes.after[come], number) for come in changes.added_documents]
                self._connection.executemany(
                    "INSERT INTO documents VALUES (?1, ?2, 1, ?3) ON CONFLICT (id) DO UPDATE"
                    " SET reading = excluded.reading, current = 1, generation = excluded.generation",
                    new,
                )
                replaced = "until IS NULL AND key IN (SELECT key FROM staged)"
                execute(f"UPDATE sources SET until = ? WHERE {replaced}", (number,))
                execute(
                    "INSERT INTO sources SELECT key, path, document_id, ?, NULL FROM staged"
                    " WHERE document_id IS NOT NULL ORDER BY key",
                    (number,),
                )
                execute("DELETE FROM staged")
        finally:
            execute("PRAGMA synchronous = NORMAL")

    def _remove_leftovers(self) -> None:
        """Remove what crashed builds left, and generations that were replaced more than once."""
        for folder in stray_folders(self._folder, self.generation.number):
            remove_tree(folder)
        self._archive.remove_leftovers()

    def _hold(self, source: Source, document_id: str, reading: int) -> None:
        """Stage that a source holds a document, or unstage it if that is what is published."""
        key, path = to_sql(source.key), to_sql(source.path)
        self._connection.execute("DELETE FROM staged WHERE key = ?", (key,))
        self._connection.execute("DELETE FROM failures WHERE key = ?", (key,))
        published = self._one(
            "SELECT s.path, s.document_id, d.reading FROM sources s JOIN documents d ON d.id = s.document_id"
            " WHERE s.key = ? AND s.until IS NULL",
            key,
        )
        if published != (path, document_id, reading):
            self._connection.execute(
                "INSERT INTO staged VALUES (?, ?, ?, ?)", (key, path, document_id, reading)
            )

    def _reading(self, document_id: str) -> int | None:
        """Return the reading that the document will show: the staged, else the published, else the latest.

        A reading by other settings than the library's is none.
        """
        row = self._one(
            "SELECT coalesce((SELECT max(reading) FROM staged WHERE document_id = ?1),"
            " (SELECT r.serial FROM documents d JOIN readings r ON r.serial = d.reading"
            f" WHERE d.id = ?1 AND r.settings = {CURRENT_SETTINGS}),"
            f" (SELECT max(serial) FROM readings WHERE document_id = ?1 AND settings = {CURRENT_SETTINGS}))",
            document_id,
        )
        return row[0] if row else None

    def _is_outdated(self, reading: int, reader: str | None, stale: Stale | None) -> bool:
        """Tell whether another version of the same reader made the reading, or one that is stale."""
        row = self._one("SELECT reader FROM readings WHERE serial = ?", reading)
        before = str(row[0]) if row else ""
        return is_outdated(before, reader) or (stale is not None and stale(before))

    def _one(self, query: str, *parameters: object) -> tuple[Any, ...] | None:
        row: tuple[Any, ...] | None = self._connection.execute(query, parameters).fetchone()
        return row


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
