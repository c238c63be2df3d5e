"""Documents into a library: find the files, read, cut, encode, stage each one, publish all as one generation."""

from __future__ import annotations

import hashlib
import os
import re
import stat
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from corpus.chunk import chunk, encoder_text
from corpus.errors import InvalidInput, UnreadableDocument
from corpus.formats import READERS, read, readable, reader_name
from corpus.library import Library
from corpus.records import Source as Place
from corpus.records import Status
from corpus.types import Document, Passage
from corpus.writer import Writer
from embeddings.encode import Encoder
from qa.generation import builder, check_compatible, check_growable, settings_of

MAX_BYTES = 50_000_000
"""A larger file is refused; no reader here needs more, and a mistaken video should not fill the memory."""
PUBLISH_SECONDS = 120.0
"""A long run publishes what it has this often, so that questions can be asked meanwhile."""
_DOCUMENT_ID = re.compile(r"[0-9a-f]{6,64}")


class Outcome(StrEnum):
    """What became of one source."""

    ADDED = "added"
    UNCHANGED = "unchanged"
    REPLACED = "replaced"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Source:
    """A text to add: the path to show, its identity (an absolute path, or "upload:name"), and its bytes.

    Without `data` the file named by `key` is read when its turn comes. `path` is text that can be stored and
    printed anywhere; `key` keeps the bytes of a name that is not UTF-8 as `os.fsdecode` does.
    """

    path: str
    key: str
    data: bytes | None = None


@dataclass(frozen=True, slots=True)
class Prepared:
    """A document that was not read from a file's bytes, with the passages it is to be cut into (None: the usual cut)."""

    source: Source
    document: Document
    passages: tuple[Passage, ...] | None = None


@dataclass(frozen=True, slots=True)
class Progress:
    """One step: the source at hand, how many are done of how many, and, when it is done, its outcome."""

    path: str
    done: int
    total: int
    outcome: Outcome | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Failure:
    """A source that was not added, and why, as a sentence."""

    path: str
    reason: str


@dataclass(slots=True)
class AddReport:
    """What `add` did, by path; `skipped` are files in folders whose kind is not read."""

    added: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    replaced: list[str] = field(default_factory=list)
    failed: list[Failure] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)
    passages: int = 0
    seconds: float = 0.0
    interrupted: bool = False

    def count(self, path: str, outcome: Outcome, reason: str | None = None) -> None:
        """Enter one source."""
        if outcome is Outcome.FAILED:
            self.failed.append(Failure(path, reason or ""))
        else:
            {Outcome.ADDED: self.added, Outcome.UNCHANGED: self.unchanged, Outcome.REPLACED: self.replaced}[
                outcome
            ].append(path)


Watch = Callable[[Progress], None]


def add_paths(
    library: Path,
    paths: Sequence[Path],
    encoder: Encoder,
    *,
    progress: Watch | None = None,
    wait: float | None = None,
    waiting: Callable[[str], None] | None = None,
) -> AddReport:
    """Add files, and folders with all that is readable in them; makes the library if there is none.

    `wait` and `waiting` say what to do while another process writes: see `Library.writer`.

    Raises:
        LibraryBusy: another process was still writing after `wait` seconds.
        LibraryIncompatible: the library was made with another model.
    """
    found = find_sources(paths, library)
    report = add_documents(library, found.sources, encoder, progress=progress, wait=wait, waiting=waiting)
    report.failed[:0] = found.failed
    report.skipped = found.skipped
    return report


def add_documents(
    library: Path,
    sources: Sequence[Source | Prepared],
    encoder: Encoder,
    *,
    progress: Watch | None = None,
    wait: float | None = None,
    waiting: Callable[[str], None] | None = None,
) -> AddReport:
    """Add sources in the given order; each one that is done survives whatever happens to the next.

    Ctrl-C publishes what is done and sets `interrupted`.
    """
    report, started = AddReport(), time.monotonic()
    if not sources:
        return report
    opened = Library.create(library)
    if opened.settings is not None:
        check_compatible(library, opened.settings, encoder)
    watch = progress or (lambda step: None)
    with opened, opened.writer(wait, waiting) as writer:
        if writer.settings is not None:
            check_growable(library, writer.settings, encoder)
        writer.configure(settings_of(encoder))
        try:
            _add_all(writer, sources, encoder, report, watch)
        except KeyboardInterrupt:
            report.interrupted = True
        writer.publish(builder(encoder.dimension))
    report.seconds = time.monotonic() - started
    return report


def _add_all(
    writer: Writer, sources: Sequence[Source | Prepared], encoder: Encoder, report: AddReport, watch: Watch
) -> None:
    published = time.monotonic()
    for number, item in enumerate(sources):
        source = item.source if isinstance(item, Prepared) else item
        watch(Progress(source.path, number, len(sources)))
        reason = None
        try:
            outcome = _add_one(writer, item, encoder, report)
        except UnreadableDocument as error:
            outcome, reason = Outcome.FAILED, str(error)
        report.count(source.path, outcome, reason)
        watch(Progress(source.path, number + 1, len(sources), outcome, reason))
        if time.monotonic() - published > PUBLISH_SECONDS:
            writer.publish(builder(encoder.dimension))
            published = time.monotonic()


