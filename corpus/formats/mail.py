"""E-mail: subject, people and date from the headers, the body as text; attachments are documents of their own."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes
from email.header import decode_header
from email.message import Message
from email.utils import getaddresses, parsedate_tz

from corpus.boilerplate import Place
from corpus.encoding import decode, decode_as
from corpus.errors import UnreadableDocument
from corpus.formats.compose import compose, counted, flat, lines
from corpus.formats.html import linearise
from corpus.formats.html_table import Piece
from corpus.formats.package import safe_path
from corpus.metadata import Claims
from corpus.types import Authors, BlockKind, Document, Origin, Sourced

READER = ("message/rfc822", "mail/4")

_MOST_PARTS = 300
_PART_SIGNS = re.compile(rb"boundary\s*\*?|message/", re.IGNORECASE)
_HEADER = re.compile(
    rb"^(?:From|To|Subject|Date|Received|Message-ID|MIME-Version|Content-Type):", re.IGNORECASE | re.MULTILINE
)
_HEADER_LENGTH = 4_000
_QUOTED = re.compile(r"^(?:>[ \t]?)+")
_SHOWN = ("From", "To", "Cc", "Date")
_SUFFIXES = {
    "application/pdf": ".pdf",
    "text/html": ".html",
    "text/csv": ".csv",
    "text/plain": ".txt",
    "message/rfc822": ".eml",
}


@dataclass(slots=True)
class Mail:
    """A message taken apart: its plain and its HTML bodies in order, and what is attached."""

    message: Message
    plain: list[str] = field(default_factory=list)
    html: list[str] = field(default_factory=list)
    attached: list[Message] = field(default_factory=list)


def read_mail(data: bytes, name: str) -> Document:
    """The document in a saved e-mail, without its attachments.

    Raises UnreadableDocument for what has no headers of a message, or no text.
    """
    mail = taken_apart(data, name)
    message = mail.message
    subject = header(message, "Subject")
    senders = getaddresses([header(message, "From")])
    day = _day(header(message, "Date"))
    names = tuple(flat(shown or address) for shown, address in senders if shown or address)
    claims = Claims(
        titles=(Sourced(subject, Origin.META),) if subject else (),
        dates=(Sourced(day, Origin.META),) if day else (),
        authors=Authors(names, Origin.META) if names else None,
    )
    pieces = [Piece(subject, BlockKind.HEADING, 1)] if subject else []
    stated = [(label, header(message, label)) for label in _SHOWN]
    for label, value in stated:
        if value:  # the citation says it, and a question is not about the envelope
            pieces.append(Piece(f"{label}: {value}", BlockKind.PARAGRAPH, place=Place.CHROME))
    pieces += _body(mail)
    return compose(data, name, pieces, claims, READER, _notes(mail))


def taken_apart(data: bytes, name: str) -> Mail:
    """The message in these bytes; raises UnreadableDocument if it is none, or has too many parts."""
    if not _HEADER.search(data[:20_000]):
        raise UnreadableDocument(f"{name} is not an e-mail: it has no headers")
    signs = sum(1 for _match in _PART_SIGNS.finditer(data))
    if signs > _MOST_PARTS:
        raise UnreadableDocument(
            f"{name} has {signs:,} parts in parts and the limit is {_MOST_PARTS}; it is not read"
        )
    mail = Mail(message_from_bytes(data))
    _sort(mail, mail.message)
    return mail


def attachments(mail: Mail) -> Iterator[tuple[str, bytes]]:
    """The files attached to a message, by a name without folders."""
    for part in mail.attached:
        yield _file_name(part), content(part)


def content(part: Message) -> bytes:
    """The bytes of one part, out of their encoding for transport."""
    inner = part.get_payload()
    if isinstance(inner, list):
        try:
            return b"".join(message.as_bytes() for message in inner if isinstance(message, Message))
        except (UnicodeError, LookupError, ValueError, TypeError, AttributeError):
            return b""
    decoded = part.get_payload(decode=True)
    return decoded if isinstance(decoded, bytes) else b""


def body_text(part: Message) -> str:
    """The text of one part in the encoding that it states, or in the one that fits."""
    data = content(part)
    try:
        stated = part.get_content_charset()
    except (UnicodeError, LookupError, ValueError, TypeError):
        stated = None
    return decode_as(data, stated) if stated else decode(data)


def header(message: Message, name: str) -> str:
    """A header on one line with its encoded words decoded; empty if there is none."""
    raw = next((str(value) for key, value in message.raw_items() if key.lower() == name.lower()), "")
    raw = flat(raw[:_HEADER_LENGTH])
    if any("\udc80" <= character <= "\udcff" for character in raw):
        raw = decode(raw.encode("utf-8", "surrogateescape"))
    try:
        parts = decode_header(raw)
    except (ValueError, LookupError):
        parts = [(raw, None)]
    return _printable("".join(_word(text, charset) for text, charset in parts))


def _printable(text: str) -> str:
    return flat("".join(c if c.isprintable() else " " for c in text))


def _word(text: bytes | str, charset: str | None) -> str:
    if isinstance(text, str):
        return text
    return decode_as(text, charset) if charset else decode(text)


def _day(value: str) -> str | None:
    """The day in a Date header, as written there."""
    try:
        found = parsedate_tz(value)
    except (ValueError, TypeError, IndexError):
        return None
    return f"{found[0]:04d}-{found[1]:02d}-{found[2]:02d}" if found else None


def _sort(mail: Mail, part: Message) -> None:
    kind = part.get_content_type()
    inner = part.get_payload()
    if kind.startswith("multipart/") and isinstance(inner, list):
        children = [child for child in inner if isinstance(child, Message)]
        for child in children:
            _sort(mail, child)
        return
    named = part.get_filename() is not None or part.get_content_disposition() == "attachment"
    if kind in ("text/plain", "text/html") and not named:
        (mail.plain if kind == "text/plain" else mail.html).append(body_text(part))
    elif part is not mail.message and not (kind.startswith("image/") and part.get("Content-ID")):
        mail.attached.append(part)


def _body(mail: Mail) -> list[Piece]:
    """The plain text, unless the HTML says much more: some programs put only "see the HTML part" there."""
    pages = [linearise(source) for source in mail.html]
    rich = [piece for page in pages for piece in page.pieces]
    plain = "\n\n".join(mail.plain)
    shown = sum(len(piece.text) for piece in rich)
    if rich and shown > 2 * len("".join(plain.split())):
        for piece in rich:
            piece.place = Place.CONTENT if piece.place is Place.UNKNOWN else piece.place
        return rich
    body, _sign, signature = plain.replace("\r\n", "\n").partition("\n-- \n")
    closing = lines(signature)
    for piece in closing:
        piece.place = Place.CHROME
    return lines(_unquoted(body)) + closing


def _unquoted(text: str) -> str:
    """The text without the signs that mark earlier mail; where those begin or end, so does a paragraph."""
    result: list[str] = []
    depth = 0
    for line in text.split("\n"):
        match = _QUOTED.match(line)
        here = match[0].count(">") if match else 0
        if here != depth:
            result.append("")
        depth = here
        result.append(line[match.end() :] if match else line)
    return "\n".join(result)


def _file_name(part: Message) -> str:
    try:
        stated = part.get_filename() or ""
    except (ValueError, LookupError, TypeError, AttributeError):
        stated = ""
    inner = part.get_payload()
    if not stated and isinstance(inner, list) and inner and isinstance(inner[0], Message):
        stated = header(inner[0], "Subject")[:80].replace("/", "_")
    try:
        stated = "".join(_word(text, charset) for text, charset in decode_header(stated))
    except (ValueError, LookupError):
        stated = stated or ""
    stated = stated.encode("utf-8", "replace").decode()
    name = safe_path(stated).rpartition("/")[2]
    suffix = _SUFFIXES.get(part.get_content_type(), "")
    return name if "." in name[-6:] or not suffix else f"{name}{suffix}"


def _notes(mail: Mail) -> list[str]:
    found = [_file_name(part) for part in mail.attached]
    if not found:
        return []
    are = "is" if len(found) == 1 else "are"
    return [f"{counted(len(found), 'attachment')} {are} no part of this text: {', '.join(found[:20])}."]
