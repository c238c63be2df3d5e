"""The database of a library: its tables, how connections to it are made, and its errors in plain words."""

from __future__ import annotations

import errno
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from corpus.archive import sync_folder
from corpus.errors import LibraryIncompatible, LibraryNotFound, SourcebookError

DATABASE_NAME = "library.db"
ORIGINALS_NAME = "originals"
GENERATIONS_NAME = "generations"
APPLICATION_ID = 0x53424B31  # "SBK1"
SCHEMA_VERSION = 5
_BUSY_SECONDS = 30.0

# A reading is what one reader made of one original; its rows never change. `documents` is the published view:
# which reading a document shows, and whether any source holds it now. `staged` waits for the next generation;
# a row without a document removes the source. Passage ids come packed with each reading, too, because
# collecting the ids of many documents from single rows would be slow.
# Every generation says by which settings its passages and vectors were made; readings by other settings wait for a
# generation of theirs. `edits` are a person's words about a source, `failures` what reading it came to, `choices` what
# a person said about reading all of them.
SCHEMA = f"""
PRAGMA application_id = {APPLICATION_ID};
PRAGMA user_version = {SCHEMA_VERSION};
CREATE TABLE settings (
    serial INTEGER PRIMARY KEY,
    model TEXT NOT NULL, revision TEXT NOT NULL, dimension INTEGER NOT NULL,
    max_tokens INTEGER NOT NULL, chunker TEXT NOT NULL
) STRICT;
CREATE TABLE generations (
    number INTEGER PRIMARY KEY,
    published_at TEXT NOT NULL,
    settings INTEGER NOT NULL REFERENCES settings (serial)
) STRICT;
CREATE TABLE originals (document_id TEXT PRIMARY KEY, bytes INTEGER NOT NULL, added_at TEXT NOT NULL) STRICT;
CREATE TABLE readings (
    serial INTEGER PRIMARY KEY,
    document_id TEXT NOT NULL REFERENCES originals (document_id),
    reader TEXT NOT NULL,
    media_type TEXT NOT NULL,
    publisher ANY,
    language ANY,
    published TEXT, published_first TEXT, published_last TEXT,
    passages INTEGER NOT NULL,
    characters INTEGER NOT NULL,
    metadata TEXT NOT NULL,
    settings INTEGER NOT NULL REFERENCES settings (serial),
    notes TEXT NOT NULL,
    UNIQUE (document_id, reader, settings)
) STRICT;
CREATE TABLE contents (
    reading INTEGER PRIMARY KEY REFERENCES readings (serial),
    passage_ids BLOB NOT NULL, blocks BLOB NOT NULL, pages BLOB NOT NULL, text BLOB NOT NULL
) STRICT;
CREATE TABLE vectors (reading INTEGER PRIMARY KEY REFERENCES readings (serial), data BLOB NOT NULL) STRICT;
CREATE TABLE passages (
    reading INTEGER NOT NULL REFERENCES readings (serial),
    ordinal INTEGER NOT NULL,
    id INTEGER NOT NULL,
    start INTEGER NOT NULL, "end" INTEGER NOT NULL, page INTEGER,
    spans TEXT NOT NULL,
    PRIMARY KEY (reading, ordinal)
) STRICT, WITHOUT ROWID;
CREATE INDEX passages_by_id ON passages (id);
CREATE TABLE documents (
    id TEXT PRIMARY KEY REFERENCES originals (document_id),
    reading INTEGER NOT NULL UNIQUE REFERENCES readings (serial),
    current INTEGER NOT NULL CHECK (current IN (0, 1)),
    generation INTEGER NOT NULL REFERENCES generations (number)
) STRICT;
CREATE TABLE sources (
    key ANY NOT NULL,
    path ANY NOT NULL,
    document_id TEXT NOT NULL REFERENCES documents (id),
    since INTEGER NOT NULL REFERENCES generations (number),
    until INTEGER REFERENCES generations (number)
) STRICT;
CREATE UNIQUE INDEX current_sources ON sources (key) WHERE until IS NULL;
CREATE INDEX sources_by_document ON sources (document_id);
CREATE TABLE staged (
    key ANY NOT NULL PRIMARY KEY,
    path ANY,
    document_id TEXT REFERENCES originals (document_id),
    reading INTEGER REFERENCES readings (serial)
) STRICT;
CREATE INDEX staged_by_document ON staged (document_id);
CREATE TABLE failures (
    key ANY NOT NULL PRIMARY KEY,
    document_id TEXT NOT NULL, reader TEXT NOT NULL, reason TEXT NOT NULL, failed_at TEXT NOT NULL
) STRICT;
CREATE TABLE edits (
    key ANY NOT NULL PRIMARY KEY,
    serial INTEGER NOT NULL UNIQUE,
    title ANY, publisher ANY, language ANY,
    published TEXT, published_first TEXT, published_last TEXT,
    authors TEXT, symbol ANY, source_url ANY, covers TEXT
) STRICT;
CREATE TABLE choices (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
"""


