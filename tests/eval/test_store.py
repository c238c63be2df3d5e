"""The folder of a run: rows first and the same every time, read back whole, and TREC files that others agree with."""

from __future__ import annotations

import json
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
import pytrec_eval

from corpus.errors import InvalidInput
from corpus.records import DocumentRecord
from eval.questions import Gold, Question, QuestionSet
from eval.rows import KEPT
from eval.run import evaluate, make_run
from eval.session import Evaluated, new_folder, run_evaluation
from eval.store import RunFolder, load_run, write_baseline
from eval.trec import write_trec
from qa.time import as_of_or_about
from tests.eval.known import BOOK, QUESTIONS, FakeBook, answered, citation

RESULT = (
    '{"run": "answers", "id": "1", "question": "?", "results": [{"document_id": "d", "path": "p", %s}]}\n'
)


@pytest.fixture(scope="module")
def evaluated(tmp_path_factory: pytest.TempPathFactory) -> Evaluated:
    return run_evaluation(BOOK, QUESTIONS, tmp_path_factory.mktemp("runs") / "run", settings={"stage": "all"})


def test_two_runs_write_the_same_bytes_of_rows(evaluated: Evaluated, tmp_path: Path) -> None:
    again = run_evaluation(BOOK, QUESTIONS, tmp_path / "again", settings={"stage": "all"})

    for name in ("rows.jsonl", "answers.run.txt", "answers.qrels.txt", "fused.run.txt"):
        assert (again.folder / name).read_bytes() == (evaluated.folder / name).read_bytes()
    first, second = (json.loads((one.folder / "figures.json").read_text()) for one in (evaluated, again))
    for value in (first, second):
        value["about"].pop("started")
        value["about"].pop("seconds")
        for run in value["runs"]:
            run["curves"].pop("latency")
    assert first == second
    assert first["about"]["settings"] == {"limit": 10, "asked at once": 1, "stage": "all"}
    assert len(first["about"]["library"]) == 16


def test_rows_are_on_disk_before_the_run_is_over(tmp_path: Path) -> None:
    seen: list[int] = []

    class Watched(FakeBook):
        def documents(self) -> list[DocumentRecord]:
            file = tmp_path / "run" / "rows.jsonl"
            seen.append(len(file.read_text().splitlines()) if file.exists() else -1)
            return super().documents()

    run_evaluation(Watched(**BOOK.answers), QUESTIONS, tmp_path / "run", settings={})
    assert seen[-1] == 3 * 4 + 6  # three searches of four questions with gold, and six answers


def test_a_run_is_read_back_as_it_was(evaluated: Evaluated) -> None:
    stored = load_run(evaluated.folder)

    assert stored.about == evaluated.about
    assert list(stored.rows) == ["dense", "lexical", "fused", "answers"]
    for run in evaluated.runs:
        for read, made in zip(stored.rows[run.name], run.rows, strict=True):
            assert read.question == made.question
            assert read.decision == made.decision
            assert (read.found, read.valid, read.withheld) == (made.found, made.valid, made.withheld)
            assert read.scores == pytest.approx(dict(made.scores), abs=1e-6)
            assert [one.judged for one in read.results] == [one.judged for one in made.results]
            assert [one.quote for one in read.results] == [one.quote for one in made.results]
            assert read.milliseconds == pytest.approx(made.milliseconds, abs=1e-3)


def test_the_month_that_a_question_is_about_is_read_back(tmp_path: Path) -> None:
    asked = Question("q", "Who came?", gold=(Gold("a.txt", 0, 19),), about=as_of_or_about("2007-12")[1])
    book = FakeBook(q=answered(0.9, citation(1, "a.txt", 0, 19)))
    made = run_evaluation(book, QuestionSet("x", (asked,)), tmp_path / "run", settings={})
    write_baseline(tmp_path / "baseline.jsonl", made.runs[-1].rows)

    for path in (made.folder, tmp_path / "baseline.jsonl"):
        (row,) = load_run(path).rows["answers"]
        assert (row.question.about, row.question.stated_time) == (asked.about, "2007-12")


def test_a_baseline_is_small_and_compares_like_the_run(evaluated: Evaluated, tmp_path: Path) -> None:
    write_baseline(tmp_path / "baseline.jsonl", evaluated.runs[-1].rows)
    whole, kept = load_run(evaluated.folder), load_run(tmp_path / "baseline.jsonl")

    assert (tmp_path / "baseline.jsonl").stat().st_size < (evaluated.folder / "rows.jsonl").stat().st_size / 4
    for row, small in zip(whole.rows["answers"], kept.rows["answers"], strict=True):
        assert small.question.answerable == row.question.answerable
        assert small.scores == {name: value for name, value in row.scores.items() if name in KEPT}
        assert small.results == ()


