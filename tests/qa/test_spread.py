"""Questions about change get citations from every part of the time; all others keep their order."""

from __future__ import annotations

import pytest

from corpus.types import Document, Metadata, Origin, PartialDate, Passage, Published, Sourced, Span
from qa.evidence import Evidence
from qa.features import Asked, Features, Found
from qa.question import understand
from qa.spread import asks_for_change, spread
from qa.time import asked_period
from qa.words import Words


class NoVocabulary:
    """Knows no words."""

    def analyze(self, text: str) -> list[str]:
        return text.casefold().split()

    def document_frequency(self, term: str) -> int:
        return 0

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
        ("How did the number of police change in 2003?", False),
        ("How many police were there between 2003 and 2008?", False),
        ("How did the number of police change?", False),
    ],
)
def test_change_over_a_longer_time_is_told_from_its_words(question: str, change: bool) -> None:
    assert asks_for_change(_asked(question)) is change


def test_the_best_comes_first_then_every_part_in_turn() -> None:
    asked = _asked("How did the number of police change between 2003 and 2008?")
    ranked = [
        _evidence(2008, 0.9),
        _evidence(2008, 0.8),
        _evidence(2003, 0.7),
        _evidence(1999, 0.6),
        _evidence(2005, 0.5),
    ]
    assert _years(spread(asked, ranked)) == [2008, 2003, 2005, 2008, 1999]


def test_other_questions_keep_their_order() -> None:
    ranked = [_evidence(2008, 0.9), _evidence(2008, 0.8), _evidence(2003, 0.7)]
    assert spread(_asked("How many police were there in 2008?"), ranked) == ranked
    assert spread(_asked("How did it change between 2003 and 2008?"), []) == []
