"""Reads TREC folders: a file of topics, files of judgments (qrels), and corpus.jsonl where the documents come along.

Topics are the classic tagged form (<top>, <num>, <title>, <desc>), the XML of later tracks (<topic number="1">, <query>,
<question>), or lines of "id TAB text". A topic's question is its <question>, else its <query> or <title>, else its <desc>.
A judgment line is "topic iteration document grade"; a grade of 0 or less is the same as none, as in trec_eval, and a topic
without a positive judgment is left out. "qrels.dev.txt" judges the split "dev", "qrels.txt" no split.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from pathlib import Path

from corpus.errors import InvalidInput
from eval.beir import record_of
from eval.fields import read_rows
from eval.questions import Gold, Question, QuestionSet, numbered_lines

_TOPIC = re.compile(r"<(top|topic)\b([^>]*)>(.*?)</\1\s*>", re.DOTALL | re.IGNORECASE)
_NUMBER = re.compile(r"""\bnumber\s*=\s*["']?\s*([^"'\s>]+)""", re.IGNORECASE)
_FIELD = re.compile(
    r"<(num|title|query|question|desc|description|narr|narrative)\b[^>]*>(.*?)(?=<|\Z)",
    re.DOTALL | re.IGNORECASE,
)
_LABEL = re.compile(r"\s*(?:number|topic|title|description)\s*:", re.IGNORECASE)
_ASKED = ("question", "query", "title", "desc", "description")
_SUFFIXES = frozenset({"txt", "trec", "tsv", "qrels", "qrel", "topics"})


def is_layout(folder: Path) -> bool:
    """Whether the folder looks like TREC: a file named after topics and one named after qrels."""
    return bool(_named(folder, "topics") and _named(folder, "qrels"))


def load(folder: Path) -> QuestionSet:
    """Read the folder; InvalidInput for a missing file, a broken line, or a judgment of an unknown id."""
    files = _named(folder, "topics")
    if len(files) != 1:
        raise InvalidInput(f"{folder} must hold one file of topics, not {len(files)}; move the others away")
    topics = _topics(files[0])
    corpus = folder / "corpus.jsonl"
    collection = tuple(record_of(row) for row in read_rows(corpus)) if corpus.is_file() else ()
    known = {one.id for one in collection}
    questions: list[Question] = []
    for file in _named(folder, "qrels"):
        judgments = _judgments(file, topics, known)
        questions += [
            Question(number, text, split=_split(file), gold=tuple(judgments[number]))
            for number, text in topics.items()
            if number in judgments
        ]
    return QuestionSet(folder.resolve().name, tuple(questions), collection, judged_documents=True)


def _named(folder: Path, word: str) -> list[Path]:
    return sorted(file for file in folder.iterdir() if word in file.name.lower() and file.is_file())


def _split(file: Path) -> str:
    parts = [part for part in re.split(r"[._-]", file.name.lower()) if part and part not in _SUFFIXES]
    return "-".join(parts)


def _topics(file: Path) -> dict[str, str]:
    text = "".join(f"{line.rstrip()}\n" for _, line in numbered_lines(file))
    topics: dict[str, str] = {}
    for place, number, question in _tagged(file, text) if "<top" in text.lower() else _lines(file):
        if not number or not question:
            raise InvalidInput(f"{place}: a topic needs a number and a question, title or description")
        if number in topics:
            raise InvalidInput(f"{place}: the topic {number!r} occurs twice")
        topics[number] = question
    if not topics:
        raise InvalidInput(f'{file} holds no topics: neither <top> ... </top> nor lines of "id TAB text"')
    return topics


def _tagged(file: Path, text: str) -> Iterator[tuple[str, str, str]]:
    for position, match in enumerate(_TOPIC.finditer(text), start=1):
        fields: dict[str, str] = {}
        for name, value in _FIELD.findall(match[3]):
            fields.setdefault(name.lower(), _clean(value))
        attribute = _NUMBER.search(match[2])
        number = attribute[1] if attribute else fields.get("num", "")
        question = next((fields[name] for name in _ASKED if fields.get(name)), "")
        yield f"{file}: topic {position}", number, question


def _lines(file: Path) -> Iterator[tuple[str, str, str]]:
    for number, line in numbered_lines(file):
        identifier, _, question = line.partition("\t")
        yield f"{file}:{number}", identifier.strip(), _clean(question)


def _clean(text: str) -> str:
    return " ".join(html.unescape(_LABEL.sub("", text, count=1)).split())


def _judgments(file: Path, topics: dict[str, str], records: set[str]) -> dict[str, list[Gold]]:
    judgments: dict[str, list[Gold]] = {}
    for number, line in numbered_lines(file):
        cells = line.split()
        if len(cells) != 4:
            raise InvalidInput(
                f"{file}:{number}: a judgment has 4 cells (topic, iteration, document, grade), not {len(cells)}"
            )
        topic, _, document, grade = cells
        try:
            value = int(grade)
        except ValueError as error:
            raise InvalidInput(f"{file}:{number}:grade: must be a whole number, not {grade!r}") from error
        if topic not in topics:
            raise InvalidInput(f"{file}:{number}:topic: {topic!r} is not among the topics")
        if records and document not in records:
            raise InvalidInput(f"{file}:{number}:document: {document!r} is not in corpus.jsonl")
        if value > 0:
            judgments.setdefault(topic, []).append(Gold(document, grade=value))
    return judgments
