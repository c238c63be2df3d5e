"""A value of a part, of a group or of a growth is not set beside a value of the whole, nor in another sentence's time."""

from __future__ import annotations

from itertools import count

import pytest

from eval.comparison import citation_of
from qa.compare import compare
from qa.question import understand
from qa.statements import statements
from qa.types import Comparison, Difference

TROOPS = "How many troops does Lake Force have?"
RATE = "What was the unemployment rate in Tarn?"
AT_51 = "In Tarn the unemployment rate was 51 per cent."
COST = "What is the cost of the Orlen bridge?"
FIRE = "How many homes did the Orlen fire destroy in May 2006?"


def _compared(question: str, *cited: tuple[str | None, str | None, str]) -> Comparison | None:
    numbers = count(1)
    citations = [
        citation_of(next(numbers), quote, publisher, published) for publisher, published, quote in cited
    ]
    return compare(understand(question), citations, {})


@pytest.mark.parametrize(
    ("question", "text", "values"),
    [
        ("How many towns have recognised Tarn?", "Four additional towns have recognised Tarn.", []),
        ("How many towns have recognised Tarn?", "A further four towns have recognised Tarn.", []),
        ("How many towns have recognised Tarn?", "Four more towns have recognised Tarn.", []),
        ("How many additional towns have recognised Tarn?", "Four additional towns have recognised Tarn.", ["Four"]),
        ("How many towns have recognised Tarn?", "Sixty towns have recognised Tarn.", ["Sixty"]),
        (TROOPS, "Lake Force grew by 300 troops.", []),
        (TROOPS, "Lake Force lost 300 troops.", []),
        ("How many troops did Lake Force lose?", "Lake Force lost 300 troops.", ["300"]),
        (TROOPS, "Lake Force has more than 5,000 troops.", ["more than 5,000"]),
        (TROOPS, "Lake Force has 5,000 troops and waits for additional trucks.", ["5,000"]),
        (RATE, "In Tarn the unemployment rate rose by 3 per cent.", []),
        (RATE, "In Tarn the unemployment rate rose to 43 per cent.", ["43 per cent"]),
    ],
)  # fmt: skip
def test_what_is_added_is_no_value_of_the_whole(question: str, text: str, values: list[str]) -> None:
    found = statements(understand(question), text, "")
    assert [text[statement.span.start : statement.span.end] for statement in found] == values


@pytest.mark.parametrize(
    ("question", "whole", "other", "alike"),
    [
        (TROOPS, "Lake Force has 5,000 troops.", "Lake Force has 1,200 troops in the north.", False),
        (TROOPS, "Lake Force has 5,000 troops.", "In the north Lake Force has 1,200 troops.", False),
        (TROOPS, "Lake Force has 5,000 troops.", "Lake Force has 1,200 troops for patrols.", False),
        (TROOPS, "Lake Force has 5,000 troops.", "In all, Lake Force has 4,700 troops in the country.", True),
        (TROOPS, "Lake Force has 5,000 troops in the valley.", "Lake Force has 3,800 troops in the valley.", True),
        ("How many troops does Lake Force have in the north?", "Lake Force has 1,200 troops in the north.",
         "In the north Lake Force has 900 troops.", True),
        ("How many homes were destroyed in Orlen?", "In Orlen 40 homes were destroyed in the fire.",
         "In Orlen 65 homes were destroyed.", True),
        (RATE, AT_51, "In Tarn the unemployment rate for women was 70 per cent.", False),
        (RATE, AT_51, "In Tarn the youth unemployment rate was 70 per cent.", False),
        (RATE, AT_51, "In mountain villages the unemployment rate in Tarn was 70%.", False),
        (RATE, AT_51, "In Tarn the unemployment rate was 70 per cent among youths.", False),
        (RATE, AT_51, "The official unemployment rate in Tarn reached 43% last June.", True),
        (RATE, "In Tarn the unemployment rate was 51%.", "The unemployment rate of the workforce in Tarn was 43%.", True),
        ("What was the unemployment rate for women in Tarn?", "In Tarn the unemployment rate for women was 70 per cent.",
         "For women in Tarn the unemployment rate was 65 per cent.", True),
        (COST, "The cost of the Orlen bridge is $50 million.",
         "The cost of painting the Orlen bridge is $2 million.", False),
        (COST, "The cost of the Orlen bridge is $50 million.", "The total cost of the Orlen bridge was $62 million.", True),
    ],
)  # fmt: skip
def test_a_part_or_a_group_is_kept_apart(question: str, whole: str, other: str, alike: bool) -> None:
    asked = understand(question)
    (one,), (two,) = statements(asked, whole, ""), statements(asked, other, "")
    assert (one.about - {"last"} == two.about - {"last"}) is alike


