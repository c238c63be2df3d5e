"""Asks a question set of a library and gives the places that came back, judged; scores and averages are made elsewhere."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache, partial

from corpus.errors import InvalidInput
from eval.book import Book, Documents, Searchable
from eval.judge import Level, Shown, first_ranks, judge, same_document
from eval.metrics import CUTOFFS
from eval.questions import Question, QuestionSet
from eval.results import Decision, QuestionRow, Result
from eval.scoring import score
from eval.summary import Group, summarise
from qa.narrowing import with_as_of
from qa.types import Answer, Citation, Hit, Method, TextSlice

Progress = Callable[[int, int], None]
"""Called with the questions done and their total."""

DEPTH = 100
"""Passages that a search is asked for; enough for ten different documents unless one fills the whole list."""
_RANKED = max(CUTOFFS)


@dataclass(frozen=True, slots=True)
class Run:
    """One pass of a question set: its rows in the set's order, and the averages over all and over each kind.

    `method` is the search that was measured, or None where the whole engine answered; `level` is how exactly a
    result must hit a gold place; `limit` the number of places that were asked for.
    """

    set_name: str
    method: Method | None
    level: Level
    limit: int
    rows: tuple[QuestionRow, ...]
    overall: Group
    kinds: tuple[Group, ...]

    @property
    def name(self) -> str:
        """What was measured: the method's name, or "answers"."""
        return str(self.method or ANSWERS)


ANSWERS = "answers"
"""The name of the run in which the whole engine answers."""
OnRow = Callable[[str, QuestionRow], None]
"""Called with the run's name and each row as soon as it is scored."""


def make_run(
    set_name: str, method: Method | None, level: Level, limit: int, rows: Iterable[QuestionRow]
) -> Run:
    """Put the averages beside the rows."""
    kept = tuple(rows)
    overall, kinds = summarise(kept)
    return Run(set_name, method, level, limit, kept, overall, kinds)


def evaluate(
    book: Book,
    question_set: QuestionSet,
    *,
    limit: int = 10,
    split: str | None = None,
    kinds: Sequence[str] | None = None,
    at_once: int = 1,
    progress: Progress | None = None,
    on_row: OnRow | None = None,
) -> Run:
    """Ask every question and judge the citations of the answers.

    A result is right if its passage overlaps a gold place, or, where the set judges whole documents, by its
    document. "quote@k" asks that the quote overlaps one; it is left out for questions without gold spans.
    `at_once` questions are asked side by side, which changes the time that each takes and nothing else.
    Raises InvalidInput for a split or kinds without questions, and for a question that cannot be asked.
    """
    chosen = question_set.select(split, tuple(kinds) if kinds is not None else None)
    exact_paths, level = bool(chosen.collection), _level(chosen)
    texts = _Texts(book)

    def row(question: Question) -> QuestionRow:
        answer, milliseconds = _ask(book, question, limit)
        return _answer_row(question, answer, texts, level, milliseconds, exact_paths=exact_paths)

    rows = _each(chosen.questions, row, ANSWERS, at_once, progress, on_row)
    return make_run(chosen.name, None, level, limit, rows)


def evaluate_retrieval(
    book: Searchable,
    question_set: QuestionSet,
    *,
    methods: Sequence[Method] = (Method.DENSE, Method.LEXICAL, Method.FUSED),
    split: str | None = None,
    kinds: Sequence[str] | None = None,
    at_once: int = 1,
    progress: Progress | None = None,
    on_row: OnRow | None = None,
) -> tuple[Run, ...]:
    """Search for every question that has gold places, once with each method, without evidence or a decision.

    Hits are ranked as they come; where the set judges whole documents, a document stands at its best passage.
    Raises InvalidInput as `evaluate` does, and where no question has gold places.
    """
    chosen = question_set.select(split, tuple(kinds) if kinds is not None else None)
    questions = tuple(question for question in chosen.questions if question.gold)
    if not questions:
        raise InvalidInput(f"{chosen.name} has no question with gold places, so a search cannot be judged")
    searcher = _Searcher(book, chosen)
    runs = []
    for number, method in enumerate(methods):
        part = _part(progress, number * len(questions), len(methods) * len(questions))
        rows = _each(questions, partial(searcher.row, method), str(method), at_once, part, on_row)
        runs.append(make_run(chosen.name, method, searcher.level, _RANKED, rows))
    return tuple(runs)


def missing_documents(book: Documents, question_set: QuestionSet) -> tuple[list[str], int]:
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


def _level(question_set: QuestionSet) -> Level:
    return Level.DOCUMENT if question_set.judged_documents else Level.PASSAGE


