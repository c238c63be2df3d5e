"""`sourcebook ask --questions`: good rows are answered, bad ones told by line."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.qa.cli.commands import QUESTION, Run, read_answers, write_rows
from tests.qa.material import ANSWERED


def test_a_batch_answers_the_good_rows_and_reports_the_bad_by_line(run: Run, tmp_path: Path) -> None:
    questions = tmp_path / "questions.jsonl"
    rows = [
        json.dumps({"id": "a", "question": QUESTION}),
        "",
        "not json",
        '["a list"]',
        '{"id": "b"}',
        '{"id": "c", "question": "  "}',
        '{"id": "d", "question": "When?", "as_of": "soon"}',
        '{"id": "d", "question": "When?", "as_of": 2007}',
        '{"id": {}, "question": "When?"}',
        "[" * 100_000,
        json.dumps({"id": 7, "question": QUESTION, "as_of": "2010-01-01"}),
    ]
    questions.write_bytes(b"\xef\xbb\xbf" + "\r\n".join(rows).encode())
    output = tmp_path / "answers.jsonl"
    result = run("ask", "--questions", questions, "--output", output)
    assert result.exit_code == 1
    problems = re.findall(rf"^{re.escape(str(questions))}:(\d+): (.*)$", result.stderr, re.MULTILINE)
    assert [int(line) for line, _ in problems] == [3, 4, 5, 6, 7, 8, 9, 10]
    assert dict(problems)["3"].startswith("not JSON")
    assert '"question" is missing' in dict(problems)["5"]
    assert (
        dict(problems)["7"]
        == '"as_of" is \'soon\'; write a day, "2007-12-31", or the month asked about, "2007-12"'
    )
    assert result.stderr.endswith("Error: 8 of 10 rows could not be used.\n")
    found = read_answers(output)
    assert [answer["id"] for answer in found] == ["a", "7"]
    assert found[0]["answered"] and found[0]["as_of"] is None
    assert found[1]["as_of"] == "2010-01-01" and found[1]["searched"]["documents"] == 1
    assert not output.with_name("answers.jsonl.part").exists()


def test_a_batch_says_how_many_it_answered(run: Run, answers: Path) -> None:
    found = read_answers(answers)
    assert len(found) == len(ANSWERED) + 1
    assert [answer["answered"] for answer in found] == [True] * len(ANSWERED) + [False]
    again = run("ask", "--questions", answers.with_name("questions.jsonl"), "--output", answers)
    assert "5 questions: 4 answered, 1 declined" in again.stdout


def test_the_day_of_the_command_counts_where_a_row_has_none(run: Run, tmp_path: Path) -> None:
    questions = write_rows(
        tmp_path / "q.jsonl",
        {"id": "1", "question": QUESTION},
        {"id": "2", "question": QUESTION, "as_of": "2012-01-01"},
    )
    run("ask", "--questions", questions, "--output", tmp_path / "a.jsonl", "--as-of", "2010-01-01")
    assert [answer["as_of"] for answer in read_answers(tmp_path / "a.jsonl")] == ["2010-01-01", "2012-01-01"]


def test_questions_are_never_overwritten(run: Run, tmp_path: Path) -> None:
    questions = write_rows(tmp_path / "q.jsonl", {"id": "1", "question": QUESTION})
    before = questions.read_bytes()
    result = run("ask", "--questions", questions, "--output", questions)
    assert result.exit_code == 1 and "name another file" in result.stderr
    assert questions.read_bytes() == before


@pytest.mark.parametrize("output", [".", "missing/answers.jsonl"])
def test_an_output_that_cannot_be_written_is_told(run: Run, tmp_path: Path, output: str) -> None:
    questions = write_rows(tmp_path / "q.jsonl", {"id": "1", "question": QUESTION})
    result = run("ask", "--questions", questions, "--output", tmp_path / output)
    assert result.exit_code == 1
    assert str(tmp_path / output) in result.stderr


def test_a_file_without_one_usable_row_leaves_earlier_answers_alone(
    run: Run, answers: Path, tmp_path: Path
) -> None:
    before = answers.read_bytes()
    wrong = write_rows(tmp_path / "wrong.jsonl", "no question", "nor this")
    result = run("ask", "--questions", wrong, "--output", answers)
    assert result.exit_code == 1 and result.stderr.endswith("Error: 2 of 2 rows could not be used.\n")
    assert result.stdout == ""
    assert answers.read_bytes() == before and not answers.with_name("answers.jsonl.part").exists()


def test_questions_that_are_not_utf8_are_told(run: Run, tmp_path: Path) -> None:
    (tmp_path / "q.jsonl").write_bytes('{"question": "Où?"}'.encode("latin-1"))
    result = run("ask", "--questions", tmp_path / "q.jsonl", "--output", tmp_path / "a.jsonl")
    assert result.exit_code == 1 and "is not UTF-8 text" in result.stderr
