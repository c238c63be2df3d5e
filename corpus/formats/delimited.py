"""CSV and TSV: rows whose cells are parted by commas, semicolons, tabs or bars, each quotable with its column names."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator

from corpus.encoding import decode
from corpus.errors import UnreadableDocument
from corpus.formats.compose import compose, flat
from corpus.formats.grid import pieces
from corpus.metadata import Claims
from corpus.types import Document, Origin, Sourced

READER = ("text/csv", "delimited/4")

_DELIMITERS = ",;\t|"
_SAMPLE_CHARACTERS = 100_000
_SAMPLE_ROWS = 100
_NAMED = re.compile(r"sep=(.)\r?\n", re.IGNORECASE)
_MOST_CELLS = 5_000_000


def read_delimited(data: bytes, name: str) -> Document:
    """The document in a CSV or TSV file; its text is made of the rows, as "a | b | c"."""
    text = decode(data).replace("\0", "\ufffd")
    stated = _NAMED.match(text)
    sign = stated[1] if stated else delimiter(text)
    rows: list[list[str]] = []
    cells = 0
    try:
        for row in _reader(text[stated.end() :] if stated else text, sign):
            cells += len(row)
            if cells > _MOST_CELLS:
                raise UnreadableDocument(f"{name} has more than {_MOST_CELLS:,} cells; split it into parts")
            rows.append([flat(cell) for cell in row])
    except csv.Error as error:
        raise UnreadableDocument(f"{name} cannot be read as rows and cells: {error}") from error
    claims = Claims(titles=(Sourced(name, Origin.FILE),))
    return compose(data, name, pieces(rows), claims, READER)


def delimiter(text: str) -> str:
    """The sign that parts the cells: the one that cuts most of the first rows into the same number of them, at least two."""
    sample = text[:_SAMPLE_CHARACTERS]
    return max(_DELIMITERS, key=lambda sign: (*_evenness(sample, sign), -_DELIMITERS.index(sign)))


def _evenness(sample: str, sign: str) -> tuple[float, int]:
    """The share of rows that have the commonest number of cells above one, and that number."""
    rows = 0
    lengths: list[int] = []
    try:
        for row in _reader(sample, sign):
            rows += 1
            if len(row) > 1:
                lengths.append(len(row))
            if rows == _SAMPLE_ROWS:
                break
    except csv.Error:
        return 0.0, 0
    if not lengths:
        return 0.0, 0
    commonest = max(sorted(set(lengths)), key=lengths.count)
    return round(lengths.count(commonest) / rows, 2), commonest


def _reader(text: str, sign: str) -> Iterator[list[str]]:
    csv.field_size_limit(1_000_000)
    return csv.reader(io.StringIO(text, newline=""), delimiter=sign, skipinitialspace=True)
