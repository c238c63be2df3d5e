"""Documents into a library: find the files, read, cut, encode, stage each one, publish all as one generation."""

from __future__ import annotations

import hashlib
import re
import time
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from corpus.chunk import chunk, encoder_text
from corpus.errors import InvalidInput, UnreadableDocument
from corpus.formats import read, reader_name
from corpus.library import Library
from corpus.records import Source as Place
from corpus.records import Status
from corpus.types import Document, Passage
from corpus.writer import Writer
from embeddings.encode import Encoder
from qa.generation import builder, check_compatible, check_growable, settings_of
from qa.sources import Failure, Source, Unfolder, find_sources, read_file, shown

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
    report.skipped[:0] = found.skipped
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
    queue, done, unfolder = deque(sources), 0, Unfolder(writer)
    while queue:
        item = queue.popleft()
        source = item.source if isinstance(item, Prepared) else item
        watch(Progress(source.path, done, done + 1 + len(queue)))
        outcome = reason = None
        try:
            itself: Source | Prepared | None = item
            if isinstance(item, Source):
                unfolded = unfolder.unfold(item)
                itself = unfolded.itself
                queue.extendleft(reversed(unfolded.inside))
                report.failed += unfolded.failed
                report.skipped += unfolded.skipped
            if itself is not None:
                outcome = _add_one(writer, itself, encoder, report)
        except UnreadableDocument as error:
            outcome, reason = Outcome.FAILED, str(error)
        done += 1
        if outcome is not None:
            report.count(source.path, outcome, reason)
        watch(Progress(source.path, done, done + len(queue), outcome, reason))
        if time.monotonic() - published > PUBLISH_SECONDS:
            writer.publish(builder(encoder.dimension))
            published = time.monotonic()


def _add_one(writer: Writer, item: Source | Prepared, encoder: Encoder, report: AddReport) -> Outcome:
    source = item.source if isinstance(item, Prepared) else item
    place = Place(source.key, source.path)
    data = source.data if source.data is not None else read_file(Path(source.key))
    digest = hashlib.sha256(data).hexdigest()
    reader = item.document.reader if isinstance(item, Prepared) else reader_name(source.name, data)
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
    name = source.name
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
    named, on_disk = shown(target.rstrip("/") or target), str(Path(target).resolve())
    if path == named or path.startswith(named + "/"):
        return True
    if key == on_disk or key.startswith((on_disk + "/", on_disk + "!/")):
        return True
    return bool(_DOCUMENT_ID.fullmatch(target)) and document_id.startswith(target)
