"""Which row of a table names its columns when the markup does not say it."""

from __future__ import annotations

from collections.abc import Sequence

_CELL_LENGTH = 80


def header_by_digits(rows: Sequence[Sequence[str]]) -> bool:
    """Whether the first row names the columns: short cells without figures above rows that have figures."""
    if len(rows) < 2 or len(rows[0]) < 2:
        return False
    first, rest = rows[0], rows[1:]
    named = all(len(cell) <= _CELL_LENGTH and not any(map(str.isdigit, cell)) for cell in first)
    filled = sum(bool(cell) for cell in first) >= max(2, len(first) - 1)
    return named and filled and all(any(any(map(str.isdigit, cell)) for cell in row) for row in rest)
