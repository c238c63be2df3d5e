"""Joins the page to the engine: how a library in a folder is warmed, changed, and given what was uploaded."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

from corpus.edits import Edit
from corpus.errors import SourcebookError
from corpus.health import remembered_failures
from corpus.library import Library
from corpus.schema import DATABASE_NAME, GENERATIONS_NAME, ORIGINALS_NAME
from embeddings.errors import EmbeddingsError
from qa.app.book import Add, Added, Outcome, Step, Storage, Upload
from qa.duplicates import Twins, find_duplicates, twins_of
from qa.editing import edit_document
from qa.engine import Sourcebook
from qa.indexing import Progress, add_documents, remove_sources, restore_documents
from qa.sources import Source

_WAIT = 5.0
"""How many seconds a change waits for another writer before the page says so."""


def warm(sourcebook: Sourcebook) -> None:
    """Ask something behind what follows, so that the first question of a person finds models and index loaded."""

    def load() -> None:
        with suppress(SourcebookError, EmbeddingsError):  # a question will meet the same, and tell it
            sourcebook.ask("What is told here?", limit=1)

    threading.Thread(target=load, daemon=True, name="warm").start()


class LibraryKeeper:
    """Changes a library in a folder as the page asks; what another writer holds up is told after a few seconds."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def edit(self, document_id: str, edit: Edit, *, reset: bool) -> None:
        """As `qa.editing.edit_document`."""
        edit_document(self._folder, document_id, edit, reset=reset, wait=_WAIT)

    def remove(self, document_ids: Sequence[str]) -> None:
        """As `qa.indexing.remove_sources`."""
        remove_sources(self._folder, document_ids, wait=_WAIT)

    def restore(self, document_ids: Sequence[str]) -> None:
        """As `qa.indexing.restore_documents`."""
        restore_documents(self._folder, document_ids, wait=_WAIT)

    def duplicates(self) -> Sequence[Twins]:
        """As `qa.duplicates.find_duplicates`."""
        with Library.open(self._folder) as opened, opened.snapshot() as snapshot:
            return find_duplicates(snapshot)

    def twins(self, document_id: str) -> Sequence[Twins]:
        """As `qa.duplicates.twins_of`."""
        with Library.open(self._folder) as opened, opened.snapshot() as snapshot:
            return twins_of(snapshot, document_id)

    def storage(self) -> Storage:
        """The sizes of the library's files."""
        database = sum(_size(file) for file in self._folder.glob(f"{DATABASE_NAME}*"))
        return Storage(
            _size_below(self._folder / ORIGINALS_NAME), database, _size_below(self._folder / GENERATIONS_NAME)
        )

    def failures(self) -> Sequence[tuple[str, str]]:
        """What reading was given up on: the name of each source, and the reason."""
        return [(key.removeprefix("upload:"), reason) for key, reason in remembered_failures(self._folder)]


def _size_below(folder: Path) -> int:
    return sum(_size(Path(parent, name)) for parent, _, names in os.walk(folder) for name in names)


def _size(file: Path) -> int:
    try:
        return file.stat().st_size
    except OSError:  # replaced just now
        return 0


def adder(folder: Path, sourcebook: Sourcebook) -> Add:
    """Adds uploads with the encoder that also encodes the questions; each is read from the disk when its turn comes.

    A file's identity is its name, with its folders where one was dropped: uploading "report.md" again replaces the
    earlier "report.md". A KeyboardInterrupt raised by `report` ends the work; what is done stays.
    """

    def add(uploads: Sequence[Upload], report: Callable[[Step], None]) -> Sequence[Added]:
        outcomes: list[Added] = []

        def watch(progress: Progress) -> None:
            if progress.outcome is not None:
                outcomes.append(Added(progress.path, Outcome(progress.outcome), progress.reason))
            report(Step(progress.done, progress.total, progress.path, tuple(outcomes)))

        sources = [Source(upload.name, f"upload:{upload.name}", file=upload.file) for upload in uploads]
        done = add_documents(folder, sources, sourcebook.encoder, progress=watch)
        known = {item.name for item in outcomes}
        outcomes += [Added(f.path, Outcome.FAILED, f.reason) for f in done.failed if f.path not in known]
        return outcomes

    return add
