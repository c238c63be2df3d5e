"""Adding what a browser sends: files come one by one, are added behind the page one job after the other, can be stopped."""

from __future__ import annotations

import shutil
import tempfile
import threading
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from enum import StrEnum
from pathlib import Path
from time import monotonic

from corpus.errors import InvalidInput
from qa.app.board import Board
from qa.app.book import Add, Added, Outcome, Step, Upload
from qa.app.catalogue import say
from qa.app.telling import sentence_for
from qa.sources import MAX_BYTES, shown

MAX_FILES = 5_000
MAX_NAME = 1_000
MAX_JOB_BYTES = 2_000_000_000
SILENCE = 3600.0
"""Seconds after which a job that still waits for files is given up: its browser was closed."""


class State(StrEnum):
    """How far a job is."""

    RECEIVING = "receiving"
    WAITING = "waiting"
    ADDING = "adding"
    DONE = "done"
    CANCELLED = "cancelled"


class Job:
    """The files of one drop: what arrived, and what became of each."""

    def __init__(self) -> None:
        self.state = State.RECEIVING
        self.problem: str | None = None
        self.stop = threading.Event()
        self.step = Step(0, 0)
        self._folder = Path(tempfile.mkdtemp(prefix="sourcebook-upload-"))
        self._lock = threading.Lock()
        self._bytes = self._count = 0
        self._heard = monotonic()
        self._arrived: dict[str, tuple[int, Path]] = {}
        self._outcomes: dict[str, Added] = {}

    @property
    def ended(self) -> bool:
        """Whether nothing more will happen."""
        return self.state in (State.DONE, State.CANCELLED)

    @property
    def silent(self) -> bool:
        """Whether files should come, and none has for long."""
        return self.state is State.RECEIVING and monotonic() - self._heard > SILENCE

    async def receive(self, name: str, parts: AsyncIterator[bytes], place: int = 0) -> None:
        """Take one file; raises InvalidInput, and remembers the reason, where it cannot be taken.

        `place` is the file's among those dropped: several are on their way at once, and arrive in any order.
        """
        name = _checked(name)
        if self.state is not State.RECEIVING:
            raise InvalidInput(say["error_job_closed"])
        if len(self._arrived) >= MAX_FILES:
            raise InvalidInput(say("error_files_many", most=MAX_FILES))
        self._count += 1
        file, size = self._folder / str(self._count), 0
        with file.open("wb") as stream:
            async for part in parts:
                size += len(part)
                self._heard = monotonic()
                if size > MAX_BYTES or self._bytes + size > MAX_JOB_BYTES:
                    stream.close()
                    file.unlink()
                    reason = say("error_file_large", megabytes=MAX_BYTES // 1_000_000)
                    if size <= MAX_BYTES:
                        reason = say["error_files_large"]
                    self._set(Added(name, Outcome.FAILED, reason))
                    return
                stream.write(part)
        self._bytes += size
        self._arrived[name] = (place, file)

    def _in_order(self) -> list[tuple[str, Path]]:
        arrived = sorted(self._arrived.items(), key=lambda item: item[1][0])
        return [(name, file) for name, (_, file) in arrived]

    def run(self, add: Add) -> None:
        """Add what arrived; what was asked to stop ends after the file at hand."""
        uploads = [Upload(name, file) for name, file in self._in_order()]
        try:
            if not self.stop.is_set() and uploads:
                self.state = State.ADDING
                for outcome in add(uploads, self._report):
                    self._set(outcome)
        except KeyboardInterrupt:
            pass
        except Exception as error:
            self.problem = sentence_for(error)
        finally:
            shutil.rmtree(self._folder, ignore_errors=True)
            self.state = State.CANCELLED if self.stop.is_set() else State.DONE

    def discard(self) -> None:
        """Forget what arrived and add none of it."""
        self.stop.set()
        if self.state is State.RECEIVING:
            self.state = State.CANCELLED
            shutil.rmtree(self._folder, ignore_errors=True)

    def outcomes(self) -> list[Added]:
        """What became of every file so far, in the order they were dropped; files from inside others follow."""
        with self._lock:
            known = dict(self._outcomes)
        listed = [
            known.pop(name) if name in known else self._pending(name, known) for name, _ in self._in_order()
        ]
        return listed + list(known.values())

    def _pending(self, name: str, known: dict[str, Added]) -> Added:
        inside = [other for other in known if other.startswith(f"{name}/")]
        if not self.ended:
            return Added(name, Outcome.WAITING)
        if inside:
            return Added(name, Outcome.OPENED, say("inside", len(inside)))
        if self.stop.is_set():
            return Added(name, Outcome.CANCELLED)
        return Added(name, Outcome.FAILED, self.problem or say["error_file_empty"])

    def _report(self, step: Step) -> None:
        self.step = step
        for outcome in step.outcomes[-2:]:
            self._set(outcome)
        if self.stop.is_set():
            raise KeyboardInterrupt

    def _set(self, outcome: Added) -> None:
        with self._lock:
            self._outcomes[outcome.name] = outcome


class Jobs:
    """All jobs of a server; one is added at a time."""

    def __init__(self, add: Add) -> None:
        self._add = add
        self._board = Board[Job]()
        self._worker = ThreadPoolExecutor(1, thread_name_prefix="sourcebook-adding")

    def begin(self) -> str:
        """A new job that receives files; gives its id. What others sent and never started is given up."""
        for job in self._board.jobs():
            if job.silent:
                job.discard()
        return self._board.put(Job())

    def find(self, job_id: str) -> Job:
        """The job with this id; raises InvalidInput where there is none (any more)."""
        return self._board.find(job_id)

    def start(self, job: Job) -> None:
        """Everything has arrived: add it when its turn comes."""
        if job.state is State.RECEIVING:
            job.state = State.WAITING
            self._worker.submit(job.run, self._add)


def _checked(name: str) -> str:
    """A file's name with its folders as the library shows it; raises InvalidInput for none."""
    cleaned = "/".join(part for part in name.replace("\\", "/").split("/") if part not in ("", ".", ".."))
    if not cleaned or len(cleaned) > MAX_NAME or "\0" in cleaned:
        raise InvalidInput(say["error_file_name"])
    return shown(cleaned)
