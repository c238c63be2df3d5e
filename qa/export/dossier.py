"""What is exported: quotes with their notes, grouped by question, and what is known about the documents they stand in."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from corpus.errors import InvalidInput
from corpus.records import DocumentRecord
from corpus.snapshot import Snapshot
from corpus.types import Document, Span
from qa.cite import citation_at
from qa.types import Answer, Citation


class Shelf(Protocol):
    """Where documents are had; `qa.engine.Sourcebook` is one."""

    def document(self, document_id: str) -> Document:
        """The document with its text; raises InvalidInput for an unknown id."""

    def original(self, document_id: str) -> bytes:
        """Its archived bytes; raises SourcebookError where they are gone or altered."""

    def records(self, ids: Collection[str]) -> list[DocumentRecord]:
        """The records of those of these documents that are in the library now."""


class LibraryShelf:
    """One view of a library as a shelf, for as long as its snapshot lives."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot

    def document(self, document_id: str) -> Document:
        """As `Snapshot.document`."""
        return self._snapshot.document(document_id)

    def original(self, document_id: str) -> bytes:
        """As `Snapshot.original`."""
        return self._snapshot.original(document_id)

    def records(self, ids: Collection[str]) -> list[DocumentRecord]:
        """As `Snapshot.documents`."""
        return self._snapshot.documents(ids)


@dataclass(frozen=True, slots=True)
class Place:
    """A passage that somebody chose: where it stands, the question it was found by, and their note."""

    document_id: str
    start: int
    end: int
    question: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Excerpt:
    """One quote to export, with a person's note."""

    citation: Citation
    note: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """The quotes for one question; with `nearest` they are the nearest passages and no answers.

    `answer` is set where the section is an answer of the program, not a choice of passages.
    """

    question: str
    excerpts: tuple[Excerpt, ...]
    nearest: bool = False
    answer: Answer | None = None

    @property
    def as_of(self) -> date | None:
        """The day up to which documents were asked, where there was one."""
        return self.answer.as_of if self.answer else None


@dataclass(frozen=True, slots=True)
class Dossier:
    """Sections in order, and the records of the documents they quote, in the order of their first quote."""

    sections: tuple[Section, ...]
    records: tuple[DocumentRecord, ...]

    def excerpts(self) -> list[tuple[Section, Excerpt]]:
        """Every quote with its section, in order."""
        return [(section, excerpt) for section in self.sections for excerpt in section.excerpts]

    def record(self, document_id: str) -> DocumentRecord:
        """The record of a document that is quoted; KeyError for any other."""
        for record in self.records:
            if record.id == document_id:
                return record
        raise KeyError(document_id)


def from_answers(shelf: Shelf, answers: Iterable[Answer]) -> Dossier:
    """What answers quote; raises InvalidInput where a quote does not stand in its document (any more)."""
    sections = []
    for answer in answers:
        shown = answer.citations or answer.nearest
        for citation in shown:
            _check(shelf.document(citation.document_id), citation)
        excerpts = tuple(Excerpt(citation) for citation in shown)
        sections.append(Section(answer.question, excerpts, not answer.answered, answer))
    return _dossier(shelf, sections)


def from_places(shelf: Shelf, places: Sequence[Place]) -> Dossier:
    """What was chosen, grouped by question in the order chosen, every quote cut anew from its document.

    Raises InvalidInput for a place that is in no document of the library.
    """
    records = _records(shelf, [place.document_id for place in places])
    grouped: dict[str, list[Excerpt]] = {}
    for place in places:
        group = grouped.setdefault(place.question, [])
        citation = quote_at(
            shelf.document(place.document_id), records[place.document_id], place, len(group) + 1
        )
        group.append(Excerpt(citation, place.note))
    return _dossier(shelf, [Section(question, tuple(group)) for question, group in grouped.items()])


def quote_at(document: Document, record: DocumentRecord, place: Place, rank: int = 1) -> Citation:
    """A citation of the words at a place; raises InvalidInput where the document has no such place."""
    if not 0 <= place.start < place.end <= len(document.text):
        raise InvalidInput(
            f"{record.metadata.title.value} has {len(document.text):,} characters and none at "
            f"{place.start}–{place.end}; take that passage off and choose it again."
        )
    words = Span(place.start, place.end)
    return citation_at(document, record, words, words, rank=rank)


def _check(document: Document, citation: Citation) -> None:
    if document.text[citation.start : citation.end] != citation.quote:
        raise InvalidInput(
            f"The quote at {citation.start}–{citation.end} of {citation.path} is not what stands there now; ask again."
        )


def _dossier(shelf: Shelf, sections: Sequence[Section]) -> Dossier:
    quoted = [excerpt.citation.document_id for section in sections for excerpt in section.excerpts]
    return Dossier(tuple(sections), tuple(_records(shelf, quoted).values()))


def _records(shelf: Shelf, ids: Iterable[str]) -> dict[str, DocumentRecord]:
    """Records by id, in the order given; raises InvalidInput if a document is no longer there."""
    wanted = list(dict.fromkeys(ids))
    found = {record.id: record for record in shelf.records(wanted)}
    for document_id in wanted:
        if document_id not in found:
            raise InvalidInput(
                f"The document {document_id[:12]}… is no longer in the library: add it again, or leave its quotes out."
            )
    return {document_id: found[document_id] for document_id in wanted}
