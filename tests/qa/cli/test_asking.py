"""`sourcebook ask`: what is printed, filters, and a sentence for every mistake."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from qa.cli import cli
from tests.qa.cli.commands import QUESTION, Run, validated
from tests.qa.material import DECLINED


def test_ask_prints_the_answer_its_quotes_and_their_sources(run: Run) -> None:
    result = run("ask", QUESTION, "--limit", "2")
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert lines[0] == "28 February 2011"
    assert "5 documents, " in lines[1]
    assert lines[3].strip() == "1. Bridge over the river reopened"
    assert "2011-03-12 · bridge.txt" in lines[4]
    assert "“The bridge over the Ibar in the divided town was reopened" in result.stdout
    assert re.search(r"http://127\.0\.0\.1:7860/\?doc=[0-9a-f]{64}&start=\d+&end=\d+", result.stdout)
    assert "3." not in result.stdout


def test_ask_declines_with_a_reason_and_the_nearest(run: Run) -> None:
    result = run("ask", DECLINED)
    assert result.exit_code == 0
    assert result.stdout.startswith("Not in these 5 documents: ")
    assert "Nearest passages, not answers:" in result.stdout


def test_ask_json_is_as_the_schema_says(run: Run) -> None:
    for question in (QUESTION, DECLINED):
        answer = json.loads(run("ask", question, "--json").stdout)
        validated(answer)
        assert answer["answered"] == (question == QUESTION)


def test_ask_filters(run: Run) -> None:
    def paths(*options: str) -> set[str]:
        answer = json.loads(run("ask", QUESTION, "--json", *options).stdout)
        return {citation["path"] for citation in answer["citations"] + answer["nearest"]}

    assert paths("--publisher", "Force Monitor") == {"troops.html"}
    assert paths("--language", "fr") == {"french.md"}
    assert paths("--from", "2011-01-01", "--to", "2012-12-31") == {"bridge.txt", "french.md"}
    assert paths("--as-of", "2010-01-01") == {"strength.md"}
    assert paths("--as-of", "1990-01-01") == set()


@pytest.mark.parametrize("day", ["yesterday", "2007-13-01", "31.12.2007", "2007", ""])
def test_a_day_that_is_none_is_a_usage_error_that_shows_the_form(run: Run, day: str) -> None:
    result = run("ask", QUESTION, "--as-of", day)
    assert result.exit_code == 2
    assert f"{day!r} is not a day; write it as 2007-12-31." in result.stderr


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["ask"], 2, "Give a QUESTION"),
        (["ask", ""], 1, "The question is empty"),
        (["ask", "?!"], 1, "The question is empty"),
        (["ask", "x" * 20_000], 1, "20,000 characters"),
        (["ask", QUESTION, "--limit", "0"], 2, "1<=x<=100"),
        (["ask", QUESTION, "--output", "x.jsonl"], 2, "--questions FILE"),
        (["ask", QUESTION, "--questions", "x.jsonl", "--output", "y.jsonl"], 2, "without QUESTION"),
        (["ask", "--questions", "x.jsonl"], 2, "--output FILE"),
        (["ask", "--questions", "missing.jsonl", "--output", "y.jsonl"], 1, "missing.jsonl cannot be read"),
        (["verify", "missing.jsonl"], 1, "missing.jsonl cannot be read"),
        (["remove"], 2, "Name what to remove"),
        (["remove", "nothing"], 1, "Nothing in the library is named 'nothing'"),
        (["bake"], 2, "No such command"),
    ],
)
def test_mistakes_get_a_sentence_and_an_exit_code(
    run: Run, arguments: list[str], code: int, words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    result = run(*arguments)
    assert result.exit_code == code
    assert words in result.stderr
    assert result.stdout == ""


@pytest.mark.parametrize("command", [["ask", QUESTION], ["list"], ["remove", "x"], ["verify", "x"]])
def test_without_a_library_the_sentence_says_what_to_run(
    run: Run, command: list[str], tmp_path: Path
) -> None:
    result = run(*command, at=tmp_path / "nowhere")
    assert result.exit_code == 1
    assert result.stderr == f"Error: no library at {tmp_path / 'nowhere'}; run: sourcebook add PATH\n"
    assert not (tmp_path / "nowhere").exists()


def test_the_library_may_be_named_by_the_environment(library: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCEBOOK_LIBRARY", str(library))
    assert "5 documents" in CliRunner().invoke(cli, ["list"]).stdout
