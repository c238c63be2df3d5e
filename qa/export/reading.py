"""Answers read back from their JSON form (docs/answer.schema.json), as `sourcebook ask` writes it."""

from __future__ import annotations

from dataclasses import MISSING, fields, is_dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, get_args, get_origin, get_type_hints

from corpus.errors import InvalidInput
from qa.answer_file import read_lines
from qa.types import Answer

_RENAMED = {"earliest": "from", "latest": "to"}
"""Fields that have another name in JSON."""


def read_answers(file: Path) -> list[Answer]:
    """The answers of a file: one JSON object a line, or one that fills it. Raises InvalidInput with the line."""
    answers = []
    for line in read_lines(file):
        if line.problem is not None:
            raise InvalidInput(f"{file}:{line.number}: not JSON: {line.problem}")
        try:
            answers.append(answer_from_json(line.value))
        except InvalidInput as error:
            raise InvalidInput(f"{file}:{line.number}: {error}") from error
    return answers


def answer_from_json(value: object) -> Answer:
    """An answer from JSON values; raises InvalidInput for what is none."""
    try:
        answer = _read(Answer, value, "the answer")
    except ValueError as error:
        raise InvalidInput(f"not an answer as sourcebook ask --json writes it: {error}") from error
    assert isinstance(answer, Answer)
    return answer


def _read(kind: Any, value: Any, where: str) -> Any:  # noqa: ANN401 - types and JSON values of every kind
    """A value of a type from JSON; raises ValueError that says where it does not fit."""
    if isinstance(kind, UnionType):
        if value is None and NoneType in get_args(kind):
            return None
        (kind,) = (part for part in get_args(kind) if part is not NoneType)
    if get_origin(kind) is tuple:
        if not isinstance(value, list):
            raise ValueError(f"{where} is not a list")
        return tuple(_read(get_args(kind)[0], item, f"{where}[{place}]") for place, item in enumerate(value))
    if is_dataclass(kind):
        return _read_object(kind, value, where)
    if kind is date or issubclass(kind, StrEnum):
        if not isinstance(value, str):
            raise ValueError(f"{where} is not text")
        return date.fromisoformat(value) if kind is date else kind(value)
    wanted = (int, float) if kind is float else kind
    if not isinstance(value, wanted) or (isinstance(value, bool) and kind is not bool):
        raise ValueError(f"{where} is {type(value).__name__}, not {kind.__name__}")
    return value


def _read_object(kind: Any, value: Any, where: str) -> Any:  # noqa: ANN401 - as above
    if not isinstance(value, dict):
        raise ValueError(f"{where} is not an object")
    types, given = get_type_hints(kind), {}
    for field in fields(kind):
        name = _RENAMED.get(field.name, field.name)
        if name in value:
            given[field.name] = _read(types[field.name], value[name], f"{where}.{name}")
        elif field.default is MISSING and field.default_factory is MISSING:
            raise ValueError(f"{where} has no {name!r}")
    return kind(**given)
