"""What the tests of the command line share: a library that they may change, and a way to run a command on it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from embeddings.encode import Encoder
from embeddings.errors import ModelError
from qa.cli import cli
from tests.fakes import FakeEncoder
from tests.qa.cli.commands import Run, write_rows
from tests.qa.material import ANSWERED, DECLINED, build

MODELS = ("fake", "other")


@pytest.fixture(autouse=True)
def _fake_encoder(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two models are on this computer."""

    def encoder(model: str | None = None) -> Encoder:
        if model is not None and model not in MODELS:
            raise ModelError(f"there is no model {model!r} on this computer; name a folder")
        return FakeEncoder(model=model or MODELS[0])

    for module in ("qa.engine", "qa.adding"):
        monkeypatch.setattr(f"{module}.default_encoder", encoder)
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.delenv("SOURCEBOOK_LIBRARY", raising=False)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("cli"))


@pytest.fixture
def library(built: Path, tmp_path: Path) -> Path:
    """A library that a test may change."""
    return Path(shutil.copytree(built, tmp_path / "library"))


@pytest.fixture
def run(library: Path) -> Run:
    """Run a command on the library; give its result, which never shows a traceback."""

    def invoke(*arguments: object, at: Path = library) -> Result:
        words = [str(argument) for argument in arguments]
        result = CliRunner().invoke(cli, [*words, "--library", str(at)])
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        assert "Traceback" not in result.output
        return result

    return invoke


@pytest.fixture
def answers(run: Run, tmp_path: Path) -> Path:
    """A file of answers, one declined."""
    rows = [{"id": f"q{number}", "question": q} for number, q in enumerate([*ANSWERED, DECLINED])]
    questions = write_rows(tmp_path / "questions.jsonl", *rows)
    assert run("ask", "--questions", questions, "--output", tmp_path / "answers.jsonl").exit_code == 0
    return tmp_path / "answers.jsonl"
