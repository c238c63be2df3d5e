"""Exact search in FAISS by stable ids; the only module that imports faiss."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from numpy.typing import NDArray

from embeddings.errors import IndexUnreadable
from embeddings.index import Scored, check_addition, check_query, refuse_held, unreadable

if TYPE_CHECKING:
    import faiss

_SLACK = 16  # how many results beyond k are fetched at first, to see whether a tie crosses the end


class FaissIndex:
    """Compares with every vector (IndexFlatIP under IndexIDMap2): nothing is approximate."""

    def __init__(self, dimension: int) -> None:
        import faiss

        self._index: Any = faiss.IndexIDMap2(faiss.IndexFlatIP(dimension))

    @property
    def dimension(self) -> int:
        """How many numbers a vector has."""
        return int(self._index.d)

    def __len__(self) -> int:
        return int(self._index.ntotal)

    def add(self, ids: NDArray[np.int64], vectors: NDArray[np.float32]) -> None:
        """Add vectors (n, dimension); raises ValueError for an id that is held, or another dimension."""
        check_addition(ids, vectors, self.dimension)
        refuse_held(ids[np.isin(ids, self.ids())])
        if len(ids):
            self._index.add_with_ids(
                np.ascontiguousarray(vectors, dtype=np.float32), np.ascontiguousarray(ids, dtype=np.int64)
            )

    def remove(self, ids: NDArray[np.int64]) -> int:
        """Remove these ids where they are held; returns how many were."""
        import faiss

        if not len(ids) or not len(self):
            return 0
        return int(self._index.remove_ids(faiss.IDSelectorBatch(np.ascontiguousarray(ids, dtype=np.int64))))

    def search(
        self, query: NDArray[np.float32], k: int, allowed: NDArray[np.int64] | None = None
    ) -> list[Scored]:
        """Return the k best for a query (dimension,), of the allowed ids if given; ValueError for k < 1."""
        import faiss

        check_query(query, k, self.dimension)
        limit = len(self) if allowed is None else min(len(self), len(allowed))
        if not limit:
            return []
        # OpenMP keeps this setting by thread; one query on several threads is slower than on one
        faiss.omp_set_num_threads(1)
        row = np.ascontiguousarray(query, dtype=np.float32).reshape(1, -1)
        parameters: Any = None
        if allowed is not None:
            selector = faiss.IDSelectorBatch(np.ascontiguousarray(allowed, dtype=np.int64))
            parameters = faiss.SearchParameters()
            parameters.sel = selector
        fetch = min(k + _SLACK, limit)
        while True:
            scores, ids = self._index.search(row, fetch, params=parameters)
            if fetch == limit or scores[0, fetch - 1] < scores[0, min(k, fetch) - 1]:
                break
            fetch = min(2 * fetch, limit)
        found = ids[0] >= 0
        hits = [
            Scored(int(id_), float(score)) for id_, score in zip(ids[0][found], scores[0][found], strict=True)
        ]
        return sorted(hits, key=lambda hit: (-hit.score, hit.id))[:k]

    def save(self, path: Path) -> None:
        """Write the index to one file."""
        import faiss

        faiss.write_index(self._index, str(path))

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read a saved index; raises IndexUnreadable."""
        import faiss

        try:
            loaded = faiss.read_index(str(path))
        except (RuntimeError, MemoryError) as error:
            raise unreadable(path, error) from error
        if not (isinstance(loaded, faiss.IndexIDMap2) and _is_flat(loaded)):
            raise IndexUnreadable(f"the index at {path} is of another kind; build the index again")
        index = cls.__new__(cls)
        index._index = loaded
        return index

    def ids(self) -> NDArray[np.int64]:
        """The ids of all vectors, in the order in which they were added."""
        import faiss

        ids: NDArray[np.int64] = faiss.vector_to_array(self._index.id_map)
        return ids


def _is_flat(index: faiss.IndexIDMap2) -> bool:
    import faiss

    return isinstance(faiss.downcast_index(index.index), faiss.IndexFlatIP)
