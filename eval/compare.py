"""Two runs of the same questions: which measures differ by more than chance, and which questions changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from corpus.errors import InvalidInput
from eval.asking import ANSWERS
from eval.intervals import Estimate
from eval.paired import FEWEST_CHANGED, SIGNIFICANCE, mcnemar, paired_bootstrap
from eval.results import QuestionRow
from eval.store import StoredRun
from eval.summary import MEASURES, RATES

FIRST_MEASURE = {True: "right", False: "success@5"}
"""What a comparison is decided by unless told otherwise: for answers, and for a search."""
_ALMOST = 1e-9


class Verdict(StrEnum):
    """What a paired test says of the second run."""

    BETTER = "better"
    WORSE = "worse"
    UNCLEAR = "cannot tell"


@dataclass(frozen=True, slots=True)
class Difference:
    """One measure in both runs, over the questions that have it in both.

    `change` is the mean of second minus first with its paired bootstrap interval. `gained` and `lost` count the
    questions whose score rose and fell. `p` is McNemar's for a rate, else the paired bootstrap's. The verdict needs
    p < 0.05 and at least six questions that changed, because fewer cannot reach it by McNemar's test.
    """

    measure: str
    before: float
    after: float
    change: Estimate
    gained: int
    lost: int
    p: float

    @property
    def verdict(self) -> Verdict:
        """What to believe."""
        if self.p >= SIGNIFICANCE or self.too_few_changed:
            return Verdict.UNCLEAR
        return Verdict.BETTER if self.change.value > 0 else Verdict.WORSE

    @property
    def too_few_changed(self) -> bool:
        """Whether so few questions changed that no test could tell the runs apart."""
        return self.gained + self.lost < FEWEST_CHANGED


@dataclass(frozen=True, slots=True)
class Flip:
    """A question whose score changed."""

    question_id: str
    text: str
    kind: str
    before: float
    after: float


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two runs side by side.

    `first` is the measure that decides, `differences` are all measures in order. Flips are of the deciding measure.
    `changed_questions` are ids whose question or gold places are not the same; they and the ids that stand in one
    run only are left out.
    """

    run: str
    first: Difference
    differences: tuple[Difference, ...]
    gained: tuple[Flip, ...]
    lost: tuple[Flip, ...]
    compared: int
    only_before: tuple[str, ...]
    only_after: tuple[str, ...]
    changed_questions: tuple[str, ...]
    settings: tuple[tuple[str, object, object], ...]


def compare(
    before: StoredRun, after: StoredRun, *, run: str = ANSWERS, measure: str | None = None
) -> Comparison:
    """Compare the rows of one name, such as "answers" or "fused".

    Raises InvalidInput where a run has no such rows, no question is in both, or none has the measure in both.
    """
    old, new = _rows(before, run), _rows(after, run)
    shared = [identity for identity in new if identity in old]
    edited = tuple(identity for identity in shared if not _same(old[identity], new[identity]))
    pairs = [(old[identity], new[identity]) for identity in shared if identity not in edited]
    if not pairs:
        raise InvalidInput(
            f"{before.path} and {after.path} have no question in common; compare runs of the same set"
        )
    deciding = measure or FIRST_MEASURE[run == ANSWERS]
    differences = tuple(found for name in MEASURES if (found := _difference(name, pairs)) is not None)
    first = next((one for one in differences if one.measure == deciding), None)
    if first is None:
        names = ", ".join(one.measure for one in differences)
        raise InvalidInput(f"{deciding!r} is not in both runs; measures that are: {names}")
    flips = [
        _flip(deciding, *pair) for pair in pairs if deciding in pair[0].scores and deciding in pair[1].scores
    ]
    return Comparison(
        run=run,
        first=first,
        differences=differences,
        gained=tuple(flip for flip in flips if flip.after > flip.before + _ALMOST),
        lost=tuple(flip for flip in flips if flip.after < flip.before - _ALMOST),
        compared=len(pairs),
        only_before=tuple(identity for identity in old if identity not in new),
        only_after=tuple(identity for identity in new if identity not in old),
        changed_questions=edited,
        settings=_settings(before, after),
    )


def fails_gate(difference: Difference, max_drop: float) -> bool:
    """Whether the measure fell by more than `max_drop`, and by more than chance."""
    return difference.verdict is Verdict.WORSE and -difference.change.value > max_drop + _ALMOST


def _rows(stored: StoredRun, run: str) -> Mapping[str, QuestionRow]:
    if run not in stored.rows:
        raise InvalidInput(f"{stored.path} has no rows of {run!r}; it has: {', '.join(stored.rows)}")
    return {row.question.id: row for row in stored.rows[run]}


def _same(old: QuestionRow, new: QuestionRow) -> bool:
    """Whether a question asks for the same; gold places are compared by what both runs kept of them."""
    ours, theirs = old.question, new.question
    places = [[(gold.document, gold.start, gold.end) for gold in one.gold] for one in (ours, theirs)]
    same_words = (ours.text, ours.stated_time, ours.need) == (theirs.text, theirs.stated_time, theirs.need)
    return same_words and places[0] == places[1] and ours.answerable == theirs.answerable


def _difference(measure: str, pairs: Sequence[tuple[QuestionRow, QuestionRow]]) -> Difference | None:
    scored = [
        (old.scores[measure], new.scores[measure])
        for old, new in pairs
        if measure in old.scores and measure in new.scores
    ]
    if not scored:
        return None
    values = np.array(scored, dtype=np.float64)
    changes = values[:, 1] - values[:, 0]
    gained, lost = int((changes > _ALMOST).sum()), int((changes < -_ALMOST).sum())
    change, p = paired_bootstrap(changes)
    before, after = (float(mean) for mean in values.mean(axis=0))
    return Difference(
        measure, before, after, change, gained, lost, mcnemar(gained, lost) if measure in RATES else p
    )


def _flip(measure: str, old: QuestionRow, new: QuestionRow) -> Flip:
    question = new.question
    return Flip(question.id, question.text, question.kind, old.scores[measure], new.scores[measure])


def _settings(before: StoredRun, after: StoredRun) -> tuple[tuple[str, object, object], ...]:
    """What the two runs were made of differently, as far as both say it."""
    if before.about is None or after.about is None:
        return ()
    old = {"library": before.about.library, **before.about.settings, **before.about.versions}
    new = {"library": after.about.library, **after.about.settings, **after.about.versions}
    names = dict.fromkeys([*old, *new])
    return tuple((name, old.get(name), new.get(name)) for name in names if old.get(name) != new.get(name))
