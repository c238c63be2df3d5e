"""Fits a scale and an intercept over log odds, and chooses a threshold; knows only numbers."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

_STEPS = 100
_FLAT = 1e-10
_RIDGE = 1e-12
_SMALLEST_STEP = 1e-10


def fit_platt(log_odds: NDArray[np.float64], outcomes: NDArray[np.bool_]) -> tuple[float, float]:
    """The scale and intercept over log odds that make outcomes likeliest (Platt 1999), as (scale, intercept).

    The targets are smoothed as in Platt's paper: (n+ + 1) / (n+ + 2) for what came true, 1 / (n- + 2) for what did
    not, so that classes that are parted perfectly still give finite numbers. Newton's method with backtracking, after
    Lin, Lin and Weng (2007). Both arrays are 1-D, of one length, and hold both outcomes.
    """
    true, false = int(outcomes.sum()), int((~outcomes).sum())
    targets = np.where(outcomes, (true + 1) / (true + 2), 1 / (false + 2))
    design = np.stack([log_odds, np.ones_like(log_odds)], axis=1)
    solution = np.array([0.0, np.log((true + 1) / (false + 1))])
    for _ in range(_STEPS):
        probabilities = 1 / (1 + np.exp(-np.clip(design @ solution, -500, 500)))
        gradient = design.T @ (probabilities - targets)
        if np.abs(gradient).max() < _FLAT:
            break
        curvature = design.T @ (design * (probabilities * (1 - probabilities))[:, None])
        step = np.linalg.solve(curvature + _RIDGE * np.eye(2), gradient)
        now, size = _loss(design @ solution, targets), 1.0
        while size > _SMALLEST_STEP and (
            _loss(design @ (solution - size * step), targets) > now - 1e-4 * size * float(gradient @ step)
        ):
            size /= 2
        if size <= _SMALLEST_STEP:
            break  # as flat as floating point can tell
        solution = solution - size * step
    return float(solution[0]), float(solution[1])


def _loss(odds: NDArray[np.float64], targets: NDArray[np.float64]) -> float:
    """Cross entropy of the targets, in a form that cannot overflow."""
    return float((np.logaddexp(0, odds) - targets * odds).sum())


def error_rates(
    confidences: NDArray[np.float64], outcomes: NDArray[np.bool_], threshold: float
) -> tuple[float, float]:
    """The rates of false answers and of false silence when answered from the threshold on."""
    answered = confidences >= threshold
    return float(answered[~outcomes].mean()), float((~answered)[outcomes].mean())


def choose_threshold(
    confidences: NDArray[np.float64], outcomes: NDArray[np.bool_], max_false_answers: float | None = None
) -> float | None:
    """The threshold with the least sum of both error rates, or the lowest that keeps false answers within a rate.

    Thresholds lie midway between neighbouring confidences, or below all; a confidence of 0 is never answered. Of equally
    good ones the one with fewer false answers is taken. None where nothing could be answered.
    """
    values = np.unique(confidences)
    candidates = [float(one) for one in (values[0] / 2, *(values[1:] + values[:-1]) / 2) if one > 0]
    rated = [(one, *error_rates(confidences, outcomes, one)) for one in candidates]
    if max_false_answers is not None:
        within = [one for one, false_answers, _ in rated if false_answers <= max_false_answers]
        return min(within, default=None)
    if not rated:
        return None
    return min(rated, key=lambda one: (round(one[1] + one[2], 12), one[1], -one[0]))[0]
