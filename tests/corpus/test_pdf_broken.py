"""PDFs that cannot be read as they are: each gives a sentence that says why, or the part that can be read."""

from __future__ import annotations

import io
import random

import pikepdf
import pytest

from corpus.errors import UnreadableDocument
from corpus.formats import read
from corpus.formats.pdf import read_pdf
from tests.corpus.pdf_writing import pdf, text

PAGES = [text([f"{number}. This is a sentence on page {number} of the file."]) for number in range(1, 21)]


def test_a_locked_file_says_so() -> None:
    with pytest.raises(UnreadableDocument, match=r"report\.pdf is locked by a password; save a copy without"):
        read_pdf(pdf(PAGES[0], password="secret"), "report.pdf")


def test_a_file_that_only_restricts_printing_is_read() -> None:
    target = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf(PAGES[0]))) as document:
        document.save(target, encryption=pikepdf.Encryption(user="", owner="secret"))
    assert read_pdf(target.getvalue(), "a.pdf").text == "1. This is a sentence on page 1 of the file."


def test_an_empty_file_says_so() -> None:
    with pytest.raises(UnreadableDocument, match="is empty: it has 0 bytes"):
        read_pdf(b"", "report.pdf")


@pytest.mark.parametrize(
    "data", [b"<html><body>Not found</body></html>", b"\x00" * 500, b"PK\x03\x04" + b"x" * 99]
)
def test_what_is_no_pdf_says_so(data: bytes) -> None:
    with pytest.raises(UnreadableDocument, match="is not a PDF file, whatever its name says"):
        read_pdf(data, "report.pdf")


@pytest.mark.parametrize("share", [0.5, 0.9])
def test_a_truncated_file_is_repaired(share: float) -> None:
    data = pdf(*PAGES)
    document = read_pdf(data[: int(share * len(data))], "report.pdf")
    assert "1. This is a sentence on page 1 of the file." in document.text
    assert document.notes and "damaged" in document.notes[0]


def test_beyond_repair() -> None:
    with pytest.raises(UnreadableDocument, match="damaged"):
        read_pdf(b"%PDF-1.7\n" + b"garbage " * 50, "report.pdf")


def test_a_page_tree_that_loops_is_reported() -> None:
    target = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf(*PAGES[:2]))) as document:
        tree = document.Root.Pages
        tree.Kids = pikepdf.Array([tree])
        tree.Count = 2
        document.save(target, fix_metadata_version=False)
    with pytest.raises(UnreadableDocument, match=r"report\.pdf"):
        read_pdf(target.getvalue(), "report.pdf")


def test_pages_without_text_say_so() -> None:
    with pytest.raises(UnreadableDocument, match="none of its 2 pages holds text"):
        read_pdf(pdf(text([]), text([])), "blank.pdf")


def test_the_size_limit_of_pdfs_is_their_own() -> None:
    with pytest.raises(UnreadableDocument, match="the limit for a file of its kind is 50,000,000"):
        read(b"%PDF-" + bytes(50_000_001), "large.pdf")


def test_mutated_files_never_raise_anything_else() -> None:
    chance = random.Random(7)
    data = pdf(*PAGES[:3])
    for _round in range(120):
        broken = bytearray(data)
        for _byte in range(chance.randrange(1, 40)):
            broken[chance.randrange(len(broken))] = chance.randrange(256)
        try:
            document = read_pdf(bytes(broken), "mutated.pdf")
        except UnreadableDocument:
            continue
        assert all(block.end <= len(document.text) for block in document.blocks)
