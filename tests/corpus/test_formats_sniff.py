"""Files under the wrong name are read as what they are; what is known and not read gets its own sentence."""

from __future__ import annotations

import io
import zipfile

import docx
import pytest

from corpus.formats import read, readable, reader_name
from corpus.formats.sniff import OLE
from tests.corpus.office import FILLER, refused
from tests.corpus.test_formats_mail import SAVED_PAGE

PAGE = f"<!DOCTYPE html><html><body><p>{FILLER}</p></body></html>".encode()


def word() -> bytes:
    target = io.BytesIO()
    document = docx.Document()
    document.add_paragraph(FILLER)
    document.save(target)
    return target.getvalue()


@pytest.mark.parametrize(
    ("data", "name", "reader"),
    [
        (word(), "a.doc", "docx"),
        (word(), "a.txt", "docx"),
        (word(), "a", "docx"),
        (word(), "a.docm", "docx"),
        (PAGE, "a.txt", "html"),
        (PAGE, "a.xls", "html"),
        (PAGE, "a.doc", "html"),
        (b"\xef\xbb\xbf<!-- saved -->\n" + PAGE, "a.txt", "html"),
        (b"The tag <html> opens a page. " + FILLER.encode(), "a.txt", "plain"),
        (b"<p>not clearly a page</p>", "a.txt", "plain"),
        (PAGE, "a.md", "markdown"),
        (b"Town\tReturns\nPeja\t415\n", "a.xls", "delimited"),
        (SAVED_PAGE.encode(), "a.html", "mhtml"),
    ],
)
def test_bytes_decide(data: bytes, name: str, reader: str) -> None:
    assert read(data, name).reader.startswith(f"{reader}/")
    assert reader_name(name, data) == read(data, name).reader


def test_old_and_locked_formats_have_their_own_sentences() -> None:
    for stream, sentence in (
        ("WordDocument", "save it as .docx"),
        ("PowerPoint Document", "save it as .pptx"),
        ("EncryptedPackage", "locked with a password"),
        ("__substg1.0_0037001F", "save the message as .eml"),
        ("Nothing", "old binary office format"),
    ):
        assert sentence in refused(OLE + bytes(100) + stream.encode("utf-16-le"), "a.doc")
    assert "is an archive" in refused(b"PK\x05\x06" + bytes(18), "a.zip")
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.presentation")
    assert "save it as .pptx" in refused(target.getvalue(), "a.odp")
    assert "kind is unknown" in refused(b"abc", "a.xyz")


def test_archives_are_readable_but_no_documents() -> None:
    assert readable("a.ZIP") and reader_name("a.zip") is None
