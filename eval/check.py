"""What is wrong or doubtful in a question set: lost gold places, repeats, given-away answers, uneven kinds."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import product

import numpy as np
from numpy.typing import NDArray

from corpus.records import DocumentRecord
from corpus.types import Document
from eval.book import Documents
from eval.judge import Shown, same_document, same_words
from eval.locate import locate
from eval.questions import Gold, Question, QuestionSet
from qa.question import understand
from qa.types import TextSlice

SIMILAR = 0.9
"""Cosine of two questions from which they are taken for the same, if they name the same things. In the sample set, pairs
above it differ in a number, a name, the day or what they ask for."""
COPIED = 8
"""So many words in a row taken from the gold place make a question a search for its own words."""
FEWEST = 6
"""With fewer questions than this no change can be significant at 0.05, even if all of them flip (McNemar, exact)."""
LEAST_UNANSWERABLE = 0.1
_BLOCK = 2048
_WORD = re.compile(r"\w+")

EncodeTexts = Callable[[Sequence[str]], NDArray[np.float32]]
"""Unit vectors of texts, shape (n, dimension)."""


class Check(StrEnum):
    """What was looked at."""

    GOLD = "gold places"
    ANSWERS = "answers"
    REPEATS = "repeated questions"
    GIVEN_AWAY = "answers given away"
    BALANCE = "balance of kinds"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to mend or to look at; `wrong` things make figures false, the others may be meant so."""

    check: Check
    wrong: bool
    questions: tuple[str, ...]
    sentence: str


def check_set(
    question_set: QuestionSet, book: Documents | None, encode: EncodeTexts | None = None
) -> list[Finding]:
    """Look at every question; without `book` gold places are not looked up, without `encode` repeats are found by words.

    A set that brings its own collection has had its places checked when it was loaded.
    """
    questions = question_set.questions
    findings: list[Finding] = []
    if book is not None and not question_set.collection:
        library = _Library(book)
        for question in questions:
            findings += library.lost(question)
    for question in questions:
        findings += _answers(question)
        findings += _given_away(question)
    findings += _repeats(questions, encode)
    findings += _balance(questions)
    order = {check: number for number, check in enumerate(Check)}
    return sorted(findings, key=lambda finding: (order[finding.check], not finding.wrong))


class _Library:
    """Gold places against the documents of a library."""

    def __init__(self, book: Documents) -> None:
        self._book = book
        self._records = book.documents()
        nothing = TextSlice(0, 0, "")
        self._held = [
            (record, Shown(record.id, path, nothing)) for record in self._records for path in record.paths
        ]

    def lost(self, question: Question) -> Iterator[Finding]:
        """What is wrong with the places of one question."""
        late = 0
        for number, gold in enumerate(question.gold):
            records = [record for record, shown in self._held if same_document(gold, shown)]
            problem = self._problem(gold, records)
            if problem:
                place = f" (gold[{number}])" if len(question.gold) > 1 else ""
                yield Finding(Check.GOLD, True, (question.id,), f"{problem}{place}")
            elif question.as_of and not any(_published_by(record, question) for record in records):
                late += 1
        if late and (question.need == "all" or late == len(question.gold)):
            said = (
                f"no document that answers is certainly published by {question.as_of}, so none may be quoted"
            )
            yield Finding(Check.GOLD, True, (question.id,), said)

    def _problem(self, gold: Gold, records: Sequence[DocumentRecord]) -> str:
        if not records:
            return f"{gold.document} is not in the library"
        documents = [self._book.document(record.id) for record in records]
        if gold.start is not None and gold.end is not None:
            return _moved(gold, documents)
        if gold.quote:
            return _unquoted(gold, documents)
        return ""


