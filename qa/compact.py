"""A library's index files written anew without what was removed: its own step, published like everything else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from corpus.library import Library
from qa.generation import builder, leftovers


@dataclass(frozen=True, slots=True)
class Compaction:
    """What was done: how many removed passages the old index files still carried; nothing is published for none."""

    passages: int
    published: bool


def compact(
    library: Path, *, wait: float | None = None, waiting: Callable[[str], None] | None = None
) -> Compaction:
    """Build the index files from nothing if they carry anything removed, as the library's one writer.

    Questions are answered from the old files meanwhile; interrupted or killed, it has changed nothing.

    Raises:
        LibraryNotFound, LibraryIncompatible, LibraryBusy: as for adding.
    """
    with Library.open(library) as opened, opened.writer(wait, waiting) as writer:
        settings, folder = writer.settings, writer.generation.folder
        if settings is None or folder is None:
            return Compaction(0, published=False)
        left = leftovers(folder)
        if not left:
            return Compaction(0, published=False)
        writer.publish(builder(settings.dimension), rebuild=True)
        return Compaction(left, published=True)
