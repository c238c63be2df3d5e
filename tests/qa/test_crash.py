"""A library is never half-written: killed at any moment, interrupted, written and read by many at once."""

from __future__ import annotations

import multiprocessing
import os
import random
import shutil
import signal
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerContext, ForkServerProcess
from pathlib import Path

import pytest

from corpus.errors import LibraryBusy
from corpus.library import Library
from qa.engine import Sourcebook
from qa.types import Answer, Method
from tests.fakes import FakeEncoder
from tests.qa.crash_driver import (
    NAMES,
    PRELOADED,
    QUESTIONS,
    add_and_hold,
    add_and_publish_each,
    add_until_interrupted,
    report,
    work,
)
from tests.qa.material import add, all_citations, answers, contents, listed, write

KILLS = 28
SERIES = 7
"""Each series kills its own library several times, with files changed, new and removed in between."""


@pytest.fixture(scope="module")
def processes() -> ForkServerContext:
    """Child processes that start in milliseconds."""
    chosen = multiprocessing.get_context("forkserver")
    chosen.set_forkserver_preload(PRELOADED)
    return chosen


@pytest.fixture
def scratch(tmp_path: Path) -> Iterator[Path]:
    """A folder in memory where there is one: what a killed process wrote survives there as well, and sooner."""
    memory = Path("/dev/shm")
    if os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > 200_000_000:
        with tempfile.TemporaryDirectory(dir=memory) as folder:
            yield Path(folder)
    else:
        yield tmp_path


def test_killed_at_random_moments_a_library_equals_one_built_without_interruption(
    scratch: Path, processes: ForkServerContext
) -> None:
    duration = _measure(scratch / "measured", processes)
    kills = 0
    for series in range(SERIES):
        folder = scratch / f"series-{series}"
        kills += _kill_repeatedly(folder, series, duration, processes)
    assert kills >= 25


def _measure(folder: Path, processes: ForkServerContext) -> float:
    """The seconds that an uninterrupted run takes, the second time: by then all is loaded."""
    sources = write(folder / "sources", {name: report(name) for name in NAMES})
    for number in range(2):
        started = time.monotonic()
        process = _start(processes, folder / f"library-{number}", sources, (), 60.0)
        process.join()
        assert process.exitcode == 0
        duration = time.monotonic() - started
    return duration


