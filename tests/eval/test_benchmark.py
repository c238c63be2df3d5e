"""A public collection from its folder to the rows of the table: what is measured, and what a second run leaves alone."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from eval.benchmark import COLUMNS, SEARCH_MEASURES, Row, read_table, write
from eval.benchmark_command import benchmark_command
from eval.published import PUBLISHED, published
from tests.fakes import FakeEncoder

WORDS = ("harbour", "granite", "violin", "copper", "lantern", "orchard", "glacier", "pepper")


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a BEIR collection of eight documents, judged for test and train; no real model, no real cache."""
    folder = tmp_path / "scifact"
    (folder / "qrels").mkdir(parents=True)
    corpus = [
        {"_id": f"d{n}", "title": word, "text": f"The {word} stood there."} for n, word in enumerate(WORDS)
    ]
    queries = [{"_id": f"q{n}", "text": f"Where stood the {word}?"} for n, word in enumerate(WORDS)]
    (folder / "corpus.jsonl").write_text("\n".join(map(json.dumps, corpus)))
    (folder / "queries.jsonl").write_text("\n".join(map(json.dumps, queries)))
    (folder / "qrels" / "test.tsv").write_text("".join(f"q{n}\td{n}\t1\n" for n in range(5)))
    (folder / "qrels" / "train.tsv").write_text("".join(f"q{n}\td{n}\t1\n" for n in range(5, 8)))
    squad = {
        "context": "Ann came.",
        "qas": [{"id": "1", "question": "Who came?", "answers": [{"text": "Ann", "answer_start": 0}]}],
    }
    (tmp_path / "small.json").write_text(json.dumps({"data": [{"title": "T", "paragraphs": [squad]}]}))
    (tmp_path / "mine.jsonl").write_text('{"id": "a", "question": "Why?"}')
    monkeypatch.setattr("embeddings.encode.default_encoder", lambda model=None: FakeEncoder())
    monkeypatch.setattr("eval.collections.cache_folder", lambda: tmp_path / "cache")
    return tmp_path


def run(data: Path, *arguments: str | Path) -> Result:
    return CliRunner().invoke(benchmark_command, [*map(str, arguments), "--data", str(data)])


def test_the_test_split_is_searched_three_ways_beside_published_figures(data: Path) -> None:
    file = data / "benchmarks.md"
    result = run(data, "scifact", "--write", file)

    assert result.exit_code == 0, result.output
    rows = read_table(file.read_text())
    assert [(row.measured, row.measure) for row in rows] == [
        (f"{way}, whole", measure) for way in ("dense", "BM25", "fused") for measure in SEARCH_MEASURES
    ]
    assert {(row.collection, row.figure, row.questions) for row in rows} == {("scifact, test", "1.000", "5")}
    assert rows[0].others == "all-MiniLM-L6-v2 0.645 (MTEB results of the model)"
    assert "BM25 (flat) 0.679 (Pyserini" in rows[2].others
    assert rows[0].command == "`sourcebook benchmark scifact --data DIR`"
    assert "cores; fake in exact; Python 3." in rows[0].machine
    assert "fused, whole" in result.output


def test_answers_are_asked_for_where_a_set_has_them(data: Path) -> None:
    file = data / "benchmarks.md"
    assert run(data, "small", "--write", file).exit_code == 0

    measured = [(row.measured, row.measure) for row in read_table(file.read_text())]
    assert ("answers, cut", "success@1") in measured
    assert ("answers, cut", "false silence") in measured
    assert run(data, "small", "--no-answers", "--write", data / "other.md").exit_code == 0
    assert not any("answers" in row.measured for row in read_table((data / "other.md").read_text()))


def test_a_second_run_encodes_nothing_and_replaces_its_own_rows_alone(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    encoder = FakeEncoder()
    monkeypatch.setattr("embeddings.encode.default_encoder", lambda model=None: encoder)
    file = data / "benchmarks.md"
    run(data, "scifact", "--write", file)
    encoded = len(encoder.encoded)
    file.write_text(file.read_text().replace("| 1.000 |", "| 0.001 |") + "\nA word after the table.\n")
    run(data, "scifact", "--split", "train", "--write", file)
    figures = {(row.collection, row.figure) for row in read_table(file.read_text())}
    assert figures == {("scifact, test", "0.001"), ("scifact, train", "1.000")}

    run(data, "scifact", "--write", file)
    assert len(encoder.encoded) == encoded
    assert {row.figure for row in read_table(file.read_text())} == {"1.000"}
    assert len(read_table(file.read_text())) == 12
    assert file.read_text().startswith("# Benchmarks\n")
    assert file.read_text().endswith("\nA word after the table.\n")


def test_published_figures_stand_beside_the_test_split_only() -> None:
    assert published("scifact", "train", "BM25", "nDCG@10") == ()
    assert published("scifact", "test", "BM25", "success@5") == ()
    assert {one.value for one in published("SciFact", "test", "BM25", "nDCG@10")} == {0.665, 0.679}
    assert len(published("scifact", "test", "fused", "nDCG@10")) == 3
    assert all(one.source and 0 < one.value < 1 for one in PUBLISHED)


def test_a_row_comes_back_as_it_was_written(tmp_path: Path) -> None:
    row = Row("c", "dense, whole", "nDCG@10", "0.5", "0.4–0.6", "10", "", "2026-11-22", "`x`", "m")
    write(tmp_path / "table.md", [row])
    assert read_table((tmp_path / "table.md").read_text()) == [row]
    assert len(COLUMNS) == len(row.cells())


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["nothing"], "there is no collection 'nothing' in"),
        (["nothing"], "there are: scifact, small.json"),
        (["../scifact"], "there is no collection '../scifact'"),
        (["mine"], "brings no documents of its own; measure it with: sourcebook eval"),
        (["scifact", "--split", "dev"], "no questions in split 'dev'; its splits are: test, train"),
        (["scifact", "--write", "/nowhere/table.md"], "there is no folder /nowhere"),
    ],
)
def test_what_cannot_be_measured_is_one_sentence(data: Path, arguments: list[str], sentence: str) -> None:
    result = run(data, *arguments)
    assert result.exit_code == 1
    assert sentence in result.output
