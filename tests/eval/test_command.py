"""The command: which set on which library, and one clear sentence for whatever cannot be measured."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from corpus.errors import InvalidInput
from eval import command
from eval.command import choose, eval_command, judges_answers
from eval.page import evaluate_for_page
from eval.questions import Gold, Question, QuestionSet
from qa.app.book import Step
from qa.calibration import FILE, Calibration, Counts, Made, judges_of, written
from qa.engine import Sourcebook
from qa.indexing import add_paths
from tests.fakes import FakeEncoder

TEXT = "Report\n\nAnn Bee led the harbour office from 1999. The granite bridge was opened in May 2007.\n"


@pytest.fixture
def fake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with one document, a question set about it and a library; no real model and no real cache."""
    (tmp_path / "documents").mkdir()
    (tmp_path / "documents" / "report.txt").write_text(TEXT)
    start = TEXT.index("The granite")
    gold = {"document": "report.txt", "start": start, "end": start + 43, "quote": TEXT[start : start + 43]}
    rows = [
        {
            "id": "1",
            "question": "When was the granite bridge opened?",
            "answers": ["May 2007"],
            "gold": [gold],
        },
        {"id": "2", "question": "How is bread baked?", "kind": "unanswerable-far", "split": "test"},
    ]
    (tmp_path / "set.jsonl").write_text("\n".join(map(json.dumps, rows)))
    monkeypatch.setattr("embeddings.encode.default_encoder", lambda model=None: FakeEncoder())
    monkeypatch.setattr("qa.engine.default_encoder", lambda model=None: FakeEncoder())
    monkeypatch.setattr("eval.collections.cache_folder", lambda: tmp_path / "cache")
    monkeypatch.setattr("eval.session.runs_folder", lambda: tmp_path / "runs")
    add_paths(tmp_path / "library", [tmp_path / "documents"], FakeEncoder())
    return tmp_path


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(eval_command, [str(argument) for argument in arguments])


def test_measures_a_set_on_a_library_and_writes_rows_figures_and_report(fake: Path) -> None:
    result = run(fake / "set.jsonl", "--library", fake / "library", "--out", fake / "out")

    assert result.exit_code == 0, result.output
    assert "false answers" in result.stdout
    assert f"Report: {fake / 'out' / 'report.html'}" in result.stdout
    figures = json.loads((fake / "out" / "figures.json").read_text())
    assert [one["name"] for one in figures["runs"]] == ["dense", "lexical", "fused", "answers"]
    assert figures["runs"][2]["overall"]["measures"]["success@1"]["value"] == 1.0
    assert figures["about"]["settings"]["model"] == "fake"
    rows = [json.loads(line) for line in (fake / "out" / "rows.jsonl").read_text().splitlines()]
    assert [(row["run"], row["id"]) for row in rows][-2:] == [("answers", "1"), ("answers", "2")]


def test_without_a_folder_each_run_gets_its_own(fake: Path) -> None:
    for _ in range(2):
        assert run(fake / "set.jsonl", "--library", fake / "library", "--no-answers").exit_code == 0
    assert len(list((fake / "runs").iterdir())) == 2


def test_two_runs_are_compared_in_words(fake: Path) -> None:
    run(fake / "set.jsonl", "--library", fake / "library", "--out", fake / "a")
    run(fake / "set.jsonl", "--library", fake / "library", "--out", fake / "b", "--split", "all")
    result = run("compare", fake / "a", fake / "b")

    assert result.exit_code == 0, result.output
    assert "split: nothing before, all now" in result.stdout
    assert "Verdict on 'right': cannot tell: 0 of 2 questions changed" in result.stdout
    assert "fewer than 6 cannot reach p < 0.05" in result.stdout
    assert max(map(len, result.stdout.splitlines()[:-1])) <= 80 and "…" not in result.stdout