def _add_one(writer: Writer, item: Source | Prepared, encoder: Encoder, report: AddReport) -> Outcome:
    source = item.source if isinstance(item, Prepared) else item
    place = Place(source.key, source.path)
    data = source.data if source.data is not None else read_file(Path(source.key))
    digest = hashlib.sha256(data).hexdigest()
    reader = item.document.reader if isinstance(item, Prepared) else reader_name(source.path)
    status = writer.status(source.key, digest, reader)
    if status is Status.UNCHANGED:
        return Outcome.UNCHANGED
    if writer.known(digest, reader):
        writer.link(place, digest)
    else:
        document, passages = _document(item, data, source, encoder)
        texts = [encoder_text(document, passage) for passage in passages]
        whole = isinstance(item, Prepared) and item.passages is not None
        vectors = encoder.encode_documents(texts, truncate=whole).astype("float32")
        writer.stage(place, data, document, passages, vectors.tobytes())
        report.passages += len(passages)
    return Outcome.ADDED if status is Status.NEW else Outcome.REPLACED


def _document(
    item: Source | Prepared, data: bytes, source: Source, encoder: Encoder
) -> tuple[Document, tuple[Passage, ...]]:
    if isinstance(item, Prepared):
        document, passages = item.document, item.passages
    else:
        document, passages = _read(data, source), None
    if passages is None:
        passages = chunk(document, encoder.token_offsets, encoder.max_tokens)
    return document, passages


def _read(data: bytes, source: Source) -> Document:
    """Read one document; a reader that breaks on it is told as such, and does not stop the others."""
    name = Path(source.path).name
    try:
        document = read(data, name)
    except UnreadableDocument:
        raise
    except Exception as error:
        raise UnreadableDocument(
            f"{name} cannot be read: its reader fails with {type(error).__name__} ({error}). This is a mistake in "
            "the program; please report it with the file."
        ) from error
    if not document.text.strip("\ufeff\0 \t\r\n"):
        raise UnreadableDocument(f"{name} holds no text.")
    return document


def read_file(path: Path) -> bytes:
    """A file's bytes; raises UnreadableDocument with the reason if they cannot be had."""
    name = _shown(path.name)
    try:
        found = path.stat()
        if not stat.S_ISREG(found.st_mode):
            raise UnreadableDocument(f"{name} is not an ordinary file.")
        if found.st_size > MAX_BYTES:
            raise UnreadableDocument(
                f"{name} has {found.st_size:,} bytes; at most {MAX_BYTES:,} are read. Split the file."
            )
        return path.read_bytes()
    except OSError as error:
        raise UnreadableDocument(f"{name} cannot be opened: {_cause(error)}.") from error


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
            found.failed.append(Failure(_shown(str(path)), "is not there: no such file or folder."))
            continue
        except (OSError, ValueError) as error:
            reason = _cause(error) if isinstance(error, OSError) else str(error)
            found.failed.append(Failure(_shown(str(path)), f"cannot be opened: {reason}."))
            continue
        files = _files(path, library.resolve(), found) if is_folder else [(path, path.name)]
        for file, shown in files:
            key = str(file.resolve())
            if key not in seen:
                seen.add(key)
                found.sources.append(Source(_shown(shown), key))
    return found


def _files(folder: Path, library: Path, found: Found) -> list[tuple[Path, str]]:
    """The readable files in a folder with their paths relative to it; what keeps others out goes to `found`."""
    kept, failures = [], len(found.failed)
    for file in _walk(folder, library, found):
        shown = str(file.relative_to(folder))
        if readable(file.name):
            kept.append((file, shown))
        else:
            found.skipped.append(_shown(shown))
    if not kept and len(found.failed) == failures:
        found.failed.append(Failure(_shown(str(folder)), f"holds nothing that can be read ({_kinds()})."))
    return kept


def _walk(folder: Path, library: Path, found: Found) -> Iterator[Path]:
    def closed(error: OSError) -> None:
        found.failed.append(Failure(_shown(str(error.filename)), f"cannot be opened: {_cause(error)}."))

    for base, folders, files in os.walk(folder, onerror=closed):
        here = Path(base)
        if here.resolve() == library:
            folders.clear()
            continue
        links = [name for name in folders if not name.startswith(".") and (here / name).is_symlink()]
        found.skipped.extend(f"{_shown(str((here / name).relative_to(folder)))}/" for name in sorted(links))
        folders[:] = sorted(name for name in folders if not name.startswith(".") and name not in links)
        yield from (here / name for name in sorted(files) if not name.startswith("."))


def _shown(path: str) -> str:
    """A path as storable text; bytes of a name that are not UTF-8 become replacement characters."""
    return os.fsencode(path).decode("utf-8", "replace")


def _kinds() -> str:
    return ", ".join(sorted(READERS))


def remove_sources(
    library: Path,
    targets: Iterable[str],
    *,
    wait: float | None = None,
    waiting: Callable[[str], None] | None = None,
) -> list[str]:
    """Remove what the targets name: a path as shown or on disk, a folder, or the beginning of a document id.

    Returns the paths removed; raises InvalidInput, and removes nothing, if a target names nothing.
    """
    with Library.open(library) as opened, opened.writer(wait, waiting) as writer:
        sources = writer.sources()
        chosen: dict[str, str] = {}
        for target in targets:
            named = [
                source for source in sources if _names(target, source.key, source.path, source.document_id)
            ]
            if not named:
                raise InvalidInput(f"Nothing in the library is named {target!r}; see: sourcebook list")
            chosen |= {source.key: source.path for source in named}
        for key in chosen:
            writer.remove(key)
        settings = writer.settings
        if settings is not None:
            writer.publish(builder(settings.dimension))
    return sorted(chosen.values())


def _names(target: str, key: str, path: str, document_id: str) -> bool:
    if not target.strip():
        return False
    shown, on_disk = _shown(target.rstrip("/") or target), str(Path(target).resolve())
    if path == shown or path.startswith(shown + "/") or key == on_disk or key.startswith(on_disk + "/"):
        return True
    return bool(_DOCUMENT_ID.fullmatch(target)) and document_id.startswith(target)
