"""Questions asked side by side, by processes that each open the library; imports little before they need it."""

from __future__ import annotations

import atexit
import logging
import os
import signal
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING

from corpus.errors import SourcebookError

if TYPE_CHECKING:
    from embeddings.encode import Encoder
    from eval.asking import Crew, Desk, Task
    from eval.questions import Question
    from eval.results import QuestionRow
    from qa.engine import Sourcebook
    from qa.stages import Stage

THREADS = ("SOURCEBOOK_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "RAYON_NUM_THREADS")
"""What tells the models, FAISS, NumPy and the tokenizer how many threads they may use: processes share the processor."""
WORTH_A_PROCESS = 40
"""Questions for which another process is worth its start."""


class ProcessLost(SourcebookError):
    """A process that asked questions came to its end before its questions did."""


@dataclass(frozen=True, slots=True)
class Opening:
    """How a library is opened for questions: the same in every process."""

    library: Path
    model: str | None = None
    reranker: str | None = None
    without: frozenset[Stage] = field(default_factory=frozenset)

    def book(self, encoder: Encoder | None = None) -> Sourcebook:
        """Open it; `encoder` is the model's, where it is loaded already."""
        from embeddings.encode import default_encoder
        from qa.engine import Sourcebook
        from qa.options import load_reranker

        chosen = default_encoder(self.model) if encoder is None and self.model else encoder
        return Sourcebook.open(
            self.library, encoder=chosen, reranker=load_reranker(self.reranker), without=self.without
        )


@contextmanager
def crew_of(opening: Opening, book: Sourcebook, at_once: int, questions: int) -> Iterator[Crew[Sourcebook]]:
    """As many processes as are worth their start, `at_once` at most; for few questions, this process and its book alone."""
    from eval.asking import Alone

    count = min(at_once, questions // WORTH_A_PROCESS)
    if count < 2:
        yield Alone(book)
        return
    threads = max(1, (os.cpu_count() or 1) // count)
    context = get_context("spawn")
    processes = [
        ProcessPoolExecutor(1, context, initializer=_open, initargs=(opening,)) for _ in range(count)
    ]
    with _environment(dict.fromkeys(THREADS, str(threads))):
        for process in processes:
            process.submit(int)  # begins it
    try:
        yield Processes(processes)
    finally:
        for process in processes:
            process.shutdown(cancel_futures=True)


class Processes:
    """Hands the questions out to processes; a question goes to the same one in every run, which kept its vector."""

    def __init__(self, processes: Sequence[ProcessPoolExecutor]) -> None:
        self._processes = processes
        self._of: dict[str, ProcessPoolExecutor] = {}

    @property
    def size(self) -> int:
        """How many processes there are."""
        return len(self._processes)

    def rows(self, task: Task[Sourcebook], questions: Sequence[Question]) -> Iterator[QuestionRow]:
        """Give the rows in the order of the questions; what was not begun is given up with the first error."""
        self._share(questions)
        waiting = deque(self._of[question.id].submit(_row, task, question) for question in questions)
        try:
            while waiting:
                yield waiting.popleft().result()
        except BrokenProcessPool as error:
            raise ProcessLost(
                "a process that asked questions was ended from outside, often because memory ran out; "
                "ask one question at a time: --at-once 1"
            ) from error
        finally:
            for row in waiting:
                row.cancel()

    def _share(self, questions: Sequence[Question]) -> None:
        """Give questions that come for the first time to the processes in turn."""
        new = [question for question in questions if question.id not in self._of]
        for number, process in enumerate(self._processes):
            mine = new[number :: self.size]
            self._of |= {question.id: process for question in mine}
            process.submit(_prepare, [question.text for question in mine])


_desks: list[Desk[Sourcebook]] = []


@contextmanager
def _environment(said: Mapping[str, str]) -> Iterator[None]:
    """What a process that begins meanwhile finds in its environment."""
    before = {name: os.environ.get(name) for name in said}
    os.environ.update(said)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def _open(opening: Opening) -> None:
    """Open the library in a new process, which leaves Ctrl-C and what there is to tell to the first."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    logging.disable(logging.WARNING)
    atexit.register(os._exit, 0)  # nothing here needs an orderly end, which takes the models a second
    from eval.asking import Desk

    _desks.append(Desk(opening.book()))


def _prepare(questions: Sequence[str]) -> None:
    _desks[0].book.prepare(questions)


def _row(task: Task[Sourcebook], question: Question) -> QuestionRow:
    return task.row(_desks[0], question)
