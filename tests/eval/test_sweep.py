"""Sweeps: the choices are really made, the middle is the program's own fusion, and test questions are refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from eval.questions import Gold, Question, QuestionSet, load
from eval.sweep import Cut, Weighted, grid, sweep, tuning_questions
from eval.sweep_command import sweep_command
from qa.engine import Sourcebook
from qa.indexing import add_paths
from qa.types import Method
from tests.fakes import FakeEncoder

WORDS = ("harbour", "granite", "violin", "copper", "lantern", "orchard")


@pytest.fixture
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "documents").mkdir()
    for word in WORDS:
        text = f"The {word} stood in the north. " + "Nothing more was ever written about such things. " * 40
        (tmp_path / "documents" / f"{word}.txt").write_text(text)
    rows = [
        {
            "id": word,
            "question": f"Where did the {word} stand?",
            "split": "dev" if number < 4 else "test",
            "gold": [{"document": f"{word}.txt", "start": 0, "end": 30}],
        }
        for number, word in enumerate(WORDS)
    ]
    (tmp_path / "set.jsonl").write_text("\n".join(map(json.dumps, rows)))
    monkeypatch.setattr("embeddings.encode.default_encoder", lambda model=None: FakeEncoder())
    monkeypatch.setattr("eval.collections.cache_folder", lambda: tmp_path / "cache")
    monkeypatch.setattr("eval.drawing.cache_folder", lambda: tmp_path / "cache")
    add_paths(tmp_path / "library", [tmp_path / "documents"], FakeEncoder())
    return tmp_path / "library"


def test_smaller_passages_are_more_and_every_choice_is_measured(library: Path) -> None:
    questions = tuning_questions(load(library.parent / "set.jsonl"), None)
    points = list(sweep(library, FakeEncoder(), questions, grid([60, 160], [0, 40]), [0.0, 0.5, 1.0]))

    assert [(point.cut, point.weight) for point in points] == [
        (Cut(tokens, overlap), weight)
        for tokens in (60, 160)
        for overlap in (0, 40)
        for weight in (0.0, 0.5, 1.0)
    ]
    counts = {point.cut: point.passages for point in points}
    assert counts[Cut(60, 0)] > counts[Cut(160, 0)]
    assert counts[Cut(60, 40)] > counts[Cut(60, 0)]
    assert {point.measures["nDCG@10"].n for point in points} == {4}
    assert max(point.measures["success@5"].value for point in points) == 1.0


def test_half_and_half_is_the_programs_own_fusion(library: Path) -> None:
    with Sourcebook.open(library, encoder=FakeEncoder()) as book:
        weighted = Weighted(book)
        for question in ("Where did the violin stand?", "What was written about such things?"):
            own = [hit.passage for hit in book.search(question, limit=20)]
            assert [hit.passage for hit in weighted.search(question, limit=20)] == own
            weighted.weight = 1.0
            dense = [hit.passage for hit in book.search(question, limit=20, method=Method.DENSE)]
            assert [hit.passage for hit in weighted.search(question, limit=20)] == dense
            weighted.weight = 0.5


@pytest.mark.parametrize("split", ["test", "all", "my-test"])
def test_test_questions_are_refused(split: str) -> None:
    gold = (Gold("d"),)
    questions = QuestionSet(
        "set", (Question("a", "Why?", split="train", gold=gold), Question("b", "When?", split="test"))
    )
    assert [question.id for question in tuning_questions(questions, None).questions] == ["a"]
    refused = CliRunner().invoke(sweep_command, ["--split", split])
    assert refused.exit_code == 1
    assert (
        "a sweep tunes, and test questions are for what is finished; splits of sample to tune on: dev"
        in refused.output
    )


def test_the_command_writes_a_table_and_a_plot(library: Path, tmp_path: Path) -> None:
    file = tmp_path / "sweep.md"
    options = [
        "--library",
        library,
        "--tokens",
        60,
        "--tokens",
        160,
        "--weight",
        0.3,
        "--weight",
        0.5,
        "--write",
        file,
    ]
    result = CliRunner().invoke(sweep_command, [str(tmp_path / "set.jsonl"), *map(str, options)])

    assert result.exit_code == 0, result.output
    rows = [line for line in file.read_text().splitlines() if line.startswith("| ")]
    assert len(rows) == 5
    assert rows[1].startswith("| 60 | 40 | 0.3 | ")
    assert file.with_suffix(".svg").read_text().startswith("<?xml")
    assert "The best is in bold" in result.output


def test_a_set_without_documents_needs_a_library(library: Path) -> None:
    result = CliRunner().invoke(sweep_command, [str(library.parent / "set.jsonl")])
    assert result.exit_code == 1
    assert "set brings no documents; name the library with --library" in result.output
