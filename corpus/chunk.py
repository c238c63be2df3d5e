"""Passages of a document: whole sentences packed by structure within the encoder's budget; knows no model."""

from __future__ import annotations

import re
import unicodedata
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from corpus.sentences import sentence_spans
from corpus.types import Block, BlockKind, Document, Passage, Span

CHUNKER_VERSION = "1"
TARGET_TOKENS = 160
"""A passage is closed when its content reaches this size; the rest of the budget holds the prefix."""
SMALL_TOKENS = 40
"""A sentence up to this size is repeated in the next passage; a rest below it joins the passage before."""
PREFIX_COST = 48
"""Limit for title and headings, in estimated tokens (`_cost`)."""
HEADER_COST = 32
"""Limit for a table header that is repeated before rows, in estimated tokens."""
MINIMUM_BUDGET = 64
MAXIMUM_CHARACTERS = 4_000
"""Limit for a slice: a word of any length can be one unknown token, and white space costs nothing."""
_SEGMENT = 65_536

TokenOffsets = Callable[[str], Sequence[tuple[int, int]]]
"""Code-point offsets of the encoder's tokens of a text, without special tokens."""

_CLAUSE_END = re.compile(r"[;:,|—–…!?.)\]](?=\s)|[。！？、；，]|\t")
_SPACE = re.compile(r"\s+")
_COSTLY = re.compile(r"[A-Za-z]+|[0-9]+|\S")
_TABLE = (BlockKind.TABLE_HEADER, BlockKind.TABLE_ROW)


@dataclass(frozen=True, slots=True)
class _Item:
    """The smallest thing that is packed: a sentence, row or heading, or a piece of one that is too long."""

    start: int
    end: int
    tokens: int
    kind: BlockKind
    quotable: bool = True
    glued: bool = False
    piece: bool = False


@dataclass(slots=True)
class _Run:
    """Neighbouring items that may share a passage: one section, one table or none, no boilerplate between."""

    headings: tuple[Span, ...]
    table: bool = False
    header: Span | None = None
    items: list[_Item] = field(default_factory=list)

    @property
    def only_headings(self) -> bool:
        return all(item.kind is BlockKind.HEADING for item in self.items)

    @property
    def content_tokens(self) -> int:
        return sum(item.tokens for item in self.items if item.kind is not BlockKind.HEADING)


def chunk(document: Document, token_offsets: TokenOffsets, budget: int) -> tuple[Passage, ...]:
    """Cut a document into passages in text order.

    `budget` is the number of tokens that the encoder accepts, special tokens subtracted: no
    `encoder_text(document, passage)` has more. Every word outside boilerplate lies in the slice of a passage;
    only a heading or table header that cannot share a slice with its content (boilerplate between, too long
    together) lies in `headings` or `header` instead. A sentence is cut only if it alone exceeds the budget.
    Raises ValueError for a budget below MINIMUM_BUDGET, or one that the title alone uses up.
    """
    if budget < MINIMUM_BUDGET:
        raise ValueError(f"the encoder takes {budget} tokens, passages need at least {MINIMUM_BUDGET}")
    packer = _Packer(document, token_offsets, budget)
    return tuple(passage for run in _runs(document, token_offsets) for passage in packer.pack(run))


def encoder_text(document: Document, passage: Passage) -> str:
    """Return what the encoder and the lexical index see: title, heading path, table header, then the slice.

    Headings and a header that stand in the slice are not repeated. The lines before the slice are shortened
    to about PREFIX_COST (and HEADER_COST) tokens: outermost headings go first, then the end of the title.
    """
    lines = [*_prefix_lines(document, passage), document.text[passage.start : passage.end]]
    return "\n".join(lines)


# ---------------------------------------------------------------------------------------------------- prefix


