"""The checks of a question set: each planted fault is found, and nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest

from embeddings.encode import default_encoder
from eval.check import COPIED, Check, Finding, check_set
from eval.questions import Gold, Question, QuestionSet, Record
from qa.engine import Sourcebook
from qa.indexing import add_paths
from tests.fakes import FakeEncoder

TEXT = (
    "---\npublished: 2007-05-02\n---\n\nThe granite bridge was opened in May 2007 after two years of work.\n"
)
QUOTE = "The granite bridge was opened in May 2007 after two years of work."


@pytest.fixture
def book(tmp_path: Path) -> Sourcebook:
    (tmp_path / "report.md").write_text(TEXT)
    add_paths(tmp_path / "library", [tmp_path / "report.md"], FakeEncoder())
    return Sourcebook.open(tmp_path / "library", encoder=FakeEncoder())


def place(book: Sourcebook, quote: str = QUOTE) -> Gold:
    (record,) = book.documents()
    start = book.document(record.id).text.index(QUOTE)
    return Gold("report.md", start, start + len(quote), quote, sha256=record.id)


def gold_findings(book: Sourcebook, gold: Gold, as_of: date | None = None) -> list[str]:
    question = Question("q1", "When was it opened?", gold=(gold,), as_of=as_of)
    findings = check_set(QuestionSet("set", (question,)), book)
    assert all(one.wrong and one.questions == ("q1",) for one in findings if one.check is Check.GOLD)
    return [one.sentence for one in findings if one.check is Check.GOLD]


def found(*questions: Question, check: Check, similar: bool = False) -> list[Finding]:
    encode = FakeEncoder().encode_documents if similar else None
    findings = check_set(QuestionSet("set", questions), None, encode)
    return [finding for finding in findings if finding.check is check]


def test_a_place_that_stands_is_sound(book: Sourcebook) -> None:
    gold = place(book)
    assert gold_findings(book, gold) == []
    assert gold_findings(book, Gold("report.md", quote="bridge was opened")) == []
    assert gold_findings(book, Gold("report.md")) == []


def test_lost_places_are_told_apart(book: Sourcebook) -> None:
    gold = place(book)
    changed = Gold("report.md", 0, len(QUOTE), QUOTE, sha256="0" * 64)
    assert gold_findings(book, Gold("other.md", 0, 3, "abc")) == ["other.md is not in the library"]
    assert gold_findings(book, changed) == [
        f"report.md has changed: the words now stand from {gold.start} to {gold.end} of {str(gold.sha256)[:12]}"
    ]
    assert gold_findings(book, Gold("report.md", 3, 8, "wooden"[:5], sha256=gold.sha256)) == [
        "report.md no longer holds the words 'woode'"
    ]
    assert gold_findings(book, Gold("report.md", 3, 8, sha256="0" * 64)) == [
        "report.md has changed since the place was marked (it has another SHA-256)"
    ]
    assert gold_findings(book, Gold("report.md", quote="the wooden bridge")) == [
        "report.md does not hold the words 'the wooden bridge'"
    ]
    assert gold_findings(book, Gold("report.md", quote="granite bridge", page=3)) == [
        "report.md page 3 does not hold the words 'granite bridge'"
    ]


def test_an_as_of_question_needs_a_document_published_by_then(book: Sourcebook) -> None:
    gold = place(book)
    assert gold_findings(book, gold, date(2007, 5, 2)) == []
    assert gold_findings(book, gold, date(2007, 5, 1)) == [
        "no document that answers is certainly published by 2007-05-01, so none may be quoted"
    ]


def test_an_accepted_answer_must_stand_in_a_place() -> None:
    gold = (Gold("d", 0, 8, "May 2007"),)
    sound = Question("a", "When?", answers=("2007",), gold=gold)
    broken = Question("b", "When then?", answers=("June", "200"), gold=gold)
    (finding,) = found(sound, broken, check=Check.ANSWERS)
    assert finding == Finding(
        Check.ANSWERS, False, ("b",), "'June' or '200' stands in none of its gold places"
    )


def test_answers_in_the_question_are_found_by_whole_words() -> None:
    gold = (Gold("d", 0, 30, "x"),)
    given = Question("a", "Was the bridge opened in May 2007?", answers=("may 2007",), gold=gold)
    part = Question("b", "How many of the 2007 were there?", answers=("200",), gold=gold)
    (finding,) = found(given, part, check=Check.GIVEN_AWAY)
    assert (finding.questions, finding.wrong) == (("a",), True)
    assert "'may 2007' stands in the question" in finding.sentence


@pytest.mark.parametrize(("words", "findings"), [(COPIED, 1), (COPIED - 1, 0)])
def test_a_question_in_the_words_of_its_place_is_doubtful(words: int, findings: int) -> None:
    copied = " ".join(QUOTE.split()[:words])
    question = Question("a", f"Is it so: {copied}?", gold=(Gold("d", 0, len(QUOTE), QUOTE),))
    assert len(found(question, check=Check.GIVEN_AWAY)) == findings


def test_repeats_are_found_by_words_and_by_meaning() -> None:
    gold = (Gold("d"),)
    questions = (
        Question("a", "When was the granite bridge opened?", split="dev", gold=gold),
        Question("b", "when was the GRANITE bridge opened", split="test", gold=gold),
        Question("c", "When was this granite bridge opened, then?", split="dev", gold=gold),
        Question("d", "When was the granite bridge opened in 1999?", split="dev", gold=gold),
        Question("e", "Who opened the granite bridge?", split="dev", gold=gold),
        Question("f", "When was the granite bridge opened?", as_of=date(2006, 1, 1), gold=gold),
    )
    (same,) = found(*questions, check=Check.REPEATS)
    assert (same.questions, same.wrong) == (("a", "b"), False)
    assert same.sentence.endswith("one in dev and one in test")
    pairs = {finding.questions for finding in found(*questions, check=Check.REPEATS, similar=True)}
    assert pairs == {("a", "b"), ("a", "c"), ("b", "c")}


def test_the_same_question_with_and_without_an_answer_is_wrong() -> None:
    one, other = Question("a", "When was it?", gold=(Gold("d"),)), Question("b", "When was it?")
    (finding,) = found(one, other, check=Check.REPEATS)
    assert finding.wrong
    assert finding.sentence.endswith("but one has an answer and the other has none")


def many(kind: str, number: int, split: str = "dev", document: str = "d") -> Sequence[Question]:
    gold = () if kind == "none" else (Gold(document),)
    return [
        Question(f"{kind}{split}{n}", f"What is {kind} {split} {n}?", kind, split, gold=gold)
        for n in range(number)
    ]


def test_uneven_kinds_are_told() -> None:
    even = [
        *many("a", 6),
        *many("a", 6, "test"),
        *many("b", 6),
        *many("b", 6, "test"),
        *many("none", 6),
        *many("none", 6, "test"),
    ]
    even = [Question(q.id, q.text, q.kind, q.split, gold=(Gold(q.id),) if q.gold else ()) for q in even]
    assert found(*even, check=Check.BALANCE) == []

    uneven = [*many("a", 20), *many("b", 5), *many("c", 7, "test"), *many("a", 7, "test", "e")]
    sentences = [finding.sentence for finding in found(*uneven, check=Check.BALANCE)]
    assert any(sentence.startswith("0 of 39 questions are unanswerable") for sentence in sentences)
    assert any(sentence.startswith("27 of 39 questions are of the kind 'a'") for sentence in sentences)
    assert any(sentence.startswith("'b' has 5") for sentence in sentences)
    assert "'b' has no question in test" in sentences
    assert "'c' has no question in dev" in sentences
    assert "32 of 39 answerable questions are answered by one document, d" in sentences


def test_a_set_with_its_own_collection_needs_no_library(book: Sourcebook) -> None:
    question = Question("a", "When?", gold=(Gold("r1", 0, 3, "May"),))
    own = QuestionSet("set", (question,), (Record("r1", "", "May 2007"),), judged_documents=True)
    assert not [one for one in check_set(own, book) if one.check is Check.GOLD]


def test_the_real_model_tells_questions_apart_by_what_they_name() -> None:
    encoder = default_encoder()
    gold = (Gold("d"),)
    questions = (
        Question("a", "Who is the head of UNMIK?", gold=gold),
        Question("b", "Who is the present head of UNMIK?", gold=gold),
        Question("c", "How large was KFOR at the end of 2003?", gold=gold),
        Question("d", "How large was KFOR at the end of 2005?", gold=gold),
    )
    findings = check_set(QuestionSet("set", questions), None, encoder.encode_documents)
    assert [one.questions for one in findings if one.check is Check.REPEATS] == [("a", "b")]
