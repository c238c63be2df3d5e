"""Help, and what only a real process shows: imports, pipes, terminals."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from qa.cli import cli
from qa.options import INTERRUPTED
from tests.conftest import CHECKOUT
from tests.qa.cli.commands import python


@pytest.mark.parametrize("command", ["add", "ask", "list", "remove", "verify", "serve", "eval"])
def test_every_command_has_help(command: str) -> None:
    result = CliRunner().invoke(cli, [command, "--help"])
    assert result.exit_code == 0
    assert "Usage:" in result.output and "--library" in result.output


def test_every_option_and_command_says_what_it_does() -> None:
    context = click.Context(cli)
    for name in cli.list_commands(context):
        command = cli.get_command(context, name)
        assert command is not None and command.help
        for parameter in command.params:
            assert not isinstance(parameter, click.Option) or parameter.help, (name, parameter.name)


def test_help_and_version_come_without_heavy_imports() -> None:
    done = python("-X", "importtime", "-m", "qa", "--help")
    assert done.returncode == 0 and "Commands:" in done.stdout
    imported = {line.rsplit("|", 1)[-1].strip().split(".")[0] for line in done.stderr.splitlines()}
    heavy = {"torch", "gradio", "faiss", "fastapi", "openvino", "tantivy", "numpy", "transformers"}
    assert "click" in imported
    assert imported & heavy == set()
    assert python("-m", "qa", "--version").stdout.startswith("python -m qa, version ")


def test_asking_needs_no_torch(built: Path) -> None:
    program = """
import sys
import qa.engine
from tests.fakes import FakeEncoder
qa.engine.default_encoder = lambda model: FakeEncoder()
from qa.cli import cli
from qa.options import INTERRUPTED
cli(["ask", "When was the bridge reopened?", "--library", sys.argv[1]], standalone_mode=False)
heavy = {"torch", "gradio", "fastapi", "transformers", "sentence_transformers", "lxml", "trafilatura"}
sys.exit(", ".join(sorted(heavy & sys.modules.keys())) or 0)
"""
    done = python("-c", program, str(built))
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("options", ["--json", ""])
def test_a_reader_that_leaves_early_is_no_error(built: Path, options: str) -> None:
    command = f"{sys.executable} -m qa list --library {built} {options}"
    program = f"{command} | : ; echo ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", program], cwd=CHECKOUT, capture_output=True, text=True, check=True)
    assert done.stderr == ""
    assert done.stdout.strip() == "0"


def test_a_terminal_with_few_letters_is_no_crash(built: Path) -> None:
    done = python("-m", "qa", "list", "--library", str(built), PYTHONIOENCODING="ascii", PYTHONUTF8="0")
    assert (done.returncode, done.stderr) == (0, "")
    assert "Troop numbers by year" in done.stdout


def test_errors_are_one_sentence_in_a_real_process(tmp_path: Path) -> None:
    done = python("-m", "qa", "list", "--library", str(tmp_path / "nowhere"))
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == f"Error: no library at {tmp_path / 'nowhere'}; run: sourcebook add PATH\n"


@pytest.mark.skipif(not hasattr(os, "nice"), reason="this system has no niceness")
@pytest.mark.parametrize(
    ("command", "behind"), [("add", True), ("reindex", True), ("ask", False), ("serve", False)]
)
def test_long_commands_go_behind_whoever_answers(command: str, behind: bool) -> None:
    script = (
        f"import atexit, os, sys; sys.argv = ['sourcebook', {command!r}, '--help']\n"
        "before = os.nice(0); atexit.register(lambda: print('nicer by', os.nice(0) - before))\n"
        "from qa.cli import main; main()"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == f"nicer by {19 if behind else 0}"


def test_ctrl_c_while_the_program_is_still_being_imported_stops_it_in_one_word() -> None:
    project = tomllib.loads((CHECKOUT / "pyproject.toml").read_text(encoding="utf-8"))
    module, _, name = project["project"]["scripts"]["sourcebook"].partition(":")
    program = f"""
import sys

class Pressed:
    def find_spec(self, name, *_):
        if name == "qa.options":
            raise KeyboardInterrupt

sys.meta_path.insert(0, Pressed())
from {module} import {name}
{name}()
"""
    done = python("-c", program)
    assert (done.returncode, done.stdout, done.stderr) == (INTERRUPTED, "", "\nStopped.\n")
