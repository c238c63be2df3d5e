"""Joins the page to the engine: how a library in a folder is asked and how uploads get into it."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from datetime import date
from pathlib import Path

from corpus.edits import Edit
from corpus.errors import InvalidInput, SourcebookError
from corpus.health import remembered_failures
from corpus.library import Library
from corpus.records import DocumentRecord, Facets
from corpus.schema import DATABASE_NAME, GENERATIONS_NAME, ORIGINALS_NAME
from corpus.types import Document, Filters
from embeddings.errors import EmbeddingsError
from embeddings.rerank import Reranker
from qa.app.book import Add, Added, Listed, Outcome, Step, Storage, Upload
from qa.duplicates import Twins, find_duplicates
from qa.editing import edit_document
from qa.engine import Sourcebook
from qa.indexing import Progress, add_documents, remove_sources, restore_documents
from qa.sources import Source
from qa.time import Period
from qa.types import Answer

_WAIT = 5.0
"""How many seconds a change waits for another writer before the page says so."""


class LibraryBook:
    """A `Sourcebook` as the page needs it."""

    def __init__(self, sourcebook: Sourcebook) -> None:
        self._sourcebook = sourcebook

    def ask(
        self,
        question: str,
        *,
        limit: int = 10,
        as_of: date | None = None,
        filters: Filters | None = None,
        about: Period | None = None,
        any_time: bool = False,
    ) -> Answer:
        """As `Sourcebook.ask`."""
        return self._sourcebook.ask(
            question, limit=limit, as_of=as_of, filters=filters, about=about, any_time=any_time
        )

    def facets(self, filters: Filters | None = None) -> Facets:
        """As `Sourcebook.facets`."""
        return self._sourcebook.facets(filters)

    def warm(self) -> None:
        """Load the model and the index behind what follows, so that the first question does not wait for both."""

        def load() -> None:
            with suppress(SourcebookError, EmbeddingsError):  # a question will meet the same, and tell it
                self._sourcebook.search("warm", limit=1)

        threading.Thread(target=load, daemon=True, name="warm").start()

    def listed(self) -> Sequence[Listed]:
        """The current documents, by path."""
        return [_listed(record) for record in self._sourcebook.documents()]

    def document(self, document_id: str) -> Document:
        """As `Sourcebook.document`."""
        return self._sourcebook.document(document_id)

    def records(self, ids: Collection[str] | None = None) -> list[DocumentRecord]:
        """As `Sourcebook.records`."""
        return self._sourcebook.records(ids)

    def path(self, document_id: str) -> str:
        """The first path of a current document; raises InvalidInput for an unknown id."""
        for record in self._sourcebook.documents():
            if record.id == document_id:
                return record.path
        raise InvalidInput("That document is no longer in the library: ask again to see what is there now.")

    def original(self, document_id: str) -> bytes:
        """As `Sourcebook.original`."""
        return self._sourcebook.original(document_id)


def _listed(record: DocumentRecord) -> Listed:
    about = record.metadata
    return Listed(
        document_id=record.id,
        path=record.path,
        title=about.title.value,
        publisher=about.publisher.value if about.publisher else None,
        published=str(about.published.date) if about.published else None,
        language=about.language.value if about.language else None,
        passages=record.passages,
    )


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


def open_library(folder: Path, reranker: Reranker | None = None) -> tuple[LibraryBook, Add, LibraryKeeper]:
    """A library to ask, the way to add uploads to it and the way to change it; raises as `Sourcebook.open`."""
    sourcebook = Sourcebook.open(folder, reranker=reranker)
    return LibraryBook(sourcebook), adder(folder, sourcebook), LibraryKeeper(folder)


def adder(folder: Path, sourcebook: Sourcebook) -> Add:
    """Adds uploads with the encoder that also encodes the questions.

    A file's identity is its name, with its folders where one was dropped: uploading "report.md" again replaces the
    earlier "report.md". A KeyboardInterrupt raised by `report` ends the work; what is done stays.
    """

    def add(uploads: Sequence[Upload], report: Callable[[Step], None]) -> Sequence[Added]:
        outcomes: list[Added] = []

        def watch(progress: Progress) -> None:
            if progress.outcome is not None:
                outcomes.append(Added(progress.path, Outcome(progress.outcome), progress.reason))
            report(Step(progress.done, progress.total, progress.path, tuple(outcomes)))

        sources = [
            Source(upload.name, f"upload:{upload.name}", upload.file.read_bytes()) for upload in uploads
        ]
        done = add_documents(folder, sources, sourcebook.encoder, progress=watch)
        known = {item.name for item in outcomes}
        outcomes += [Added(f.path, Outcome.FAILED, f.reason) for f in done.failed if f.path not in known]
        return outcomes

    return add
