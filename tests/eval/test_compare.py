"""Paired tests by hand, their error rates by simulation, and a gate that catches what was planted."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from corpus.errors import InvalidInput
from eval.compare import Verdict, compare, fails_gate
from eval.comparing import sentence
from eval.paired import mcnemar, paired_bootstrap
from eval.questions import Question
from eval.results import Decision, QuestionRow
from eval.store import StoredRun


def run(name: str, right: Iterable[float], measure: str = "right") -> StoredRun:
    rows = tuple(
        QuestionRow(
            Question(f"q{number}", f"Question {number}?", "fact", answers=("x",)),
            (),
            (),
            {measure: score},
            Decision(score > 0, 0.5, None, None),
            False,
            0,
            1.0,
        )
        for number, score in enumerate(right)
    )
    return StoredRun(Path(name), {"answers": rows}, None)


def test_mcnemar_is_the_sign_test_on_the_questions_that_changed() -> None:
    # all five one way: 2 / 2^5; all six: 2 / 2^6; 8 to 2: 2 * (1 + 10 + 45) / 2^10
    assert mcnemar(5, 0) == 0.0625
    assert mcnemar(0, 6) == 0.03125
    assert mcnemar(8, 2) == pytest.approx(2 * 56 / 1024)
    assert mcnemar(3, 3) == mcnemar(0, 0) == 1.0


def test_the_paired_bootstrap_by_hand() -> None:
    """Of differences that are all equal, every resample has the same mean."""
    same, p = paired_bootstrap(np.full(8, 0.25))
    assert (same.value, same.low, same.high, same.n, p) == (0.25, 0.25, 0.25, 8, 0.0)
    none, p = paired_bootstrap(np.zeros(8))
    assert (none.value, none.low, none.high, p) == (0.0, 0.0, 0.0, 1.0)
    mixed, p = paired_bootstrap(np.tile([0.5, -0.5], 50))
    assert mixed.value == 0.0
    assert mixed.high == pytest.approx(1.96 * 0.5 / 10, abs=0.01)
    assert p > 0.9
    assert paired_bootstrap(np.tile([0.5, -0.5], 50)) == (mixed, p)


def test_the_paired_interval_covers_the_truth_about_as_often_as_it_says() -> None:
    generator = np.random.default_rng(4)
    covered = 0
    for _ in range(60):
        estimate, _ = paired_bootstrap(generator.choice([-1.0, 0.0, 1.0], size=150, p=[0.1, 0.7, 0.2]))
        covered += estimate.low <= 0.1 <= estimate.high
    assert covered >= 52


def test_better_worse_and_cannot_tell() -> None:
    before = run("a", [1] * 10 + [0] * 10)
    better = compare(before, run("b", [1] * 16 + [0] * 4))
    worse = compare(before, run("b", [1] * 4 + [0] * 16))
    unclear = compare(before, run("b", [0, 0, 0] + [1] * 10 + [0] * 7))

    assert (better.first.gained, better.first.lost, better.first.p) == (6, 0, 0.03125)
    assert better.first.verdict is Verdict.BETTER
    assert [flip.question_id for flip in better.gained] == [f"q{n}" for n in range(10, 16)]
    assert worse.first.verdict is Verdict.WORSE
    assert worse.first.change.value == pytest.approx(-0.3)
    assert (unclear.first.gained, unclear.first.lost) == (3, 3)
    assert unclear.first.verdict is Verdict.UNCLEAR
    assert "3 for the better and 3 for the worse (p = 1.000, may be chance)" in sentence(unclear)


def test_five_changed_questions_are_too_few_whatever_they_say() -> None:
    found = compare(run("a", [1] * 20), run("b", [0] * 5 + [1] * 15))

    assert found.first.too_few_changed
    assert found.first.verdict is Verdict.UNCLEAR
    assert "fewer than 6 cannot reach p < 0.05" in sentence(found)
    # the bootstrap alone would believe them
    graded = compare(
        run("a", [1] * 20, "quote F1"), run("b", [0] * 5 + [1] * 15, "quote F1"), measure="quote F1"
    )
    assert graded.first.p < 0.05
    assert graded.first.verdict is Verdict.UNCLEAR


def test_a_planted_regression_fails_the_gate_and_planted_noise_does_not() -> None:
    generator = np.random.default_rng(5)
    base = (generator.random(200) < 0.6).astype(float)
    regressed = base.copy()
    regressed[np.flatnonzero(base)[:14]] = 0.0  # seven points lost
    small = base.copy()
    small[np.flatnonzero(base)[:5]] = 0.0  # two and a half points, five questions
    noisy = base.copy()
    noisy[generator.choice(200, 20, replace=False)] = generator.permutation(np.repeat([0.0, 1.0], 10))

    assert fails_gate(compare(run("a", base), run("b", regressed)).first, 0.03)
    assert not fails_gate(compare(run("a", base), run("b", small)).first, 0.03)
    assert not fails_gate(compare(run("a", base), run("b", noisy)).first, 0.03)
    assert not fails_gate(compare(run("a", regressed), run("b", base)).first, 0.03)
    # a drop that is real but allowed
    assert not fails_gate(compare(run("a", base), run("b", regressed)).first, 0.08)


def test_the_gate_rarely_stops_a_change_that_changed_nothing() -> None:
    """Two runs of equal quality that differ in a tenth of 200 questions: at most 2.5% should fail by chance."""
    generator = np.random.default_rng(6)
    failed = 0
    for _ in range(200):
        changed = generator.random(200) < 0.1
        lost = int((changed & (generator.random(200) < 0.5)).sum())
        gained = int(changed.sum()) - lost
        failed += mcnemar(gained, lost) < 0.05 and lost - gained > 0.03 * 200
    assert failed <= 9  # mean 5 at most; P(more than 9) < 0.04


def test_questions_that_are_not_the_same_are_left_out_and_named() -> None:
    before = run("a", [1] * 10)
    rows = list(run("b", [1] * 12).rows["answers"])
    rows[3] = replace(rows[3], question=replace(rows[3].question, text="Another question?"))
    found = compare(before, StoredRun(Path("b"), {"answers": tuple(rows[1:])}, None))

    assert found.compared == 8
    assert found.only_before == ("q0",)
    assert found.only_after == ("q10", "q11")
    assert found.changed_questions == ("q3",)


def test_what_cannot_be_compared_gets_a_sentence() -> None:
    with pytest.raises(InvalidInput, match="a has no rows of 'fused'; it has: answers"):
        compare(run("a", [1]), run("b", [1]), run="fused")
    with pytest.raises(InvalidInput, match="'speed' is not in both runs; measures that are: right"):
        compare(run("a", [1]), run("b", [1]), measure="speed")
    other = run("b", [1])
    renamed = replace(other.rows["answers"][0], question=Question("z", "?"))
    with pytest.raises(InvalidInput, match="no question in common"):
        compare(run("a", [1]), StoredRun(Path("b"), {"answers": (renamed,)}, None))
