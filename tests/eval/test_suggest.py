"""Drafts of questions: which sentences give which, near misses that nothing answers, and a person's judgment of each."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from corpus.errors import InvalidInput
from eval.drafts import LibraryDrafts, accept, drafts_of, drop, read_drafts, write_drafts
from eval.near_miss import near_misses, nothing_answers
from eval.questions import load
from eval.questions_command import questions_command
from eval.suggest import draft_of, suggest
from eval.writing import own_set
from qa.engine import Sourcebook
from qa.indexing import add_paths
from tests.fakes import FakeEncoder

TEXT = """# The harbour

Ann Bee headed the harbour office from September 2016; Jack Smith followed her.

About 4,100 people had to flee from the harbour town in May 2007, most of them at night.

The granite bridge was opened by the mayor in May 2007, because the old one had burnt.

He was seen there in June 2007 by many people.
"""
OTHER = "# The lake\n\nNothing was quiet in 2008, nor in 2009.\n"


@pytest.fixture
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "report.md").write_text(TEXT)
    (tmp_path / "zebra.md").write_text(OTHER)
    monkeypatch.setattr("qa.engine.default_encoder", lambda model=None: FakeEncoder())
    add_paths(tmp_path / "library", [tmp_path / "report.md", tmp_path / "zebra.md"], FakeEncoder())
    return tmp_path / "library"


@pytest.mark.parametrize(
    ("sentence", "draft"),
    [
        (
            "Ann Bee headed the harbour office from 1999 to 2001.",
            ("Who headed the harbour office from 1999 to 2001?", "person", "Ann Bee"),
        ),
        (
            "Ann Bee, a diplomat from Rome, was named head of the office.",
            ("Who was named head of the office?", "person", "Ann Bee"),
        ),
        (
            "About 400 houses were destroyed in March, and thirty churches.",
            ("How many houses were destroyed in March?", "number", "400"),
        ),
        (
            "64 per cent of registered voters took part in the vote.",
            ("What percentage of registered voters took part in the vote?", "number", "64"),
        ),
        (
            "The granite bridge was opened to traffic in May 2007.",
            ("When was the granite bridge opened to traffic?", "date", "May 2007"),
        ),
        (
            "On 28 February 2011 the old bridge was closed by engineers.",
            ("When was the old bridge closed by engineers?", "date", "28 February 2011"),
        ),
        (
            "Generals were told of the plan in June 1999.",
            ("When were generals told of the plan?", "date", "June 1999"),
        ),
        ("He was named head of the office in May 2007.", None),
        ("The Security Council adopted the text after a long night.", None),
        ("Two years ago the mission had close to 5,000 staff.", None),
        ("Eighteen hundred police were planned for the whole province.", None),
        ("In 1999 and in 2004 the bridge was closed for weeks.", None),
        ("The toll of that year was 1,143 crowns, half of what was taken in 2010.", None),
        ("A hundred guards were planned for, but in May 2007 only sixty had come.", None),
        ("In 2011 the whole toll was 1,143.", None),
        ("Was the granite bridge opened to traffic in May 2007?", None),
        ("It was so.", None),
    ],
)
def test_a_sentence_gives_the_question_it_answers(sentence: str, draft: tuple[str, str, str] | None) -> None:
    assert draft_of(sentence, {"generals"}) == draft


def test_drafts_have_their_place_and_are_the_same_each_time(library: Path) -> None:
    with Sourcebook.open(library) as book:
        drafts = suggest(book, 10)
        assert suggest(book, 10) == drafts
        assert [draft.question.text for draft in suggest(book, 1)] == [drafts[0].question.text]

    assert [(d.question.id, d.question.text, d.question.kind, d.question.answers) for d in drafts] == [
        ("d001", "Who headed the harbour office from September 2016?", "person", ("Ann Bee",)),
        ("d002", "How many people had to flee from the harbour town in May 2007?", "number", ("4,100",)),
        ("d003", "When was the granite bridge opened by the mayor?", "date", ("May 2007",)),
    ]
    (gold,) = drafts[1].question.gold
    assert gold.quote.startswith("About 4,100 people")
    assert gold.start is not None and gold.sha256


def test_a_near_miss_is_kept_only_if_nothing_answers_it(library: Path) -> None:
    with Sourcebook.open(library) as book:
        assert not nothing_answers(
            book, "How many people had to flee from the harbour town in May 2007?", "2007"
        )
        assert nothing_answers(book, "How many people had to flee from the harbour town in May 2009?", "2009")
        drafts = near_misses(book, [draft.question for draft in suggest(book, 10)], 5)

    assert [draft.question.text for draft in drafts] == [
        "Who headed the harbour office from September 2009?",
        "How many people had to flee from the harbour town in May 2008?",
    ]
    assert drafts[1].note.startswith("'2007' was exchanged for '2008': How many people")
    assert all(
        not draft.question.answerable and draft.question.kind == "unanswerable-near" for draft in drafts
    )


def drafted(library: Path) -> Path:
    file = drafts_of(library)
    with Sourcebook.open(library) as book:
        write_drafts(file, suggest(book, 10))
    return file


def test_a_draft_is_accepted_edited_or_dropped_once(library: Path) -> None:
    file, target = drafted(library), own_set(library)
    accept(file, target, "d001")
    accept(file, target, "d002", "How many  fled the town in May 2007?", ["4,100", " ", "4100"])
    drop(file, "d003")

    assert read_drafts(file) == []
    first, second = load(target).questions
    assert (first.id, first.text) == ("q001", "Who headed the harbour office from September 2016?")
    assert (second.text, second.answers) == ("How many fled the town in May 2007?", ("4,100", "4100"))
    with pytest.raises(InvalidInput, match="there is no draft d001 any more"):
        accept(file, target, "d001")
    with pytest.raises(InvalidInput, match="there is no draft d003 any more"):
        drop(file, "d003")


@pytest.mark.parametrize("row", ["[1]", "{not json", '{"id": "d1", "question": "Why?", "note": 7}'])
def test_drafts_that_are_none_get_a_sentence(library: Path, row: str) -> None:
    drafts_of(library).write_text(f"{row}\n")
    with pytest.raises(InvalidInput, match=r"drafts\.jsonl:1:"):
        read_drafts(drafts_of(library))


def test_the_page_judges_the_librarys_drafts(library: Path) -> None:
    drafted(library)
    drafts = LibraryDrafts(library)
    assert [question.id for question in drafts.waiting()] == ["d001", "d002", "d003"]
    assert drafts.waiting()[1].quotes[0].startswith("About 4,100 people")
    assert drafts.waiting()[0].note == "made from the sentence that answers it"
    assert drafts.accept("d001", "", ["Ann Bee"]) == "q001"
    drafts.drop("d002")
    assert [question.id for question in drafts.waiting()] == ["d003"]


def test_suggesting_and_reviewing_in_the_terminal(library: Path, tmp_path: Path) -> None:
    options = ["--library", str(library)]
    made = CliRunner().invoke(questions_command, ["suggest", *options])
    assert made.exit_code == 0, made.output
    assert made.output.startswith(f"5 drafts, 2 of them unanswerable, in {drafts_of(library)}")

    keys = "a\ne\nHow many fled?\n4,100|4100\nd\nl\nq\n"
    reviewed = CliRunner().invoke(
        questions_command, ["review", str(tmp_path / "set.jsonl"), *options], input=keys
    )
    assert reviewed.exit_code == 0, reviewed.output
    assert reviewed.output.endswith("2 drafts still wait.\n")
    assert "\n\n[2 of 5] How many" in reviewed.output and "\n  source: " in reviewed.output
    assert [question.text for question in load(tmp_path / "set.jsonl").questions] == [
        "Who headed the harbour office from September 2016?",
        "How many fled?",
    ]


def test_without_drafts_or_sentences_there_is_a_sentence(library: Path, tmp_path: Path) -> None:
    nothing = CliRunner().invoke(questions_command, ["review", "--library", str(library)])
    assert nothing.exit_code == 1
    assert "no drafts wait" in nothing.output
    (tmp_path / "short.txt").write_text("Nothing here fits.\n")
    add_paths(tmp_path / "other", [tmp_path / "short.txt"], FakeEncoder())
    none = CliRunner().invoke(questions_command, ["suggest", "--library", str(tmp_path / "other")])
    assert none.exit_code == 1
    assert "no sentence of these documents fits a pattern" in none.output