def test_the_gate_keeps_a_baseline_and_stops_only_a_real_drop(
    fake: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gold = {"document": "report.txt", "quote": "The granite bridge was opened in May 2007."}
    rows = [
        {"id": str(n), "question": f"When was the granite bridge opened {n}?", "gold": [gold]}
        for n in range(8)
    ]
    (fake / "eight.jsonl").write_text("\n".join(map(json.dumps, rows)))
    monkeypatch.setattr(command, "SAMPLE_SET", fake / "eight.jsonl")
    monkeypatch.setattr(command, "sample_documents", lambda: fake / "documents")
    baseline = fake / "baseline.jsonl"
    kept = run("gate", "--baseline", baseline, "--renew")
    assert kept.exit_code == 0, kept.output
    assert "8 rows are the new baseline" in kept.stdout
    passed = run("gate", "--baseline", baseline)
    assert passed.exit_code == 0, passed.output
    assert "Gate: passed." in passed.stdout

    run(fake / "eight.jsonl", "--library", fake / "library", "--out", fake / "worse")
    text = (fake / "worse" / "rows.jsonl").read_text()
    (fake / "worse" / "rows.jsonl").write_text(text.replace('"right":1.0', '"right":0.0'))
    if '"right":1.0' not in baseline.read_text():  # the fake model may decline them all
        baseline.write_text(baseline.read_text().replace('"right":0.0', '"right":1.0'))
    failed = run("gate", fake / "worse", "--baseline", baseline)
    assert failed.exit_code == 1
    assert "Gate: failed. right fell by more than 0.03, and not by chance." in failed.stderr


def test_the_sample_set_runs_on_the_sample_documents(fake: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command, "SAMPLE_SET", fake / "set.jsonl")
    monkeypatch.setattr(command, "sample_documents", lambda: fake / "documents")

    assert run("--no-answers").exit_code == 0
    (kept,) = (fake / "cache").iterdir()
    assert kept.name.startswith("documents-")
    (fake / "documents" / "report.txt").write_text(TEXT + "One more line.\n")
    assert run("--no-answers", "--fresh").exit_code == 0
    assert [path.name for path in (fake / "cache").iterdir()] != [kept.name]
    assert len(list((fake / "cache").iterdir())) == 1


def test_a_collection_brings_its_own_library(fake: Path) -> None:
    folder = fake / "beir"
    (folder / "qrels").mkdir(parents=True)
    (folder / "corpus.jsonl").write_text(json.dumps({"_id": "d1", "title": "", "text": TEXT}))
    (folder / "queries.jsonl").write_text(json.dumps({"_id": "q1", "text": "granite bridge"}))
    (folder / "qrels" / "test.tsv").write_text("query-id\tcorpus-id\tscore\nq1\td1\t1\n")
    result = run(folder, "--passages", "document")

    assert result.exit_code == 0, result.output
    assert "beir: 1 answerable and 0 unanswerable questions" in result.stdout
    assert "decision to answer" not in result.stdout  # it judges documents, and says nothing about answers
    assert (fake / "cache").is_dir()


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["nowhere.jsonl"], "no question set at nowhere.jsonl"),
        (["empty.jsonl"], "holds no questions"),
        (["broken.jsonl"], "broken.jsonl:1:id: is missing"),
        (["set.jsonl", "--library", "nothing"], "nothing"),
        (["set.jsonl", "--library", "library", "--split", "train"], "no questions in split 'train'"),
        (["other.jsonl", "--library", "library"], "holds none of the 1 documents that other asks about"),
        (["set.jsonl", "--library", "library", "--out", "documents"], "holds report.txt and no run"),
        (["compare", "nowhere", "elsewhere"], "no run at nowhere"),
        (["gate", "--baseline", "nowhere"], "no run at nowhere"),
    ],
)
def test_what_cannot_be_measured_gets_one_sentence(
    fake: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], sentence: str
) -> None:
    monkeypatch.chdir(fake)
    (fake / "empty.jsonl").write_text("\n")
    (fake / "broken.jsonl").write_text('{"question": "Why?"}')
    (fake / "other.jsonl").write_text('{"id": "1", "question": "Why?", "gold": [{"document": "other.txt"}]}')
    result = run(*arguments)

    assert result.exit_code == 1
    assert result.stderr.startswith("Error: ")
    assert sentence in result.stderr
    assert "Traceback" not in result.output


def test_documents_that_are_missing_in_part_are_told(fake: Path) -> None:
    gold = [{"document": "report.txt"}, {"document": "other.txt"}]
    (fake / "half.jsonl").write_text(
        json.dumps({"id": "1", "question": "Where is the harbour?", "gold": gold})
    )
    result = run(fake / "half.jsonl", "--library", fake / "library")

    assert result.exit_code == 0
    assert (
        "1 of the 2 documents that half asks about are not in the library (other.txt, ...)" in result.stderr
    )


