"""Many questions at once, from JSON lines or a CSV table, asked one by one; bad rows are told and do not stop the rest."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from corpus.errors import InvalidInput, unwritable
from corpus.types import Filters
from qa.cite import answer_to_json, json_text
from qa.engine import Sourcebook
from qa.time import Period, as_of_or_about
from qa.types import Answer

_TABLES = (".csv", ".tsv")


@dataclass(frozen=True, slots=True)
class Row:
    """One usable question of a batch; `about` is the time that it is about where its own words name none."""

    id: str
    question: str
    as_of: date | None
    about: Period | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a file of questions, counted from 1: its row, or why it cannot be used."""

    number: int
    row: Row | None
    problem: str | None = None


@dataclass(slots=True)
class BatchReport:
    """How many rows there were, what became of them, and the unusable ones as sentences with line numbers."""

    rows: int = 0
    answered: int = 0
    declined: int = 0
    problems: list[str] = field(default_factory=list)

    @property
    def asked(self) -> int:
        """How many rows were questions that could be asked."""
        return self.answered + self.declined


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

    The answers stand in `output` only when all are done; until then in a file beside it that ends in ".part". Where no
    row could be asked, `output` stays as it was.
    `progress` gets the rows done and their total. Raises InvalidInput if a file cannot be read or written.
    """
    lines = read_lines(_bytes(questions), questions.name)
    if not output.name or output.is_dir():
        raise InvalidInput(f"{output} is a folder; name a file for the answers.")
    if output.exists() and output.samefile(questions):
        raise InvalidInput(f"{output} holds the questions; name another file for the answers.")
    report, part = BatchReport(), output.with_name(output.name + ".part")

    def ask(row: Row) -> Answer:
        return book.ask(
            row.question,
            limit=limit,
            as_of=row.as_of or as_of,
            filters=filters,
            about=row.about,
            question_id=row.id,
        )

    try:
        with part.open("w", encoding="utf-8") as target:
            for line, answer in ask_lines(lines, ask):
                if progress is not None:
                    progress(report.rows, len(lines))
                report.rows += 1
                if answer is None:
                    report.problems.append(f"{questions}:{line.number}: {line.problem}")
                    continue
                report.answered += answer.answered
                report.declined += not answer.answered
                target.write(json_text(answer_to_json(answer)) + "\n")
        if report.problems and report.asked == 0:  # the wrong file, most likely: earlier answers stay
            part.unlink()
        else:
            part.replace(output)
    except OSError as error:
        raise unwritable(output, error) from error
    return report


def ask_lines(lines: Sequence[Line], ask: Callable[[Row], Answer]) -> Iterator[tuple[Line, Answer | None]]:
    """Ask every usable row; a row that cannot be asked comes with its problem and no answer."""
    for line in lines:
        if line.row is None:
            yield line, None
            continue
        try:
            yield line, ask(line.row)
        except InvalidInput as error:
            yield Line(line.number, line.row, str(error)), None


def read_lines(data: bytes, name: str) -> list[Line]:
    """The rows of a file of questions: a table where its name ends in .csv or .tsv, else JSON lines.

    A table has a column "question", and may have "id" and "as_of"; a table of one column without such a heading is a
    list of questions. Raises InvalidInput where the file as a whole cannot be used.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InvalidInput(f"{name} is not UTF-8 text; save it as UTF-8.") from error
    if name.lower().endswith(_TABLES):
        return _table_lines(text, name)
    lines = []
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            try:
                lines.append(Line(number, read_row(line)))
            except InvalidInput as error:
                lines.append(Line(number, None, str(error)))
    return lines


def _table_lines(text: str, name: str) -> list[Line]:
    first = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=first.count)
    try:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
        rows = [
            (reader.line_num, [cell.strip() for cell in row]) for row in reader if any(map(str.strip, row))
        ]
    except csv.Error as error:
        raise InvalidInput(f"{name} is no CSV table: {error}.") from error
    if not rows:
        return []
    columns = [cell.lower() for cell in rows[0][1]]
    if "question" in columns:
        rows = rows[1:]
    elif all(len(row) == 1 for _, row in rows):
        columns = ["question"]
    else:
        raise InvalidInput(
            f'{name} has no column "question"; its first line names: {", ".join(columns)[:200]}.'
        )
    return [_table_line(number, dict(zip(columns, row, strict=False))) for number, row in rows]


def _table_line(number: int, cells: dict[str, str]) -> Line:
    try:
        return Line(
            number,
            _checked(cells.get("question", ""), cells.get("id", ""), cells.get("as_of") or None),
        )
    except InvalidInput as error:
        return Line(number, None, str(error))


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise InvalidInput(f"{path} cannot be read: {error.strerror or error}.") from error


def read_row(line: str) -> Row:
    """Read {"id", "question", "as_of"?}; raises InvalidInput with what is wrong."""
    try:
        row = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise InvalidInput(f"not JSON: {error}") from error
    if not isinstance(row, dict):
        raise InvalidInput('not an object; a row is {"id": "...", "question": "..."}')
    return _checked(row.get("question"), row.get("id", ""), row.get("as_of"))


def _checked(question: object, identity: object, as_of: object) -> Row:
    if not isinstance(question, str):
        raise InvalidInput('"question" is missing or not text')
    if not isinstance(identity, str | int) or isinstance(identity, bool):
        raise InvalidInput('"id" is neither text nor a whole number')
    try:
        day, about = (None, None) if as_of is None else as_of_or_about(as_of)  # type: ignore[arg-type]  # no text: TypeError
    except (TypeError, ValueError) as error:
        raise InvalidInput(
            f'"as_of" is {as_of!r}; write a day, "2007-12-31", or the month asked about, "2007-12"'
        ) from error
    return Row(str(identity), question, day, about)