def create_database(folder: Path) -> None:
    """Make an empty database in one atomic step; the caller holds the writer lock."""
    fresh = folder / f"{DATABASE_NAME}.new"
    for leftover in folder.glob(f"{fresh.name}*"):
        leftover.unlink()
    connection = sqlite3.connect(fresh, isolation_level=None)
    try:
        connection.executescript(f"BEGIN;\n{SCHEMA}\nCOMMIT;")
        connection.execute("PRAGMA journal_mode = WAL")
    finally:
        connection.close()
    fresh.replace(folder / DATABASE_NAME)
    sync_folder(folder)


def check_database(folder: Path) -> None:
    """Raise LibraryNotFound or LibraryIncompatible unless a database is there that this version reads."""
    if not (folder / DATABASE_NAME).is_file():
        raise LibraryNotFound(f"no library at {folder}; run: sourcebook add PATH")
    with errors_in_words(folder):
        connection = connect_reader(folder, immutable=must_be_immutable(folder))
        try:
            (application,) = connection.execute("PRAGMA application_id").fetchone()
            (version,) = connection.execute("PRAGMA user_version").fetchone()
        finally:
            connection.close()
    if application != APPLICATION_ID:
        raise LibraryIncompatible(
            f"{folder / DATABASE_NAME} is not a library's database; choose another folder"
        )
    if version > SCHEMA_VERSION:
        raise LibraryIncompatible(
            f"the library at {folder} has format {version}, this program knows up to {SCHEMA_VERSION}; "
            "use a newer version of sourcebook"
        )


def database_version(folder: Path) -> int:
    """The format of a library's database."""
    connection = connect_reader(folder, immutable=must_be_immutable(folder))
    try:
        (version,) = connection.execute("PRAGMA user_version").fetchone()
    finally:
        connection.close()
    return int(version)


def connect_reader(folder: Path, *, immutable: bool) -> sqlite3.Connection:
    """Open a connection that can only read, usable from any thread."""
    uri = (folder / DATABASE_NAME).absolute().as_uri()
    connection = sqlite3.connect(
        f"{uri}?mode=ro&immutable=1" if immutable else f"{uri}?mode=ro",
        uri=True,
        timeout=_BUSY_SECONDS,
        isolation_level=None,
        check_same_thread=False,
    )
    connection.execute("PRAGMA cache_size = -16384")
    return connection


def must_be_immutable(folder: Path) -> bool:
    """Tell whether SQLite can open the database only as immutable: the folder is read-only and nobody writes.

    That holds for a moment only: as soon as someone who may write does, there is a write-ahead log, and reading
    works the ordinary way again. So a connection opened as immutable must not be kept.
    """
    return not os.access(folder, os.W_OK) and not (folder / f"{DATABASE_NAME}-wal").exists()


