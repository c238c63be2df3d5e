"""Questions that arrive while another is encoded are encoded in one batch; knows no model."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future

import numpy as np
from numpy.typing import NDArray

Work = Callable[[Sequence[str]], NDArray[np.float32]]
"""Texts to vectors, shape (n, dimension)."""


class Together:
    """Gives each of several threads its text's vector; whoever comes next does the work of all who wait by then."""

    def __init__(self, work: Work) -> None:
        self._work = work
        self._guard = threading.Lock()
        self._busy = threading.Lock()
        self._waiting: list[tuple[str, Future[NDArray[np.float32]]]] = []

    def vector(self, text: str) -> NDArray[np.float32]:
        """The vector (dimension,) of a text; raises what the work of its batch raised."""
        mine: Future[NDArray[np.float32]] = Future()
        with self._guard:
            self._waiting.append((text, mine))
        with self._busy:
            if not mine.done():
                with self._guard:
                    batch, self._waiting = self._waiting, []
                self._encode(batch)
        return mine.result()

    def _encode(self, batch: Sequence[tuple[str, Future[NDArray[np.float32]]]]) -> None:
        try:
            vectors = self._work([text for text, _ in batch])
        except BaseException as error:
            for _, future in batch:
                future.set_exception(error)
            return
        for (_, future), vector in zip(batch, vectors, strict=True):
            future.set_result(vector)
