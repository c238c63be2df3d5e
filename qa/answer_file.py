"""Files of answers as JSON values: one object a line, or one that fills the file; what an answer is, others know."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from corpus.errors import InvalidInput


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a file, counted from 1, and the JSON value that begins there; or why it is no JSON."""

    number: int
    value: object
    problem: str | None = None


def read_lines(file: Path) -> list[Line]:
    """The values of a file in order; raises InvalidInput where it cannot be read, or holds nothing."""
    try:
        text = file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidInput(f"{file} cannot be read: {getattr(error, 'strerror', None) or error}.") from error
    if not text.strip():
        raise InvalidInput(
            f"{file} holds no answers; write some with: sourcebook ask --questions FILE --output {file}"
        )
    whole = _line(1, text)
    if whole.problem is None:
        return [whole]
    return [_line(number, line) for number, line in enumerate(text.split("\n"), start=1) if line.strip()]


def _line(number: int, text: str) -> Line:
    try:
        return Line(number, json.loads(text))
    except (ValueError, RecursionError) as error:
        return Line(number, None, str(error))
