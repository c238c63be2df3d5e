"""`sourcebook add` as a person meets it: counts, failures, Ctrl-C, another writer."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from corpus.library import Library
from tests.conftest import CHECKOUT
from tests.qa.cli.commands import QUESTION, Run
from tests.qa.material import BRIDGE, DOCUMENTS, listed, write


def test_add_says_what_became_of_the_files(run: Run, tmp_path: Path) -> None:
    sources, new = write(tmp_path / "sources", DOCUMENTS), tmp_path / "new"
    result = run("add", sources, at=new)
    assert result.exit_code == 0
    assert "added 5, unchanged 0, replaced 0, failed 0" in result.stdout
    assert str(new) in result.stdout
    write(sources, {"bridge.txt": "Another text.", "more.txt": "More text."})
    result = run("add", sources, at=new)
    assert "added 1, unchanged 4, replaced 1, failed 0" in result.stdout


def test_add_fails_if_anything_failed_and_still_adds_the_rest(run: Run, tmp_path: Path) -> None:
    sources = write(tmp_path / "sources", {"good.txt": BRIDGE, "empty.txt": "", "picture.png": b"\x89"})
    result = run("add", sources, tmp_path / "missing", at=tmp_path / "new")
    assert result.exit_code == 1
    assert "failed: empty.txt: empty.txt is empty: it has 0 bytes; copy or download it again" in result.stdout
    assert f"failed: {tmp_path / 'missing'}: is not there: no such file or folder." in result.stdout
    assert "passed over 1 file of a kind that is not read: .png" in result.stdout
    assert "added 1, unchanged 0, replaced 0, failed 2" in result.stdout
    assert list(listed(tmp_path / "new")) == ["good.txt"]


def test_add_of_an_empty_folder_fails(run: Run, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    result = run("add", tmp_path / "empty")
    assert result.exit_code == 1 and "holds nothing that can be read" in result.stdout


def test_links_in_a_circle_fail_alone(run: Run, library: Path, tmp_path: Path) -> None:
    sources = write(tmp_path / "sources", {"a.txt": "Text."})
    (sources / "loop.txt").symlink_to(sources / "loop.txt")
    result = run("add", sources)
    assert (
        result.exit_code == 1
        and "failed: loop.txt: loop.txt cannot be opened: too many levels" in result.stdout
    )
    assert "a.txt" in listed(library)
    result = run("remove", sources / "loop.txt")
    assert result.exit_code == 1 and "Nothing in the library is named" in result.stderr


def test_add_without_paths_is_a_usage_error(run: Run) -> None:
    assert run("add").exit_code == 2


def test_add_with_another_model_is_refused(run: Run, tmp_path: Path) -> None:
    result = run("add", write(tmp_path / "more", {"a.txt": "Text."}), "--model", "unknown/model")
    assert result.exit_code == 1
    assert result.stderr.startswith("Error: there is no model 'unknown/model'")


def test_add_with_no_wait_says_who_is_writing(run: Run, library: Path, tmp_path: Path) -> None:
    sources = write(tmp_path / "more", {"a.txt": "Text."})
    with Library.open(library) as opened, opened.writer():
        result = run("add", sources, "--no-wait")
    assert result.exit_code == 1
    assert f"is being written to by process {os.getpid()}" in result.stderr


def test_ctrl_c_while_adding_keeps_what_is_done(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from qa.indexing import _Run

    add_one, calls = _Run._one, []

    def interrupted(*arguments: Any) -> Any:
        calls.append(arguments)
        if len(calls) == 3:
            raise KeyboardInterrupt
        return add_one(*arguments)

    monkeypatch.setattr(_Run, "_one", interrupted)
    result = run("add", write(tmp_path / "sources", DOCUMENTS), at=tmp_path / "new")
    assert result.exit_code == 130
    assert "Stopped. What is done is kept; run the same command to go on." in result.stdout
    assert len(listed(tmp_path / "new")) == 2


@pytest.mark.parametrize(
    ("place", "words"),
    [
        ("x" * 300, "File name too long"),
        ("docs/a.txt/library", "part of the path is a file"),
        ("loop/library", "part of the path is a file"),
    ],
)
def test_a_library_that_cannot_be_made_there_is_told(
    run: Run, tmp_path: Path, place: str, words: str
) -> None:
    write(tmp_path / "docs", {"a.txt": "Text."})
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    result = run("add", tmp_path / "docs", at=tmp_path / place)
    assert result.exit_code == 1
    assert result.stderr.startswith("Error: ") and words in result.stderr


def test_a_library_that_is_a_file_is_a_usage_error(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("x")
    for command in (("add", CHECKOUT / "docs"), ("ask", QUESTION), ("list",)):
        assert run(*command, at=file).exit_code == 2
