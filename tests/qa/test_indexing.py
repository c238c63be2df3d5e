"""Adding and removing: what becomes of every file, and what it costs."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from corpus.errors import InvalidInput, LibraryIncompatible, LibraryNotFound
from corpus.formats import ARCHIVES, READERS
from corpus.library import Library
from qa import indexing
from qa import sources as sources_module
from qa.engine import Sourcebook
from qa.indexing import Outcome, Progress, add_documents, remove_sources
from qa.sources import Failure, Source
from tests.fakes import FakeEncoder
from tests.qa.material import (
    BRIDGE,
    DOCUMENTS,
    HARVEST,
    STRENGTH,
    CountingEncoder,
    Observed,
    add,
    build,
    listed,
    must_not_be_called,
    texts,
    write,
)


@pytest.fixture
def library(tmp_path: Path) -> Path:
    return tmp_path / "library"


@pytest.fixture
def sources(tmp_path: Path) -> Path:
    return write(tmp_path / "sources", DOCUMENTS)


def test_everything_readable_in_a_folder_is_added_under_its_relative_path(
    library: Path, sources: Path
) -> None:
    report = add(library, sources)
    assert sorted(report.added) == [
        "bridge.txt",
        "french.md",
        "nature/harvest.txt",
        "strength.md",
        "troops.html",
    ]
    assert not (report.unchanged or report.replaced or report.failed or report.skipped or report.interrupted)
    assert sorted(listed(library)) == sorted(DOCUMENTS)
    assert report.passages == sum(listed(library).values()) > 0


def test_a_single_file_is_shown_by_its_name(library: Path, sources: Path) -> None:
    assert add(library, sources / "nature" / "harvest.txt").added == ["harvest.txt"]


def test_adding_again_changes_nothing_and_costs_no_reading_and_no_encoding(
    library: Path, sources: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(library, sources)
    with Library.open(library).snapshot() as snapshot:
        before = snapshot.generation.number
    encoder = CountingEncoder()
    report = add(library, sources, encoder=encoder, reading=Observed(must_not_be_called))
    assert sorted(report.unchanged) == sorted(DOCUMENTS)
    assert not (report.added or report.replaced or report.failed)
    assert (encoder.calls, report.passages) == (0, 0)
    with Library.open(library).snapshot() as snapshot:
        assert snapshot.generation.number == before


def test_only_the_new_and_the_changed_are_read_and_encoded(
    library: Path, sources: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(library, sources)
    write(
        sources, {"bridge.txt": "The tunnel was closed on 3 May 2012.\n", "new.txt": "A wholly new text.\n"}
    )
    calls: list[str] = []
    encoder = CountingEncoder()
    report = add(library, sources, encoder=encoder, reading=Observed(calls.append))
    assert (report.added, report.replaced, len(report.unchanged)) == (["new.txt"], ["bridge.txt"], 4)
    assert sorted(calls) == ["bridge.txt", "new.txt"]
    assert encoder.calls == 2


def test_a_changed_file_replaces_its_old_version_and_the_old_original_stays_archived(
    library: Path, sources: Path
) -> None:
    add(library, sources)
    with Sourcebook.open(library, encoder=FakeEncoder()) as book:
        (old,) = [record for record in book.documents() if record.path == "bridge.txt"]
        write(sources, {"bridge.txt": "The tunnel was closed on 3 May 2012.\n"})
        assert add(library, sources).replaced == ["bridge.txt"]
        assert texts(library)["bridge.txt"] == "The tunnel was closed on 3 May 2012.\n"
        assert old.id not in {record.id for record in book.documents()}
        assert book.original(old.id) == BRIDGE.encode()
        cited = book.ask("When was the bridge over the Ibar reopened to traffic?", limit=100)
        assert old.id not in {citation.document_id for citation in (*cited.citations, *cited.nearest)}


def test_a_file_that_is_changed_back_shows_its_first_version_again(library: Path, sources: Path) -> None:
    add(library, sources)
    write(sources, {"bridge.txt": "Something else.\n"})
    add(library, sources)
    write(sources, {"bridge.txt": BRIDGE})
    encoder = CountingEncoder()
    assert add(library, sources, encoder=encoder).replaced == ["bridge.txt"]
    assert texts(library)["bridge.txt"] == BRIDGE
    assert encoder.calls == 0  # its passages and vectors are still there


def test_two_folders_may_hold_the_same_relative_path(library: Path, tmp_path: Path) -> None:
    first = write(tmp_path / "first", {"report.txt": "Apples were dear in the north."})
    second = write(tmp_path / "second", {"report.txt": "Plums were cheap in the south."})
    assert add(library, first, second).added == ["report.txt", "report.txt"]
    with Library.open(library).snapshot() as snapshot:
        records = snapshot.documents()
        keys = [source.key for source in snapshot.sources()]
    assert [record.paths for record in records] == [("report.txt",), ("report.txt",)]
    assert keys == [str(first / "report.txt"), str(second / "report.txt")]
    assert remove_sources(library, [str(first / "report.txt")]) == ["report.txt"]
    assert texts(library) == {"report.txt": "Plums were cheap in the south."}


def test_the_same_bytes_twice_are_one_document_with_two_paths(library: Path, tmp_path: Path) -> None:
    sources = write(tmp_path / "twins", {"a.txt": HARVEST, "b.txt": HARVEST})
    encoder = CountingEncoder()
    report = add(library, sources, encoder=encoder)
    assert report.added == ["a.txt", "b.txt"]
    assert encoder.calls == 1
    with Library.open(library).snapshot() as snapshot:
        (record,) = snapshot.documents()
    assert record.paths == ("a.txt", "b.txt")
    remove_sources(library, ["a.txt"])
    assert list(listed(library)) == ["b.txt"]


def test_the_same_file_named_twice_counts_once(library: Path, sources: Path) -> None:
    assert len(add(library, sources, sources / "bridge.txt", sources).added) == len(DOCUMENTS)


def test_a_link_to_a_file_in_the_same_folder_is_the_same_file(library: Path, tmp_path: Path) -> None:
    sources = write(tmp_path / "linked", {"a.txt": HARVEST})
    (sources / "b.txt").symlink_to(sources / "a.txt")
    assert add(library, sources).added == ["a.txt"]


def test_a_link_that_leads_nowhere_is_told(library: Path, tmp_path: Path) -> None:
    sources = write(tmp_path / "linked", {"a.txt": HARVEST})
    (sources / "b.txt").symlink_to(sources / "gone.txt")
    report = add(library, sources)
    assert report.added == ["a.txt"]
    assert report.failed == [Failure("b.txt", "gone.txt cannot be opened: no such file or directory.")]


def test_a_link_to_a_folder_is_passed_over_and_told_so(library: Path, tmp_path: Path) -> None:
    sources = write(tmp_path / "linked", {"a.txt": HARVEST})
    (sources / "loop").symlink_to(sources)
    report = add(library, sources)
    assert (report.added, report.skipped, report.failed) == (["a.txt"], ["loop/"], [])


@pytest.mark.parametrize("inside", [".", "deeper/library"])
def test_the_library_inside_the_added_folder_is_passed_over(tmp_path: Path, inside: str) -> None:
    sources = write(tmp_path / "sources", DOCUMENTS)
    library = (sources / inside / "library").resolve()
    for _ in range(2):
        report = add(library, sources)
        assert len(report.added) + len(report.unchanged) == len(DOCUMENTS)
        assert not (report.failed or report.skipped)


def test_the_library_itself_holds_no_documents(library: Path, sources: Path) -> None:
    add(library, sources)
    report = add(library, library)
    assert report.failed == [Failure(str(library), _NOTHING)]
    assert not report.skipped


def test_hidden_files_and_folders_are_passed_over_but_may_be_named(library: Path, tmp_path: Path) -> None:
    sources = write(
        tmp_path / "hidden", {"seen.txt": HARVEST, ".notes.txt": BRIDGE, ".git/config.txt": STRENGTH}
    )
    assert add(library, sources).added == ["seen.txt"]
    assert add(library, sources / ".notes.txt").added == [".notes.txt"]


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


@pytest.mark.parametrize("content", [b"", b"\n \r\n\t", b"\xef\xbb\xbf", b"\0\0\0"])
def test_a_file_without_text_fails_with_its_reason(library: Path, tmp_path: Path, content: bytes) -> None:
    report = add(library, write(tmp_path / "empty", {"empty.txt": content, "full.txt": HARVEST}))
    assert report.failed == [Failure("empty.txt", "empty.txt holds no text.")]
    assert report.added == ["full.txt"]


_NOTHING = f"holds nothing that can be read ({', '.join(sorted((*READERS, *ARCHIVES)))})."


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


def test_a_document_read_by_an_older_reader_is_read_again(
    library: Path, sources: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(library, sources)
    monkeypatch.setattr(
        "qa.ahead.reader_name", lambda name, data=None: "plain/99" if name.endswith(".txt") else "html/2"
    )
    calls: list[str] = []
    add(library, sources, reading=Observed(calls.append))
    assert sorted(calls) == ["bridge.txt", "harvest.txt"]


def test_progress_tells_each_source_when_it_starts_and_when_it_is_done(library: Path, sources: Path) -> None:
    write(sources, {"empty.txt": ""})
    steps: list[Progress] = []
    add(library, sources, progress=steps.append)
    total = len(DOCUMENTS) + 1
    assert [(step.done, step.total) for step in steps] == [
        (number + done, total) for number in range(total) for done in (0, 1)
    ]
    assert all(step.outcome is None for step in steps[::2])
    outcomes = {step.path: step.outcome for step in steps[1::2]}
    assert outcomes.pop("empty.txt") is Outcome.FAILED
    assert set(outcomes.values()) == {Outcome.ADDED}


def test_documents_from_memory_have_their_own_identity(library: Path) -> None:
    first = [Source("note.txt", "upload:note.txt", b"The old note about bread.")]
    second = [Source("note.txt", "upload:note.txt", b"The new note about butter.")]
    assert add_documents(library, first, FakeEncoder()).added == ["note.txt"]
    assert add_documents(library, first, FakeEncoder()).unchanged == ["note.txt"]
    assert add_documents(library, second, FakeEncoder()).replaced == ["note.txt"]
    assert texts(library) == {"note.txt": "The new note about butter."}


def test_a_long_run_publishes_meanwhile(
    library: Path, sources: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[int] = []

    def watch(step: Progress) -> None:
        if step.outcome is None:
            with Library.open(library).snapshot() as snapshot:
                seen.append(len(snapshot.documents()))

    monkeypatch.setattr(indexing, "PUBLISH_SECONDS", -1.0)
    add(library, sources, progress=watch)
    assert seen == [0, 1, 2, 3, 4]


def test_ctrl_c_publishes_what_is_done(library: Path, sources: Path) -> None:
    def interrupt(step: Progress) -> None:
        if step.done == 2 and step.outcome is None:
            raise KeyboardInterrupt

    report = add(library, sources, progress=interrupt)
    assert report.interrupted
    assert sorted(report.added) == sorted(listed(library)) and len(report.added) == 2
    again = add(library, sources)
    assert (len(again.unchanged), len(again.added), again.interrupted) == (2, 3, False)


def test_nothing_to_add_makes_no_library(library: Path) -> None:
    add(library, library.parent / "missing")
    assert not library.exists()


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


def test_remove_needs_a_library(library: Path) -> None:
    with pytest.raises(LibraryNotFound):
        remove_sources(library, ["x"])
    assert not library.exists()


def test_another_model_is_refused_with_a_sentence_that_names_both(library: Path, sources: Path) -> None:
    add(library, sources, encoder=FakeEncoder(model="first-model"))
    with pytest.raises(LibraryIncompatible) as caught:
        add(library, sources, encoder=FakeEncoder(model="second-model", dimension=32))
    message = str(caught.value)
    assert "first-model (64 dimensions" in message and "second-model (32 dimensions" in message
    assert "--model first-model" in message
    assert set(listed(library)) == set(DOCUMENTS)


def test_other_cutting_rules_are_refused_for_adding_but_not_for_asking(
    library: Path, sources: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(library, sources)
    monkeypatch.setattr("qa.generation.CHUNKER", "structure/99")
    with pytest.raises(LibraryIncompatible, match="structure/99"):
        add(library, sources)
    with Sourcebook.open(library, encoder=FakeEncoder()) as book:
        assert book.ask("When was the bridge over the Ibar reopened to traffic?").answered


def test_the_order_of_adding_makes_no_difference(tmp_path: Path) -> None:
    together = build(tmp_path / "together")
    apart = tmp_path / "apart"
    for name in reversed(DOCUMENTS):
        add(apart, tmp_path / "together" / "sources" / name)
    with Library.open(together).snapshot() as one, Library.open(apart).snapshot() as other:
        assert list(one.passage_ids()) == list(other.passage_ids())
        for record in one.documents():
            assert one.vectors(record.id) == other.vectors(record.id)
