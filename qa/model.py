"""The fitted models that judge evidence: logistic regressions over named features, kept as small files in qa/models."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

FOLDER = Path(__file__).parent / "models"


@dataclass(frozen=True, slots=True)
class Logistic:
    """probability(x) = 1 / (1 + exp(-(intercept + sum of weight * x))), one weight a feature, in the order of `names`."""

    names: tuple[str, ...]
    weights: tuple[float, ...]
    intercept: float

    def logits(self, features: NDArray[np.float64]) -> NDArray[np.float64]:
        """Log odds for features of shape (n, number of features); shape (n,)."""
        return np.asarray(features @ np.array(self.weights) + self.intercept, dtype=np.float64)

    def probabilities(self, features: NDArray[np.float64]) -> NDArray[np.float64]:
        """Probabilities for features of shape (n, number of features); shape (n,)."""
        return np.asarray(1.0 / (1.0 + np.exp(-self.logits(features))), dtype=np.float64)


@cache
def load_model(name: str, names: tuple[str, ...]) -> Logistic:
    """The shipped model with this name; raises ValueError if its features are not the program's."""
    stored = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    weights = stored["weights"]
    if tuple(weights) != names:
        raise ValueError(
            f"the model {name} has the features {tuple(weights)}, the program has {names}; fit it again"
        )
    return Logistic(names, tuple(float(weight) for weight in weights.values()), float(stored["intercept"]))
