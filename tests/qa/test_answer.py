"""What the decision whether to answer sees: the evidence must be of the time asked about."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from qa.answer import NO_EVIDENCE, reason_for_silence, signals
from qa.engine import Sourcebook
from tests.fakes import FakeEncoder
from tests.qa.material import build
from tests.qa.test_reading import NOTHING, _asked, _plain, _weighed

FILES = {
    f"wardens-{year}.md": f"---\ntitle: The woods in {year}\npublisher: Ministry\ndate: {year + 1}-01-20\n---\n\n"
    f"In {year} the valley had {year - 1960} wardens in the woods.\n"
    for year in (2003, 2008)
}


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sourcebook]:
    with Sourcebook.open(build(tmp_path_factory.mktemp("wardens"), FILES), encoder=FakeEncoder()) as opened:
        yield opened


def test_evidence_of_the_asked_year_speaks_for_an_answer_and_of_another_against_it(book: Sourcebook) -> None:
    right, other, none = (
        book.judge(f"How many wardens did the valley have{when}?") for when in (" in 2008", " in 2015", "")
    )
    assert right.answer.citations[0].quote.startswith("In 2008")
    assert (right.signals.time, right.signals.asks_time) == (1.0, 1.0)
    assert other.signals.asks_time == 1.0
    assert other.signals.time < 0.3
    assert other.answer.confidence < right.answer.confidence - 0.1
    assert (none.signals.time, none.signals.asks_time) == (0.0, 0.0)


def test_a_later_piece_of_the_asked_time_does_not_speak_for_a_first_of_another() -> None:
    first, second = (_plain(_weighed([f"Sentence {number} tells it."], [0], number)) for number in (0, 1))
    near = replace(second, features=NOTHING._replace(asked_time_in_sentence=1.0, asked_time_in_document=1.0))
    asked = _asked("What was told?")
    assert signals(asked, [first, near]).time == 0.0
    assert signals(asked, [near, first]).time == 1.0


def test_a_sentence_says_that_the_documents_speak_of_another_time() -> None:
    near = replace(NO_EVIDENCE, similarity=0.6, asks_time=1.0, time=0.1)
    assert reason_for_silence(near, [], 2) == (
        "Not in these 2 documents: the nearest passages touch the subject, but at another time than the one asked about."
    )
    assert "none seems to answer" in reason_for_silence(replace(near, time=0.9), [], 2)
    assert "in another language than the question" in reason_for_silence(near, ["étaient"], 2, foreign=True)
    assert "none seems to answer" in reason_for_silence(replace(near, asks_time=0.0), [], 2)


def test_names_that_stand_nowhere_in_the_library_speak_against_an_answer(book: Sourcebook) -> None:
    known, half, unknown = (
        book.judge(f"How many wardens did {names} have in 2008?")
        for names in ("the Ministry", "the Ministry and Abyei", "South Abyei")
    )
    assert (known.signals.known, half.signals.known, unknown.signals.known) == (1.0, 0.5, 0.0)
    assert known.answer.confidence > half.answer.confidence > unknown.answer.confidence
    assert book.judge("How many wardens did the valley have?").signals.known == 1.0


@pytest.mark.parametrize(
    ("question", "known"),
    [
        ("Frelimo's wardens were how many in 2008?", 0.0),
        ("Frelimo sent how many wardens to the Ministry?", 0.5),
        ("Wardens were how many in 2008?", 1.0),
        ("Summarise how many wardens there were.", 1.0),
        ("Roughly how many wardens were there?", 1.0),
        ("Qual è la capitale della valle e del suo fiume?", 1.0),
    ],
)
def test_a_first_word_that_stands_nowhere_is_a_name_unless_it_opens_questions(
    book: Sourcebook, question: str, known: float
) -> None:
    assert book.judge(question).signals.known == known


@pytest.mark.parametrize(
    ("question", "known"),
    [
        ("how many wardens did the valley have in 2008?", 1.0),
        ("how many wardens did abyei have in 2008?", pytest.approx(1 / 3)),
        ("who restarts crashed kubernetes pods?", 0.0),
        ("How many wardens shepherded the valley?", 1.0),
        ("Wie viele Wächter hatte die Ministry in den Wäldern des Tals im Jahr 2008, und wo waren sie?", 1.0),
    ],
)
def test_typed_in_small_letters_any_word_may_be_a_name_but_none_in_another_language(
    book: Sourcebook, question: str, known: float
) -> None:
    assert book.judge(question).signals.known == known


def test_the_sentence_on_silence_names_names_first(book: Sourcebook) -> None:
    answer = book.ask("How do I restart a crashed pod in Kubernetes?")
    assert answer.reason == (
        "Not in these 2 documents: no passage that fits the question says anything about "
        "“Kubernetes”, “restart”, “crashed”."
    )


def test_numbers_of_the_question_are_looked_for_in_the_passage() -> None:
    item = _plain(_weighed(["In 2008 there were 1,244 gates."], [0]))
    for question, share in (
        ("What was in 2008?", 1.0),
        ("What were the 1244 of 2009?", 0.5),
        ("What was?", 1.0),
    ):
        assert signals(_asked(question), [item]).numbers == share
    other = _plain(_weighed(["In 2009 none."], [0], 1))
    assert signals(_asked("What was in 2009?"), [item, other]).numbers == 1.0


def test_the_readers_best_relevance_counts_up_to_a_limit() -> None:
    item = _plain(_weighed(["The gates."], [0]))

    def relevance(*told: float | None) -> float:
        return signals(_asked("What?"), [replace(item, relevance=one) for one in told]).relevance

    assert relevance(None, None) == 0.5
    assert relevance(-4.0, None, 2.0) == 0.5 + 2 / 16
    assert (relevance(-4.0), relevance(99.0), relevance(-99.0)) == (0.25, 1.0, 0.0)


def test_a_report_soon_after_the_asked_time_is_of_that_time(book: Sourcebook) -> None:
    assert book.judge("How many wardens were in the woods in December 2008?").signals.time > 0.5


@pytest.mark.parametrize(
    ("question", "seen", "unstated"),
    [
        ("How many gates were shut?", {}, 1.0),
        ("How many gates were shut?", {"counted": 1.0}, 0.0),
        ("How many gates were shut?", {"table_row": 1.0}, 0.0),
        ("Which country shut its gates?", {}, 1.0),
        ("Which country shut its gates?", {"asked_type_found": 1.0}, 0.0),
        ("Who headed the mission?", {"asked_type_found": 1.0}, 1.0),
        ("Who headed the mission?", {"in_office": 1.0}, 0.0),
        ("Who shut the gates?", {}, 0.0),
        ("Why were the gates shut?", {}, 0.0),
    ],
)
def test_what_is_asked_for_by_its_form_is_stated_or_not(
    question: str, seen: dict[str, float], unstated: float
) -> None:
    item = replace(_plain(_weighed(["The gates."], [0])), features=NOTHING._replace(**seen))
    later = replace(item, features=NOTHING._replace(counted=1.0, in_office=1.0, asked_type_found=1.0))
    assert signals(_asked(question), [item, later]).unstated == unstated
