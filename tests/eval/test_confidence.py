"""Calibration and risk by hand, and what holds of every curve."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.confidence import Bin, RiskPoint, calibration_error, reliability, risk_at, risk_coverage

CONFIDENCES = np.array([0.95, 0.91, 0.55, 0.51, 0.05])
OUTCOMES = np.array([True, False, True, True, False])


def test_calibration_by_hand() -> None:
    # bins: .9-1 holds .95 and .91, one true: gap |1.86 - 1|; .5-.6 holds .55 and .51, both true: gap |1.06 - 2|; 0-.1: .05
    assert calibration_error(CONFIDENCES, OUTCOMES) == pytest.approx((0.86 + 0.94 + 0.05) / 5)
    low, middle, high = reliability(CONFIDENCES, OUTCOMES)
    assert low == Bin(0.0, 0.1, 1, 0.05, 0)
    assert (middle.low, middle.n, middle.outcomes) == (0.5, 2, 2)
    assert (high.high, high.n, high.outcomes) == (1.0, 2, 1)
    assert [middle.confidence, high.confidence] == pytest.approx([0.53, 0.93])
    assert calibration_error(np.array([1.0, 0.0]), np.array([True, False])) == 0.0
    assert calibration_error(np.array([1.0, 0.0]), np.array([False, True])) == 1.0


def test_risk_and_coverage_by_hand() -> None:
    assert risk_coverage(CONFIDENCES, OUTCOMES) == (
        RiskPoint(0.95, 1 / 5, 0.0),
        RiskPoint(0.91, 2 / 5, 1 / 2),
        RiskPoint(0.55, 3 / 5, 1 / 3),
        RiskPoint(0.51, 4 / 5, 1 / 4),
        RiskPoint(0.05, 1.0, 2 / 5),
    )
    assert risk_at(CONFIDENCES, OUTCOMES, 0.5) == pytest.approx(1 / 3)
    assert risk_at(CONFIDENCES, OUTCOMES, 0.2) == 0.0


def test_equal_confidences_are_answered_together() -> None:
    tied, right = np.array([0.5, 0.5, 0.2]), np.array([True, False, True])

    assert [point.coverage for point in risk_coverage(tied, right)] == pytest.approx([2 / 3, 1.0])
    assert risk_at(tied, right, 0.1) == 0.5


rows = st.lists(st.tuples(st.integers(0, 20), st.booleans()), min_size=1, max_size=40)


@given(rows)
def test_every_curve_ends_at_full_coverage_and_agrees_with_the_point_measure(
    drawn: list[tuple[int, bool]],
) -> None:
    confidences = np.array([score / 20 for score, _ in drawn])
    right = np.array([outcome for _, outcome in drawn])
    points = risk_coverage(confidences, right)

    assert points[-1].coverage == 1.0
    assert points[-1].risk == pytest.approx(1 - right.mean())
    for point in points:
        assert risk_at(confidences, right, point.coverage) == pytest.approx(point.risk)
    assert 0 <= calibration_error(confidences, right) <= 1
    assert sum(entry.n for entry in reliability(confidences, right)) == len(drawn)
