"""The labelled cases can be read, hold what their README promises, and the shipped behaviour follows their figures."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest
from click.testing import CliRunner

from corpus.errors import InvalidInput
from eval.comparison import load_cases, main, precision, recall, run
from qa.compare import SHOWN
from qa.types import Compared

CASES = load_cases()
CITATION: dict[str, object] = {"title": "T", "publisher": "P", "published": "2004", "quote": "Ten men came."}


def test_the_cases_are_those_that_their_readme_counts() -> None:
    assert (len(CASES), len({case.id for case in CASES})) == (124, 124)
    assert sum(case.split == "test" for case in CASES) == 41  # every third
    kinds = Counter(case.expected.kind if case.expected else None for case in CASES)
    assert kinds == {None: 65, Compared.QUANTITY: 44, Compared.PERSON: 8, Compared.DATE: 7}


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"label": "they differ"}, "label"),
        ({"label": "sources differ", "kind": "mood"}, "kind"),
        ({"citations": [CITATION | {"published": "soon"}]}, r"citations\[0\]\.published"),
        ({"citations": [CITATION | {"covers": ["2004"]}]}, r"citations\[0\]\.covers"),
    ],
)
def test_a_case_that_cannot_be_used_is_told(tmp_path: Path, change: dict[str, object], field: str) -> None:
    row = {"id": "1", "split": "dev", "about": "x", "question": "How many?", "kind": "quantity"} | change
    (tmp_path / "cases.jsonl").write_text(json.dumps(row))
    with pytest.raises(InvalidInput, match=rf"cases\.jsonl:1:{field}: "):
        load_cases(tmp_path / "cases.jsonl")


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
