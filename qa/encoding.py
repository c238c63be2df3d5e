"""Documents' passages encoded together, behind the reading and cutting of the next documents; knows no library."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import pairwise
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


@dataclass(slots=True)
class _Group(Generic[Item]):
    """Items with their texts one after the other, `counts` of them each; all cut, or none."""

    truncate: bool = False
    items: list[Item] = field(default_factory=list)
    counts: list[int] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    size: int = 0
    stopped: bool = False

    def takes(self, texts: Sequence[str], truncate: bool, size: int) -> bool:
        fits = len(self.texts) + len(texts) <= TEXTS and self.size + size <= MOST_BYTES
        return not self.items or (fits and self.truncate == truncate)


class Encoding(Generic[Item]):
    """Has items stored with the vectors of their texts, in the order in which they came.

    One group of items is encoded, in a thread of its own, while the next one gathers; there are never more. The slower the
    encoder, the larger they grow. To be used from one thread, in which `store` is called, as a context manager, which waits
    for that other thread at its end.
    All methods raise what `store` raises, and what the encoder raised for texts of an earlier item.
    """

    def __init__(self, encoder: Encoder, store: Callable[[Item, Vectors], None]) -> None:
        self.encoder = encoder
        self._store = store
        self._thread = ThreadPoolExecutor(1)
        self._gathered: _Group[Item] = _Group()
        self._running: tuple[_Group[Item], Future[list[Vectors]]] | None = None
        self._encoded: deque[tuple[Item, Vectors]] = deque()

    def items(self) -> list[Item]:
        """Those that are not stored, in their order."""
        running = self._running[0].items if self._running else ()
        return [*(item for item, _ in self._encoded), *running, *self._gathered.items]

    def add(self, item: Item, texts: Sequence[str], *, truncate: bool = False, size: int = 0) -> None:
        """Take an item of so many bytes, with any number of texts."""
        if not self._gathered.takes(texts, truncate, size):
            self._collect()
            self._start()
        group = self._gathered
        group.truncate = truncate
        group.items.append(item)
        group.counts.append(len(texts))
        group.texts.extend(texts)
        group.size += size
        self.meanwhile()

    def meanwhile(self) -> None:
        """Store what is encoded, without waiting; what has gathered is begun with where nothing else is being encoded."""
        if self._running is None or self._running[1].done():
            self._collect()
            self._start()

    def finish(self) -> None:
        """Store all."""
        self._collect()
        self._start()
        self._collect()

    def give_up(self) -> None:
        """Store what can be had soon: a single item with many texts is let go of, wherever its encoding is."""
        if self._running is not None and len(self._running[0].texts) > TEXTS:
            self._running[0].stopped, self._running = True, None
        if len(self._gathered.texts) > TEXTS:
            self._gathered = _Group()
        self.finish()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._running is not None:
            self._running[0].stopped = True
        self._thread.shutdown(cancel_futures=True)

    def _collect(self) -> None:
        """Wait for what is being encoded, and store it, with what an interruption left over."""
        if self._running is not None:
            group, future = self._running
            self._encoded.extend(zip(group.items, future.result(), strict=True))
            self._running = None
        while self._encoded:
            self._store(*self._encoded.popleft())

    def _start(self) -> None:
        group = self._gathered
        if group.items:
            self._gathered = _Group()
            self._running = (group, self._thread.submit(self._encode, group))

    def _encode(self, group: _Group[Item]) -> list[Vectors]:
        parts = []
        for start in range(0, len(group.texts), TEXTS):
            if group.stopped:
                break
            part = group.texts[start : start + TEXTS]
            parts.append(self.encoder.encode_documents(part, truncate=group.truncate))
        joined = np.concatenate(parts) if parts else np.empty((0, self.encoder.dimension), np.float32)
        edges = np.cumsum([0, *group.counts])
        return [joined[start:end].astype(np.float32) for start, end in pairwise(edges)]
