"""Writes questions into a file of our own layout: rows for questions, and one question more; judges nothing."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Any

from filelock import FileLock

from corpus.errors import InvalidInput, unwritable
from corpus.sentences import trimmed
from eval.book import Documents
from eval.questions import Gold, Question, load
from qa.cite import json_text
from qa.options import check_folder
from qa.question import AnswerType, understand

OWN_SET = "questions.jsonl"
"""The question set that belongs to a library: this file in its folder."""

_KINDS = {
    AnswerType.DATE: "date",
    AnswerType.NUMBER: "number",
    AnswerType.PERSON: "person",
    AnswerType.COUNTRY: "country",
    AnswerType.REASON: "cause",
    AnswerType.OTHER: "fact",
}
_NUMBERED = re.compile(r"(.*?)(\d+)")


class Change(StrEnum):
    """What adding a question did to the file."""

    QUESTION = "a new question"
    PLACE = "another gold place of a question that was there"
    NOTHING = "nothing: it was there already"


@dataclass(frozen=True, slots=True)
class Written:
    """The id of the question in the file, and what was done."""

    id: str
    change: Change


def own_set(library: Path) -> Path:
    """The file of the library's own question set, which need not be there yet."""
    return library / OWN_SET


def gold_at(book: Documents, document_id: str, start: int, end: int) -> Gold:
    """The gold place `text[start:end]` of a document, without white space around; InvalidInput if there is none."""
    document = book.document(document_id)
    size = len(document.text)
    if not 0 <= start < end <= size:
        raise InvalidInput(
            f"the document has {size} characters, so {start} to {end} is no place in it; give 0 <= start < end <= {size}"
        )
    span = trimmed(document.text, start, end)
    if span is None:
        raise InvalidInput(f"only white space stands from {start} to {end} of the document")
    path = next((record.path for record in book.documents() if record.id == document_id), document_id)
    quote = document.text[span.start : span.end]
    return Gold(path, span.start, span.end, quote, document.page_at(span.start), document_id)


def kind_of(question: str, as_of: date | None = None) -> str:
    """The kind that a new question gets unless a person names one: what it asks for, or "as-of"."""
    return "as-of" if as_of else _KINDS[understand(question).answer_type]


def add_question(file: Path, question: Question) -> Written:
    """Put a question into a set; one that stands there in the same words, for the same day, gets its gold places.

    The file is made if it is not there, and replaced in one step. An empty id is chosen: the next number. Raises
    InvalidInput if the file is no set of ours, if the id is taken, or if the same question stands there as
    unanswerable and is not so now, or the other way round.
    """
    if file.suffix != ".jsonl" or file.is_dir():
        raise InvalidInput(f"questions can be added to a .jsonl file of ours only, not to {file}")
    if not question.text.strip():
        raise InvalidInput("the question is empty: write what a person would ask")
    check_folder(file)
    try:
        with FileLock(file.with_name(f".{file.name}.lock")):
            return _add(file, question)
    except OSError as error:
        raise unwritable(file, error) from error


def _add(file: Path, question: Question) -> Written:
    exists = file.is_file() and file.stat().st_size > 0
    known = load(file).questions if exists else ()
    # Only "\n" ends a row: JSON may hold other separators (U+2028) inside its strings.
    lines = file.read_text(encoding="utf-8-sig").removesuffix("\n").split("\n") if exists else []
    same = next((one for one in known if _key(one) == _key(question)), None)
    if same is not None:
        return _add_places(file, lines, same, question)
    if question.id in {one.id for one in known}:
        raise InvalidInput(f"{file} has a question with the id {question.id!r} already; choose another")
    fresh = replace(question, id=question.id or next_id([one.id for one in known]))
    replace_file(file, [*lines, dump(fresh)])
    return Written(fresh.id, Change.QUESTION)


