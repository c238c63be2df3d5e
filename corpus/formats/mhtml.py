"""Pages that a browser saved as one file (.mhtml): the main HTML part, read as every page is."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from email.message import Message

from corpus.errors import UnreadableDocument
from corpus.formats.compose import unread
from corpus.formats.html import read_html
from corpus.formats.mail import body_text, header, taken_apart
from corpus.metadata import Claims, settle
from corpus.types import Document, Origin, Sourced

READER = ("multipart/related", "mhtml/4")


def read_mhtml(data: bytes, name: str) -> Document:
    """The document in a saved page; its source address is the one the browser noted.

    The Date header is the day of saving and no publication date. Raises UnreadableDocument without an HTML part.
    """
    message = taken_apart(data, name).message
    pages = [
        part for part in message.walk() if part.get_content_type() in ("text/html", "application/xhtml+xml")
    ]
    if not pages:
        raise UnreadableDocument(f"{name} holds no page: it has no HTML part")
    main = _main(message, pages)
    document = read_html(b"\xef\xbb\xbf" + body_text(main).encode("utf-8", "replace"), name)
    address = header(message, "Snapshot-Content-Location") or header(main, "Content-Location")
    noted = settle(Claims(source_url=Sourced(address, Origin.META)), "", (), name).source_url
    return replace(
        document,
        id=hashlib.sha256(data).hexdigest(),
        media_type=READER[0],
        reader=READER[1],
        metadata=replace(document.metadata, source_url=noted or document.metadata.source_url),
        notes=(*document.notes, *unread([(len(pages) - 1, "frame")])),
    )


def _main(message: Message, pages: list[Message]) -> Message:
    """The part that the message begins with, the one with the page's address, or the first page."""
    start = message.get_param("start")
    address = header(message, "Snapshot-Content-Location")
    for part in pages:
        if isinstance(start, str) and header(part, "Content-ID") == start:
            return part
    return next((part for part in pages if address and header(part, "Content-Location") == address), pages[0])
