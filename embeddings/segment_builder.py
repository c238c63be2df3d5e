"""Writes the files of a segmented index: what is added becomes a segment, small neighbours are joined, many rows coded."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from embeddings.faiss_index import Codes
from embeddings.files import link
from embeddings.index import check_addition, refuse_held
from embeddings.segments import (
    CODED_ROWS,
    EXACT_ROWS,
    Segment,
    SegmentedIndex,
    SegmentRecord,
    read_manifest,
    write_manifest,
)

TAIL_ROWS: Final = 4_096
"""Segments up to this size are always joined with what comes: a few MB to copy."""
GROWTH: Final = 2
"""A segment is joined with what comes if it has no more than so many times its rows: each row is copied seldom."""
WASTE: Final = 0.25
"""A segment is written anew when this share of its rows is removed."""
_BATCH = 8_192  # rows that are copied at a time: bounds the memory


class SegmentBuilder:
    """Makes an index in a new folder, from nothing or from a previous one that stays as it is; removals come first.

    Files that do not change are shared with the previous folder by hard links where the disk allows it. Vectors that
    are added go to the disk at once: memory does not grow with them, but for their ids.
    """

    def __init__(self, folder: Path, dimension: int, previous: Path | None = None) -> None:
        folder.mkdir(parents=True)
        self._folder = folder
        self._dimension = dimension
        self._previous = previous
        self._records: list[SegmentRecord] = []
        self._segments: list[Segment] = []
        if previous is not None:
            _, self._records = read_manifest(previous)
            self._segments = list(SegmentedIndex.open(previous).segments)
        numbers = [int(record.name[1:]) for record in self._records]
        self._name = f"s{max(numbers, default=0) + 1:06d}"
        self._new: list[NDArray[np.int64]] = []

    def remove(self, ids: NDArray[np.int64]) -> int:
        """Remove these ids where they are held; returns how many were."""
        count = 0
        doomed = np.unique(np.asarray(ids, dtype=np.int64))
        for number, segment in enumerate(self._segments):
            rows = segment.rows_of(doomed)
            count += len(rows)
            if len(rows):
                removed = np.union1d(segment.removed, rows)
                self._segments[number] = Segment(segment.ids, segment.vectors, removed, segment.codes)
        return count

    def add(self, ids: NDArray[np.int64], vectors: NDArray[np.float32]) -> None:
        """Add vectors (n, dimension); raises ValueError for an id that is held, or another dimension."""
        check_addition(ids, vectors, self._dimension)
        for segment in self._segments:
            refuse_held(np.asarray(segment.ids)[segment.rows_of(ids)])
        self._write(ids, vectors)

    def commit(self) -> None:
        """Finish the files; the builder is of no use afterwards. Raises OSError."""
        self._join()
        ids = np.concatenate([np.empty(0, dtype=np.int64), *self._new])
        if len(np.unique(ids)) < len(ids):
            raise ValueError("an id was added twice")
        for record, segment in zip(self._records, self._segments, strict=True):
            self._take_over(record, segment)
        if len(ids):
            self._path(self._name, "ids").write_bytes(ids.data)
            self._records.append(SegmentRecord(self._name, len(ids), 0, coded=False))
        else:
            self._path(self._name, "vectors").unlink(missing_ok=True)
        self._code()
        write_manifest(self._folder, self._dimension, self._records)

    def _write(self, ids: NDArray[np.int64], vectors: NDArray[np.float32]) -> None:
        with self._path(self._name, "vectors").open(
            "ab"
        ) as file:  # open no longer than this: errors leave none behind
            file.write(np.ascontiguousarray(vectors, dtype=np.float32).data)  # tofile hides the errno
        self._new.append(np.array(ids, dtype=np.int64))

    def _join(self) -> None:
        """Copy what is left of small and wasteful segments behind the new rows, and let go of them."""
        rows = sum(len(ids) for ids in self._new)
        for number in reversed(range(len(self._segments))):
            segment = self._segments[number]
            wasteful = len(segment.removed) > WASTE * len(segment.ids)
            small = rows and len(segment) <= max(TAIL_ROWS, GROWTH * rows)
            if wasteful or small:
                kept = np.flatnonzero(segment.live)
                for start in range(0, len(kept), _BATCH):
                    part = kept[start : start + _BATCH]
                    self._write(np.asarray(segment.ids)[part], segment.vectors[part])
                rows += len(kept)
                del self._segments[number], self._records[number]

    def _take_over(self, record: SegmentRecord, segment: Segment) -> None:
        assert self._previous is not None
        for suffix in ("ids", "vectors", *(["codes"] if record.coded else [])):
            link(self._previous / f"{record.name}.{suffix}", self._path(record.name, suffix))
        place = self._records.index(record)
        self._records[place] = replace(record, removed=len(segment.removed))
        if len(segment.removed):
            removed = np.ascontiguousarray(segment.removed, dtype=np.int64)
            self._path(record.name, "removed").write_bytes(removed.data)

    def _code(self) -> None:
        """Give codes to the large segments of a large index."""
        live = sum(record.rows - record.removed for record in self._records)
        if live <= EXACT_ROWS or not Codes.possible(self._dimension):
            return
        for place, record in enumerate(self._records):
            if record.rows >= CODED_ROWS and not record.coded:
                shape = (record.rows, self._dimension)
                vectors = np.memmap(
                    self._path(record.name, "vectors"), dtype=np.float32, mode="r", shape=shape
                )
                Codes.of(np.asarray(vectors)).save(self._path(record.name, "codes"))
                self._records[place] = replace(record, coded=True)

    def _path(self, name: str, suffix: str) -> Path:
        return self._folder / f"{name}.{suffix}"