def _moved(gold: Gold, documents: Sequence[Document]) -> str:
    """What is wrong with a place that has offsets; nothing if one of the documents has it there."""
    exact = [document for document in documents if gold.sha256 in (None, document.id)]
    if any(_stands(gold, document) for document in exact):
        return ""
    if not gold.quote:
        return f"{gold.document} has changed since the place was marked (it has another SHA-256)"
    for document in documents:
        place = _find(gold.quote, document.text)
        if place:
            return f"{gold.document} has changed: the words now stand from {place[0]} to {place[1]} of {document.id[:12]}"
    return f"{gold.document} no longer holds the words {_short(gold.quote)!r}"


def _stands(gold: Gold, document: Document) -> bool:
    if gold.end is None or gold.end > len(document.text):
        return False
    return not gold.quote or document.text[gold.start : gold.end] == gold.quote


def _find(quote: str, text: str) -> tuple[int, int] | None:
    start = text.find(quote)
    if start >= 0:
        return start, start + len(quote)
    try:
        span = locate(text, quote)
    except ValueError:
        return None
    return span.start, span.end


def _unquoted(gold: Gold, documents: Sequence[Document]) -> str:
    for document in documents:
        texts = [document.text]
        if gold.page is not None:
            stretches = [page for page in document.pages if page.number == gold.page]
            texts = ["".join(document.text[page.start : page.end] for page in stretches)]
        if any(same_words(gold.quote, text) for text in texts):
            return ""
    where = f"{gold.document} page {gold.page}" if gold.page is not None else gold.document
    return f"{where} does not hold the words {_short(gold.quote)!r}"


def _published_by(record: DocumentRecord, question: Question) -> bool:
    published = record.metadata.published
    return published is not None and question.as_of is not None and published.date.last <= question.as_of


def _answers(question: Question) -> Iterator[Finding]:
    """An accepted answer should stand in a gold place, or it can never be matched there."""
    quotes = [gold.quote for gold in question.gold if gold.quote]
    if question.need == "all" or not question.answers or len(quotes) < len(question.gold) or not quotes:
        return
    if not any(_holds(_words(quote), _words(a)) for a, quote in product(question.answers, quotes)):
        answers = " or ".join(repr(answer) for answer in question.answers[:3])
        yield Finding(Check.ANSWERS, False, (question.id,), f"{answers} stands in none of its gold places")


def _given_away(question: Question) -> Iterator[Finding]:
    words = _words(question.text)
    for answer in question.answers:
        if _holds(words, _words(answer)):
            said = f"the answer {answer!r} stands in the question: {_short(question.text)!r}"
            yield Finding(Check.GIVEN_AWAY, True, (question.id,), said)
            return
    longest = max((_longest_run(words, _words(gold.quote)) for gold in question.gold), default=0)
    if longest >= COPIED:
        said = f"{longest} words in a row are those of its gold place: {_short(question.text)!r}"
        yield Finding(Check.GIVEN_AWAY, False, (question.id,), said)


def _repeats(questions: Sequence[Question], encode: EncodeTexts | None) -> Iterator[Finding]:
    if len(questions) < 2:
        return
    for first, second in sorted(_same_words(questions) | _similar(questions, encode)):
        one, other = questions[first], questions[second]
        wrong = one.answerable != other.answerable
        said = f"ask the same: {_short(one.text)!r} and {_short(other.text)!r}"
        if wrong:
            said += ", but one has an answer and the other has none"
        elif one.split != other.split:
            said += f", one in {one.split or 'no split'} and one in {other.split or 'no split'}"
        yield Finding(Check.REPEATS, wrong, (one.id, other.id), said)


def _same_words(questions: Sequence[Question]) -> set[tuple[int, int]]:
    met: dict[object, int] = {}
    pairs = set()
    for number, question in enumerate(questions):
        key = (tuple(_words(question.text)), question.stated_time, question.filters)
        if key in met:
            pairs.add((met[key], number))
        met.setdefault(key, number)
    return pairs


