"""What counts as found: overlap, paths, changed documents, alternatives and sets of gold places."""

from __future__ import annotations

import pytest

from eval.judge import (
    Judged,
    Level,
    Shown,
    as_ranking,
    documents_as_ranking,
    judge,
    same_document,
    same_words,
)
from eval.metrics import ranking_scores
from eval.questions import Gold, Need, Question
from qa.types import TextSlice

TEXT = "UNMIK was authorised to have 510 personnel in the field. Nothing else is known about it."


def shown(passage: tuple[int, int], quote: tuple[int, int] | None = None, path: str = "a.txt") -> Shown:
    cut = [TextSlice(start, end, TEXT[start:end]) for start, end in (passage, quote or passage)]
    return Shown("sha-a", path, cut[0], cut[1] if quote else None)


def question(*gold: Gold, need: Need = "any") -> Question:
    return Question("q", "How many?", gold=gold, need=need)


def test_levels_are_ever_stricter() -> None:
    asked = question(Gold("a.txt", 29, 32))

    assert judge(shown((0, 88), (0, 56)), asked) == Judged((0,), (0,), (0,))
    assert judge(shown((0, 88), (57, 88)), asked) == Judged((0,), (0,), ())
    assert judge(shown((57, 88), (57, 88)), asked) == Judged((0,), (), ())
    assert judge(shown((0, 88), (0, 56), path="b.txt"), asked) == Judged((), (), ())
    assert judge(shown((0, 88)), asked) == Judged((0,), (0,), ())


@pytest.mark.parametrize(
    ("place", "overlaps"), [((0, 29), False), ((0, 30), True), ((31, 40), True), ((32, 40), False)]
)
def test_one_common_code_point_is_an_overlap(place: tuple[int, int], overlaps: bool) -> None:
    assert bool(judge(shown(place), question(Gold("a.txt", 29, 32))).passage) is overlaps


def test_a_document_is_known_by_hash_id_path_or_the_end_of_the_path() -> None:
    at = shown((0, 5), path="reports/a.txt")

    assert same_document(Gold("elsewhere.txt", sha256="sha-a"), at)
    assert same_document(Gold("sha-a"), at)
    assert same_document(Gold("a.txt"), at)
    assert same_document(Gold("shared/reports/a.txt"), at)
    assert not same_document(Gold("other/a.txt"), at)
    assert not same_document(Gold("ba.txt"), at)
    assert not same_document(Gold("a.txt"), at, exact_paths=True)


def test_offsets_of_another_version_are_not_trusted_but_its_words_are() -> None:
    moved = Gold("a.txt", 500, 556, TEXT[:56], sha256="sha-of-old-version")
    lost = Gold("a.txt", 0, 56, "Quite another sentence that stood here", sha256="sha-of-old-version")

    assert judge(shown((0, 88)), question(moved, lost)).passage == (0,)


def test_quotes_are_compared_by_letters_and_digits() -> None:
    assert same_words("authorised to have 510\nper-\nsonnel", TEXT)
    assert same_words("AUTHORISED to have ﬁve hundred personnel", "authorised to have five hundred personnel")
    assert same_words(TEXT, "authorised to have 510 personnel")
    assert same_words("He said UNMIK was authorised to have 510", TEXT)
    assert not same_words(TEXT, "510")
    assert not same_words("He said UNMIK", TEXT)
    assert not same_words("…", TEXT)


def test_a_whole_document_as_gold_is_hit_by_any_of_its_places() -> None:
    assert judge(shown((0, 5), (0, 5)), question(Gold("a.txt"))) == Judged((0,), (0,), (0,))


def at_passage(*places: tuple[int, ...]) -> list[Judged]:
    return [Judged((), places_, ()) for places_ in places]


def scores(judged: list[Judged], asked: Question) -> dict[str, float]:
    ranking, judgments = as_ranking(judged, asked, Level.PASSAGE)
    return ranking_scores({"q": ranking}, {"q": judgments})["q"]


def test_alternatives_are_one_target() -> None:
    """Two copies of a story: one is enough, and showing both is not better."""
    asked = question(Gold("a.txt", 0, 5), Gold("b.txt", 0, 5))

    for judged in (at_passage((1,), (0,)), at_passage((0,), ()), at_passage((0, 1))):
        assert scores(judged, asked)["nDCG@10"] == scores(judged, asked)["success@1"] == 1.0
    assert scores(at_passage((), (1,), (0,)), asked)["MRR@10"] == 0.5


def test_all_places_must_be_among_the_first() -> None:
    asked = question(Gold("a.txt", 0, 5), Gold("b.txt", 0, 5), need="all")
    apart = scores(at_passage((0,), (), (0,), (1,)), asked)

    assert apart["recall@1"] == 0.5
    assert apart["recall@5"] == 1.0
    # found at ranks 1 and 4 of 2 targets: (1 + 1/log2(5)) / (1 + 1/log2(3))
    assert apart["nDCG@10"] == pytest.approx((1 + 0.430677) / (1 + 0.630930), abs=1e-5)
    assert scores(at_passage((0,)), asked)["recall@10"] == 0.5


def test_one_result_may_hold_several_places_at_once() -> None:
    asked = question(Gold("a.txt", 0, 5), Gold("a.txt", 9, 12), Gold("a.txt", 20, 22), need="all")
    together = scores(at_passage((0, 1), (2,)), asked)

    assert together["recall@1"] == 0.5  # of two finds
    assert together["recall@5"] == together["nDCG@10"] == 1.0


def test_a_judged_document_counts_once_at_its_best_rank() -> None:
    asked = question(Gold("d1", grade=2), Gold("d2", grade=1))
    ranking, judgments = documents_as_ranking([("x", ()), ("1", (0,)), ("1", (0,)), ("2", (1,))], asked)

    assert ranking == ["other x", "d1", "d2"]
    assert judgments == {"d1": 2, "d2": 1}
