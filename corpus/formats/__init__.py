"""Reading documents: from the bytes of a file to its text, its blocks and what is known about it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import PurePath

from corpus.errors import UnreadableDocument
from corpus.formats import (
    delimited,
    docx,
    epub,
    html,
    mail,
    markdown,
    mhtml,
    odt,
    pdf,
    plain,
    pptx,
    rtf,
    sheets,
)
from corpus.formats.delimited import read_delimited
from corpus.formats.docx import read_docx
from corpus.formats.epub import read_epub
from corpus.formats.html import read_html
from corpus.formats.mail import read_mail
from corpus.formats.markdown import read_markdown
from corpus.formats.mhtml import read_mhtml
from corpus.formats.ocr import DEFAULT, Ocr
from corpus.formats.odt import read_odt
from corpus.formats.pdf import read_pdf, reread_pdf
from corpus.formats.plain import read_plain
from corpus.formats.pptx import read_pptx
from corpus.formats.rtf import read_rtf
from corpus.formats.sheets import read_sheets
from corpus.formats.sniff import OLE, kind
from corpus.types import Document

Reader = Callable[[bytes, str], Document]

READERS: dict[str, Reader] = {
    ".txt": read_plain,
    ".md": read_markdown,
    ".markdown": read_markdown,
    ".html": read_html,
    ".htm": read_html,
    ".pdf": read_pdf,
    ".docx": read_docx,
    ".docm": read_docx,
    ".odt": read_odt,
    ".rtf": read_rtf,
    ".pptx": read_pptx,
    ".pptm": read_pptx,
    ".xlsx": read_sheets,
    ".xlsm": read_sheets,
    ".xls": read_sheets,
    ".ods": read_sheets,
    ".csv": read_delimited,
    ".tsv": read_delimited,
    ".epub": read_epub,
    ".eml": read_mail,
    ".mhtml": read_mhtml,
    ".mht": read_mhtml,
}

_BY_NAME: dict[str, Reader] = {
    plain.READER[1]: read_plain,
    markdown.READER[1]: read_markdown,
    html.READER[1]: read_html,
    pdf.READER[1]: read_pdf,
    docx.READER[1]: read_docx,
    odt.READER[1]: read_odt,
    pptx.READER[1]: read_pptx,
    rtf.READER[1]: read_rtf,
    sheets.READER[1]: read_sheets,
    delimited.READER[1]: read_delimited,
    epub.READER[1]: read_epub,
    mail.READER[1]: read_mail,
    mhtml.READER[1]: read_mhtml,
}

MAXIMUM_BYTES = 10_000_000
"""The largest text or HTML file that is read; a page of text has about 3,000 bytes."""
MAXIMUM_BINARY_BYTES = 50_000_000
"""The largest file of another kind that is read; a scanned page has about 60,000 bytes."""
ARCHIVES = (".zip",)
_TOLD = (".doc", ".dot", ".ppt", ".pps", ".msg", ".odp", ".odg")
"""Documents by name that nothing here reads, unless their bytes are another format's: each is told with what to do."""
_TEXTS: tuple[Reader, ...] = (read_plain, read_markdown, read_html, read_delimited)


_SAME_TEXT = {
    f"{kind}/{version}": f"{kind}/{latest}"
    for kind, _slash, latest in (name.partition("/") for name in _BY_NAME)
    for version in range(2, int(latest))
}
"""From version 2 on each reader gave the same text as the one after, which knows more about a document.

Not so for the few files that the one before misread, as those in a code page that it took for another.
"""
_BEFORE_SHARES = "sheets/3"  # it wrote the shares of old Excel files otherwise


def readable(name: str) -> bool:
    """Whether there is a reader for a file of this name, or it is an archive; it judges the suffix alone."""
    return _suffix(name) in (*READERS, *ARCHIVES)


def worth_opening(name: str) -> bool:
    """Whether a file of this name is readable, or its bytes decide whether it is, or with which sentence it is refused."""
    return readable(name) or _suffix(name) in _TOLD


def read(data: bytes, name: str, password: str | None = None, ocr: Ocr = DEFAULT) -> Document:
    """The document that these bytes hold; `name` is the file's name, for its suffix and as the last-resort title.

    A file whose bytes show another format than its suffix is read as what it is. The same bytes and name give the
    same document. `password` opens PDF files that are locked, `ocr` says which of their pages are read from their
    picture. Raises UnreadableDocument when there is no reader, when the file is too large, or when it shows no
    text; an archive is no document, see `corpus.formats.containers`.
    """
    try:
        suffix = kind(data, _suffix(name))
    except UnreadableDocument as error:
        raise UnreadableDocument(f"{name} {error}") from error
    reader = READERS.get(suffix)
    if suffix in ARCHIVES:
        raise UnreadableDocument(
            f"{name} is an archive: what it holds is read, file by file, when it is added itself"
        )
    if reader is None:
        known = ", ".join((*READERS, *ARCHIVES))
        raise UnreadableDocument(
            f"{name} cannot be read: its kind is unknown; readable are files that end in {known}"
        )
    if not data and reader not in _TEXTS:
        raise UnreadableDocument(f"{name} is empty: it has 0 bytes; copy or download it again")
    limit = MAXIMUM_BYTES if reader in _TEXTS else MAXIMUM_BINARY_BYTES
    if len(data) > limit:
        what = "text and HTML" if reader in _TEXTS else "a file of its kind"
        raise UnreadableDocument(
            f"{name} has {len(data):,} bytes and the limit for {what} is {limit:,}; split it into parts"
        )
    return read_pdf(data, name, password, ocr) if reader is read_pdf else reader(data, name)


def reader_name(name: str, data: bytes | None = None) -> str | None:
    """The reader, with its version, that would read this file; None if there is none. Without bytes the name decides."""
    suffix = _suffix(name)
    try:
        reader = READERS.get(suffix if data is None else kind(data, suffix))
    except UnreadableDocument:
        return None
    return next((known for known, by_name in _BY_NAME.items() if by_name is reader), None)


def reread(data: bytes, document: Document, password: str | None = None) -> Document:
    """Read an original once more, by the reader that read the document before.

    The text is the same. Raises UnreadableDocument when this version has no such reader.
    """
    name, plus, tools = document.reader.partition("+")
    if not (name == _BEFORE_SHARES and data.startswith(OLE)):
        name = _SAME_TEXT.get(name, name)
    if name == pdf.READER[1]:
        return reread_pdf(data, document.metadata.title.value, f"{name}{plus}{tools}", password)
    reader = _BY_NAME.get(name)
    if reader is None:
        raise UnreadableDocument(
            f"the document was read by {document.reader}, and this version has only {', '.join(sorted(_BY_NAME))}; "
            "add its file again"
        )
    return reader(data, document.metadata.title.value)


def _suffix(name: str) -> str:
    return PurePath(name).suffix.lower()
