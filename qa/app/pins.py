"""Pinned passages: the browser keeps where they stand, the server shows their words and exports them.

Nothing of it is kept here, so that several people never see each other's pins.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from corpus.errors import InvalidInput, SourcebookError
from corpus.types import Document
from qa.app.book import Book, OpenBook
from qa.app.catalogue import say
from qa.app.render import environment
from qa.app.replies import to_save, told_of
from qa.app.request import is_document_id
from qa.app.rows import documents_of_rows
from qa.export.dossier import Place, Shelf, from_places, quote_at
from qa.export.styles import DEFAULT_STYLE, STYLES
from qa.export.writing import FORMATS, export, format_named
from qa.types import Citation

MAX_PINS = 500
MAX_NOTE = 2_000
MAX_QUESTION = 1_000
MAX_QUOTE = 20_000


@dataclass(frozen=True, slots=True)
class Pinned:
    """A pin as the tray shows it; without a citation its document or its place is no longer there."""

    place: Place
    citation: Citation | None


def read_pins(sent: object) -> list[Place]:
    """The places that a browser sent; raises InvalidInput for anything else."""
    pins = sent.get("pins") if isinstance(sent, dict) else None
    if not isinstance(pins, list):
        raise InvalidInput(say["error_pins"])
    if len(pins) > MAX_PINS:
        raise InvalidInput(say("error_pins_many", len(pins), most=MAX_PINS))
    return [_place(pin) for pin in pins]


def _place(pin: object) -> Place:
    if not isinstance(pin, dict):
        raise InvalidInput(say["error_pin"])
    document_id, start, end = pin.get("document"), pin.get("start"), pin.get("end")
    question, note = pin.get("question", ""), pin.get("note", "")
    if (
        not isinstance(document_id, str)
        or not is_document_id(document_id)
        or type(start) is not int
        or type(end) is not int
        or not 0 <= start < end <= start + MAX_QUOTE
        or not isinstance(question, str)
        or not isinstance(note, str)
    ):
        raise InvalidInput(say["error_pin"])
    return Place(document_id, start, end, question[:MAX_QUESTION], note[:MAX_NOTE])


def look_up(shelf: Shelf, places: Sequence[Place]) -> dict[str, list[Pinned]]:
    """The pins with their words, by question in the order pinned."""
    records = {record.id: record for record in shelf.records({place.document_id for place in places})}
    grouped: dict[str, list[Pinned]] = {}
    for place in places:
        group = grouped.setdefault(place.question, [])
        citation = None
        if record := records.get(place.document_id):
            try:
                citation = quote_at(shelf.document(place.document_id), record, place, len(group) + 1)
            except SourcebookError:
                citation = None
        group.append(Pinned(place, citation))
    return grouped


def render_dialog() -> str:
    """The tray as it stands in the page before anything is pinned."""
    return (
        environment()
        .get_template("pins.html")
        .render(formats=FORMATS.values(), styles=STYLES, default_style=DEFAULT_STYLE)
    )


def render_list(grouped: Mapping[str, Sequence[Pinned]], documents: Mapping[str, Document]) -> str:
    """The pinned passages; `documents` by id name the columns of quoted rows."""
    number = sum(len(group) for group in grouped.values())
    return (
        environment()
        .get_template("pinned.html")
        .render(grouped=grouped, number=number, max_note=MAX_NOTE, documents=documents)
    )


def router(open_book: OpenBook) -> APIRouter:
    """The requests that the tray makes."""
    routes = APIRouter()

    @routes.post("/pins")
    async def pins(request: Request) -> Response:
        return await told_of(request, lambda sent: _show(open_book(), sent))

    @routes.post("/pins/export/{suffix}")
    async def export_pins(request: Request, suffix: str) -> Response:
        return await told_of(request, lambda sent: _export(open_book(), sent, suffix))

    return routes


def _show(book: Book, sent: object) -> Response:
    grouped = look_up(book, read_pins(sent))
    found = [pin.citation for group in grouped.values() for pin in group if pin.citation]
    return HTMLResponse(render_list(grouped, documents_of_rows(book, found)))


def _export(book: Book, sent: object, suffix: str) -> Response:
    form, places = format_named(suffix), read_pins(sent)
    if not places:
        raise InvalidInput(say["error_export_nothing"])
    style = sent.get("style") if isinstance(sent, dict) else None
    data = export(from_places(book, places), book, form, style if isinstance(style, str) else DEFAULT_STYLE)
    return to_save(data, f"sourcebook-quotes.{form.suffix}", form.media_type)
