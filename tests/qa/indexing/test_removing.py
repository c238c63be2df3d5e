"""Removing documents by path, folder and id."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest

from corpus.changes import Builder
from corpus.errors import InvalidInput, LibraryNotFound, SourcebookError
from corpus.library import Library
from corpus.packing import to_sql
from qa.engine import Sourcebook
from qa.indexing import remove_sources
from tests.fakes import FakeEncoder
from tests.qa.material import (
    BRIDGE,
    DOCUMENTS,
    add,
    listed,
    write,
)


@pytest.mark.parametrize(
    ("targets", "left"),
    [
        (["bridge.txt"], {"strength.md", "nature/harvest.txt", "troops.html", "french.md"}),
        (["nature"], {"strength.md", "bridge.txt", "troops.html", "french.md"}),
        (["nature/"], {"strength.md", "bridge.txt", "troops.html", "french.md"}),
        (["bridge.txt", "nature/harvest.txt", "bridge.txt"], {"strength.md", "troops.html", "french.md"}),
    ],
)
def test_remove_by_the_path_shown(library: Path, sources: Path, targets: list[str], left: set[str]) -> None:
    add(library, sources)
    remove_sources(library, targets)
    assert set(listed(library)) == left


def test_remove_by_a_path_on_disk_by_folder_and_by_id(library: Path, sources: Path) -> None:
    add(library, sources)
    with Library.open(library).snapshot() as snapshot:
        ids = {record.path: record.id for record in snapshot.documents()}
    assert remove_sources(library, [str(sources / "bridge.txt")]) == ["bridge.txt"]
    assert remove_sources(library, [str(sources / "nature")]) == ["nature/harvest.txt"]
    assert remove_sources(library, [ids["troops.html"][:8]]) == ["troops.html"]
    assert remove_sources(library, [str(sources)]) == ["french.md", "strength.md"]
    assert listed(library) == {}
    with Sourcebook.open(library, encoder=FakeEncoder()) as book:
        assert not book.ask("When was the bridge reopened?").answered
        assert book.original(ids["bridge.txt"]) == BRIDGE.encode()
    assert len(add(library, sources).added) == len(DOCUMENTS)


@pytest.mark.parametrize(
    "target", ["missing.txt", "", " ", "bridge", "abc", "natur", "/", "bridge.txt/x", "f" * 64]
)
def test_an_unknown_target_removes_nothing(library: Path, sources: Path, target: str) -> None:
    add(library, sources)
    with pytest.raises(InvalidInput, match=r"Nothing in the library is named .*; see: sourcebook list"):
        remove_sources(library, ["bridge.txt", target])
    assert set(listed(library)) == set(DOCUMENTS)


def test_an_empty_target_does_not_mean_the_working_folder(
    library: Path, sources: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(library, sources)
    monkeypatch.chdir(sources)
    with pytest.raises(InvalidInput):
        remove_sources(library, [""])
    assert len(remove_sources(library, ["."])) == len(DOCUMENTS)


def test_a_removal_that_was_not_finished_is_by_the_same_words(
    library: Path, sources: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(dimension: int) -> Builder:
        def build(*_: object) -> None:
            raise OSError(errno.ENOSPC, "No space left on device")

        return build

    add(library, sources)
    monkeypatch.setattr("qa.indexing.builder", full)
    for _ in range(2):
        with pytest.raises(SourcebookError, match="the disk is full"):
            remove_sources(library, ["bridge.txt", "nature"])
        assert set(listed(library)) == set(DOCUMENTS)
    monkeypatch.undo()
    assert remove_sources(library, ["bridge.txt", "nature"]) == ["bridge.txt", "nature/harvest.txt"]
    assert set(listed(library)) == {"strength.md", "troops.html", "french.md"}


def test_ctrl_c_while_removing_removes_nothing_ever(
    library: Path, sources: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(key: str) -> str | bytes:
        if key.endswith("strength.md"):
            raise KeyboardInterrupt
        return to_sql(key)

    add(library, sources)
    monkeypatch.setattr("corpus.writer.to_sql", interrupted)
    with pytest.raises(KeyboardInterrupt):
        remove_sources(library, [str(sources)])
    monkeypatch.undo()
    add(library, write(tmp_path / "more", {"new.txt": "A wholly new text about salt mines.\n"}))
    assert set(listed(library)) == {*DOCUMENTS, "new.txt"}


def test_remove_needs_a_library(library: Path) -> None:
    with pytest.raises(LibraryNotFound):
        remove_sources(library, ["x"])
    assert not library.exists()
