"""A shelf in memory with documents of every awkward kind, and dossiers of them."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from dataclasses import replace
from datetime import UTC, date, datetime

from corpus.errors import InvalidInput
from corpus.records import DocumentRecord
from corpus.types import (
    Authors,
    Block,
    BlockKind,
    Document,
    Metadata,
    Origin,
    Page,
    PartialDate,
    Published,
    Sourced,
)
from qa.export.dossier import Dossier, Place, from_answers, from_places
from qa.types import Answer, AnswerSpan, Searched

LOSSES = "Losses in March 2004\r\n\r\nAltogether 935 houses were destroyed. 🏠 Nineteen people died.\r\n"
HEBREW = "שלום עולם. הכוח מנה חמישים אלף חיילים."
HOSTILE = (
    '=HYPERLINK("http://x","y") <script>alert(1)</script> *bold* _it_ # {x} 50% & $5 \\ ~ ^ \x00\x1b end'
)


class MemoryShelf:
    """Documents that are plain text, kept by id."""

    def __init__(self) -> None:
        self.documents: dict[str, Document] = {}
        self.originals: dict[str, bytes] = {}
        self.kept: dict[str, DocumentRecord] = {}

    def put(
        self,
        text: str,
        path: str,
        about: Metadata,
        *,
        original: bytes | None = None,
        media_type: str = "text/plain",
        pages: tuple[Page, ...] = (),
    ) -> str:
        data = text.encode() if original is None else original
        document_id = hashlib.sha256(data).hexdigest()
        blocks = (Block(0, len(text), BlockKind.PARAGRAPH),)
        self.documents[document_id] = Document(
            document_id, text, blocks, about, media_type, "fake/1", pages=pages
        )
        self.originals[document_id] = data
        self.kept[document_id] = DocumentRecord(
            id=document_id,
            paths=(path,),
            metadata=about,
            media_type=media_type,
            reader="fake/1",
            passages=1,
            characters=len(text),
            bytes=len(data),
            added_at=datetime(2026, 11, 20, 12, tzinfo=UTC),
            generation=1,
        )
        return document_id

    def document(self, document_id: str) -> Document:
        if document_id not in self.documents:
            raise InvalidInput("no such document")
        return self.documents[document_id]

    def original(self, document_id: str) -> bytes:
        return self.originals[document_id]

    def records(self, ids: Collection[str]) -> list[DocumentRecord]:
        return [record for document_id, record in self.kept.items() if document_id in ids]


def about(
    title: str,
    publisher: str | None = None,
    published: str | None = None,
    language: str | None = "en",
) -> Metadata:
    """Metadata as a reader gives them."""
    return Metadata(
        Sourced(title, Origin.TEXT),
        Sourced(publisher, Origin.TEXT) if publisher else None,
        Published(PartialDate.parse(published), Origin.TEXT) if published else None,
        Sourced(language, Origin.DETECTED) if language else None,
    )


def shelf_of_four() -> tuple[MemoryShelf, dict[str, str]]:
    """A report of 2004, a page with an address, a hostile text without publisher, and one in Hebrew; their ids."""
    shelf = MemoryShelf()
    page = "<p>The bridge over the Ibar was reopened.</p>"
    ids = {
        "losses": shelf.put(
            LOSSES,
            "reports/losses.pdf",
            replace(
                about("Losses & damages_2004", "OSCE Mission", "2004-04-30"),
                symbol=Sourced("OSCE/04", Origin.TEXT),
            ),
            original=b"%PDF-1.7 not really",
            media_type="application/pdf",
            pages=(Page(1, 0, 22), Page(2, 22, len(LOSSES))),
        ),
        "bridge": shelf.put(
            "The bridge over the Ibar was reopened.",
            "bridge.html",
            replace(
                about("Bridge reopened", "Balkan Desk", "2011-02"),
                authors=Authors(("Anna Müller",), Origin.META),
                source_url=Sourced("https://example.org/a?b=1&c={2}", Origin.META),
            ),
            original=page.encode(),
            media_type="text/html",
        ),
        "hostile": shelf.put(
            HOSTILE,
            "=cmd.txt",
            replace(about(HOSTILE), source_url=Sourced("javascript:alert(1)", Origin.META)),
        ),
        "hebrew": shelf.put(HEBREW, "עברית.txt", about("כותרת", "עיתון", "2009", "he")),
    }
    return shelf, ids


def place_of(shelf: MemoryShelf, document_id: str, words: str, question: str = "", note: str = "") -> Place:
    start = shelf.documents[document_id].text.index(words)
    return Place(document_id, start, start + len(words), question, note)


def pinned() -> tuple[MemoryShelf, Dossier]:
    """Four pinned quotes under two questions."""
    shelf, ids = shelf_of_four()
    places = [
        place_of(shelf, ids["losses"], "Altogether 935 houses were destroyed.", "How many houses?", "=check"),
        place_of(shelf, ids["hostile"], HOSTILE, "How many houses?"),
        place_of(shelf, ids["bridge"], "The bridge over the Ibar was reopened.", "Which bridge?"),
        place_of(shelf, ids["hebrew"], HEBREW, "Which bridge?", "שלום"),
        place_of(shelf, ids["losses"], "🏠 Nineteen people died.", "How many houses?"),
    ]
    return shelf, from_places(shelf, places)


def answered() -> tuple[MemoryShelf, Dossier, tuple[Answer, Answer]]:
    """An answer with its span, and a question that was declined."""
    shelf, dossier = pinned()
    quote = dossier.sections[0].excerpts[0].citation
    start = quote.start + quote.quote.index("935")
    citation = replace(quote, answer=AnswerSpan(start, start + 3, "935"))
    searched = Searched(4, 4, date(2004, 4, 30), date(2011, 2, 28))
    yes = Answer(
        "q1", "How many houses?", date(2005, 1, 1), True, 0.81, None, "935", (citation,), (), searched
    )
    no = Answer(
        "q2", "Bread?", None, False, 0.1, "Not in these 4 documents: bread.", None, (), (quote,), searched
    )
    return shelf, from_answers(shelf, [yes, no]), (yes, no)
