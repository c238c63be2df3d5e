"""Platt's parameters, thresholds, bounds and splits by hand; then the command from questions to the library's file."""

from __future__ import annotations

import importlib
import json
import math
import tomllib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result

from corpus.errors import InvalidInput
from corpus.library import Library
from eval import calibrate_command
from eval.calibrate import Asked, Parts, count, fit, needed_for, promises, split
from eval.intervals import upper_bound
from eval.platt import choose_threshold, error_rates, fit_platt
from eval.questions import Question
from qa.answer import THRESHOLD
from qa.calibration import FILE, Counts, read_calibration, sigmoid
from qa.engine import Sourcebook
from qa.time import as_of_or_about
from tests.conftest import CHECKOUT
from tests.fakes import FakeEncoder
from tests.qa.material import DOCUMENTS, build


def test_platts_parameters_where_two_scores_determine_them() -> None:
    # Two distinct scores and two parameters: the fit meets the mean smoothed target at each of them.
    # At +1 there are 6 true and 2 false, at -1 1 true and 3 false; targets 8/9 for true, 1/7 for false.
    scores = np.array([1.0] * 8 + [-1.0] * 4)
    outcomes = np.array([True] * 6 + [False] * 2 + [True] + [False] * 3)
    high, low = (6 * 8 / 9 + 2 / 7) / 8, (8 / 9 + 3 / 7) / 4
    scale, intercept = fit_platt(scores, outcomes)

    assert sigmoid(scale + intercept) == pytest.approx(high, abs=1e-9)
    assert sigmoid(-scale + intercept) == pytest.approx(low, abs=1e-9)


def test_smoothing_keeps_a_perfect_parting_finite() -> None:
    # Targets 6/7 at +2 and 1/7 at -2: symmetric, so no intercept, and 2 * scale = log 6.
    scale, intercept = fit_platt(np.array([2.0] * 5 + [-2.0] * 5), np.array([True] * 5 + [False] * 5))
    assert scale == pytest.approx(math.log(6) / 2, abs=1e-9)
    assert intercept == pytest.approx(0, abs=1e-9)


def test_the_threshold_with_the_least_errors_lies_midway() -> None:
    confidences = np.array([0.9, 0.8, 0.5, 0.6, 0.3, 0.2])
    outcomes = np.array([True, True, True, False, False, False])
    # From 0.4 on: 1 of 3 false answers, none silent. From 0.7 on: none false, 1 of 3 silent. The fewer false ones win.
    assert choose_threshold(confidences, outcomes) == pytest.approx(0.7)
    assert error_rates(confidences, outcomes, 0.7) == pytest.approx((0, 1 / 3))
    assert error_rates(confidences, outcomes, 0.4) == pytest.approx((1 / 3, 0))


@pytest.mark.parametrize(("allowed", "threshold"), [(0.0, 0.7), (0.34, 0.4), (0.67, 0.25), (1.0, 0.1)])
def test_the_lowest_threshold_within_a_rate(allowed: float, threshold: float) -> None:
    confidences = np.array([0.9, 0.8, 0.5, 0.6, 0.3, 0.2])
    outcomes = np.array([True, True, True, False, False, False])
    assert choose_threshold(confidences, outcomes, allowed) == pytest.approx(threshold)


def test_no_threshold_where_the_surest_question_has_no_answer() -> None:
    assert choose_threshold(np.array([0.5, 0.9]), np.array([True, False]), 0.0) is None
    assert choose_threshold(np.array([0.0, 0.0]), np.array([True, False])) is None


def test_exact_bounds_by_hand() -> None:
    assert upper_bound(0, 59) == pytest.approx(1 - 0.05 ** (1 / 59))
    assert upper_bound(0, 59) < 0.05 < upper_bound(0, 58)
    assert upper_bound(1, 2) == pytest.approx(math.sqrt(0.95))  # P(at most 1 of 2) = 1 - p² = 0.05
    assert upper_bound(3, 3) == 1.0
    assert [needed_for(rate) for rate in (0.05, 0.01, 0.5, 0.95, 1.0)] == [59, 299, 5, 1, 0]


def asked(answerable: int, unanswerable: int, kinds: int = 2) -> list[Asked]:
    """Questions with an answer at 0.2 .. 0.95, without one at 0.05 .. 0.6, evenly."""
    yes = [Asked(f"a{n}", f"k{n % kinds}", True, 0.2 + 0.75 * n / answerable) for n in range(answerable)]
    no = [Asked(f"u{n}", f"n{n % kinds}", False, 0.05 + 0.55 * n / unanswerable) for n in range(unanswerable)]
    return yes + no


