"""Spelled numbers as a whole in three languages, ranges and changes: known answers, and words that are no numbers."""

from __future__ import annotations

import time

import pytest

from qa.numerals import number_in
from qa.quantities import quantities


def _found(text: str) -> list[tuple[str, float, float]]:
    return [(text[one.span.start : one.span.end], one.low, one.high) for one in quantities(text)]


@pytest.mark.parametrize(
    ("numeral", "value"),
    [
        ("one hundred and twenty", 120),
        ("Two hundred and seventy-two", 272),
        ("five thousand two hundred", 5_200),
        ("one hundred thousand", 100_000),
        ("two million five hundred thousand", 2_500_000),
        ("two and a half million", 2_500_000),
        ("two dozen", 24),
        ("a hundred", 100),
        ("vingt et un", 21),
        ("soixante-quinze", 75),
        ("quatre-vingts", 80),
        ("quatre-vingt-dix-sept", 97),
        ("cent vingt", 120),
        ("six cents", 600),
        ("deux cent cinquante mille", 250_000),
        ("deux millions cinq cent mille", 2_500_000),
        ("due milioni", 2_000_000),
        ("trenta", 30),
    ],
)
def test_a_spelled_number_is_one_and_whole(numeral: str, value: float) -> None:
    assert number_in(numeral) == pytest.approx(value)
    assert _found(f"Here {numeral} were seen.") == [(numeral, value, value)]


@pytest.mark.parametrize(
    "text",
    [
        "The delay is due to the storm.",
        "A high per cent of the mills stood still.",
        "They seize what they find.",
        "On 5 Sept. the mill stood still.",
        "Otto and Dix came for the UN.",
        "Several hundred came, and half a hundred left.",
        "It opened at 10:30 and closed at 10.45 p.m.",
        "The one hundred and twenty-five-member band played.",
    ],
)
def test_words_that_only_look_like_numbers(text: str) -> None:
    assert _found(text) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("10 to 12 mills", [("10 to 12", 10, 12)]),
        ("losses ranging from 5,000 to 6,000 tons", [("5,000 to 6,000", 5000, 6000)]),
        ("increases ranging from 10 to 20 per cent", [("10 to 20 per cent", 10, 20)]),
        ("It has from 5,000 to 6,000 mills.", [("5,000 to 6,000", 5000, 6000)]),
        ("between one hundred and two hundred", [("between one hundred and two hundred", 100, 200)]),
        ("between 12 and 10", [("between 12 and 10", 10, 12)]),
        ("5 to 6 million", [("5 to 6 million", 5e6, 6e6)]),
        ("two to three hundred", [("two to three hundred", 200, 300)]),
        ("5-6,000 mills", [("5-6,000", 5000, 6000)]),
        ("500-1,000 mills", [("500-1,000", 500, 1000)]),
        ("1-60,000 mills", [("1-60,000", 1, 60_000)]),
        ("It rose from 5,000 to 9,000.", [("5,000", 5000, 5000), ("9,000", 9000, 9000)]),
        ("It fell from about 17 to 15 mills.", [("about 17", 17, 17), ("15", 15, 15)]),
        ("It was cut from €6 to €5 million.", [("€6", 6e6, 6e6), ("€5 million", 5e6, 5e6)]),
        ("17,500 to 15,000 mills", [("17,500", 17_500, 17_500), ("15,000", 15_000, 15_000)]),
        (
            "up from 32 per cent in the year 2005 to 36 per cent",
            [("32 per cent", 32, 32), ("36 per cent", 36, 36)],
        ),
        ("They won 3-1.", []),
    ],
)
def test_ranges_and_changes(text: str, found: list[tuple[str, float, float]]) -> None:
    assert _found(text) == found


def test_the_two_ends_of_a_change_have_one_sign() -> None:
    assert [one.sign for one in quantities("It fell from 50 to 40 per cent.")] == ["percent", "percent"]


def test_a_long_text_takes_time_in_proportion() -> None:
    def seconds(text: str) -> float:
        started = time.process_time()
        quantities(text)
        return time.process_time() - started

    assert seconds("1 " * 20_000) < 40 * max(seconds("1 " * 2_000), 0.01)
