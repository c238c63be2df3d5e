"""What a vector index promises, and the exact reference in numpy; knows ids and arrays, no texts."""

from __future__ import annotations

import errno
from pathlib import Path
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from embeddings.disk import told_by_disk
from embeddings.errors import BUILD_AGAIN, IndexUnreadable, first_line


class Scored(NamedTuple):
    """An id and its score for one question; higher is better."""

    id: int
    score: float


class VectorIndex(Protocol):
    """The nearest vectors by inner product.

    Ids are non-negative 63-bit integers, each held once. Results come by (-score, id), and ties across the
    end of the list are settled by id as well, so that the order of adding never shows. A query is searched
    alone: its scores never depend on other queries. Searches may run in several threads.
    """

    @property
    def dimension(self) -> int:
        """How many numbers a vector has."""
        ...

    def search(
        self, query: NDArray[np.float32], k: int, allowed: NDArray[np.int64] | None = None
    ) -> list[Scored]:
        """Return the k best for a query (dimension,), of the allowed ids if given; ValueError for k < 1."""
        ...

    def __len__(self) -> int: ...


class ExactIndex:
    """Compares with every vector in numpy: the reference that other indexes are held against."""

    def __init__(self, dimension: int) -> None:
        self._ids = np.empty(0, dtype=np.int64)
        self._vectors = np.empty((0, dimension), dtype=np.float32)

    @property
    def dimension(self) -> int:
        """How many numbers a vector has."""
        return int(self._vectors.shape[1])

    def __len__(self) -> int:
        return len(self._ids)

    def add(self, ids: NDArray[np.int64], vectors: NDArray[np.float32]) -> None:
        """Add vectors (n, dimension); raises ValueError for an id that is held, or another dimension."""
        check_addition(ids, vectors, self.dimension)
        refuse_held(ids[np.isin(ids, self._ids)])
        self._ids = np.concatenate([self._ids, ids])
        self._vectors = np.concatenate([self._vectors, vectors.astype(np.float32)])

    def remove(self, ids: NDArray[np.int64]) -> int:
        """Remove these ids where they are held; returns how many were."""
        stays = ~np.isin(self._ids, ids)
        self._ids, self._vectors = self._ids[stays], self._vectors[stays]
        return int((~stays).sum())

    def search(
        self, query: NDArray[np.float32], k: int, allowed: NDArray[np.int64] | None = None
    ) -> list[Scored]:
        """Return the k best for a query (dimension,), of the allowed ids if given; ValueError for k < 1."""
        check_query(query, k, self.dimension)
        ids, vectors = self._ids, self._vectors
        if allowed is not None:
            rows = np.isin(ids, allowed)
            ids, vectors = ids[rows], vectors[rows]
        # einsum treats every row alike; a BLAS product may round equal vectors in different rows differently
        scores = np.einsum("ij,j->i", vectors, query.astype(np.float32))
        best = np.lexsort((ids, -scores))[:k]
        return [Scored(int(ids[row]), float(scores[row])) for row in best]


def check_addition(ids: NDArray[np.int64], vectors: NDArray[np.float32], dimension: int) -> None:
    """Refuse arrays that do not belong together or into an index of this dimension (ValueError)."""
    if vectors.ndim != 2 or vectors.shape[1] != dimension:
        raise ValueError(f"the index has {dimension} dimensions, the vectors have shape {vectors.shape}")
    if ids.shape != (len(vectors),):
        raise ValueError(f"{len(vectors)} vectors came with ids of shape {ids.shape}")
    if len(ids) and int(ids.min()) < 0:
        raise ValueError(f"ids are never negative, got {int(ids.min())}")
    if not np.isfinite(vectors).all():
        raise ValueError("a vector holds a number that is not finite")
    values, counts = np.unique(ids, return_counts=True)
    if len(values) < len(ids):
        raise ValueError(f"id {int(values[counts > 1][0])} is given twice")


def refuse_held(held: NDArray[np.int64]) -> None:
    """Refuse to add ids that the index holds already (ValueError)."""
    if len(held):
        raise ValueError(f"id {int(held[0])} is in the index already; remove it first")


def check_query(query: NDArray[np.float32], k: int, dimension: int) -> None:
    """Refuse a query vector of another dimension, or a list of no length (ValueError)."""
    if query.shape != (dimension,):
        raise ValueError(f"the index has {dimension} dimensions, the query has shape {query.shape}")
    if k < 1:
        raise ValueError(f"at least one result must be asked for, got k={k}")


def unreadable(path: Path, error: BaseException) -> IndexUnreadable:
    """Make the error for an index that cannot be read."""
    if told_by_disk(error) in (errno.EACCES, errno.EPERM):
        return IndexUnreadable(
            f"the index at {path} cannot be read: permission denied; check who owns the folder and its files"
        )
    if isinstance(error, FileNotFoundError) or not path.exists():
        return IndexUnreadable(f"there is no index at {path}; {BUILD_AGAIN}")
    return IndexUnreadable(f"the index at {path} is damaged ({first_line(error)}); {BUILD_AGAIN}")
