"""The structure of a document as runs of items that may share a passage; knows no budget."""

from __future__ import annotations

import re
from array import array
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from corpus.sentences import sentence_spans, trimmed
from corpus.types import Block, BlockKind, Document, Span

TokenOffsets = Callable[[str], Sequence[tuple[int, int]]]
"""Code-point offsets of the encoder's tokens of a text, without special tokens."""

SMALL_TOKENS = 40
"""What is smaller does not stand alone where it can be helped, and may be repeated."""
_SEGMENT = 65_536
_SPACE = re.compile(r"\s+")
_TABLE = (BlockKind.TABLE_HEADER, BlockKind.TABLE_ROW)
_LEADING = (BlockKind.HEADING, BlockKind.CAPTION)
_WHOLE = (BlockKind.LIST_ITEM, BlockKind.CAPTION)


@dataclass(frozen=True, slots=True)
class Item:
    """The smallest thing that is packed: a sentence, row or heading, or a piece of one that is too long.

    `starts` are the offsets of all tokens of its block. A glued item stays with the next one if it can.
    """

    start: int
    end: int
    tokens: int
    kind: BlockKind
    starts: array[int]
    quotable: bool = True
    glued: bool = False
    piece: bool = False


@dataclass(slots=True)
class Run:
    """Neighbouring items that may share a passage: one section, one table or none, no boilerplate between."""

    headings: tuple[Span, ...]
    table: bool = False
    header: Span | None = None
    items: list[Item] = field(default_factory=list)

    @property
    def only_headings(self) -> bool:
        """Whether nothing but headings is in it."""
        return all(item.kind is BlockKind.HEADING for item in self.items)

    @property
    def body_tokens(self) -> int:
        """Tokens of what is neither heading nor caption."""
        return sum(item.tokens for item in self.items if item.kind not in _LEADING)


def runs(document: Document, token_offsets: TokenOffsets) -> Iterator[Run]:
    """Yield the runs of a document in text order; neighbouring headings without content share one."""
    breaks = [block.start for block in document.blocks if block.kind is BlockKind.BOILERPLATE]
    last: Run | None = None
    for run in _sections(document, token_offsets):
        if last is not None and last.only_headings and run.only_headings:
            place = bisect_left(breaks, last.items[-1].end)
            if place == len(breaks) or breaks[place] > run.items[0].start:
                last.headings = _common(last.headings, run.headings)
                last.items.extend(run.items)
                continue
        if last is not None:
            yield last
        last = run
    if last is not None:
        yield last


def _common(one: tuple[Span, ...], other: tuple[Span, ...]) -> tuple[Span, ...]:
    return tuple(span for span, counterpart in zip(one, other, strict=False) if span == counterpart)


def _sections(document: Document, token_offsets: TokenOffsets) -> Iterator[Run]:
    language = document.metadata.language.value if document.metadata.language is not None else "en"
    path: list[Block] = []
    run = Run(())
    stranded: list[Run] = []  # headings that boilerplate parts from whatever follows
    for number, block in enumerate(document.blocks):
        if block.kind is BlockKind.BOILERPLATE:
            if run.items and run.only_headings:
                stranded.append(run)
            elif run.items:
                yield run
            run = Run(run.headings)
            continue
        items = _block_items(document.text, block, language, token_offsets)
        if items and block.kind is BlockKind.FOOTNOTE:  # what it interrupts is not about it
            yield from [*stranded, *([run] if run.items else [])]
            stranded = []
            yield Run(run.headings, items=items)
            run = Run(run.headings)
        elif items and block.kind is BlockKind.HEADING:
            deeper = bool(path) and path[-1].level < block.level
            if not (deeper and run.only_headings and (run.items or stranded)):
                yield from [*stranded, *([run] if run.items else [])]
                stranded, run = [], Run(())
            run = Run(_extended(path, block), items=run.items + items)
        elif items:
            stranded = []
            following = _run_for(run, document.blocks, number)
            if following is not run and run.items:
                yield run
            following.items.extend(items)
            run = following
    yield from [*stranded, *([run] if run.items else [])]


def _extended(path: list[Block], heading: Block) -> tuple[Span, ...]:
    """Put a heading on the path in place of those it ends, and return the path."""
    while path and path[-1].level >= heading.level:
        path.pop()
    path.append(heading)
    return tuple(Span(block.start, block.end) for block in path)


def _run_for(run: Run, blocks: Sequence[Block], number: int) -> Run:
    """Return the run that a block of content belongs to: the current one, or a new one of the section."""
    block = blocks[number]
    if block.kind not in _TABLE:
        stays = not run.table or (block.kind is BlockKind.CAPTION and not _new_table(run, blocks, number + 1))
        return run if stays else Run(run.headings)
    if not _new_table(run, blocks, number):
        return run
    if not run.table and run.body_tokens < SMALL_TOKENS:  # "Troops by year:" stays with its table
        run.table, run.header = True, _header(block)
        return run
    fresh = Run(run.headings, table=True, header=_header(block))
    while run.items[-1].kind is BlockKind.CAPTION:
        fresh.items.insert(0, run.items.pop())
    return fresh


def _new_table(run: Run, blocks: Sequence[Block], number: int) -> bool:
    """Tell whether the block at `number` is of a table other than the one in the run."""
    if number >= len(blocks) or blocks[number].kind not in _TABLE:
        return False
    return not run.table or run.header != _header(blocks[number])


def _header(block: Block) -> Span | None:
    return Span(block.start, block.end) if block.kind is BlockKind.TABLE_HEADER else block.header


def _token_starts(text: str, start: int, end: int, token_offsets: TokenOffsets) -> array[int]:
    """Return where the tokens of `text[start:end]` begin in `text`; every character is tokenised once."""
    starts = array("q")
    while start < end:
        stop = end
        if end - start > _SEGMENT:
            stop = start + _SEGMENT
            spaces = [match.end() for match in _SPACE.finditer(text, stop - 1_000, stop)]
            stop = spaces[-1] if spaces else stop
        starts.extend(start + offset[0] for offset in token_offsets(text[start:stop]))
        start = stop
    return starts


def _block_items(text: str, block: Block, language: str, token_offsets: TokenOffsets) -> list[Item]:
    whole = trimmed(text, block.start, block.end)
    if whole is None:
        return []
    starts = _token_starts(text, whole.start, whole.end, token_offsets)
    kind = block.kind
    if kind in (BlockKind.HEADING, *_TABLE):
        row = kind is BlockKind.TABLE_ROW
        return [Item(whole.start, whole.end, len(starts), kind, starts, quotable=row, glued=not row)]
    spans = sentence_spans(text, whole.start, whole.end, language)
    places = [bisect_left(starts, span.start) for span in spans] + [len(starts)]
    items = [
        Item(span.start, span.end, after - place, kind, starts, glued=kind in _WHOLE)
        for span, (place, after) in zip(spans, pairwise(places), strict=True)
    ]
    if kind is BlockKind.LIST_ITEM:
        items[-1] = replace(items[-1], glued=False)
    return items
