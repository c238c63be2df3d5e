"""Known words for dates, languages, counts and strengths."""

from __future__ import annotations

from datetime import date

import pytest

from embeddings.errors import IndexUnreadable
from qa.app import wording
from qa.app.catalogue import say
from qa.app.telling import sentence_for


@pytest.mark.parametrize(
    ("iso", "written"),
    [("2009-10-05", "5 October 2009"), ("2009-10", "October 2009"), ("2009", "2009"), (None, None)],
)
def test_dates_are_written_as_precisely_as_they_are_known(iso: str | None, written: str | None) -> None:
    assert wording.written_date(iso) == written


def test_years_searched() -> None:
    assert wording.written_years(date(1999, 6, 10), date(2025, 1, 1)) == "1999–2025"
    assert wording.written_years(date(1999, 6, 10), date(1999, 7, 1)) == "1999"
    assert wording.written_years(None, date(1999, 7, 1)) is None


@pytest.mark.parametrize(
    ("first", "last", "written"),
    [
        (date(2004, 1, 1), date(2004, 12, 31), "2004"),
        (date(2004, 3, 1), date(2004, 3, 31), "March 2004"),
        (date(2004, 3, 17), date(2004, 3, 17), "17 March 2004"),
        (date(9999, 12, 1), date(9999, 12, 31), "1 December 9999 – 31 December 9999"),
    ],
)
def test_times_are_written_as_short_as_they_can_be(first: date, last: date, written: str) -> None:
    assert wording.written_period(first, last) == written


def test_a_damaged_index_is_told_to_the_reader() -> None:
    assert sentence_for(IndexUnreadable("the index is damaged; run: sourcebook doctor --repair")).startswith(
        "the index"
    )
    assert sentence_for(RuntimeError("off by one")) == say["error_unexpected"]


@pytest.mark.parametrize(
    ("language", "question", "said"),
    [
        ("en", "Combien de personnes servaient dans la mission ?", "English"),
        ("fr", "Combien de personnes servaient dans la mission ?", None),
        ("fr", "How many people served in the mission?", "French"),
        ("en-GB", "How many people served in the mission?", None),
        ("fr", "KFOR 2005", "French"),  # too short to tell: as the page
        ("en", "KFOR 2005", None),
        ("nb", "Hvor mange mennesker arbeidet for oppdraget dette året?", None),  # told as "no"
        (None, "How many people served in the mission?", None),
    ],
)
def test_a_language_is_named_where_it_is_not_the_questions(
    language: str | None, question: str, said: str | None
) -> None:
    assert wording.written_other_language(language, question) == said


def test_languages_and_origins() -> None:
    assert wording.written_language("fr") == "French"
    assert wording.written_language("pt-BR") == "Portuguese"
    assert wording.written_language("tlh") == "tlh"
    assert wording.written_origin("json-ld") == "stated in the page's data"
    assert wording.written_origin("somewhere") == "somewhere"


def test_counts_have_a_plural() -> None:
    assert say("documents", 1) == "1 document"
    assert say("passages", 12345) == "12,345 passages"


def test_places_in_a_list() -> None:
    assert [wording.written_place(rank) for rank in (1, 2, 3, 4, 11, 22, None)] == [
        *("1st", "2nd", "3rd", "4th", "11th", "22nd", "not among the first"),
    ]


@pytest.mark.parametrize(
    ("confidence", "word"),
    [(0.95, "strong"), (0.85, "strong"), (0.8, "partial"), (0.7, "partial"), (0.55, "weak"), (0.0, "weak")],
)
def test_strength_is_a_plain_word(confidence: float, word: str) -> None:
    assert wording.strength(confidence) == word
