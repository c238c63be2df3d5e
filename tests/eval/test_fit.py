"""What the models are fitted on: not a question of the articles that figures are reported on."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from corpus.types import Span
from embeddings.encode import default_encoder
from eval import decision
from eval.decision import LEAST_OF_EACH, Answered, usable
from eval.listwise import Floats
from eval.material import Material, _overlaps, gather
from eval.questions import Gold, Question, load
from eval.reader_data import article_split, sources_of
from qa import answer

ARTICLES = 20


def _collection(folder: Path) -> Path:
    """Articles with a question each that it answers and one that it does not."""
    articles = [f"Town {number}" for number in range(ARTICLES)]
    files: dict[str, list[dict[str, object]]] = {
        "corpus.jsonl": [
            {"_id": f"d{n}", "title": title, "text": f"{title} has {n + 2} gates."}
            for n, title in enumerate(articles)
        ],
        "queries.jsonl": [
            {"_id": f"q{n}", "text": f"How many gates has {title}?"} for n, title in enumerate(articles)
        ],
        "unanswerable.jsonl": [
            {"_id": f"u{n}", "text": f"How many wells has {title}?", "source_article": title}
            for n, title in enumerate(articles)
        ],
        "answers.jsonl": [{"_id": f"q{n}", "answers": [str(n + 2)]} for n in range(ARTICLES)],
    }
    for name, rows in files.items():
        (folder / name).write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    (folder / "qrels").mkdir()
    lines = ["query-id\tcorpus-id\tscore", *(f"q{n}\td{n}\t1" for n in range(ARTICLES))]
    (folder / "qrels" / "test.tsv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


def test_questions_of_test_articles_are_left_out_and_those_the_reader_knows_are_marked(
    tmp_path: Path,
) -> None:
    folder = _collection(tmp_path)
    loaded = load(folder)
    titles = {record.id: record.title for record in loaded.collection}
    splits = {one.id: article_split(one, titles, sources_of(folder)) for one in loaded.questions}
    assert set(splits.values()) == {"train", "dev", "test"}
    assert all(splits[f"q{n}"] == splits[f"u{n}"] for n in range(ARTICLES))

    material = gather(f"{folder}:all", None, default_encoder(), look=False)
    assert {one.id for one in material.questions} == {one for one in splits if splits[one] != "test"}
    assert material.seen == {one for one in splits if splits[one] == "train"}


def _material(name: str, answerable: int, unanswerable: int, seen: int = 0) -> Material:
    """Questions of which the first answerable ones are known to the reader."""
    yes = [Question(f"a{n}", "?", gold=(Gold("d"),)) for n in range(answerable)]
    no = [Question(f"u{n}", "?") for n in range(unanswerable)]
    known = frozenset(question.id for question in yes[:seen])
    return Material(name, Path(name), (*yes, *no), (), known)


def test_sets_with_too_few_that_the_reader_has_not_seen_are_left_out(
    capsys: pytest.CaptureFixture[str],
) -> None:
    least = LEAST_OF_EACH
    enough = _material("enough", least + 2, least, seen=2)
    short = [_material("short", least + 2, least, seen=3), _material("none", 30, least - 1)]
    twins = _material("timeqa_human_train-dev", 30, 30)
    assert usable([enough, *short, twins]) == [enough]
    assert [question.id for question in enough.unseen()][:2] == ["a2", "a3"]
    told = capsys.readouterr().err
    assert "short: left out" in told and "none: left out" in told and "enough" not in told


def test_questions_about_other_things_are_one_set_more_for_each_library_of_documents(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    far = [Question(f"f{n}", "?") for n in range(7)]
    asked: list[tuple[str, Path, int]] = []
    fitted: list[list[tuple[int, int]]] = []

    def look(name: str, library: Path, questions: Sequence[Question]) -> Answered:
        asked.append((name, library, len(questions)))
        truth = np.array([question.answerable for question in questions])
        return Answered(name, np.zeros((len(truth), len(answer.NAMES))), truth, np.zeros(len(truth), bool))

    def fit(sets: Sequence[tuple[Floats, NDArray[np.bool_]]]) -> tuple[Floats, float]:
        fitted.append([(int(truth.sum()), int((~truth).sum())) for _, truth in sets])
        return np.zeros(len(answer.NAMES)), 0.0

    written: list[str] = []
    monkeypatch.setattr(decision, "look", look)
    monkeypatch.setattr(decision, "fit_answerable", fit)
    monkeypatch.setattr(decision, "write", lambda *told: written.append(told[-1]))
    shelf = Path("shelf")
    first, second = (
        replace(_material(name, n, 5), library=shelf, documents=True) for name, n in (("one", 6), ("two", 8))
    )
    decision.fit_decision([first, second, _material("collection", 9, 6)], far)
    assert [place for place in asked if place[0] == "other subjects"] == [("other subjects", shelf, 7)]
    assert fitted[-1] == [(6, 5), (8, 5), (9, 6), (14, 7)]
    assert "one, two, other subjects (21)" in written[-1]


def test_a_place_in_a_passage_that_the_reader_learned_from_is_seen() -> None:
    read = {"a.pdf": [Span(100, 200)]}
    inside, beside, elsewhere = Gold("a.pdf", 190, 220), Gold("a.pdf", 200, 220), Gold("b.pdf", 150, 160)
    assert [_overlaps(gold, read) for gold in (inside, beside, elsewhere, Gold("a.pdf"))] == [
        True,
        False,
        False,
        False,
    ]


def test_questions_about_other_things_stand_against_the_answerable_ones_alone() -> None:
    own = Answered(
        "own",
        np.arange(8.0).reshape(4, 2),
        np.array([True, False, True, False]),
        np.array([1, 0, 0, 0], bool),
    )
    far = Answered("far", np.full((3, 2), 9.0), np.zeros(3, bool), np.array([0, 0, 1], bool))
    both = own.against(far)
    assert both.name == "own, far"
    assert both.found.tolist() == [[0, 1], [4, 5], [9, 9], [9, 9], [9, 9]]
    assert both.answerable.tolist() == [True, True, False, False, False]
    assert [part.tolist() for part in both.kept()] == [[[4, 5], [9, 9], [9, 9]], [True, False, False]]
