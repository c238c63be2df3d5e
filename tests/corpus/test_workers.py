"""Reading in worker processes: whatever a reader does, the other documents are read and the reason is told."""

from __future__ import annotations

import io
import os
import re
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from corpus.errors import GaveUp, UnreadableDocument
from corpus.formats import read
from corpus.limits import Limits
from corpus.worker import Opening, Task
from corpus.workers import InProcess, Reading, WorkerPool, _Worker
from tests.corpus.failing_worker import whole

LIMITS = Limits(
    stall_seconds=1.5, total_seconds=3.0, page_seconds=0.0, memory_bytes=1 << 30, file_bytes=1 << 20
)
PROGRAM = "tests.corpus.failing_worker"


@pytest.fixture(scope="module")
def failing() -> Iterator[WorkerPool]:
    with WorkerPool(2, LIMITS, PROGRAM) as pool:
        yield pool


@pytest.fixture(scope="module")
def real() -> Iterator[WorkerPool]:
    with WorkerPool(2) as pool:
        yield pool


@pytest.mark.parametrize(
    ("suffix", "reason"),
    [
        ("hang", r"a\.hang: gave up after \d s on page 212; the reader did not finish"),
        ("spin", r"a\.spin: gave up after \d s; the reader did not finish"),
        ("slow", r"a\.slow: gave up after 3 s on page \d\d; the reader did not finish"),
        ("crash", r"a\.crash: gave up on page 3; its reader crashed \(SIGABRT\)"),
        ("leave", r"a\.leave: gave up; its reader ended without an answer \(exit code 7\)"),
        ("swell", r"a\.swell: gave up; reading it takes more than 1 GB of memory"),
        ("fault", r"a\.fault: gave up; its reader crashed \(SIGSEGV\)"),
    ],
)
def test_a_reader_that_hangs_or_crashes_costs_its_document_only(
    failing: WorkerPool, suffix: str, reason: str
) -> None:
    before = failing.submit(Task(b"before", "b.txt"))
    lost = failing.submit(Task(b"lost", f"a.{suffix}"))
    after = failing.submit(Task(b"after", "c.txt"))
    with pytest.raises(GaveUp, match=f"^{reason}$"):
        lost.result(20)
    assert before.result(20) == whole(b"before")
    assert after.result(20) == whole(b"after")


@pytest.mark.parametrize(
    ("suffix", "reason"),
    [
        ("break", r"its reader fails with IndexError \(list index out of range\)\. This is a mistake"),
        ("fill", r"its reader fails with OSError \(.*File too large\)"),
        ("pages", r"more than 5,000 pages"),
        ("odd", r"its kind is unknown"),
    ],
)
def test_a_reader_that_says_why_is_quoted(failing: WorkerPool, suffix: str, reason: str) -> None:
    with pytest.raises(UnreadableDocument, match=reason) as caught:
        failing.submit(Task(b"x", f"a.{suffix}")).result(20)
    assert not isinstance(caught.value, GaveUp)


def test_every_page_that_is_begun_gives_more_time() -> None:
    told: list[int] = []
    with WorkerPool(1, replace(LIMITS, page_seconds=0.2), PROGRAM) as pool, pytest.raises(GaveUp) as caught:
        pool.submit(Task(b"x", "a.steps", on_page=told.append)).result(60)
    assert told == list(range(1, 41))
    assert re.search(r"gave up after (?:[4-9]|\d\d) s on page 40", str(caught.value))


def test_a_container_is_taken_apart_in_a_process(real: WorkerPool) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, data in (
            ("a.txt", b"One."),
            ("empty.txt", b""),
            ("big.md", b"x" * 3_000_000),
            ("f.mp4", b""),
        ):
            archive.writestr(name, data)
    opening = Opening(packed.getvalue(), "some.zip")
    assert real.open(opening) == InProcess().open(opening) == opening.run()
    assert [
        (member.name, None if member.data is None else len(member.data)) for member in real.open(opening)
    ] == [
        ("a.txt", 4),
        ("empty.txt", 0),
        ("big.md", 3_000_000),
        ("f.mp4", None),
    ]
    with pytest.raises(UnreadableDocument, match=r"some\.zip is damaged or cut off"):
        real.open(Opening(packed.getvalue()[:200], "some.zip"))


def test_a_container_that_hangs_or_crashes_is_given_up(failing: WorkerPool) -> None:
    for name, reason in (("hang.zip", "the reader did not finish"), ("crash.zip", "its reader crashed")):
        with pytest.raises(GaveUp, match=f"^{name}: gave up.*{reason}"):
            failing.open(Opening(b"x", name))
    assert failing.submit(Task(b"after", "c.txt")).result(20) == whole(b"after")


