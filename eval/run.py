"""Runs a question set on a library and keeps a row for every question; averages are made from the rows alone."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from corpus.errors import InvalidInput
from corpus.records import DocumentRecord
from corpus.types import Document, Filters
from eval.judge import Level, Shown, as_ranking, documents_as_ranking, judge, same_document
from eval.metrics import CUTOFFS, answer_contained, answer_exact, answer_f1, ranking_scores
from eval.questions import Question, QuestionSet
from eval.results import Decision, QuestionRow, Result
from eval.summary import Group, summarise
from qa.engine import with_as_of
from qa.types import Answer, Citation, Hit, Method, TextSlice

Progress = Callable[[int, int], None]
"""Called with the questions done and their total."""

DEPTH = 100
"""Passages that a search is asked for; enough for ten different documents unless one fills the whole list."""
_RANKED = max(CUTOFFS)


class Book(Protocol):
    """What is measured: `qa.engine.Sourcebook`, or a stand-in whose answers are known."""

    def ask(
        self,
        question: str,
        *,
        limit: int = 10,
        as_of: date | None = None,
        filters: Filters | None = None,
        question_id: str = "",
    ) -> Answer:
        """Answer one question."""
        ...

    def search(
        self, question: str, *, limit: int = 10, method: Method = Method.FUSED, filters: Filters | None = None
    ) -> list[Hit]:
        """Give the best passages."""
        ...

    def documents(self) -> list[DocumentRecord]:
        """List the documents."""
        ...

    def document(self, document_id: str) -> Document:
        """Give one document."""
        ...


@dataclass(frozen=True, slots=True)
class Run:
    """One pass of a question set: its rows in the set's order, and the averages over all and over each kind.

    `method` is the search that was measured, or None where the whole engine answered.
    """

    set_name: str
    method: Method | None
    limit: int
    rows: tuple[QuestionRow, ...]
    overall: Group
    kinds: tuple[Group, ...]


@dataclass(frozen=True, slots=True)
class _Asked:
    """What came back for one question, not yet scored."""

    question: Question
    results: tuple[Result, ...]
    decision: Decision | None
    milliseconds: float


def evaluate(
    book: Book,
    question_set: QuestionSet,
    *,
    limit: int = 10,
    split: str | None = None,
    kinds: Sequence[str] | None = None,
    progress: Progress | None = None,
) -> Run:
    """Ask every question and judge the citations of the answers.

    A result is right if its passage overlaps a gold place, or, where the set judges whole documents, by its
    document. "quote@k" asks that the quote overlaps one; it is left out for questions without gold spans.
    Raises InvalidInput for a split or kinds without questions, and for a question that cannot be asked.
    """
    chosen = question_set.select(split, tuple(kinds) if kinds is not None else None)
    asked = []
    for done, question in enumerate(chosen.questions):
        _tell(progress, done, chosen)
        asked.append(_ask(book, question, limit, exact_paths=bool(chosen.collection)))
    _tell(progress, len(chosen.questions), chosen)
    return _run(chosen, asked, None, limit)


def evaluate_retrieval(
    book: Book,
    question_set: QuestionSet,
    *,
    methods: Sequence[Method] = (Method.DENSE, Method.LEXICAL, Method.FUSED),
    split: str | None = None,
    kinds: Sequence[str] | None = None,
    progress: Progress | None = None,
) -> tuple[Run, ...]:
    """Search for every question that has gold places, once with each method, without evidence or a decision.

    Hits are ranked as they come; where the set judges whole documents, a document stands at its best passage.
    Raises InvalidInput as `evaluate` does, and where no question has gold places.
    """
    chosen = question_set.select(split, tuple(kinds) if kinds is not None else None)
    questions = tuple(question for question in chosen.questions if question.gold)
    if not questions:
        raise InvalidInput(f"{chosen.name} has no question with gold places, so a search cannot be judged")
    paths = {record.id: record.path for record in book.documents()}
    runs = []
    for number, method in enumerate(methods):
        asked = []
        for done, question in enumerate(questions):
            if progress is not None:
                progress(number * len(questions) + done, len(methods) * len(questions))
            asked.append(_search(book, question, method, paths, chosen))
        runs.append(_run(chosen, asked, method, _RANKED))
    if progress is not None:
        progress(len(methods) * len(questions), len(methods) * len(questions))
    return tuple(runs)


def missing_documents(book: Book, question_set: QuestionSet) -> tuple[list[str], int]:
    """List the gold documents that the library does not hold, and count all gold documents."""
    gold = {place.document: place for question in question_set.questions for place in question.gold}
    records = book.documents()
    if question_set.collection:
        paths = {path for record in records for path in record.paths}
        return [document for document in gold if document not in paths], len(gold)
    nothing = TextSlice(0, 0, "")
    held = [Shown(record.id, path, nothing) for record in records for path in record.paths]
    missing = [name for name, place in gold.items() if not any(same_document(place, one) for one in held)]
    return missing, len(gold)


def _tell(progress: Progress | None, done: int, question_set: QuestionSet) -> None:
    if progress is not None:
        progress(done, len(question_set.questions))


def _ask(book: Book, question: Question, limit: int, *, exact_paths: bool) -> _Asked:
    started = time.perf_counter()
    try:
        answer = book.ask(
            question.text,
            limit=limit,
            as_of=question.as_of,
            filters=question.filters,
            question_id=question.id,
        )
    except InvalidInput as error:
        raise InvalidInput(f"question {question.id!r} cannot be asked: {error}") from error
    milliseconds = (time.perf_counter() - started) * 1000
    results = tuple(
        _result(citation, question, exact_paths=exact_paths)
        for citation in answer.citations or answer.nearest
    )
    return _Asked(question, results, _decision(answer), milliseconds)


def _decision(answer: Answer) -> Decision:
    return Decision(answer.answered, answer.confidence, answer.reason, answer.answer)


def _result(citation: Citation, question: Question, *, exact_paths: bool) -> Result:
    shown = Shown.of(citation)
    return Result(
        rank=citation.rank,
        document_id=shown.document_id,
        path=shown.path,
        passage=shown.passage,
        quote=shown.quote,
        score=citation.score,
        judged=judge(shown, question, exact_paths=exact_paths),
    )


def _search(
    book: Book, question: Question, method: Method, paths: Mapping[str, str], question_set: QuestionSet
) -> _Asked:
    started = time.perf_counter()
    filters = with_as_of(question.filters, question.as_of)
    hits = book.search(question.text, limit=DEPTH, method=method, filters=filters)
    milliseconds = (time.perf_counter() - started) * 1000
    results: list[Result] = []
    seen: set[str] = set()
    for hit in hits:
        passage = hit.passage
        if len(results) == _RANKED:
            break
        if question_set.judged_documents and passage.document_id in seen:
            continue
        seen.add(passage.document_id)
        text = book.document(passage.document_id).text[passage.start : passage.end]
        place = TextSlice(passage.start, passage.end, text)
        shown = Shown(passage.document_id, paths[passage.document_id], place)
        judged = judge(shown, question, exact_paths=bool(question_set.collection))
        results.append(
            Result(len(results) + 1, shown.document_id, shown.path, place, None, hit.score, judged)
        )
    return _Asked(question, tuple(results), None, milliseconds)


def _run(question_set: QuestionSet, asked: Sequence[_Asked], method: Method | None, limit: int) -> Run:
    counted = [one for one in asked if one.question.gold]
    level = Level.DOCUMENT if question_set.judged_documents else Level.PASSAGE
    found = _ranking_scores(counted, level)
    quotes = _ranking_scores([one for one in counted if _has_spans(one.question)], Level.QUOTE)
    rows = []
    for one in asked:
        scores: dict[str, float] = {}
        if one.question.id in found:
            scores |= _chosen(found[one.question.id], one.question)
        if one.question.id in quotes and method is None:
            scores |= _quote_scores(quotes[one.question.id], one.question)
        scores |= _answer_scores(one)
        withheld = one.decision is not None and not one.decision.answered
        withheld &= any(result.judged.at(level) for result in one.results)
        rows.append(QuestionRow(one.question, one.results, scores, one.decision, withheld, one.milliseconds))
    overall, kinds = summarise(rows)
    return Run(question_set.name, method, limit, tuple(rows), overall, kinds)


def _has_spans(question: Question) -> bool:
    return all(gold.precise for gold in question.gold)


def _counted(one: _Asked) -> tuple[Result, ...]:
    """Leave out the nearest places of a declined question: they were not given as an answer."""
    return () if one.decision is not None and not one.decision.answered else one.results


def _ranking_scores(asked: Iterable[_Asked], level: Level) -> dict[str, dict[str, float]]:
    rankings: dict[str, list[str]] = {}
    judgments: dict[str, dict[str, int]] = {}
    for one in asked:
        results = _counted(one)
        if level is Level.DOCUMENT:
            documents = [(result.document_id, result.judged.document) for result in results]
            ranking, grades = documents_as_ranking(documents, one.question)
        else:
            ranking, grades = as_ranking([result.judged for result in results], one.question, level)
        rankings[one.question.id], judgments[one.question.id] = ranking, grades
    return ranking_scores(rankings, judgments)


def _chosen(scores: Mapping[str, float], question: Question) -> dict[str, float]:
    success = {f"success@{k}": _success(scores, k, question) for k in CUTOFFS}
    return success | {"MRR@10": scores["MRR@10"], "nDCG@10": scores["nDCG@10"]}


def _quote_scores(scores: Mapping[str, float], question: Question) -> dict[str, float]:
    return {f"quote@{k}": _success(scores, k, question) for k in CUTOFFS}


def _success(scores: Mapping[str, float], k: int, question: Question) -> float:
    """Success at k: any gold place among the first k, or every one of them where the question needs all."""
    return float(scores[f"recall@{k}"] == 1.0) if question.need == "all" else scores[f"success@{k}"]


def _answer_scores(one: _Asked) -> dict[str, float]:
    """Compare the short answer, or the first quote where none was given, with the accepted answers."""
    if one.decision is None or not one.question.answers:
        return {}
    results = _counted(one)
    quote = results[0].quote.text if results and results[0].quote else ""
    given = (one.decision.answer or quote) if one.decision.answered else ""
    accepted = one.question.answers
    return {
        "answer match": answer_contained(given, accepted),
        "answer exact": answer_exact(given, accepted),
        "answer F1": answer_f1(given, accepted),
        "answer in quote@1": answer_contained(quote, accepted),
    }
