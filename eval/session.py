"""One evaluation from start to end: search, ask, keep the rows, draw the report; what the command and the page share."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import chain, count
from pathlib import Path

import platformdirs

from eval.about import About, Setting, about
from eval.asking import Alone, Crew
from eval.book import Book
from eval.curves import Curves, curves
from eval.questions import QuestionSet
from eval.run import Progress, Run, evaluate, evaluate_retrieval
from eval.store import FIGURES, RunFolder
from qa.engine import Sourcebook

Stage = Callable[[str], AbstractContextManager[Progress | None]]
"""Gives the progress to report to while "searching" or "asking" goes on."""


@dataclass(frozen=True, slots=True)
class Evaluated:
    """All that one evaluation gave, and the folder it lies in; `at_once` questions were asked side by side."""

    folder: Path
    about: About
    runs: tuple[Run, ...]
    curves: Mapping[str, Curves]
    at_once: int


def runs_folder() -> Path:
    """Where evaluations go that name no folder: beside the library in the user's data folder."""
    return platformdirs.user_data_path("sourcebook", appauthor=False) / "runs"


def new_folder(set_name: str, under: Path | None = None) -> Path:
    """A folder for a run of this set, named by the time; not yet made."""
    first = (under or runs_folder()) / f"{set_name}-{datetime.now():%Y%m%d-%H%M%S}"
    others = (first.with_name(f"{first.name}+{number}") for number in count(2))
    return next(folder for folder in chain([first], others) if not folder.exists())


def finished_runs() -> list[Path]:
    """The folders of finished runs that named none, newest first."""
    under = runs_folder()
    found = [one for one in under.iterdir() if (one / FIGURES).is_file()] if under.is_dir() else []
    return sorted(found, key=lambda one: ((one / FIGURES).stat().st_mtime_ns, one.name), reverse=True)


def settings_of(book: Sourcebook) -> dict[str, Setting]:
    """What every run says of itself: the model and the confidence from which it answered."""
    encoder = book.encoder
    return {
        "model": encoder.model,
        "revision": encoder.revision,
        "threshold": book.calibration.threshold,
    }


def quiet(what: str) -> AbstractContextManager[Progress | None]:
    """A stage that nobody watches."""
    return nullcontext(None)


def run_evaluation(
    book: Book,
    question_set: QuestionSet,
    folder: Path,
    *,
    settings: Mapping[str, Setting],
    limit: int = 10,
    answers: bool = True,
    crew: Crew[Book] | None = None,
    stage: Stage = quiet,
) -> Evaluated:
    """Search for every question and, with `answers`, ask it; the rows are in `folder` as soon as they are there.

    The `crew` asks the questions, one after the other without one. `settings` is kept with the figures: name there
    all that may change an answer beside the library and the set.
    Raises InvalidInput as `evaluate` does, and where the folder cannot be used.
    """
    from eval.html import report

    crew = crew or Alone(book)
    started, clock = datetime.now(UTC), time.perf_counter()
    with RunFolder(folder) as written:
        runs: list[Run] = []
        if any(question.gold for question in question_set.questions):
            with stage("searching") as progress:
                runs += evaluate_retrieval(
                    book, question_set, crew=crew, progress=progress, on_row=written.add
                )
        if answers:
            with stage("asking") as progress:
                runs.append(
                    evaluate(
                        book,
                        question_set,
                        limit=limit,
                        crew=crew,
                        progress=progress,
                        on_row=written.add,
                    )
                )
        made_of = about(
            question_set.name,
            question_set.questions,
            book.documents(),
            {"limit": limit, "asked at once": crew.size, **settings},
            started,
            time.perf_counter() - clock,
        )
        drawn = {run.name: curves(run) for run in runs}
        written.finish(made_of, runs, drawn, report(made_of, runs, drawn))
    return Evaluated(folder, made_of, tuple(runs), drawn, crew.size)
