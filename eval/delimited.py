"""Reads tables of questions: .csv or .tsv with the columns question, answer and source, as a spreadsheet saves them.

`question` must be there, with `answer` or `source`. `source` is a document, by its path or id; `answer` holds accepted short
answers, several divided by "|". Further columns are taken where they are there: id, kind, split, as_of, need, and for the
place in the source `quote` (its words) and `page`. Rows that ask the same for the same day are one question with several
places. A row with neither answer nor source must be declined. Cells are divided by commas, semicolons or tabs.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from corpus.errors import InvalidInput
from eval.fields import Row
from eval.jsonl import question_of
from eval.questions import Question, QuestionSet

COLUMNS = ("question", "answer", "source", "id", "kind", "split", "as_of", "need", "quote", "page")
_DELIMITERS = ",;\t"


def load(path: Path) -> QuestionSet:
    """Read the table; raises InvalidInput with file:line:column for the first row that cannot be used."""
    questions: dict[tuple[str, str | None], Question] = {}
    for number, row in enumerate(_rows(path), start=1):
        question = _question(row, str(number))
        key = (" ".join(question.text.casefold().split()), question.stated_time)
        held = questions.get(key)
        if held is None:
            questions[key] = question
        elif held.answerable != question.answerable:
            raise row.error("question", "asks what an earlier row asks, but only one of them has an answer")
        else:
            answers = tuple(dict.fromkeys(held.answers + question.answers))
            questions[key] = replace(held, answers=answers, gold=(*held.gold, *question.gold))
    return QuestionSet(path.stem, tuple(questions.values()))


def _question(row: Row, number: str) -> Question:
    """Check the row and make it one of our own layout, whose rules then hold for it."""
    cells = {name: value for name, value in row.values.items() if value}
    answers = [answer.strip() for answer in row.text("answer", "").split("|") if answer.strip()]
    gold = []
    if "source" in cells:
        gold = [{"document": cells["source"], "quote": cells.get("quote"), "page": _page(row)}]
    elif "quote" in cells or "page" in cells:
        raise row.error("source", "is empty, but the row has a quote or a page")
    values = {name: cells.get(name) for name in ("question", "kind", "split", "as_of", "need")}
    identifier = cells.get("id", number)
    return question_of(Row(row.place, {**values, "id": identifier, "answers": answers, "gold": gold}))


def _page(row: Row) -> int | None:
    cell = row.text("page", "")
    if cell and not (cell.isascii() and cell.isdecimal()):
        raise row.error("page", f"must be a whole number, not {cell!r}")
    return int(cell[:9]) if cell else None


def _rows(path: Path) -> Iterator[Row]:
    text = _read(path)
    first = text.lstrip().partition("\n")[0]
    delimiter = max(_DELIMITERS, key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    names: list[str] = []
    line = 1
    try:
        for cells in reader:
            place, line = f"{path}:{line}", reader.line_num + 1
            if not any(cell.strip() for cell in cells):
                continue
            if not names:
                names = _header(place, cells)
                continue
            if len(cells) > len(names):
                raise InvalidInput(
                    f"{place}: has {len(cells)} cells, but there are {len(names)} columns; "
                    "put a cell that holds the delimiter in double quotes"
                )
            yield Row(place, dict(zip(names, (cell.strip() for cell in cells), strict=False)))
    except csv.Error as error:
        raise InvalidInput(f"{path}:{line}: not a table that can be read: {error}") from error


def _header(place: str, cells: list[str]) -> list[str]:
    names = [cell.strip().casefold() for cell in cells]
    for name in COLUMNS:
        if names.count(name) > 1:
            raise InvalidInput(f"{place}: the column {name!r} is there twice")
    if "question" not in names or not {"answer", "source"} & set(names):
        raise InvalidInput(
            f"{place}: the first row must name the columns, among them question, and answer or source; it names "
            + ", ".join(repr(name[:40]) for name in names[:8])
        )
    return names


def _read(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InvalidInput(
            f"{path} is not UTF-8 text: {error.reason} at byte {error.start}; save it as CSV UTF-8"
        ) from error
    except OSError as error:
        raise InvalidInput(f"cannot read {path}: {error.strerror}") from error
