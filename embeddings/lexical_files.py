"""The files of a word index: linked where nothing can be written, checked by their sums, their errors in our words."""

from __future__ import annotations

import json
import os
import struct
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Final

from embeddings.errors import IndexUnreadable
from embeddings.files import link
from embeddings.index import unreadable

META: Final = "meta.json"
_MANAGED = ".managed.json"
_LOCKS = frozenset({".tantivy-writer.lock", ".tantivy-meta.lock"})
_END = struct.Struct("<II")
"""How every file but META ends (tantivy 0.27, footer.rs): JSON with the CRC-32 of all before it, its length, and 1337."""
_MAGIC = 1337
_CHUNK = 1 << 20


@contextmanager
def readable(folder: Path) -> Iterator[None]:
    """Turn what tantivy says about files that it cannot make sense of into IndexUnreadable."""
    try:
        yield
    except (ValueError, OverflowError) as error:
        raise unreadable(folder, error) from error
    except BaseException as error:
        if type(error).__name__ != "PanicException":  # of pyo3, whose module cannot be imported
            raise
        raise unreadable(folder, error) from error


@contextmanager
def linked(folder: Path) -> Iterator[Path]:
    """Give a passing folder with links to the files of an index, for a reader that makes files beside them.

    Raises IndexUnreadable, also where there is no place for it.
    """
    try:
        links = tempfile.TemporaryDirectory(prefix="sourcebook-")
    except OSError as error:
        raise IndexUnreadable(
            f"the index at {folder} lies where nothing can be written, and so do all folders for passing files "
            f"({error.strerror or error}); set TMPDIR to one that can be written"
        ) from error
    with links as name:
        try:
            for file in folder.iterdir():
                if not file.name.startswith("."):
                    (Path(name) / file.name).symlink_to(file.absolute())
        except OSError as error:
            raise unreadable(folder, error) from error
        yield Path(name)


def take_over(previous: Path, folder: Path) -> None:
    """Give the files of a committed index, which tantivy never changes, a second name in a new folder."""
    for file in sorted(previous.iterdir()):
        if file.name not in _LOCKS:
            link(file, folder / file.name)


def share(folder: Path) -> None:
    """Let whoever may look into the folder read all of it: tantivy keeps two of its files for their owner."""
    for name in (META, _MANAGED):
        (folder / name).chmod(folder.stat().st_mode & 0o666)


def damaged(folder: Path) -> Iterator[Path]:
    """The files of a committed index that are not as they were written; all of them are read.

    META has no sum of its own. Raises IndexUnreadable for a folder that is gone or closed.
    """
    try:
        for file in sorted(folder.iterdir()):
            if not file.name.startswith(".") and file.name != META and not _is_whole(file):
                yield file
    except OSError as error:
        raise unreadable(folder, error) from error


def _is_whole(path: Path) -> bool:
    with path.open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        if size < _END.size:
            return False
        file.seek(size - _END.size)
        length, magic = _END.unpack(file.read())
        body = size - _END.size - length
        if magic != _MAGIC or body < 0:
            return False
        file.seek(body)
        try:
            told = json.loads(file.read(length))["crc"]
        except (ValueError, KeyError, TypeError):
            return False
        file.seek(0)
        return bool(told == _sum(file, body))


def _sum(file: BinaryIO, size: int) -> int:
    """The CRC-32 of so many bytes from here."""
    found = 0
    for start in range(0, size, _CHUNK):
        found = zlib.crc32(file.read(min(_CHUNK, size - start)), found)
    return found
