"""What the document panel fetches while a document is read: parts of its text, places of words, pictures of pages."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, HTTPException, Query
from fastapi.responses import HTMLResponse, Response

from corpus.errors import InvalidInput, SourcebookError
from corpus.types import Document, Span
from qa.app import render
from qa.app.book import OpenBook
from qa.app.catalogue import say
from qa.app.find import MAX_WORDS, find_in
from qa.app.pdf_pages import SCALE, PdfPages
from qa.app.request import MAX_QUOTES, is_document_id, read_span
from qa.app.structure import Marks, parts

PDF = "application/pdf"
MOST_CHARACTERS = 20_000
"""The longest place that is boxed on a picture."""


class Reading:
    """Answers the requests of the document panel."""

    def __init__(self, open_book: OpenBook, pages: PdfPages) -> None:
        self._open_book = open_book
        self._pages = pages

    def part(
        self,
        document_id: str,
        number: int,
        quote: Annotated[list[str], Query()] = [],  # noqa: B006 - FastAPI copies it, and wants a list
        current: str = "",
        words: Annotated[str, Query(max_length=MAX_WORDS)] = "",
    ) -> HTMLResponse:
        """One part of the text, with quotes, the current place and words marked."""
        document = self._opened(document_id)
        cut = parts(document)
        if not 0 <= number < len(cut):
            raise HTTPException(404, say["error_no_part"])
        quotes = tuple(span for span in map(_span, quote[:MAX_QUOTES]) if span)
        marks = Marks(quotes, _span(current), find_in(document.text, words))
        return HTMLResponse(render.part(document, cut[number], marks))

    def find(
        self, document_id: str, words: Annotated[str, Query(max_length=MAX_WORDS)] = ""
    ) -> list[tuple[int, int]]:
        """Where words stand in the text."""
        return [(span.start, span.end) for span in find_in(self._opened(document_id).text, words)]

    def picture(self, document_id: str, number: int) -> Response:
        """A page as it looks."""
        _, data = self._pdf(document_id)
        try:
            drawn = self._pages.picture(data, number)
        except InvalidInput as error:
            raise HTTPException(422, str(error)) from None
        return Response(drawn, media_type="image/png", headers={"cache-control": "private, max-age=3600"})

    def places(self, document_id: str, start: int, end: int) -> dict[str, object]:
        """The page that a place begins on, and its boxes by page, in points from the lower left corner."""
        document, data = self._pdf(document_id)
        if not 0 <= start < end <= len(document.text) or end - start > MOST_CHARACTERS:
            raise HTTPException(422, say["error_no_place"])
        try:
            boxes = self._pages.places(data, start, end, document.reader)
        except InvalidInput:
            boxes = []
        return {"page": document.page_at(start), "scale": SCALE, "boxes": boxes}

    def _opened(self, document_id: str) -> Document:
        if not is_document_id(document_id):
            raise HTTPException(404, say["error_no_document"])
        try:
            return self._open_book().document(document_id)
        except (KeyError, SourcebookError):
            raise HTTPException(404, say["error_no_document"]) from None

    def _pdf(self, document_id: str) -> tuple[Document, bytes]:
        document = self._opened(document_id)
        if document.media_type != PDF:
            raise HTTPException(404, say["error_no_pdf"])
        try:
            return document, self._open_book().original(document_id)
        except SourcebookError as error:
            raise HTTPException(422, str(error)) from None


def reading_routes(open_book: OpenBook, pages: PdfPages) -> APIRouter:
    """The routes under /document/<id>."""
    reading = Reading(open_book, pages)
    router = APIRouter(prefix="/document/{document_id}")
    router.get("/part/{number}", response_model=None)(reading.part)
    router.get("/find")(reading.find)
    router.get("/page/{number}.png", response_model=None)(reading.picture)
    router.get("/places")(reading.places)
    return router


def _span(text: str) -> Span | None:
    return read_span(text.split("-"))
