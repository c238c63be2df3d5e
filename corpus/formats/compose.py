"""From the pieces that an office reader found to its document, and what office files say about themselves."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby

from corpus.errors import UnreadableDocument
from corpus.formats.draft import finish
from corpus.formats.html import assemble
from corpus.formats.html_table import Piece
from corpus.formats.plain import plain_drafts
from corpus.limits import MAXIMUM_CHARACTERS
from corpus.metadata import Claims
from corpus.types import Authors, BlockKind, Confidence, Document, Origin, Page, Sourced

_SPACE = re.compile(r"\s+")
_TEMPLATE_TITLE = re.compile(
    r"(?:(?:microsoft )?(?:word|powerpoint|excel|office)\b.*|powerpoint[- ]pr[äe]sentation|slide \d+"
    r"|(?:document|dokument|documento|book|sheet|workbook|mappe|pr[ée]sentation|folie) ?\d*"
    r"|.*\.(?:docx?|pptx?|xlsx?|rtf|odt|dotx?)"
    r"|(?:titre|titel|title|titolo)(?: \d+)?|no slide title|unknown|template)",
    re.IGNORECASE,
)
_NOBODY = re.compile(
    r"(?:(?:microsoft|ms)(?: office)?(?: \w+)?|(?:office )?(?:user|admin(?:istrator)?|author|owner|guest|pc|laptop)\d*"
    r"|windows(?: user)?|unknown|default|test|python-(?:docx|pptx)|openpyxl|libreoffice"
    r"|apache poi|utente|utilisateur|benutzer"
    r"|[\W\d_]*)",
    re.IGNORECASE,
)


def compose(
    data: bytes,
    name: str,
    pieces: Sequence[Piece],
    claims: Claims,
    kind: tuple[str, str],
    notes: Sequence[str] = (),
    pages: Sequence[int] = (),
    page_count: int = 0,
) -> Document:
    """The document of these pieces; `pages` gives the page of every piece, in rising order, where the format has pages.

    Raises UnreadableDocument when there is no text, or too much.
    """
    if not any(piece.text.strip() for piece in pieces):
        raise UnreadableDocument(" ".join((f"{name} holds no text.", *notes)))
    size = sum(len(piece.text) for piece in pieces)
    if size > MAXIMUM_CHARACTERS:
        raise UnreadableDocument(
            f"{name} has {size:,} characters of text and the limit is {MAXIMUM_CHARACTERS:,}; split it into parts"
        )
    text, drafts = assemble(pieces)
    document = finish(data, name, text, drafts, claims, kind)
    stretches: list[Page] = []
    end = 0
    for number, group in groupby(zip(pages, drafts, strict=True) if pages else (), key=lambda both: both[0]):
        blocks = [draft.block for _page, draft in group]
        stretches += [Page(empty, end, end) for empty in range(len(stretches) + 1, number)]
        end = blocks[-1].end
        stretches.append(Page(number, blocks[0].start, end))
    stretches += [Page(empty, end, end) for empty in range(len(stretches) + 1, page_count + 1)]
    return replace(document, pages=tuple(stretches), notes=(*document.notes, *notes))


def flat(text: str) -> str:
    """A cell's or heading's text on one line."""
    return _SPACE.sub(" ", text).strip()


def table(rows: Sequence[Sequence[str]], named: int) -> list[Piece]:
    """The rows as "a | b | c"; the first `named` of them name the columns."""
    pieces: list[Piece] = []
    for number, row in enumerate(rows):
        kind = BlockKind.TABLE_HEADER if number < named else BlockKind.TABLE_ROW
        header = pieces[named - 1] if 0 < named <= number else None
        pieces.append(Piece(" | ".join(row).strip(" "), kind, header=header))
    return pieces


def real_title(value: str) -> str | None:
    """A title from a file's properties, unless it is a template's or a program's."""
    title = flat(value)
    return title if title and not _TEMPLATE_TITLE.fullmatch(title) else None


def filled_in(title: str, author: str, language: str, titles: tuple[Sourced, ...] = ()) -> Claims:
    """What the properties of an office file say: programs fill them in, so they count for less; `titles` are stronger."""
    own, names = real_title(title), people([author])
    return Claims(
        titles=(*titles, *((Sourced(own, Origin.META, Confidence.MEDIUM),) if own else ())),
        languages=(Sourced(language, Origin.META, Confidence.MEDIUM),) if language else (),
        authors=Authors(names, Origin.META, Confidence.MEDIUM) if names else None,
    )


def people(values: Sequence[str]) -> tuple[str, ...]:
    """The authors in a file's properties, without programs and nameless accounts."""
    found = [flat(part) for value in values for part in value.split(";")]
    return tuple(dict.fromkeys(part for part in found if part and not _NOBODY.fullmatch(part)))


def counted(number: int, one: str, many: str | None = None) -> str:
    """A number and the word for the thing counted, as in "3 pictures"."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def unread(things: Sequence[tuple[int, str]]) -> list[str]:
    """Sentences on what a file holds and is not read, from how many there are of each and its name in the singular."""
    return [
        f"{counted(number, one)} {'is' if number == 1 else 'are'} not read."
        for number, one in things
        if number
    ]


def lines(text: str) -> list[Piece]:
    """The pieces of a text without markup, by what its lines look like."""
    pieces: list[Piece] = []
    headers: dict[int, Piece] = {}
    for draft in plain_drafts(text):
        block = draft.block
        header = headers.get(block.header.start) if block.header else None
        piece = Piece(text[block.start : block.end], block.kind, block.level, header=header)
        headers[block.start] = piece
        pieces.append(piece)
    return pieces
