"""A file of questions to a file of answers, both JSON lines; bad rows are reported by line and do not stop the rest."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from corpus.errors import InvalidInput
from corpus.types import Filters
from qa.cite import answer_to_json, json_text
from qa.engine import Sourcebook


@dataclass(frozen=True, slots=True)
class Row:
    """One usable question of a batch."""

    id: str
    question: str
    as_of: date | None


@dataclass(slots=True)
class BatchReport:
    """How many rows there were, what became of them, and the unusable ones as sentences with line numbers."""

    rows: int = 0
    answered: int = 0
    declined: int = 0
    problems: list[str] = field(default_factory=list)


def ask_file(
    book: Sourcebook,
    questions: Path,
    output: Path,
    *,
    limit: int,
    as_of: date | None,
    filters: Filters,
    progress: Callable[[int, int], None] | None = None,
) -> BatchReport:
    """Ask every row and write the answers; `as_of` counts where a row has none.

    The answers stand in `output` only when all are done; until then in a file beside it that ends in ".part".
    `progress` gets the rows done and their total. Raises InvalidInput if a file cannot be read or written.
    """
    lines = _lines(questions)
    if not output.name or output.is_dir():
        raise InvalidInput(f"{output} is a folder; name a file for the answers.")
    if output.exists() and output.samefile(questions):
        raise InvalidInput(f"{output} holds the questions; name another file for the answers.")
    report, part = BatchReport(), output.with_name(output.name + ".part")
    try:
        with part.open("w", encoding="utf-8") as target:
            for number, line in lines:
                if progress is not None:
                    progress(report.rows, len(lines))
                report.rows += 1
                try:
                    row = read_row(line)
                    answer = book.ask(
                        row.question,
                        limit=limit,
                        as_of=row.as_of or as_of,
                        filters=filters,
                        question_id=row.id,
                    )
                except InvalidInput as error:
                    report.problems.append(f"{questions}:{number}: {error}")
                    continue
                report.answered += answer.answered
                report.declined += not answer.answered
                target.write(json_text(answer_to_json(answer)) + "\n")
        part.replace(output)
    except OSError as error:
        raise InvalidInput(f"{output} cannot be written: {error.strerror or error}.") from error
    return report


def _lines(path: Path) -> list[tuple[int, str]]:
    """The lines that are not empty, with their numbers."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise InvalidInput(f"{path} cannot be read: {error.strerror or error}.") from error
    except UnicodeDecodeError as error:
        raise InvalidInput(f"{path} is not UTF-8 text; save it as UTF-8.") from error
    return [(number, line) for number, line in enumerate(text.split("\n"), start=1) if line.strip()]


def read_row(line: str) -> Row:
    """Read {"id", "question", "as_of"?}; raises InvalidInput with what is wrong."""
    try:
        row = json.loads(line)
    except (json.JSONDecodeError, RecursionError) as error:
        raise InvalidInput(f"not JSON: {error}") from error
    if not isinstance(row, dict):
        raise InvalidInput('not an object; a row is {"id": "...", "question": "..."}')
    question, identity, as_of = row.get("question"), row.get("id", ""), row.get("as_of")
    if not isinstance(question, str):
        raise InvalidInput('"question" is missing or not text')
    if not isinstance(identity, str | int) or isinstance(identity, bool):
        raise InvalidInput('"id" is neither text nor a whole number')
    try:
        day = None if as_of is None else date.fromisoformat(as_of)
    except (TypeError, ValueError) as error:
        raise InvalidInput(f'"as_of" is {as_of!r}; write a day as "2007-12-31"') from error
    return Row(str(identity), question, day)
