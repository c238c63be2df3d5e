"""Averages of rows: every measure with its interval, and the quality of the decision to answer; overall and by kind."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from eval.intervals import Estimate, auroc_with_interval, mean, rate
from eval.results import QuestionRow

MEASURES = (
    *("success@1", "success@5", "success@10", "MRR@10", "nDCG@10", "quote@1", "quote@5", "quote@10"),
    *("answer match", "answer exact", "answer F1", "answer in quote@1"),
)
"""Every measure that a row can have, in the order they are shown."""


@dataclass(frozen=True, slots=True)
class DecisionQuality:
    """How well the engine knows when to answer; an estimate is None where no question could show it.

    `auroc`: the chance that an answerable question gets a higher confidence than an unanswerable one.
    `false_answers`: share of unanswerable questions that were answered. `false_silence`: share of answerable
    questions that were declined; `withheld` counts those of them whose gold place was among the nearest.
    """

    auroc: Estimate | None
    false_answers: Estimate | None
    false_silence: Estimate | None
    withheld: int


@dataclass(frozen=True, slots=True)
class Group:
    """The averages of some questions; `decision` is None for a search, which decides nothing."""

    name: str
    answerable: int
    unanswerable: int
    measures: Mapping[str, Estimate]
    decision: DecisionQuality | None


def summarise(rows: Sequence[QuestionRow]) -> tuple[Group, tuple[Group, ...]]:
    """Average all rows, and the rows of each kind in order of appearance (none where questions have no kinds)."""
    kinds = dict.fromkeys(row.question.kind for row in rows if row.question.kind)
    groups = tuple(_group(kind, [row for row in rows if row.question.kind == kind]) for kind in kinds)
    return _group("all", rows), groups


def _group(name: str, rows: Sequence[QuestionRow]) -> Group:
    measures = {}
    for measure in MEASURES:
        scores = [row.scores[measure] for row in rows if measure in row.scores]
        if scores:
            measures[measure] = mean(np.array(scores, dtype=np.float64))
    answerable = sum(row.question.answerable for row in rows)
    return Group(name, answerable, len(rows) - answerable, measures, _decision_quality(rows))


def _decision_quality(rows: Sequence[QuestionRow]) -> DecisionQuality | None:
    decided = [(row, row.decision) for row in rows if row.decision is not None]
    if not decided:
        return None
    answerable = [(row, decision) for row, decision in decided if row.question.answerable]
    unanswerable = [(row, decision) for row, decision in decided if not row.question.answerable]
    return DecisionQuality(
        auroc=_auroc([d.confidence for _, d in answerable], [d.confidence for _, d in unanswerable]),
        false_answers=_rate([d.answered for _, d in unanswerable]),
        false_silence=_rate([not d.answered for _, d in answerable]),
        withheld=sum(row.withheld for row, _ in answerable),
    )


def _auroc(positive: Sequence[float], negative: Sequence[float]) -> Estimate | None:
    if not positive or not negative:
        return None
    return auroc_with_interval(np.array(positive, dtype=np.float64), np.array(negative, dtype=np.float64))


def _rate(outcomes: Sequence[bool]) -> Estimate | None:
    return rate(sum(outcomes), len(outcomes)) if outcomes else None