def test_the_value_of_a_group_in_the_same_sentence_is_kept_apart() -> None:
    said = "In Tarn the unemployment rate was 51 per cent, and for women 70 per cent."
    whole, women = statements(understand(RATE), said, "")
    assert "women" in women.about - whole.about


@pytest.mark.parametrize(
    ("quote", "dates"),
    [
        ("Lake Force has 5,000 troops. In 1999 Lake Force had 20,000 troops.", ["2009-03-01", "2010-03-01"]),
        ("Lake Force has had 5,000 troops since the council report of 24 November 2007.", ["2009-03-01", "2010-03-01"]),
        ("Lake Force has had since its move to the coast, of 24 November 2007, 5,000 troops.", ["2009-03-01", "2010-03-01"]),
        ("Lake Force has had since its move in 2007 a total of 5,000 troops.", ["2009-03-01", "2010-03-01"]),
        ("Lake Force had since its move 5,000 troops in 2007.", ["2007", "2009-03-01"]),
        ("In 2007 Lake Force had 5,000 troops.", ["2007", "2009-03-01"]),
        ("Lake Force had 5,000 troops in 2007, fewer than in 2004.", ["2007", "2009-03-01"]),
        ("Lake Force came in 1999. Lake Force now has 5,000 troops.", ["2009-03-01", "2010-03-01"]),
        ("Lake Force came in 1999. Lake Force had 5,000 troops.", None),
        ("Lake Force trained in January 2010. Lake Force had 5,000 troops.", ["2009-03-01", "2010-03-01"]),
        ("After the riots of March 2004 Lake Force had 5,000 troops.", None),
        ("After a quarrel in March 2004 Lake Force had 5,000 troops.", ["2004-03", "2009-03-01"]),
    ],
)  # fmt: skip
def test_the_time_of_a_value_is_that_of_its_own_sentence(quote: str, dates: list[str] | None) -> None:
    found = _compared(TROOPS, ("A", "2010-03-01", quote), ("B", "2009-03-01", "Lake Force has 6,200 troops."))
    assert ([value.date for value in found.values] if found else None) == dates


@pytest.mark.parametrize(
    ("publisher", "other", "number", "label"),
    [
        (None, None, "65", Difference.DIFFER),
        ("A", None, "65", Difference.DIFFER),
        ("A", "B", "65", Difference.DIFFER),
        ("A", "A", "65", None),
        (None, None, "forty", None),
    ],
)
def test_files_of_no_known_publisher_are_sources_of_their_own(
    publisher: str | None, other: str | None, number: str, label: Difference | None
) -> None:
    found = _compared(
        FIRE,
        (publisher, None, "In May 2006 the Orlen fire destroyed 40 homes."),
        (other, None, f"In May 2006 the Orlen fire destroyed {number} homes."),
    )
    assert (found.label if found else None) == label


def test_two_places_of_one_file_without_publisher_do_not_differ() -> None:
    one = citation_of(1, "In May 2006 the Orlen fire destroyed 40 homes.", None, None)
    two = citation_of(1, "In May 2006 the Orlen fire destroyed 65 homes.", None, None)
    assert compare(understand(FIRE), (one, two), {}) is None
