"""Expected and found side by side: what is marked, how a question ended, and which come first."""

from __future__ import annotations

from eval.html import environment
from eval.pairs import marked, pairs, worst_first
from eval.run import evaluate, evaluate_retrieval
from qa.app.evaluation import Outcome, Part
from qa.types import Method
from tests.eval.known import BOOK, QUESTIONS


def test_words_that_both_sides_have_and_accepted_answers_are_marked() -> None:
    parts = marked("Gate 2 was declared in May, not June.", ["in May; Gate 2 was opened"], ["may"])

    assert parts == (
        Part("Gate 2 was", "shared"),
        Part(" declared in "),
        Part("May", "answer"),
        Part(", not June."),
    )
    assert "".join(part.text for part in parts) == "Gate 2 was declared in May, not June."
    assert marked("Mayor", [], ["May"]) == (Part("Mayor"),)
    assert marked("", ["x"], ["y"]) == ()


def test_how_each_question_ended() -> None:
    made = pairs(evaluate(BOOK, QUESTIONS).rows)

    assert {pair.question_id: pair.outcome for pair in made} == {
        "right": Outcome.RIGHT,
        "second": Outcome.RIGHT,
        "both": Outcome.RIGHT,
        "silent": Outcome.FALSE_SILENCE,
        "near": Outcome.FALSE_ANSWER,
        "far": Outcome.RIGHT,
    }
    # wrong with confidence 0.6; silent at 0.4, which is as mistaken: ids break the tie
    assert [pair.question_id for pair in worst_first(made)] == ["near", "silent"]
    second = made[1]
    assert [place.right for place in second.found] == [False, True]
    assert second.found[1].source == "b.txt"


def test_a_search_has_wrong_places_only() -> None:
    (lexical,) = evaluate_retrieval(BOOK, QUESTIONS, methods=(Method.LEXICAL,))

    assert {pair.outcome for pair in pairs(lexical.rows)} == {Outcome.RIGHT, Outcome.WRONG_PLACE}


def test_the_report_of_a_run_shows_them_in_words() -> None:
    worst = worst_first(pairs(evaluate(BOOK, QUESTIONS).rows))
    template = environment().from_string(
        '{% from "pair.html" import pair %}{{ pair(worst[0]) }}{{ pair(worst[1]) }}'
    )
    shown = template.render(worst=worst)
    assert ">false answer<" in shown and ">false silence<" in shown and "Declined; nearest were" in shown
