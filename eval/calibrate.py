"""Fits a library's calibration on one part of its questions and measures it on the other; asks and stores nothing."""

from __future__ import annotations

import hashlib
import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from corpus.errors import InvalidInput
from eval.confidence import calibration_error
from eval.intervals import Estimate, auroc_with_interval, rate, upper_bound, with_interval
from eval.platt import choose_threshold, fit_platt
from qa.calibration import Calibration, Counts, log_odds

LEAST = 20
"""Questions of each kind, with an answer and without, that calibrating takes."""
MEASURES = ("confidence AUROC", "false answers", "false silence", "calibration error")


@dataclass(frozen=True, slots=True)
class Asked:
    """One question as it was judged: `shipped` is the confidence that the shipped calibration gives it."""

    id: str
    kind: str
    answerable: bool
    shipped: float


@dataclass(frozen=True, slots=True)
class Parts:
    """The questions that a calibration is fitted on, and those that are kept for measuring it."""

    fitting: tuple[Asked, ...]
    held_out: tuple[Asked, ...]


@dataclass(frozen=True, slots=True)
class Fitted:
    """A fitted calibration without its record, and what it is worth on the held-out questions, by measure.

    `false_answers` counts the held-out unanswerable questions that it answers; `by_kind` gives (answered, asked) of them.
    """

    calibration: Calibration
    shipped: dict[str, Estimate]
    calibrated: dict[str, Estimate]
    false_answers: int
    by_kind: dict[str, tuple[int, int]]


def count(asked: Sequence[Asked]) -> Counts:
    """How many questions have an answer, and how many have none."""
    answerable = sum(one.answerable for one in asked)
    return Counts(answerable, len(asked) - answerable)


def split(asked: Sequence[Asked], seed: int) -> Parts:
    """Part the questions in two halves by the hashes of their ids; every kind is in both, where it can be.

    Of an odd number of questions one more is held out. The order of the questions has no influence.
    """

    def place(one: Asked) -> tuple[bool, str, str]:
        return one.answerable, one.kind, hashlib.sha256(f"{seed}\0{one.id}".encode()).hexdigest()

    fitting: list[Asked] = []
    held_out: list[Asked] = []
    for answerable in (True, False):
        ordered = sorted((one for one in asked if one.answerable is answerable), key=place)
        held_out += ordered[::2]
        fitting += ordered[1::2]
    return Parts(tuple(fitting), tuple(held_out))


def fit(parts: Parts, max_false_answers: float | None = None) -> Fitted:
    """Fit scale, intercept and threshold on one part, and measure on the other.

    Questions for which nothing at all was found (confidence 0) are declined whatever is fitted; they count in the
    rates alone. Raises InvalidInput where these questions are of no use, or no threshold keeps the rate.
    """
    shipped, outcomes = _arrays(parts.fitting)
    seen = shipped > 0
    if len(np.unique(outcomes[seen])) < 2:
        raise InvalidInput(
            "for all questions with an answer, or for all without, nothing at all was found in this library, so there is "
            "nothing to calibrate; is it the library that the questions were written for? Name it with --library"
        )
    scale, intercept = fit_platt(np.array([log_odds(one) for one in shipped[seen]]), outcomes[seen])
    if scale <= 0:
        raise InvalidInput(
            "on these questions the confidence is no higher where there is an answer than where there is none, so no "
            "calibration can help, and none is stored; check the questions: sourcebook questions check FILE"
        )
    fitted = Calibration(scale, intercept)
    threshold = choose_threshold(_confidences(fitted, shipped), outcomes, max_false_answers)
    if threshold is None:
        raise InvalidInput(
            f"no threshold keeps false answers within {max_false_answers:g} here without declining every question, so "
            "nothing is stored; ask for a higher rate with --max-false-answers"
        )
    held, truth = _arrays(parts.held_out)
    confidences = _confidences(fitted, held)
    answered = [
        (one, sure >= threshold)
        for one, sure in zip(parts.held_out, confidences, strict=True)
        if not one.answerable
    ]
    asked, wrong = Counter(one.kind for one, _ in answered), Counter(one.kind for one, yes in answered if yes)
    return Fitted(
        replace(fitted, threshold=threshold),
        shipped=measure(held, truth, Calibration().threshold),
        calibrated=measure(confidences, truth, threshold),
        false_answers=wrong.total(),
        by_kind={kind: (wrong[kind], asked[kind]) for kind in sorted(asked)},
    )