def _prefix_lines(document: Document, passage: Passage) -> list[str]:
    path = [_one_line(document.text, span) for span in passage.headings]
    outside = [
        heading
        for heading, span in zip(path, passage.headings, strict=True)
        if heading and not passage.start <= span.start < passage.end
    ]
    title = _SPACE.sub(" ", document.metadata.title.value[:MAXIMUM_CHARACTERS]).strip()
    if title.casefold() in {heading.casefold() for heading in path}:
        title = ""
    while len(outside) > 1 and _cost(title) + sum(map(_cost, outside)) + len(outside) > PREFIX_COST:
        del outside[0]
    joined = _shortened(" > ".join(outside), PREFIX_COST)
    title = _shortened(title, max(PREFIX_COST - _cost(joined), PREFIX_COST // 4))
    header = ""
    if passage.header is not None and not passage.start <= passage.header.start < passage.end:
        header = _shortened(_one_line(document.text, passage.header), HEADER_COST)
    return [line for line in (title, joined, header) if line]


def _one_line(text: str, span: Span) -> str:
    return _SPACE.sub(" ", text[span.start : min(span.end, span.start + MAXIMUM_CHARACTERS)]).strip()


def _cost(text: str) -> int:
    """Estimate tokens, on the high side for ordinary words: a prefix is written without a tokenizer."""
    return sum(map(_word_cost, _COSTLY.findall(text)))


def _word_cost(word: str) -> int:
    if word.isascii():
        return -(-len(word) // 3) if word.isalpha() else -(-len(word) // 2)
    code = ord(word)
    return 1 if code < 0x800 else 2 if code < 0x10000 else 4


def _shortened(text: str, limit: int) -> str:
    """Cut a text at a word border so that it costs no more than the limit."""
    total = 0
    for match in _COSTLY.finditer(text):
        total += _word_cost(match.group())
        if total > limit:
            cut = text[: match.start()]
            if text[match.start() - 1 : match.start()].isspace():
                return cut.rstrip()
            return cut.rpartition(" ")[0] or cut
    return text


# ---------------------------------------------------------------------------------------------------- items


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


def _block_items(text: str, block: Block, language: str, token_offsets: TokenOffsets) -> list[_Item]:
    whole = _trimmed(text, block.start, block.end)
    if whole is None:
        return []
    starts = _token_starts(text, whole.start, whole.end, token_offsets)
    if block.kind in (BlockKind.HEADING, *_TABLE):
        quotable = block.kind is BlockKind.TABLE_ROW
        return [_Item(whole.start, whole.end, len(starts), block.kind, quotable, glued=not quotable)]
    spans = sentence_spans(text, whole.start, whole.end, language)
    places = [bisect_left(starts, span.start) for span in spans] + [len(starts)]
    whole_block = block.kind in (BlockKind.LIST_ITEM, BlockKind.CAPTION)
    return [
        _Item(
            span.start,
            span.end,
            places[number + 1] - places[number],
            block.kind,
            glued=whole_block and number + 1 < len(spans),
        )
        for number, span in enumerate(spans)
    ]


def _trimmed(text: str, start: int, end: int) -> Span | None:
    while start < end and text[start].isspace():
        start += 1
    while start < end and text[end - 1].isspace():
        end -= 1
    return Span(start, end) if start < end else None


# ---------------------------------------------------------------------------------------------------- runs


def _runs(document: Document, token_offsets: TokenOffsets) -> Iterator[_Run]:
    language = document.metadata.language.value if document.metadata.language is not None else "en"
    path: list[Block] = []
    run = _Run(())
    stranded: list[_Run] = []  # headings that boilerplate parts from whatever follows
    for number, block in enumerate(document.blocks):
        if block.kind is BlockKind.BOILERPLATE:
            if run.items and run.only_headings:
                stranded.append(run)
            elif run.items:
                yield run
            run = _Run(run.headings)
            continue
        items = _block_items(document.text, block, language, token_offsets)
        if items and block.kind is BlockKind.HEADING:
            deeper = bool(path) and path[-1].level < block.level
            if not (deeper and run.only_headings and (run.items or stranded)):
                yield from [*stranded, *([run] if run.items else [])]
                stranded, run = [], _Run(())
            run = _Run(_extended(path, block), items=run.items + items)
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


def _run_for(run: _Run, blocks: Sequence[Block], number: int) -> _Run:
    """Return the run that a block of content belongs to: the current one, or a new one of the section."""
    block = blocks[number]
    if block.kind in _TABLE:
        header = Span(block.start, block.end) if block.kind is BlockKind.TABLE_HEADER else block.header
        if run.table and run.header == header:
            return run
        fresh = _Run(run.headings, table=True, header=header)
        if run.table:
            _move_captions(run, fresh)
            return fresh
        if run.content_tokens < SMALL_TOKENS:  # "Troops by year:" stays with its table
            run.table, run.header = True, header
            return run
        _move_captions(run, fresh)
        return fresh
    if block.kind is BlockKind.CAPTION and run.table:
        following = blocks[number + 1].kind if number + 1 < len(blocks) else None
        return _Run(run.headings) if following is BlockKind.TABLE_HEADER else run
    return _Run(run.headings) if run.table else run


def _move_captions(run: _Run, fresh: _Run) -> None:
    while len(run.items) > 1 and run.items[-1].kind is BlockKind.CAPTION:
        fresh.items.insert(0, run.items.pop())


# ---------------------------------------------------------------------------------------------------- packing

_Group = list[_Item]


class _Packer:
    """Cuts runs of one document into passages within the budget."""

    def __init__(self, document: Document, token_offsets: TokenOffsets, budget: int) -> None:
        self.document = document
        self.text = document.text
        self.token_offsets = token_offsets
        self.budget = budget
        self.page_starts = [page.start for page in document.pages]

    def pack(self, run: _Run) -> Iterator[Passage]:
        run, room = self._with_room(run)
        groups = self._groups(run, room)
        first = 0
        overlap: _Group = []
        while first < len(groups):
            last = self._last(groups, first, overlap, room)
            while True:
                passage = self._passage(run, [*overlap, *_flat(groups[first:last])])
                if self._fits(passage):
                    break
                if overlap:
                    overlap = []
                elif last - first > 1:
                    last -= 1
                else:
                    groups[first:last] = self._smaller(groups[first])
                    last = first + 1
            yield passage
            overlap = _overlap(groups, first, last)
            first = last

    def _with_room(self, run: _Run) -> tuple[_Run, int]:
        """Return the run and the room its prefix leaves; a costly prefix gives up its headings."""
        for candidate in (run, replace(run, headings=()), replace(run, headings=(), header=None)):
            probe = Passage(self.document.id, 0, 0, (), candidate.headings, candidate.header)
            prefix = len(self.token_offsets(encoder_text(self.document, probe)))
            if self.budget - prefix >= MINIMUM_BUDGET // 4:
                return candidate, self.budget - prefix
        title = self.document.metadata.title.value
        raise ValueError(f"the encoder takes {self.budget} tokens, the title alone has {prefix}: {title!r}")

    def _groups(self, run: _Run, room: int) -> list[_Group]:
        """Gather what stays together: heading and what follows, a list item, caption and neighbour."""
        items = self._weighed(run)
        groups: list[_Group] = []
        chain: _Group = []
        for item in items:
            chain.append(item)
            if item.glued and item is not items[-1]:
                continue
            groups.extend([chain] if self._together(chain, room) else self._apart(run, chain, room))
            chain = []
        return groups

    def _weighed(self, run: _Run) -> list[_Item]:
        """Let headings and header weigh nothing: they stand in the slice or in the counted prefix."""
        if run.only_headings:
            return run.items
        path = sum(_cost(_one_line(self.text, span)) + 1 for span in run.headings)
        limits = {BlockKind.TABLE_HEADER: HEADER_COST}
        if path <= PREFIX_COST // 2:
            limits[BlockKind.HEADING] = PREFIX_COST
        return [
            replace(item, tokens=0) if item.tokens <= limits.get(item.kind, -1) else item
            for item in run.items
        ]

    def _together(self, items: Sequence[_Item], room: int) -> bool:
        return items[-1].end - items[0].start <= MAXIMUM_CHARACTERS and self._weight(items) <= room

    def _apart(self, run: _Run, chain: _Group, room: int) -> list[_Group]:
        """Divide a chain that is too long: what leads it is left to the prefix if the prefix can hold it."""
        if len(chain) > 1 and chain[0].tokens == 0 and (chain[0].kind is not BlockKind.TABLE_ROW):
            rest = chain[1:]
            carried = Span(chain[0].start, chain[0].end) in (*run.headings, run.header)
            head = [] if carried else [[chain[0]]]
            return head + ([rest] if self._together(rest, room) else self._apart(run, rest, room))
        groups: list[_Group] = []
        for item in chain:
            groups.extend(
                [[item]] if self._together([item], room) else ([piece] for piece in self._pieces(item, room))
            )
        return groups

    def _smaller(self, group: _Group) -> list[_Group]:
        """Parts of a group that does not fit although it was expected to."""
        if len(group) > 1:
            return [[item] for item in group]
        (item,) = group
        limit = max(1, len(self.token_offsets(self.text[item.start : item.end])) * 2 // 3)
        pieces = list(self._pieces(item, limit, characters=max(1, (item.end - item.start) * 2 // 3)))
        return [[piece] for piece in pieces]

    def _last(self, groups: list[_Group], first: int, overlap: _Group, room: int) -> int:
        """One past the last group of the passage that starts at `first`."""
        target = min(TARGET_TOKENS, room)
        items = [*overlap, *groups[first]]
        begin, previous, total = items[0].start, items[-1], self._weight(items)
        last = first + 1
        while last < len(groups):
            added = self._weight([previous, *groups[last]]) - previous.tokens
            if groups[last][-1].end - begin > MAXIMUM_CHARACTERS or total + added > room:
                return last
            if total + added > target and total >= SMALL_TOKENS:
                break
            total, previous, last = total + added, groups[last][-1], last + 1
        return self._with_tail(groups, last, begin, room - total)

    def _with_tail(self, groups: list[_Group], last: int, begin: int, room: int) -> int:
        """Take in the rest of the run if it would make a passage too small to stand alone."""
        rest = 0
        for place in range(last, len(groups)):
            rest += self._weight([groups[place - 1][-1], *groups[place]]) - groups[place - 1][-1].tokens
            if rest > min(room, SMALL_TOKENS) or groups[place][-1].end - begin > MAXIMUM_CHARACTERS:
                return last
        return len(groups)

    def _weight(self, items: Sequence[_Item]) -> int:
        """Tokens of the items and, estimated, of the markup between them."""
        total = items[0].tokens
        for previous, item in pairwise(items):
            between = self.text[previous.end : min(item.start, previous.end + MAXIMUM_CHARACTERS)]
            total += item.tokens + (_cost(between) if between else 0)
        return total

    def _pieces(self, item: _Item, limit: int, characters: int = MAXIMUM_CHARACTERS // 2) -> Iterator[_Item]:
        """Cut one item after a clause, else at white space, else at a token's border."""
        starts = _token_starts(self.text, item.start, item.end, self.token_offsets)
        begin = item.start
        while begin < item.end:
            place = bisect_left(starts, begin)
            stop = starts[place + limit] if place + limit < len(starts) else item.end
            stop = max(min(stop, begin + characters), begin + 1)
            if stop < item.end:
                stop = _cut(self.text, begin, stop)
            span = _trimmed(self.text, begin, stop)
            if span is not None:
                tokens = bisect_left(starts, stop) - place
                yield replace(item, start=span.start, end=span.end, tokens=tokens, glued=False, piece=True)
            begin = stop

    def _passage(self, run: _Run, items: Sequence[_Item]) -> Passage:
        sentences = tuple(Span(item.start, item.end) for item in items if item.quotable)
        return Passage(
            document_id=self.document.id,
            start=items[0].start,
            end=items[-1].end,
            sentences=sentences or tuple(Span(item.start, item.end) for item in items),
            headings=run.headings,
            header=run.header,
            page=self._page(items[0].start),
        )

    def _page(self, offset: int) -> int | None:
        place = bisect_right(self.page_starts, offset) - 1
        if place < 0 or offset >= self.document.pages[place].end:
            return None
        return self.document.pages[place].number

    def _fits(self, passage: Passage) -> bool:
        return len(self.token_offsets(encoder_text(self.document, passage))) <= self.budget


def _flat(groups: Sequence[_Group]) -> list[_Item]:
    return [item for group in groups for item in group]


def _overlap(groups: list[_Group], first: int, last: int) -> _Group:
    """Return the last sentence of a passage, if the next passage begins with it."""
    if last == len(groups) or last - first < 2 or len(groups[last - 1]) > 1:
        return []
    (item,) = groups[last - 1]
    if item.tokens > SMALL_TOKENS or item.piece or not item.quotable:
        return []
    prose = (BlockKind.PARAGRAPH, BlockKind.LIST_ITEM)
    return [item] if item.kind in prose and groups[last][0].kind in prose else []


def _cut(text: str, begin: int, stop: int) -> int:
    """Find the best place to cut in `text[begin:stop]`, after at least one character."""
    half = begin + (stop - begin) // 2
    clauses = [match.end() for match in _CLAUSE_END.finditer(text, half, stop)]
    if clauses:
        return clauses[-1]
    if text[stop].isspace() or text[stop - 1].isspace():
        return stop
    spaces = [match.end() for match in _SPACE.finditer(text, begin + 1, stop)]
    if spaces:
        return spaces[-1]
    place = stop
    while begin + 1 < place and stop - place < 16 and _joins(text, place):
        place -= 1
    return stop if _joins(text, place) else place


def _joins(text: str, place: int) -> bool:
    """Whether the characters before and at `place` form one visible character."""
    follower = text[place]
    return unicodedata.combining(follower) > 0 or follower in "\u200d\ufe0f" or text[place - 1] == "\u200d"