def test_trec_files_give_other_tools_the_same_numbers(evaluated: Evaluated) -> None:
    for run in evaluated.runs:
        ranked = trec_lines(evaluated.folder / f"{run.name}.run.txt")
        judged = trec_lines(evaluated.folder / f"{run.name}.qrels.txt")
        ranking: dict[str, dict[str, float]] = {}
        for question, _, item, _, value, _ in ranked:
            ranking.setdefault(question, {})[item] = float(value)
        qrels: dict[str, dict[str, int]] = {}
        for question, _, item, grade in judged:
            qrels.setdefault(question, {})[item] = int(grade)
        theirs = pytrec_eval.RelevanceEvaluator(
            qrels, {"ndcg_cut_10", "recip_rank", "recall_1,5,10", "success_1,5,10"}
        ).evaluate(ranking)
        for row in run.rows:
            if not row.question.gold:
                assert row.question.id not in qrels
                continue
            found = theirs.get(row.question.id, {})
            assert row.scores["nDCG@10"] == found.get("ndcg_cut_10", 0.0)
            assert row.scores["MRR@10"] == found.get("recip_rank", 0.0)
            for k in (1, 5, 10):
                assert row.scores[f"recall@{k}"] == found.get(f"recall_{k}", 0.0)
                if row.question.need == "any":
                    assert row.scores[f"success@{k}"] == found.get(f"success_{k}", 0.0)


def trec_lines(path: Path) -> Iterator[list[str]]:
    return (line.split(" ") for line in path.read_text().splitlines())


def test_names_with_white_space_do_not_break_the_columns(tmp_path: Path) -> None:
    odd = QuestionSet("odd", (Question("a b\tc", "Who came?", gold=(Gold("b.txt", 0, 20),)),))
    book = FakeBook(**{"a b\tc": answered(0.9, citation(1, "a.txt", 0, 19), citation(2, "b.txt", 0, 20))})
    run = evaluate(book, odd)
    write_trec(tmp_path, make_run("odd", None, run.level, 10, run.rows))

    assert (tmp_path / "answers.run.txt").read_text().splitlines() == [
        "a%20b%09c Q0 a.txt:0-19 1 2 answers",
        "a%20b%09c Q0 target%200 2 1 answers",
    ]
    assert (tmp_path / "answers.qrels.txt").read_text() == "a%20b%09c 0 target%200 1\n"


def test_a_folder_with_something_else_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.docx").write_text("mine")
    with pytest.raises(InvalidInput, match=r"holds thesis\.docx and no run"):
        RunFolder(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.docx"]
    (tmp_path / "file").write_text("")
    with pytest.raises(InvalidInput, match="cannot be written"):
        RunFolder(tmp_path / "file")


def test_new_folders_never_meet(tmp_path: Path) -> None:
    made = []
    for _ in range(3):
        made.append(new_folder("a+b", tmp_path))
        made[-1].mkdir()
    assert len(set(made)) == 3
    assert all(folder.name.startswith("a+b-") for folder in made)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "holds no rows"),
        ("{}\n", r"rows\.jsonl:1:run: is missing"),
        ('{"run": "answers", "id": "1", "question": "?", "decision": 3}\n', "decision: must say whether"),
        ('{"run": "answers", "id": "1", "question": "?", "scores": []}\n', "scores: must be numbers"),
        ("no json\n", "not JSON"),
        ('{"run": "answers", "id": "1", "question": "?", "as_of": "soon"}\n', "1:as_of: "),
        (RESULT % '"quote": {"start": "x"}', r"1:results\[0\]\.quote\.start: must be a whole number"),
        (RESULT % '"passage": 7', r"1:results\[0\]\.passage: must be an object"),
        (RESULT % '"gold": {"document": 5}', r"1:results\[0\]\.gold\.document: must be a list"),
        (RESULT % '"gold": {"quote": ["x"]}', r"gold\.quote\[0\]: must be a whole number"),
    ],
)
def test_rows_that_cannot_be_read_get_a_sentence(tmp_path: Path, text: str, sentence: str) -> None:
    (tmp_path / "rows.jsonl").write_text(text)
    with pytest.raises(InvalidInput, match=sentence):
        load_run(tmp_path)
    with pytest.raises(InvalidInput, match="no run at"):
        load_run(tmp_path / "nowhere")


class Elements(HTMLParser):
    """What a report refers to."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.addresses: list[str] = []
        self.tags: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        for name, value in attrs:
            if name == "id":
                self.ids.append(value or "")
            if name in ("src", "href", "xlink:href", "srcset", "action"):
                self.addresses.append(value or "")


def test_the_report_stands_alone(evaluated: Evaluated) -> None:
    text = (evaluated.folder / "report.html").read_text()
    elements = Elements(text)

    assert len(text) < 1_000_000
    assert "script" not in elements.tags
    assert all(address.startswith("#") for address in elements.addresses)
    assert len(elements.ids) == len(set(elements.ids))
    for address in elements.addresses:
        assert address[1:] in elements.ids
    assert "@import" not in text
    assert "url(http" not in text
    for words in ("Who else came?", "false silence", "stage", evaluated.about.library, "citation validity"):
        assert words in text


def test_text_of_documents_and_questions_is_escaped_in_the_report(tmp_path: Path) -> None:
    evil = "<script>alert(1)</script>"
    questions = QuestionSet(
        "x", (Question("q", evil, evil, answers=(evil,), gold=(Gold(evil, quote=evil),)),)
    )
    folder = run_evaluation(
        FakeBook(q=answered(0.9, citation(1, "a.txt", 0, 19))), questions, tmp_path / "r", settings={}
    ).folder

    assert evil not in (folder / "report.html").read_text()
    assert "&lt;script&gt;alert(1)" in (folder / "report.html").read_text()