def _add_places(file: Path, lines: list[str], same: Question, question: Question) -> Written:
    if same.answerable != question.answerable:
        stands, now = ("answerable", "unanswerable") if same.answerable else ("unanswerable", "answerable")
        raise InvalidInput(
            f"{file} holds this question as {stands} ({same.id}); it cannot be {now} too: change that row first"
        )
    places = [gold for gold in question.gold if not any(_same_place(gold, held) for held in same.gold)]
    answers = [answer for answer in question.answers if answer not in same.answers]
    if not places and not answers:
        return Written(same.id, Change.NOTHING)
    for number, line in enumerate(lines):
        row = json.loads(line) if line.strip() else {}
        if row.get("id") == same.id:
            row["gold"] = [*(row.get("gold") or []), *map(_gold_row, places)]
            row["answers"] = [*(row.get("answers") or []), *answers]
            lines[number] = json_text(row)
    replace_file(file, lines)
    return Written(same.id, Change.PLACE)


def _key(question: Question) -> tuple[str, str | None]:
    return " ".join(question.text.casefold().split()), question.stated_time


def _same_place(one: Gold, other: Gold) -> bool:
    same_document = one.document == other.document or (one.sha256 is not None and one.sha256 == other.sha256)
    if one.start is None or one.end is None or other.start is None or other.end is None:
        return same_document and one.quote == other.quote
    return same_document and one.start < other.end and other.start < one.end


def next_id(ids: Sequence[str]) -> str:
    """An id that is not taken: after the last numbered one, written like it; "q001" in a new set."""
    numbered = [match for one in ids if (match := _NUMBERED.fullmatch(one))]
    if not numbered:
        return "q001"
    prefix = numbered[-1].group(1)
    digits = [match.group(2) for match in numbered if match.group(1) == prefix]
    width = max(len(number) for number in digits) if any(number[0] == "0" for number in digits) else 0
    return f"{prefix}{max(map(int, digits)) + 1:0{width}d}"


def row_of(question: Question) -> dict[str, Any]:
    """The question as a row of our layout, keys in the documented order."""
    return {
        "id": question.id,
        "split": question.split,
        "kind": question.kind,
        "question": question.text,
        "as_of": question.stated_time,
        "answers": list(question.answers),
        "need": question.need,
        "gold": [_gold_row(gold) for gold in question.gold],
    }


def _gold_row(gold: Gold) -> dict[str, Any]:
    row = {
        "document": gold.document,
        "sha256": gold.sha256,
        "start": gold.start,
        "end": gold.end,
        "quote": gold.quote or None,
        "page": gold.page,
    }
    return {name: value for name, value in row.items() if value is not None}


def dump(question: Question) -> str:
    """The question as one line."""
    return json_text(row_of(question))


def replace_file(file: Path, lines: Iterable[str]) -> None:
    """Write lines, durably and in one step: whoever reads meanwhile sees the old file or the new one.

    Raises InvalidInput where that cannot be.
    """
    fresh = file.with_name(f".{file.name}.new")
    try:
        with fresh.open("w", encoding="utf-8", newline="\n") as stream:
            stream.writelines(f"{line}\n" for line in lines)
            stream.flush()
            os.fsync(stream.fileno())
        fresh.replace(file)
    except OSError as error:
        raise unwritable(file, error) from error


def keep_question(
    library: Path,
    book: Documents,
    question: str,
    place: tuple[str, int, int] | None,
    *,
    answer: str = "",
    as_of: date | None = None,
) -> str:
    """Make a question of the page a test question in the library's own set; a sentence says what was done.

    `place` is the document id, start and end of the quote that answers; None says that no document answers it.
    """
    text = understand(question).text
    gold = (gold_at(book, *place),) if place else ()
    kind = kind_of(text, as_of) if place else "unanswerable-near"
    answers = (answer,) if answer and place else ()
    file = own_set(library)
    written = add_question(
        file, Question("", text, kind=kind, split="dev", as_of=as_of, answers=answers, gold=gold)
    )
    said = {
        Change.QUESTION: "Kept as test question {}",
        Change.PLACE: "Added as another place that answers test question {}",
        Change.NOTHING: "This is test question {} already",
    }[written.change]
    return f"{said.format(written.id)}. Measure with: sourcebook eval {file} --library {library}"
