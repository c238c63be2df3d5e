"""Vectors by stable ids in immutable files: searched exactly while few, by codes and exact refinement when many."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import Final, Self, TypeVar

import numpy as np
from numpy.typing import NDArray

from embeddings.errors import BUILD_AGAIN, IndexUnreadable
from embeddings.faiss_index import Codes, products, products_of, read_flat
from embeddings.index import Scored, check_query, unreadable

Number = TypeVar("Number", np.int64, np.float32)

FORMAT: Final = 1
MANIFEST: Final = "segments.json"

EXACT_ROWS: Final = 100_000
"""Up to so many vectors every one is compared: under 20 ms at 384 dimensions."""
FILTERED_ROWS: Final = 25_000
"""So are up to so many that a filter leaves of a larger index; they lie apart, which makes each four times as dear."""
CODED_ROWS: Final = 20_000
"""In a larger index, segments of so many rows and more have codes."""
CANDIDATES: Final = 1_000
"""How many rows the codes give to the exact refinement, at least; `_FACTOR` for each result asked for."""
_FACTOR: Final = 10


@dataclass(frozen=True, slots=True)
class SegmentRecord:
    """What the manifest says of a segment; its files are `name` with a suffix."""

    name: str
    rows: int
    removed: int
    coded: bool


class Segment:
    """Rows that never change: ids and vectors mapped from files, the rows removed since, and perhaps codes."""

    def __init__(
        self,
        ids: NDArray[np.int64],
        vectors: NDArray[np.float32],
        removed: NDArray[np.int64],
        codes: Codes | None = None,
    ) -> None:
        self.ids, self.vectors, self.removed, self.codes = ids, vectors, removed, codes

    def __len__(self) -> int:
        """How many rows are not removed."""
        return len(self.ids) - len(self.removed)

    @cached_property
    def live(self) -> NDArray[np.bool_]:
        """Which rows are not removed."""
        live = np.ones(len(self.ids), dtype=np.bool_)
        live[self.removed] = False
        return live

    @cached_property
    def _order(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        order = np.argsort(self.ids)
        return order, np.asarray(self.ids)[order]

    def rows_of(self, ids: NDArray[np.int64]) -> NDArray[np.int64]:
        """The rows, not removed, of those of these ids that are here."""
        places, held = self._places(ids)
        rows: NDArray[np.int64] = self._order[0][places[held]]
        return rows[self.live[rows]] if len(self.removed) else rows

    def matching(self, ids: NDArray[np.int64], vectors: NDArray[np.float32]) -> int:
        """How many of these ids have just these vectors (n, dimension) here, to the bit."""
        places, held = self._places(ids)
        rows = self._order[0][places]
        held &= self.live[rows]
        same = self.vectors[rows[held]].view(np.uint32) == vectors[held].view(np.uint32)
        return int(same.all(axis=1).sum())

    def _places(self, ids: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
        """For each id its only possible place among the ids in order, and whether it stands there."""
        known = self._order[1]
        places = np.searchsorted(known, ids)
        places[places == len(known)] = 0
        return places, known[places] == ids

    def nearest(
        self, query: NDArray[np.float32], k: int, allowed: NDArray[np.int64] | None
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Ids and scores among which are the k best (with all that tie with the last); more may come."""
        if not len(self):
            return self.ids[:0], np.empty(0, dtype=np.float32)
        rows = None if allowed is None else self.rows_of(allowed)
        if self.codes is not None and (rows is None or len(rows) > FILTERED_ROWS):
            rows = self._candidates(self.codes, query, k, rows)
        elif rows is None:
            if len(self.removed):
                rows = np.flatnonzero(self.live)
            else:
                return self._best(np.arange(len(self.ids)), products(query, self.vectors), k)
        rows = np.sort(rows)
        return self._best(rows, products_of(query, self.vectors, rows), k)

    def _candidates(
        self, codes: Codes, query: NDArray[np.float32], k: int, rows: NDArray[np.int64] | None
    ) -> NDArray[np.int64]:
        """Rows that seem nearest by their codes, of `rows` alone if given."""
        wanted = max(CANDIDATES, _FACTOR * k)
        allowed = self.live
        if rows is not None:
            allowed = np.zeros(len(self.ids), dtype=np.bool_)
            allowed[rows] = True
        among = len(self) if rows is None else len(rows)
        fetch = wanted * len(self.ids) // among + 1
        while True:
            found = codes.nearest(query, fetch)
            found = found[allowed[found]]
            if len(found) >= min(wanted, among) // 2 or fetch >= len(self.ids):
                return found
            fetch *= 4  # what is allowed lies far from the question

    def _best(
        self, rows: NDArray[np.int64], scores: NDArray[np.float32], k: int
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        if len(rows) > k:
            best = np.flatnonzero(scores >= np.partition(scores, -k)[-k])
            rows, scores = rows[best], scores[best]
        return np.asarray(self.ids)[rows], scores


class SegmentedIndex:
    """A `VectorIndex` over segments, opened for searching; `SegmentBuilder` makes the files.

    Opening reads no vectors: they are mapped into memory, and pages that nobody asks for stay on the disk.
    """

    def __init__(self, dimension: int, segments: Sequence[Segment]) -> None:
        self._dimension = dimension
        self.segments = tuple(segments)

    @classmethod
    def open(cls, folder: Path) -> Self:
        """Open committed files, or one of format 1 beside them; raises IndexUnreadable."""
        if not folder.exists() and (old := folder.with_suffix(".faiss")).exists():
            ids, vectors = read_flat(old)
            return cls(vectors.shape[1], [Segment(ids, vectors, np.empty(0, dtype=np.int64))])
        dimension, records = read_manifest(folder)
        return cls(dimension, [_open(folder, record, dimension) for record in records])

    @property
    def dimension(self) -> int:
        """How many numbers a vector has."""
        return self._dimension

    @property
    def coded(self) -> int:
        """How many vectors are found by their codes; the others are always compared exactly."""
        return sum(len(segment) for segment in self.segments if segment.codes is not None)

    def __len__(self) -> int:
        return sum(len(segment) for segment in self.segments)

    def search(
        self, query: NDArray[np.float32], k: int, allowed: NDArray[np.int64] | None = None
    ) -> list[Scored]:
        """Return the k best for a query (dimension,), of the allowed ids if given; ValueError for k < 1."""
        check_query(query, k, self.dimension)
        row = np.ascontiguousarray(query, dtype=np.float32)
        among = None if allowed is None else np.asarray(allowed, dtype=np.int64)
        if among is not None and not (among[1:] > among[:-1]).all():
            among = np.unique(among)
        return _settle([segment.nearest(row, k, among) for segment in self.segments], k)

    def exact(self, query: NDArray[np.float32], k: int) -> list[Scored]:
        """The same with every vector compared: what recall is measured against."""
        check_query(query, k, self.dimension)
        row = np.ascontiguousarray(query, dtype=np.float32)
        plain = (Segment(one.ids, one.vectors, one.removed) for one in self.segments)
        return _settle([segment.nearest(row, k, None) for segment in plain], k)

    def ids(self) -> NDArray[np.int64]:
        """The ids of all vectors."""
        parts = [np.asarray(segment.ids)[segment.live] for segment in self.segments]
        return np.concatenate([np.empty(0, dtype=np.int64), *parts])

    def matching(self, ids: NDArray[np.int64], vectors: NDArray[np.float32]) -> int:
        """How many of these ids have just these vectors (n, dimension) here, to the bit."""
        return sum(segment.matching(ids, vectors) for segment in self.segments)

    def sample(self, count: int) -> Iterator[NDArray[np.float32]]:
        """Up to so many vectors, spread evenly over the index."""
        for segment in self.segments:
            rows = np.flatnonzero(segment.live)
            share = max(1, round(count * len(rows) / max(1, len(self))))
            for row in rows[:: max(1, len(rows) // share)][:share]:
                yield np.array(segment.vectors[row], dtype=np.float32)


def _settle(parts: Sequence[tuple[NDArray[np.int64], NDArray[np.float32]]], k: int) -> list[Scored]:
    ids = np.concatenate([np.empty(0, dtype=np.int64), *(ids for ids, _ in parts)])
    scores = np.concatenate([np.empty(0, dtype=np.float32), *(scores for _, scores in parts)])
    best = np.lexsort((ids, -scores))[:k]
    return [Scored(int(ids[place]), float(scores[place])) for place in best]


def read_manifest(folder: Path) -> tuple[int, list[SegmentRecord]]:
    """The dimension and the segments of an index; raises IndexUnreadable."""
    path = folder / MANIFEST
    try:
        held = json.loads(path.read_text(encoding="utf-8"))
        if held["format"] != FORMAT:
            raise IndexUnreadable(f"the index at {folder} has format {held['format']}; {BUILD_AGAIN}")
        return int(held["dimension"]), [SegmentRecord(**record) for record in held["segments"]]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise unreadable(folder, error) from error


def write_manifest(folder: Path, dimension: int, records: Sequence[SegmentRecord]) -> None:
    """Say what an index is made of; without this file it is none."""
    held = {"format": FORMAT, "dimension": dimension, "segments": [asdict(record) for record in records]}
    (folder / MANIFEST).write_text(json.dumps(held, indent=1), encoding="utf-8")


def _open(folder: Path, record: SegmentRecord, dimension: int) -> Segment:
    ids = _mapped(folder / f"{record.name}.ids", np.int64, (record.rows,))
    vectors = _mapped(folder / f"{record.name}.vectors", np.float32, (record.rows, dimension))
    removed = _mapped(folder / f"{record.name}.removed", np.int64, (record.removed,))
    if len(removed) and not 0 <= int(removed.min()) <= int(removed.max()) < record.rows:
        raise IndexUnreadable(f"the index at {folder} is damaged (rows removed that are none); {BUILD_AGAIN}")
    codes = Codes.load(folder / f"{record.name}.codes", record.rows, dimension) if record.coded else None
    return Segment(ids, vectors, removed, codes)


def _mapped(path: Path, kind: type[Number], shape: tuple[int, ...]) -> NDArray[Number]:
    """The numbers in a file, mapped and not read; raises IndexUnreadable where its size is not theirs."""
    size = int(np.prod(shape)) * np.dtype(kind).itemsize
    if not size:
        return np.empty(shape, dtype=kind)
    try:
        if path.stat().st_size != size:
            raise IndexUnreadable(
                f"the index at {path} is damaged ({path.stat().st_size:,} bytes, not {size:,}); {BUILD_AGAIN}"
            )
        mapped = np.memmap(path, dtype=kind, mode="r", shape=shape)
    except OSError as error:
        raise unreadable(path, error) from error
    return np.asarray(mapped)
