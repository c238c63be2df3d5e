"""The doctor beside a writer: what that one is about to use is neither wrong nor removed; nor is what is not ours."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from corpus import health
from corpus.library import Library
from qa.doctor import examine
from tests.qa.material import BRIDGE, DOCUMENTS, add, build, listed, write

NEW = "The lighthouse keeper of the northern cape counted forty ships.\n"
BUSY = "another process is writing to the library; what it may have left over was not looked at"


@pytest.fixture
def library(tmp_path: Path) -> Path:
    return build(tmp_path)


@pytest.fixture
def new(tmp_path: Path) -> Path:
    return write(tmp_path / "new", {"new.txt": NEW})


def _archive(library: Path, text: str) -> Path:
    """The file of an original that is archived and not yet known, as while its document is being staged."""
    digest = hashlib.sha256(text.encode()).hexdigest()
    path = library / "originals" / digest[:2] / digest
    path.parent.mkdir(exist_ok=True)
    path.write_text(text)
    return path


def test_repairing_leaves_what_was_added_since_it_looked(
    library: Path, new: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    original = _archive(library, NEW)
    folder = library / "generations" / "000002"
    folder.mkdir()
    monkeypatch.setattr("qa.doctor._notes", lambda *_: add(library, new))
    found = examine(library, repair=True)
    assert found.wrong == [f"{original} belongs to no document", f"{folder} is left over"]
    assert found.repaired == [
        f"left {original} as it is: a document has come to use it",
        f"left {folder} as it is: it has come into use",
    ]
    monkeypatch.undo()
    assert found.sound and examine(library).wrong == []
    assert set(listed(library)) == {*DOCUMENTS, "new.txt"}


def test_what_is_archived_while_the_archive_is_read_is_no_orphan(
    library: Path, new: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    digest = health._digest

    def adding(path: Path) -> str:
        add(library, new)
        return digest(path)

    monkeypatch.setattr(health, "_digest", adding)
    found = examine(library, repair=True)
    assert found.wrong == [] and found.repaired == []
    assert set(listed(library)) == {*DOCUMENTS, "new.txt"}


def test_what_another_writer_is_about_to_use_is_not_wrong(library: Path) -> None:
    paths = [library / "originals" / ".incoming", library / "generations" / ".building"]
    with Library.open(library) as opened, opened.writer():
        paths[0].write_text("half")
        paths[1].mkdir()
        original = _archive(library, NEW)
        found = examine(library)
        assert found.sound and found.wrong == [] and found.notes == [BUSY]
    assert examine(library).wrong == [
        *(f"{path} belongs to no document" for path in (paths[0], original)),
        f"{paths[1]} is left over",
    ]
    assert examine(library, repair=True).sound and examine(library).wrong == []


def test_a_sound_library_is_not_locked_for_it(library: Path) -> None:
    with Library.open(library) as opened, opened.writer():
        found = examine(library)
    assert found.sound and found.notes == []


def test_files_of_others_are_left_alone(library: Path, new: Path) -> None:
    theirs = [library / "generations" / ".DS_Store", library / "originals" / "notes.txt"]
    for path in theirs:
        path.write_text("theirs")
    assert examine(library).wrong == []
    add(library, new)
    found = examine(library, repair=True)
    assert found.wrong == [] and found.repaired == []
    assert all(path.read_text() == "theirs" for path in theirs)


def test_a_file_in_the_place_of_a_generation_is_removed(library: Path, new: Path) -> None:
    stray = library / "generations" / "000777"
    stray.write_text("nonsense")
    found = examine(library, repair=True)
    assert found.sound and found.repaired == [f"removed {stray}"] and not stray.exists()
    (library / "generations" / "000002").write_text("where the next one belongs")
    assert add(library, new).added == ["new.txt"]


def test_what_could_not_be_removed_is_not_told_as_removed(
    library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stray = library / "generations" / "000777"
    stray.mkdir()
    monkeypatch.setattr("corpus.writer.Writer._remove_leftovers", lambda writer: None)
    found = examine(library, repair=True)
    assert not found.sound and found.repaired == []


def test_an_orphan_of_a_known_document_in_a_wrong_place_is_removed(library: Path) -> None:
    stray = library / "originals" / "ff" / hashlib.sha256(BRIDGE.encode()).hexdigest()
    stray.parent.mkdir(exist_ok=True)
    stray.write_text(BRIDGE)
    assert examine(library, repair=True).repaired == [f"removed {stray}"]
    assert examine(library).sound
