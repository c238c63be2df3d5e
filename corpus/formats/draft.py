"""From a text and its blocks to a document: what every reader does after it has read its format."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace

from corpus.boilerplate import Piece, Place, boilerplate
from corpus.metadata import Claims, disagreements, settle
from corpus.types import Block, BlockKind, Document


@dataclass(frozen=True, slots=True)
class Draft:
    """A block before it is known whether it is boilerplate, and what its format says about that."""

    block: Block
    gap: bool = True
    links: float = 0.0
    place: Place = Place.UNKNOWN


def finish(
    data: bytes, name: str, text: str, drafts: Sequence[Draft], claims: Claims, kind: tuple[str, str]
) -> Document:
    """The document; `kind` is its media type and its reader with version."""
    pieces = [
        Piece(
            text[draft.block.start : draft.block.end],
            draft.block.kind,
            draft.gap,
            draft.links,
            draft.place,
            draft.block.level,
        )
        for draft in drafts
    ]
    blocks = tuple(
        Block(draft.block.start, draft.block.end, BlockKind.BOILERPLATE) if marked else draft.block
        for draft, marked in zip(drafts, boilerplate(pieces), strict=True)
    )
    blocks = _without_lost_headers(blocks)
    metadata = settle(claims, text, blocks, name)
    media_type, reader = kind
    notes = disagreements(claims, text, blocks, metadata)
    return Document(hashlib.sha256(data).hexdigest(), text, blocks, metadata, media_type, reader, notes=notes)


def _without_lost_headers(blocks: tuple[Block, ...]) -> tuple[Block, ...]:
    """Rows must not point to a header that turned out to be boilerplate."""
    if not any(block.header for block in blocks):
        return blocks
    lost = {block.start for block in blocks if block.kind is BlockKind.BOILERPLATE}
    return tuple(
        replace(block, header=None) if block.header and block.header.start in lost else block
        for block in blocks
    )