def connect_writer(folder: Path) -> sqlite3.Connection:
    """Open the connection of the one writer; the caller holds the writer lock."""
    connection = sqlite3.connect(
        folder / DATABASE_NAME, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False
    )
    connection.executescript(
        "PRAGMA foreign_keys = ON; PRAGMA cache_size = -65536; PRAGMA synchronous = NORMAL; "
        "PRAGMA journal_size_limit = 67108864;"
    )
    return connection


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """One write transaction: committed at the end of the block, rolled back by any exception."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


_CAUSES = {
    errno.ENOSPC: "the disk is full; free some space and run the command again",
    errno.EDQUOT: "the disk quota is used up; free some space and run the command again",
    errno.EFBIG: "a file would become larger than allowed here; raise the limit and run the command again",
    errno.EROFS: "it lies on a read-only medium; copy it to a disk that can be written",
    errno.EACCES: "permission denied; check who owns the folder and its files",
    errno.EPERM: "permission denied; check who owns the folder and its files",
    errno.EIO: "the disk reports an input/output error; check the disk and the latest backup",
    errno.EEXIST: "part of the path is a file, not a folder; choose another folder",
    errno.ENOTDIR: "part of the path is a file, not a folder; choose another folder",
    errno.ENOENT: "part of the path cannot be made; choose another folder",
    errno.ENAMETOOLONG: "its path is too long; choose a shorter one",
}
_DAMAGED = "its database is damaged; build the library again from its originals"
_SQLITE_CAUSES = {
    sqlite3.SQLITE_FULL: _CAUSES[errno.ENOSPC],
    sqlite3.SQLITE_READONLY: "it cannot be written; check the permissions of the folder and its files",
    sqlite3.SQLITE_CANTOPEN: "its database cannot be opened; check the permissions of its files",
    sqlite3.SQLITE_PERM: _CAUSES[errno.EACCES],
    sqlite3.SQLITE_IOERR: _CAUSES[errno.EIO],
    sqlite3.SQLITE_BUSY: "its database is locked by another program; close that and run the command again",
    sqlite3.SQLITE_CORRUPT: _DAMAGED,
    sqlite3.SQLITE_CONSTRAINT: "its database contradicts itself; run: sourcebook doctor",
    sqlite3.SQLITE_NOTADB: "library.db is not a database; choose another folder",
}


_UNFINISHED = (
    "whoever wrote it last left a write-ahead log, and here nothing can be written to read it; "
    "copy the library to a disk that can be written"
)


def _is_unfinished(folder: Path) -> bool:
    """Whether SQLite would have to write to read what was not yet moved into the database."""
    log, index = (folder / f"{DATABASE_NAME}-{name}" for name in ("wal", "shm"))
    return not os.access(folder, os.W_OK) and log.exists() and not index.exists()


@contextmanager
def database_errors_in_words(folder: Path) -> Iterator[None]:
    """Turn what the database complains about into a SourcebookError that says what to do."""
    try:
        yield
    except sqlite3.Error as error:
        code = getattr(error, "sqlite_errorcode", None)
        cause = _SQLITE_CAUSES.get(code & 0xFF) if code is not None else None
        if code is None and isinstance(error, sqlite3.OperationalError):  # a word that is no UTF-8 any more
            cause = _DAMAGED
        if code == sqlite3.SQLITE_CANTOPEN and _is_unfinished(folder):
            cause = _UNFINISHED
        if cause is None:
            raise
        kind = LibraryIncompatible if code == sqlite3.SQLITE_NOTADB else SourcebookError
        raise kind(f"cannot use the library at {folder}: {cause} ({error})") from error


@contextmanager
def errors_in_words(folder: Path) -> Iterator[None]:
    """Turn what the disk and the database complain about into a SourcebookError that says what to do."""
    try:
        with database_errors_in_words(folder):
            yield
    except OSError as error:
        cause = _CAUSES.get(error.errno or 0)
        if cause is None:
            raise
        raise SourcebookError(f"cannot use the library at {folder}: {cause} ({error.strerror})") from error
