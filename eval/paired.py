"""Whether two series of scores of the same questions differ by more than chance; only numbers."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from eval.intervals import Estimate, draws
from eval.seed import SEED

SIGNIFICANCE = 0.05
FEWEST_CHANGED = 6
"""Five questions that all change the same way have p = 2 / 2**5 = 0.0625; six have 0.031."""
RESAMPLES = 10_000


def mcnemar(gained: int, lost: int) -> float:
    """The exact two-sided p-value of McNemar's test (1947): the sign test on the questions that changed."""
    changed = gained + lost
    if changed == 0:
        return 1.0
    from scipy.special import bdtr  # here, because the server's start pays for what is imported above

    return min(1.0, 2 * float(bdtr(min(gained, lost), changed, 0.5)))


def paired_bootstrap(differences: NDArray[np.float64]) -> tuple[Estimate, float]:
    """The mean difference with its 95% percentile interval, and the two-sided p-value of its sign.

    Questions are drawn with replacement, each with both its scores (Efron and Tibshirani 1993). The array must
    not be empty. The p-value is twice the smaller share of means on one side of zero, those at zero on both.
    """
    n = len(differences)
    generator = np.random.default_rng(SEED)
    means = np.concatenate([differences[drawn].mean(axis=1) for drawn in draws(generator, n, RESAMPLES)])
    low, high = np.percentile(means, [2.5, 97.5])
    tail = min(float((means <= 0).mean()), float((means >= 0).mean()))
    return Estimate(float(differences.mean()), float(low), float(high), n), min(1.0, 2 * tail)
