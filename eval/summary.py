"""Averages of rows: every measure with its interval, and the quality of the decision to answer; overall and by kind."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from eval.confidence import calibration_error, risk_at
from eval.intervals import Estimate, auroc_with_interval, mean, rate, with_interval
from eval.results import QuestionRow
from eval.scoring import ENOUGH

RATES = (
    *("right", "success@1", "success@5", "success@10", "quote@1", "quote@5", "quote@10"),
    *("answer match", "answer exact", "answer in quote@1"),
)
"""Measures that are yes or no for one question: their averages are rates."""
MEASURES = (
    *(
        "right",
        "success@1",
        "success@5",
        "success@10",
        "recall@1",
        "recall@5",
        "recall@10",
        "MRR@10",
        "nDCG@10",
    ),
    *("quote@1", "quote@5", "quote@10", "quote precision", "quote recall", "quote F1"),
    *("answer match", "answer exact", "answer F1", "answer in quote@1"),
)
"""Every measure that a row can have, in the order they are shown."""
HALF = 0.5


@dataclass(frozen=True, slots=True)
class DecisionQuality:
    """How well the engine knows when to answer; an estimate is None where no question could show it.

    `auroc`: the chance that an answerable question gets a higher confidence than an unanswerable one.
    `false_answers`: share of unanswerable questions that were answered. `false_silence`: share of answerable
    questions that were declined; `withheld` counts those of them whose gold place was among the nearest.
    `calibration_error`: expected difference between the confidence and the share of questions with an answer.
    `coverage`: share of all questions that were answered; `risk`: share of those answered without what the question
    needs among the first five citations; `risk_at_half`: the same if only the surer half had been answered.
    `validity`: share of the shown citations whose slices stand in their document; anything but 1 is a fault.
    """

    auroc: Estimate | None
    false_answers: Estimate | None
    false_silence: Estimate | None
    withheld: int
    calibration_error: Estimate | None
    coverage: Estimate
    risk: Estimate | None
    risk_at_half: Estimate | None
    validity: Estimate | None

    def estimates(self) -> dict[str, Estimate]:
        """The estimates there are, by the names they are shown under."""
        named = {
            "false answers": self.false_answers,
            "false silence": self.false_silence,
            "confidence AUROC": self.auroc,
            "calibration error": self.calibration_error,
            "coverage": self.coverage,
            "risk": self.risk,
            "risk at half coverage": self.risk_at_half,
            "citation validity": self.validity,
        }
        return {name: estimate for name, estimate in named.items() if estimate is not None}


@dataclass(frozen=True, slots=True)
class Group:
    """The averages of some questions; `decision` is None for a search, which decides nothing."""

    name: str
    answerable: int
    unanswerable: int
    measures: Mapping[str, Estimate]
    decision: DecisionQuality | None

    @property
    def size(self) -> int:
        """How many questions."""
        return self.answerable + self.unanswerable


def summarise(rows: Sequence[QuestionRow]) -> tuple[Group, tuple[Group, ...]]:
    """Average all rows, and the rows of each kind in order of appearance (none where questions have no kinds)."""
    kinds = dict.fromkeys(row.question.kind for row in rows if row.question.kind)
    groups = tuple(_group(kind, [row for row in rows if row.question.kind == kind]) for kind in kinds)
    return _group("all", rows), groups


def average(measure: str, scores: Sequence[float]) -> Estimate:
    """Average the scores of one measure, with the exact interval of a rate or the bootstrap interval of a mean."""
    if measure in RATES:
        return rate(round(sum(scores)), len(scores))
    return mean(np.array(scores, dtype=np.float64))


def confidences_and_outcomes(
    rows: Sequence[QuestionRow],
) -> tuple[NDArray[np.float64], NDArray[np.bool_], NDArray[np.bool_]]:
    """Confidence, whether there is an answer, and whether answering is right, of each row with a decision."""
    decided = [(row, row.decision) for row in rows if row.decision is not None]
    return (
        np.array([decision.confidence for _, decision in decided], dtype=np.float64),
        np.array([row.question.answerable for row, _ in decided], dtype=np.bool_),
        np.array([right_if_answered(row) for row, _ in decided], dtype=np.bool_),
    )


def right_if_answered(row: QuestionRow) -> bool:
    """Whether showing what was found is right, though it may have been declined."""
    if row.question.gold or not row.question.answerable:
        return row.found_by(ENOUGH)
    return bool(row.scores.get("right", 0.0))


def _group(name: str, rows: Sequence[QuestionRow]) -> Group:
    measures = {}
    for measure in MEASURES:
        scores = [row.scores[measure] for row in rows if measure in row.scores]
        if scores:
            measures[measure] = average(measure, scores)
    answerable = sum(row.question.answerable for row in rows)
    return Group(name, answerable, len(rows) - answerable, measures, _decision_quality(rows))


def _decision_quality(rows: Sequence[QuestionRow]) -> DecisionQuality | None:
    decided = [(row, row.decision) for row in rows if row.decision is not None]
    if not decided:
        return None
    answerable = [(row, decision) for row, decision in decided if row.question.answerable]
    unanswerable = [(row, decision) for row, decision in decided if not row.question.answerable]
    confidences, outcomes, right = confidences_and_outcomes(rows)
    answered = np.array([decision.answered for _, decision in decided])
    shown = sum(len(row.results) for row, _ in decided)
    return DecisionQuality(
        auroc=_auroc([d.confidence for _, d in answerable], [d.confidence for _, d in unanswerable]),
        false_answers=_rate([d.answered for _, d in unanswerable]),
        false_silence=_rate([not d.answered for _, d in answerable]),
        withheld=sum(row.withheld for row, _ in answerable),
        calibration_error=with_interval(
            len(decided), lambda draw: calibration_error(confidences[draw], outcomes[draw])
        ),
        coverage=rate(int(answered.sum()), len(decided)),
        risk=_rate([not one for one in right[answered]]),
        risk_at_half=with_interval(len(decided), lambda draw: risk_at(confidences[draw], right[draw], HALF)),
        validity=rate(sum(row.valid or 0 for row, _ in decided), shown) if shown else None,
    )


def _auroc(positive: Sequence[float], negative: Sequence[float]) -> Estimate | None:
    if not positive or not negative:
        return None
    return auroc_with_interval(np.array(positive, dtype=np.float64), np.array(negative, dtype=np.float64))


def _rate(outcomes: Sequence[bool]) -> Estimate | None:
    return rate(sum(outcomes), len(outcomes)) if outcomes else None
