"""Questions written into a set: what a row holds, what is there already, and that nobody's question is lost."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from corpus.errors import InvalidInput
from eval.questions import Gold, Question, load
from eval.writing import Change, add_question, gold_at, keep_question, kind_of, next_id, own_set, row_of
from qa.engine import Sourcebook
from qa.indexing import add_paths
from qa.time import as_of_or_about
from tests.fakes import FakeEncoder

TEXT = "Report\n\nAnn Bee led the harbour office from 1999. The granite bridge was opened in May 2007.\n"
BRIDGE = TEXT.index("The granite")
PLACE = Gold("report.txt", BRIDGE, BRIDGE + 42, TEXT[BRIDGE : BRIDGE + 42], sha256="ab")
BREAD = Question("", "How is bread baked?", kind="unanswerable-far", split="dev")
OPENED = Question(
    "", "When was the bridge opened?", kind="date", split="dev", answers=("May 2007",), gold=(PLACE,)
)


@pytest.fixture
def book(tmp_path: Path) -> Sourcebook:
    (tmp_path / "report.txt").write_text(TEXT)
    add_paths(tmp_path / "library", [tmp_path / "report.txt"], FakeEncoder())
    return Sourcebook.open(tmp_path / "library", encoder=FakeEncoder())


def test_a_question_comes_back_as_it_was_written(tmp_path: Path) -> None:
    file = tmp_path / "set.jsonl"
    written = add_question(file, OPENED)

    assert (written.id, written.change) == ("q001", Change.QUESTION)
    (question,) = load(file).questions
    assert row_of(question) == row_of(OPENED) | {"id": "q001"}


def test_a_new_question_leaves_the_rows_before_it_as_they_are(tmp_path: Path) -> None:
    file = tmp_path / "set.jsonl"
    first = '{"id":  "s09", "question": "Why?", "remark": "mine"}'
    file.write_text(first, encoding="utf-8")  # without a line's end

    assert add_question(file, BREAD).id == "s10"
    assert file.read_text(encoding="utf-8").splitlines()[0] == first
    assert [question.id for question in load(file).questions] == ["s09", "s10"]


def test_the_same_question_gets_the_other_place_and_never_a_second_row(tmp_path: Path) -> None:
    file = tmp_path / "set.jsonl"
    add_question(file, OPENED)
    other = Question("", "when was  the bridge OPENED?", gold=(Gold("other.txt", 3, 9, "abcdef"),))

    assert add_question(file, OPENED).change is Change.NOTHING
    assert add_question(file, other).change is Change.PLACE
    (question,) = load(file).questions
    assert [gold.document for gold in question.gold] == ["report.txt", "other.txt"]


def test_the_same_words_for_another_day_are_another_question(tmp_path: Path) -> None:
    file = tmp_path / "set.jsonl"
    add_question(file, OPENED)
    add_question(file, Question("", OPENED.text, as_of=date(2006, 1, 1), gold=(PLACE,)))

    assert len(load(file).questions) == 2


def test_a_month_that_a_question_is_about_stays_and_tells_questions_apart(tmp_path: Path) -> None:
    file = tmp_path / "set.jsonl"
    for about in (as_of_or_about("2007-12")[1], as_of_or_about("2008")[1], None):
        add_question(file, replace(OPENED, about=about))

    assert [question.stated_time for question in load(file).questions] == ["2007-12", "2008", None]


def test_a_line_separator_inside_a_quote_ends_no_row(tmp_path: Path) -> None:
    file = tmp_path / "set.jsonl"
    torn = replace(PLACE, quote=PLACE.quote.replace(" ", "\u2028", 1))
    add_question(file, replace(OPENED, gold=(torn,)))
    add_question(file, BREAD)
    add_question(file, replace(OPENED, gold=(Gold("other.txt", 3, 9, "abcdef"),)))

    first, second = load(file).questions
    assert first.gold == (torn, Gold("other.txt", 3, 9, "abcdef"))
    assert second.text == BREAD.text


def test_a_question_is_not_answerable_and_unanswerable_at_once(tmp_path: Path) -> None:
    file = tmp_path / "set.jsonl"
    add_question(file, OPENED)
    with pytest.raises(InvalidInput, match=r"holds this question as answerable \(q001\)"):
        add_question(file, Question("", OPENED.text))


@pytest.mark.parametrize(
    ("name", "question", "sentence"),
    [
        ("set.csv", OPENED, r"to a \.jsonl file of ours only"),
        ("none/set.jsonl", OPENED, r"there is no folder"),
        ("set.jsonl", Question("", "  "), r"the question is empty"),
        ("set.jsonl", Question("taken", "Another?", gold=(PLACE,)), r"the id 'taken' already"),
    ],
)
def test_what_cannot_be_added_is_said_in_a_sentence(
    tmp_path: Path, name: str, question: Question, sentence: str
) -> None:
    (tmp_path / "set.jsonl").write_text('{"id": "taken", "question": "Why?"}\n')
    with pytest.raises(InvalidInput, match=sentence):
        add_question(tmp_path / name, question)


def test_a_broken_set_is_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "set.jsonl"
    file.write_text('{"id": "a", "question": ""}\n')
    with pytest.raises(InvalidInput, match=r"set\.jsonl:1:question: is empty"):
        add_question(file, OPENED)
    assert file.read_text() == '{"id": "a", "question": ""}\n'


def test_many_at_once_lose_none(tmp_path: Path) -> None:
    file = tmp_path / "set.jsonl"
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: add_question(file, Question("", f"What is {n}?")), range(40)))

    questions = load(file).questions
    assert len({question.id for question in questions}) == len(questions) == 40


@pytest.mark.parametrize(
    ("ids", "following"),
    [
        ([], "q001"),
        (["a"], "q001"),
        (["s001", "s099"], "s100"),
        (["7", "12"], "13"),
        (["x1", "q003"], "q004"),
    ],
)
def test_the_next_id_is_written_like_the_last(ids: list[str], following: str) -> None:
    assert next_id(ids) == following


def test_the_kind_is_what_the_question_asks_for() -> None:
    assert [kind_of(text) for text in ("When?", "How many?", "Who led it?", "Why?", "Which town?")] == [
        "date",
        "number",
        "person",
        "cause",
        "fact",
    ]
    assert kind_of("When?", date(2007, 1, 1)) == "as-of"


def test_a_gold_place_is_a_slice_of_the_document(book: Sourcebook) -> None:
    (record,) = book.documents()
    gold = gold_at(book, record.id, BRIDGE, BRIDGE + 42)

    assert gold == Gold("report.txt", BRIDGE, BRIDGE + 42, PLACE.quote, None, record.id)
    with pytest.raises(InvalidInput, match="is no place in it"):
        gold_at(book, record.id, 5, 10_000)
    with pytest.raises(InvalidInput, match="only white space"):
        gold_at(book, record.id, 6, 8)
    with pytest.raises(InvalidInput, match="no document"):
        gold_at(book, "0" * 64, 0, 5)


def test_the_page_keeps_a_question_in_the_librarys_own_set(book: Sourcebook, tmp_path: Path) -> None:
    library = tmp_path / "library"
    (record,) = book.documents()
    place = (record.id, BRIDGE, BRIDGE + 42)
    said = keep_question(library, book, OPENED.text, place, answer="May 2007")

    assert said.startswith("Kept as test question q001. Measure with: sourcebook eval ")
    assert keep_question(library, book, OPENED.text, place).startswith("This is test question q001 already")
    assert keep_question(library, book, "Who built the bridge?", None).startswith(
        "Kept as test question q002"
    )
    kept, declined = load(own_set(library)).questions
    assert (kept.kind, kept.answers, kept.gold[0].quote) == ("date", ("May 2007",), PLACE.quote)
    assert not declined.answerable
    assert json.loads(own_set(library).read_text().splitlines()[0])["gold"][0]["sha256"] == record.id
