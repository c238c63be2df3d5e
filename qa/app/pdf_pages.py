"""Pictures of PDF pages and where a quote stands on them, made in a process of its own with limits.

A hostile file may crash or stall the PDF reader: that costs its picture only, and the next one gets a new process.
"""

from __future__ import annotations

import multiprocessing
import resource
import threading
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures import TimeoutError as TookTooLong
from concurrent.futures.process import BrokenProcessPool
from typing import TypeVar

from corpus.errors import InvalidInput, SourcebookError
from corpus.formats.pdf import Box, boxes, render_page
from corpus.limits import Limits
from qa.app.catalogue import say

Result = TypeVar("Result")
SECONDS = 60.0
SCALE = 1.5
"""Pixels a point: 892 by 1,263 for a page of A4."""


class PdfPages:
    """Draws pages one at a time; safe to use from several threads."""

    def __init__(self) -> None:
        self._pool: ProcessPoolExecutor | None = None
        self._lock = threading.Lock()

    def picture(self, data: bytes, number: int) -> bytes:
        """A page in PNG, SCALE pixels a point; raises InvalidInput where it cannot be drawn."""
        return self._run(_picture, data, number)

    def places(self, data: bytes, start: int, end: int, reader: str) -> list[Box]:
        """Where `text[start:end]` stands, as `corpus.formats.pdf.boxes`; raises InvalidInput where that is unknown."""
        return self._run(_places, data, start, end, reader)

    def close(self) -> None:
        """End the process."""
        self._drop()

    def _run(self, work: Callable[..., Result], *arguments: object) -> Result:
        with self._lock:
            if self._pool is None:
                fresh = multiprocessing.get_context("spawn")
                self._pool = ProcessPoolExecutor(1, mp_context=fresh, initializer=_limit)
            pool = self._pool
        try:
            return pool.submit(work, *arguments).result(SECONDS)
        except (BrokenProcessPool, TookTooLong):
            self._drop(pool)
            raise InvalidInput(say["page_failed"]) from None
        except (SourcebookError, ValueError, MemoryError):
            raise InvalidInput(say["page_failed"]) from None

    def _drop(self, pool: ProcessPoolExecutor | None = None) -> None:
        """Let a pool go whose process crashed or hangs."""
        with self._lock:
            if self._pool is None or (pool is not None and self._pool is not pool):
                return
            dropped, self._pool = self._pool, None
        for process in list((dropped._processes or {}).values()):
            process.kill()
        dropped.shutdown(wait=False, cancel_futures=True)


def _limit() -> None:
    limits = Limits()
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (limits.memory_bytes, limits.memory_bytes))


def _picture(data: bytes, number: int) -> bytes:
    return render_page(data, number, SCALE)


def _places(data: bytes, start: int, end: int, reader: str) -> list[Box]:
    return boxes(data, start, end, reader)
