"""Charts: where values and passages stand, and when there is nothing to draw."""

from __future__ import annotations

from dataclasses import replace

import pytest

from qa.app.chart import LEFT, PLOT, RIGHT, TOP, WIDTH, middle, nice, number, timeline, value_chart
from qa.types import Compared, ComparedValue, Comparison, Dated, Difference
from tests.qa.app.fakes import FakeBook


def value(words: str, day: str | None, publisher: str | None, rank: int) -> ComparedValue:
    return ComparedValue(words, "troops", day, Dated.STATED, publisher, rank, 0, 5)


def test_values_stand_by_date_and_size() -> None:
    values = (
        value("50,000", "1999", "UN", 1),
        value("10 000 troops", "2010", None, 2),
        value("many", "2005", "UN", 3),
    )
    chart = value_chart(Comparison(Difference.CHANGED, Compared.QUANTITY, values))
    assert chart is not None
    first, last = chart.marks
    assert (first.x, last.x) == (LEFT, WIDTH - RIGHT)
    assert (first.y, last.y) == (TOP, TOP + PLOT * 0.8)
    assert [tick.label for tick in chart.down] == ["0", "25,000", "50,000"]
    assert chart.series == ("UN", "") and [mark.series for mark in chart.marks] == [0, 1]
    assert [tick.label for tick in chart.across] == ["2000", "2002", "2004", "2006", "2008", "2010"]


def test_nothing_is_drawn_without_two_numbers_and_dates() -> None:
    one = (value("5", "1999", None, 1), value("6", None, None, 2))
    assert value_chart(Comparison(Difference.DIFFER, Compared.QUANTITY, one)) is None
    together = (value("25,685", "2000", "UN", 1), value("27,504", "2000", "NATO", 2))
    assert value_chart(Comparison(Difference.DIFFER, Compared.QUANTITY, together)) is None
    people = (value("Ann 1", "1999", None, 1), value("Bea 2", "2000", None, 2))
    assert value_chart(Comparison(Difference.CHANGED, Compared.PERSON, people)) is None
    assert timeline(()) is None


def test_words_of_marks_that_lie_close_do_not_lie_over_each_other() -> None:
    values = (
        value("5,000", "2010-03-01", "UN", 1),
        value("4,600", "2010-03-20", "NATO", 2),
        value("4,900", "2020", "UN", 3),
    )
    chart = value_chart(Comparison(Difference.DIFFER, Compared.QUANTITY, values))
    assert chart is not None
    assert [mark.below for mark in chart.marks] == [False, True, False]


def test_passages_of_the_same_time_lie_under_each_other() -> None:
    citation = FakeBook().ask("personnel").citations[0]
    dated = [
        replace(citation, rank=rank, published=day)
        for rank, day in ((1, "2004"), (2, "2004"), (3, "2010"), (4, None))
    ]
    chart = timeline(dated)
    assert chart is not None
    assert [(mark.rank, mark.label) for mark in chart.marks] == [(1, "1"), (2, "2"), (3, "3")]
    assert chart.marks[0].x == chart.marks[1].x and chart.marks[0].y < chart.marks[1].y
    assert chart.marks[2].y == chart.marks[0].y


def test_of_many_publishers_the_last_share_a_mark() -> None:
    citation = FakeBook().ask("personnel").citations[0]
    dated = [replace(citation, rank=n, published=f"{2000 + n}", publisher=f"P{n}") for n in range(1, 7)]
    chart = timeline(dated)
    assert chart is not None
    assert [mark.series for mark in chart.marks] == [0, 1, 2, 3, 3, 3]
    assert (chart.series, chart.others) == (("P1", "P2", "P3", "P4"), True)
    few = timeline(dated[:4])
    assert few is not None and not few.others


@pytest.mark.parametrize(
    ("words", "figure"),
    [
        ("16,000", 16000),
        ("16 000 men", 16000),
        ("1.5 million", 1.5e6),
        ("3,5", 3.5),
        ("12%", 12),
        ("ten", None),
    ],
)
def test_numbers_are_read(words: str, figure: float | None) -> None:
    assert number(words) == figure


def test_days_and_round_numbers() -> None:
    assert middle("2004-03-17") == middle("2004-03-16/2004-03-18")
    assert middle("soon") is None and middle(None) is None
    assert [nice(x) for x in (0, 0.7, 550, 730, 954, 47_000)] == [1, 0.8, 600, 800, 1000, 50_000]
