"""The evaluation of the web page: runs, keeps and compares as the command `eval` does, in the page's own terms."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from corpus.errors import InvalidInput
from corpus.library import Library
from corpus.records import DocumentRecord
from corpus.types import Document
from eval.collections import sample_library
from eval.command import SAMPLE_SET
from eval.compare import compare
from eval.comparing import sentence
from eval.intervals import Estimate
from eval.pairs import pairs, worst_first
from eval.questions import QuestionSet, load
from eval.run import Progress, missing_documents
from eval.session import finished_runs, new_folder, run_evaluation, settings_of
from eval.store import REPORT, load_run
from eval.summary import Group
from eval.writing import keep_question, own_set
from qa.app.book import Step
from qa.app.evaluation import Change, Compared, Evaluation, Evaluator, Figure, Outcome
from qa.engine import Sourcebook
from qa.places import sample_documents

SHOWN = ("right", "success@1", "success@5", "MRR@10", "nDCG@10", "quote@1", "quote F1", "answer match")
DECISION = ("false answers", "false silence", "confidence AUROC", "calibration error")
"""The measures that the page has columns for; the report shows all."""
EARLIER = 20
"""Earlier runs that are offered for comparison."""


def evaluate_for_page(library: Path) -> Evaluator:
    """The evaluator of the library in a folder; the page finds this function by its entry point."""
    return PageEvaluator(library)


class PageEvaluator:
    """The evaluation of one library; runs are kept where the command keeps them."""

    def __init__(self, library: Path) -> None:
        self._library = library

    def run(self, report: Callable[[Step], None], *, own: bool = False) -> Evaluation:
        """Ask the library's own questions, or the sample questions.

        These are asked of the library if it holds all sample documents, else of a library of only those.
        """
        if own and not own_set(self._library).is_file():
            raise InvalidInput(
                "This library has no test questions yet: keep one below an answer, "
                f"or run: sourcebook questions add --library {self._library}"
            )
        questions = load(own_set(self._library) if own else SAMPLE_SET)
        with Sourcebook.open(self._library) as book:
            if own or not missing_documents(book, questions)[0]:
                return _evaluate(book, questions, "in this library", report)
            samples = sample_library(
                sample_documents(),
                book.encoder,
                progress=lambda done, total: report(Step(done, total, "indexing")),
            )
        with Sourcebook.open(samples) as book:
            where = "in the sample documents alone, which this library lacks"
            return _evaluate(book, questions, where, report)

    def compare(self, run: str, before: str) -> Compared:
        """Compare two kept runs."""
        found = compare(load_run(_kept(before)), load_run(_kept(run)))
        return Compared(
            verdict=sentence(found),
            changes=tuple(
                Change(
                    *(one.measure, one.before, one.after, one.change.low, one.change.high),
                    *(one.gained, one.lost, one.p),
                )
                for one in found.differences
            ),
            gained=tuple((flip.question_id, flip.text) for flip in found.gained),
            lost=tuple((flip.question_id, flip.text) for flip in found.lost),
        )

    def report(self, run: str) -> str:
        """The report of a kept run."""
        return (_kept(run) / REPORT).read_text(encoding="utf-8")

    def keep(self, question: str, place: tuple[str, int, int], *, answer: str, as_of: date | None) -> str:
        """Add a question to the library's own set."""
        with Library.open(self._library) as library:
            return keep_question(self._library, _Held(library), question, place, answer=answer, as_of=as_of)


class _Held:
    """The documents of a library, without what answers questions."""

    def __init__(self, library: Library) -> None:
        self._library = library

    def documents(self) -> list[DocumentRecord]:
        with self._library.snapshot() as snapshot:
            return snapshot.documents()

    def document(self, document_id: str) -> Document:
        with self._library.snapshot() as snapshot:
            return snapshot.document(document_id)


def _kept(name: str) -> Path:
    """The folder of a finished run; a name that is none of ours never becomes a path."""
    folder = next((one for one in finished_runs() if one.name == name), None)
    if folder is None:
        raise InvalidInput("That run is no longer kept: run the evaluation again.")
    return folder


def _evaluate(
    book: Sourcebook, questions: QuestionSet, where: str, report: Callable[[Step], None]
) -> Evaluation:
    @contextmanager
    def stage(what: str) -> Iterator[Progress]:
        yield lambda done, total: report(Step(done, total, what))

    folder = new_folder(questions.name)
    evaluated = run_evaluation(book, questions, folder, settings=settings_of(book), stage=stage)
    run = evaluated.runs[-1]
    groups = (run.overall, *run.kinds)
    shown = pairs(run.rows)
    wrong = worst_first(shown)
    others = [
        one.name for one in finished_runs() if one != folder and one.name.startswith(f"{questions.name}-")
    ]
    return Evaluation(
        title=f"{len(run.rows)} {'sample' if questions.name == SAMPLE_SET.stem else 'test'} questions asked {where}",
        figures=tuple(figure for group in groups for figure in _figures(group)),
        questions=tuple((group.name, group.size) for group in groups),
        pairs=(*wrong, *(pair for pair in shown if pair.outcome is Outcome.RIGHT)),
        run=folder.name,
        earlier=tuple(others[:EARLIER]),
    )


def _figures(group: Group) -> list[Figure]:
    found = dict(group.measures) | (group.decision.estimates() if group.decision else {})
    return [_figure(group.name, name, found[name]) for name in (*SHOWN, *DECISION) if name in found]


def _figure(kind: str, name: str, estimate: Estimate) -> Figure:
    return Figure(kind, name, estimate.value, estimate.low, estimate.high)
