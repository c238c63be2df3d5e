"""Jobs that a browser begins: what arrived goes when the job ends, and when nobody sends any more."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from qa.app import jobs
from qa.app.book import Added, Upload
from qa.app.jobs import Job, Jobs, State


async def _parts() -> AsyncIterator[bytes]:
    yield b"The bridge was opened in 2004."


def test_what_a_closed_browser_sent_goes_from_the_disk(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    clock = [0.0]
    monkeypatch.setattr(jobs, "monotonic", lambda: clock[0])
    board = Jobs(lambda uploads, report: [])
    left, going = board.find(board.begin()), board.find(board.begin())
    _receive(left)
    clock[0] = jobs.SILENCE
    _receive(going)
    clock[0] += 1
    board.begin()
    assert (left.state, going.state) == (State.CANCELLED, State.RECEIVING)
    files = [path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()]
    assert files == [b"The bridge was opened in 2004."]


def _receive(job: Job, name: str = "bridge.txt", place: int = 0) -> None:
    """In a thread of its own: the browser tests leave an event loop running in this one."""
    with ThreadPoolExecutor(1) as worker:
        worker.submit(lambda: asyncio.run(job.receive(name, _parts(), place))).result()


def test_files_stand_in_the_order_dropped_however_they_arrive() -> None:
    job = Job()
    for name, place in (("c.txt", 2), ("a.txt", 0), ("b.txt", 1)):
        _receive(job, name, place)
    assert [outcome.name for outcome in job.outcomes()] == ["a.txt", "b.txt", "c.txt"]
    given: list[str] = []

    def add(uploads: Sequence[Upload], report: object) -> list[Added]:
        given.extend(upload.name for upload in uploads)
        return []

    job.run(add)
    assert given == ["a.txt", "b.txt", "c.txt"]
