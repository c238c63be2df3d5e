"""What can be wrong inside a library, in its database, its archive and beside them: found here, mended where it can be."""

from __future__ import annotations

import errno
import hashlib
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from corpus.archive import Archive
from corpus.generations import stray_folders
from corpus.lock import writer_lock
from corpus.schema import (
    ORIGINALS_NAME,
    connect_reader,
    connect_writer,
    errors_in_words,
    must_be_immutable,
    transaction,
)
from corpus.snapshot import CURRENT_SETTINGS

_UNUSED = (
    "serial NOT IN (SELECT reading FROM documents) AND serial NOT IN"
    " (SELECT reading FROM staged WHERE reading IS NOT NULL)"
    f" AND settings <> {CURRENT_SETTINGS}"
)


@dataclass(frozen=True, slots=True)
class Originals:
    """The archive compared with the database: how many are sound; which are gone or altered."""

    sound: int
    missing: tuple[str, ...]
    altered: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Leftovers:
    """What nothing shows or needs: archived files, folders of index files, and a number of readings."""

    originals: tuple[Path, ...]
    generations: tuple[Path, ...]
    readings: int

    def __bool__(self) -> bool:
        return bool(self.originals or self.generations or self.readings)


def database_problems(folder: Path) -> list[str]:
    """What SQLite finds wrong with the database, and passages or vectors that do not add up."""
    with errors_in_words(folder), closing(_reader(folder)) as connection:
        found = [
            f"the database is damaged: {row[0]}"
            for row in connection.execute("PRAGMA quick_check(10)")
            if row[0] != "ok"
        ]
        if found:
            return found
        for table, *_ in connection.execute("PRAGMA foreign_key_check").fetchmany(10):
            found.append(f"the database is damaged: a row of {table} refers to one that is not there")
        counts = connection.execute(
            "SELECT r.document_id, r.passages, (SELECT count(*) FROM passages p WHERE p.reading = r.serial),"
            " length(v.data), 4 * r.passages * s.dimension FROM readings r"
            " JOIN settings s ON s.serial = r.settings LEFT JOIN vectors v ON v.reading = r.serial"
        )
        for document_id, said, held, bytes_held, bytes_said in counts:
            if said != held or bytes_held != bytes_said:
                found.append(
                    f"document {document_id[:12]} has {said} passages, but not as many rows and vectors"
                )
        return found


def check_originals(folder: Path) -> Originals:
    """Hash every archived original; reads the whole archive."""
    archive = Archive(folder / ORIGINALS_NAME)
    ids = _known(folder)
    missing, altered = [], []
    for digest in sorted(ids):
        path = archive.path(digest)
        if not path.is_file():
            missing.append(digest)
        elif _digest(path) != digest:
            altered.append(digest)
    return Originals(len(ids) - len(missing) - len(altered), tuple(missing), tuple(altered))


def _known(folder: Path) -> set[str]:
    with errors_in_words(folder), closing(_reader(folder)) as connection:
        return {row[0] for row in connection.execute("SELECT document_id FROM originals")}


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def leftovers(folder: Path) -> Leftovers:
    """What an interrupted writer left; raises LibraryBusy if another one may be about to use it.

    A sound library is never locked for it. Who may not write to the library looks without the lock.
    """
    found = _look_for_leftovers(folder)
    if not found:
        return found
    try:
        with writer_lock(folder, wait=0):
            return _look_for_leftovers(folder)
    except OSError as error:
        if error.errno not in (errno.EACCES, errno.EPERM, errno.EROFS):
            raise
        return found


def _look_for_leftovers(folder: Path) -> Leftovers:
    return Leftovers(
        tuple(unclaimed_files(folder)), tuple(stray_generations(folder)), unused_readings(folder)
    )


def unclaimed_files(folder: Path) -> list[Path]:
    """Files in the archive that belong to no document; certain only while the caller holds the writer lock."""
    archive = Archive(folder / ORIGINALS_NAME)
    files = archive.files()  # before the ids: what is archived meanwhile is not among them
    ids = _known(folder) if files else set()
    return [path for path in files if not (path.name in ids and path == archive.path(path.name))]


def stray_generations(folder: Path) -> list[Path]:
    """Folders of index files that no published generation needs; the next writer removes them."""
    with errors_in_words(folder), closing(_reader(folder)) as connection:
        (number,) = connection.execute("SELECT coalesce(max(number), 0) FROM generations").fetchone()
    return stray_folders(folder, number)


def unused_readings(folder: Path) -> int:
    """How many readings by other settings than the library's nothing shows: a reindex left or has begun them."""
    with errors_in_words(folder), closing(_reader(folder)) as connection:
        (number,) = connection.execute(f"SELECT count(*) FROM readings WHERE {_UNUSED}").fetchone()
    return int(number)


def remove_unclaimed(folder: Path, path: Path) -> bool:
    """Remove a file of the archive unless a document uses it by now; the caller holds the writer lock."""
    archive = Archive(folder / ORIGINALS_NAME)
    with errors_in_words(folder), closing(_reader(folder)) as connection:
        row = connection.execute("SELECT 1 FROM originals WHERE document_id = ?", (path.name,)).fetchone()
        if row is not None and path == archive.path(path.name):
            return False
        path.unlink(missing_ok=True)
    return True


def remembered_failures(folder: Path) -> list[tuple[str, str]]:
    """The sources whose reading was given up, with the reason."""
    with errors_in_words(folder), closing(_reader(folder)) as connection:
        rows = connection.execute("SELECT key, reason FROM failures ORDER BY key").fetchall()
    return [(key if isinstance(key, str) else key.decode("utf-8", "replace"), reason) for key, reason in rows]


def drop_unused(folder: Path) -> int:
    """Remove the readings that nothing shows, and tell how many; the caller holds the writer lock."""
    with errors_in_words(folder), closing(connect_writer(folder)) as connection, transaction(connection):
        doomed = f"(SELECT serial FROM readings WHERE {_UNUSED})"
        for table in ("passages", "vectors", "contents"):
            connection.execute(f"DELETE FROM {table} WHERE reading IN {doomed}")
        return connection.execute(f"DELETE FROM readings WHERE {_UNUSED}").rowcount


def _reader(folder: Path) -> sqlite3.Connection:
    return connect_reader(folder, immutable=must_be_immutable(folder))