def test_what_a_reader_prints_is_no_answer(failing: WorkerPool) -> None:
    assert failing.submit(Task(b"x", "a.talk")).result(20) == whole(b"x")


def test_a_document_comes_back_with_all_that_it_holds(failing: WorkerPool) -> None:
    for data in (b"x", os.urandom(3_000_000)):
        assert failing.submit(Task(data, "caf\udce9.txt")).result(20) == whole(data)


@pytest.mark.parametrize("reading", [InProcess(), WorkerPool(1)], ids=["here", "worker"])
def test_both_ways_of_reading_give_the_same(reading: Reading) -> None:
    data = b"# Title\n\nA paragraph of words.\n"
    document = reading.submit(Task(data, "a.md")).result(20)
    assert document == read(data, "a.md")
    assert reading.submit(Task(data, "other", reader=document.reader)).result(20).text == document.text
    with pytest.raises(UnreadableDocument, match="unknown"):
        reading.submit(Task(data, "a.xyz")).result(20)
    if isinstance(reading, WorkerPool):
        reading.close()


def test_results_do_not_depend_on_who_reads(real: WorkerPool) -> None:
    tasks = [
        Task(f"Text number {number} of many.\n".encode() * number, f"{number}.txt") for number in range(1, 80)
    ]
    results = [future.result(30) for future in [real.submit(task) for task in tasks]]
    assert results == [read(task.data, task.name) for task in tasks]
    assert 1 <= len(real.processes) <= 2


def test_a_worker_that_was_killed_from_outside_is_replaced(real: WorkerPool) -> None:
    assert real.submit(Task(b"One.", "a.txt")).result(20).text == "One."
    for process in real.processes:
        os.kill(process, signal.SIGKILL)
    time.sleep(0.2)
    outcomes = []
    for number in range(4):
        try:
            outcomes.append(real.submit(Task(b"Two.", f"{number}.txt")).result(20).text)
        except GaveUp as error:
            outcomes.append(str(error))
    assert outcomes == ["Two."] * 4


def test_closing_ends_the_processes_at_once() -> None:
    with WorkerPool(1, Limits(), PROGRAM) as pool:
        lost = pool.submit(Task(b"x", "a.hang"))
        while not pool.processes:
            time.sleep(0.01)
        (process,) = pool.processes
    with pytest.raises(GaveUp):
        lost.result(5)
    with pytest.raises(ProcessLookupError):
        os.kill(process, 0)


def test_workers_end_when_the_program_is_killed() -> None:
    script = (
        "import sys, time\nfrom corpus.workers import WorkerPool\nfrom corpus.worker import Task\n"
        "pool = WorkerPool(1)\npool.submit(Task(b'One.', 'a.txt')).result()\n"
        "print(pool.processes[0], flush=True)\ntime.sleep(60)\n"
    )
    program = subprocess.Popen(
        [sys.executable, "-c", script], stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2]
    )
    assert program.stdout is not None
    process = int(program.stdout.readline())
    program.kill()
    program.wait()
    program.stdout.close()
    for _ in range(100):
        state = Path(f"/proc/{process}/stat")
        if not state.exists() or state.read_text().split(")")[1].split()[0] == "Z":
            return
        time.sleep(0.05)
    os.kill(process, signal.SIGKILL)
    pytest.fail("the worker outlived its program")


def test_a_process_that_ends_after_an_unreadable_document_is_not_given_the_next(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with WorkerPool(1) as pool:
        worker = _Worker(Limits(), "corpus.worker")
        head = {"last": True}
        answers = iter([{"ready": True}, head, {"unreadable": "is empty"}])
        monkeypatch.setattr(worker, "_line", lambda connection, until: next(answers))
        with pytest.raises(UnreadableDocument, match="is empty"):
            worker.read(Task(b"", "a.txt"))
        assert worker.pid is None
        assert pool.processes == []


def test_the_size_of_the_program_that_starts_them_does_not_wear_processes_out() -> None:
    ballast = bytearray(700_000_000)
    ballast[::4096] = b"x" * len(ballast[::4096])
    with WorkerPool(1) as pool:
        pool.submit(Task(b"One.", "one.txt")).result()
        (first,) = pool.processes
        pool.submit(Task(b"Two.", "two.txt")).result()
        assert pool.processes == [first]
    assert len(ballast) == 700_000_000
