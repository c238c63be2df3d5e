"""Markdown: the raw source stays the text; the parser's line ranges say where its blocks are."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from corpus.boilerplate import Place
from corpus.encoding import decode
from corpus.formats.draft import Draft, finish
from corpus.formats.front_matter import FrontMatter, front_matter
from corpus.formats.plain import plain_drafts
from corpus.types import Block, BlockKind, Document, Span

if TYPE_CHECKING:
    from markdown_it.token import Token

READER = ("text/markdown", "markdown/4")

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n|$)")
_MARKUP = re.compile(r"[ \t]*(?:>[ \t]?|(?:[-+*]|\d{1,9}[.)])(?=[ \t])[ \t]+|\[[ xX]\][ \t]+)*")
_ONLY_MARKUP = re.compile(r"[\s>]*(?:[-+*=_`~|:>#\s]|\d{1,9}[.)])*")
_FENCE = re.compile(r"[ \t>]*(?:`{3,}|~{3,})")
_REFERENCE = re.compile(r"[ \t>]*\[(?!\^)[^\]]+\]:[ \t]*\S")
_LINE_END = re.compile(r"\r\n|\r|\n")
_MOST_LINES = 100_000
_DEEP = re.compile(
    r"^[ \t]*(?:>[ \t]*){60}|^[ \t]{400}|^(?:[ \t]*(?:[-+*]|\d{1,9}[.)])[ \t]+){60}", re.MULTILINE
)
_LINK = re.compile(
    r"!?\[([^\]\[]{0,200})\]\([^()\s]{0,500}(?:\s+\"[^\"]{0,200}\")?\)|<https?://[^\s>]{1,500}>"
)
_HIDDEN_HTML = re.compile(r"\s*<(?:!--|script\b|style\b|\?|!)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Part:
    """One block in lines: `first` and `after` count lines from 0, `after` is not included."""

    first: int
    after: int
    kind: BlockKind
    level: int = 0
    content: str = ""
    header: int | None = None


def read_markdown(data: bytes, name: str) -> Document:
    """The document in a Markdown file; its text is the decoded bytes, unchanged."""
    text = decode(data)
    front = front_matter(text)
    drafts = _drafts(text, front) if _tame(text) else plain_drafts(text)
    return finish(data, name, text, drafts, front.claims, READER)


def _tame(text: str) -> bool:
    """Whether the parser can take it: its time grows with the square of nesting. What it cannot is read as plain text."""
    return len(_LINE_END.findall(text)) <= _MOST_LINES and _DEEP.search(text) is None


def _drafts(text: str, front: FrontMatter) -> list[Draft]:
    lines = [Span(match.start(), match.end()) for match in _LINE.finditer(text, front.end) if match[0]]
    parts = sorted(_parts(text[front.end :]), key=lambda part: (part.first, part.after))
    drafts = [_draft(text, Block(*span, BlockKind.BOILERPLATE), gap=True) for span in front.lines]
    headers: dict[int, Span] = {}
    next_line = 0
    for part in parts:
        drafts += _loose(text, lines[next_line : part.first])
        span = _span(text, lines[max(part.first, next_line) : part.after], part)
        next_line = max(next_line, part.after)
        if span is None:
            continue
        if part.kind is BlockKind.TABLE_HEADER:
            headers[part.first] = span
        header = headers.get(part.header) if part.header is not None else None
        gap = part.first == 0 or not text[lines[part.first - 1].start : lines[part.first - 1].end].strip()
        drafts.append(_draft(text, Block(span.start, span.end, part.kind, part.level, header), gap))
    return drafts + _loose(text, lines[next_line:])


def _draft(text: str, block: Block, gap: bool) -> Draft:
    slice_ = text[block.start : min(block.end, block.start + 5000)]
    linked = (
        sum(len(match[0]) for match in _LINK.finditer(slice_)) if "](" in slice_ or "<http" in slice_ else 0
    )
    place = Place.CHROME if block.kind is BlockKind.BOILERPLATE else Place.CONTENT
    return Draft(block, gap, linked / max(1, len(slice_)), place)


def _parts(source: str) -> Iterator[_Part]:
    from markdown_it import MarkdownIt

    parser = MarkdownIt("commonmark", {"maxNesting": 100}).enable("table")
    parser.core.ruler.enableOnly(["normalize", "block"])
    tokens = parser.parse(source)
    depth, item_opens, header, in_head = 0, -1, None, False
    for number, token in enumerate(tokens):
        if token.type in ("bullet_list_open", "ordered_list_open"):
            depth += 1
        elif token.type in ("bullet_list_close", "ordered_list_close"):
            depth -= 1
        elif token.type == "list_item_open":
            item_opens = number
        elif token.type in ("thead_open", "thead_close"):
            in_head = token.type == "thead_open"
        elif token.type == "tr_open" and token.map:
            header = token.map[0] if in_head else header
            kind = BlockKind.TABLE_HEADER if in_head else BlockKind.TABLE_ROW
            yield _Part(token.map[0], token.map[0] + 1, kind, header=None if in_head else header)
        elif part := _text_part(tokens, number, depth, number == item_opens + 1):
            yield part


def _text_part(tokens: Sequence[Token], number: int, depth: int, opens_item: bool) -> _Part | None:
    token = tokens[number]
    if token.map is None:
        return None
    first, after = token.map
    if token.type == "heading_open":
        content = tokens[number + 1].content
        return _Part(first, after, BlockKind.HEADING, int(token.tag[1]), content)
    if token.type == "paragraph_open":
        kind = BlockKind.LIST_ITEM if depth and opens_item else BlockKind.PARAGRAPH
        return _Part(
            first, after, kind, depth if kind is BlockKind.LIST_ITEM else 0, tokens[number + 1].content
        )
    if token.type in ("fence", "code_block") and token.content.strip():
        fenced = token.type == "fence"
        return _Part(first + fenced, after, BlockKind.PARAGRAPH, content=token.content)
    if token.type == "html_block":
        hidden = _HIDDEN_HTML.match(token.content)
        return _Part(
            first, after, BlockKind.BOILERPLATE if hidden else BlockKind.PARAGRAPH, content=token.content
        )
    return None


def _span(text: str, lines: Sequence[Span], part: _Part) -> Span | None:
    """The slice of these lines without the markup at its ends."""
    if not lines:
        return None
    if part.kind in (BlockKind.TABLE_HEADER, BlockKind.TABLE_ROW):
        row = text[lines[0].start : lines[0].end]
        inner = row.strip("|> \t\r\n")
        start = lines[0].start + row.find(inner) if inner else lines[0].start
        return Span(start, start + len(inner)) if inner else None
    content = [line.strip() for line in part.content.splitlines() if line.strip()]
    if not content:
        return None
    spans = [line for line in lines if text[line.start : line.end].strip()]
    start = _find_first(text, spans, content[0])
    end = _find_last(text, spans, content[-1])
    return Span(start, end) if start < end else _trimmed(text, lines)


def _find_first(text: str, lines: Sequence[Span], content: str) -> int:
    for line in lines[:3]:
        if (at := text.find(content, line.start, line.end)) >= 0:
            return at
    match = _MARKUP.match(text, lines[0].start, lines[0].end)
    return match.end() if match else lines[0].start


def _find_last(text: str, lines: Sequence[Span], content: str) -> int:
    for line in reversed(lines[-3:]):
        if (at := text.rfind(content, line.start, line.end)) >= 0:
            return at + len(content)
    return lines[-1].start + len(text[lines[-1].start : lines[-1].end].rstrip())


def _trimmed(text: str, lines: Sequence[Span]) -> Span | None:
    slice_ = text[lines[0].start : lines[-1].end]
    stripped = slice_.strip()
    start = lines[0].start + slice_.find(stripped)
    return Span(start, start + len(stripped)) if stripped else None


def _loose(text: str, lines: Sequence[Span]) -> list[Draft]:
    """Lines that the parser turned into nothing: definitions of links are boilerplate, other words are paragraphs."""
    drafts = []
    for line in lines:
        slice_ = text[line.start : line.end]
        if _ONLY_MARKUP.fullmatch(slice_) or _FENCE.match(slice_):
            continue
        span = _trimmed(text, [line])
        if span:
            kind = BlockKind.BOILERPLATE if _REFERENCE.match(slice_) else BlockKind.PARAGRAPH
            drafts.append(_draft(text, Block(span.start, span.end, kind), gap=False))
    return drafts
