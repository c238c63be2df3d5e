"""Built documents for tests of cutting, simple tokenizers, and what holds for every passage."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from corpus.chunk import TokenOffsets, chunk, encoder_text
from corpus.types import Block, BlockKind, Document, Metadata, Origin, Page, Passage, Sourced, Span

BUDGET = 254
MARKS = {
    "# ": (BlockKind.HEADING, 1),
    "## ": (BlockKind.HEADING, 2),
    "### ": (BlockKind.HEADING, 3),
    "- ": (BlockKind.LIST_ITEM, 1),
    "= ": (BlockKind.TABLE_HEADER, 0),
    "| ": (BlockKind.TABLE_ROW, 0),
    "~ ": (BlockKind.CAPTION, 0),
    "! ": (BlockKind.BOILERPLATE, 0),
    "† ": (BlockKind.FOOTNOTE, 0),
    "¶ ": (BlockKind.NUMBERED, 12),
}


def built(lines: Sequence[str], title: str = "A title", newline: str = "\n", pages: int = 0) -> Document:
    """A document with one block a line; a mark in front says what it is and stays outside of the block."""
    text, blocks, header = "", list[Block](), None
    for line in lines:
        kind, level = BlockKind.PARAGRAPH, 0
        for mark, (name, depth) in MARKS.items():
            if line.startswith(mark):
                kind, level = name, depth
                text, line = text + mark, line[len(mark) :]
        start, end = len(text), len(text) + len(line)
        if kind is BlockKind.TABLE_HEADER:
            header = Span(start, end)
        elif kind is not BlockKind.TABLE_ROW:
            header = None
        blocks.append(Block(start, end, kind, level, header if kind is BlockKind.TABLE_ROW else None))
        text += line + newline
    size = -(-len(text) // pages) if pages else 0
    return Document(
        id="0" * 64,
        text=text,
        blocks=tuple(blocks),
        metadata=Metadata(title=Sourced(title, Origin.TEXT)),
        media_type="text/plain",
        reader="test/1",
        pages=tuple(Page(page + 1, page * size, (page + 1) * size) for page in range(pages)),
    )


def words(text: str) -> list[tuple[int, int]]:
    """A simple tokenizer: words, and single other characters."""
    return [match.span() for match in re.finditer(r"\w+|\S", text)]


def letters(text: str) -> list[tuple[int, int]]:
    """An unkind tokenizer: every character that is not white space is a token."""
    return [match.span() for match in re.finditer(r"\S", text)]


def check(document: Document, passages: Sequence[Passage], tokens: TokenOffsets, budget: int) -> None:
    """What holds for every document."""
    boilerplate = [block for block in document.blocks if block.kind is BlockKind.BOILERPLATE]
    covered = bytearray(len(document.text))
    for passage in passages:
        assert passage.sentences
        assert passage.start <= passage.sentences[0].start
        assert passage.sentences[-1].end <= passage.end
        assert all(span.start < span.end for span in passage.sentences)
        assert all(one.end <= other.start for one, other in pairwise(passage.sentences))
        assert len(tokens(encoder_text(document, passage))) <= budget
        assert encoder_text(document, passage).endswith(document.text[passage.start : passage.end])
        assert passage.page == document.page_at(passage.start)
        for block in boilerplate:
            assert block.end <= passage.start or passage.end <= block.start
        spans = [Span(passage.start, passage.end), *passage.headings]
        for span in [*spans, passage.header] if passage.header else spans:
            covered[span.start : span.end] = b"\x01" * (span.end - span.start)
    assert all(one.start < other.start and one.end < other.end for one, other in pairwise(passages))
    for block in document.blocks:
        if block.kind is not BlockKind.BOILERPLATE:
            for place in range(block.start, block.end):
                assert covered[place] or document.text[place].isspace(), place


def slices(document: Document, tokens: TokenOffsets = words, budget: int = BUDGET) -> list[str]:
    passages = chunk(document, tokens, budget)
    check(document, passages, tokens, budget)
    return [document.text[passage.start : passage.end] for passage in passages]


def sentence(number: int, length: int = 20) -> str:
    return f"Sentence {number} " + " ".join(["says"] * (length - 3)) + "."
