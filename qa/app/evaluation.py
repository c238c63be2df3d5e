"""What the page shows of an evaluation: figures with intervals, and every question with what was expected and found."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from qa.app.book import Step


class Outcome(StrEnum):
    """How one question ended."""

    RIGHT = "right"
    FALSE_ANSWER = "false answer"
    """Answered, though the documents hold no answer."""
    FALSE_SILENCE = "false silence"
    """Declined, though the documents hold an answer."""
    WRONG_PLACE = "wrong place"
    """Answered, but what the question needs is not among the first citations."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured number: its kind of question ("all" for every kind), its name and its 95% interval."""

    kind: str
    name: str
    value: float
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of text; `mark` is "plain", "shared" (words that both sides have) or "answer" (an accepted answer)."""

    text: str
    mark: str = "plain"


@dataclass(frozen=True, slots=True)
class Place:
    """One place as it is shown: the name of its document, its words, and whether it is a right one."""

    source: str
    parts: tuple[Part, ...]
    right: bool


@dataclass(frozen=True, slots=True)
class Pair:
    """One question with what was expected beside what was found."""

    question_id: str
    question: str
    kind: str
    as_of: str | None
    outcome: Outcome
    confidence: float
    answered: bool
    answer: str | None
    accepted: tuple[str, ...]
    expected: tuple[Place, ...]
    found: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class Evaluation:
    """One evaluation as the page shows it.

    `questions` says how many each kind has, in the order to show the kinds. `run` is the name under which the run is
    kept, and `earlier` the names of those it can be compared with, newest first.
    """

    title: str
    figures: tuple[Figure, ...]
    questions: tuple[tuple[str, int], ...] = ()
    pairs: tuple[Pair, ...] = ()
    run: str = ""
    earlier: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Change:
    """One measure in two runs; `low` and `high` bound the change, `better` and `worse` count questions."""

    measure: str
    before: float
    after: float
    low: float
    high: float
    better: int
    worse: int
    p: float


@dataclass(frozen=True, slots=True)
class Compared:
    """Two runs side by side: the verdict in words, every measure, and the questions that changed, as (id, question)."""

    verdict: str
    changes: tuple[Change, ...]
    gained: tuple[tuple[str, str], ...]
    lost: tuple[tuple[str, str], ...]


class Evaluator(Protocol):
    """What the page asks of the evaluation; each method raises SourcebookError with a sentence."""

    def run(self, report: Callable[[Step], None], *, own: bool = False) -> Evaluation:
        """Run the sample questions, or the library's `own` ones, and report the steps."""

    def compare(self, run: str, before: str) -> Compared:
        """Compare a run with an earlier one, both by name."""

    def report(self, run: str) -> str:
        """The report of a run as one HTML file."""

    def keep(self, question: str, place: tuple[str, int, int], *, answer: str, as_of: date | None) -> str:
        """Make a question with the place that answers it (document id, start, end) a test question; says what was done."""


EvaluateLibrary = Callable[[Path], Evaluator]
"""Gives the evaluator of a library in a folder: what `qa.app.server.serve` takes."""
