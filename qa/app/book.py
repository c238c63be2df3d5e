"""What the page needs from outside: a book to ask, and optionally ways to add documents and to run the evaluation."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from corpus.edits import Edit
from corpus.errors import InvalidInput
from corpus.records import DocumentRecord, Facets
from corpus.types import Document, Filters
from qa.app.catalogue import say
from qa.duplicates import Twins
from qa.time import Period
from qa.types import Answer


class Book(Protocol):
    """The part of `qa.engine.Sourcebook` that the page uses."""

    def ask(
        self,
        question: str,
        *,
        limit: int = ...,
        as_of: date | None = ...,
        filters: Filters | None = ...,
        about: Period | None = ...,
        any_time: bool = ...,
    ) -> Answer:
        """Answer a question; raises SourcebookError with a sentence."""

    def facets(self, filters: Filters | None = None) -> Facets:
        """What documents can be filtered by, with counts, under these filters."""

    def document(self, document_id: str) -> Document:
        """The document with this id; raises KeyError or SourcebookError where there is none."""

    def records(self, ids: Collection[str] | None = None) -> list[DocumentRecord]:
        """The records of all documents that are in the library now, or of those of these; by path."""

    def original(self, document_id: str) -> bytes:
        """The archived bytes of a document; raises KeyError or SourcebookError where there are none."""


OpenBook = Callable[[], Book]
"""Gives the library as it is now; raises SourcebookError where there is none."""


def path_of(book: Book, document_id: str) -> str:
    """The path under which a document was first added; raises InvalidInput where it is no longer there."""
    for record in book.records({document_id}):
        return record.path
    raise InvalidInput(say["error_document_gone"])


class Keeper(Protocol):
    """Changes the library at a person's word; every method raises SourcebookError with a sentence."""

    def edit(self, document_id: str, edit: Edit, *, reset: bool) -> None:
        """Correct what is known about a document."""

    def remove(self, document_ids: Sequence[str]) -> None:
        """Take documents out of the answers; their originals stay archived."""

    def restore(self, document_ids: Sequence[str]) -> None:
        """Bring removed documents back."""

    def duplicates(self) -> Sequence[Twins]:
        """The pairs of documents that say the same."""

    def twins(self, document_id: str) -> Sequence[Twins]:
        """The documents that say the same as this one, each in a pair with it."""

    def storage(self) -> Storage:
        """What the library takes on disk."""

    def failures(self) -> Sequence[tuple[str, str]]:
        """What could not be read, and why, of all that was ever added."""


@dataclass(frozen=True, slots=True)
class Storage:
    """Bytes on disk: the archived originals, the database, the index files."""

    originals: int
    database: int
    index: int


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that a browser sent: the name it had there, and where its bytes lie now."""

    name: str
    file: Path


class Outcome(StrEnum):
    """What became of one uploaded file."""

    WAITING = "waiting"
    ADDED = "added"
    UNCHANGED = "unchanged"
    REPLACED = "replaced"
    OPENED = "opened"
    FAILED = "failed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Added:
    """What became of one uploaded file, and why where it failed."""

    name: str
    outcome: Outcome
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """How far a long piece of work is: `total` is 0 while unknown, `outcomes` are the files that are done."""

    done: int
    total: int
    what: str = ""
    outcomes: tuple[Added, ...] = ()


Add = Callable[[Sequence[Upload], Callable[[Step], None]], Sequence[Added]]
"""Adds files to the library, reports its steps, and says what became of each file, in the order given."""
