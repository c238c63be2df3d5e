"""What is passed over or refused, each with its reason."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from corpus.formats import ARCHIVES, READERS
from corpus.library import Library
from qa import sources as sources_module
from qa.indexing import remove_sources
from qa.sources import Failure
from tests.qa.material import (
    BRIDGE,
    DOCUMENTS,
    HARVEST,
    STRENGTH,
    Observed,
    add,
    texts,
    write,
)


def test_a_missing_path_is_told_and_the_others_are_added(library: Path, sources: Path) -> None:
    missing = sources / "missing.txt"
    report = add(library, missing, sources / "bridge.txt")
    assert report.failed == [Failure(str(missing), "is not there: no such file or folder.")]
    assert report.added == ["bridge.txt"]


def test_a_path_below_a_file_is_missing(library: Path, sources: Path) -> None:
    below = sources / "bridge.txt" / "page.txt"
    assert add(library, below).failed == [Failure(str(below), "is not there: no such file or folder.")]


@pytest.mark.parametrize("name", ["x" * 5000, "nul\0byte"])
def test_an_impossible_path_is_a_failure_and_no_crash(library: Path, name: str) -> None:
    report = add(library, Path(name))
    assert len(report.failed) == 1
    assert report.failed[0].reason.startswith("cannot be opened: ") and report.failed[0].reason.endswith(".")


def test_a_file_of_no_bytes_is_said_to_be_empty(library: Path, tmp_path: Path) -> None:
    empty = {name: b"" for name in ("a.txt", "b.pdf", "c.html", "d.docx")}
    failed = add(library, write(tmp_path / "empty", empty)).failed
    assert [(each.path, each.reason) for each in failed] == [
        (name, f"{name} is empty: it has 0 bytes; copy or download it again") for name in empty
    ]


@pytest.mark.parametrize("content", [b"\n \r\n\t", b"\xef\xbb\xbf", b"\0\0\0"])
def test_a_file_without_text_fails_with_its_reason(library: Path, tmp_path: Path, content: bytes) -> None:
    report = add(library, write(tmp_path / "empty", {"empty.txt": content, "full.txt": HARVEST}))
    assert report.failed == [Failure("empty.txt", "empty.txt holds no text.")]
    assert report.added == ["full.txt"]


_NOTHING = f"holds nothing that can be read ({', '.join(sorted((*READERS, *ARCHIVES)))})."


def test_the_library_itself_holds_no_documents(library: Path, sources: Path) -> None:
    add(library, sources)
    report = add(library, library)
    assert report.failed == [Failure(str(library), _NOTHING)]
    assert not report.skipped


def test_an_empty_folder_is_a_failure(library: Path, tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    assert add(library, empty).failed == [Failure(str(empty), _NOTHING)]


def test_files_of_other_kinds_in_a_folder_are_passed_over(library: Path, tmp_path: Path) -> None:
    sources = write(tmp_path / "mixed", {"a.txt": HARVEST, "b.png": b"\x89PNG", "deep/c": b"?"})
    report = add(library, sources)
    assert (report.added, report.skipped, report.failed) == (["a.txt"], ["b.png", "deep/c"], [])


def test_a_file_of_another_kind_that_is_named_fails_and_says_what_is_readable(
    library: Path, tmp_path: Path
) -> None:
    sources = write(tmp_path / "mixed", {"picture.png": b"\x89PNG"})
    (failure,) = add(library, sources / "picture.png").failed
    assert failure.path == "picture.png"
    assert all(suffix in failure.reason for suffix in (".txt", ".md", ".html"))


def test_a_file_too_large_is_refused_without_being_read(
    library: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sources = write(tmp_path / "large", {"large.txt": "word " * 20, "small.txt": "word " * 19})
    monkeypatch.setattr(sources_module, "MAX_BYTES", 99)
    report = add(library, sources)
    assert report.added == ["small.txt"]
    assert report.failed == [
        Failure("large.txt", "large.txt has 100 bytes; at most 99 are read. Split the file.")
    ]


def test_a_pipe_that_is_named_is_refused_and_not_waited_for(library: Path, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.txt")
    (failure,) = add(library, tmp_path / "pipe.txt").failed
    assert failure.reason == "pipe.txt is not an ordinary file."


@pytest.mark.skipif(os.geteuid() == 0, reason="root may open everything")
def test_what_may_not_be_opened_is_told(library: Path, tmp_path: Path) -> None:
    sources = write(tmp_path / "closed", {"a.txt": HARVEST, "b.txt": BRIDGE, "deep/c.txt": STRENGTH})
    (sources / "a.txt").chmod(0)
    (sources / "deep").chmod(0)
    try:
        report = add(library, sources)
    finally:
        (sources / "deep").chmod(0o700)
    assert report.added == ["b.txt"]
    assert {failure.path: failure.reason for failure in report.failed} == {
        str(sources / "deep"): "cannot be opened: permission denied.",
        "a.txt": "a.txt cannot be opened: permission denied.",
    }


def test_a_folder_that_may_not_be_listed_is_told(
    library: Path, sources: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scan = os.scandir

    def refuse(path: str) -> Any:
        if str(path).endswith("nature"):
            raise PermissionError(13, "Permission denied", path)
        return scan(path)

    monkeypatch.setattr(os, "scandir", refuse)
    report = add(library, sources)
    assert len(report.added) == len(DOCUMENTS) - 1
    assert report.failed == [Failure(str(sources / "nature"), "cannot be opened: permission denied.")]


def test_names_that_are_not_utf8_are_read_stored_and_removed(library: Path, tmp_path: Path) -> None:
    sources = tmp_path / "odd"
    sources.mkdir()
    names = [
        b"caf\xe9.txt",
        b"caf\xe8.txt",
        "naïve \U0001f600 «x».txt".encode(),
        b"line\nbreak.txt",
        b"-n.txt",
    ]
    try:
        for number, name in enumerate(names):
            Path(os.fsdecode(os.fsencode(sources) + b"/" + name)).write_text(
                f"Text number {number} of five.\n"
            )
    except OSError:
        pytest.skip("this file system takes only UTF-8 names")
    report = add(library, sources)
    assert len(report.added) == 5 and not report.failed
    assert sorted(texts(library)) == sorted(
        {"caf\ufffd.txt", "naïve \U0001f600 «x».txt", "line\nbreak.txt", "-n.txt"}
    )
    assert len(add(library, sources).unchanged) == 5
    odd = os.fsdecode(os.fsencode(sources) + b"/caf\xe9.txt")
    assert remove_sources(library, [odd]) == ["caf\ufffd.txt"]
    with Library.open(library).snapshot() as snapshot:
        assert len(snapshot.documents()) == 4


def test_a_reader_that_breaks_on_one_document_does_not_stop_the_others(
    library: Path, sources: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(name: str) -> None:
        if name == "bridge.txt":
            raise IndexError("list index out of range")

    report = add(library, sources, reading=Observed(breaks))
    assert len(report.added) == len(DOCUMENTS) - 1
    (failure,) = report.failed
    assert failure.path == "bridge.txt"
    assert "IndexError" in failure.reason and "report it" in failure.reason
