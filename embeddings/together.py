"""What several threads want worked out at the same time is worked out in one batch; knows no model."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import Generic, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")


class Together(Generic[Item, Result]):
    """Gives each of several threads the results of its items; whoever comes next does the work of all who wait by then.

    `work` gives one result for each item, in their order, and what is with an item in a batch must not change it.
    """

    def __init__(self, work: Callable[[Sequence[Item]], Sequence[Result]]) -> None:
        self._work = work
        self._guard = threading.Lock()
        self._busy = threading.Lock()
        self._waiting: list[tuple[Sequence[Item], Future[Sequence[Result]]]] = []

    def results(self, items: Sequence[Item]) -> Sequence[Result]:
        """One result for each item; raises what the work of its batch raised."""
        mine: Future[Sequence[Result]] = Future()
        with self._guard:
            self._waiting.append((items, mine))
        with self._busy:
            if not mine.done():
                with self._guard:
                    batch, self._waiting = self._waiting, []
                self._do(batch)
        return mine.result()

    def _do(self, batch: Sequence[tuple[Sequence[Item], Future[Sequence[Result]]]]) -> None:
        try:
            done = self._work([item for items, _ in batch for item in items])
        except BaseException as error:
            for _, future in batch:
                future.set_exception(error)
            return
        start = 0
        for items, future in batch:
            future.set_result(done[start : start + len(items)])
            start += len(items)
