"""Inner products over rows of vectors, exact or by quantised codes; knows no ids. The only module that imports faiss."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from numpy.typing import NDArray

from embeddings.errors import BUILD_AGAIN, IndexUnreadable
from embeddings.index import unreadable

if TYPE_CHECKING:
    import faiss

_TRAINING = 16_384
"""How many rows the codes are learned from: 1,024 for each of the 16 values that a part can take."""
_BATCH = 32_768  # rows that are encoded at a time: bounds the memory
_WRITTEN_AT_ONCE = 1 << 20  # bytes
_BITS = 4
_PART = 2  # numbers of a vector that one code stands for


def products(query: NDArray[np.float32], vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """The inner product of a query (dimension,) with every row; equal rows get equal products wherever they stand."""
    import faiss

    found = np.empty(len(vectors), dtype=np.float32)
    if len(vectors):
        pointers = (faiss.swig_ptr(found), faiss.swig_ptr(query), faiss.swig_ptr(vectors))
        _swig(faiss).fvec_inner_products_ny(*pointers, vectors.shape[1], len(vectors))
    return found


def products_of(
    query: NDArray[np.float32], vectors: NDArray[np.float32], rows: NDArray[np.int64]
) -> NDArray[np.float32]:
    """The same for these rows alone, to the bit; only they are read."""
    import faiss

    found = np.empty(len(rows), dtype=np.float32)
    if len(rows):
        faiss.omp_set_num_threads(1)  # OpenMP keeps this by thread; one query on several is slower
        pointers = (faiss.swig_ptr(found), faiss.swig_ptr(query), faiss.swig_ptr(vectors))
        _swig(faiss).fvec_inner_products_by_idx(
            *pointers, faiss.swig_ptr(rows), vectors.shape[1], 1, len(rows)
        )
    return found


class Codes:
    """Every pair of numbers of every vector as one of 16 values: a sixteenth of the size, scanned in registers.

    Product quantisation with 4-bit codes (André, Kermarrec and Le Scouarnec, VLDB 2015; FAISS "fast scan").
    Its order is approximate: take many candidates and weigh them exactly.
    """

    def __init__(self, index: faiss.Index) -> None:
        self._index = index

    @staticmethod
    def possible(dimension: int) -> bool:
        """Whether vectors of this dimension can be coded."""
        return dimension % _PART == 0

    @classmethod
    def of(cls, vectors: NDArray[np.float32]) -> Self:
        """Learn the values from an even sample of the rows, and code all rows."""
        import faiss

        rows, dimension = vectors.shape
        index = faiss.IndexPQFastScan(dimension, dimension // _PART, _BITS, faiss.METRIC_INNER_PRODUCT)
        index.train(np.ascontiguousarray(vectors[:: max(1, rows // _TRAINING)]))
        for start in range(0, rows, _BATCH):
            index.add(np.ascontiguousarray(vectors[start : start + _BATCH]))
        return cls(index)

    def __len__(self) -> int:
        return int(self._index.ntotal)

    def nearest(self, query: NDArray[np.float32], count: int) -> NDArray[np.int64]:
        """The rows that seem nearest to a query (dimension,), about best first."""
        import faiss

        faiss.omp_set_num_threads(1)
        _, rows = self._index.search(query.reshape(1, -1), min(count, len(self)))
        found: NDArray[np.int64] = rows[0][rows[0] >= 0]
        return found

    def save(self, path: Path) -> None:
        """Write the codes to one file; raises OSError."""
        import faiss

        # given the path, faiss passes over what the disk refuses at the end
        with path.open("wb") as file:
            faiss.write_index(self._index, _swig(faiss).PyCallbackIOWriter(file.write, _WRITTEN_AT_ONCE))

    @classmethod
    def load(cls, path: Path, rows: int, dimension: int) -> Self:
        """Read saved codes of so many vectors of this dimension; raises IndexUnreadable."""
        import faiss

        index = _read(path)
        if not isinstance(index, faiss.IndexPQFastScan) or (index.ntotal, index.d) != (rows, dimension):
            raise IndexUnreadable(f"the index at {path} is of another kind; {BUILD_AGAIN}")
        return cls(index)


def read_flat(path: Path) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """The ids and vectors of an index file of format 1 (IndexIDMap2 over IndexFlatIP); raises IndexUnreadable."""
    import faiss

    loaded = _read(path)
    if not (isinstance(loaded, faiss.IndexIDMap2) and _is_flat(loaded)):
        raise IndexUnreadable(f"the index at {path} is of another kind; {BUILD_AGAIN}")
    flat = faiss.downcast_index(loaded.index)
    ids: NDArray[np.int64] = faiss.vector_to_array(loaded.id_map)
    vectors: NDArray[np.float32] = flat.reconstruct_n(0, flat.ntotal)
    return ids, vectors


def _swig(module: Any) -> Any:  # noqa: ANN401  # what is generated is missing from faiss's type stubs
    return module


def _read(path: Path) -> faiss.Index:
    import faiss

    try:
        return faiss.read_index(str(path))
    except (RuntimeError, MemoryError) as error:
        raise unreadable(path, error) from error


def _is_flat(index: faiss.IndexIDMap2) -> bool:
    import faiss

    return isinstance(faiss.downcast_index(index.index), faiss.IndexFlatIP)
