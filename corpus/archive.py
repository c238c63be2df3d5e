"""The archive of originals and the durable-write steps that the library is built on; no database."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
from pathlib import Path

from corpus.errors import SourcebookError

_READ_ONLY = 0o444
_INCOMING_NAME = ".incoming"
_DIGEST = re.compile(r"[0-9a-f]{64}")


class Archive:
    """Immutable original bytes in a folder, each in a file named by its SHA-256."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path(self, digest: str) -> Path:
        """Where the original with this SHA-256 lies, or would lie."""
        return self.folder / digest[:2] / digest

    def write(self, digest: str, data: bytes) -> None:
        """Archive the bytes durably; what is there already and sound is left alone.

        Only one process may write at a time: the file being written always has the same name, so that what a
        crash leaves behind is replaced by the next write.
        """
        target = self.path(digest)
        if self._is_sound(target, digest, len(data)):
            return
        make_folder(target.parent)
        incoming = self.folder / _INCOMING_NAME
        incoming.unlink(missing_ok=True)
        try:
            with incoming.open("xb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            incoming.chmod(_READ_ONLY)
            incoming.replace(target)
        except OSError:
            incoming.unlink(missing_ok=True)
            raise
        sync_folder(target.parent)

    def remove_leftovers(self) -> None:
        """Remove what a crash left half written."""
        (self.folder / _INCOMING_NAME).unlink(missing_ok=True)

    def files(self) -> list[Path]:
        """List the originals, and what a crash left half written; other files that lie there are their owner's."""
        found = sorted(self.folder.rglob("*")) if self.folder.is_dir() else []
        return [path for path in found if self._is_own(path) and path.is_file()]

    def _is_own(self, path: Path) -> bool:
        return path == self.folder / _INCOMING_NAME or bool(_DIGEST.fullmatch(path.name))

    def read(self, digest: str, *, check: bool = True) -> bytes:
        """Return the original; SourcebookError when it is gone or (with `check`) not what was archived."""
        path = self.path(digest)
        try:
            data = path.read_bytes()
        except FileNotFoundError:
            raise SourcebookError(
                f"the archived original {path} is missing; add its document again"
            ) from None
        if check and hashlib.sha256(data).hexdigest() != digest:
            raise SourcebookError(
                f"the archived original {path} has been altered: its SHA-256 is not its name"
            )
        return data

    def _is_sound(self, target: Path, digest: str, size: int) -> bool:
        if not target.is_file() or target.stat().st_size != size:
            return False
        return hashlib.sha256(target.read_bytes()).hexdigest() == digest


def make_folder(folder: Path) -> None:
    """Create the folder and its missing parents, and make each new entry durable in the folder above it."""
    if folder.is_dir():
        return
    make_folder(folder.parent)
    folder.mkdir(exist_ok=True)
    sync_folder(folder.parent)


def sync_folder(folder: Path) -> None:
    """Make the folder's entries durable."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_tree(folder: Path) -> None:
    """Make every file below the folder, and every folder's entries, durable."""
    for parent, _, names in os.walk(folder, topdown=False):
        for name in names:
            descriptor = os.open(Path(parent, name), os.O_RDONLY)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
        sync_folder(Path(parent))


def remove_tree(path: Path) -> None:
    """Remove the folder and everything in it, or the file or link of this name, if it is there."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
