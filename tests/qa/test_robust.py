"""Adding what people really have: readers that hang, files that change, links, devices, a thousand files."""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import Future
from pathlib import Path

import pytest

from corpus.errors import UnreadableDocument
from corpus.formats.sniff import OLE
from corpus.limits import Limits
from corpus.types import Document
from corpus.worker import Task
from corpus.workers import WorkerPool
from qa import sources as sources_module
from qa.adding import write_report
from qa.indexing import AddReport, Failure, Outcome, Progress
from tests.qa.material import BRIDGE, HARVEST, add, write

LIMITS = Limits(stall_seconds=0.7, total_seconds=3.0)


@pytest.fixture
def library(tmp_path: Path) -> Path:
    return tmp_path / "library"


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Iterator[WorkerPool]:
    """Workers whose readers fail by suffix, and a program that takes those suffixes for readable."""
    limits = getattr(request, "param", LIMITS)
    monkeypatch.setattr(sources_module, "worth_opening", lambda name: True)
    monkeypatch.setattr("qa.ahead.reader_name", lambda name, data=None: "odd/1")
    with WorkerPool(2, limits, "tests.corpus.failing_worker") as pool:
        yield pool


def watched(pool: WorkerPool, monkeypatch: pytest.MonkeyPatch) -> list[Future[Document]]:
    """What the pool is given to read from now on."""
    begun: list[Future[Document]] = []
    submit = pool.submit

    def submitted(task: Task) -> Future[Document]:
        begun.append(submit(task))
        return begun[-1]

    monkeypatch.setattr(pool, "submit", submitted)
    return begun


def test_a_reader_that_hangs_costs_its_document_and_is_not_asked_again(
    library: Path, tmp_path: Path, failing: WorkerPool, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = write(tmp_path / "odd", {"a.txt": "one", "b.hang": "two", "c.crash": "three", "d.txt": "four"})
    report = add(library, folder, reading=failing)
    assert report.added == ["a.txt", "d.txt"]
    gave_up = {failure.path: failure.reason for failure in report.failed}
    assert gave_up == {
        "b.hang": "b.hang: gave up after 1 s on page 212; the reader did not finish",
        "c.crash": "c.crash: gave up on page 3; its reader crashed (SIGABRT)",
    }
    with monkeypatch.context() as patched:
        begun = watched(failing, patched)
        again = add(library, folder, reading=failing)
    assert begun == []
    assert [failure.reason for failure in again.failed] == [
        f"failed before: {reason}. To try again, use --retry" for reason in gave_up.values()
    ]
    assert len(add(library, folder, reading=failing, retry=True).failed) == 2
    (folder / "b.hang").write_text("two, changed")
    reasons = [failure.reason for failure in add(library, folder, reading=failing).failed]
    assert reasons[0].startswith("b.hang: gave up after") and reasons[1].startswith("failed before")
    monkeypatch.setattr("qa.ahead.reader_name", lambda name, data=None: "odd/2")
    reasons = [failure.reason for failure in add(library, folder, reading=failing).failed]
    assert not any(reason.startswith("failed before") for reason in reasons)


@pytest.mark.parametrize("failing", [Limits(stall_seconds=60.0, total_seconds=60.0)], indirect=True)
def test_an_interruption_leaves_no_hanging_reader_to_wait_for(
    library: Path, tmp_path: Path, failing: WorkerPool, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = watched(failing, monkeypatch)
    folder = write(tmp_path / "odd", {"a.txt": "one", "b.hang": "two", "c.hang": "three"})

    def interrupt(step: Progress) -> None:
        if step.path == "b.hang":
            raise KeyboardInterrupt

    report = add(library, folder, reading=failing, progress=interrupt)
    assert report.interrupted and report.added == ["a.txt"]
    finished = [future for future in begun if future.done() and not future.cancelled()]
    assert (len(finished), len(begun)) == (1, 3)  # nobody waited for the others, nor for their limit


def test_old_binary_documents_in_a_folder_are_told_and_read_where_they_are_something_else(
    library: Path, tmp_path: Path
) -> None:
    old = OLE + "WordDocument".encode("utf-16-le")
    rich = rb"{\rtf1\ansi The bridge was closed in the autumn.}"
    folder = write(tmp_path / "old", {"a.doc": old, "b.doc": rich, "c.ppt": b"slides", "d.mp4": b"film"})
    report = add(library, folder)
    assert (report.added, report.skipped) == (["b.doc"], ["d.mp4"])
    assert [failure.path for failure in report.failed] == ["a.doc", "c.ppt"]
    assert "old binary format of Word; save it as .docx" in report.failed[0].reason


def test_the_order_of_results_does_not_depend_on_who_reads_faster(library: Path, tmp_path: Path) -> None:
    sizes = [400, 1, 300, 1, 1, 200, 1, 1]
    files = {f"{number}.txt": f"Text {number}. " * size for number, size in enumerate(sizes)}
    steps: list[Progress] = []
    report = add(library, write(tmp_path / "sizes", files), progress=steps.append)
    assert report.added == list(files)
    assert [step.path for step in steps if step.outcome is Outcome.ADDED] == list(files)


@pytest.mark.parametrize("target", ["/etc/passwd", "../outside.txt"])
def test_a_link_out_of_the_folder_is_refused(library: Path, tmp_path: Path, target: str) -> None:
    folder = write(tmp_path / "linked", {"a.txt": HARVEST, "deep/b.txt": BRIDGE})
    (tmp_path / "outside.txt").write_text("Not for the library.")
    (folder / "out.txt").symlink_to(target)
    (folder / "in.txt").symlink_to("deep/b.txt")
    report = add(library, folder)
    reason = "out.txt is a link that leads out of the folder; add what it leads to by its own path."
    assert report.failed == [Failure("out.txt", reason)]
    assert len(report.added) == 2
    assert add(library, folder / "out.txt").added or target == "/etc/passwd"


def test_devices_and_pipes_in_a_folder_are_refused_and_not_waited_for(library: Path, tmp_path: Path) -> None:
    folder = write(tmp_path / "odd", {"a.txt": HARVEST})
    os.mkfifo(folder / "pipe.txt")
    assert add(library, folder).failed == [Failure("pipe.txt", "pipe.txt is not an ordinary file.")]
    for device in ("/dev/zero", "/dev/full"):
        (failure,) = add(library, Path(device)).failed
        assert failure.reason.endswith("is not an ordinary file.")


def test_a_file_that_becomes_a_pipe_after_it_was_judged_is_not_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    os.mkfifo(tmp_path / "pipe.txt")
    ordinary = Path(__file__).stat()
    monkeypatch.setattr(Path, "stat", lambda self, **_: ordinary)
    with pytest.raises(UnreadableDocument, match="not an ordinary file"):
        sources_module.read_file(tmp_path / "pipe.txt")


def test_a_file_that_grows_while_it_is_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "log.txt"
    path.write_text("One line.\n")

    class Growing:
        def __init__(self) -> None:
            self._file = path.open("rb")

        def fileno(self) -> int:
            return self._file.fileno()

        def read(self, size: int) -> bytes:
            data = self._file.read(size)
            with path.open("a") as more:
                more.write("Another line.\n")
            return data

    with pytest.raises(UnreadableDocument, match="was changed while it was read; add it again"):
        sources_module._whole(Growing(), "log.txt")  # type: ignore[arg-type]  # a stand-in


def test_a_report_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    with pytest.raises(Exception, match="cannot be written"):
        write_report(AddReport(), tmp_path / "missing" / "report.csv")
