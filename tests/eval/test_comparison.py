"""The labelled cases can be read, hold what their README promises, and the shipped behaviour follows their figures."""

from __future__ import annotations

from click.testing import CliRunner

from eval.comparison import load_cases, main, precision, recall, run
from qa.compare import SHOWN
from qa.types import Compared

CASES = load_cases()


def test_there_are_enough_cases_and_a_third_is_kept_aside() -> None:
    assert len(CASES) >= 60
    assert len({case.id for case in CASES}) == len(CASES)
    test = sum(case.split == "test" for case in CASES)
    assert 0.3 <= test / len(CASES) <= 0.36
    nothing = sum(case.expected is None for case in CASES)
    assert nothing >= len(CASES) / 3


def test_expected_values_stand_in_their_citations() -> None:
    for case in CASES:
        for rank, value in case.expected.values if case.expected else ():
            assert value in case.citations[rank - 1].quote, case.id


def test_every_kind_that_is_shown_is_right_more_than_nine_times_in_ten() -> None:
    outcomes = run(CASES)
    for kind in Compared:
        of_kind = [one for one in outcomes if one.found is not None and one.found.kind is kind]
        estimate = precision(of_kind)
        assert (estimate is not None and estimate.value > 0.9) == (kind in SHOWN)
    of_test = [one for one in outcomes if one.case.split == "test"]
    found, wanted = precision(of_test), recall(of_test)
    assert found is not None
    assert found.value > 0.9
    assert wanted is not None
    assert wanted.value > 0.5


def test_the_command_prints_figures_with_intervals() -> None:
    result = CliRunner().invoke(main, ["--split", "test"])
    assert result.exit_code == 0
    assert "precision 1.00 (" in result.output
