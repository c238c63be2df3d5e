"""`sourcebook verify`: what holds, and all that was tampered with."""

from __future__ import annotations

import stat
from pathlib import Path
from typing import Any

import pytest

from tests.qa.cli.commands import QUESTION, Run, read_answers, write_rows


def test_verify_holds_for_what_was_answered(run: Run, answers: Path) -> None:
    result = run("verify", answers)
    citations = sum(len(answer["citations"]) + len(answer["nearest"]) for answer in read_answers(answers))
    assert (result.exit_code, result.stdout) == (
        0,
        f"{citations} of {citations} citations verified in 5 answers.\n",
    )


def test_verify_holds_for_one_answer_in_a_file(run: Run, tmp_path: Path) -> None:
    (tmp_path / "one.json").write_text(run("ask", QUESTION, "--json").stdout)
    assert run("verify", tmp_path / "one.json").exit_code == 0


def test_verify_holds_after_a_document_was_replaced_or_removed(
    run: Run, answers: Path, library: Path, tmp_path: Path
) -> None:
    run("remove", "bridge.txt", "troops.html")
    assert run("verify", answers).exit_code == 0


def test_verify_catches_a_flipped_byte_in_an_original(run: Run, answers: Path, library: Path) -> None:
    cited = read_answers(answers)[1]["citations"][0]["document_id"]
    original = library / "originals" / cited[:2] / cited
    original.chmod(stat.S_IRUSR | stat.S_IWUSR)
    data = bytearray(original.read_bytes())
    data[-2] ^= 1
    original.write_bytes(data)
    result = run("verify", answers)
    assert result.exit_code == 1
    assert f"the archived original {cited[:12]}… has changed" in result.stdout
    original.unlink()
    result = run("verify", answers)
    assert result.exit_code == 1 and "is missing" in result.stdout


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"quote": "The bridge was never reopened."}, "the quote is not what stands at"),
        ({"start": 0, "end": 10_000_000}, "the quote lies outside the document"),
        ({"start": -5}, "the quote lies outside the document"),
        ({"start": True}, "the quote has no start, end and text"),
        ({"start": "1"}, "the quote has no start, end and text"),
        ({"passage": {"start": 0, "end": 3, "text": "No!"}}, "the passage is not what stands at"),
        ({"passage": {"start": 0, "end": 3, "text": "Bri"}}, "the quote lies outside the passage"),
        ({"passage": None}, "the passage has no start, end and text"),
        ({"answer": {"start": 0, "end": 3, "text": "Bri"}}, "the answer lies outside the quote"),
        ({"answer": {"start": 1, "end": 3, "text": "1999"}}, "the answer is not what stands at"),
        ({"document_id": "0" * 64}, "no document"),
        ({"document_id": "../../etc/passwd"}, "no document"),
        ({"document_id": 7}, "the citation names no document"),
        ({"rank": "\x1b[2J"}, None),
    ],
)
def test_verify_catches_what_was_tampered_with(
    run: Run, answers: Path, tmp_path: Path, change: dict[str, Any], words: str | None
) -> None:
    answer = read_answers(answers)[1]
    assert answer["question"] == QUESTION
    answer["citations"][0] |= change
    answer["answer"] = None
    result = run("verify", write_rows(tmp_path / "tampered.jsonl", answer))
    assert "\x1b" not in result.stdout
    assert result.exit_code == (0 if words is None else 1)
    assert words is None or f"citation {answer['citations'][0]['rank']}: {words}" in result.stdout


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"answer": "29 February 2011"}, "is not the answer span of its first citation"),
        ({"citations": []}, "it is answered without a citation"),
        ({"citations": "abc"}, '"citations" is missing or not a list'),
        ({"nearest": 7}, '"nearest" is missing or not a list'),
        ({"nearest": [7]}, "the citation is not an object"),
        ({"nearest": [None]}, "the citation is not an object"),
        ({"comparison": {"values": [{"rank": [1]}]}}, "a compared value names no citation"),
        ({"comparison": {"values": [{"rank": None}]}}, "a compared value names no citation"),
    ],
)
def test_verify_catches_answers_that_are_none(
    run: Run, answers: Path, tmp_path: Path, change: dict[str, Any], words: str
) -> None:
    result = run("verify", write_rows(tmp_path / "tampered.jsonl", read_answers(answers)[1] | change))
    assert result.exit_code == 1 and words in result.stdout


def test_verify_counts_and_shows_only_the_first_failures(run: Run, answers: Path, tmp_path: Path) -> None:
    answer = read_answers(answers)[1] | {"answer": None}
    answer["citations"] = [answer["citations"][0] | {"quote": "No."}] * 15
    result = run("verify", write_rows(tmp_path / "many.jsonl", answer, "not json"))
    assert result.exit_code == 1
    assert result.stdout.count("FAILED") == 10
    assert "... and 6 more" in result.stdout
    assert "0 of 15 citations verified in 1 answers." in result.stdout


@pytest.mark.parametrize("content", ["", "\n\n"])
def test_verify_of_nothing_is_an_error(run: Run, tmp_path: Path, content: str) -> None:
    (tmp_path / "empty.jsonl").write_text(content)
    result = run("verify", tmp_path / "empty.jsonl")
    assert result.exit_code == 1 and "holds no answers" in result.stderr


def test_verify_of_a_number_of_thousands_of_digits_is_a_failure(run: Run, tmp_path: Path) -> None:
    (tmp_path / "long.jsonl").write_text('{"id": ' + "1" * 5000 + "}\n")
    result = run("verify", tmp_path / "long.jsonl")
    assert result.exit_code == 1 and "long.jsonl:1: not an answer" in result.stdout


def test_verify_of_something_else_is_a_failure(run: Run, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("Just a note.\n[1, 2]\n")
    result = run("verify", tmp_path / "notes.txt")
    assert result.exit_code == 1 and "notes.txt:1: not an answer" in result.stdout
