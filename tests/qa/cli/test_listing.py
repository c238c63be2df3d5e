"""`sourcebook list` and `remove`."""

from __future__ import annotations

import json
import re
from pathlib import Path

from tests.qa.cli.commands import QUESTION, Run
from tests.qa.material import DOCUMENTS, listed


def test_list_shows_what_is_there(run: Run) -> None:
    result = run("list")
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert lines[0].split() == ["id", "date", "lang", "passages", "title"]
    assert re.search(
        r"^[0-9a-f]{8}  2015-06-30  en +\d+  Troop numbers by year *$", result.stdout, re.MULTILINE
    )
    assert "Force Monitor · troops.html" in result.stdout
    assert lines[-1].startswith("5 documents, ")


def test_list_json_has_one_object_a_document(run: Run) -> None:
    rows = [json.loads(line) for line in run("list", "--json").stdout.splitlines()]
    assert [row["paths"] for row in rows] == [[path] for path in sorted(DOCUMENTS)]
    assert {row["publisher"] for row in rows} == {None, "Force Monitor", "Gazette du Nord"}


def test_remove_takes_documents_out(run: Run, library: Path) -> None:
    result = run("remove", "bridge.txt", "nature")
    assert (result.exit_code, result.stdout) == (0, "removed  bridge.txt\nremoved  nature/harvest.txt\n")
    assert sorted(listed(library)) == ["french.md", "strength.md", "troops.html"]
    run("remove", *listed(library))
    assert run("list").stdout == "The library is empty; run: sourcebook add PATH\n"
    assert "No document was searched" in run("ask", QUESTION).stdout
