"""A thousand files of sixteen formats, each twentieth broken: killed twice, interrupted once, finished, added again."""

from __future__ import annotations

import csv
import multiprocessing
import os
import signal
from collections import Counter
from pathlib import Path

import pytest

from qa.adding import write_report
from qa.doctor import examine
from qa.indexing import AddReport, Progress, Watch
from tests.qa.crash_driver import PRELOADED, add_and_tell
from tests.qa.material import Observed, add, contents, listed, must_not_be_called, write
from tests.qa.mixed_files import BROKEN, GOOD, documents, mixed

COUNT = 1_000
AT_HAND = 4
"""So many files are read or being read when a run stops: the one whose turn it is, and those read ahead."""


@pytest.mark.slow
def test_a_thousand_mixed_files_killed_interrupted_and_finished(tmp_path: Path) -> None:
    files, broken = mixed(COUNT)
    assert len(broken) == COUNT // 20 and {path.rpartition(".")[2] for path in files} >= set(GOOD)
    assert Counter(broken.values()).keys() == {words for _suffix, _make, words in BROKEN}
    folder, library = write(tmp_path / "mixed", files), tmp_path / "library"
    read: list[str] = []
    for done in (250, 550):
        read += _killed(library, folder, done)
    for moment in (200, None):
        report = add(library, folder, reading=Observed(read.append), progress=_interrupting(moment))
        assert report.interrupted is (moment is not None)
    assert {
        failure.path: broken[failure.path] in failure.reason for failure in report.failed
    } == dict.fromkeys(broken, True), [
        failure for failure in report.failed if broken.get(failure.path, "?") not in failure.reason
    ]
    assert set(listed(library)) == documents(files, broken)
    sound = {Path(path).name for path in files if path not in broken and not path.endswith(".zip")}
    again = {name: times - 1 for name, times in Counter(read).items() if name in sound and times > 1}
    assert sound <= set(read) and sum(again.values()) <= 3 * AT_HAND, again
    assert examine(library).sound
    _assert_reported(tmp_path / "report.csv", report, files, broken)
    clean = tmp_path / "clean"
    add(clean, folder)
    assert contents(library) == contents(clean)


def test_a_folder_that_is_added_again_reads_only_what_changed(tmp_path: Path) -> None:
    files, broken = mixed(60)
    folder, library = write(tmp_path / "mixed", files), tmp_path / "library"
    add(library, folder)
    read: list[str] = []
    report = add(library, folder, reading=Observed(read.append))
    assert set(report.unchanged) == documents(files, broken) and not (report.added or report.replaced)
    assert set(read) <= {Path(path).name for path in broken}
    changed, new = next(path for path in files if path.endswith(".docx") and path not in broken), "0/new.md"
    write(folder, {changed: GOOD["docx"](9_999), new: "# A new note\n\nIt was written on Monday.\n"})
    read.clear()
    report = add(library, folder, reading=Observed(read.append))
    assert (report.replaced, report.added) == ([changed], [new])
    assert set(read) - {Path(path).name for path in broken} == {Path(changed).name, "new.md"}


def test_nothing_is_read_when_a_sound_folder_is_added_again(tmp_path: Path) -> None:
    files, broken = mixed(60)
    folder = write(tmp_path / "mixed", {path: data for path, data in files.items() if path not in broken})
    add(tmp_path / "library", folder)
    assert not add(tmp_path / "library", folder, reading=Observed(must_not_be_called)).failed


def _killed(library: Path, folder: Path, moment: int) -> list[str]:
    """Add in another process, kill it when so many are done; returns the names of what it read."""
    processes = multiprocessing.get_context("forkserver")
    processes.set_forkserver_preload(PRELOADED)
    receiver, sender = processes.Pipe(duplex=False)
    process = processes.Process(target=add_and_tell, args=(library, folder, sender))
    process.start()
    sender.close()
    read: list[str] = []
    done = 0
    while done < moment:
        told = receiver.recv()
        done = told if isinstance(told, int) else done
        read += [told] if isinstance(told, str) else []
    assert process.pid is not None
    os.kill(process.pid, signal.SIGKILL)
    while True:  # what was sent before the signal came
        try:
            told = receiver.recv()
        except (EOFError, OSError):
            break
        read += [told] if isinstance(told, str) else []
    process.join()
    assert process.exitcode == -signal.SIGKILL
    return read


def _interrupting(moment: int | None) -> Watch:
    added = 0

    def watch(step: Progress) -> None:
        nonlocal added
        added += step.outcome == "added"
        if moment is not None and added == moment and step.outcome is not None:
            raise KeyboardInterrupt

    return watch


def _assert_reported(out: Path, report: AddReport, files: dict[str, bytes], broken: dict[str, str]) -> None:
    write_report(report, out)
    rows = list(csv.DictReader(out.open(encoding="utf-8", newline="")))
    assert {row["path"] for row in rows} == {*documents(files, broken), *broken}
    assert {row["path"]: row["reason"] for row in rows if row["outcome"] == "failed"}.keys() == broken.keys()
    assert all(row["reason"] for row in rows if row["outcome"] == "failed")
