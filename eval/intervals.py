"""Estimates with 95% intervals: means and AUROC by bootstrap, rates by the exact binomial; only numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from eval.metrics import auroc, auroc_of_counts, count_values
from eval.seed import SEED

RESAMPLES = 1000
_BLOCK = 4_000_000
"""Draws held in memory at once."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """A value, the bounds of its 95% interval, and the number of questions it rests on."""

    value: float
    low: float
    high: float
    n: int

    def __str__(self) -> str:
        """The value and its interval: "0.553 (0.48–0.62)"."""
        return f"{self.value:.3f} ({self.low:.2f}–{self.high:.2f})"


def mean(scores: NDArray[np.float64]) -> Estimate:
    """Average per-question scores, with the percentile bootstrap interval (Efron 1979).

    The array must not be empty. Where all scores are equal the interval is a point: a bootstrap cannot draw
    what it never saw, so a rare event is better served by `rate`.
    """
    n = len(scores)
    generator = np.random.default_rng(SEED)
    means = [scores[drawn].mean(axis=1) for drawn in draws(generator, n)]
    low, high = np.percentile(np.concatenate(means), [2.5, 97.5])
    return Estimate(float(scores.mean()), float(low), float(high), n)


def rate(count: int, n: int) -> Estimate:
    """Give a share of questions with its exact (Clopper-Pearson 1934) interval; n must be at least 1."""
    low = _beta_quantile(count, n - count + 1, 0.025) if count > 0 else 0.0
    high = _beta_quantile(count + 1, n - count, 0.975) if count < n else 1.0
    return Estimate(count / n, low, high, n)


def _beta_quantile(a: float, b: float, share: float) -> float:
    """The quantile of the beta distribution with these parameters."""
    from scipy.special import betaincinv  # here, because the server's start pays for what is imported above

    return float(betaincinv(a, b, share))


def upper_bound(count: int, n: int) -> float:
    """The rate that, with 95% confidence, is not exceeded: one-sided and exact (Clopper-Pearson); n is at least 1.

    Without any event it is 1 - 0.05 ** (1 / n), so that 59 questions bound a rate at 5%.
    """
    return _beta_quantile(count + 1, n - count, 0.95) if count < n else 1.0


def auroc_with_interval(positive: NDArray[np.float64], negative: NDArray[np.float64]) -> Estimate:
    """AUROC with its percentile bootstrap interval; both classes are resampled apart and keep their sizes."""
    values = np.unique(np.concatenate([positive, negative]))
    generator = np.random.default_rng(SEED)
    resampled = auroc_of_counts(
        _resampled_counts(generator, count_values(positive, values)),
        _resampled_counts(generator, count_values(negative, values)),
    )
    low, high = np.percentile(resampled, [2.5, 97.5])
    return Estimate(auroc(positive, negative), float(low), float(high), len(positive) + len(negative))


def with_interval(n: int, measure: Callable[[NDArray[np.int64]], float]) -> Estimate:
    """Estimate any measure of `n` questions by percentile bootstrap; `measure` gets the numbers of those drawn."""
    generator = np.random.default_rng(SEED)
    drawn = [measure(draw) for block in draws(generator, n) for draw in block]
    low, high = np.percentile(drawn, [2.5, 97.5])
    return Estimate(measure(np.arange(n)), float(low), float(high), n)


def draws(generator: np.random.Generator, n: int, resamples: int = RESAMPLES) -> Iterator[NDArray[np.int64]]:
    """Numbers from 0 to n - 1 drawn with replacement, a row of n for each resample, in blocks of rows."""
    size = max(1, _BLOCK // n)
    for done in range(0, resamples, size):
        yield generator.integers(0, n, size=(min(size, resamples - done), n))


def _resampled_counts(generator: np.random.Generator, counts: NDArray[np.int64]) -> NDArray[np.int64]:
    """Draw as many scores as there are, with replacement: a multinomial over the distinct ones."""
    n = int(counts.sum())
    return generator.multinomial(n, counts / n, size=RESAMPLES)
