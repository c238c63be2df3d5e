"""Reading in processes of their own: a document that hangs or crashes its reader costs that document only."""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import queue
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import asdict
from functools import cache
from hashlib import sha256
from pathlib import Path
from types import TracebackType
from typing import Any, Protocol, Self, TypeVar

from corpus.errors import GaveUp, UnreadableDocument
from corpus.formats.containers import Member
from corpus.limits import Limits, report_pages
from corpus.types import Document
from corpus.worker import Opening, Task, pack_task, unpack_document, unpack_member

Result = TypeVar("Result")
Unpack = Callable[[dict[str, Any], Callable[[int], bytes]], Result]
"""What makes a result of an answer's first line and of the bytes after it, as many as are asked for."""
_MOST_WORKERS = 16
_RECEIVED = 1 << 16
_LONGEST_LINE = 4 << 20
_LARGEST_ANSWER = 1 << 30
_START_SECONDS = 120.0
_ROOT = Path(__file__).parents[1]
_START = (
    "import sys; from importlib import import_module; sys.path.insert(0, sys.argv[1]); "
    "import_module(sys.argv[2]).main(sys.argv[3:])"
)
_PROGRAM = "corpus.worker"


class Reading(Protocol):
    """Reads documents, here or elsewhere; the result is the same."""

    @property
    def ahead(self) -> int:
        """How many documents it is worth to hand in before the first is done."""

    def submit(self, task: Task) -> Future[Document]:
        """Read it soon; the result is the document, or UnreadableDocument (GaveUp: not even a reason came back)."""

    def open(self, opening: Opening) -> list[Member]:
        """Take an archive or an e-mail apart now; raises as the result of `submit` does."""


class InProcess:
    """Reads at once and in this process: for bytes that can be trusted, and for tests."""

    ahead = 0

    def submit(self, task: Task) -> Future[Document]:
        """Read it now."""
        future: Future[Document] = Future()
        report_pages(task.on_page)
        try:
            future.set_result(task.run())
        except UnreadableDocument as error:
            future.set_exception(error)
        except Exception as error:
            future.set_exception(mistake(task.name, type(error).__name__, str(error)))
        finally:
            report_pages(None)
        return future

    def open(self, opening: Opening) -> list[Member]:
        """Take it apart now."""
        try:
            return opening.run()
        except UnreadableDocument:
            raise
        except Exception as error:
            raise mistake(opening.name, type(error).__name__, str(error)) from error


