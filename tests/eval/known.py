"""A library whose answers are known, and six questions about it; what its rows score is worked out in test_run.py."""

from __future__ import annotations

from datetime import UTC, date, datetime

from corpus.errors import InvalidInput
from corpus.records import DocumentRecord
from corpus.types import Document, Filters, Metadata, Origin, Passage, Sourced
from eval.questions import Gold, Question, QuestionSet
from qa.time import Period
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
        about: Period | None = None,
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
