"""How far the stated confidence can be trusted: calibration, and what answering less would save; only numbers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

BINS = 10
"""Equal-width bins of the confidence."""


@dataclass(frozen=True, slots=True)
class Bin:
    """The questions whose confidence lies in [low, high): how many, their mean confidence, how many came true."""

    low: float
    high: float
    n: int
    confidence: float
    outcomes: int


@dataclass(frozen=True, slots=True)
class RiskPoint:
    """What answering at this confidence or above gives.

    `coverage` is the share of all questions that are answered, `risk` the share of those answered wrongly.
    """

    threshold: float
    coverage: float
    risk: float


def reliability(confidences: NDArray[np.float64], outcomes: NDArray[np.bool_]) -> tuple[Bin, ...]:
    """Sort questions by confidence into equal-width bins; empty bins are left out. A confidence of 1 is in the last."""
    number = np.minimum((confidences * BINS).astype(int), BINS - 1)
    return tuple(
        Bin(
            index / BINS,
            (index + 1) / BINS,
            int(inside.sum()),
            float(confidences[inside].mean()),
            int(outcomes[inside].sum()),
        )
        for index in range(BINS)
        if (inside := number == index).any()
    )


def calibration_error(confidences: NDArray[np.float64], outcomes: NDArray[np.bool_]) -> float:
    """Expected calibration error (Naeini et al. 2015): the mean gap of confidence and outcome over the bins.

    Both arrays are 1-D, of one length, and not empty. The bins' gaps are weighted by their questions.
    """
    number = np.minimum((confidences * BINS).astype(int), BINS - 1)
    gaps = np.bincount(number, weights=confidences - outcomes, minlength=BINS)
    return float(np.abs(gaps).sum() / len(confidences))


def risk_coverage(confidences: NDArray[np.float64], right: NDArray[np.bool_]) -> tuple[RiskPoint, ...]:
    """The curve of risk over coverage (El-Yaniv and Wiener 2010), one point for each distinct confidence, highest first.

    `right` says whether answering the question is right; an unanswerable one never is.
    """
    order = np.argsort(-confidences, kind="stable")
    ordered, wrong = confidences[order], np.cumsum(~right[order])
    last = np.flatnonzero(np.append(ordered[1:] != ordered[:-1], True))
    return tuple(
        RiskPoint(float(ordered[at]), float((at + 1) / len(ordered)), float(wrong[at] / (at + 1)))
        for at in last
    )


def risk_at(confidences: NDArray[np.float64], right: NDArray[np.bool_], coverage: float) -> float:
    """The risk where the surest questions are answered, this share of all or, with ties, a few more."""
    enough = max(1, int(np.ceil(coverage * len(confidences) - 1e-9)))
    threshold = np.partition(confidences, len(confidences) - enough)[len(confidences) - enough]
    return float(1 - right[confidences >= threshold].mean())
