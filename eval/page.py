"""The sample set's figures for the evaluation page of the web application; runs what the command `eval` runs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from eval.collections import sample_library
from eval.command import SAMPLE_SET
from eval.intervals import Estimate
from eval.questions import QuestionSet, load
from eval.run import evaluate, missing_documents
from eval.summary import Group
from qa.app.book import Evaluation, Figure, Step
from qa.engine import Sourcebook
from qa.places import sample_documents

SHOWN = ("success@1", "success@5", "success@10", "MRR@10", "nDCG@10", "quote@1", "quote@5", "answer match")
"""The measures that the page has columns for; the command shows all."""


def evaluate_for_page(library: Path, step: Callable[[Step], None]) -> Evaluation:
    """Ask the sample questions of the library if it holds all sample documents, else of a library of only those."""
    questions = load(SAMPLE_SET)
    with Sourcebook.open(library) as book:
        if not missing_documents(book, questions)[0]:
            return _evaluate(book, questions, "in this library", step)
        samples = sample_library(
            sample_documents(), book.encoder, progress=lambda done, total: step(Step(done, total, "indexing"))
        )
    with Sourcebook.open(samples) as book:
        return _evaluate(book, questions, "in the sample documents alone, which this library lacks", step)


def _evaluate(
    book: Sourcebook, questions: QuestionSet, where: str, step: Callable[[Step], None]
) -> Evaluation:
    run = evaluate(book, questions, progress=lambda done, total: step(Step(done, total, "asking")))
    groups = (run.overall, *run.kinds)
    return Evaluation(
        title=f"{len(run.rows)} sample questions asked {where}",
        figures=tuple(figure for group in groups for figure in _figures(group)),
        questions=tuple((group.name, group.answerable + group.unanswerable) for group in groups),
    )


def _figures(group: Group) -> list[Figure]:
    figures = [_figure(group.name, name, group.measures[name]) for name in SHOWN if name in group.measures]
    decision = group.decision
    if decision is not None:
        rates = {
            "false answers": decision.false_answers,
            "false silence": decision.false_silence,
            "confidence AUROC": decision.auroc,
        }
        figures += [_figure(group.name, name, found) for name, found in rates.items() if found is not None]
    return figures


def _figure(kind: str, name: str, estimate: Estimate) -> Figure:
    return Figure(kind, name, estimate.value, estimate.low, estimate.high)
