"""Typed access to the fields of one JSON row; every complaint is a sentence led by file:line:field."""

from __future__ import annotations

import difflib
import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from corpus.errors import InvalidInput
from eval.questions import numbered_lines


@dataclass(frozen=True, slots=True)
class Row:
    """One JSON object and where it stands; `prefix` is the way to it inside the line, as in `gold[1].`."""

    place: str
    values: Mapping[str, object]
    prefix: str = ""

    def error(self, field: str, sentence: str) -> InvalidInput:
        """Make the error to raise for a field."""
        return InvalidInput(f"{self.place}:{self.prefix}{field}: {sentence}")

    def text(self, field: str, default: str | None = None) -> str:
        """Read a string; a missing one gives the default; without a default it must not be blank."""
        value = self.values.get(field)
        if value is None and default is not None:
            return default
        if not isinstance(value, str):
            raise self.error(
                field, "is missing" if value is None else f"must be a string, not {_kind(value)}"
            )
        if default is None and not value.strip():
            raise self.error(field, "is empty")
        return value

    def whole(self, field: str) -> int | None:
        """Read a whole number from 0, or None when it is missing."""
        value = self.values.get(field)
        return None if value is None else self._whole(field, value)

    def _whole(self, field: str, value: object) -> int:
        if not isinstance(value, int) or isinstance(value, bool) or value < 0:
            raise self.error(field, f"must be a whole number from 0, not {value!r}")
        return value

    def wholes(self, field: str) -> tuple[int, ...]:
        """Read a list of whole numbers from 0, empty when it is missing."""
        numbers = []
        for position, value in enumerate(self.items(field)):
            numbers.append(self._whole(f"{field}[{position}]", value))
        return tuple(numbers)

    def texts(self, field: str) -> tuple[str, ...]:
        """Read a list of strings, empty when it is missing."""
        values = self.items(field)
        for position, value in enumerate(values):
            if not isinstance(value, str):
                raise self.error(f"{field}[{position}]", f"must be a string, not {_kind(value)}")
        return tuple(str(value) for value in values)

    def inner(self, field: str) -> Row | None:
        """Read an object, or None when it is missing."""
        value = self.values.get(field)
        if value is None:
            return None
        if not isinstance(value, dict):
            raise self.error(field, f"must be an object, not {_kind(value)}")
        return Row(self.place, value, f"{self.prefix}{field}.")

    def rows(self, field: str) -> list[Row]:
        """Read a list of objects, empty when it is missing."""
        rows = []
        for position, value in enumerate(self.items(field)):
            if not isinstance(value, dict):
                raise self.error(f"{field}[{position}]", f"must be an object, not {_kind(value)}")
            rows.append(Row(self.place, value, f"{self.prefix}{field}[{position}]."))
        return rows

    def items(self, field: str) -> list[object]:
        """Read a list of anything, empty when it is missing."""
        value = self.values.get(field)
        if value is None:
            return []
        if not isinstance(value, list):
            raise self.error(field, f"must be a list, not {_kind(value)}")
        return value

    def refuse_misspelt(self, known: Collection[str]) -> None:
        """Raise for a field that looks like a misspelt known one; others are notes, and ignored."""
        missing = [field for field in known if field not in self.values]
        for field in self.values:
            close = difflib.get_close_matches(field, missing, n=1, cutoff=0.8)
            if field not in known and close:
                raise self.error(field, f"is no field of a question; did you mean {close[0]!r}?")


def read_rows(path: Path) -> Iterator[Row]:
    """Yield the objects of a JSONL file, blank lines skipped."""
    for number, line in numbered_lines(path):
        place = f"{path}:{number}"
        try:
            value = json.loads(line)
        except json.JSONDecodeError as error:
            raise InvalidInput(f"{place}: not JSON: {error.msg} at column {error.colno}") from error
        except (
            ValueError,
            RecursionError,
        ) as error:  # a number of thousands of digits, thousands of brackets
            raise InvalidInput(f"{place}: not JSON that can be read: {error}") from error
        if not isinstance(value, dict):
            raise InvalidInput(f"{place}: a row must be a JSON object, not {_kind(value)}")
        yield Row(place, value)


_KINDS = {
    str: "a string",
    bool: "true or false",
    int: "a number",
    float: "a number",
    list: "a list",
    dict: "an object",
}


def _kind(value: object) -> str:
    return _KINDS.get(type(value), "null")
