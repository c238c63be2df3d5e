"""Puts tables that a file holds column by column into rows."""

from __future__ import annotations

import re
from collections.abc import Sequence
from statistics import median

from corpus.formats.pdf_lines import Line, joined, same_row

_LETTER = re.compile(r"[^\W\d_]")
_FEWEST = 4  # lines in a column
_NARROW = 0.35  # of the width of the text


def by_rows(lines: Sequence[Line]) -> list[Line]:
    """The lines, with tables that the file holds column by column put into rows."""
    stacks: list[list[Line]] = []
    for line in lines:
        if stacks and stacks[-1][-1].middle > line.middle:
            stacks[-1].append(line)
        else:
            stacks.append([line])
    ordered: list[Line] = []
    pending: list[list[Line]] = []
    width = max((line.right for line in lines), default=0) - min((line.left for line in lines), default=0)
    for stack in [*stacks, []]:
        if stack and pending and _column_beside(pending[-1], stack, width):
            pending.append(stack)
            continue
        ordered += _rows_of(pending) if len(pending) > 1 else [line for part in pending for line in part]
        pending = [stack]
    return ordered


def _column_beside(before: Sequence[Line], stack: Sequence[Line], width: float) -> bool:
    """Whether the lines are the next column of a table: narrow, to the right, figures, in rows with those before."""
    if min(len(before), len(stack)) < _FEWEST:
        return False
    right = sorted(line.right for line in before[-len(stack) :])[-1]
    rows = sum(any(same_row(line, other) for other in before) for line in stack)
    figures = sum(is_figure(line.text) for line in stack)
    narrow = median(line.right - line.left for line in stack) < _NARROW * width
    beside = rows >= 0.6 * len(stack) and stack[0].left > min(line.right for line in before[-len(stack) :])
    return narrow and beside and (figures >= 0.5 * len(stack) or right < stack[0].left)


def _rows_of(stacks: Sequence[Sequence[Line]]) -> list[Line]:
    first = stacks[0]
    top = max(line.top for stack in stacks[1:] for line in stack)
    alone = [line for line in first if line.bottom > top]
    rest = [line for stack in stacks for line in stack if not any(line is other for other in alone)]
    groups: list[list[Line]] = []
    for line in sorted(rest, key=lambda line: (-line.middle, line.left)):
        if groups and same_row(groups[-1][0], line):
            groups[-1].append(line)
        else:
            groups.append([line])
    return alone + [joined(group) if len(group) > 1 else group[0] for group in groups]


def is_figure(text: str) -> bool:
    """Whether a cell holds a number, with hardly a letter, or a sign for none."""
    letters = len(_LETTER.findall(text))
    return (any(map(str.isdigit, text)) and letters <= 2) or text in ("-", "–", "—", "..", "…")
