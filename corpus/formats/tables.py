"""Which row of a table names its columns when the markup does not say it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import zip_longest

_CELL_LENGTH = 80
_YEAR = re.compile(r"(?:1[89]|20)\d\d(?:\s?[-/–]\s?\d{2,4})?")


def header_by_digits(rows: Sequence[Sequence[str]]) -> bool:
    """Whether the first row names the columns: short cells without figures, but years, above rows that have figures."""
    if len(rows) < 2 or len(rows[0]) < 2:
        return False
    first, rest = rows[0], rows[1:]
    named = all(len(cell) <= _CELL_LENGTH and not _has_digit(cell) for cell in first) or _by_years(rows)
    filled = sum(bool(cell) for cell in first) >= max(2, len(first) - 1)
    return named and filled and all(any(map(_has_digit, row)) for row in rest)


def _by_years(rows: Sequence[Sequence[str]]) -> bool:
    """Whether the first row has several different years, each above something else than years, and no other figures."""
    first, rest = rows[0], rows[1:]
    years = [place for place, cell in enumerate(first) if _YEAR.fullmatch(cell)]
    others = [cell for place, cell in enumerate(first) if place not in years]
    if not others or any(_has_digit(cell) or len(cell) > _CELL_LENGTH for cell in others):
        return False
    columns = list(zip_longest(*rest, fillvalue=""))
    below = [[cell for cell in columns[place] if cell] for place in years if place < len(columns)]
    return (
        len({first[place] for place in years}) == len(years) >= 2
        and len(below) == len(years)
        and all(any(not _YEAR.fullmatch(cell) for cell in column) for column in below)
    )


def _has_digit(text: str) -> bool:
    return any(map(str.isdigit, text))
