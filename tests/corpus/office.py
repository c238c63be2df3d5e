"""What the tests of office formats share: sound documents, refused files, parts exchanged in a zip."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

import pytest

from corpus.chunk import chunk, encoder_text
from corpus.errors import UnreadableDocument
from corpus.formats import read
from corpus.types import BlockKind, Document, Span
from tests.corpus.reading import check
from tests.fakes import FakeEncoder

FILLER = (
    "The mission reported that returns of displaced persons continued through the autumn, while municipal "
    "officials and the police met with the communities concerned and agreed on further steps for the winter."
)


def sound(data: bytes, name: str) -> Document:
    """Read and check blocks, pages, and that passages fit the encoder and lose no word."""
    document = check(data, name)
    encoder = FakeEncoder(max_tokens=120)
    passages = chunk(document, encoder.token_offsets, encoder.max_tokens)
    held = bytearray(len(document.text))
    for passage in passages:
        assert len(encoder.token_offsets(encoder_text(document, passage))) <= encoder.max_tokens
        for span in (
            Span(passage.start, passage.end),
            *passage.headings,
            *([passage.header] if passage.header else []),
        ):
            held[span.start : span.end] = b"\x01" * (span.end - span.start)
    for block in document.blocks:
        if block.kind is not BlockKind.BOILERPLATE:
            words = (place for place in range(block.start, block.end) if not document.text[place].isspace())
            assert all(held[place] for place in words), document.text[block.start : block.end]
    end = 0
    for page in document.pages:
        assert end <= page.start <= page.end <= len(document.text)
        end = page.end
    return document


def refused(data: bytes, name: str) -> str:
    """The sentence with which a file is refused."""
    with pytest.raises(UnreadableDocument) as caught:
        read(data, name)
    assert name in str(caught.value)
    return str(caught.value)


def exchanged(data: bytes, parts: Mapping[str, bytes | None]) -> bytes:
    """The zip archive with some parts replaced or added, or left out where None."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            if info.filename not in parts:
                new.writestr(info, old.read(info))
        for path, content in parts.items():
            if content is not None:
                new.writestr(path, content)
    return target.getvalue()


def part(data: bytes, path: str) -> str:
    """One part of a zip archive as text."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return archive.read(path).decode()


def bomb(data: bytes, path: str, size: int = 40_000_000) -> bytes:
    """The archive with one more part that unpacks to `size` bytes."""
    return exchanged(data, {path: b"0" * size})
