"""Documents' passages encoded together, behind the reading and cutting of the next documents; knows no library."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import accumulate, pairwise
from types import TracebackType
from typing import Generic, Self, TypeVar

import numpy as np
from numpy.typing import NDArray

from embeddings.encode import Encoder

Item = TypeVar("Item")
Vectors = NDArray[np.float32]

TEXTS = 256
"""Documents are encoded together up to so many texts, two seconds' work on two cores; a longer document goes by itself."""
MOST_BYTES = 32_000_000
"""And up to so many bytes that wait with them."""
SECONDS = 2.0
"""About so long does one call of the encoder take; between two of them it can be stopped."""
PATIENCE = 5.0
"""So many seconds are waited for what is being encoded when the work is to end."""
_FIRST = 32  # texts in the first call, which tells how fast the encoder is


@dataclass(slots=True)
class _Group(Generic[Item]):
    """Items with their texts; all cut, or none."""

    truncate: bool = False
    items: list[tuple[Item, Sequence[str]]] = field(default_factory=list)
    size: int = 0
    stopped: bool = False

    def takes(self, texts: Sequence[str], truncate: bool, size: int) -> bool:
        fits = self.count() + len(texts) <= TEXTS and self.size + size <= MOST_BYTES
        return not self.items or (fits and self.truncate == truncate)

    def count(self) -> int:
        return sum(len(texts) for _, texts in self.items)


Made = deque[tuple[Item, Vectors]]
"""Items with their vectors, to be stored one after the other."""


class Encoding(Generic[Item]):
    """Has items stored with the vectors of their texts, in the order in which they came.

    One group of items is encoded, in a thread of its own, while the next one gathers; there are never more. The slower the
    encoder, the larger they grow. To be used from one thread, in which `store` is called, as a context manager, which waits
    for that other thread at its end.
    All methods raise what `store` raises, and what the encoder raised for texts of an earlier item. KeyboardInterrupt may
    come at any moment: what is not stored by then is by the next call, but for the item at hand.
    """

    def __init__(self, encoder: Encoder, store: Callable[[Item, Vectors], None]) -> None:
        self.encoder = encoder
        self._store = store
        self._thread = ThreadPoolExecutor(1)
        self._gathered: _Group[Item] = _Group()
        self._running: tuple[_Group[Item], Future[Made[Item]]] | None = None
        self._pace = min(_FIRST, TEXTS)

    def items(self) -> list[Item]:
        """Those that are not stored, in their order."""
        running = self._running[0].items if self._running else []
        stored = len(running) - len(self._running[1].result()) if self._running and self._is_made() else 0
        return [item for item, _ in (*running[stored:], *self._gathered.items)]

    def add(self, item: Item, texts: Sequence[str], *, truncate: bool = False, size: int = 0) -> None:
        """Take an item of so many bytes, with any number of texts."""
        if not self._gathered.takes(texts, truncate, size):
            self._collect()
            self._start()
        group = self._gathered
        group.truncate = truncate
        group.size += size
        group.items.append((item, texts))
        self.meanwhile()

    def meanwhile(self) -> None:
        """Store what is encoded, without waiting; what has gathered is begun with where nothing else is being encoded."""
        if self._running is None or self._running[1].done():
            self._collect()
            self._start()

    def finish(self, patience: float | None = None) -> None:
        """Store all; raises TimeoutError if that takes much longer than so many seconds."""
        self._collect(patience)
        self._start()
        self._collect(patience)

    def give_up(self) -> None:
        """Store what can be had soon; the rest is let go of, as is a single item with many texts, however far it is."""
        if self._running is not None and self._running[0].count() > TEXTS and not self._running[1].done():
            self._let_go()
        if self._gathered.count() > TEXTS:
            self._gathered = _Group()
        with suppress(TimeoutError):
            self.finish(PATIENCE)
        self._let_go()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._let_go()
        self._thread.shutdown(cancel_futures=True)

    def _let_go(self) -> None:
        if self._running is not None:
            self._running[0].stopped, self._running = True, None

    def _is_made(self) -> bool:
        future = self._running[1] if self._running else None
        return future is not None and future.done() and future.exception() is None

    def _collect(self, patience: float | None = None) -> None:
        """Wait for what is being encoded, and store it."""
        if self._running is None:
            return
        group, future = self._running
        made = future.result(patience)
        while made:
            self._store(*made.popleft())
        if self._gathered is group:  # an interruption came just after its start
            self._gathered = _Group()
        self._running = None

    def _start(self) -> None:
        group = self._gathered
        if group.items:
            self._running = (group, self._thread.submit(self._encode, group))
            self._gathered = _Group()

    def _encode(self, group: _Group[Item]) -> Made[Item]:
        texts = [text for _, some in group.items for text in some]
        parts = [np.empty((0, self.encoder.dimension), np.float32)]
        done = 0
        while done < len(texts) and not group.stopped:
            began = time.monotonic()
            part = texts[done : done + self._pace]
            parts.append(self.encoder.encode_documents(part, truncate=group.truncate))
            taken = max(time.monotonic() - began, 1e-3)
            self._pace = min(TEXTS, max(1, round(len(part) * SECONDS / taken)))
            done += len(part)
        joined = np.concatenate(parts).astype(np.float32)
        edges = pairwise(accumulate((len(some) for _, some in group.items), initial=0))
        return deque(
            (item, joined[start:end]) for (item, _), (start, end) in zip(group.items, edges, strict=True)
        )
