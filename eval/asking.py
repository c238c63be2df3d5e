"""One question asked or searched for, and what came back judged: the work that goes on side by side."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import ClassVar, Generic, Protocol, TypeVar

from corpus.errors import InvalidInput
from eval.book import Book, Searchable
from eval.judge import Level, Shown, first_ranks, judge
from eval.metrics import CUTOFFS
from eval.questions import Question
from eval.results import Decision, QuestionRow, Result
from eval.scoring import score
from qa.narrowing import with_as_of
from qa.types import Answer, Citation, Hit, Method, TextSlice

DEPTH = 100
"""Passages that a search is asked for; enough for ten different documents unless one fills the whole list."""
RANKED = max(CUTOFFS)
"""Results of a search that are kept."""
ANSWERS = "answers"
"""The name of the run in which the whole engine answers."""


B_co = TypeVar("B_co", bound=Searchable, covariant=True)
B_contra = TypeVar("B_contra", bound=Searchable, contravariant=True)


class Desk(Generic[B_co]):
    """A book with what is looked up in it again and again."""

    def __init__(self, book: B_co) -> None:
        self.book = book
        self.text = lru_cache(maxsize=256)(lambda document_id: book.document(document_id).text)

    @cached_property
    def paths(self) -> dict[str, str]:
        """The paths of the documents, by id."""
        return {record.id: record.path for record in self.book.documents()}


class Task(Protocol[B_contra]):
    """What is done with each question of a run; it can be sent to another process."""

    @property
    def name(self) -> str:
        """The name of the run."""
        ...

    def row(self, desk: Desk[B_contra], question: Question) -> QuestionRow:
        """Do it for one question; raises InvalidInput for one that cannot be asked."""
        ...


class Crew(Protocol[B_co]):
    """Does a task for every question, for `size` of them side by side."""

    @property
    def size(self) -> int:
        """How many."""
        ...

    def rows(self, task: Task[B_co], questions: Sequence[Question]) -> Iterable[QuestionRow]:
        """Give the rows in the order of the questions, each as soon as it is there."""
        ...


class Alone(Generic[B_co]):
    """Asks one question after the other in this process."""

    size = 1

    def __init__(self, book: B_co) -> None:
        self._desk = Desk(book)

    def rows(self, task: Task[B_co], questions: Sequence[Question]) -> Iterable[QuestionRow]:
        """Give the rows in the order of the questions."""
        return (task.row(self._desk, question) for question in questions)


@dataclass(frozen=True, slots=True)
class Answering:
    """Asks the whole engine and judges the citations of its answer, `limit` at most."""

    limit: int
    level: Level
    exact_paths: bool
    name: ClassVar[str] = ANSWERS

    def row(self, desk: Desk[Book], question: Question) -> QuestionRow:
        """Ask one question."""
        answer, milliseconds = _ask(desk.book, question, self.limit)
        decision = Decision(answer.answered, answer.confidence, answer.reason, answer.answer)
        citations = answer.citations or answer.nearest
        results = tuple(self._result(citation, question) for citation in citations)
        return QuestionRow(
            question=question,
            results=results,
            found=first_ranks([result.judged for result in results], question, self.level),
            scores=score(question, results, self.level, decision),
            decision=decision,
            withheld=not answer.answered and any(result.judged.at(self.level) for result in results),
            valid=sum(_stands(citation, desk.text(citation.document_id)) for citation in citations),
            milliseconds=milliseconds,
        )

    def _result(self, citation: Citation, question: Question) -> Result:
        shown = Shown.of(citation)
        return Result(
            rank=citation.rank,
            document_id=shown.document_id,
            path=shown.path,
            passage=shown.passage,
            quote=shown.quote,
            score=citation.score,
            judged=judge(shown, question, exact_paths=self.exact_paths),
        )


@dataclass(frozen=True, slots=True)
class Searching:
    """Searches by one method and judges the hits, as deep as the curves go."""

    method: Method
    level: Level
    exact_paths: bool

    @property
    def name(self) -> str:
        """The method's name."""
        return str(self.method)

    def row(self, desk: Desk[Searchable], question: Question) -> QuestionRow:
        """Search for one question."""
        started = time.perf_counter()
        filters = with_as_of(question.filters, question.as_of)
        hits = desk.book.search(question.text, limit=DEPTH, method=self.method, filters=filters)
        milliseconds = (time.perf_counter() - started) * 1000
        if self.level is Level.DOCUMENT:
            best: dict[str, Hit] = {}
            for hit in hits:
                best.setdefault(hit.passage.document_id, hit)
            hits = list(best.values())
        results = [self._result(desk, rank, hit, question) for rank, hit in enumerate(hits, start=1)]
        found = first_ranks([result.judged for result in results], question, self.level)
        kept = tuple(results[:RANKED])
        scores = score(question, kept, self.level, None)
        return QuestionRow(question, kept, found, scores, None, False, None, milliseconds)

    def _result(self, desk: Desk[Searchable], rank: int, hit: Hit, question: Question) -> Result:
        passage = hit.passage
        by_words = any(
            gold.start is None or gold.sha256 not in (None, passage.document_id) for gold in question.gold
        )
        text = ""
        if rank <= RANKED or (by_words and self.level is not Level.DOCUMENT):
            text = desk.text(passage.document_id)[passage.start : passage.end]
        place = TextSlice(passage.start, passage.end, text)
        shown = Shown(passage.document_id, desk.paths[passage.document_id], place)
        judged = judge(shown, question, exact_paths=self.exact_paths)
        return Result(rank, shown.document_id, shown.path, place, None, hit.score, judged)


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


def _stands(citation: Citation, text: str) -> bool:
    """Whether quote, passage and answer span of a citation are slices of the document's text."""
    slices = [(citation.start, citation.end, citation.quote)]
    slices += [(s.start, s.end, s.text) for s in (citation.passage, citation.answer) if s is not None]
    return all(bool(words) and text[start:end] == words for start, end, words in slices)
