"""Fits the model that decides whether there is an answer: a logistic regression on `qa.answer.Signals`."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from eval.fitted import held_out, say, write
from eval.listwise import Floats
from eval.material import Material
from eval.metrics import auroc
from eval.questions import Question
from qa import answer
from qa.engine import Sourcebook
from qa.model import load_model

PRIOR = {
    "first_score": 2.0,
    "similarity": 2.0,
    "passage_similarity": 4.0,
    "surrounded": 1.0,
    "first_surrounded": 0.5,
    "coverage": -1.5,
    "rarest": 1.0,
    "named": 0.5,
    "numbers": 0.5,
    "known": 5.0,
    "typed": 1.0,
    "asks_type": -0.5,
    "first_gap": 3.0,
    "gap": 3.0,
    "relevance": 4.0,
    "time": 2.0,
    "asks_time": -2.0,
    "unstated": -2.0,
}
"""Weights of the answerable model before any question is seen: what the reader finds speaks for an answer most of all.

What shares the question's words does little: a passage that nearly answers shares them too. Evidence of another time than
the asked one speaks against it, and a first sentence that does not state what is asked for.
"""
ANSWERABLE_ODDS = 3.0
"""Of the questions asked of a pile, three in four have an answer there: as in the sample set and the UN reports'."""
PRIOR_STRENGTH = 10.0
COUNTED_AS = 200.0
"""As how many questions each set counts; with PRIOR_STRENGTH this says how far the questions may move the prior."""
LEAST_OF_EACH = 5
"""Sets with fewer answerable or unanswerable questions that the reader has not seen are no part of the last model's fit."""
TIME_TWINS = ("timeqa_human_train",)
"""Sets whose unanswerable questions differ from answerable ones in the year alone: kept to see what signals of time do."""


@dataclass(frozen=True, slots=True)
class Answered:
    """Questions by their signals, (n, number of signals); which have an answer, and which are kept out of the fit."""

    name: str
    found: Floats
    answerable: NDArray[np.bool_]
    out: NDArray[np.bool_]

    def kept(self) -> tuple[Floats, NDArray[np.bool_]]:
        """Those that the fit may see."""
        return self.found[~self.out], self.answerable[~self.out]

    def against(self, others: Answered) -> Answered:
        """The answerable ones of these, and all of the others."""
        mine = self.answerable
        return joined([Answered(self.name, self.found[mine], mine[mine], self.out[mine]), others])


def joined(parts: Sequence[Answered]) -> Answered:
    """All questions of several sets."""
    return Answered(
        ", ".join(part.name for part in parts),
        np.concatenate([part.found for part in parts]),
        np.concatenate([part.answerable for part in parts]),
        np.concatenate([part.out for part in parts]),
    )


def look(name: str, library: Path, questions: Sequence[Question]) -> Answered:
    """Ask a library questions and keep their signals."""
    with Sourcebook.open(library) as book:
        rows = [
            book.judge(q.text, as_of=q.as_of, filters=q.filters, about=q.about).signals.values()
            for q in questions
        ]
    answerable = np.array([question.answerable for question in questions], dtype=bool)
    out = np.array([held_out(question.id) for question in questions], dtype=bool)
    return Answered(name, np.array(rows).reshape(-1, len(answer.NAMES)), answerable, out)


def fit_decision(material: Sequence[Material], elsewhere: Sequence[Question] = ()) -> None:
    """Fit the model on what the reader has not seen, print figures on questions kept out, and write the file.

    `elsewhere` are questions that no library of whole documents answers. They are asked of each, and are one more set for it
    with all its answerable questions.
    """
    prior = np.array([PRIOR.get(name, 0.0) for name in answer.NAMES])
    write("answerable", answer.NAMES, prior, -9.0, "the prior alone")  # so that questions can be asked at all
    load_model.cache_clear()
    sets: list[Answered] = []
    shelves: dict[Path, list[Answered]] = {}
    for part in usable(material):
        sets.append(look(part.name, part.library, part.unseen()))
        if elsewhere and part.documents:
            shelves.setdefault(part.library, []).append(sets[-1])
    for library, parts in shelves.items():
        sets.append(joined(parts).against(look("other subjects", library, elsewhere)))
    weights, _ = fit_answerable([one.kept() for one in sets])
    for one in sets:
        truth, scores = one.answerable[one.out], one.found[one.out] @ weights
        if truth.any() and not truth.all():
            say(f"{one.name}: held out {len(truth)}: AUROC {auroc(scores[truth], scores[~truth]):.3f}\n")
    weights, intercept = fit_answerable([(one.found, one.answerable) for one in sets])
    names = ", ".join(f"{one.name} ({len(one.answerable)})" for one in sets)
    note = (
        "python -m eval.fit; balanced logistic regression around a prior, moved to three answerable questions in "
        f"four; questions: {names}"
    )
    write("answerable", answer.NAMES, weights, intercept + math.log(ANSWERABLE_ODDS), note)


def usable(material: Sequence[Material]) -> list[Material]:
    """The sets with enough questions of both sorts that the reader has not seen; none that differ in the year alone."""
    kept = []
    for part in material:
        if part.name.startswith(TIME_TWINS):
            continue
        answerable = sum(question.answerable for question in part.unseen())
        if min(answerable, len(part.unseen()) - answerable) < LEAST_OF_EACH:
            say(f"{part.name}: left out, too few that the reader has not seen\n")
        else:
            kept.append(part)
    return kept


def fit_answerable(sets: Sequence[tuple[Floats, NDArray[np.bool_]]]) -> tuple[Floats, float]:
    """Weights and intercept of a logistic regression with a Gaussian prior around PRIOR.

    Every set counts the same, and in it answerable and unanswerable questions count the same together. The few
    questions there are would teach weights that hold for their documents alone; the prior keeps them plausible.
    """
    rows = np.concatenate([found for found, _ in sets])
    truth = np.concatenate([answerable for _, answerable in sets]).astype(np.float64)
    shares = [
        np.where(labels, 0.5 / labels.mean(), 0.5 / (1 - labels.mean())) / len(labels) for _, labels in sets
    ]
    counts = np.concatenate(shares) * COUNTED_AS
    prior = np.array([PRIOR.get(name, 0.0) for name in answer.NAMES])

    def loss(point: Floats) -> float:
        logits = rows @ point[:-1] + point[-1]
        fit = float((counts * (np.logaddexp(0.0, logits) - truth * logits)).sum())
        return fit + PRIOR_STRENGTH * float(((point[:-1] - prior) ** 2).sum())

    found = np.asarray(minimize(loss, np.append(prior, -9.0), method="L-BFGS-B").x)
    return found[:-1], float(found[-1])
