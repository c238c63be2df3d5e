"""Passages of a document: whole sentences packed by structure within the encoder's budget; knows no model."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from corpus.prefix import HEADER_COST, PREFIX_COST, cost, encoder_text, one_line
from corpus.sections import SMALL_TOKENS, Item, Run, TokenOffsets, runs
from corpus.sentences import trimmed
from corpus.types import BlockKind, Document, Passage, Span

__all__ = ["CHUNKER_VERSION", "TokenOffsets", "chunk", "encoder_text"]

CHUNKER_VERSION = "2"
TARGET_TOKENS = 160
"""A passage is closed when its content reaches this size; the rest of the budget holds the prefix."""
MINIMUM_BUDGET = 64
MAXIMUM_CHARACTERS = 4_000
"""Limit for a slice: a word of any length can be one unknown token, and white space costs nothing."""

_CLAUSE_END = re.compile(r"[;:,|—–…!?.)\]](?=\s)|[。！？、；，]|\t")
_SPACE = re.compile(r"\s+")
_NAMES = (BlockKind.HEADING, BlockKind.TABLE_HEADER)


def chunk(
    document: Document,
    token_offsets: TokenOffsets,
    budget: int,
    *,
    target: int = TARGET_TOKENS,
    overlap: int = SMALL_TOKENS,
) -> tuple[Passage, ...]:
    """Cut a document into passages in text order.

    `budget` is the number of tokens that the encoder accepts, special tokens subtracted: no
    `encoder_text(document, passage)` has more. Every word outside boilerplate lies in the slice of a passage;
    only a heading or table header that cannot share a slice with its content (boilerplate between, too long
    together) lies in `headings` or `header` instead. A sentence is cut only if it alone exceeds the budget.
    `target` is the size at which a passage is closed; a last sentence of up to `overlap` tokens opens the next one too:
    a library is cut with the defaults, only measurements try others.
    Raises ValueError for a budget below MINIMUM_BUDGET, or one that the title alone uses up.
    """
    if budget < MINIMUM_BUDGET:
        raise ValueError(f"the encoder takes {budget} tokens, passages need at least {MINIMUM_BUDGET}")
    packer = _Packer(document, token_offsets, budget, target, overlap)
    return tuple(passage for run in runs(document, token_offsets) for passage in packer.pack(run))


_Group = list[Item]


class _Packer:
    """Cuts runs of one document into passages within the budget."""

    def __init__(
        self, document: Document, token_offsets: TokenOffsets, budget: int, target: int, overlap: int
    ) -> None:
        self.document = document
        self.text = document.text
        self.token_offsets = token_offsets
        self.budget = budget
        self.target = target
        self.overlap = overlap
        self.page_starts = [page.start for page in document.pages]

    def pack(self, run: Run) -> Iterator[Passage]:
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
            overlap = _overlap(groups, first, last, self.overlap)
            first = last

    def _with_room(self, run: Run) -> tuple[Run, int]:
        """Return the run and the room its prefix leaves; a costly prefix gives up its headings."""
        for candidate in (run, replace(run, headings=()), replace(run, headings=(), header=None)):
            probe = Passage(self.document.id, 0, 0, (), candidate.headings, candidate.header)
            prefix = len(self.token_offsets(encoder_text(self.document, probe)))
            if self.budget - prefix >= MINIMUM_BUDGET // 4:
                return candidate, self.budget - prefix
        title = self.document.metadata.title.value
        raise ValueError(f"the encoder takes {self.budget} tokens, the title alone has {prefix}: {title!r}")

    def _groups(self, run: Run, room: int) -> list[_Group]:
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

    def _weighed(self, run: Run) -> list[Item]:
        """Let headings and header weigh nothing: they stand in the slice or in the counted prefix."""
        if run.only_headings:
            return [replace(item, glued=False) for item in run.items]
        path = sum(cost(one_line(self.text, span)) + 1 for span in run.headings)
        limits = {BlockKind.TABLE_HEADER: HEADER_COST}
        if path <= PREFIX_COST // 2:
            limits[BlockKind.HEADING] = PREFIX_COST
        return [
            replace(item, tokens=0) if item.tokens <= limits.get(item.kind, -1) else item
            for item in run.items
        ]

    def _together(self, items: Sequence[Item], room: int) -> bool:
        return items[-1].end - items[0].start <= MAXIMUM_CHARACTERS and self._weight(items) <= room

    def _apart(self, run: Run, chain: _Group, room: int) -> list[_Group]:
        """Divide a chain that is too long: what leads it is left to the prefix if the prefix can hold it."""
        if len(chain) > 1 and chain[0].tokens == 0 and chain[0].kind in _NAMES:
            rest = chain[1:]
            carried = Span(chain[0].start, chain[0].end) in (*run.headings, run.header)
            head = [] if carried else [[chain[0]]]
            return head + ([rest] if self._together(rest, room) else self._apart(run, rest, room))
        groups: list[_Group] = []
        for item in chain:
            parts = [item] if self._together([item], room) else self._pieces(item, room)
            groups.extend([part] for part in parts)
        return groups

    def _smaller(self, group: _Group) -> list[_Group]:
        """Return the parts of a group that does not fit although it was expected to."""
        if len(group) > 1:
            return [[item] for item in group]
        (item,) = group
        size = item.end - item.start
        if size == 1:
            raise ValueError(
                f"one character has more tokens than the encoder takes: {self.text[item.start]!r}"
            )
        tokens = bisect_left(item.starts, item.end) - bisect_left(item.starts, item.start)
        return [[piece] for piece in self._pieces(item, max(1, tokens * 2 // 3), max(1, size * 2 // 3))]

    def _last(self, groups: list[_Group], first: int, overlap: _Group, room: int) -> int:
        """Return one past the last group of the passage that starts at `first`."""
        target = min(self.target, room)
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

    def _weight(self, items: Sequence[Item]) -> int:
        """Count the tokens of the items and, estimated, of the markup between them."""
        total = items[0].tokens
        for previous, item in pairwise(items):
            between = self.text[previous.end : min(item.start, previous.end + MAXIMUM_CHARACTERS)]
            total += item.tokens + (cost(between) if between else 0)
        return total

    def _pieces(self, item: Item, limit: int, characters: int = MAXIMUM_CHARACTERS // 2) -> Iterator[Item]:
        """Cut one item after a clause, else at white space, else at a token's border."""
        starts = item.starts
        begin = item.start
        while begin < item.end:
            place = bisect_left(starts, begin)
            stop = starts[place + limit] if place + limit < len(starts) else item.end
            stop = max(min(stop, item.end, begin + characters), begin + 1)
            if stop < item.end:
                stop = _cut(self.text, begin, stop)
            span = trimmed(self.text, begin, stop)
            if span is not None:
                tokens = bisect_left(starts, stop) - place
                yield replace(item, start=span.start, end=span.end, tokens=tokens, glued=False, piece=True)
            begin = stop

    def _passage(self, run: Run, items: Sequence[Item]) -> Passage:
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


def _flat(groups: Sequence[_Group]) -> list[Item]:
    return [item for group in groups for item in group]


def _overlap(groups: list[_Group], first: int, last: int, most: int) -> _Group:
    """Return the last sentence of a passage, if the next passage begins with it."""
    if last == len(groups) or last - first < 2 or len(groups[last - 1]) > 1:
        return []
    (item,) = groups[last - 1]
    if item.tokens > most or item.piece or not item.quotable:
        return []
    prose = (BlockKind.PARAGRAPH, BlockKind.NUMBERED, BlockKind.LIST_ITEM)
    rows = (BlockKind.TABLE_ROW,)
    after = groups[last][0].kind
    return [item] if any(item.kind in kinds and after in kinds for kinds in (prose, rows)) else []


def _cut(text: str, begin: int, stop: int) -> int:
    """Find the best place to cut in `text[begin:stop]`, after at least one character."""
    half = begin + (stop - begin) // 2
    clauses = [match.end() for match in _CLAUSE_END.finditer(text, half, stop + 1) if match.end() <= stop]
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
    """Tell whether the characters before and at `place` form one visible character."""
    follower = text[place]
    return unicodedata.combining(follower) > 0 or follower in "\u200d\ufe0f" or text[place - 1] == "\u200d"
