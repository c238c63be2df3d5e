"""Rows and averages of a run, against a stand-in whose answers are known."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from io import StringIO

import pytest
from rich.console import Console

from corpus.errors import InvalidInput
from corpus.records import DocumentRecord
from corpus.types import Document, Filters, Metadata, Origin, Passage, Sourced
from eval.intervals import rate
from eval.questions import Gold, Question, QuestionSet
from eval.report import print_runs, to_json
from eval.run import evaluate, evaluate_retrieval, missing_documents
from eval.summary import DecisionQuality
from qa.types import Answer, AnswerSpan, Citation, Hit, Method, TextSlice

TEXTS = {
    "a.txt": "Ann came on Monday. Nobody else came. Gate 2 was declared in May.",
    "b.txt": "Bob left on Tuesday. Gate 2 was declared in June.",
}


def citation(rank: int, path: str, start: int, end: int, answer: str | None = None) -> Citation:
    text = TEXTS[path]
    span = None
    if answer:
        at = text.index(answer, start)
        span = AnswerSpan(at, at + len(answer), answer)
    return Citation(
        rank=rank,
        document_id=f"id of {path}",
        path=path,
        title=path,
        publisher=None,
        published=None,
        published_origin=None,
        language=None,
        page=None,
        start=start,
        end=end,
        quote=text[start:end],
        answer=span,
        passage=TextSlice(0, len(text), text),
        score=1 / rank,
    )


class FakeBook:
    """Gives the answers it was told, and remembers what it was asked."""

    def __init__(self, **answers: Answer) -> None:
        self.answers = answers
        self.asked: list[tuple[str, int, date | None, Filters | None]] = []

    def ask(
        self,
        question: str,
        *,
        limit: int = 10,
        as_of: date | None = None,
        filters: Filters | None = None,
        question_id: str = "",
    ) -> Answer:
        self.asked.append((question, limit, as_of, filters))
        if not question.strip("?"):
            raise InvalidInput("the question is empty")
        return self.answers[question_id]

    def search(
        self, question: str, *, limit: int = 10, method: Method = Method.FUSED, filters: Filters | None = None
    ) -> list[Hit]:
        self.asked.append((question, limit, filters.published_to if filters else None, filters))
        order = ["b.txt", "b.txt", "a.txt"] if method is Method.LEXICAL else ["a.txt", "b.txt"]
        return [
            Hit(Passage(f"id of {path}", 5 * rank, 30 + rank, ()), 1 - rank / 10)
            for rank, path in enumerate(order)
        ]

    def documents(self) -> list[DocumentRecord]:
        metadata = Metadata(Sourced("", Origin.FILE))
        added = datetime(2020, 1, 1, tzinfo=UTC)
        return [
            DocumentRecord(f"id of {path}", (path,), metadata, "text/plain", "fake/1", 1, 1, 1, added, 1)
            for path in TEXTS
        ]

    def document(self, document_id: str) -> Document:
        text = TEXTS[document_id.removeprefix("id of ")]
        return Document(document_id, text, (), Metadata(Sourced("", Origin.FILE)), "text/plain", "fake/1")


def answered(confidence: float, *citations: Citation) -> Answer:
    first = citations[0].answer
    return Answer("", "", None, True, confidence, None, first.text if first else None, citations)


def declined(confidence: float, *nearest: Citation) -> Answer:
    return Answer("", "", None, False, confidence, "nothing found", None, (), nearest)


QUESTIONS = QuestionSet(
    "tiny",
    (
        Question("right", "Who came?", "person", "dev", answers=("Ann",), gold=(Gold("a.txt", 0, 19),)),
        Question(
            "second", "When did Bob leave?", "date", "dev", answers=("Tuesday",), gold=(Gold("b.txt", 0, 20),)
        ),
        Question(
            "both",
            "When was Gate 2 declared?",
            "conflict",
            "test",
            date(2007, 12, 31),
            ("May", "June"),
            (Gold("a.txt", 38, 66), Gold("b.txt", 21, 50)),
            "all",
        ),
        Question(
            "silent", "Who else came?", "person", "dev", answers=("nobody",), gold=(Gold("a.txt", 20, 37),)
        ),
        Question("near", "Who left on Friday?", "unanswerable-near", "dev"),
        Question("far", "How is bread baked?", "unanswerable-far", "dev"),
    ),
)
BOOK = FakeBook(
    right=answered(0.9, citation(1, "a.txt", 0, 19, "Ann")),
    second=answered(0.8, citation(1, "a.txt", 0, 19, "Monday"), citation(2, "b.txt", 0, 20, "Tuesday")),
    both=answered(
        0.7, citation(1, "a.txt", 38, 66), citation(2, "a.txt", 0, 19), citation(3, "b.txt", 21, 50)
    ),
    silent=declined(0.4, citation(1, "a.txt", 20, 37)),
    near=answered(0.6, citation(1, "b.txt", 0, 20, "Bob")),
    far=declined(0.1),
)


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
    assert rows["near"].scores == rows["far"].scores == {}


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
    one = evaluate(BOOK, QUESTIONS, kinds=["date"]).overall.decision
    assert one == DecisionQuality(None, None, rate(0, 1), 0)


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


def test_json_repeats_byte_for_byte_apart_from_timings() -> None:
    first, second = (
        json.loads(to_json([*evaluate_retrieval(BOOK, QUESTIONS), evaluate(BOOK, QUESTIONS)]))
        for _ in range(2)
    )

    timings = first.pop("timings")
    assert second.pop("timings").keys() == timings.keys() == {"dense", "lexical", "fused", "answers"}
    assert json.dumps(first) == json.dumps(second)
    row = first["runs"][-1]["rows"][1]
    assert row["id"] == "second"
    assert row["results"][1]["gold"] == {"document": [0], "passage": [0], "quote": [0]}
    assert row["decision"] == {"answered": True, "confidence": 0.8, "reason": None, "answer": "Monday"}


@pytest.mark.parametrize("width", [80, 120])
def test_tables_fit_the_terminal(width: int) -> None:
    out = StringIO()
    console = Console(file=out, width=width)
    print_runs(console, [*evaluate_retrieval(BOOK, QUESTIONS), evaluate(BOOK, QUESTIONS)])

    printed = out.getvalue()
    assert max(map(len, printed.splitlines())) <= width
    assert "…" not in printed
    for words in ("success@10", "nDCG@10", "false silence", "unanswerable-near", ".25–1.0"):
        assert words in printed
