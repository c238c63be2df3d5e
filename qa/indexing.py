"""Documents into a library: find the files, read, cut, encode, stage each one, publish all as one generation."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import partial
from pathlib import Path

from corpus.chunk import encoder_text
from corpus.errors import InvalidInput, UnreadableDocument
from corpus.formats.ocr import OcrChoice
from corpus.formats.pdf import READER as PDF_READER
from corpus.library import Library
from corpus.records import Source as Place
from corpus.records import Status
from corpus.workers import Reading, shared_pool
from corpus.writer import Writer
from embeddings.cache import cached
from embeddings.encode import Encoder
from qa.ahead import Ahead, Job, Prepared, Terms
from qa.cutting import cut
from qa.find import named_sources
from qa.generation import builder, check_compatible, check_growable, settings_of
from qa.places import vector_cache
from qa.sources import Failure, Source, find_sources

__all__ = [
    "AddReport",
    "Failure",
    "Outcome",
    "Prepared",
    "Progress",
    "Source",
    "Watch",
    "add_documents",
    "add_paths",
    "remove_sources",
    "restore_documents",
]

PDF = PDF_READER[0]
PUBLISH_SECONDS = 120.0
"""A long run publishes what it has this often, so that questions can be asked meanwhile."""


class Outcome(StrEnum):
    """What became of one source."""

    ADDED = "added"
    UNCHANGED = "unchanged"
    REPLACED = "replaced"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Progress:
    """One step: the source at hand, how many are done of how many, and, when it is done, its outcome.

    `page` is the page that is being read, where that takes long enough to tell.
    """

    path: str
    done: int
    total: int
    outcome: Outcome | None = None
    reason: str | None = None
    page: int | None = None


@dataclass(slots=True)
class AddReport:
    """What `add` did, by path; `skipped` are files in folders whose kind is not read.

    `incomplete` are those that were added without some of their pages, with what is missing and why.
    """

    added: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    replaced: list[str] = field(default_factory=list)
    failed: list[Failure] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)
    incomplete: list[Failure] = field(default_factory=list)
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
    reading: Reading | None = None,
    password: str | None = None,
    retry: bool = False,
    ocr: OcrChoice | None = None,
    pages: Sequence[Prepared] = (),
) -> AddReport:
    """Add files, and folders with all that is readable in them; makes the library if there is none.

    `pages` come after them. `wait` and `waiting` say what to do while another process writes: see `Library.writer`;
    the rest as for `add_documents`.

    Raises:
        LibraryBusy: another process was still writing after `wait` seconds.
        LibraryIncompatible: the library was made with another model.
    """
    found = find_sources(paths, library)
    report = add_documents(
        library,
        [*found.sources, *pages],
        encoder,
        progress=progress,
        wait=wait,
        waiting=waiting,
        reading=reading,
        password=password,
        retry=retry,
        ocr=ocr,
    )
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
    reading: Reading | None = None,
    password: str | None = None,
    retry: bool = False,
    ocr: OcrChoice | None = None,
) -> AddReport:
    """Add sources in the given order; each one that is done survives whatever happens to the next.

    Documents are read by `reading` (the worker processes that all of this program shares), PDF files that are locked
    with `password`. What a reader gave up on before is tried again only with `retry`, or when the file or the reader
    has changed. `ocr` says how pictures of pages are read, now and from then on; what was read otherwise is read
    again. Ctrl-C publishes what is done and sets `interrupted`. Raises InvalidInput where tesseract, or a language that
    `ocr` names, is not installed.
    """
    report, started = AddReport(), time.monotonic()
    if ocr is not None:
        ocr.check()
    if not sources:
        return report
    settings = settings_of(encoder)
    opened = Library.create(library)
    if opened.settings is not None:
        check_compatible(library, opened.settings, encoder)
    watch = progress or (lambda step: None)
    with opened, opened.writer(wait, waiting) as writer, cached(encoder, vector_cache()) as encoder:
        if writer.settings is not None:
            check_growable(library, writer.settings, encoder)
        writer.configure(settings)
        if ocr is not None:
            writer.remember_ocr(ocr.over(writer.ocr))
        ahead = Ahead(writer, sources, Terms(reading or shared_pool(), password, retry, writer.ocr))
        try:
            _add_all(writer, ahead, encoder, report, watch)
        except KeyboardInterrupt:
            report.interrupted = True
        finally:
            ahead.cancel()
        report.failed += ahead.failed
        report.skipped += ahead.skipped
        writer.publish(builder(encoder.dimension))
    report.seconds = time.monotonic() - started
    return report


def _add_all(writer: Writer, ahead: Ahead, encoder: Encoder, report: AddReport, watch: Watch) -> None:
    published, done = time.monotonic(), 0
    while (job := ahead.next()) is not None:
        path = job.source.path
        step = Progress(path, done, done + 1 + len(ahead))
        watch(step)
        outcome = reason = None
        try:
            outcome = _add_one(writer, ahead, job, encoder, report, partial(_at_page, watch, step))
        except UnreadableDocument as error:
            outcome, reason = Outcome.FAILED, str(error)
        done += 1
        if outcome is not None:
            report.count(path, outcome, reason)
        watch(Progress(path, done, done + len(ahead), outcome, reason))
        if time.monotonic() - published > PUBLISH_SECONDS:
            writer.publish(builder(encoder.dimension))
            published = time.monotonic()


def _at_page(watch: Watch, step: Progress, page: int) -> None:
    watch(replace(step, page=page))


def _add_one(
    writer: Writer,
    ahead: Ahead,
    job: Job,
    encoder: Encoder,
    report: AddReport,
    at_page: Callable[[int], None],
) -> Outcome | None:
    """What became of a source; None for a container that is no document itself."""
    if job.problem is not None:
        raise job.problem
    if job.item is None:
        return None
    place = Place(job.source.key, job.source.path)
    status = ahead.status(job)
    if status is Status.UNCHANGED or ahead.known(job):
        writer.archive_again(job.digest, job.data)
    if status is Status.UNCHANGED:
        return Outcome.UNCHANGED
    if ahead.known(job):
        writer.link(place, job.digest)
    else:
        document = ahead.document(job, at_page)
        given = job.item.passages if isinstance(job.item, Prepared) else None
        passages = cut(document, encoder, job.source.name) if given is None else given
        texts = [encoder_text(document, passage) for passage in passages]
        vectors = encoder.encode_documents(texts, truncate=given is not None).astype("float32")
        writer.stage(place, job.data, document, passages, vectors.tobytes())
        report.passages += len(passages)
        if document.media_type == PDF and document.notes:
            report.incomplete.append(Failure(place.path, "; ".join(document.notes)))
    return Outcome.ADDED if status is Status.NEW else Outcome.REPLACED


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
            chosen |= {source.key: source.path for source in named_sources(sources, target)}
        for key in chosen:
            writer.remove(key)
        settings = writer.settings
        if settings is not None:
            writer.publish(builder(settings.dimension))
    return sorted(chosen.values())


def restore_documents(
    library: Path,
    document_ids: Iterable[str],
    *,
    wait: float | None = None,
    waiting: Callable[[str], None] | None = None,
) -> list[str]:
    """Bring removed documents back to the sources that held them last; nothing is read or encoded again.

    A source that holds something else by now is left alone. Returns the paths restored; raises InvalidInput, and
    restores nothing, where a document cannot come back.
    """
    with Library.open(library) as opened, opened.writer(wait, waiting) as writer:
        taken = {source.key for source in writer.sources()}
        places: list[tuple[Place, str]] = []
        with opened.snapshot() as snapshot:
            for document_id in document_ids:
                former = [
                    source for source in snapshot.former_sources(document_id) if source.key not in taken
                ]
                if not former or not writer.known(document_id):
                    raise InvalidInput(
                        f"The document {document_id[:12]}… cannot be brought back: it was not removed, or its place "
                        "is taken. Add its file again."
                    )
                places += [(Place(source.key, source.path), document_id) for source in former]
        for place, document_id in places:
            writer.link(place, document_id)
        settings = writer.settings
        if settings is not None:
            writer.publish(builder(settings.dimension))
    return sorted(place.path for place, _ in places)