def _kill_repeatedly(folder: Path, series: int, duration: float, processes: ForkServerContext) -> int:
    """Kill one library's writer several times, then let it finish and compare; returns the number of kills."""
    chance = random.Random(series)
    files = {name: report(name) for name in NAMES}
    sources, library = write(folder / "sources", files), folder / "library"
    versions = {name: {content} for name, content in files.items()}
    gone: list[str] = []
    publish_seconds = duration / 10 if series % 2 else 60.0
    kills = 0
    for turn in range(3 * KILLS // SERIES):
        process = _start(processes, library, sources, gone, publish_seconds)
        moment = (turn % 4 + chance.random()) / 4 * duration * (1.0 if turn < 4 else 0.5)
        process.join(moment)
        process.kill()
        process.join()
        kills += process.exitcode == -signal.SIGKILL
        _check_whole(library, versions)
        if kills == KILLS // SERIES:
            break
        if series >= 2:
            _change(sources, files, gone, versions, chance, turn)
    process = _start(processes, library, sources, gone, 60.0)
    process.join()
    assert process.exitcode == 0
    clean = folder / "clean"
    add(clean, sources)
    assert contents(library) == contents(clean)
    assert answers(library, QUESTIONS, limit=20) == answers(clean, QUESTIONS, limit=20)
    return kills


def _start(
    processes: ForkServerContext,
    library: Path,
    sources: Path,
    gone: list[str] | tuple[str, ...],
    publish_seconds: float,
) -> ForkServerProcess:
    receiver, sender = processes.Pipe(duplex=False)
    process = processes.Process(target=work, args=(library, sources, gone, publish_seconds, sender))
    process.start()
    sender.close()
    assert receiver.recv() == "started"
    return process


def _change(
    sources: Path,
    files: dict[str, str],
    gone: list[str],
    versions: dict[str, set[str]],
    chance: random.Random,
    turn: int,
) -> None:
    """Change three files, remove one, and add one."""
    for name in chance.sample(sorted(files), 3):
        files[name] = report(name, turn + 1)
        versions[name].add(files[name])
    removed = chance.choice(sorted(files))
    del files[removed]
    (sources / removed).unlink()
    gone.append(removed)
    new = f"new-{turn}.md"
    files[new] = report(new)
    versions[new] = {files[new]}
    write(sources, files)


def _check_whole(library: Path, versions: Mapping[str, set[str]]) -> None:
    """The library opens and answers, and its indexes hold exactly the passages of its documents."""
    if not (library / "library.db").exists():
        return
    with Sourcebook.open(library, encoder=FakeEncoder()) as book, Library.open(library) as opened:
        with opened.snapshot() as snapshot:
            ids = set(snapshot.passage_ids())
            settings = snapshot.settings()
            for record in snapshot.documents():
                assert settings is not None
                assert all(snapshot.document(record.id).text in versions[path] for path in record.paths)
                assert len(snapshot.vectors(record.id)) == record.passages * settings.dimension * 4
        assert {hit.passage.id for hit in book.search("version", method=Method.DENSE, limit=10_000)} == ids
        assert {
            hit.passage.id for hit in book.search("version report", method=Method.LEXICAL, limit=10_000)
        } == ids
        for question in QUESTIONS[:2]:
            _check_answer(book, book.ask(question))


def _check_answer(book: Sourcebook, answer: Answer) -> None:
    for citation in all_citations(answer):
        assert book.document(citation.document_id).text[citation.start : citation.end] == citation.quote


def test_ctrl_c_at_random_moments_publishes_what_is_done(scratch: Path, processes: ForkServerContext) -> None:
    sources = write(scratch / "sources", {name: report(name) for name in NAMES})
    clean = scratch / "clean"
    add(clean, sources)
    expected, chance, stopped = contents(clean), random.Random(7), 0
    for moment in (1, 3, 7, 12, 18, len(NAMES)):
        library = scratch / f"library-{moment}"
        receiver, sender = processes.Pipe(duplex=False)
        process = processes.Process(target=add_until_interrupted, args=(library, sources, moment, sender))
        process.start()
        sender.close()
        assert receiver.recv() == "started"
        process.join(chance.random() * 0.01)
        assert process.pid is not None
        os.kill(process.pid, signal.SIGINT)
        came = _received(receiver)
        process.join()
        if came is not None:  # else the signal met the last publication, or came when all was done
            interrupted, added = came
            done = set(listed(library))
            assert done >= set(added)
            assert (
                len(done) - len(added) <= 1
            )  # the signal may come when a document is stored, not yet counted
            assert interrupted or len(added) == len(NAMES)
            stopped += interrupted
        add(library, sources)
        assert contents(library) == expected
    assert stopped >= 3


def _received(receiver: Connection) -> tuple[bool, list[str]] | None:
    try:
        report: tuple[bool, list[str]] = receiver.recv()
    except EOFError:
        return None
    return report


def test_the_second_writer_waits_or_says_who_holds_the_library(
    scratch: Path, processes: ForkServerContext
) -> None:
    library = scratch / "library"
    first = write(scratch / "first", {name: report(name) for name in NAMES[:8]})
    second = write(scratch / "second", {f"second-{name}": report(name, 1) for name in NAMES[:8]})
    held, released = processes.Event(), processes.Event()
    holder = processes.Process(target=add_and_hold, args=(library, first, held, released))
    holder.start()
    try:
        assert held.wait(30)
        with pytest.raises(LibraryBusy) as caught:
            add(library, second, wait=0)
        assert f"process {holder.pid} " in str(caught.value)
        assert str(library) in str(caught.value)
        told: list[str] = []

        def waiting(line: str) -> None:
            told.append(line)
            released.set()

        assert len(add(library, second, wait=None, waiting=waiting).added) == 8
    finally:
        released.set()
        holder.join()
    assert holder.exitcode == 0
    assert len(told) == 1 and f"process {holder.pid} " in told[0]
    assert len(listed(library)) == 16
    clean = scratch / "clean"
    add(clean, first, second)
    assert contents(library) == contents(clean)


WATCHED = (1, 7, 13, 19)


def test_readers_see_only_whole_generations_while_others_publish(
    scratch: Path, processes: ForkServerContext
) -> None:
    library = scratch / "library"
    sources = write(scratch / "sources", {name: report(name) for name in NAMES})
    add(library, sources / NAMES[0])
    finished = threading.Event()
    seen: list[Answer] = []

    def ask(book: Sourcebook, number: int) -> None:
        while not finished.is_set():
            seen.append(book.ask(QUESTIONS[number % len(QUESTIONS)], limit=20))

    with Sourcebook.open(library, encoder=FakeEncoder()) as book, ThreadPoolExecutor(6) as pool:
        asking = [pool.submit(ask, book, number) for number in range(6)]
        go = processes.Semaphore(0)
        process = processes.Process(target=add_and_publish_each, args=(library, sources, go))
        process.start()
        for added in range(len(NAMES)):
            while added in WATCHED and process.is_alive() and max(_documents(seen), default=0) < added:
                time.sleep(0.01)  # so many are published, and somebody has to see it
            go.release()
        process.join()
        finished.set()
        for one in asking:
            one.result()
        assert process.exitcode == 0
        for answer in seen:
            _check_answer(book, answer)
    passages = list(dict(sorted(listed(library).items())).values())
    states = {(count, sum(passages[:count])): set(NAMES[:count]) for count in range(1, len(NAMES) + 1)}
    for answer in seen:
        known = states[answer.searched.documents, answer.searched.passages]
        assert {citation.path for citation in all_citations(answer)} <= known
    assert len(_documents(seen)) >= len(WATCHED)


def _documents(seen: list[Answer]) -> set[int]:
    """How many documents the answers say were searched."""
    return {answer.searched.documents for answer in list(seen)}
