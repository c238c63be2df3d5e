"""What is measured, as protocols: `qa.engine.Sourcebook` is all of them, and so are stand-ins whose answers are known."""

from __future__ import annotations

from datetime import date
from typing import Protocol

from corpus.records import DocumentRecord
from corpus.types import Document, Filters
from qa.time import Period
from qa.types import Answer, Hit, Method


class Documents(Protocol):
    """Where gold places lie."""

    def documents(self) -> list[DocumentRecord]:
        """List the documents."""
        ...

    def document(self, document_id: str) -> Document:
        """Give one document; raises InvalidInput for an unknown id."""
        ...


class Searchable(Documents, Protocol):
    """Documents with the searches among them."""

    def search(
        self, question: str, *, limit: int = 10, method: Method = Method.FUSED, filters: Filters | None = None
    ) -> list[Hit]:
        """Give the best passages."""
        ...


class Book(Searchable, Protocol):
    """What answers questions."""

    def ask(
        self,
        question: str,
        *,
        limit: int = 10,
        as_of: date | None = None,
        filters: Filters | None = None,
        about: Period | None = None,
        question_id: str = "",
    ) -> Answer:
        """Answer one question."""
        ...