def test_the_split_is_even_in_every_kind_and_knows_no_order() -> None:
    questions = asked(41, 28)
    parts = split(questions, 7)

    assert split(questions[::-1], 7) == parts != split(questions, 8)
    assert (count(parts.fitting), count(parts.held_out)) == (Counts(20, 14), Counts(21, 14))
    assert {one.id for one in parts.fitting} ^ {one.id for one in parts.held_out} == {
        one.id for one in questions
    }
    for kind in ("n0", "n1"):
        assert sum(one.kind == kind for one in parts.held_out) == 7


def test_a_fit_lowers_what_the_shipped_threshold_answers_falsely() -> None:
    apart = [
        replace(one, shipped=0.4 * one.shipped + 0.62 if one.answerable else one.shipped + 0.1)
        for one in asked(200, 200)
    ]
    parts = split(apart, 1)
    fitted = fit(parts)

    # Answerable ones lie in 0.7 .. 1, others evenly in 0.15 .. 0.7: those above the shipped threshold are too many.
    wanted = fitted.calibration.probability(0.7)
    assert fitted.calibration.threshold == pytest.approx(wanted, abs=0.02)
    answered = [one.shipped >= THRESHOLD for one in parts.held_out if not one.answerable]
    assert 0 < fitted.shipped["false answers"].value == sum(answered) / len(answered)
    assert fitted.calibrated["false answers"].value <= 0.02
    assert fitted.calibrated["false silence"].value <= 0.02
    assert fitted.calibrated["confidence AUROC"].value == pytest.approx(
        fitted.shipped["confidence AUROC"].value
    )
    assert fit(parts) == fitted
    assert fit(parts, 0.2).calibration.threshold < fitted.calibration.threshold


def test_what_was_not_found_at_all_stays_declined() -> None:
    questions = [*asked(40, 40), *(Asked(f"z{n}", "", False, 0.0) for n in range(40))]
    fitted = fit(split(questions, 1))
    assert fitted.calibration.probability(0.0) == 0.0 < fitted.calibration.threshold

    nothing = [Asked(one.id, "", one.answerable, 0.4 * one.answerable) for one in asked(40, 40)]
    with pytest.raises(InvalidInput, match="nothing at all was found"):
        fit(split(nothing, 1))


def test_a_confidence_that_says_nothing_is_not_stored() -> None:
    turned = [Asked(one.id, "", not one.answerable, one.shipped) for one in asked(40, 40)]
    with pytest.raises(InvalidInput, match="no higher where there is an answer"):
        fit(split(turned, 1))
    same = [*asked(40, 40), Asked("worst", "", False, 0.99), Asked("as bad", "", False, 0.99)]
    with pytest.raises(InvalidInput, match="no threshold keeps false answers within 0 here"):
        fit(split(same, 1), 0.0)


def test_promises_give_the_exact_bounds() -> None:
    clear = [
        Asked(one.id, one.kind, one.answerable, 0.9 if one.answerable else 0.1) for one in asked(40, 118)
    ]
    parts = split(clear, 1)
    said = promises(fit(parts, 0.05), parts, 0.05)

    assert said[0].startswith("Of the 59 unanswerable questions held out, 0 would be answered (n0 0 of ")
    assert "at most 0.05." in said[0]
    assert said[1] == "So the rate that was asked for, 0.05, is kept."
    assert "near misses" in said[-1] and "25% of the questions have an answer" in said[-1]

    few = Parts(parts.fitting, tuple(split(clear[:60], 1).held_out))
    (_, on_rate, _) = promises(fit(few, 0.05), few, 0.05)
    assert "is not shown: it takes at least 59 held-out unanswerable questions" in on_rate
    assert "these were 10, so the set is too small" in on_rate
    assert "no number of questions" in promises(fit(few, 0.0), few, 0.0)[1]


# The command. Confidences are told by the question's words, so that no model decides what is seen here.


def told(_: object, question: Question) -> float:
    return float(question.text.rpartition(" ")[2])


@pytest.fixture
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr("qa.engine.default_encoder", lambda model=None: FakeEncoder())
    monkeypatch.setattr(calibrate_command, "shipped_confidence", told)
    return build(tmp_path)


def questions(folder: Path, answerable: int = 40, unanswerable: int = 40, document: str = "") -> Path:
    place = document or next(iter(DOCUMENTS))
    rows = [
        {"id": one.id, "question": f"What of {one.shipped:.4f}", "kind": one.kind}
        | ({"gold": [{"document": place}]} if one.answerable else {})
        for one in asked(answerable or 1, unanswerable or 1)
    ]
    file = folder / "mine.jsonl"
    file.write_text("\n".join(map(json.dumps, rows)))
    return file


def run(library: Path, *arguments: str | Path) -> Result:
    return CliRunner().invoke(
        calibrate_command.calibrate_command, ["--library", str(library), *map(str, arguments)]
    )


