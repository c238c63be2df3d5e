"""Which files are added, under which names, and what it costs."""

from __future__ import annotations

import gc
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from corpus.library import Library
from corpus.worker import Task
from corpus.workers import InProcess
from qa.ahead import Job, Prepared
from qa.engine import Sourcebook
from qa.indexing import Progress, add_documents, remove_sources
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
    listed,
    must_not_be_called,
    texts,
    write,
)


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
    assert encoder.texts == 2


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
    assert encoder.texts == report.passages == 1
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


def test_hidden_files_and_folders_are_passed_over_but_may_be_named(library: Path, tmp_path: Path) -> None:
    sources = write(
        tmp_path / "hidden", {"seen.txt": HARVEST, ".notes.txt": BRIDGE, ".git/config.txt": STRENGTH}
    )
    assert add(library, sources).added == ["seen.txt"]
    assert add(library, sources / ".notes.txt").added == [".notes.txt"]


class _Slow(FakeEncoder):
    """Takes so long that all that is added is read meanwhile."""

    def encode_documents(self, texts: Sequence[str], *, truncate: bool = False) -> NDArray[np.float32]:
        time.sleep(0.3)
        return super().encode_documents(texts, truncate=truncate)


def test_copies_of_what_is_being_encoded_are_neither_read_nor_kept_in_memory(
    library: Path, tmp_path: Path
) -> None:
    names = [f"{number}.txt" for number in range(8)]
    held: list[int] = []

    def watch(step: Progress) -> None:
        waiting = [job for job in gc.get_objects() if isinstance(job, Job) and len(job.data) == len(HARVEST)]
        held.append(len(waiting))

    calls: list[str] = []
    sources = write(tmp_path / "copies", dict.fromkeys(names, HARVEST))
    report = add(library, sources, encoder=_Slow(), reading=Observed(calls.append), progress=watch)
    assert report.added == names and calls == names[:1]
    assert max(held) <= Observed.ahead + 3
    with Library.open(library).snapshot() as snapshot:
        assert [record.paths for record in snapshot.documents()] == [tuple(names)]


def test_a_copy_is_added_also_where_its_first_was_read_in_another_way(
    library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("qa.ahead.reads_otherwise", lambda reader, ocr: True)
    document = InProcess().submit(Task(HARVEST.encode(), "a.txt")).result()
    pages = [Prepared(Source(name, name, HARVEST.encode()), document) for name in ("a.txt", "b.txt")]
    assert add_documents(library, pages, _Slow()).added == ["a.txt", "b.txt"]
