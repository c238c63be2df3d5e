"""The curves of a run, as points with intervals; draws nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from eval.asking import DEPTH
from eval.confidence import Bin, RiskPoint, reliability, risk_coverage
from eval.intervals import Estimate, rate
from eval.results import QuestionRow
from eval.run import Run
from eval.summary import confidences_and_outcomes


@dataclass(frozen=True, slots=True)
class Latency:
    """Milliseconds a question: the middle, the slow end, the slowest, and the sum of all in seconds."""

    median: float
    percentile_95: float
    slowest: float
    total_seconds: float


@dataclass(frozen=True, slots=True)
class Curves:
    """What is drawn of a run. `found` has an estimate for each number k of places; the others are empty for a search.

    `chosen` is the point at which the run answered: its lowest confidence among answers, its coverage and its risk.
    """

    found: tuple[Estimate, ...]
    reliability: tuple[Bin, ...]
    risk_coverage: tuple[RiskPoint, ...]
    chosen: RiskPoint | None
    latency: Latency


def curves(run: Run) -> Curves:
    """Make the curves of a run's rows, of which there must be at least one."""
    confidences, outcomes, right = confidences_and_outcomes(run.rows)
    points = risk_coverage(confidences, right) if len(confidences) else ()
    answered = [row.decision.confidence for row in run.rows if row.decision and row.decision.answered]
    return Curves(
        found=found_curve(run.rows, run.limit if run.method is None else DEPTH),
        reliability=reliability(confidences, outcomes) if len(confidences) else (),
        risk_coverage=points,
        chosen=next((point for point in points if answered and point.threshold <= min(answered)), None),
        latency=latency(run.rows),
    )


def found_curve(rows: Sequence[QuestionRow], depth: int) -> tuple[Estimate, ...]:
    """The share of the questions with gold places whose need is met by the first k places, for k from 1 to `depth`.

    A declined question has met nothing.
    """
    judged = [row for row in rows if row.question.gold]
    if not judged:
        return ()
    first = [_met_at(row) for row in judged]
    return tuple(
        rate(sum(rank is not None and rank <= k for rank in first), len(judged)) for k in range(1, depth + 1)
    )


def _met_at(row: QuestionRow) -> int | None:
    """The rank by which all is shown that the question needs."""
    if row.decision is not None and not row.decision.answered:
        return None
    ranks = [rank for rank in row.found if rank is not None]
    if row.question.need == "all":
        return max(ranks) if ranks and len(ranks) == len(row.found) else None
    return min(ranks, default=None)


def latency(rows: Sequence[QuestionRow]) -> Latency:
    """How long the questions took."""
    times = np.array([row.milliseconds for row in rows])
    middle, slow = np.percentile(times, [50, 95])
    return Latency(float(middle), float(slow), float(times.max()), float(times.sum() / 1000))