def test_the_command_fits_prints_and_keeps(library: Path, tmp_path: Path) -> None:
    file = questions(tmp_path)
    result = run(library, "--questions", file)

    assert result.exit_code == 0, result.output
    words = " ".join(result.stdout.split())
    assert "mine: fitted on 20 answerable and 20 unanswerable questions" in words
    assert "are of the other 20 and 20." in words
    assert all(name in words for name in ("confidence AUROC", "false answers", "false silence"))
    assert f"\n\nKept in {library / FILE}, and in use." in result.stdout
    assert "20 questions can show no less than 0.14" in words  # 1 - 0.05 ** (1 / 20) = 0.1391
    kept = read_calibration(library)
    assert kept is not None and kept.made is not None
    assert (kept.made.file, kept.made.questions, kept.made.documents) == ("mine.jsonl", 80, len(DOCUMENTS))
    assert [one.name for one in kept.made.calibrated] == [one.name for one in kept.made.shipped]

    first = (library / FILE).read_text()
    assert run(library, "--questions", file, "--seed", "20071210").stdout == result.stdout
    again = json.loads((library / FILE).read_text())
    again["made"]["made"] = kept.made.made
    assert again == json.loads(first)


def test_questions_are_asked_with_the_time_that_their_rows_state(tmp_path: Path) -> None:
    months = as_of_or_about("2007-12")[1]
    with Sourcebook.open(build(tmp_path), encoder=FakeEncoder()) as book:
        seen = {
            about: calibrate_command.shipped_confidence(
                book, Question("q", "How many soldiers were in the force?", about=about)
            )
            for about in (None, months)
        }
        for about, sure in seen.items():
            assert sure == book.ask("How many soldiers were in the force?", about=about).confidence
    assert seen[None] != seen[months]


def test_a_calibration_is_forgotten(library: Path, tmp_path: Path) -> None:
    run(library, "--questions", questions(tmp_path))
    assert "Forgotten" in run(library, "--forget").stdout
    assert not (library / FILE).exists()
    assert "has no calibration of its own" in run(library, "--forget").stdout


def test_a_rate_that_a_small_set_cannot_show_is_told(library: Path, tmp_path: Path) -> None:
    result = run(library, "--questions", questions(tmp_path), "--max-false-answers", "0.05")
    assert result.exit_code == 0, result.output
    assert "these were 20, so the set is too small" in " ".join(result.stdout.split())


def test_questions_whose_documents_are_missing_are_left_out(library: Path, tmp_path: Path) -> None:
    file = questions(tmp_path)
    with file.open("a") as more:
        more.write('\n{"id": "gone", "question": "What of 0.9", "gold": [{"document": "gone.txt"}]}')
    result = run(library, "--questions", file)
    assert result.exit_code == 0, result.output
    assert (
        "Left out: 1 question answered by documents" in result.stderr and "(gone.txt, ...)" in result.stderr
    )


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda folder: questions(folder, 25, 3), "add 17 more that they do not answer"),
        (lambda folder: questions(folder, 5, 30), "add 15 more that the documents answer"),
        (
            lambda folder: questions(folder, document="gone.txt"),
            "has 0 questions that this library answers and 40",
        ),
        (lambda folder: folder / "nowhere.jsonl", "no question set at"),
    ],
)
def test_what_cannot_be_fitted_is_one_sentence(
    library: Path, tmp_path: Path, make: Callable[[Path], Path], sentence: str
) -> None:
    result = run(library, "--questions", make(tmp_path))
    assert result.exit_code == 1
    assert "Error: " in result.stderr and "Traceback" not in result.output
    assert sentence in result.stderr
    assert not (library / FILE).exists()


def test_wrong_options_and_libraries_are_told(library: Path, tmp_path: Path) -> None:
    Library.create(tmp_path / "empty").close()
    file = questions(tmp_path)
    assert run(library).exit_code == 2
    assert run(library, "--forget", "--questions", file).exit_code == 2
    assert run(library, "--questions", file, "--max-false-answers", "5").exit_code == 2
    assert "no questions in split 'train'" in run(library, "--questions", file, "--split", "train").stderr
    assert "holds no documents; add some first" in run(tmp_path / "empty", "--questions", file).stderr
    assert run(tmp_path / "nowhere", "--forget").exit_code == 1


def test_the_command_line_finds_the_command() -> None:
    project = tomllib.loads((CHECKOUT / "pyproject.toml").read_text())
    module, _, name = project["project"]["entry-points"]["sourcebook.commands"]["calibrate"].partition(":")
    command = getattr(importlib.import_module(module), name)
    assert command is calibrate_command.calibrate_command and command.name == "calibrate"
