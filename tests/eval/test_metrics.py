"""Every measure against answers worked out by hand, and the properties no measure may break."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.intervals import auroc_with_interval, mean, rate
from eval.metrics import (
    answer_contained,
    answer_exact,
    answer_f1,
    auroc,
    normalise_answer,
    ranking_scores,
)


def scores_of(ranking: list[str], judgments: dict[str, int]) -> dict[str, float]:
    return ranking_scores({"q": ranking}, {"q": judgments})["q"]


def test_one_relevant_item_at_rank_three() -> None:
    scores = scores_of(["x", "y", "a", "z"], {"a": 1})

    assert (scores["success@1"], scores["success@5"], scores["success@10"]) == (0.0, 1.0, 1.0)
    assert scores["MRR@10"] == pytest.approx(1 / 3)
    assert scores["nDCG@10"] == pytest.approx(1 / math.log2(4))  # 0.5


def test_graded_ndcg_by_hand() -> None:
    """Found: grade 1 at rank 1, grade 3 at rank 3. Best: 3, 2, 1 at ranks 1, 2, 3."""
    scores = scores_of(["a", "x", "c"], {"a": 1, "b": 2, "c": 3})

    gained = 1 / math.log2(2) + 3 / math.log2(4)
    best = 3 / math.log2(2) + 2 / math.log2(3) + 1 / math.log2(4)
    assert scores["nDCG@10"] == pytest.approx(gained / best)
    assert scores["recall@5"] == pytest.approx(2 / 3)


def test_rank_eleven_counts_for_nothing() -> None:
    scores = scores_of([*"bcdefghijk", "a"], {"a": 1})

    assert set(scores.values()) == {0.0}


def test_a_question_without_a_ranking_scores_zero() -> None:
    scores = ranking_scores(
        {"q": ["a"], "silent": []}, {"q": {"a": 1}, "silent": {"a": 1}, "absent": {"a": 1}}
    )

    assert scores["q"]["nDCG@10"] == 1.0
    assert set(scores["silent"].values()) == set(scores["absent"].values()) == {0.0}
    assert set(ranking_scores({}, {"q": {"a": 1}})["q"].values()) == {0.0}


def test_order_is_by_rank_and_not_by_name() -> None:
    assert scores_of(["b", "a"], {"b": 1})["MRR@10"] == scores_of(["a", "b"], {"a": 1})["MRR@10"] == 1.0


def test_an_item_ranked_twice_is_refused() -> None:
    with pytest.raises(ValueError, match="holds an item twice"):
        scores_of(["a", "a"], {"a": 1})


items = st.lists(st.sampled_from([f"d{n}" for n in range(40)]), unique=True, min_size=1, max_size=30)
grades = st.dictionaries(
    st.sampled_from([f"d{n}" for n in range(40)]), st.integers(1, 3), min_size=1, max_size=8
)


@given(grades)
def test_a_perfect_ranking_scores_one(judgments: dict[str, int]) -> None:
    scores = scores_of(sorted(judgments, key=lambda item: -judgments[item]), judgments)

    assert {scores[name] for name in ("success@1", "MRR@10", "recall@10")} == {1.0}
    assert scores["nDCG@10"] == pytest.approx(1.0)


@given(items, grades, items)
def test_an_irrelevant_tail_changes_nothing(
    ranking: list[str], judgments: dict[str, int], tail: list[str]
) -> None:
    longer = ranking + [f"tail {item}" for item in tail]

    assert scores_of(longer, judgments) == scores_of(ranking, judgments)


@given(items, grades)
def test_the_best_order_is_never_worse_and_the_reversed_never_better(
    ranking: list[str], judgments: dict[str, int]
) -> None:
    best = sorted(ranking, key=lambda item: -judgments.get(item, 0))
    at, top, bottom = (scores_of(order, judgments)["nDCG@10"] for order in (ranking, best, best[::-1]))

    assert bottom - 1e-9 <= at <= top + 1e-9


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("The  Quick, brown fox!", "quick brown fox"),
        ("an apple a day", "apple day"),
        ("30,000 troops", "30000 troops"),
        ("U.S.-led", "usled"),
        ("“Another” – theory’s", "another theorys"),
        ("cafe\u0301", "café"),
        ("the", ""),
    ],
)
def test_answers_are_normalised_as_squad_does(text: str, normal: str) -> None:
    assert normalise_answer(text) == normal


def test_answer_f1_by_hand() -> None:
    # given: "european union rule of law mission" (6 words); accepted: "rule of law" (3): 3 shared
    assert answer_f1("the European Union Rule of Law Mission", ["rule of law"]) == pytest.approx(2 * 3 / 9)
    # a word shared twice counts as often as both have it
    assert answer_f1("no no no", ["no no"]) == pytest.approx(2 * 2 / 5)
    assert answer_f1("", ["x"]) == answer_f1("x", ["the"]) == answer_f1("x", []) == 0.0


def test_exact_and_contained_answers() -> None:
    assert answer_exact("The 510.", ["about 500", "510"]) == 1.0
    assert answer_exact("510 staff", ["510"]) == 0.0
    assert answer_contained("UNMIK was authorised to have 510 staff.", ["510"]) == 1.0
    assert answer_contained("UNMIK was authorised to have 510 staff.", ["10", "51"]) == 0.0
    assert answer_contained("in May of 2007", ["May 2007"]) == 0.0
    assert answer_contained("anything", ["the"]) == 0.0


def test_auroc_by_hand_with_a_tie() -> None:
    # pairs: .9>.8 .9>.3 ; .5<.8 .5>.3 ; .3<.8 .3=.3 -> 2 + 1 + 0.5 of 6
    assert auroc(np.array([0.9, 0.5, 0.3]), np.array([0.8, 0.3])) == pytest.approx(3.5 / 6)
    assert auroc(np.array([0.9]), np.array([0.1])) == 1.0
    assert auroc(np.array([0.1]), np.array([0.9])) == 0.0
    assert auroc(np.full(3, 0.5), np.full(4, 0.5)) == 0.5


def test_auroc_is_one_minus_itself_when_the_classes_change_places() -> None:
    generator = np.random.default_rng(1)
    positive, negative = generator.integers(0, 9, 30) / 10, generator.integers(0, 9, 20) / 10

    assert auroc(positive, negative) == pytest.approx(1 - auroc(negative, positive))


def test_exact_binomial_intervals_are_the_published_ones() -> None:
    """Clopper-Pearson, from tables: 0, 5 and 10 of 10; the closed form for none is 1 - 0.025^(1/n)."""
    none, half, every = rate(0, 10), rate(5, 10), rate(10, 10)

    assert [none.low, none.high] == pytest.approx([0.0, 1 - 0.025**0.1])
    assert [half.low, half.high] == pytest.approx([0.1871, 0.8129], abs=5e-5)
    assert [every.low, every.high] == pytest.approx([0.6915, 1.0], abs=5e-5)


def test_bootstrap_is_seeded_and_near_the_normal_interval() -> None:
    scores = np.repeat([0.0, 1.0], 200)
    estimate = mean(scores)

    assert estimate == mean(scores)
    assert estimate.value == 0.5
    assert estimate.low == pytest.approx(0.5 - 1.96 * 0.5 / 20, abs=0.006)
    assert estimate.high == pytest.approx(0.5 + 1.96 * 0.5 / 20, abs=0.006)
    assert mean(np.ones(5)).low == mean(np.ones(5)).high == 1.0


def test_bootstrap_of_auroc_holds_the_value_and_shrinks_with_more_questions() -> None:
    generator = np.random.default_rng(2)
    few = auroc_with_interval(generator.normal(1, 1, 20), generator.normal(0, 1, 20))
    many = auroc_with_interval(generator.normal(1, 1, 500), generator.normal(0, 1, 500))

    assert few.low <= few.value <= few.high
    assert many.high - many.low < (few.high - few.low) / 2
    assert many.low < 0.760 < many.high  # P(N(1,1) > N(0,1)) = Phi(1 / sqrt 2)


def test_bootstrap_intervals_cover_the_truth_about_as_often_as_they_say() -> None:
    generator = np.random.default_rng(3)
    covered = 0
    for _ in range(100):
        estimate = mean((generator.random(120) < 0.7).astype(float))
        covered += estimate.low <= 0.7 <= estimate.high
    assert 88 <= covered <= 100
