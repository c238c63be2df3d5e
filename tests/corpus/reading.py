"""What the tests of all readers check, and how they show a document."""

from __future__ import annotations

import hashlib

from corpus.formats import read
from corpus.types import Block, BlockKind, Document


def show(document: Document) -> list[tuple[str, str]]:
    """The blocks as (kind, words), for comparison with known answers."""
    return [(block.kind.value, document.text[block.start : block.end]) for block in document.blocks]


def read_text(text: str, name: str) -> Document:
    """The document in this text as UTF-8, checked for what holds for all documents."""
    return check(text.encode(), name)


def check(data: bytes, name: str) -> Document:
    """Read, and check offsets, order, coverage, headers, identity and that reading twice gives the same."""
    document = read(data, name)
    text = document.text
    assert document.id == hashlib.sha256(data).hexdigest()
    text.encode("utf-8")
    end = 0
    for block in document.blocks:
        assert end <= block.start < block.end <= len(text)
        assert text[block.start : block.end] == text[block.start : block.end].strip()
        end = block.end
        _check_header(document, block)
    assert read(data, name) == document
    return document


def _check_header(document: Document, block: Block) -> None:
    if block.header is None:
        return
    assert block.kind is BlockKind.TABLE_ROW
    starts = {other.start: other for other in document.blocks}
    assert starts[block.header.start].kind is BlockKind.TABLE_HEADER
    assert block.header.end <= block.start


def uncovered(document: Document) -> str:
    """The text that lies in no block, without its white space."""
    parts, end = [], 0
    for block in document.blocks:
        parts.append(document.text[end : block.start])
        end = block.end
    return "".join("".join([*parts, document.text[end:]]).split())