def test_a_beir_set_is_measured_on_its_test_split_unless_told() -> None:
    questions = tuple(Question(f"q{n}", "?", split=split, gold=(Gold("d"),)) for n, split in enumerate("ab"))
    tested = QuestionSet("x", (*questions, Question("t", "?", split="test")), judged_documents=True)

    assert [question.id for question in choose(tested, None, (), None).questions] == ["t"]
    assert len(choose(tested, "all", (), None).questions) == 3
    assert [question.id for question in choose(tested, "b", (), None).questions] == ["q1"]


def test_a_sample_of_questions_is_always_the_same_and_in_order() -> None:
    whole = QuestionSet("x", tuple(Question(str(n), "?") for n in range(50)))
    ids = [int(question.id) for question in choose(whole, None, (), 10).questions]

    assert len(ids) == 10
    assert ids == sorted(ids) == [int(question.id) for question in choose(whole, None, (), 10).questions]
    assert choose(whole, None, (), 80) == whole


def test_answers_are_asked_for_where_the_set_judges_them() -> None:
    document = Question("d", "?", gold=(Gold("a"),))

    assert not judges_answers(QuestionSet("x", (document,)))
    for question in (
        Question("a", "?", answers=("b",)),
        Question("s", "?", gold=(Gold("a", 1, 2),)),
        Question("u", "?"),
    ):
        assert judges_answers(QuestionSet("x", (document, question)))


def test_the_page_gets_the_same_figures(fake: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("eval.page.SAMPLE_SET", fake / "set.jsonl")
    monkeypatch.setattr("eval.page.sample_documents", lambda: fake / "documents")
    with Sourcebook.open(fake / "library") as book:
        made = Made("", "", "", 1, None, Counts(0, 0), Counts(0, 0), 1, judges_of(book.encoder), (), ())
    (fake / "library" / FILE).write_text(
        written(Calibration(threshold=0.25, made=replace(made, made="2026-11-22")))
    )
    steps: list[Step] = []
    page = evaluate_for_page(fake / "library")
    here = page.run(steps.append)
    (fake / "documents2").mkdir()
    (fake / "documents2" / "else.txt").write_text("Something else stands here.")
    add_paths(fake / "other library", [fake / "documents2"], FakeEncoder())
    there = evaluate_for_page(fake / "other library").run(steps.append)

    assert here.title.endswith("asked in this library")
    assert "the sample documents alone" in there.title
    assert [figure for figure in here.figures if figure.kind == "all"] == [
        figure for figure in there.figures if figure.kind == "all"
    ]
    assert here.questions == (("all", 2), ("unanswerable-far", 1))
    assert {figure.name for figure in here.figures} >= {
        "right",
        "quote F1",
        "false answers",
        "confidence AUROC",
    }
    assert steps[-1] == Step(2, 2, "asking")
    figures = json.loads((fake / "runs" / here.run / "figures.json").read_text())
    assert figures["about"]["settings"]["threshold"] == 0.25
    # the second run knows the first, and the page compares and hands out what the command would
    assert there.earlier == (here.run,)
    assert "0 of 2 questions changed" in page.compare(there.run, here.run).verdict
    assert page.report(here.run) == (fake / "runs" / here.run / "report.html").read_text()
    for name in ("../library", "nothing"):
        with pytest.raises(InvalidInput, match="no longer kept"):
            page.report(name)


def test_the_page_keeps_a_question_and_runs_the_librarys_own_set(fake: Path) -> None:
    page = evaluate_for_page(fake / "library")
    with pytest.raises(InvalidInput, match="no test questions yet"):
        page.run(lambda step: None, own=True)
    with Sourcebook.open(fake / "library", encoder=FakeEncoder()) as book:
        (record,) = book.documents()
    start = TEXT.index("The granite")
    said = page.keep(
        "When was the granite bridge opened?", (record.id, start, start + 43), answer="May 2007", as_of=None
    )
    assert "Kept as test question" in said
    own = page.run(lambda step: None, own=True)
    assert own.title == "1 test questions asked in this library"
    assert own.pairs[0].accepted == ("May 2007",)
