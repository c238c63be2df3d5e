"""Files that are zip archives inside (Word, OpenDocument, EPUB): sizes are checked first, all reading is bounded."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from corpus.errors import UnreadableDocument

if TYPE_CHECKING:
    from lxml.etree import _Element

MAXIMUM_ENTRIES = 5_000
MAXIMUM_TOTAL = 300_000_000
"""The most bytes that all entries of one archive may have together when unpacked."""
MAXIMUM_RATIO = 200
"""How many times larger than the packed bytes the unpacked ones may be; text rarely packs to less than a thirtieth."""
MAXIMUM_XML = 60_000_000
_ALWAYS_TAME = 20_000_000  # so small that the ratio does not matter
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # the others have no bound on what one step unpacks
_DRIVE = re.compile(r"^[A-Za-z]:")

BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, ValueError, IndexError)
"""What the zip module raises for damaged archives."""


@contextmanager
def opened(data: bytes, name: str, kind: str) -> Iterator[zipfile.ZipFile]:
    """The archive in these bytes; `kind` names it in errors ("a Word file").

    Raises UnreadableDocument for what is no archive, is damaged, locked, or would unpack to more than the limits;
    damage that shows only inside the block becomes that error, too.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            check_sizes(archive, len(data), name)
            if any(info.flag_bits & 1 for info in archive.infolist()):
                raise UnreadableDocument(
                    f"{name} is locked with a password; save it without one and add that"
                )
            yield archive
    except BROKEN as error:
        raise UnreadableDocument(f"{name} is not {kind}, or it is damaged or cut off ({error})") from error


def check_sizes(archive: zipfile.ZipFile, packed: int, name: str) -> None:
    """Raise UnreadableDocument if the archive would unpack to more than the limits."""
    entries = archive.infolist()
    total = sum(info.file_size for info in entries)
    reason = None
    if len(entries) > MAXIMUM_ENTRIES:
        reason = f"holds {len(entries):,} files and the limit is {MAXIMUM_ENTRIES:,}"
    elif total > MAXIMUM_TOTAL:
        reason = f"would unpack to {total:,} bytes and the limit is {MAXIMUM_TOTAL:,}"
    elif total > max(_ALWAYS_TAME, MAXIMUM_RATIO * packed) or sum(i.compress_size for i in entries) > packed:
        reason = f"would unpack from {packed:,} to {total:,} bytes, as no honest file does"
    if reason:
        raise UnreadableDocument(f"{name} {reason}; it is not read")


def names(archive: zipfile.ZipFile) -> frozenset[str]:
    """The paths of the files in it."""
    return frozenset(info.filename for info in archive.infolist() if not info.is_dir())


def part(archive: zipfile.ZipFile, path: str, limit: int = MAXIMUM_TOTAL) -> bytes:
    """The bytes of one entry; raises zipfile.BadZipFile when there are more than `limit` or none can be had."""
    try:
        info = archive.getinfo(path)
    except KeyError:
        raise zipfile.BadZipFile(f"it has no part {path}") from None
    if info.compress_type not in _METHODS:
        raise zipfile.BadZipFile(f"{path} is packed in a way that is not read here")
    with archive.open(info) as stream:
        data = stream.read(limit + 1)
    if len(data) > limit:
        raise zipfile.BadZipFile(f"{path} has more than {limit:,} bytes")
    return data


def xml(data: bytes) -> _Element:
    """The root of an XML part; entities are never expanded, nothing outside is read.

    Raises ValueError for broken XML and for a document type: office formats have none, attacks do.
    """
    from lxml import etree

    if len(data) > MAXIMUM_XML:
        raise ValueError(f"its XML has {len(data):,} bytes, more than {MAXIMUM_XML:,}")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False, load_dtd=False)
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise ValueError(f"its XML is broken: {error.msg}") from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise ValueError("its XML declares a document type, which no office program writes")
    return root


def xml_part(archive: zipfile.ZipFile, path: str) -> _Element | None:
    """The root of an XML part, or None if there is no such part."""
    return xml(part(archive, path, MAXIMUM_XML)) if path in names(archive) else None


def repacked(parts: Iterable[tuple[str, bytes]]) -> bytes:
    """A plain archive of these parts: for libraries that open archives by themselves."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        for path, data in parts:
            archive.writestr(zipfile.ZipInfo(path), data)
    return target.getvalue()


def safe_path(path: str) -> str:
    """An entry's path as text that can be shown and stored: relative, without "..", drives or control characters."""
    plain = "".join(c if c.isprintable() else "_" for c in path.replace("\\", "/"))
    pieces = [_DRIVE.sub("", piece).strip() for piece in plain.split("/")]
    kept = [piece[:200] for piece in pieces if piece not in ("", ".", "..")]
    return "/".join(kept[-20:]) or "unnamed"
