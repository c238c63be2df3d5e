"""Rows and averages of a run, against a stand-in whose answers are known."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from io import StringIO

import pytest
from rich.console import Console

from corpus.errors import InvalidInput
from corpus.types import Filters, Passage
from eval.ablation import ablation_table
from eval.curves import latency
from eval.intervals import rate
from eval.questions import Gold, Question, QuestionSet
from eval.report import print_runs
from eval.run import evaluate, evaluate_retrieval, missing_documents
from qa.types import Hit, Method
from tests.eval.known import BOOK, QUESTIONS, FakeBook, answered, citation


def test_every_row_is_scored_by_hand() -> None:
    rows = {row.question.id: row for row in evaluate(BOOK, QUESTIONS).rows}

    assert rows["right"].scores["success@1"] == rows["right"].scores["quote@1"] == 1.0
    assert rows["right"].scores["answer exact"] == rows["right"].scores["answer F1"] == 1.0
    assert rows["second"].scores["success@1"] == rows["second"].scores["quote@1"] == 0.0
    assert rows["second"].scores["success@5"] == rows["second"].scores["quote@5"] == 1.0
    assert rows["second"].scores["MRR@10"] == 0.5
    assert rows["second"].scores["answer match"] == 0.0
    # both places are needed: the first alone is no success, although the first passage is right
    assert rows["both"].scores["success@1"] == 0.0
    assert rows["both"].scores["success@5"] == rows["both"].scores["MRR@10"] == 1.0
    # no short answer was given: the first quote is compared instead
    assert rows["both"].scores["answer match"] == 1.0
    assert rows["both"].scores["answer exact"] == 0.0


def test_a_declined_question_found_nothing_but_says_that_the_place_was_near() -> None:
    rows = {row.question.id: row for row in evaluate(BOOK, QUESTIONS).rows}

    assert set(rows["silent"].scores.values()) == {0.0}
    assert rows["silent"].withheld
    assert rows["silent"].results[0].judged.quote == (0,)
    assert not rows["far"].withheld
    assert rows["near"].scores == {"right": 0.0}
    assert rows["far"].scores == {"right": 1.0}


def test_averages_over_all_and_by_kind() -> None:
    run = evaluate(BOOK, QUESTIONS)

    assert run.overall.answerable == 4
    assert run.overall.measures["success@5"].value == 3 / 4
    assert run.overall.measures["MRR@10"].value == pytest.approx((1 + 0.5 + 1 + 0) / 4)
    assert [(group.name, group.measures["success@1"].value) for group in run.kinds[:3]] == [
        ("person", 0.5),
        ("date", 0.0),
        ("conflict", 0.0),
    ]


def test_the_decision_is_measured_with_exact_intervals() -> None:
    decision = evaluate(BOOK, QUESTIONS).overall.decision

    assert decision is not None
    assert decision.false_answers is not None
    assert decision.false_silence is not None
    assert decision.auroc is not None
    assert (decision.false_answers.value, decision.false_answers.n) == (0.5, 2)
    assert (decision.false_silence.value, decision.false_silence.n) == (0.25, 4)
    assert decision.withheld == 1
    # .9 .8 .7 beat .6 and .1; .4 beats .1 only: 7 of 8 pairs
    assert decision.auroc.value == 7 / 8
    # 4 of 6 answered, "near" alone wrongly; the surer half are "right", "second" and "both"
    assert (decision.coverage.value, decision.coverage.n) == (4 / 6, 6)
    assert decision.risk == rate(1, 4)
    assert decision.risk_at_half is not None
    assert decision.risk_at_half.value == 0.0
    # bins .9 .8 .7 .4 hold one answerable question each, .6 and .1 an unanswerable one
    assert decision.calibration_error is not None
    assert decision.calibration_error.value == pytest.approx((0.1 + 0.2 + 0.3 + 0.6 + 0.6 + 0.1) / 6)
    assert decision.validity == rate(8, 8)
    one = evaluate(BOOK, QUESTIONS, kinds=["date"]).overall.decision
    assert one is not None
    assert (one.auroc, one.false_answers, one.false_silence) == (None, None, rate(0, 1))


def test_a_quote_that_does_not_stand_in_its_document_is_counted() -> None:
    forged = replace(citation(1, "a.txt", 0, 19), quote="Ann came on Tuesday")
    book = FakeBook(**{**BOOK.answers, "right": answered(0.9, forged, citation(2, "b.txt", 0, 20))})
    run = evaluate(book, QUESTIONS, kinds=["person"])

    assert [row.valid for row in run.rows] == [1, 1]
    assert run.overall.decision is not None
    assert run.overall.decision.validity == rate(2, 3)


def test_found_ranks_are_kept_though_the_question_was_declined() -> None:
    rows = {row.question.id: row for row in evaluate(BOOK, QUESTIONS).rows}

    assert rows["second"].found == (2,)
    assert rows["both"].found == (1, 3)
    assert (rows["both"].found_by(2), rows["both"].found_by(3)) == (False, True)
    assert rows["silent"].found == (1,)
    assert rows["near"].found == ()


def test_quote_overlap_is_scored_in_characters() -> None:
    rows = {row.question.id: row for row in evaluate(BOOK, QUESTIONS).rows}

    assert rows["right"].scores["quote F1"] == 1.0
    assert rows["second"].scores["quote F1"] == 0.0  # the first quote is of another document
    # both places are needed: the first two quotes are a.txt 38-66 and 0-19; 27 of 28 gold characters of a.txt are
    # shown (the text ends there) and none of the 29 of b.txt
    assert rows["both"].scores["quote recall"] == pytest.approx(28 / 57)
    assert rows["both"].scores["quote precision"] == pytest.approx(28 / 47)


def test_rows_are_handed_on_as_soon_as_they_are_there() -> None:
    seen: list[tuple[str, str]] = []
    evaluate_retrieval(
        BOOK,
        QUESTIONS,
        methods=(Method.DENSE,),
        kinds=["date"],
        on_row=lambda run, row: seen.append((run, row.question.id)),
    )
    evaluate(BOOK, QUESTIONS, kinds=["date"], on_row=lambda run, row: seen.append((run, row.question.id)))

    assert seen == [("dense", "second"), ("answers", "second")]


def test_limits_and_the_as_of_day_reach_the_engine() -> None:
    book = FakeBook(**BOOK.answers)
    evaluate(book, QUESTIONS, split="test", limit=3)

    assert book.asked == [("When was Gate 2 declared?", 3, date(2007, 12, 31), Filters())]


def test_progress_ends_at_the_total() -> None:
    steps: list[tuple[int, int]] = []
    evaluate(BOOK, QUESTIONS, kinds=["person"], progress=lambda done, total: steps.append((done, total)))

    assert steps == [(0, 2), (1, 2), (2, 2)]


def test_a_question_that_cannot_be_asked_is_named() -> None:
    with pytest.raises(InvalidInput, match="question 'x' cannot be asked: the question is empty"):
        evaluate(BOOK, QuestionSet("bad", (Question("x", "?"),)))


def test_searches_are_judged_by_passage() -> None:
    dense, lexical = evaluate_retrieval(BOOK, QUESTIONS, methods=(Method.DENSE, Method.LEXICAL))

    assert [row.question.id for row in dense.rows] == ["right", "second", "both", "silent"]
    assert {row.decision for row in dense.rows} == {None}
    # dense gives a.txt 0-30, b.txt 5-31; lexical b.txt 0-30, b.txt 5-31, a.txt 10-32
    assert [row.scores["MRR@10"] for row in dense.rows] == [1.0, 0.5, 0.5, 1.0]
    assert [row.scores["MRR@10"] for row in lexical.rows] == pytest.approx([1 / 3, 1.0, 1.0, 1 / 3])
    assert lexical.rows[2].scores["success@10"] == 0.0  # a.txt 38-66 is in no hit
    assert "quote@1" not in dense.rows[0].scores


def test_searches_are_judged_by_document_where_documents_are_judged() -> None:
    questions = QuestionSet(
        "beir", (Question("q", "Gate?", gold=(Gold("a.txt", grade=1),)),), judged_documents=True
    )
    dense, lexical = evaluate_retrieval(BOOK, questions, methods=(Method.DENSE, Method.LEXICAL))

    assert dense.rows[0].scores["nDCG@10"] == 1.0
    assert [result.path for result in lexical.rows[0].results] == ["b.txt", "a.txt"]
    assert lexical.rows[0].scores["MRR@10"] == 0.5


def test_a_search_needs_gold_places() -> None:
    with pytest.raises(InvalidInput, match="no question with gold places"):
        evaluate_retrieval(BOOK, QuestionSet("none", (Question("x", "Why?"),)))


def test_missing_documents_are_listed() -> None:
    questions = QuestionSet(
        "x", (Question("q", "?", gold=(Gold("a.txt"), Gold("folder/b.txt"), Gold("c.txt"))),)
    )

    assert missing_documents(BOOK, questions) == (["c.txt"], 3)


@pytest.mark.parametrize("width", [80, 120])
def test_the_summary_fits_one_screen(width: int) -> None:
    out = StringIO()
    console = Console(file=out, width=width)
    many = replace(
        QUESTIONS,
        questions=tuple(
            replace(one, kind=f"{one.kind[:9]}-{n:02}") for n in range(3) for one in QUESTIONS.questions
        ),
    )
    runs = [*evaluate_retrieval(BOOK, many), evaluate(BOOK, many)]
    print_runs(console, runs, latency(runs[-1].rows))

    printed = out.getvalue().splitlines()
    assert max(map(len, printed)) <= width
    assert len(printed) <= 22  # 24 less the line that names the report, and the prompt
    assert "…" not in out.getvalue()
    for words in ("success@10", "nDCG@10", "false silence", "citation validity", "unanswera-00"):
        assert words in out.getvalue()


def test_the_ablation_shows_the_order_apart_from_the_decision() -> None:
    out = StringIO()
    run = evaluate(BOOK, QUESTIONS)
    Console(file=out, width=80).print(ablation_table({"all": run, "no comparison": run}))
    first = next(line for line in out.getvalue().splitlines() if line.startswith("all"))
    assert "…" not in out.getvalue()
    # "right" and "silent", which was declined, have their place first; all four have it among the first five
    assert first.split()[1:3] == ["0.500", "1.000"]


def test_a_document_stands_at_its_best_passage_however_low_another_of_its_passages_is() -> None:
    class Twice(FakeBook):
        def search(
            self,
            question: str,
            *,
            limit: int = 10,
            method: Method = Method.FUSED,
            filters: Filters | None = None,
        ) -> list[Hit]:
            order = ["a.txt", "b.txt", "a.txt"]
            return [Hit(Passage(f"id of {path}", 0, 20, ()), 1 - n / 10) for n, path in enumerate(order)]

    judged = QuestionSet(
        "beir", (Question("q", "Who came?", gold=(Gold("a.txt", grade=1),)),), judged_documents=True
    )
    (run,) = evaluate_retrieval(Twice(), judged, methods=[Method.FUSED])
    assert [(result.path, result.rank) for result in run.rows[0].results] == [("a.txt", 1), ("b.txt", 2)]
    assert run.rows[0].scores["success@1"] == 1.0
