"""Brings the database of an older version to the form of this one, in one step that happens or does not."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from corpus.errors import LibraryBusy, LibraryIncompatible
from corpus.lock import writer_lock
from corpus.schema import (
    SCHEMA,
    SCHEMA_VERSION,
    check_database,
    connect_writer,
    database_version,
    errors_in_words,
    must_be_immutable,
)

_SECONDS = 30.0
# Format 2 says for every generation and reading by which settings it was made, keeps a reading's notes, and has the
# tables of failures and of edits. Format 3 has a table of choices, format 4 more columns of edits; its readings have
# an origin and a confidence for all that is known, which older ones get when they are read again. Format 5 has the
# period covered among the edits.
_FROM_1 = {
    "settings": "1, model, revision, dimension, max_tokens, chunker",
    "generations": "number, published_at, 1",
    "readings": "serial, document_id, reader, media_type, publisher, language, published, published_first,"
    " published_last, passages, characters, metadata, 1, '[]'",
}
_EDITS_BEFORE_4 = (
    "key, serial, title, publisher, language, published, published_first, published_last" + 4 * ", NULL"
)
_EDITS_OF_4 = "*, NULL"


def upgrade(folder: Path) -> None:
    """Bring the library's database up to this version; nothing happens to one that is.

    Raises LibraryNotFound, LibraryIncompatible (also where an old library may not be written), or LibraryBusy.
    """
    check_database(folder)
    if database_version(folder) == SCHEMA_VERSION:
        return
    if must_be_immutable(folder):
        raise LibraryIncompatible(
            f"the library at {folder} has the older format {database_version(folder)} and may not be written; "
            "copy it to a folder that may be, and use the copy"
        )
    try:
        with (
            errors_in_words(folder),
            writer_lock(folder, _SECONDS),
            closing(connect_writer(folder)) as connection,
        ):
            version = database_version(folder)
            if version != SCHEMA_VERSION:
                _upgrade(connection, version)
    except LibraryBusy as error:
        raise LibraryBusy(
            f"the library has an older format and cannot be brought up to date: {error}"
        ) from None


def _upgrade(connection: sqlite3.Connection, version: int) -> None:
    statements = ["PRAGMA foreign_keys = OFF", "BEGIN IMMEDIATE", *_statements(version), "COMMIT"]
    try:
        connection.executescript(";\n".join(statements) + ";")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def _statements(version: int) -> Iterator[str]:
    """As SQLite's manual has it: make the new table, copy, drop the old one, rename."""
    if version == 1:
        for table, columns in _FROM_1.items():
            yield from _copied(table, columns)
        yield _created("failures", "failures")
        yield _created("edits", "edits")
    else:
        yield from _copied("edits", _EDITS_BEFORE_4 if version < 4 else _EDITS_OF_4)
    if version < 3:
        yield _created("choices", "choices")
    yield f"PRAGMA user_version = {SCHEMA_VERSION}"


def _copied(table: str, columns: str) -> Iterator[str]:
    yield _created(table, f"{table}_new")
    yield f"INSERT INTO {table}_new SELECT {columns} FROM {table}"
    yield f"DROP TABLE {table}"
    yield f"ALTER TABLE {table}_new RENAME TO {table}"


def _created(table: str, name: str) -> str:
    found = re.search(rf"CREATE TABLE {table} (\(.*?\) STRICT);", SCHEMA, re.DOTALL)
    assert found is not None
    return f"CREATE TABLE {name} {found[1]}"
