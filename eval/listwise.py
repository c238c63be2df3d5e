"""Fits weights so that the right sentence comes first among all sentences of a question's candidates.

For each question the softmax share of the right sentences is maximised (a listwise loss: Cao and others, "Learning to
rank", ICML 2007, with one relevant group), so questions with many candidates weigh no more than others.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

Floats = NDArray[np.float64]
PENALTY = 0.001
"""By four-fold cross-validation (docs/log.md): 0.02 shrinks the weights, 0.0002 changes nothing."""


@dataclass(frozen=True, slots=True)
class Sentences:
    """All sentences of one question's candidates: features (n, number of features), and which hold the answer (n,)."""

    question: str
    features: Floats
    right: NDArray[np.bool_]
    passage: NDArray[np.int64]


def sentences_of(
    question_id: str, rows: Sequence[Floats], right: Sequence[NDArray[np.bool_]]
) -> Sentences | None:
    """A question's candidates, features and right sentences of each, as one list; None if there is nothing to learn from."""
    every = np.concatenate(right) if right else np.zeros(0, dtype=np.bool_)
    if not every.any() or every.all():
        return None
    passage = np.repeat(np.arange(len(rows)), [len(part) for part in rows])
    return Sentences(question_id, np.concatenate(rows), every, passage)


def fit_weights(
    sets: Sequence[Sequence[Sentences]], penalty: float = PENALTY, prior: Floats | None = None
) -> Floats:
    """The weights, shape (number of features,), that maximise the mean log share of right sentences.

    Each set counts the same, however many questions it has; `penalty` times the squared distance of the weights from
    the prior, of its shape (None: zeros), is taken off. There must be at least one question.
    """
    lists = [(one, 1.0 / len(part)) for part in sets for one in part]
    size = lists[0][0].features.shape[1]
    parts = sum(bool(part) for part in sets)
    start = np.zeros(size) if prior is None else prior

    def loss(weights: Floats) -> tuple[float, Floats]:
        total, gradient = 0.0, np.zeros(size)
        for one, share in lists:
            logits = one.features @ weights
            every = np.exp(logits - logits.max())
            hits = every * one.right
            total -= share * float(np.log(hits.sum() / every.sum()))
            gradient += share * (every / every.sum() @ one.features - hits / hits.sum() @ one.features)
        total, gradient = total / parts, gradient / parts
        away = weights - start
        return total + penalty * float(away @ away), gradient + 2 * penalty * away

    return np.asarray(minimize(loss, start, jac=True, method="L-BFGS-B").x)


def success(lists: Iterable[Sentences], weights: Floats, k: int) -> float:
    """The share of questions with a right sentence among the best sentences of the first k passages."""
    results = []
    for one in lists:
        logits = one.features @ weights
        best = {
            number: int(np.flatnonzero(one.passage == number)[np.argmax(logits[one.passage == number])])
            for number in set(one.passage)
        }
        ranked = sorted(best.values(), key=lambda place: -logits[place])
        results.append(bool(one.right[ranked[:k]].any()))
    return float(np.mean(results))


def fit_logistic(
    rows: Floats, labels: NDArray[np.bool_], sample_weights: Floats | None = None, c: float = 1.0
) -> tuple[Floats, float]:
    """Weights and intercept of a logistic regression (scikit-learn, L2)."""
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(C=c, max_iter=5000).fit(rows, labels, sample_weight=sample_weights)
    return np.asarray(model.coef_[0], dtype=np.float64), float(model.intercept_[0])


def calibrated(lists: Sequence[Sentences], weights: Floats) -> tuple[Floats, float]:
    """The same ranking with a scale and an intercept that make the best sentence's score a probability of being right."""
    best = [int(np.argmax(one.features @ weights)) for one in lists]
    logits = np.array(
        [[float(one.features[place] @ weights)] for one, place in zip(lists, best, strict=True)]
    )
    right = np.array([bool(one.right[place]) for one, place in zip(lists, best, strict=True)])
    scale, intercept = fit_logistic(logits, right, c=100.0)
    return weights * scale[0], intercept
