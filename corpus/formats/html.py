"""HTML pages: our own linearised text, with trafilatura's opinion on which of its blocks are the content."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, cast

from corpus.boilerplate import Place, ends_sentence
from corpus.dates import dateline
from corpus.encoding import decode
from corpus.errors import UnreadableDocument
from corpus.formats.draft import Draft, finish
from corpus.formats.head import claims
from corpus.formats.html_table import Piece
from corpus.formats.linearise import Lineariser, Page
from corpus.formats.vote import main_text
from corpus.metadata import is_byline
from corpus.types import Block, BlockKind, Document, Span

if TYPE_CHECKING:
    from lxml.etree import ParserTarget

READER = ("text/html", "html/4")

_CLOSE = (BlockKind.LIST_ITEM, BlockKind.TABLE_HEADER, BlockKind.TABLE_ROW)
_VOTE_CHARACTERS = 2_000_000
_VOTE_ELEMENTS = 40_000
_VOTE_DEPTH = 200
_VOTE_ATTRIBUTES = 300
_VOTE_SHARE = 0.25
_PROSE_LENGTH = 140
_LINKED = 0.5
_BYLINE_LENGTH = 120
_TITLE_LETTERS = 12
_SENTENCE_LENGTH = 60
_MENU_LINKED = 0.8


def read_html(data: bytes, name: str) -> Document:
    """The document in an HTML page. Raises UnreadableDocument when the page shows text only by running scripts."""
    source = decode(data, markup=True)
    page = linearise(source)
    if not page.pieces and page.dropped:
        raise UnreadableDocument(
            f"{name} shows no text without running its scripts; save the page as text and add that"
        )
    _vote(source, page)
    text, drafts = assemble(page.pieces)
    document = finish(data, name, text, drafts, claims(page), READER)
    if not page.withheld:
        return document
    note = f"Hidden text of {page.withheld:,} characters is not read."
    return replace(document, notes=(*document.notes, note))


def linearise(source: str) -> Page:
    """The lines and the head of a page."""
    from lxml import etree

    # A target gets events and no tree is built: depth has no limit and attributes cost linear time.
    # With huge_tree a text node may be longer than 10 MB; nothing else is unlocked, since entities are not expanded.
    parser = etree.HTMLParser(target=cast("ParserTarget", Lineariser()), huge_tree=True, no_network=True)
    if source.strip():
        parser.feed(source)
        page = parser.close()
        assert isinstance(page, Page)
        return page
    return Page()


def assemble(pieces: Sequence[Piece]) -> tuple[str, list[Draft]]:
    """The text of these lines, and its blocks."""
    parts: list[str] = []
    drafts: list[Draft] = []
    spans: dict[int, Span] = {}
    length, before = 0, None
    for piece in pieces:
        if before is not None:
            close = (
                before.kind in _CLOSE
                and piece.kind in _CLOSE
                and before.kind.value[:5] == piece.kind.value[:5]
            )
            parts.append("\n" if close else "\n\n")
            length += len(parts[-1])
        start = length + len(piece.text) - len(piece.text.lstrip())
        end = length + len(piece.text.rstrip())
        spans[id(piece)] = Span(start, end)
        header = spans.get(id(piece.header)) if piece.header else None
        block = Block(start, end, piece.kind, piece.level, header)
        gap = before is None or parts[-1] != "\n"
        drafts.append(Draft(block, gap, piece.links, piece.place))
        parts.append(piece.text)
        length += len(piece.text)
        before = piece
    return "".join(parts), drafts


# Which pieces are the content


def _vote(source: str, page: Page) -> None:
    """Settles the place of every piece that the markup leaves open."""
    kept = _kept(source, page)
    for piece in page.pieces:
        if piece.place is Place.UNKNOWN and piece.suspect and piece.links > _LINKED:
            piece.place = Place.CHROME
    if kept is None:
        return
    numbers = [
        number for number, keep in enumerate(kept) if keep and page.pieces[number].place is not Place.CHROME
    ]
    if not numbers:
        return
    title = _title(page, kept)
    first, last = (numbers[0] if title is None else title), numbers[-1]
    prose = [number for number in numbers if number >= first and _is_prose(page.pieces[number])]
    body_ends = prose[-1] if prose else last
    for number, piece in enumerate(page.pieces):
        if piece.place is Place.CHROME:
            continue
        aside = (title is not None and number < title) or number > body_ends
        if number == title or (kept[number] and not (aside and (piece.suspect or _is_menu(piece)))):
            piece.place = Place.CONTENT
        elif _refused(piece, inside=first < number < last):
            piece.place = Place.CHROME


def _title(page: Page, kept: Sequence[bool]) -> int | None:
    """The heading with which the content begins: the page's own title, or else its only one of the first level.

    What stands between it and the first line that trafilatura keeps (a lead, a list of main points) is content, too.
    """
    open_ones = [
        (number, piece)
        for number, piece in enumerate(page.pieces)
        if piece.kind is BlockKind.HEADING and piece.place is not Place.CHROME and not piece.suspect
    ]
    wanted = _letters(page.title)
    named = [
        number
        for number, piece in open_ones
        if piece.level <= 2 and len(_letters(piece.text)) >= _TITLE_LETTERS and _letters(piece.text) in wanted
    ]
    main = [number for number, piece in open_ones if piece.level == 1 and piece.links <= _LINKED]
    found = named[:1] or (main if len(main) == 1 else [])
    if not found:
        return None
    sizes = [len(piece.text) * keep for piece, keep in zip(page.pieces, kept, strict=True)]
    return found[0] if 2 * sum(sizes[found[0] :]) >= sum(sizes) else None


def _is_prose(piece: Piece) -> bool:
    return (
        len(piece.text) >= _SENTENCE_LENGTH
        and ends_sentence(piece.text)
        and piece.links < 0.3
        and not piece.suspect
    )


def _is_menu(piece: Piece) -> bool:
    """Several short lines, all of them links."""
    lines = piece.text.split("\n")
    return len(lines) >= 3 and piece.links > _MENU_LINKED and all(len(line.split()) <= 3 for line in lines)


def _refused(piece: Piece, *, inside: bool) -> bool:
    """Whether a piece that trafilatura left out is boilerplate: it also leaves out headings, tables and real sentences."""
    if piece.kind is BlockKind.CAPTION or (piece.kind is BlockKind.HEADING and piece.level == 1):
        return False
    if len(piece.text) <= _BYLINE_LENGTH and (dateline(piece.text) or is_byline(piece.text)):
        return False
    if piece.kind in (BlockKind.TABLE_HEADER, BlockKind.TABLE_ROW):
        return piece.links > _LINKED
    if inside:
        return piece.links > _LINKED or piece.suspect
    prose = len(piece.text) >= _PROSE_LENGTH and ends_sentence(piece.text) and piece.links < 0.3
    return piece.suspect or not prose


def _kept(source: str, page: Page) -> list[bool] | None:
    """For each piece whether trafilatura keeps it, or None when it should not be asked or found too little."""
    too_large = len(source) > _VOTE_CHARACTERS or page.elements > _VOTE_ELEMENTS
    if too_large or page.depth > _VOTE_DEPTH or page.attributes > _VOTE_ATTRIBUTES:
        return None
    extracted = _letters(main_text(source))
    texts = [_letters(piece.text.replace(" | ", "")) for piece in page.pieces]
    kept = [bool(text) and text in extracted for text in texts]
    prose = sum(
        len(text) for text, piece in zip(texts, page.pieces, strict=True) if piece.place is not Place.CHROME
    )
    found = sum(len(text) for text, keep in zip(texts, kept, strict=True) if keep)
    return kept if found >= max(200, _VOTE_SHARE * prose) else None


def _letters(text: str) -> str:
    """Only letters and digits, in one spelling: white space, bars and list marks differ between the two texts."""
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKC", text)))
