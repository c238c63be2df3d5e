"""Which pieces of a saved page are not its content: navigation, prompts, contacts; it marks and never deletes.

It prefers precision: a piece is boilerplate only where its own words, its neighbours or the page's markup say so.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from corpus.dates import parse_date
from corpus.phrases import (
    BREADCRUMB,
    BREADCRUMB_WORDS,
    CONTACT,
    COPYRIGHT,
    CREDIT,
    LABEL,
    MENU,
    READ_ALSO,
    TEASERS_FOLLOW,
    WHERE_AND_WHEN,
    prompts,
)
from corpus.types import BlockKind


class Place(Enum):
    """What the markup around a piece says about it."""

    UNKNOWN = "unknown"
    CONTENT = "content"
    CHROME = "chrome"


@dataclass(frozen=True, slots=True)
class Piece:
    """One block as the classifier sees it; `links` is the share (0..1) of its characters that are link text."""

    text: str
    kind: BlockKind
    gap: bool = True  # an empty line, or the edge of a block element, before it
    links: float = 0.0
    place: Place = Place.UNKNOWN
    level: int = 0


_PROSE_LENGTH = 140
_SHORT_WORDS = 12

_PROMPT_LENGTH = 320
_CONTACT_LINE_LENGTH = 110
_CONTACT_LINES = 12
_ROWS = (BlockKind.TABLE_HEADER, BlockKind.TABLE_ROW)
_CREDIT_LENGTH = 450
_CREDIT_WITHIN = 200
_TERMINATOR = re.compile(r"[.!?…][\"'”’»)\]]*$")
_ELLIPSIS = re.compile(r"(?:…|\.\.\.|\[…\]|\[\.\.\.\])$")
_SPACE = re.compile(r"\s+")
_FACT = re.compile(r"(?P<label>[^\W\d_][^:：]{1,60})[:：]\s*(?P<value>.*\d.*)")
_NUMBER_TO_RING = re.compile(r"(?:\d[\s()/.–-]{0,3}){7}")


def ends_sentence(text: str) -> bool:
    """Whether the text ends as a sentence does."""
    return _TERMINATOR.search(text[-12:].rstrip()) is not None


def is_caption(text: str) -> bool:
    """Whether the text ends with the credit of a photograph."""
    return len(text) <= _CREDIT_LENGTH and CREDIT.search(_plain(text)[-_CREDIT_WITHIN:]) is not None


def is_chrome(text: str) -> bool:
    """Whether the words alone say that this is a label, a prompt or a notice of the page and not of its content."""
    if len(text) > _PROMPT_LENGTH:
        return False
    text = _plain(text)
    if len(text.split()) <= _SHORT_WORDS and LABEL.fullmatch(text):
        return True
    return bool(prompts(text) or COPYRIGHT.match(text) or BREADCRUMB.match(text) or MENU.fullmatch(text))


def boilerplate(pieces: Sequence[Piece]) -> list[bool]:
    """For each piece, whether it is boilerplate. When nothing would be left, only what its own words give away is."""
    third = _third_items(pieces)
    words = [
        number not in third and _may_be_judged(piece) and is_chrome(piece.text)
        for number, piece in enumerate(pieces)
    ]
    marked = list(words)
    for rule in (_place, _breadcrumbs, _read_also, _contacts, _teasers, _tail, _bare_headings):
        rule(pieces, marked)
    return marked if any(_content(piece, mark) for piece, mark in zip(pieces, marked, strict=True)) else words


def _may_be_judged(piece: Piece) -> bool:
    """Cells may say anything, and a heading that is known to belong to the content may be called "Topics"."""
    return piece.kind not in _ROWS and not (piece.kind is BlockKind.HEADING and piece.place is Place.CONTENT)


def _third_items(pieces: Sequence[Piece]) -> set[int]:
    """The pieces whose "(c)" is no sign of copyright, since a "(b)" stands before it."""
    found, lettered = set(), False
    for number, piece in enumerate(pieces):
        if lettered and piece.text[:3].lower() == "(c)":
            found.add(number)
        lettered = lettered or "(b)" in piece.text.lower()
    return found


def _content(piece: Piece, mark: bool) -> bool:
    return not mark and piece.kind is not BlockKind.HEADING


def _plain(text: str) -> str:
    return _SPACE.sub(" ", text).strip()


def _prose(piece: Piece) -> bool:
    return len(piece.text) >= _PROSE_LENGTH and ends_sentence(piece.text) and not _ELLIPSIS.search(piece.text)


def _label(piece: Piece) -> bool:
    """Short and not a sentence: a link, a name, a heading."""
    return len(piece.text.split()) <= _SHORT_WORDS and not ends_sentence(piece.text)


def _place(pieces: Sequence[Piece], marked: list[bool]) -> None:
    for number, piece in enumerate(pieces):
        marked[number] |= piece.place is Place.CHROME


def _breadcrumbs(pieces: Sequence[Piece], marked: list[bool]) -> None:
    """Mark "Home Peacekeeping The title of the page" just above "The title of the page"."""
    for number, piece in enumerate(pieces[:12]):
        if len(piece.text) > 250 or not BREADCRUMB_WORDS.match(piece.text):
            continue
        text = _plain(piece.text).casefold()
        following = (_plain(other.text).casefold() for other in pieces[number + 1 : number + 4])
        marked[number] |= any(len(other) >= 8 and text.endswith(other) for other in following)


def _read_also(pieces: Sequence[Piece], marked: list[bool]) -> None:
    """Mark "Read also: The title of another page" where the title is a link."""
    for number, piece in enumerate(pieces):
        marked[number] |= (
            piece.links > 0.5
            and len(piece.text) <= _PROMPT_LENGTH
            and READ_ALSO.match(piece.text) is not None
        )


def _bare_headings(pieces: Sequence[Piece], marked: list[bool]) -> None:
    """Mark a heading, but for the main one, if all that follows until the next one is boilerplate."""
    below: list[bool] = []
    for number in range(len(pieces) - 1, -1, -1):
        if pieces[number].kind is not BlockKind.HEADING:
            below.append(marked[number])
            continue
        marked[number] |= pieces[number].level > 1 and bool(below) and all(below)
        below = [True] if marked[number] and below else []


def _contacts(pieces: Sequence[Piece], marked: list[bool]) -> None:
    """Lines of names and offices that stand together with a telephone number; beside prose or facts its line alone."""
    for run in _runs(pieces):
        short = [number for number in run if len(pieces[number].text) <= _CONTACT_LINE_LENGTH]
        prose = any(ends_sentence(pieces[number].text) and len(pieces[number].text) > 60 for number in run)
        facts = any(_is_fact(pieces[number].text) for number in run)
        if prose or facts or len(short) < len(run) or len(run) > _CONTACT_LINES:
            found = [number for number in short if CONTACT.match(pieces[number].text)]
        else:
            found = run if any(CONTACT.search(pieces[number].text) for number in run) else []
        for number in found:
            marked[number] |= pieces[number].kind not in _ROWS
    for number, piece in enumerate(pieces):
        marked[number] |= piece.kind not in _ROWS and _is_card(piece.text)


def _is_card(text: str) -> bool:
    """Whether the lines of one piece are an address with a telephone number or e-mail address, and no prose."""
    lines = text.split("\n")
    return (
        2 <= len(lines) <= _CONTACT_LINES
        and max(map(len, lines)) <= _CONTACT_LINE_LENGTH
        and any(CONTACT.search(line) for line in lines)
        and not any((ends_sentence(line) and len(line) > 60) or _is_fact(line) for line in lines)
    )


def _is_fact(line: str) -> bool:
    """Whether a line is a label with a figure, as in "Local staff: 840", and no address, number to ring, or date."""
    match = _FACT.fullmatch(line.strip())
    if match is None or CONTACT.search(line) or WHERE_AND_WHEN.fullmatch(match["label"].strip()):
        return False
    return not _NUMBER_TO_RING.search(match["value"]) and parse_date(match["value"]) is None


def _runs(pieces: Sequence[Piece]) -> list[list[int]]:
    """Neighbours without an empty line between them."""
    runs: list[list[int]] = []
    for number, piece in enumerate(pieces):
        if piece.gap or not runs:
            runs.append([])
        runs[-1].append(number)
    return runs


def _teasers(pieces: Sequence[Piece], marked: list[bool]) -> None:
    """What follows "Check Also" at the end of a page: titles and cut-off sentences of other pages."""
    for number, piece in enumerate(pieces):
        if len(piece.text) > 60 or not TEASERS_FOLLOW.fullmatch(_plain(piece.text)):
            continue
        rest = pieces[number + 1 :]
        if 2 * number < len(pieces) or len(rest) > 20:
            continue
        if all(_label(other) or _ELLIPSIS.search(other.text) or _teaser_title(other) for other in rest):
            marked[number:] = [True] * len(pieces[number:])
            return


def _teaser_title(piece: Piece) -> bool:
    return len(piece.text) <= _PROSE_LENGTH and not ends_sentence(piece.text)


def _tail(pieces: Sequence[Piece], marked: list[bool]) -> None:
    """Short labels without figures, and dates, after the last prompt or contact of a page, with no prose after them."""
    last = len(pieces)
    while last and not marked[last - 1] and _ends_page(pieces[last - 1]):
        last -= 1
    if not last or not marked[last - 1] or pieces[last - 1].kind is BlockKind.BOILERPLATE:
        return  # a comment or the definition of a link is not shown: it ends no page
    if any(map(_prose, pieces[:last])):
        marked[last:] = [True] * len(pieces[last:])


def _ends_page(piece: Piece) -> bool:
    if piece.kind not in _LABEL_KINDS or not _label(piece):
        return False
    return not any(map(str.isdigit, piece.text)) or parse_date(piece.text) is not None


_LABEL_KINDS = (BlockKind.PARAGRAPH, BlockKind.HEADING, BlockKind.LIST_ITEM)
