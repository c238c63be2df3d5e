"""Plain text: finds paragraphs, headings, lists and tables in lines, and leaves every character where it is."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from corpus.boilerplate import ends_sentence, is_caption, is_chrome
from corpus.dates import dateline
from corpus.encoding import decode
from corpus.formats.draft import Draft, finish
from corpus.formats.tables import header_by_digits
from corpus.metadata import Claims, is_byline
from corpus.types import Block, BlockKind, Document, Span

READER = ("text/plain", "plain/4")

LINE = re.compile(r"[^\r\n\v\f\x85\u2028\u2029]+")
_BREAK = re.compile(r"\r\n|[\r\n\v\f\x85\u2028\u2029]")
_BULLET = re.compile(r"[-*•‣▪◦●○■□·–—➤►✓→]\s+(?=\S)")
_NUMBER = re.compile(r"(?:\(?(?:\d{1,3}|[a-zA-Z]|[ivxlc]{1,5})\)|\d{1,3}[.)]|[a-z][.)])\s+(?=\S)")
_SEPARATOR = re.compile(r"\|?\s*:?-{2,}:?\s*(?:[|+]\s*:?-{2,}:?\s*)+\|?|\+(?:[-=]+\+)+")
_RULE = re.compile(r"([=\-_*~#+])\1{2,}|(?:[*_-]\s){2,}[*_-]")
_UNDERLINE = re.compile(r"={3,}|-{3,}|~{3,}")
_SECTION_NUMBER = re.compile(r"(\d{1,2}(?:\.\d{1,2}){0,4})\.?\s+\S")

_WRAP_LONGEST = (
    120  # hard-wrapped text has lines of up to about 100; saved pages have one long line a paragraph
)
_WRAP_SHORTEST = 45
_FULL = 0.9  # of the width, with the first word of the next line: that word had no room
_HEADING_LENGTH = 150
_HEADING_WORDS = 22
_COLUMNS = re.compile(r"\S {3,}\S")  # words set apart as in a table
_NUMBERED_PARAGRAPH = 200
_NEXT_ITEM_WITHIN = 12  # lines: an item alone in as many is none


@dataclass(slots=True)
class _Line:
    """A line without the white space around it; `indent` is what stood before it."""

    start: int
    end: int
    text: str
    indent: int
    gap: bool


@dataclass(slots=True)
class _Group:
    """Lines that make one block."""

    lines: list[_Line]
    kind: BlockKind = BlockKind.PARAGRAPH
    level: int = 0
    skip: int = 0  # characters of the list marker, which is not part of the block
    header: Span | None = None
    text: str = field(init=False, default="")

    @property
    def start(self) -> int:
        return self.lines[0].start + self.skip

    @property
    def end(self) -> int:
        return self.lines[-1].end

    @property
    def gap(self) -> bool:
        return self.lines[0].gap


def read_plain(data: bytes, name: str) -> Document:
    """The document in a text file; its text is the decoded bytes, unchanged."""
    text = decode(data)
    return finish(data, name, text, plain_drafts(text), Claims(), READER)


def plain_drafts(text: str) -> list[Draft]:
    """The blocks of a text without markup."""
    groups = _groups(_lines(text))
    for group in groups:
        group.text = text[group.start : group.end]
    _find_headings(groups)
    return [
        Draft(Block(group.start, group.end, group.kind, group.level, group.header), gap=group.gap)
        for group in groups
    ]


def _lines(text: str) -> list[_Line]:
    lines: list[_Line] = []
    gap, ended = True, 0
    for match in LINE.finditer(text):
        raw = match[0]
        stripped = raw.strip()
        if not stripped:
            continue
        breaks = text[ended : match.start()]
        gap = not lines or len(_BREAK.findall(breaks)) > 1
        indent = len(raw) - len(raw.lstrip())
        start = match.start() + indent
        lines.append(_Line(start, start + len(stripped), stripped, indent, gap))
        ended = match.start() + len(raw.rstrip()) if raw.rstrip() else match.end()
    return lines


def _groups(lines: list[_Line]) -> list[_Group]:
    groups: list[_Group] = []
    width = _wrap_width(lines)
    number = 0
    while number < len(lines):
        table = _table(lines, number)
        if table:
            found, number = table
            groups += found
            continue
        line = lines[number]
        number += 1
        if _RULE.fullmatch(line.text):
            _underline(groups, line)
            continue
        group = _Group([line])
        _mark_item(group, groups)
        while number < len(lines) and (
            _continues(lines, number, width)
            or (group.kind is BlockKind.PARAGRAPH and _carried_over(lines, number, width))
        ):
            group.lines.append(lines[number])
            number += 1
        groups.append(group)
    return groups


def _underline(groups: list[_Group], line: _Line) -> None:
    """A ruler is markup; under a short line it makes that line a heading. A ruler of odd signs stays as a block."""
    above = groups[-1] if groups else None
    if above and not line.gap and len(above.lines) == 1 and _UNDERLINE.fullmatch(line.text):
        above.kind, above.level = BlockKind.HEADING, 1 if line.text[0] == "=" else 2
        return
    groups.append(_Group([line], BlockKind.BOILERPLATE))


def _mark_item(group: _Group, before: Sequence[_Group]) -> None:
    line = group.lines[0]
    bullet = _BULLET.match(line.text)
    if bullet is None and (not _NUMBER.match(line.text) or len(line.text) > _NUMBERED_PARAGRAPH):
        return
    if bullet and line.text[0] in "–—" and line.gap:
        return  # a dash opens speech as often as an item
    group.kind = BlockKind.LIST_ITEM
    group.skip = bullet.end() if bullet else 0
    group.level = 1
    if before and before[-1].kind is BlockKind.LIST_ITEM:
        above = before[-1]
        deeper = line.indent - above.lines[0].indent
        group.level = min(9, above.level + 1) if deeper >= 2 else above.level
        if deeper <= -2:
            group.level = next(
                (
                    item.level
                    for item in reversed(before[-50:])
                    if item.lines[0].indent <= line.indent and item.level
                ),
                1,
            )


# Wrapped lines


def _wrap_width(lines: Sequence[_Line]) -> int:
    """The column at which this text was broken into lines, or 0 when a line is a paragraph."""
    if not lines or sum(len(line.text) > _WRAP_LONGEST for line in lines) > 0.05 * len(lines):
        return 0
    followed = [line for line, after in pairwise(lines) if not after.gap]
    broken = [line for line in followed if len(line.text) >= _WRAP_SHORTEST and not ends_sentence(line.text)]
    if len(broken) < 3 or len(broken) < 0.4 * len(followed):
        return 0
    lengths = sorted(len(line.text) + line.indent for line in broken)
    return lengths[int(0.9 * (len(lengths) - 1))]


def _continues(lines: Sequence[_Line], number: int, width: int) -> bool:
    """Whether the line goes on with the sentence or paragraph of the line above it."""
    above, line = lines[number - 1], lines[number]
    if line.gap or _special(line.text) or _table_like(line.text):
        return False
    if width:
        return _continues_wrapped(above, line, width)
    return _broken(above, line) and (line.text[0].islower() or _run_is_wrapped(lines, number))


def _continues_wrapped(above: _Line, line: _Line, width: int) -> bool:
    first_word = line.text.split(maxsplit=1)[0]
    could_have_fitted = above.indent + len(above.text) + 1 + len(first_word) < 0.85 * width
    if could_have_fitted:
        return line.text[0].islower() and not ends_sentence(above.text)
    return not (ends_sentence(above.text) and line.indent >= above.indent + 2)


def _carried_over(lines: Sequence[_Line], number: int, width: int) -> bool:
    """Whether a dash or number begins this line only because the line above was full: it is an item's sign otherwise.

    An item has another one near it, before or after.
    """
    above, line = lines[number - 1], lines[number]
    sign = _item_sign(line.text)
    if not width or line.gap or not sign or _table_like(line.text) or line.indent != above.indent:
        return False
    first_word = line.text.split(maxsplit=1)[0]
    full = above.indent + len(above.text) + 1 + len(first_word) >= _FULL * width
    if not full or ends_sentence(above.text) or above.text[-1] in ":;|":
        return False
    near = (*lines[max(0, number - _NEXT_ITEM_WITHIN) : number], *lines[number + 1 :][:_NEXT_ITEM_WITHIN])
    return all(_item_sign(other.text) != sign for other in near)


def _item_sign(text: str) -> str:
    """The dash or the form of number at the beginning of a line; empty where there is none."""
    if text[0] in "-–—" and _BULLET.match(text):
        return text[0]
    match = _NUMBER.match(text)
    return re.sub(r"\w+", "#", match[0].rstrip()) if match else ""


def _broken(above: _Line, line: _Line) -> bool:
    return (
        _WRAP_SHORTEST <= len(above.text) <= _WRAP_LONGEST
        and len(line.text) <= _WRAP_LONGEST
        and not ends_sentence(above.text)
        and above.text[-1] not in ":;|"
    )


def _run_is_wrapped(lines: Sequence[_Line], number: int) -> bool:
    """Whether the next line of the same run surely continues this one; then this one continues the line above."""
    if number + 1 >= len(lines) or lines[number + 1].gap:
        return False
    return _broken(lines[number], lines[number + 1]) and lines[number + 1].text[0].islower()


def _special(text: str) -> bool:
    return bool(_BULLET.match(text) or _NUMBER.match(text) or _RULE.fullmatch(text) or is_chrome(text))


# Tables


def _table_like(text: str) -> bool:
    return text.count("|") >= 2 or text.count("\t") >= 2


def _table(lines: Sequence[_Line], number: int) -> tuple[list[_Group], int] | None:
    """The table that starts at this line: rows of the same number of cells, by pipes or by tabs."""
    if not _table_like(lines[number].text) and not _SEPARATOR.fullmatch(lines[number].text):
        return None
    sign = "|" if "|" in lines[number].text or "+" in lines[number].text[:1] else "\t"
    end = number + 1
    while end < len(lines) and not lines[end].gap and _row_of(lines[end].text, sign):
        end += 1
    found = lines[number:end]
    rows = [line for line in found if not _SEPARATOR.fullmatch(line.text)]
    if (
        len(rows) < 2
        or (sign == "\t" and len(rows) < 3)
        or len({_columns(line.text, sign) for line in rows}) > 2
    ):
        return None
    ruled = [at for at, line in enumerate(found) if _SEPARATOR.fullmatch(line.text)]
    named = ruled[:1] == [1] or (ruled[:1] == [0] and ruled[1:2] == [2])
    cells = [[cell.strip() for cell in line.text.strip("|").split(sign)] for line in rows]
    named = named or (not ruled and header_by_digits(cells))
    groups = [_Group([_inside(line)], BlockKind.TABLE_ROW) for line in rows]
    if named:
        groups[0].kind = BlockKind.TABLE_HEADER
        for group in groups[1:]:
            group.header = Span(groups[0].start, groups[0].end)
    return groups, end


def _row_of(text: str, sign: str) -> bool:
    return text.count(sign) >= (2 if sign == "\t" else 1) or _SEPARATOR.fullmatch(text) is not None


def _columns(text: str, sign: str) -> int:
    return text.strip("|").count(sign)


def _inside(line: _Line) -> _Line:
    """The row without the pipes at its ends."""
    left = len(line.text) - len(line.text.lstrip("| \t"))
    inner = line.text.strip("| \t")
    if not inner:
        return line
    return _Line(line.start + left, line.start + left + len(inner), inner, line.indent, line.gap)


# Headings


def _find_headings(groups: list[_Group]) -> None:
    for group in groups:
        if group.kind is BlockKind.PARAGRAPH and is_caption(group.text):
            group.kind = BlockKind.CAPTION
    body_seen = False
    following_body = _body_follows(groups)
    for number, group in enumerate(groups):
        if (
            group.kind in (BlockKind.PARAGRAPH, BlockKind.LIST_ITEM)
            and following_body[number]
            and _titled(group)
        ):
            group.kind, group.level = BlockKind.HEADING, _level(group.text, body_seen)
            group.skip = 0
        elif group.kind is not BlockKind.HEADING and len(group.text) > _HEADING_LENGTH:
            body_seen = True


def _titled(group: _Group) -> bool:
    """Whether a line reads as a heading does: short, begun large, not ended as a sentence."""
    text = group.text
    if len(text) > _HEADING_LENGTH or len(group.lines) > 2 or len(text.split()) > _HEADING_WORDS:
        return False
    if group.kind is BlockKind.LIST_ITEM and not (_SECTION_NUMBER.match(text) and group.gap):
        return False
    first = text.lstrip("\"'“‘«(¿¡")[:1]
    if not (first.isupper() or first.isdigit() or (first.isalpha() and not first.islower())):
        return False
    if (
        text[-1] in ",;:"
        or (ends_sentence(text) and not text.endswith("?"))
        or not any(map(str.isalpha, text))
    ):
        return False
    if _COLUMNS.search(text):
        return False
    return not (is_chrome(text) or is_byline(text) or dateline(text) or "://" in text)


def _body_follows(groups: Sequence[_Group]) -> list[bool]:
    """For each group, whether what comes next is text that it can be the heading of, perhaps after a few more headings."""
    follows = [False] * len(groups)
    chain = 0
    for number in range(len(groups) - 2, -1, -1):
        group, after = groups[number], groups[number + 1]
        if _is_body(group, after):
            follows[number], chain = True, 0
        elif follows[number + 1] and chain < 4 and after.gap:
            follows[number], chain = True, chain + 1
    return follows


def _is_body(group: _Group, after: _Group) -> bool:
    if after.kind in (BlockKind.LIST_ITEM, BlockKind.TABLE_HEADER, BlockKind.TABLE_ROW):
        return group.kind is not after.kind
    if not ends_sentence(after.text) and not after.text.endswith(":") and len(after.text) < _HEADING_LENGTH:
        return False
    return len(after.text) >= 80 or (after.gap and len(after.text) > len(group.text))


def _level(text: str, body_seen: bool) -> int:
    section = _SECTION_NUMBER.match(text)
    if section:
        return min(6, 2 + section[1].count("."))
    return 2 if body_seen else 1
