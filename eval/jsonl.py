"""Reads our own question files: one JSON object a line (docs/question.schema.json), with gold places by offsets or quote.

    {"id", "question", "split", "kind", "as_of", "answers": [...], "need": "any" | "all",
     "gold": [{"document", "sha256", "start", "end", "quote", "page"}]}

Only `id` and `question` must be there. `as_of` is a day, "2007-12-31": only what was published by then may answer;
or a month or year, "2007-12": the time that the question is about, which leaves nothing out. A gold place needs
`document` (or `file`); `start` and `end` come together; without them a `quote` is found by its letters and digits,
and without a quote the whole document counts. A question without gold and without answers must be declined.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

from eval.fields import Row, read_rows
from eval.questions import Gold, Need, Question, QuestionSet
from qa.time import Period, as_of_or_about

QUESTION_FIELDS = ("id", "question", "split", "kind", "as_of", "answers", "need", "gold")
GOLD_FIELDS = ("document", "file", "sha256", "start", "end", "quote", "page")


def load(path: Path) -> QuestionSet:
    """Read the file; raises InvalidInput with file:line:field for the first row that cannot be used."""
    return QuestionSet(path.stem, tuple(question_of(row) for row in read_rows(path)))


def question_of(row: Row) -> Question:
    """Make a row a question; raises InvalidInput with file:line:field."""
    row.refuse_misspelt(QUESTION_FIELDS)
    as_of, about = _times(row)
    question = Question(
        id=row.text("id"),
        text=row.text("question"),
        kind=row.text("kind", ""),
        split=row.text("split", ""),
        as_of=as_of,
        about=about,
        answers=row.texts("answers"),
        gold=tuple(gold_of(gold) for gold in row.rows("gold")),
        need=_need(row),
    )
    if question.kind.startswith("unanswerable") and question.answerable:
        raise row.error("kind", f"is {question.kind!r}, but the row has gold places or answers")
    return question


def _need(row: Row) -> Need:
    match row.text("need", "any"):
        case "any":
            return "any"
        case "all":
            return "all"
        case other:
            raise row.error("need", f'must be "any" or "all", not {other!r}')


def _times(row: Row) -> tuple[date | None, Period | None]:
    value = row.text("as_of", "")
    try:
        return as_of_or_about(value) if value else (None, None)
    except ValueError as error:
        raise row.error("as_of", str(error)) from error


def gold_of(row: Row) -> Gold:
    """Make an object of "gold" a place; raises InvalidInput with file:line:field."""
    row.refuse_misspelt(GOLD_FIELDS)
    start, end, quote = row.whole("start"), row.whole("end"), row.text("quote", "")
    if (start is None) != (end is None):
        raise row.error("start" if start is None else "end", "is missing: start and end come together")
    if start is not None and end is not None:
        if start >= end:
            raise row.error("end", f"must be greater than start, but {end} <= {start}")
        if quote and len(quote) != end - start:
            raise row.error("quote", f"has {len(quote)} characters, but start and end span {end - start}")
    return Gold(
        document=row.text("document" if "document" in row.values or "file" not in row.values else "file"),
        start=start,
        end=end,
        quote=quote,
        page=row.whole("page"),
        sha256=row.text("sha256", "") or None,
    )