def _each(
    questions: Sequence[Question],
    row_of: Callable[[Question], QuestionRow],
    name: str,
    at_once: int,
    progress: Progress | None,
    on_row: OnRow | None,
) -> Iterator[QuestionRow]:
    """The rows in the order of the questions, however many are asked side by side."""
    with ThreadPoolExecutor(at_once) as threads:
        rows = iter(map(row_of, questions) if at_once == 1 else threads.map(row_of, questions))
        try:
            for done in range(len(questions)):
                if progress is not None:
                    progress(done, len(questions))
                row = next(rows)
                if on_row is not None:
                    on_row(name, row)
                yield row
        finally:
            threads.shutdown(cancel_futures=True)
    if progress is not None:
        progress(len(questions), len(questions))


def _part(progress: Progress | None, before: int, total: int) -> Progress | None:
    """Progress of one piece as progress of the whole."""
    return None if progress is None else lambda done, _: progress(before + done, total)


class _Texts:
    """The texts of documents, the last used ones kept."""

    def __init__(self, book: Documents) -> None:
        self.of = lru_cache(maxsize=256)(lambda document_id: book.document(document_id).text)


def _ask(book: Book, question: Question, limit: int) -> tuple[Answer, float]:
    started = time.perf_counter()
    try:
        answer = book.ask(
            question.text,
            limit=limit,
            as_of=question.as_of,
            filters=question.filters,
            about=question.about,
            question_id=question.id,
        )
    except InvalidInput as error:
        raise InvalidInput(f"question {question.id!r} cannot be asked: {error}") from error
    return answer, (time.perf_counter() - started) * 1000


def _answer_row(
    question: Question, answer: Answer, texts: _Texts, level: Level, milliseconds: float, *, exact_paths: bool
) -> QuestionRow:
    decision = Decision(answer.answered, answer.confidence, answer.reason, answer.answer)
    citations = answer.citations or answer.nearest
    results = tuple(_result(citation, question, exact_paths=exact_paths) for citation in citations)
    found = first_ranks([result.judged for result in results], question, level)
    return QuestionRow(
        question=question,
        results=results,
        found=found,
        scores=score(question, results, level, decision),
        decision=decision,
        withheld=not answer.answered and any(result.judged.at(level) for result in results),
        valid=sum(_stands(citation, texts.of(citation.document_id)) for citation in citations),
        milliseconds=milliseconds,
    )


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


def _stands(citation: Citation, text: str) -> bool:
    """Whether quote, passage and answer span of a citation are slices of the document's text."""
    slices = [(citation.start, citation.end, citation.quote)]
    slices += [(s.start, s.end, s.text) for s in (citation.passage, citation.answer) if s is not None]
    return all(bool(words) and text[start:end] == words for start, end, words in slices)


class _Searcher:
    """Searches and judges the hits, as deep as the curves go."""

    def __init__(self, book: Searchable, question_set: QuestionSet) -> None:
        self._book = book
        self._texts = _Texts(book)
        self._paths = {record.id: record.path for record in book.documents()}
        self._exact_paths = bool(question_set.collection)
        self.level = _level(question_set)

    def row(self, method: Method, question: Question) -> QuestionRow:
        """Search for one question."""
        started = time.perf_counter()
        filters = with_as_of(question.filters, question.as_of)
        hits = self._book.search(question.text, limit=DEPTH, method=method, filters=filters)
        milliseconds = (time.perf_counter() - started) * 1000
        if self.level is Level.DOCUMENT:
            best: dict[str, Hit] = {}
            for hit in hits:
                best.setdefault(hit.passage.document_id, hit)
            hits = list(best.values())
        results = [self._result(rank, hit, question) for rank, hit in enumerate(hits, start=1)]
        found = first_ranks([result.judged for result in results], question, self.level)
        kept = tuple(results[:_RANKED])
        scores = score(question, kept, self.level, None)
        return QuestionRow(question, kept, found, scores, None, False, None, milliseconds)

    def _result(self, rank: int, hit: Hit, question: Question) -> Result:
        passage = hit.passage
        by_words = any(
            gold.start is None or gold.sha256 not in (None, passage.document_id) for gold in question.gold
        )
        text = ""
        if rank <= _RANKED or (by_words and self.level is not Level.DOCUMENT):
            text = self._texts.of(passage.document_id)[passage.start : passage.end]
        place = TextSlice(passage.start, passage.end, text)
        shown = Shown(passage.document_id, self._paths[passage.document_id], place)
        judged = judge(shown, question, exact_paths=self._exact_paths)
        return Result(rank, shown.document_id, shown.path, place, None, hit.score, judged)
