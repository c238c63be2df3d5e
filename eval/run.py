"""Asks a question set of a library and gives the places that came back, judged; scores and averages are made elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from corpus.errors import InvalidInput
from eval.asking import ANSWERS, RANKED, Alone, Answering, B_co, Crew, Searching, Task
from eval.book import Book, Documents, Searchable
from eval.judge import Level, Shown, same_document
from eval.questions import Question, QuestionSet
from eval.results import QuestionRow
from eval.summary import Group, summarise
from qa.types import Method, TextSlice

Progress = Callable[[int, int], None]
"""Called with the questions done and their total."""


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
    crew: Crew[Book] | None = None,
    progress: Progress | None = None,
    on_row: OnRow | None = None,
) -> Run:
    """Ask every question and judge the citations of the answers.

    A result is right if its passage overlaps a gold place, or, where the set judges whole documents, by its
    document. "quote@k" asks that the quote overlaps one; it is left out for questions without gold spans.
    The `crew` asks them, which changes the time that each takes and nothing else.
    Raises InvalidInput for a split or kinds without questions, and for a question that cannot be asked.
    """
    chosen = question_set.select(split, tuple(kinds) if kinds is not None else None)
    task = Answering(limit, _level(chosen), exact_paths=bool(chosen.collection))
    rows = _each(crew or Alone(book), task, chosen.questions, progress, on_row)
    return make_run(chosen.name, None, task.level, limit, rows)


def evaluate_retrieval(
    book: Searchable,
    question_set: QuestionSet,
    *,
    methods: Sequence[Method] = (Method.DENSE, Method.LEXICAL, Method.FUSED),
    split: str | None = None,
    kinds: Sequence[str] | None = None,
    crew: Crew[Searchable] | None = None,
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
    crew, level = crew or Alone(book), _level(chosen)
    runs = []
    for number, method in enumerate(methods):
        part = _part(progress, number * len(questions), len(methods) * len(questions))
        task = Searching(method, level, exact_paths=bool(chosen.collection))
        runs.append(make_run(chosen.name, method, level, RANKED, _each(crew, task, questions, part, on_row)))
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
    crew: Crew[B_co],
    task: Task[B_co],
    questions: Sequence[Question],
    progress: Progress | None,
    on_row: OnRow | None,
) -> Iterator[QuestionRow]:
    """The rows in the order of the questions, told as they come."""
    if progress is not None:
        progress(0, len(questions))
    for done, row in enumerate(crew.rows(task, questions), start=1):
        if on_row is not None:
            on_row(task.name, row)
        yield row
        if progress is not None:
            progress(done, len(questions))


def _part(progress: Progress | None, before: int, total: int) -> Progress | None:
    """Progress of one piece as progress of the whole."""
    return None if progress is None else lambda done, _: progress(before + done, total)
