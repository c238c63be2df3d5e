"""The library: a folder of archived originals, a database and index files, opened for reading or for writing.

Who reads takes a `Snapshot` (corpus/snapshot.py), who writes takes the one `Writer` (corpus/writer.py).
Readers never wait for the writer and see only whole, published generations.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from types import TracebackType

from corpus.archive import make_folder
from corpus.errors import InvalidInput, LibraryBusy
from corpus.lock import writer_lock
from corpus.readers import DocumentCache, Memo, ReaderPool
from corpus.records import Settings
from corpus.schema import (
    DATABASE_NAME,
    GENERATIONS_NAME,
    ORIGINALS_NAME,
    create_database,
    database_errors_in_words,
    errors_in_words,
)
from corpus.snapshot import Snapshot
from corpus.upgrade import upgrade
from corpus.writer import Writer

_CREATE_SECONDS = 30.0


class Library:
    """One library folder; safe to use from several threads. Made by `open` or `create`, closed by `close`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._pool = ReaderPool(folder)
        self._cache = DocumentCache()
        self._memo = Memo()

    @classmethod
    def open(cls, folder: Path | str) -> Library:
        """Open an existing library; raises LibraryNotFound or LibraryIncompatible."""
        folder = Path(folder)
        upgrade(folder)
        return cls(folder)

    @classmethod
    def create(cls, folder: Path | str) -> Library:
        """Make an empty library, with missing parent folders; a library that is there already is opened.

        Raises InvalidInput for a folder with files of other kinds under the names that a library needs.
        """
        folder = Path(folder)
        with errors_in_words(folder):
            if not (folder / DATABASE_NAME).exists():
                _refuse_conflicts(folder)
                make_folder(folder)
                _create_once(folder)
        return cls.open(folder)

    @property
    def settings(self) -> Settings | None:
        """What the library's passages and vectors were made with; None before the first writer told it."""
        with self.snapshot() as snapshot:
            return snapshot.settings()

    @contextmanager
    def snapshot(self) -> Iterator[Snapshot]:
        """Give a consistent view for the length of the block."""
        with self._pool.transaction() as connection:
            snapshot = Snapshot(self.folder, connection, self._cache, self._memo)
            try:
                yield snapshot
            finally:
                snapshot.close()

    @contextmanager
    def writer(
        self, wait: float | None = None, waiting: Callable[[str], None] | None = None
    ) -> Iterator[Writer]:
        """Give the exclusive right to write for the length of the block.

        When another process (or thread) is writing, waits up to `wait` seconds (None: as long as it takes;
        0: not at all), then raises LibraryBusy. If it waits, `waiting` is called once, with a sentence about
        the holder.
        What is staged and not published at the end of the block stays staged for the next writer.
        SourcebookError says, also for what is done in the block, that the database is damaged or cannot be used.
        """
        with ExitStack() as stack:
            with errors_in_words(self.folder):
                stack.enter_context(writer_lock(self.folder, wait, waiting))
                writer = stack.enter_context(closing(Writer(self.folder)))
            with database_errors_in_words(self.folder):
                yield writer

    def close(self) -> None:
        """Close the connections that nobody uses; open snapshots stay usable."""
        self._pool.close()

    def __enter__(self) -> Library:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _refuse_conflicts(folder: Path) -> None:
    if folder.exists() and not folder.is_dir():
        raise InvalidInput(f"{folder} is a file; a library needs a folder")
    conflicts = [name for name in (ORIGINALS_NAME, GENERATIONS_NAME) if os.path.lexists(folder / name)]
    if conflicts and not (folder / DATABASE_NAME).exists():
        raise InvalidInput(
            f"{folder} is not a library, but has something named {' and '.join(conflicts)} in it; "
            "choose another folder for the library"
        )


def _create_once(folder: Path, patience: int = 100) -> None:
    """Create the database unless another process does: it may hold the lock for long, but creates first."""
    for attempt in range(patience):
        try:
            with writer_lock(folder, wait=_CREATE_SECONDS / patience):
                if not (folder / DATABASE_NAME).exists():
                    create_database(folder)
                return
        except LibraryBusy:
            if (folder / DATABASE_NAME).exists():
                return
            if attempt == patience - 1:
                raise
