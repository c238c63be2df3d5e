"""A document's passages for an encoder; a document that the rules of cutting break on is told by its name."""

from __future__ import annotations

from corpus.chunk import chunk
from corpus.errors import UnreadableDocument
from corpus.types import Document, Passage
from embeddings.encode import Encoder


def cut(document: Document, encoder: Encoder, name: str) -> tuple[Passage, ...]:
    """The passages by the usual rules, sized for the encoder; raises UnreadableDocument where these fail."""
    try:
        return chunk(document, encoder.token_offsets, encoder.max_tokens)
    except Exception as error:
        raise UnreadableDocument(
            f"{name} cannot be cut into passages: {type(error).__name__} ({error}). This is a mistake in the program; "
            "please report it with the file."
        ) from error
