"""Finds tables by columns that line up over neighbouring lines, for most are drawn without rules; makes rows of cells."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby, pairwise
from statistics import median

from corpus.formats.pdf_layout import Section, starts_with_mark
from corpus.formats.pdf_lines import Line, Word, joined, same_row
from corpus.formats.pdf_rows import by_rows, is_figure
from corpus.types import BlockKind

_GAP = 0.8  # of the characters' height: a wider gap between words may part two cells
_WIDER = 2.2  # times the usual space of the page; in a line of several spaces, against those
_EVEN = 1.5
_WIDEST_SPACE = 2.5  # of the characters' height, between words of a narrow justified column
_FEWEST_ROWS = 3
_TIGHT = 0.85  # of the rows' distance: lines that stand closer are one row
_LOOSE = 3.2  # of the characters' height: rows farther apart are two tables
_CROSSED = 0.08  # share of rows that may cross a gap between columns
_STACKED = 8  # lines in one cell
_PROSE_WORDS = 9
_ALIGNED = 8.0  # points that columns of one table may differ from page to page
_LONGEST_CELL = 160
_YEARS = re.compile(r"(?:(?:19|20)\d\d(?:[-/–]\d{2,4})?|\W)+")
_LEADERS = re.compile(r"[.…_]{3,}")
_HEADING_MARK = re.compile(r"(?:[A-Z]|[IVXLC]{1,6})\.")


@dataclass(slots=True)
class Table:
    """Rows of cells between `edges`, the left ends of the columns."""

    edges: list[tuple[float, float]]
    header: Section | None = None
    rows: list[Section] = field(default_factory=list)

    def continues(self, before: Table) -> bool:
        """Whether its columns are those of a table on the page before."""
        return len(self.edges) == len(before.edges) and all(
            abs(one[0] - other[0]) < _ALIGNED or abs(one[1] - other[1]) < _ALIGNED
            for one, other in zip(self.edges, before.edges, strict=True)
        )


@dataclass(slots=True)
class _Row:
    """Lines that stand side by side, as one, cut into segments at its wide gaps."""

    line: Line
    segments: list[list[Word]]

    @property
    def full(self) -> bool:
        return len(self.segments) > 1


def split_tables(lines: Sequence[Line]) -> Iterator[list[Line] | Table]:
    """The page's lines in order, as runs of lines of text and tables."""
    lines = by_rows(lines)
    space = _usual_space(lines)
    rest = 0
    for start, end in _regions(lines, space):
        table = _table(lines[start:end], space)
        if table is None:
            continue
        if start > rest:
            yield list(lines[rest:start])
        yield table
        rest = end
    if rest < len(lines):
        yield list(lines[rest:])


