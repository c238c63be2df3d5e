"""Reads a BEIR folder: corpus.jsonl, queries.jsonl, qrels/*.tsv, our answers.jsonl, unanswerable.jsonl.

The name of a judgment file is the split of the questions it judges. A judgment of 0 or less is the same as
none, as in trec_eval, and a question without a positive judgment is left out. Unanswerable questions belong
to no judgment file; they take the split of the only one there is, else none.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from corpus.errors import InvalidInput
from eval.fields import Row, read_rows
from eval.questions import Gold, Question, QuestionSet, Record, numbered_lines

Judgments = dict[str, dict[str, int]]
"""Question id -> record id -> grade."""


def load(folder: Path) -> QuestionSet:
    """Read the folder; InvalidInput for a missing file, a broken row, or a judgment of an unknown id."""
    for name in ("corpus.jsonl", "queries.jsonl"):
        if not (folder / name).is_file():
            raise InvalidInput(
                f"{folder} is no BEIR folder: it has no {name}; needed are corpus.jsonl, queries.jsonl and "
                "qrels/*.tsv, or for TREC a file of topics and files of qrels"
            )
    collection = tuple(record_of(row) for row in read_rows(folder / "corpus.jsonl"))
    texts = {row.text("_id"): row.text("text") for row in read_rows(folder / "queries.jsonl")}
    answers = _answers(folder / "answers.jsonl", {record.id: record for record in collection})
    known = {record.id for record in collection}
    questions: list[Question] = []
    files = sorted((folder / "qrels").glob("*.tsv"))
    if not files:
        raise InvalidInput(f"{folder} has no judgments: no file matches qrels/*.tsv")
    for file in files:
        judgments = _judgments(file, texts, known)
        questions += [
            _question(
                question_id, texts[question_id], file.stem, judgments[question_id], answers.get(question_id)
            )
            for question_id in texts
            if question_id in judgments
        ]
    split = files[0].stem if len(files) == 1 else ""
    questions += _unanswerable(folder / "unanswerable.jsonl", split)
    return QuestionSet(folder.resolve().name, tuple(questions), collection, judged_documents=True)


def record_of(row: Row) -> Record:
    """Make a row of corpus.jsonl a record."""
    return Record(row.text("_id"), row.text("title", ""), row.text("text", ""))


def _judgments(file: Path, questions: dict[str, str], records: set[str]) -> Judgments:
    judgments: Judgments = {}
    for number, line in numbered_lines(file):
        cells = line.rstrip("\r\n").split("\t")
        if number == 1 and cells[0] == "query-id":
            continue
        if len(cells) != 3:
            raise InvalidInput(
                f"{file}:{number}: a judgment has 3 cells (query-id, corpus-id, score), not {len(cells)}"
            )
        question, record, grade = cells
        try:
            value = int(grade)
        except ValueError as error:
            raise InvalidInput(f"{file}:{number}:score: must be a whole number, not {grade!r}") from error
        if question not in questions:
            raise InvalidInput(f"{file}:{number}:query-id: {question!r} is not in queries.jsonl")
        if record not in records:
            raise InvalidInput(f"{file}:{number}:corpus-id: {record!r} is not in corpus.jsonl")
        if value > 0:
            judgments.setdefault(question, {})[record] = value
    return judgments


def _answers(
    path: Path, collection: dict[str, Record]
) -> dict[str, tuple[tuple[str, ...], tuple[Gold, ...]]]:
    """Map question ids to accepted answers and, where a row has spans, to the places where they stand."""
    if not path.is_file():
        return {}
    found = {}
    for row in read_rows(path):
        found[row.text("_id")] = (row.texts("answers"), _spans(row, collection) if row.items("spans") else ())
    return found


def _spans(row: Row, collection: dict[str, Record]) -> tuple[Gold, ...]:
    document = row.text("doc")
    if document not in collection:
        raise row.error("doc", f"{document!r} is not in corpus.jsonl")
    text = collection[document].text
    spans: dict[tuple[int, int], Gold] = {}
    for position, span in enumerate(row.items("spans")):
        match span:
            case [int(start), str(quote)] if quote and text.startswith(quote, start):
                spans[start, start + len(quote)] = Gold(document, start, start + len(quote), quote)
            case _:
                raise row.error(f"spans[{position}]", f"must be [offset, text] as it stands in {document!r}")
    return tuple(spans.values())


def _question(
    question_id: str,
    text: str,
    split: str,
    judgments: dict[str, int],
    answers: tuple[tuple[str, ...], tuple[Gold, ...]] | None,
) -> Question:
    accepted, spans = answers or ((), ())
    places = [replace(span, grade=judgments[span.document]) for span in spans if span.document in judgments]
    spanned = {place.document for place in places}
    places += [Gold(record, grade=grade) for record, grade in judgments.items() if record not in spanned]
    return Question(question_id, text, split=split, answers=accepted, gold=tuple(places))


def _unanswerable(path: Path, split: str) -> list[Question]:
    if not path.is_file():
        return []
    return [
        Question(row.text("_id"), row.text("text"), kind="unanswerable", split=split)
        for row in read_rows(path)
    ]
