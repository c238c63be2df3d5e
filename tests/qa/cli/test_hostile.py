"""Documents that would steer a terminal or break an encoding."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.qa.cli.commands import Run, validated, write_rows
from tests.qa.material import build

HOSTILE = (
    "\x1b[2J\x1b]0;owned\x07 The hostile kettle was sold on 3 May 2012.\x9b31m \u202etxet desrever\u202c "
    "[bold red]markup[/] {{7*7}} \x00\x08\x7f end of the hostile kettle."
)


@pytest.fixture
def hostile(tmp_path: Path) -> Path:
    matter = '---\ntitle: "Kettle \\e]0;owned\\a [red]x[/] \\x9b2J"\npublisher: "\\e[31mPress"\n---\n'
    page = (
        '<html><head><title>T</title><script type="application/ld+json">{"@type": "NewsArticle", '
        '"headline": "A \\ud800 kettle \\u001b[2J"}</script></head><body><p>The third hostile kettle was '
        "bought by the museum of the town on 4 June 2013.</p></body></html>"
    )
    name = "kettle\x1b[2J.txt"
    return build(
        tmp_path / "hostile", {name: HOSTILE, "second.md": matter + HOSTILE[10:], "third.html": page}
    )


@pytest.mark.parametrize(
    "command", [["ask", "When was the hostile kettle sold?"], ["list"], ["remove", "."], ["list", "--json"]]
)
def test_documents_cannot_steer_the_terminal(
    run: Run, hostile: Path, command: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(hostile.parent / "sources")
    monkeypatch.setenv("FORCE_COLOR", "1") if command[0] == "ask" else None
    output = run(*command, at=hostile).output
    allowed = re.sub(r"\x1b\[[0-9;]*m", "", output)  # our own colours
    assert "kettle" in allowed
    assert not set(allowed) & {*map(chr, range(10)), *map(chr, range(11, 32)), *map(chr, range(127, 160))}
    assert not set(allowed) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def test_hostile_text_survives_in_json(run: Run, hostile: Path, tmp_path: Path) -> None:
    result = run("ask", "When was the hostile kettle sold?", "--json", at=hostile)
    assert not set(result.stdout) & {"\x1b", "\x9b", "\x7f", "\u202e", "\x00"}
    answer = json.loads(result.stdout)
    validated(answer)
    assert any("\x9b31m" in citation["passage"]["text"] for citation in answer["citations"])
    (tmp_path / "answer.json").write_text(result.stdout)
    assert run("verify", tmp_path / "answer.json", at=hostile).exit_code == 0


def test_a_title_that_utf8_cannot_hold_is_no_crash(run: Run, hostile: Path, tmp_path: Path) -> None:
    rows = write_rows(
        tmp_path / "q.jsonl", {"id": "\ud800", "question": "Who bought the third hostile kettle?"}
    )
    assert run("ask", "--questions", rows, "--output", tmp_path / "a.jsonl", at=hostile).exit_code == 0
    assert run("verify", tmp_path / "a.jsonl", at=hostile).exit_code == 0
    assert run("ask", "Who bought the third hostile kettle?", at=hostile).exit_code == 0
