"""Quotes against gold text in characters, worked out by hand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.judge import Judged
from eval.overlap import NOTHING, Overlap, Quoted, quote_overlap, shared_letters
from eval.questions import Gold, Question
from qa.types import TextSlice


def quoted(start: int, end: int, *gold: int, document: str = "d", text: str = "") -> Quoted:
    return Quoted(document, TextSlice(start, end, text), Judged(gold, gold, gold))


def question(*gold: Gold, every: bool = False) -> Question:
    return Question("q", "?", gold=gold, need="all" if every else "any")


def test_half_of_the_quote_is_gold_and_all_gold_is_quoted() -> None:
    overlap = quote_overlap(question(Gold("d", 10, 20)), [quoted(5, 25, 0), quoted(10, 20, 0)])

    assert (overlap.precision, overlap.recall) == (10 / 20, 10 / 10)
    assert overlap.f1 == pytest.approx(2 * 0.5 / 1.5)


def test_of_alternatives_the_one_that_fits_best_counts() -> None:
    gold = question(Gold("d", 0, 100), Gold("d", 40, 60), Gold("e", 40, 60))

    assert quote_overlap(gold, [quoted(40, 60, 0, 1)]) == Overlap(1.0, 1.0, 1.0)


def test_where_all_places_are_needed_as_many_quotes_are_compared_together() -> None:
    gold = question(Gold("d", 0, 10), Gold("e", 0, 30), every=True)
    quotes = [quoted(0, 10, 0), quoted(20, 40, 1, document="e"), quoted(0, 30, 1, document="e")]

    # shown: 10 of d and 20 of e; gold: 40; in both: 10 and 10
    overlap = quote_overlap(gold, quotes)
    assert (overlap.precision, overlap.recall) == (20 / 30, 20 / 40)
    assert overlap.f1 == pytest.approx(2 * 20 / 70)


def test_the_same_offsets_in_another_document_are_nothing() -> None:
    assert quote_overlap(question(Gold("d", 0, 10)), [quoted(0, 10, document="e")]) == NOTHING
    assert quote_overlap(question(Gold("d", 0, 10)), []) == NOTHING


def test_without_offsets_letters_and_digits_are_compared() -> None:
    gold = question(Gold("d", quote="The gate was opened in May."))

    # "gatewasopenedinmay" (18) of "thegatewasopenedinmay" (21) begins the quote, which has 23
    found = quote_overlap(gold, [quoted(0, 30, 0, text="gate was opened, in May; Ann came")])
    assert (found.precision, found.recall) == (18 / 25, 18 / 21)
    assert shared_letters("Bee", "A bee came") == 3
    assert shared_letters("", "x") == 0


def test_offsets_of_an_older_reading_are_not_trusted() -> None:
    gold = question(Gold("d", 0, 3, "Bee", sha256="older"))

    assert quote_overlap(gold, [quoted(50, 53, 0, text="Bee")]) == Overlap(1.0, 1.0, 1.0)


spans = st.tuples(st.integers(0, 50), st.integers(1, 30)).map(lambda pair: (pair[0], sum(pair)))


@given(spans, spans)
def test_overlap_is_between_nothing_and_one_and_changes_sides_with_its_sides(
    gold: tuple[int, int], shown: tuple[int, int]
) -> None:
    there = quote_overlap(question(Gold("d", *gold)), [quoted(*shown, 0)])
    back = quote_overlap(question(Gold("d", *shown)), [quoted(*gold, 0)])

    assert 0 <= there.f1 <= 1
    assert (there.precision, there.recall) == (back.recall, back.precision)
    assert quote_overlap(question(Gold("d", *gold)), [quoted(*gold, 0)]).f1 == 1.0
