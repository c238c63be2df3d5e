"""Exporting on the command line: from a question, from a file of answers, and what is refused before any work."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from qa.cli import cli
from tests.fakes import FakeEncoder
from tests.qa.material import build

QUESTION = "When was the bridge over the Ibar reopened to traffic?"


@pytest.fixture(autouse=True)
def _fake_encoder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("qa.engine.default_encoder", lambda model=None: FakeEncoder())


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("export"))


def run(*arguments: object) -> Result:
    result = CliRunner().invoke(cli, [str(argument) for argument in arguments])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def test_an_answer_is_printed_and_exported(library: Path, tmp_path: Path) -> None:
    file = tmp_path / "answer.md"
    result = run("ask", QUESTION, "--library", library, "--export", file, "--style", "mla")
    assert result.exit_code == 0
    assert "28 February 2011" in result.output
    text = file.read_text(encoding="utf-8")
    assert f"## {QUESTION}" in text.replace("\\", "")
    assert "reopened to traffic on 28 February 2011" in text and "MLA, 9th edition." in text


def test_a_file_of_answers_becomes_an_evidence_pack(library: Path, tmp_path: Path) -> None:
    questions, answers, pack = (tmp_path / name for name in ("q.jsonl", "a.jsonl", "pack.zip"))
    questions.write_text(json.dumps({"id": "1", "question": QUESTION}) + "\n")
    assert run("ask", "--questions", questions, "--output", answers, "--library", library).exit_code == 0
    result = run("export", answers, pack, "--library", library)
    assert result.exit_code == 0
    assert result.output.endswith(f" documents -> {pack}\n")
    with zipfile.ZipFile(pack) as held:
        assert held.read("answers.jsonl") == answers.read_bytes()
    one = run("ask", QUESTION, "--json", "--library", library)
    answers.write_text(one.output)
    assert run("export", answers, tmp_path / "one.ris", "--library", library).exit_code == 0


def test_a_target_that_is_a_folder_leaves_nothing_behind(library: Path, tmp_path: Path) -> None:
    (tmp_path / "there.md").mkdir()
    result = run("ask", QUESTION, "--library", library, "--export", tmp_path / "there.md")
    assert result.exit_code == 1
    assert f"{tmp_path / 'there.md'} cannot be written: is a directory." in result.output.replace("\n", "")
    assert [file.name for file in tmp_path.iterdir()] == ["there.md"]


def test_a_quote_that_was_changed_is_not_exported(library: Path, tmp_path: Path) -> None:
    answers = tmp_path / "a.json"
    text = run("ask", QUESTION, "--json", "--library", library).output
    answers.write_text(text.replace("28 February 2011", "29 February 2011"))
    result = run("export", answers, tmp_path / "a.md", "--library", library)
    assert result.exit_code == 1
    assert "is not what stands there now" in result.output
    assert not (tmp_path / "a.md").exists()


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (
            ("--export", "answer.pdf"),
            "'.pdf' is no format to export to; name a file ending in .md (Markdown)",
        ),
        (("--export", "answer"), "A name without a suffix is no format"),
        (("--export", "answer.md", "--style", "oxford"), "choose one of: apa, chicago, harvard, ieee, mla"),
        (("--export", "no/answer.md"), "no/answer.md cannot be written: there is no folder "),
    ],
)
def test_wrong_formats_and_styles_are_refused_before_asking(
    library: Path, options: tuple[str, ...], said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("qa.engine.Sourcebook.open", lambda *_: pytest.fail("the library was opened"))
    result = run("ask", QUESTION, "--library", library, *options)
    assert result.exit_code == 1
    assert said in " ".join(result.output.split())


def test_a_batch_is_told_how_to_export(library: Path) -> None:
    result = run("ask", "--questions", "q", "--output", "a", "--export", "x.md", "--library", library)
    assert result.exit_code == 2
    assert "sourcebook export OUTPUT FILE" in " ".join(result.output.split())
