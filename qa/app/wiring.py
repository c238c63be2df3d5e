"""Joins the page to the engine: how a library in a folder is asked and how uploads get into it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import date
from pathlib import Path

from corpus.errors import InvalidInput
from corpus.records import DocumentRecord, Facets
from corpus.types import Document, Filters
from embeddings.rerank import Reranker
from qa.app.book import Add, Added, Listed, Outcome, Step, Upload
from qa.engine import Sourcebook
from qa.indexing import Progress, add_documents
from qa.sources import Source
from qa.types import Answer


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
        any_time: bool = False,
    ) -> Answer:
        """As `Sourcebook.ask`."""
        return self._sourcebook.ask(question, limit=limit, as_of=as_of, filters=filters, any_time=any_time)

    def facets(self, filters: Filters | None = None) -> Facets:
        """As `Sourcebook.facets`."""
        return self._sourcebook.facets(filters)

    def listed(self) -> Sequence[Listed]:
        """The current documents, by path."""
        return [_listed(record) for record in self._sourcebook.documents()]

    def document(self, document_id: str) -> Document:
        """As `Sourcebook.document`."""
        return self._sourcebook.document(document_id)

    def records(self, ids: Collection[str]) -> list[DocumentRecord]:
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


def open_library(folder: Path, reranker: Reranker | None = None) -> tuple[LibraryBook, Add]:
    """A library to ask, and the way to add uploads to it; raises as `Sourcebook.open`."""
    sourcebook = Sourcebook.open(folder, reranker=reranker)
    return LibraryBook(sourcebook), adder(folder, sourcebook)


def adder(folder: Path, sourcebook: Sourcebook) -> Add:
    """Adds uploads with the encoder that also encodes the questions.

    A file's identity is its name: uploading "report.md" again replaces the earlier "report.md".
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
        add_documents(folder, sources, sourcebook.encoder, progress=watch)
        return outcomes

    return add
