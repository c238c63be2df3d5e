"""Where documents come from: files, folders, and files inside archives and e-mails; it reads bytes and no formats."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import BinaryIO

from corpus.errors import GaveUp, UnreadableDocument
from corpus.formats import ARCHIVES, READERS, reader_name, worth_opening
from corpus.formats.containers import Member, is_container
from corpus.worker import Opening
from corpus.workers import Reading
from corpus.writer import Writer

MAX_BYTES = 50_000_000
"""A larger file is refused; no reader here needs more, and a mistaken video should not fill the memory."""
_CONTAINERS = (*ARCHIVES, ".eml")
_ZIPPED = b"PK"
_OPENER = "container/1"
"""Under this name it is remembered that a container could not be taken apart."""


@dataclass(frozen=True, slots=True)
class Source:
    """A text to add: the path to show, its identity (an absolute path, or "upload:name"), and its bytes.

    Without `data` it is read when its turn comes, from `file`, or else from the file that `key` names. `path` is text
    that can be stored and printed anywhere; `key` keeps the bytes of a name that is not UTF-8 as `os.fsdecode` does. A
    `member` is a file inside another: its key is that of the container, "!/", and its path in there.
    """

    path: str
    key: str
    data: bytes | None = None
    member: bool = False
    file: Path | None = None

    @property
    def name(self) -> str:
        """The file's name."""
        return Path(self.path).name

    def read(self) -> bytes:
        """Its bytes; raises UnreadableDocument with the reason if they cannot be had."""
        if self.data is not None:
            return self.data
        return read_file(self.file, self.name) if self.file else read_file(Path(self.key))


@dataclass(frozen=True, slots=True)
class Failure:
    """A source that was not added, and why, as a sentence."""

    path: str
    reason: str


def read_file(path: Path, name: str | None = None) -> bytes:
    """A file's bytes; raises UnreadableDocument with the reason, by its `name`, if they cannot be had."""
    name = name or shown(path.name)
    try:
        if not stat.S_ISREG(path.stat().st_mode):  # to open a pipe or a device may have effects
            raise UnreadableDocument(f"{name} is not an ordinary file.")
        # Not to wait should it have become a pipe by now; what is judged and read is what was opened.
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY)
        with os.fdopen(descriptor, "rb") as file:
            return _whole(file, name)
    except OSError as error:
        raise UnreadableDocument(f"{name} cannot be opened: {_cause(error)}.") from error


def _whole(file: BinaryIO, name: str) -> bytes:
    """All bytes of an open file, unless it is too large, no ordinary file, or being written just now."""
    before = os.fstat(file.fileno())
    if not stat.S_ISREG(before.st_mode):
        raise UnreadableDocument(f"{name} is not an ordinary file.")
    if before.st_size > MAX_BYTES:
        raise UnreadableDocument(
            f"{name} has {before.st_size:,} bytes; at most {MAX_BYTES:,} are read. Split the file."
        )
    data = file.read(MAX_BYTES + 1)
    after = os.fstat(file.fileno())
    if len(data) != after.st_size or (before.st_size, before.st_mtime_ns) != (
        after.st_size,
        after.st_mtime_ns,
    ):
        raise UnreadableDocument(
            f"{name} was changed while it was read; add it again when nobody writes to it any more."
        )
    return data


def _cause(error: OSError) -> str:
    return (error.strerror or str(error)).lower()


@dataclass(frozen=True, slots=True)
class Found:
    """The sources under some paths, in order of path; what is not there or not readable."""

    sources: list[Source]
    failed: list[Failure]
    skipped: list[str]


def find_sources(paths: Sequence[Path], library: Path) -> Found:
    """All readable files under the paths.

    Hidden files, the library itself and links to folders are passed over. A file that is named is taken whatever its kind.
    """
    found = Found([], [], [])
    seen: set[str] = set()
    for path in paths:
        try:
            is_folder = stat.S_ISDIR(path.stat().st_mode)
        except (FileNotFoundError, NotADirectoryError):
            found.failed.append(Failure(shown(str(path)), "is not there: no such file or folder."))
            continue
        except (OSError, ValueError) as error:
            reason = _cause(error) if isinstance(error, OSError) else str(error)
            found.failed.append(Failure(shown(str(path)), f"cannot be opened: {reason}."))
            continue
        files = _files(path, real(library), found) if is_folder else [(path, path.name)]
        for file, name in files:
            key = str(real(file))
            if key not in seen:
                seen.add(key)
                found.sources.append(Source(shown(name), key))
    return found


