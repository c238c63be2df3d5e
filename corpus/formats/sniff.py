"""What a file is by its first bytes, whatever its name says; a name decides only among texts."""

from __future__ import annotations

import io
import re
import zipfile

from corpus.errors import UnreadableDocument
from corpus.formats.package import BROKEN

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
_MIMETYPES = {
    b"application/epub+zip": ".epub",
    b"application/vnd.oasis.opendocument.text": ".odt",
    b"application/vnd.oasis.opendocument.text-template": ".odt",
    b"application/vnd.oasis.opendocument.spreadsheet": ".ods",
}
_OPEN_DOCUMENT = b"application/vnd.oasis.opendocument."
_OTHER_OPEN_DOCUMENT = (
    "is an OpenDocument file of a kind that is not read; save it as .pptx (slides) or as PDF and add that"
)
_FOLDERS = (("word/", ".docx"), ("ppt/", ".pptx"), ("xl/", ".xlsx"))
_BINARY = (
    ".pdf",
    ".docx",
    ".docm",
    ".odt",
    ".rtf",
    ".pptx",
    ".xlsx",
    ".xlsm",
    ".xls",
    ".ods",
    ".epub",
    ".doc",
    "",
)
_PAGE = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]{0,200}>\s*|<!--.{0,2000}?-->\s*)*<(?:!doctype\s+html|html[\s>])",
    re.IGNORECASE | re.DOTALL,
)
_SAVED_PAGE = re.compile(rb"^content-type:\s*multipart/related", re.IGNORECASE | re.MULTILINE)
_HEADERS = re.compile(rb"(?:From|MIME-Version|Subject|Snapshot-Content-Location|Date):", re.IGNORECASE)
_STREAMS = (
    ("EncryptedPackage", "is locked with a password; save it without one and add that"),
    ("WordDocument", "is in the old binary format of Word; save it as .docx and add that"),
    ("PowerPoint Document", "is in the old binary format of PowerPoint; save it as .pptx and add that"),
    ("__substg1.0_", "is in Outlook's own format; save the message as .eml and add that"),
)


def kind(data: bytes, suffix: str) -> str:
    """The suffix of the format that these bytes have; the given one where they do not show another.

    Raises UnreadableDocument, without the file's name, for formats that are known and not read.
    """
    if data.startswith(OLE):
        return _ole(data)
    if data.startswith(_ZIP):
        return _zipped(data, suffix)
    if data.startswith(b"{\\rtf"):
        return ".rtf"
    if suffix != ".pdf" and data[:8].lstrip().startswith(b"%PDF-"):
        return ".pdf"
    head = data[:4096]
    if suffix in (".txt", ".html", ".htm", *_BINARY) and _HEADERS.match(head) and _SAVED_PAGE.search(head):
        return ".mhtml"
    if suffix in (".txt", ".xls", *_BINARY) and _PAGE.match(head):
        return ".html"
    if suffix == ".xls" and data and b"\0" not in head:
        return ".csv"  # many programs export rows of text under this name
    return suffix


def _ole(data: bytes) -> str:
    for stream, reason in _STREAMS:
        if stream.encode("utf-16-le") in data:
            raise UnreadableDocument(reason)
    if any(stream.encode("utf-16-le") in data for stream in ("Workbook", "Book")):
        return ".xls"
    raise UnreadableDocument("is in an old binary office format; save it in a current one and add that")


def _zipped(data: bytes, suffix: str) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            paths = [info.filename for info in archive.infolist()[:5_000]]
            if "mimetype" in paths:
                with archive.open("mimetype") as stream:
                    stated = stream.read(200).strip()
                if stated.startswith(_OPEN_DOCUMENT) and stated not in _MIMETYPES:
                    raise UnreadableDocument(_OTHER_OPEN_DOCUMENT)
                return _MIMETYPES.get(stated, ".zip")
    except BROKEN:
        return suffix if suffix in _BINARY and suffix else ".zip"
    if "[Content_Types].xml" in paths or "word/document.xml" in paths:
        for folder, found in _FOLDERS:
            if any(path.startswith(folder) for path in paths):
                return suffix if suffix in (found, f"{found[:-1]}m") else found
    if "META-INF/container.xml" in paths:
        return ".epub"
    return suffix if "[Content_Types].xml" in paths else ".zip"
