"""A question costs what it cost before: counted work instead of time, which no shared machine can promise."""

from __future__ import annotations

import json

import pytest

from tests.qa.work import RECORDED, differences, measure

EXPLAIN = """the work per question changed:
{}
If that is meant, record the new numbers and say why in the commit: python -m tests.qa.work"""


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, int]]:
    return measure(tmp_path_factory.mktemp("work"))


def test_questions_cost_the_recorded_work(measured: dict[str, dict[str, int]]) -> None:
    changed = differences(measured, json.loads(RECORDED.read_text(encoding="utf-8")))
    assert not changed, EXPLAIN.format("\n".join(changed))


def test_a_second_time_costs_no_encoding_but_the_question(measured: dict[str, dict[str, int]]) -> None:
    assert measured["adding the library"]["texts_encoded"] > 0
    assert measured["adding it again"]["texts_encoded"] == 0
    for step, numbers in measured.items():
        if step.endswith("(again)"):
            assert numbers["encoder_calls"] <= 1


def test_a_difference_is_told_with_both_numbers() -> None:
    assert differences({"a": {"sql_bytes": 5, "x": 1}}, {"a": {"sql_bytes": 4, "x": 1}}) == [
        "  a: sql bytes 4 -> 5"
    ]
    assert differences({"b": {"sql_bytes": 5}}, {}) == ["  b: sql bytes not recorded -> 5"]