def _similar(questions: Sequence[Question], encode: EncodeTexts | None) -> set[tuple[int, int]]:
    if encode is None:
        return set()
    vectors = encode([question.text for question in questions])
    pairs = set()
    for start in range(0, len(questions), _BLOCK):
        cosines = vectors[start : start + _BLOCK] @ vectors.T
        for row, column in np.argwhere(cosines >= SIMILAR):
            first, second = start + int(row), int(column)
            if first < second and _ask_the_same(questions[first], questions[second]):
                pairs.add((first, second))
    return pairs


def _ask_the_same(one: Question, other: Question) -> bool:
    """Questions that lie near each other are the same only if neither names what the other does not."""
    if (one.stated_time, one.filters) != (other.stated_time, other.filters):
        return False
    ours, theirs = understand(one.text), understand(other.text)
    if ours.answer_type is not theirs.answer_type or set(ours.numbers) != set(theirs.numbers):
        return False
    names = [{name.casefold() for name in understood.names} for understood in (ours, theirs)]
    return names[0] <= names[1] or names[1] <= names[0]


def _balance(questions: Sequence[Question]) -> Iterator[Finding]:
    total = len(questions)
    unanswerable = sum(not question.answerable for question in questions)
    if unanswerable < LEAST_UNANSWERABLE * total:
        said = (
            f"{unanswerable} of {total} questions are unanswerable: whether the program declines rightly "
            f"cannot be told from fewer than {LEAST_UNANSWERABLE:.0%}"
        )
        yield Finding(Check.BALANCE, False, (), said)
    kinds = Counter(question.kind or "no kind" for question in questions)
    for kind, count in kinds.items():
        if len(kinds) > 1 and count > total / 2:
            said = f"{count} of {total} questions are of the kind {kind!r}: the average is nearly its own"
            yield Finding(Check.BALANCE, False, (), said)
        if count < FEWEST:
            said = f"{kind!r} has {count}: no change of its figure can be told from chance with fewer than {FEWEST}"
            yield Finding(Check.BALANCE, False, (), said)
    yield from _split_balance(questions, kinds)
    yield from _document_balance(questions)


def _split_balance(questions: Sequence[Question], kinds: Counter[str]) -> Iterator[Finding]:
    splits = {question.split for question in questions}
    if len(splits) < 2:
        return
    by_split = Counter((question.split, question.kind or "no kind") for question in questions)
    for kind, count in kinds.items():
        missing = sorted(split or "no split" for split in splits if not by_split[split, kind])
        if missing and count >= len(splits):
            said = f"{kind!r} has no question in {', '.join(missing)}"
            yield Finding(Check.BALANCE, False, (), said)


def _document_balance(questions: Sequence[Question]) -> Iterator[Finding]:
    answerable = [question for question in questions if question.gold]
    documents = Counter(name for question in answerable for name in {gold.document for gold in question.gold})
    if len(answerable) < 2 * FEWEST or len(documents) < 2:
        return
    name, count = documents.most_common(1)[0]
    if count > len(answerable) / 2:
        said = f"{count} of {len(answerable)} answerable questions are answered by one document, {name}"
        yield Finding(Check.BALANCE, False, (), said)


def _words(text: str) -> list[str]:
    return _WORD.findall(text.casefold())


def _holds(words: Sequence[str], run: Sequence[str]) -> bool:
    size = len(run)
    return size > 0 and any(words[i : i + size] == run for i in range(len(words) - size + 1))


def _longest_run(ours: Sequence[str], theirs: Sequence[str]) -> int:
    """The most words in a row that both have."""
    best, row = 0, [0] * (len(theirs) + 1)
    for word in ours:
        row = [0, *(row[i] + 1 if word == other else 0 for i, other in enumerate(theirs))]
        best = max(best, *row)
    return best


def _short(text: str, limit: int = 70) -> str:
    text = " ".join(text.split())
    return text if len(text) <= limit else text[: limit - 1] + "…"
