"""What the reader learns from: windows of passages, alike with an answer and without."""

from __future__ import annotations

import random
from collections import Counter

from eval.questions import Gold, Question, Record
from eval.reader_data import SIZES, Asked, Collection, Groups, window

FERRY = (
    "The harbour was built in 1902. It has four quays. The ferry to the island sank in May 1971. "
    "Nobody was hurt on it. A new ferry came from Bergen. The mayor opened the road in 1980."
)
QUESTION = "When did the ferry to the mainland sink?"


def test_a_passage_without_an_answer_is_cut_around_what_looks_like_one() -> None:
    cuts = {window(FERRY, (), random.Random(seed), question=QUESTION, words=12)[0] for seed in range(20)}
    assert all("The ferry to the island sank in May 1971." in cut for cut in cuts)
    assert all(len(cut.split()) <= 12 for cut in cuts)


def test_a_passage_with_an_answer_is_cut_around_it_whatever_else_is_like_the_question() -> None:
    place = FERRY.index("Bergen")
    for seed in range(20):
        cut, spans = window(FERRY, [(place, place + 6)], random.Random(seed), question=QUESTION, words=12)
        assert [cut[start:end] for start, end in spans] == ["Bergen"]


def test_a_short_passage_stays_whole_with_all_its_places() -> None:
    cut, spans = window(FERRY, [(25, 29), (85, 89)], random.Random(1), question=QUESTION)
    assert cut == FERRY
    assert spans == ((25, 29), (85, 89))


def _lengths(*, answered: bool) -> Counter[int]:
    """How many words the passages have that 200 passes draw for one question."""
    text = " ".join(f"Boat {number} went out to the sea in the year 19{number}." for number in range(10, 60))
    record = Record("boats", "Boats", text)
    place = text.index("1935")
    gold = (Gold("boats", place, place + 4),) if answered else ()
    question = Question("q", "When did boat 35 go out?", gold=gold, answers=("1935",) if answered else ())
    asked = Asked("own", question, "train", (), record)
    groups = Groups([Collection("own", {"boats": record}, (asked,))])
    return Counter(len(groups.epoch(seed)[0][0].passage.split()) for seed in range(200))


def test_the_length_of_a_passage_does_not_tell_whether_it_answers() -> None:
    with_answer, without = _lengths(answered=True), _lengths(answered=False)
    assert set(with_answer) == set(without)
    assert len(with_answer) == len(set(SIZES))
    assert all(abs(with_answer[length] - without[length]) < 50 for length in with_answer)
