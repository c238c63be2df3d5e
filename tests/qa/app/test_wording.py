"""Known words for dates, languages, counts and strengths."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from qa.app import wording


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


def test_languages_and_origins() -> None:
    assert wording.written_language("fr") == "French"
    assert wording.written_language("pt-BR") == "Portuguese"
    assert wording.written_language("tlh") == "tlh"
    assert wording.written_origin("json-ld") == "stated in the page's data"
    assert wording.written_origin("somewhere") == "somewhere"


def test_counts() -> None:
    assert wording.counted(1, "document") == "1 document"
    assert wording.counted(12345, "passage") == "12,345 passages"


@pytest.mark.parametrize(
    ("confidence", "word"),
    [(0.95, "strong"), (0.85, "strong"), (0.8, "partial"), (0.7, "partial"), (0.55, "weak"), (0.0, "weak")],
)
def test_strength_is_a_plain_word(confidence: float, word: str) -> None:
    assert wording.strength(confidence)[0] == word


def test_every_word_that_the_page_uses_is_in_the_table() -> None:
    folder = Path(wording.__file__).parent
    used = set()
    for file in folder.glob("templates/*.html"):
        used |= set(re.findall(r"\bsay\.(\w+)", file.read_text(encoding="utf-8")))
    for file in folder.glob("scripts/*.js"):
        used |= set(re.findall(r"\bwords\.(\w+)", file.read_text(encoding="utf-8")))
    assert used - set(wording.SAY) - {"split"} == set()
