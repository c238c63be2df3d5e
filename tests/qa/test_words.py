"""The words of a question, weighed and covered; worked out by hand."""

from __future__ import annotations

import math
from collections.abc import Mapping

import pytest

from qa.words import Token, Words, inverse_document_frequency


class Vocabulary:
    """A vocabulary that folds case, cuts an s, and knows how many passages hold a word."""

    def __init__(self, frequencies: Mapping[str, int] | None = None, passages: int = 10) -> None:
        self._frequencies = frequencies or {}
        self._passages = passages

    def analyze(self, text: str) -> list[str]:
        words = "".join(letter if letter.isalnum() else " " for letter in text.lower()).split()
        return [word.removesuffix("s") or word for word in words]

    def document_frequency(self, term: str) -> int:
        return self._frequencies.get(term, 0)

    def holds(self, term: str) -> bool:
        return term in self._frequencies

    def __len__(self) -> int:
        return self._passages


def test_the_rarity_of_a_word_is_bm25s() -> None:
    assert inverse_document_frequency(0, 10) == pytest.approx(math.log(1 + 10.5 / 0.5))
    assert inverse_document_frequency(4, 10) == pytest.approx(math.log(1 + 6.5 / 4.5))
    assert inverse_document_frequency(10, 10) == pytest.approx(math.log(1 + 0.5 / 10.5))
    assert inverse_document_frequency(10, 10) > 0


def test_question_words_weigh_nothing_and_repeated_words_count_once() -> None:
    words = Words("When was the bridge over the bridges opened?", Vocabulary({"bridge": 4}))
    assert list(words.weights) == ["bridge", "opened"]
    assert words.weights["bridge"] == inverse_document_frequency(4, 10)
    assert words.weights["opened"] > words.weights["bridge"]


def test_tokens_stand_where_their_words_stand() -> None:
    words = Words("x", Vocabulary())
    assert words.tokens("Old bridges, U.N. 16,000") == [
        Token(0, 3, "old"),
        Token(4, 11, "bridge"),
        Token(13, 14, "u"),
        Token(15, 16, "n"),
        Token(18, 20, "16"),
        Token(21, 24, "000"),
    ]


def test_a_name_is_known_where_all_its_words_or_those_that_count_for_it_stand_in_the_library() -> None:
    words = Words(
        "x", Vocabulary({"old": 3, "mostar": 1, "bosnia": 2}), {"Bosnian": ("Bosnia",), "Kurdish": ("Kurd",)}
    )
    nothing: frozenset[str] = frozenset()
    assert words.known([("Mostar",), ("Old", "Mostar"), ("Bosnian",)], nothing) == 1.0
    names = [("Mostar",), ("New", "Mostar"), ("Kurdish",), ("Zadar",)]
    assert words.known(names, nothing) == 0.25
    assert words.known(names, frozenset({"new", "zadar"})) == 0.75
    assert words.known([], nothing) == 1.0


def test_words_that_stand_nowhere_are_told_but_no_numbers() -> None:
    words = Words("how many old wells had zadar in 1971?", Vocabulary({"old": 3}), {"zadar": ("zara",)})
    assert words.unknown(frozenset()) == ["well", "zadar"]
    assert words.unknown(frozenset({"well", "zara"})) == []


def test_coverage_is_the_share_of_the_weight_at_the_best_layer() -> None:
    words = Words("bridge harbour", Vocabulary({"bridge": 4, "harbour": 1}))
    bridge, harbour = inverse_document_frequency(4, 10), inverse_document_frequency(1, 10)
    own, around = words.mask(frozenset({"bridge"})), words.mask(frozenset({"bridge", "harbour", "gate"}))
    assert words.coverage((own, 1.0)) == pytest.approx(bridge / (bridge + harbour))
    assert words.coverage((own, 1.0), (around, 0.6)) == pytest.approx(
        (bridge + 0.6 * harbour) / (bridge + harbour)
    )
    assert words.coverage((around, 1.0)) == pytest.approx(1.0)
    assert words.coverage((0, 1.0)) == 0.0


def test_a_question_of_function_words_alone_covers_nothing() -> None:
    words = Words("What is it?", Vocabulary())
    assert words.coverage((words.mask(frozenset({"it"})), 1.0)) == 0.0


def test_other_words_count_for_a_term_only_where_all_of_them_stand() -> None:
    words = Words("bridge harbour", Vocabulary(), {"harbour": ("sea port",)})
    assert words.mask(frozenset({"harbour"})) == words.mask(frozenset({"sea", "port"})) == 0b10
    assert words.mask(frozenset({"bridge", "port"})) == 0b01


def test_any_of_several_other_words_counts_and_stands_for_the_questions_own() -> None:
    words = Words("bridge harbour", Vocabulary(), {"harbour": ("sea port", "dock", "quay")})
    assert words.mask(frozenset({"dock"})) == words.mask(frozenset({"quay"})) == 0b10
    assert words.mask(frozenset({"sea"})) == 0
    assert [token.term for token in words.asked_in(words.sentence("a dock by the sea and a bridge"))] == [
        "harbour",
        "bridge",
    ]
    assert words.share_asked(frozenset({"dock", "bridge"})) == 1.0
    assert words.share_asked(frozenset({"dock", "gate"})) == 0.5
    assert words.share_asked(frozenset()) == 0.0


def test_a_word_is_widespread_in_a_fifth_of_many_passages() -> None:
    words = Words("x", Vocabulary({"bridge": 41, "gate": 40}, passages=200))
    assert words.widespread("Bridge")
    assert not words.widespread("gate")
    assert not words.widespread("bridge gate")
    assert not Words("x", Vocabulary({"bridge": 10})).widespread("bridge")


def test_pairs_are_neighbouring_terms_of_the_question_within_three_words() -> None:
    words = Words("old bridge harbour", Vocabulary())
    near, far, one = (
        words.sentence(text) for text in ("a bridge so old", "a bridge so very, very old", "the old gate")
    )
    assert [words.pairs(terms) for terms in (near, far, one)] == [0.5, 0.0, 0.0]
    assert [(token.start, token.end, token.term) for token in words.asked_in(near)] == [
        (2, 8, "bridge"),
        (12, 15, "old"),
    ]


def test_missing_words_come_rarest_first() -> None:
    words = Words("bridge harbour gate", Vocabulary({"bridge": 4, "harbour": 1, "gate": 9}))
    assert words.missing(frozenset({"gate"})) == ("harbour", "bridge")
    assert words.missing(frozenset({"gate", "harbour", "bridge"})) == ()
