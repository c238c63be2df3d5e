"""A segmented index that is changed like one in memory: every change commits a new folder beside the one before."""

from __future__ import annotations

import itertools
import shutil
import tempfile
import weakref
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from embeddings.index import Scored
from embeddings.segment_builder import SegmentBuilder
from embeddings.segments import SegmentedIndex


class Growing:
    """The index with its folders, all of which stay until it is let go."""

    def __init__(self, dimension: int, base: Path | None = None) -> None:
        self.base = base or Path(tempfile.mkdtemp())
        if base is None:
            weakref.finalize(self, shutil.rmtree, self.base, ignore_errors=True)
        self._numbers = itertools.count()
        self.folder = self.base / "none"
        self.dimension = dimension
        self._commit(SegmentBuilder(self._next(), dimension))

    def _next(self) -> Path:
        self.upcoming = self.base / f"{next(self._numbers):06d}"
        return self.upcoming

    def _begin(self) -> SegmentBuilder:
        return SegmentBuilder(self._next(), self.dimension, self.folder)

    def _commit(self, builder: SegmentBuilder) -> None:
        builder.commit()
        self.folder = self.upcoming
        self.index = SegmentedIndex.open(self.folder)

    def add(self, ids: NDArray[np.int64], vectors: NDArray[np.float32]) -> None:
        builder = self._begin()
        builder.add(ids, vectors)
        self._commit(builder)

    def remove(self, ids: NDArray[np.int64]) -> int:
        builder = self._begin()
        count = builder.remove(ids)
        self._commit(builder)
        return count

    def search(
        self, query: NDArray[np.float32], k: int, allowed: NDArray[np.int64] | None = None
    ) -> list[Scored]:
        return self.index.search(query, k, allowed)

    def __len__(self) -> int:
        return len(self.index)