def _files(folder: Path, library: Path, found: Found) -> list[tuple[Path, str]]:
    """The readable files in a folder with their paths relative to it; what keeps others out goes to `found`."""
    kept, failures = [], len(found.failed)
    whole = real(folder)
    for file in _walk(folder, library, found):
        inner = str(file.relative_to(folder))
        if file.is_symlink() and not real(file).is_relative_to(whole):
            reason = "is a link that leads out of the folder; add what it leads to by its own path."
            found.failed.append(Failure(shown(inner), f"{shown(file.name)} {reason}"))
        elif worth_opening(file.name):
            kept.append((file, inner))
        else:
            found.skipped.append(shown(inner))
    if not kept and len(found.failed) == failures:
        found.failed.append(Failure(shown(str(folder)), f"holds nothing that can be read ({_kinds()})."))
    return kept


def _walk(folder: Path, library: Path, found: Found) -> Iterator[Path]:
    def closed(error: OSError) -> None:
        found.failed.append(Failure(shown(str(error.filename)), f"cannot be opened: {_cause(error)}."))

    for base, folders, files in os.walk(folder, onerror=closed):
        here = Path(base)
        if real(here) == library:
            folders.clear()
            continue
        links = [name for name in folders if not name.startswith(".") and (here / name).is_symlink()]
        found.skipped.extend(f"{shown(str((here / name).relative_to(folder)))}/" for name in sorted(links))
        folders[:] = sorted(name for name in folders if not name.startswith(".") and name not in links)
        yield from (here / name for name in sorted(files) if not name.startswith("."))


def real(path: Path) -> Path:
    """The path with no links in it, as far as they lead anywhere: `Path.resolve` raises RuntimeError for a circle."""
    return Path(os.path.realpath(path))


def shown(path: str) -> str:
    """A path as storable text; bytes of a name that are not UTF-8 become replacement characters."""
    return os.fsencode(path).decode("utf-8", "replace")


def _kinds() -> str:
    return ", ".join(sorted((*READERS, *ARCHIVES)))


@dataclass(frozen=True, slots=True)
class Unfolded:
    """A source opened: itself where it is a document (an e-mail is, an archive is not), and the files in it."""

    itself: Source | None
    inside: list[Source] = field(default_factory=list)
    failed: list[Failure] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)


class Unfolder:
    """Opens containers while a library is written: their files become sources, and those that are gone are removed."""

    def __init__(self, writer: Writer, reading: Reading, *, retry: bool) -> None:
        self._writer = writer
        self._reading = reading
        self._retry = retry
        self._held: dict[str, list[str]] | None = None  # the members in the library, by container

    def unfold(self, source: Source) -> Unfolded:
        """What is in a source; any source that is no container is all there is.

        An archive under another kind's name is known only where the source has its bytes with it.
        Raises UnreadableDocument; where taking it apart was given up that is remembered, and not tried again.
        """
        packed = source.data is not None and source.data.startswith(_ZIPPED)
        if source.member or not (packed or source.name.lower().endswith(_CONTAINERS)):
            return Unfolded(source)
        data = source.read()
        found = self._opened(source, data) if is_container(data, source.name) else None
        itself = None if reader_name(source.name, data) is None else replace(source, data=data)
        unfolded, kept = Unfolded(itself), set()
        for member in found or ():
            path, key = f"{source.path}/{member.name}", f"{source.key}!/{member.name}"
            if member.data is not None:
                unfolded.inside.append(Source(shown(path), key, member.data, member=True))
            elif member.reason:
                unfolded.failed.append(Failure(shown(path), f"{member.name} {member.reason}."))
            else:
                unfolded.skipped.append(shown(path))
            kept.add(key)
        for key in () if found is None else self._members_of(source.key):
            if key not in kept:
                self._writer.remove(key)
        return unfolded

    def _opened(self, source: Source, data: bytes) -> list[Member]:
        digest = hashlib.sha256(data).hexdigest()
        before = self._writer.failed(source.key, digest, _OPENER)
        if before is not None and not self._retry:
            raise UnreadableDocument(f"failed before: {before}. To try again, use --retry")
        try:
            return self._reading.open(Opening(data, source.name))
        except GaveUp as error:
            self._writer.fail(source.key, digest, _OPENER, str(error))
            raise

    def _members_of(self, container: str) -> list[str]:
        if self._held is None:
            self._held = {}
            for record in self._writer.sources():
                outer, sign, _inner = record.key.partition("!/")
                if sign:
                    self._held.setdefault(outer, []).append(record.key)
        return self._held.get(container, [])
