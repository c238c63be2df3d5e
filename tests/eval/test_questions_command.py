"""The command `questions`: what it prints, what it writes, and one sentence for what cannot be done."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from eval.command import SAMPLE_SET
from eval.questions import load
from eval.questions_command import questions_command
from eval.writing import own_set
from qa.indexing import add_paths
from tests.fakes import FakeEncoder

TEXT = "Report\n\nAnn Bee led the harbour office from 1999. The granite bridge was opened in May 2007.\n"
BRIDGE = TEXT.index("The granite")


@pytest.fixture
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "report.txt").write_text(TEXT)
    monkeypatch.setattr("embeddings.encode.default_encoder", lambda model=None: FakeEncoder())
    monkeypatch.setattr("qa.engine.default_encoder", lambda model=None: FakeEncoder())
    add_paths(tmp_path / "library", [tmp_path / "report.txt"], FakeEncoder())
    return tmp_path / "library"


def run(library: Path, *arguments: str | Path) -> Result:
    return CliRunner().invoke(questions_command, [*map(str, arguments), "--library", str(library)])


def test_a_place_given_by_offsets_quote_or_rank_is_the_same(library: Path) -> None:
    where = ["--document", "report.txt", "--start", str(BRIDGE), "--end", str(BRIDGE + 43)]
    first = run(library, "add", "--question", "When was the bridge opened?", *where)
    quoted = run(
        library,
        "add",
        "--question",
        "What opened in 2007?",
        "--document",
        "report.txt",
        "--quote",
        "The granite … May 2007.",
    )
    ranked = run(library, "add", "--question", "When was the granite bridge opened?", "--passage", "1")

    assert [result.exit_code for result in (first, quoted, ranked)] == [0, 0, 0], ranked.output
    assert first.output == f"q001 in {own_set(library)}: a new question.\n"
    golds = [question.gold for question in load(own_set(library)).questions]
    assert golds[0] == golds[1] == golds[2]
    assert golds[0][0].quote == "The granite bridge was opened in May 2007."


def test_a_set_that_was_written_is_checked_as_sound(library: Path, tmp_path: Path) -> None:
    file = tmp_path / "mine.jsonl"
    for number in range(6):
        asked = ("--question", f"When was bridge {number} opened?", "--kind", "date", "--answer", "May 2007")
        assert (
            run(
                library, "add", file, *asked, "--document", "report.txt", "--quote", "The granite … May 2007."
            ).exit_code
            == 0
        )
        assert (
            run(
                library, "add", file, "--question", f"What is star {number} made of?", "--unanswerable"
            ).exit_code
            == 0
        )

    checked = run(library, "check", file)
    assert checked.exit_code == 0
    assert checked.output == "12 questions checked: 0 things are wrong, 0 to look at.\n"


def test_what_is_wrong_is_listed_and_ends_with_one(library: Path, tmp_path: Path) -> None:
    file = tmp_path / "mine.jsonl"
    gold = [{"document": "gone.txt", "start": 0, "end": 3, "quote": "abc"}]
    file.write_text(json.dumps({"id": "a", "question": "Why?", "gold": gold}))

    checked = run(library, "check", file)
    assert checked.exit_code == 1
    assert "WRONG  a: gone.txt is not in the library" in checked.output
    listed = json.loads(run(library, "check", file, "--json").output)
    assert listed["findings"][0] == {
        "check": "gold places",
        "wrong": True,
        "questions": ["a"],
        "sentence": "gone.txt is not in the library",
    }


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["check"], "has no questions of its own yet"),
        (["add", "--question", " ", "--unanswerable"], "the question is empty"),
        (
            ["add", "--question", "Why?", "--unanswerable", "--passage", "1"],
            "has neither gold places nor answers",
        ),
        (
            ["add", "--question", "Why?", "--document", "none.txt", "--quote", "x"],
            "Nothing in the library is named",
        ),
        (["add", "--question", "Why?", "--document", "report.txt", "--quote", "the wooden"], "occur 0 times"),
        (["add", "--question", "Why?", "--document", "report.txt"], "needs --start and --end, or --quote"),
        (["add", "--question", "Why?", "--start", "3"], "need --document"),
        (["add", "--question", "When was the bridge opened?", "--passage", "9"], "so there is no passage 9"),
        (["add", "--question", "When was the bridge opened?"], "which of these answers?"),
        (["add", str(SAMPLE_SET), "--question", "Why?"], "is built from sample_source.jsonl"),
        (["review", str(SAMPLE_SET)], "is built from sample_source.jsonl"),
    ],
)
def test_what_cannot_be_done_is_one_sentence(library: Path, arguments: list[str], sentence: str) -> None:
    result = run(library, *arguments)

    assert result.exit_code == 1
    assert sentence in result.output
    assert "Traceback" not in result.output


def test_the_sample_set_is_sound() -> None:
    result = CliRunner().invoke(questions_command, ["check", str(SAMPLE_SET)])

    assert result.exit_code == 0, result.output
    assert "219 questions checked: 0 things are wrong, 0 to look at." in result.output