def _arrays(asked: Sequence[Asked]) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    return np.array([one.shipped for one in asked]), np.array([one.answerable for one in asked], dtype=bool)


def _confidences(calibration: Calibration, shipped: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.array([calibration.probability(one) for one in shipped.tolist()])


def measure(
    confidences: NDArray[np.float64], outcomes: NDArray[np.bool_], threshold: float
) -> dict[str, Estimate]:
    """The measures of questions of both kinds, answered from the threshold on, with 95% intervals; by MEASURES."""
    answered = confidences >= threshold
    n = len(outcomes)
    values = (
        auroc_with_interval(confidences[outcomes], confidences[~outcomes]),
        rate(int(answered[~outcomes].sum()), int((~outcomes).sum())),
        rate(int((~answered)[outcomes].sum()), int(outcomes.sum())),
        with_interval(n, lambda draw: calibration_error(confidences[draw], outcomes[draw])),
    )
    return dict(zip(MEASURES, values, strict=True))


def promises(fitted: Fitted, parts: Parts, max_false_answers: float | None = None) -> list[str]:
    """What the held-out questions show and what they cannot, as sentences."""
    counts = count(parts.held_out)
    n, wrong = counts.unanswerable, fitted.false_answers
    bound = upper_bound(wrong, n)
    kinds = ", ".join(
        f"{kind or 'of no kind'} {false} of {total}" for kind, (false, total) in fitted.by_kind.items()
    )
    said = [
        f"Of the {n} unanswerable questions held out, {wrong} would be answered ({kinds}). With 95% confidence the rate "
        f"for such questions is at most {_up(bound)}. {n} questions can show no less than {_up(upper_bound(0, n))}, "
        "even without an error."
    ]
    if max_false_answers is not None:
        said.append(_on_rate(max_false_answers, bound, n))
    before, after = (
        found["false answers"].value + found["false silence"].value
        for found in (fitted.shipped, fitted.calibrated)
    )
    if max_false_answers is None and after > before:
        said.append(
            f"On the held-out questions the sum of both errors is {after:.2f}, with the shipped calibration {before:.2f}: "
            "this one does not help here."
        )
    share = counts.answerable / (counts.answerable + n)
    said.append(
        "This holds for questions of the same kinds to these documents. It says nothing of unanswerable questions of "
        "another kind, near misses (the right name, another year) above all. The confidence supposes that, as here, "
        f"{share:.0%} of the questions have an answer."
    )
    return said


def _on_rate(asked: float, bound: float, n: int) -> str:
    if bound <= asked:
        return f"So the rate that was asked for, {asked:g}, is kept."
    if asked == 0:
        return "A rate of 0 can be shown by no number of questions."
    needed = needed_for(asked)
    enough = (
        f"these were {n}, so the set is too small"
        if n < needed
        else f"these {n} were enough, but not without an error"
    )
    return (
        f"That the rate stays within {asked:g}, as was asked, is not shown: it takes at least {needed} held-out "
        f"unanswerable questions without one false answer, about {2 * needed} in the file; {enough}."
    )


def needed_for(asked: float) -> int:
    """How many unanswerable questions without one false answer bound the rate at `asked`, 0..1, with 95% confidence."""
    if asked >= 1:
        return 0
    needed = max(1, math.ceil(math.log(0.05) / math.log1p(-asked)))
    while needed > 1 and upper_bound(0, needed - 1) <= asked:
        needed -= 1
    return needed


def _up(bound: float) -> str:
    """A bound with two decimals, rounded so that it still holds."""
    return f"{math.ceil(round(bound * 100, 9)) / 100:.2f}"
