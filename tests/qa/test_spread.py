"""Questions about change get citations from every part of the time; all others keep their order."""

from __future__ import annotations

from dataclasses import replace

import pytest

from corpus.types import Document, Metadata, Origin, PartialDate, Passage, Published, Sourced, Span
from qa.evidence import Evidence
from qa.features import Asked, Features, Found
from qa.question import understand
from qa.spread import ALIKE, SHOWN, asks_for_change, by_date, spread, worth
from qa.time import asked_period
from qa.words import Words


class NoVocabulary:
    """Knows no words."""

    def analyze(self, text: str) -> list[str]:
        return text.casefold().split()

    def document_frequency(self, term: str) -> int:
        return 0

    def holds(self, term: str) -> bool:
        return False

    def __len__(self) -> int:
        return 1


def _asked(question: str) -> Asked:
    return Asked(understand(question), Words(question, NoVocabulary()), asked_period(question), None)


def _evidence(year: int, score: float) -> Evidence:
    text = "So many officers served."
    published = Published(PartialDate(year, 7, 1), Origin.TEXT)
    document = Document(
        f"{year:064d}", text, (), Metadata(Sourced("Report", Origin.TEXT), published=published), "", ""
    )
    whole = Span(0, len(text))
    passage = Passage(document.id, 0, len(text), (whole,))
    nothing = Features(*[0.0] * len(Features._fields))
    return Evidence(Found(passage, document, 1, 1, 0.5), whole, None, score, nothing)


def _years(ordered: list[Evidence]) -> list[int]:
    return [
        item.document.metadata.published.date.year for item in ordered if item.document.metadata.published
    ]


@pytest.mark.parametrize(
    ("question", "change"),
    [
        ("How did the number of police change between 2003 and 2008?", True),
        ("What were the steps of the handover from 2003 to 2008?", True),
        ("How did the number of police go down between 2003 and 2008?", True),
        ("What became of the bridge between 2003 and 2008?", True),
        ("How did the number of police change in 2003?", False),
        ("How many police were there between 2003 and 2008?", False),
        ("How did the number of police change?", True),
        ("How did the trial end?", False),
        ("How did the Huguenots develop their beliefs?", False),
        ("How did the town change over time?", True),
        ("Which bridges changed the town?", False),
    ],
)
def test_change_over_a_longer_time_is_told_from_its_words(question: str, change: bool) -> None:
    assert asks_for_change(_asked(question)) is change


def test_a_series_takes_one_document_of_each_time_before_a_second_of_any() -> None:
    asked = _asked("How did the number of police change between 2003 and 2008?")
    ranked = [_evidence(2008, 0.9), _evidence(2003, 0.7), _evidence(1999, 0.6), _evidence(2005, 0.5)]
    again = replace(ranked[0], quote=Span(0, 5), score=0.8)
    chosen = spread(asked, [ranked[0], again, *ranked[1:]])
    assert _years(chosen) == [2008, 2003, 2005, 2008, 1999]
    assert _years(by_date(asked, chosen)) == [2008, 2003, 2005, 2008, 1999]


def test_a_series_of_many_documents_keeps_its_ends_and_drops_what_is_far_behind() -> None:
    asked = _asked("How did the number of police change between 1990 and 2009?")
    ranked = [_evidence(year, 0.5) for year in range(1990, 2010)] + [_evidence(2000, 0.6)]
    shown = by_date(asked, spread(asked, ranked))[:SHOWN]
    years = _years(shown)
    assert years[0] == 2000 and years[1:] == sorted(set(years[1:]))
    assert {1990, 2009} <= set(years) and len(years) == SHOWN
    weak = [replace(item, score=0.001) if item in ranked[:5] else item for item in ranked]
    assert min(_years(spread(asked, weak)[:SHOWN])) == 1995


def test_what_is_like_the_best_of_a_series_is_worth_more() -> None:
    plain = _evidence(2004, 0.5)
    alike = replace(plain, found=replace(plain.found, alike=0.2))
    assert worth(plain) == 0.0
    assert worth(alike) == pytest.approx(0.2 * ALIKE)


def test_times_set_side_by_side_have_their_turn() -> None:
    asked = _asked("How many police were there in 2003 and in 2007?")
    ranked = [_evidence(2007, 0.9), _evidence(2007, 0.8), _evidence(2003, 0.7), _evidence(1999, 0.6)]
    assert _years(spread(asked, ranked)) == [2007, 2003, 2007, 1999]


def test_other_questions_keep_their_order() -> None:
    ranked = [_evidence(2008, 0.9), _evidence(2008, 0.8), _evidence(2003, 0.7)]
    assert spread(_asked("How many police were there in 2008?"), ranked) == ranked
    assert by_date(_asked("How many police were there in 2008?"), ranked) == ranked
    assert spread(_asked("How did it change between 2003 and 2008?"), []) == []
    assert by_date(_asked("How did it change between 2003 and 2008?"), []) == []
