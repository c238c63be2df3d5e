"""Reads SQuAD 1.1 and 2.0 files: a paragraph becomes a record, an answer a gold span."""

from __future__ import annotations

import json
from pathlib import Path

from corpus.errors import InvalidInput
from eval.fields import Row
from eval.questions import Gold, Question, QuestionSet, Record


def load(path: Path) -> QuestionSet:
    """Read the file; raises InvalidInput that names the article, paragraph and question of a broken field."""
    try:
        value = json.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise InvalidInput(f"cannot read {path}: {error.strerror}") from error
    except (ValueError, RecursionError) as error:
        raise InvalidInput(f"{path} is not JSON: {error}") from error
    if not isinstance(value, dict) or "data" not in value:
        raise InvalidInput(f'{path} is no SQuAD file: it must be a JSON object with a list "data"')
    collection: list[Record] = []
    questions: list[Question] = []
    for number, article in enumerate(Row(str(path), value).rows("data")):
        title = article.text("title", "").replace("_", " ")
        for position, paragraph in enumerate(article.rows("paragraphs")):
            record = Record(f"{number:03d}-{position:03d}", title, paragraph.text("context"))
            collection.append(record)
            questions += [_question(row, record) for row in paragraph.rows("qas")]
    return QuestionSet(path.stem, tuple(questions), tuple(collection), judged_documents=True)


def _question(row: Row, record: Record) -> Question:
    impossible = row.values.get("is_impossible", False)
    if not isinstance(impossible, bool):
        raise row.error("is_impossible", f"must be true or false, not {impossible!r}")
    answers = [] if impossible else row.rows("answers")
    if not impossible and not answers:
        raise row.error("answers", "is empty, but the question is not marked is_impossible")
    places: dict[tuple[int, int], Gold] = {}
    for answer in answers:
        text, start = answer.text("text"), answer.whole("answer_start")
        if start is None or not record.text.startswith(text, start):
            raise answer.error("answer_start", f"{text!r} does not stand at {start} of the context")
        places[start, start + len(text)] = Gold(record.id, start, start + len(text), text)
    return Question(
        id=row.text("id"),
        text=row.text("question"),
        kind="unanswerable" if impossible else "",
        answers=tuple(dict.fromkeys(place.quote for place in places.values())),
        gold=tuple(places.values()),
    )
