"""Runs one long piece of work beside the page and hands on its steps as they come."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterator
from typing import Generic, TypeVar

from qa.app.book import Step

Result = TypeVar("Result")


class Work(Generic[Result]):
    """Work in a thread of its own: iterate over the newest steps, then take the result.

    A browser that goes away does not stop the work; steps that nobody reads in time are dropped, the newest stays.
    """

    def __init__(self, task: Callable[[Callable[[Step], None]], Result]) -> None:
        self._task = task
        self._steps: queue.SimpleQueue[Step | None] = queue.SimpleQueue()
        self._result: Result
        self._error: BaseException | None = None

    def steps(self) -> Iterator[Step]:
        """Start the work and yield its steps until it ends."""
        threading.Thread(target=self._run, name="sourcebook-work", daemon=True).start()
        while (step := self._newest()) is not None:
            yield step

    def result(self) -> Result:
        """What the work returned, once `steps` is exhausted; raises what the work raised."""
        if self._error is not None:
            raise self._error
        return self._result

    def _run(self) -> None:
        try:
            self._result = self._task(self._steps.put)
        except BaseException as error:
            self._error = error
        finally:
            self._steps.put(None)

    def _newest(self) -> Step | None:
        step = self._steps.get()
        while step is not None and not self._steps.empty():
            step = self._steps.get()
        return step
