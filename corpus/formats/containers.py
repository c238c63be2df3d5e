"""Files in files: what a zip archive or an e-mail carries, unpacked in memory within limits, each under a safe name."""

from __future__ import annotations

import io
import stat
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import PurePath

from corpus.errors import UnreadableDocument
from corpus.formats import MAXIMUM_BINARY_BYTES, worth_opening
from corpus.formats.mail import attachments, taken_apart
from corpus.formats.package import BROKEN, MAXIMUM_ENTRIES, MAXIMUM_TOTAL, check_sizes, safe_path
from corpus.formats.sniff import kind

MAXIMUM_DEPTH = 3
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_LITTER = ("__MACOSX", "Thumbs.db", "desktop.ini")


@dataclass(frozen=True, slots=True)
class Member:
    """One file inside another; `name` is its path there, with "/" and without "..".

    `data` is None for what is not read: then `reason` says why, or is empty if there is no reader for its kind.
    """

    name: str
    data: bytes | None
    reason: str = ""


@dataclass(slots=True)
class _Budget:
    """How much may still be unpacked from one outermost file."""

    entries: int = field(default_factory=lambda: MAXIMUM_ENTRIES)
    total: int = field(default_factory=lambda: MAXIMUM_TOTAL)
    seen: set[str] = field(default_factory=set)

    def take(self, size: int) -> None:
        self.entries -= 1
        self.total -= size
        if self.entries < 0 or self.total < 0:
            raise UnreadableDocument(
                f"holds more than {MAXIMUM_ENTRIES:,} files or {MAXIMUM_TOTAL:,} bytes in all; unpack it and add the folder"
            )

    def name(self, wanted: str) -> str:
        """The name itself, or with a number where the container has it twice."""
        stem, dot, suffix = wanted.rpartition(".")
        name, number = wanted, 1
        while name in self.seen:
            number += 1
            name = f"{stem} ({number}){dot}{suffix}" if dot and "/" not in suffix else f"{wanted} ({number})"
        self.seen.add(name)
        return name


def is_container(data: bytes, name: str) -> bool:
    """Whether the file is a zip archive or an e-mail; office files, zip archives inside, are none."""
    return _kind(data, name) in (".zip", ".eml")


def members(data: bytes, name: str) -> list[Member] | None:
    """The files in a zip archive or attached to an e-mail, also those in archives in it; None for any other file.

    Hidden files and folders of file managers are passed over. Raises UnreadableDocument if the container is damaged
    or beyond the limits; a single member that cannot be had is told in its `reason`.
    """
    if not is_container(data, name):
        return None
    try:
        return list(_inside(data, PurePath(name).name, "", 1, _Budget()))
    except BROKEN as error:
        raise UnreadableDocument(f"{name} is damaged or cut off ({error})") from error
    except UnreadableDocument as error:
        message = str(error)
        raise UnreadableDocument(message if message.startswith(name) else f"{name} {message}") from error


def _kind(data: bytes, name: str) -> str:
    try:
        return kind(data, PurePath(name).suffix.lower())
    except UnreadableDocument:
        return ""


def _inside(data: bytes, name: str, folder: str, depth: int, budget: _Budget) -> Iterator[Member]:
    found = _unzipped(data, name, budget) if _kind(data, name) == ".zip" else _attached(data, name, budget)
    for member in found:
        path = budget.name(folder + member.name)
        if member.data is None:
            yield Member(path, None, member.reason)
            continue
        inner = _kind(member.data, member.name)
        if inner == ".zip" and depth >= MAXIMUM_DEPTH:
            yield Member(path, None, f"is an archive in {depth} others; unpack it and add what it holds")
            continue
        if inner != ".zip":
            yield Member(path, member.data)
        if inner in (".zip", ".eml") and depth < MAXIMUM_DEPTH:
            yield from _nested(member.data, path, depth, budget)


def _nested(data: bytes, path: str, depth: int, budget: _Budget) -> Iterator[Member]:
    """The files in a container in a container; one that is damaged costs itself only."""
    inner, empty = PurePath(path).name, True
    try:
        for member in _inside(data, inner, f"{path}/", depth + 1, budget):
            empty = False
            yield member
        if empty and _kind(data, inner) == ".zip":
            yield Member(path, None, "holds nothing that can be read")
    except BROKEN as error:
        yield Member(path, None, f"is damaged or cut off ({error})")
    except UnreadableDocument as error:
        if budget.entries < 0 or budget.total < 0:
            raise
        yield Member(path, None, str(error).removeprefix(inner).strip())


def _attached(data: bytes, name: str, budget: _Budget) -> Iterator[Member]:
    for path, content in attachments(taken_apart(data, name)):
        budget.take(len(content))
        yield Member(path, content if worth_opening(path) else None)


def _unzipped(data: bytes, name: str, budget: _Budget) -> Iterator[Member]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        check_sizes(archive, len(data), name)
        for info in archive.infolist():
            path = safe_path(_decoded_name(info))
            pieces = path.split("/")
            if info.is_dir() or pieces[-1].startswith(".") or any(piece in _LITTER for piece in pieces):
                continue
            if reason := _refused(info):
                yield Member(path, None, reason)
            elif not worth_opening(path):
                budget.take(0)
                yield Member(path, None)
            else:
                yield _unpacked(archive, info, path, budget)


def _refused(info: zipfile.ZipInfo) -> str:
    if info.flag_bits & 1:
        return "is locked with a password; unpack it and add the file"
    if info.compress_type not in _METHODS:
        return "is packed in a way that is not read here; unpack it and add the file"
    if stat.S_ISLNK(info.external_attr >> 16):
        return "is a link and no file"
    if info.file_size > MAXIMUM_BINARY_BYTES:
        return f"has {info.file_size:,} bytes and the limit is {MAXIMUM_BINARY_BYTES:,}"
    return ""


def _unpacked(archive: zipfile.ZipFile, info: zipfile.ZipInfo, path: str, budget: _Budget) -> Member:
    budget.take(info.file_size)
    try:
        with archive.open(info) as stream:
            data = stream.read(info.file_size + 1)
    except BROKEN as error:
        return Member(path, None, f"is damaged or cut off ({error})")
    return Member(path, data)


def _decoded_name(info: zipfile.ZipInfo) -> str:
    """The entry's name; one that is not marked as UTF-8 may still be it."""
    if info.flag_bits & 0x800:
        return info.filename
    try:
        return info.filename.encode("cp437").decode("utf-8")
    except UnicodeError:
        return info.filename