def _usual_space(lines: Sequence[Line]) -> float:
    """The usual space between words, against the height of the characters; the low quartile, for tables have wide gaps."""
    spaces = [
        (after.left - word.right) / line.height
        for line in lines
        for word, after in pairwise(line.words)
        if not after.raised
    ]
    return sorted(spaces)[len(spaces) // 4] if spaces else 0.25


def _segments(line: Line, space: float) -> list[list[Word]]:
    """The words of a line, cut at gaps far wider than its other spaces; a number that begins it stays with its text."""
    gaps = [after.left - word.right for word, after in pairwise(line.words)]
    if not gaps or _spread(line, gaps):
        return [line.words]
    least = max(_GAP, _WIDER * min(space, 0.5)) * line.height
    own = sorted(gaps)[: max(1, len(gaps) // 2)]
    if len(gaps) >= 5 and median(own) < 1.5 * line.height:
        least = max(least, 2 * median(own))
    segments = [[line.words[0]]]
    for place, (gap, word) in enumerate(zip(gaps, line.words[1:], strict=True)):
        if gap >= least and not (place == 0 and _begins_text(line)):
            segments.append([word])
        else:
            segments[-1].append(word)
    return segments


def _spread(line: Line, gaps: Sequence[float]) -> bool:
    """Whether the words are spread evenly to fill the line, as in a narrow justified column."""
    even = len(gaps) > 1 and max(gaps) < min(_EVEN * min(gaps), _WIDEST_SPACE * line.height)
    return even and not any(is_figure(word.text) for word in line.words)


def _begins_text(line: Line) -> bool:
    return starts_with_mark(line) or _HEADING_MARK.fullmatch(line.words[0].text) is not None


def _regions(lines: Sequence[Line], space: float) -> Iterator[tuple[int, int]]:
    """Ranges of lines that may be tables: lines of several segments, with short lines between."""
    full = [len(_segments(line, space)) > 1 for line in lines]
    for place, (above, line) in enumerate(pairwise(lines)):
        if _beside(above, line):
            full[place] = full[place + 1] = True
    width = max((line.right for line in lines), default=0) - min((line.left for line in lines), default=0)
    place = 0
    while place < len(lines):
        if not full[place]:
            place += 1
            continue
        last = end = place
        while end + 1 < len(lines) and _may_follow(lines, end, full[end + 1], width):
            end += 1
            if full[end]:
                last = end
        yield _before(lines, place), _after(lines, last)
        place = last + 1


def _beside(line: Line, after: Line) -> bool:
    """Whether the file goes on to the right and a little upwards, as it does from cell to cell of one row."""
    rise = after.bottom - line.bottom
    return 0.3 * after.height < rise < _STACKED * after.height and after.left > line.right - 1


def _may_follow(lines: Sequence[Line], place: int, full: bool, width: float) -> bool:
    above, line = lines[place], lines[place + 1]
    if above.bottom - line.bottom > _LOOSE * max(line.height, above.height):
        return False
    if line.bottom - above.bottom > _STACKED * line.height:
        return False
    if not full and line.bold and line.height > 1.12 * above.height:
        return False  # the heading of the next table
    return full or not (line.right - line.left > 0.6 * width and len(line.words) >= _PROSE_WORDS)


def _before(lines: Sequence[Line], start: int) -> int:
    """Take in the lines above that are set as small as the first row: parts of column names."""
    first = lines[start]
    while start > 0:
        above = lines[start - 1]
        near = 0 < above.bottom - first.bottom < _LOOSE * first.height
        if not (
            near and abs(above.height - first.height) < 0.5 and above.left > first.left + 2 * first.height
        ):
            break
        start -= 1
    return start


def _after(lines: Sequence[Line], last: int) -> int:
    """One past the last line, with the lines below it that end its cells."""
    end = last + 1
    while end < len(lines):
        above, line = lines[end - 1], lines[end]
        inside = line.left > lines[last].left - 1 and line.right < lines[last].right + 1
        close = 0 < above.bottom - line.bottom < 1.15 * line.height and abs(above.height - line.height) < 0.5
        beside = any(same_row(line, other) for other in lines[max(0, last - 2) : end])
        if not (beside or (close and inside and len(line.words) <= 4 and line.left > lines[last].left + 1)):
            break
        end += 1
    return end


# Rows and columns


def _table(lines: Sequence[Line], space: float) -> Table | None:
    rows = _rows(lines, space)
    full = [row for row in rows if row.full]
    if len(full) < _FEWEST_ROWS and not (len(full) == 2 and min(len(r.segments) for r in full) > 2):
        return None
    edges = _edges(full)
    if len(edges) < 2 or not _plausible(full, edges):
        return None
    grid = _merged([(row.line, _cells(row, edges)) for row in rows])
    used = [column for column in range(len(edges)) if any(cells[column] for _line, cells in grid)]
    if len(used) < len(edges):
        edges = [edges[column] for column in used]
        grid = [(line, [cells[column] for column in used]) for line, cells in grid]
    return _named(grid, edges)


def _rows(lines: Sequence[Line], space: float) -> list[_Row]:
    """The lines as rows from top to bottom."""
    groups: list[list[Line]] = []
    for line in sorted(lines, key=lambda line: -line.middle):
        if groups and any(same_row(line, other) for other in groups[-1][:1]):
            groups[-1].append(line)
        else:
            groups.append([line])
    whole = [joined(group) if len(group) > 1 else group[0] for group in groups]
    return [_Row(line, _segments(line, space)) for line in whole]


def _edges(rows: Sequence[_Row]) -> list[tuple[float, float]]:
    """The columns: stretches of the width between the gaps that nearly no row crosses."""
    steps = sorted(
        (place, step)
        for row in rows
        for segment in row.segments
        for place, step in ((segment[0].left, 1), (segment[-1].right, -1))
    )
    allowed = int(_CROSSED * len(rows))
    least = 0.3 * median(row.line.height for row in rows)
    columns: list[tuple[float, float]] = []
    count, start = 0, None
    for place, step in steps:
        count += step
        if start is None and count > allowed:
            near = columns and place - columns[-1][1] < least
            start = columns.pop()[0] if near else place
        elif start is not None and count <= allowed:
            columns.append((start, place))
            start = None
    for row in rows:
        for segment in row.segments:
            left, right = segment[0].left, segment[-1].right
            if all(right <= start or left >= end for start, end in columns):
                columns.append((left, right))
    return sorted(columns)


def _plausible(rows: Sequence[_Row], edges: Sequence[tuple[float, float]]) -> bool:
    """Whether the rows fill the columns as a table's do: figures in a column, or short cells in most rows."""
    filled = [[_place(segment, edges) for segment in row.segments] for row in rows]
    spread = sum(len(set(places)) > 1 for places in filled)
    if spread < 0.7 * len(rows):
        return False
    later = [s for row in rows for s in row.segments[1:]]
    figures = sum(is_figure(" ".join(word.text for word in segment)) for segment in later)
    words = [len(segment) for row in rows for segment in row.segments]
    return figures >= 0.3 * len(later) or (median(words) <= 4 and len(rows) >= 4)


def _place(words: Sequence[Word], edges: Sequence[tuple[float, float]]) -> int:
    """The column that the words overlap most; the nearest where they overlap none."""
    left, right = words[0].left, words[-1].right
    overlaps = [min(right, end) - max(left, start) for start, end in edges]
    return max(range(len(edges)), key=lambda column: (overlaps[column], -column))


_Cells = list[list[Line]]


def _cells(row: _Row, edges: Sequence[tuple[float, float]]) -> _Cells:
    """The row's words by column; a segment that lies across columns is cut where a gap between them runs."""
    cells: list[list[Word]] = [[] for _ in edges]
    for segment in row.segments:
        for part in _cut(segment, edges):
            cells[_place(part, edges)] += part
    return [[Line(row.line.page, _plain(words))] if _plain(words) else [] for words in cells]


def _plain(words: Sequence[Word]) -> list[Word]:
    return [word for word in words if not _LEADERS.fullmatch(word.text)]


def _cut(segment: list[Word], edges: Sequence[tuple[float, float]]) -> Iterator[list[Word]]:
    part = [segment[0]]
    for word, after in pairwise(segment):
        height = word.top - word.bottom
        parted = any(
            word.right <= start + 0.5 and after.left >= start - 0.5 and after.left - word.right > 0.5 * height
            for start, _end in edges
        )
        if parted:
            yield part
            part = []
        part.append(after)
    yield part


def _merged(rows: Sequence[tuple[Line, _Cells]]) -> list[tuple[Line, _Cells]]:
    """Lines that stand closer than rows do become one row, unless both have figures in a column."""
    distances = [
        above.bottom - line.bottom
        for (above, upper), (line, lower) in pairwise(rows)
        if _filled(upper) > 1 and _filled(lower) > 1
    ]
    usual = sorted(distances)[int(0.7 * len(distances))] if len(distances) > 1 else 0.0
    merged: list[tuple[Line, _Cells]] = []
    for line, cells in rows:
        if merged and merged[-1][0].bottom - line.bottom < _TIGHT * usual and _joinable(merged[-1][1], cells):
            above = merged[-1][1]
            merged[-1] = line, [one + other for one, other in zip(above, cells, strict=True)]
        else:
            merged.append((line, cells))
    return merged


def _filled(cells: _Cells) -> int:
    return sum(map(bool, cells))


def _text(cell: Sequence[Line]) -> str:
    return " ".join(line.text for line in cell)


def _joinable(above: _Cells, cells: _Cells) -> bool:
    pairs = zip(above[1:], cells[1:], strict=True)
    both = any(is_figure(_text(one)) and is_figure(_text(other)) for one, other in pairs if one and other)
    return not both


def _has_figures(cells: _Cells) -> bool:
    return any(is_figure(_text(cell)) and not _YEARS.fullmatch(_text(cell)) for cell in cells[1:] if cell)


# The row that names the columns


def _named(grid: list[tuple[Line, _Cells]], edges: list[tuple[float, float]]) -> Table:
    names = _header_rows(grid)
    table = Table(edges)
    if names:
        cells: _Cells = [[] for _ in edges]
        for _line, row in grid[:names]:
            cells = [one + other for one, other in zip(cells, row, strict=True)]
        table.header = _section(cells, BlockKind.TABLE_HEADER)
    for _line, row in grid[names:]:
        if _filled(row):
            section = _section(row, BlockKind.TABLE_ROW)
            section.header = table.header
            table.rows.append(section)
    return table


def _header_rows(grid: Sequence[tuple[Line, _Cells]]) -> int:
    """How many rows at the top name the columns: without figures, and unlike the rows below them."""
    count = 0
    for _line, cells in grid[:6]:
        if _has_figures(cells) or (cells[0] and is_figure(_text(cells[0]))):
            break
        if any(len(_text(cell)) > _LONGEST_CELL for cell in cells):
            break
        count += 1
    body = [line.height for line, _cells in grid[count:]]
    if not body or count == len(grid):
        return 1 if grid[0][0].height < 0.92 * median(line.height for line, _c in grid[1:]) else 0
    usual = median(body)
    smaller = sum(1 for _ in _leading(grid, usual))
    if smaller:
        count = smaller
    if sum(_filled(cells) for _line, cells in grid[:count]) < 2:
        return 0
    return count


def _leading(grid: Sequence[tuple[Line, _Cells]], usual: float) -> Iterator[int]:
    """The rows at the top that are set smaller than the usual row."""
    for small, group in groupby(grid[:6], key=lambda row: row[0].height < 0.92 * usual):
        if not small:
            return
        yield from range(len(list(group)))


def _section(cells: _Cells, kind: BlockKind) -> Section:
    while cells and not cells[-1]:
        cells = cells[:-1]
    return Section([line for cell in cells for line in cell], kind, cells=cells)