class WorkerPool:
    """Up to `size` processes that read documents side by side; safe to use from several threads.

    A process is started when there is work that no other is free for, and again after one was lost. They end with
    `close`, and by themselves when this process ends, however it does.
    """

    def __init__(
        self, size: int | None = None, limits: Limits | None = None, program: str = _PROGRAM
    ) -> None:
        self._program = program
        self._size = size or min(_MOST_WORKERS, len(os.sched_getaffinity(0)))
        self._limits = limits or Limits()
        self._tasks: queue.SimpleQueue[Callable[[_Worker], None] | None] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._workers: list[_Worker] = []
        self._open = 0

    @property
    def ahead(self) -> int:
        """Enough that every process has one document at hand and one to go on with."""
        return 2 * self._size

    def submit(self, task: Task) -> Future[Document]:
        """Read it soon."""
        return self._hand_in(lambda worker: worker.read(task))

    def open(self, opening: Opening) -> list[Member]:
        """Take it apart as soon as a process is free."""
        return self._hand_in(lambda worker: worker.open(opening)).result()

    def _hand_in(self, work: Callable[[_Worker], Result]) -> Future[Result]:
        future: Future[Result] = Future()

        def do(worker: _Worker) -> None:
            try:
                if future.set_running_or_notify_cancel():
                    future.set_result(work(worker))
            except BaseException as error:
                future.set_exception(error)

        with self._lock:
            self._open += 1
            if self._open > len(self._workers) < self._size:
                worker = _Worker(self._limits, self._program)
                self._workers.append(worker)
                threading.Thread(target=self._work, args=(worker,), daemon=True, name="reading").start()
        self._tasks.put(do)
        return future

    def warm(self) -> None:
        """Let the first process start now, to be ready when the first document comes."""
        self.submit(Task(b"Words.", "words.txt"))

    def _work(self, worker: _Worker) -> None:
        while (do := self._tasks.get()) is not None:
            try:
                do(worker)
            finally:
                with self._lock:
                    self._open -= 1
            del do  # an idle worker holds no document

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the processes at once; what they were reading is given up."""
        with self._lock:
            workers, self._workers = self._workers, []
        for worker in workers:
            self._tasks.put(None)
            worker.kill()

    @property
    def processes(self) -> list[int]:
        """The ids of the processes that are running."""
        with self._lock:
            return [worker.pid for worker in self._workers if worker.pid]


class _Worker:
    """One process and the conversation with it."""

    def __init__(self, limits: Limits, program: str) -> None:
        self._limits = limits
        self._program = program
        self._process: subprocess.Popen[bytes] | None = None
        self._connection: socket.socket | None = None
        self._received = bytearray()
        self._closed = False

    @property
    def pid(self) -> int | None:
        """The process, if it is running."""
        process = self._process
        return process.pid if process is not None and process.poll() is None else None

    def kill(self) -> None:
        """End the process with all that it started, for good."""
        self._closed = True
        self._end()

    def read(self, task: Task) -> Document:
        """Have it read; raises UnreadableDocument, and GaveUp if the process is lost over it."""

        def document(head: dict[str, Any], take: Callable[[int], bytes]) -> Document:
            size = sum(map(int, head["sizes"]))
            if size > _LARGEST_ANSWER:
                raise ValueError("the answer is too large")
            found = unpack_document(head, take(size))
            if found.id != sha256(task.data).hexdigest():
                raise ValueError("the answer is about another document")
            return found

        return self._ask(task, document)

    def open(self, opening: Opening) -> list[Member]:
        """Have it taken apart; raises as `read` does."""

        def found(head: dict[str, Any], take: Callable[[int], bytes]) -> list[Member]:
            told = head["members"]
            if sum(member["size"] or 0 for member in told) > _LARGEST_ANSWER:
                raise ValueError("the answer is too large")
            return [unpack_member(member, take) for member in told]

        return self._ask(opening, found)

    def _ask(self, task: Task | Opening, unpack: Unpack[Result]) -> Result:
        limits, page = self._limits, None
        began = stalled = time.monotonic()
        try:
            connection = self._start()
            began = stalled = time.monotonic()
            end = began + limits.total_seconds
            connection.settimeout(limits.stall_seconds)
            for part in pack_task(task):
                connection.sendall(part)
            while True:
                until = min(stalled + limits.stall_seconds, end)
                head = self._line(connection, until)
                if "page" not in head:
                    break
                page, stalled, end = int(head["page"]), time.monotonic(), end + limits.page_seconds
                if isinstance(task, Task) and task.on_page is not None:
                    task.on_page(page)
            last = bool(head["last"])
            try:
                return self._result(task, unpack, connection, until)
            finally:
                if last:  # also after a document that cannot be read: the process is about to end
                    self._end()
        except TimeoutError:
            self._end()
            seconds = time.monotonic() - began
            raise GaveUp(
                f"{task.name}: gave up after {seconds:.0f} s{_on(page)}; the reader did not finish"
            ) from None
        except (EOFError, OSError, ValueError, KeyError, TypeError) as error:
            raise GaveUp(f"{task.name}: gave up{_on(page)}; {self._end(error)}") from error

    def _result(
        self, task: Task | Opening, unpack: Unpack[Result], connection: socket.socket, until: float
    ) -> Result:
        head = self._line(connection, until)
        if "unreadable" in head:
            raise UnreadableDocument(str(head["unreadable"]))
        if "memory" in head:
            self._end()
            raise GaveUp(
                f"{task.name}: gave up; reading it takes more than {head['memory'] >> 30} GB of memory"
            )
        if "broke" in head:
            raise mistake(task.name, str(head["broke"]), str(head["detail"]))
        return unpack(head, lambda size: self._bytes(connection, size, until))

    def _start(self) -> socket.socket:
        """The connection to the process, started anew if there is none."""
        if self._connection is not None:
            if self.pid is not None:
                return self._connection
            self._end()  # it was killed while it had nothing to do
        if self._closed:
            raise EOFError("the program is ending")
        ours, theirs = socket.socketpair()
        with theirs:
            settings = json.dumps(asdict(self._limits))
            arguments = [str(_ROOT), self._program, str(theirs.fileno()), settings]
            self._process = subprocess.Popen(
                [sys.executable, "-I", "-c", _START, *arguments],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                pass_fds=(theirs.fileno(),),
                start_new_session=True,
                env={**os.environ, "OMP_NUM_THREADS": "1"},
            )
        self._connection = ours
        self._received.clear()
        self._line(ours, time.monotonic() + _START_SECONDS)  # "ready": its start is no part of the reading
        return ours

    def _end(self, error: BaseException | None = None) -> str:
        """Kill the process, if it is still there, and its children; say how it ended."""
        process, self._process = self._process, None
        connection, self._connection = self._connection, None
        if connection is not None:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
            connection.close()
        if process is None:
            return f"its reader could not be started ({error})"
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(0.2 if isinstance(error, (EOFError, ConnectionError)) else 0)
        ended = process.returncode
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        if ended is None:
            return f"its reader answered with nonsense ({error})"
        if ended < 0:
            return f"its reader crashed ({signal.Signals(-ended).name})"
        return f"its reader ended without an answer (exit code {ended})"

    def _line(self, connection: socket.socket, until: float) -> dict[str, Any]:
        searched = 0
        while (end := self._received.find(b"\n", searched)) < 0:
            searched = len(self._received)
            if searched > _LONGEST_LINE:
                raise ValueError("a line is too long")
            self._receive(connection, until)
        line = bytes(self._received[:end])
        del self._received[: end + 1]
        head = json.loads(line)
        if not isinstance(head, dict):
            raise ValueError("a line holds no object")
        return head

    def _bytes(self, connection: socket.socket, size: int, until: float) -> bytes:
        while len(self._received) < size:
            self._receive(connection, until)
        data = bytes(self._received[:size])
        del self._received[:size]
        return data

    def _receive(self, connection: socket.socket, until: float) -> None:
        left = until - time.monotonic()
        if left <= 0:
            raise TimeoutError
        connection.settimeout(left)
        data = connection.recv(_RECEIVED)
        if not data:
            raise EOFError
        self._received += data


def _on(page: int | None) -> str:
    return f" on page {page}" if page is not None else ""


def mistake(name: str, kind: str, detail: str) -> UnreadableDocument:
    """What a person is told when a reader breaks on a document."""
    return UnreadableDocument(
        f"{name} cannot be read: its reader fails with {kind} ({detail}). This is a mistake in the program; please "
        "report it with the file."
    )


@cache
def shared_pool() -> WorkerPool:
    """The pool that all of this program uses; its processes wait for the next document until the program ends."""
    pool = WorkerPool()
    atexit.register(pool.close)
    return pool
