"""What a PDF says about itself: title, authors, date; the file's own properties count only where its text agrees."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from corpus.dates import publication_date
from corpus.formats.pdf_lines import PageText
from corpus.formats.pdf_text import Written
from corpus.formats.un_documents import letterhead
from corpus.metadata import Claims, clean, settle
from corpus.types import (
    Authors,
    Block,
    BlockKind,
    Confidence,
    Metadata,
    Origin,
    PartialDate,
    Published,
    Sourced,
)

_TITLE_WITHIN = 3  # pages
_FRONT_LINES = 15
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Facts:
    """What the file says beside its text; `properties` is its information dictionary."""

    mended: bool = False
    properties: dict[str, str] = field(default_factory=dict)


def settle_pdf(pages: Sequence[PageText], written: Written, facts: Facts, name: str) -> Metadata:
    """The metadata of a document in a PDF file. Its creation date is never a publication date."""
    text, blocks = written.text, written.blocks
    head = letterhead(pages)
    claims = Claims(
        titles=_titles(pages, written, facts, head.publisher), authors=_authors(pages, facts, head.publisher)
    )
    metadata = settle(claims, text, blocks, name)
    pictured = pages[0].confidence is not None
    in_form = Confidence.MEDIUM if pictured else Confidence.HIGH
    alone = _dateline(pages[0])
    published = Published(head.published, Origin.TEXT, in_form) if head.published else None
    return replace(
        metadata,
        publisher=Sourced(head.publisher, Origin.TEXT, in_form) if head.publisher else metadata.publisher,
        published=published or (Published(alone, Origin.TEXT) if alone else None),
        symbol=Sourced(head.symbol, Origin.TEXT, in_form) if head.symbol else None,
    )


def _titles(
    pages: Sequence[PageText], written: Written, facts: Facts, publisher: str | None
) -> tuple[Sourced, ...]:
    property_ = clean(facts.properties.get("Title", ""))
    stated = _titles_in_text(written)
    if len(property_.split()) >= 3 and publisher is None and _stands_in(property_, pages[0]):
        return (Sourced(property_, Origin.META), *stated)
    return stated


def _titles_in_text(written: Written) -> tuple[Sourced, ...]:
    """The first heading of several words on the first pages, with the part of it that is set apart."""
    limit = next((page.start for page in written.pages if page.number > _TITLE_WITHIN), len(written.text))
    headings = [b for b in written.blocks if b.kind is BlockKind.HEADING and b.start < limit]
    for place, block in enumerate(headings[:6]):
        title = _slice(written, block)
        if len(title.split()) < 4:
            continue
        after = headings[place + 1] if place + 1 < len(headings) else None
        if after is not None and after.start <= block.end + 2:
            subtitle = _slice(written, after)
            if subtitle.startswith(("Report of the", "Letter dated", "Note by the")):
                title = f"{title}: {subtitle}"
        return (Sourced(title, Origin.TEXT),)
    return ()


def _slice(written: Written, block: Block) -> str:
    return clean(written.text[block.start : block.end]).rstrip(" *†")


def _authors(pages: Sequence[PageText], facts: Facts, publisher: str | None) -> Authors | None:
    author = clean(facts.properties.get("Author", ""))
    stated = len(author.split()) >= 2 and author != publisher and _stands_in(author, pages[0])
    return Authors((author,), Origin.META) if stated else None


def _stands_in(value: str, page: PageText) -> bool:
    words = {word.casefold() for line in page.lines for word in _WORD.findall(line.text)}
    return all(word.casefold() in words for word in _WORD.findall(value))


def _dateline(page: PageText) -> PartialDate | None:
    """A date that stands alone or labelled on one of the first lines; two different ones are none."""
    found = {publication_date(line.text) for line in page.lines[:_FRONT_LINES] if len(line.text) < 80} - {
        None
    }
    return found.pop() if len(found) == 1 else None
