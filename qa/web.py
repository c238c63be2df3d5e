"""Pages of the web as documents: fetched when asked for, known by the address that they finally came from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

from corpus.errors import UnreadableDocument
from corpus.fetch import Allowed, Fetched, fetch, is_public
from corpus.formats import readable
from corpus.types import Origin, Sourced
from corpus.worker import Task
from corpus.workers import Reading
from qa.ahead import Prepared
from qa.sources import Failure, Source

FETCHED = "Fetched from "
_SUFFIXES = {
    "text/html": ".html",
    "application/xhtml+xml": ".html",
    "text/plain": ".txt",
    "text/markdown": ".md",
    "application/pdf": ".pdf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
}


def fetch_pages(
    addresses: Sequence[str], reading: Reading, *, allowed: Allowed = is_public, today: date | None = None
) -> tuple[list[Prepared], list[Failure]]:
    """Fetch and read pages; gives them ready to be added, and which could not be had and why.

    A page's identity is its final address: fetched again, it replaces what it was.
    """
    pages: dict[str, Prepared] = {}
    failed: list[Failure] = []
    for address in addresses:
        try:
            page = fetch_page(address, reading, allowed=allowed, today=today)
            pages[page.source.key] = page
        except UnreadableDocument as error:
            failed.append(Failure(address, str(error)))
    return list(pages.values()), failed


def fetch_page(
    address: str, reading: Reading, *, allowed: Allowed = is_public, today: date | None = None
) -> Prepared:
    """Fetch and read one page; raises UnreadableDocument."""
    fetched = fetch(address, allowed=allowed)
    document = reading.submit(Task(fetched.data, file_name(fetched))).result()
    if not document.text.strip("\ufeff\0 \t\r\n"):
        raise UnreadableDocument(f"{fetched.url} holds no text.")
    day = today or datetime.now(UTC).date()
    noted = replace(
        document,
        metadata=replace(document.metadata, source_url=Sourced(fetched.url, Origin.FETCHED)),
        notes=(*document.notes, f"{FETCHED}{fetched.url} on {day}."),
    )
    return Prepared(Source(fetched.url, fetched.url, fetched.data), noted)


def file_name(fetched: Fetched) -> str:
    """A file name for a page, by which its reader is found: the last part of its address, else by its media type."""
    parts = urlsplit(fetched.url)
    name = PurePosixPath(unquote(parts.path)).name or (parts.hostname or "page")
    suffix = _SUFFIXES.get(fetched.media_type)
    if suffix is not None and not name.lower().endswith(suffix) and not (suffix == ".txt" and readable(name)):
        return f"{name}{suffix}"
    return name
