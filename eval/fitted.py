"""What the fits of all models share: which questions they leave out, the file that they write, and their reports."""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Sequence

from eval.listwise import Floats
from qa.model import FOLDER

HELD_OUT = 4
"""One question in so many is kept out of the fit and reported."""


def held_out(question_id: str) -> bool:
    """Whether a question is kept out of the fit: decided by its id alone, the same in every run."""
    return hashlib.sha256(question_id.encode()).digest()[0] % HELD_OUT == 0


def write(name: str, names: Sequence[str], weights: Floats, intercept: float, note: str) -> None:
    """Write a model file."""
    stored = {
        "note": note,
        "intercept": round(intercept, 4),
        "weights": {key: round(float(weight), 4) for key, weight in zip(names, weights, strict=True)},
    }
    (FOLDER / f"{name}.json").write_text(json.dumps(stored, indent=2) + "\n", encoding="utf-8")


def say(text: str) -> None:
    """Tell how far a fit is, on standard error."""
    sys.stderr.write(text)
    sys.stderr.flush()
