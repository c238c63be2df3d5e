"""How the tests of the command line run commands, and write and read their files."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, Protocol

import jsonschema
from click.testing import Result

from tests.conftest import CHECKOUT

QUESTION = "When was the bridge over the Ibar reopened to traffic?"
_SCHEMA: dict[str, Any] = json.loads((CHECKOUT / "docs" / "answer.schema.json").read_text(encoding="utf-8"))


class Run(Protocol):
    """Runs a command on the test's library, or on the one `at` another place."""

    def __call__(self, *arguments: object, at: Path = ...) -> Result: ...


def python(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run Python in the checkout, in a process of its own."""
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=CHECKOUT,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=False,
    )


def write_rows(file: Path, *rows: object) -> Path:
    """Write a line for each row: text as it is, anything else as JSON."""
    lines = [row if isinstance(row, str) else json.dumps(row) for row in rows]
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return file


def validated(answer: Any) -> Any:
    """An answer, once it is as the schema says."""
    jsonschema.Draft202012Validator(_SCHEMA).validate(answer)
    return answer


def read_answers(file: Path) -> list[dict[str, Any]]:
    """The answers of a file, each as the schema says."""
    return [validated(json.loads(line)) for line in file.read_text(encoding="utf-8").splitlines()]
