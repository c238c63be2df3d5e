"""Documents into a library: find the files, read, cut, encode, stage each one, publish all as one generation."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from corpus.chunk import encoder_text
from corpus.errors import InvalidInput, UnreadableDocument
from corpus.formats.ocr import OcrChoice
from corpus.formats.pdf import READER as PDF_READER
from corpus.library import Library
from corpus.records import Source as Place
from corpus.records import Status
from corpus.types import Document, Passage
from corpus.workers import Reading, shared_pool
from corpus.writer import Writer
from embeddings.cache import cached
from embeddings.encode import Encoder
from qa.add_report import AddReport, Outcome, Progress, Watch
from qa.ahead import Ahead, Job, Prepared, Terms
from qa.cutting import cut
from qa.encoding import Encoding, Vectors
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


_OUTCOMES = {Status.NEW: Outcome.ADDED, Status.CHANGED: Outcome.REPLACED}


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
            _Run(writer, ahead, encoder, report, watch).all()
        finally:
            ahead.cancel()
        report.failed += ahead.failed
        report.skipped += ahead.skipped
        writer.publish(builder(encoder.dimension))
    report.seconds = time.monotonic() - started
    return report


@dataclass(frozen=True, slots=True)
class _Cut:
    """A source whose document is cut into passages that wait for their vectors; or (None) the bytes of one before it."""

    job: Job
    place: Place
    status: Status
    document: Document | None = None
    passages: tuple[Passage, ...] = ()


@dataclass(frozen=True, slots=True)
class _Seen:
    """A source of which nothing is to be encoded; what became of it is told in its turn."""

    path: str
    outcome: Outcome | None
    reason: str | None


class _Run:
    """One run of adding: sources are looked at in their order; those that are read come back with their vectors later."""

    def __init__(
        self, writer: Writer, ahead: Ahead, encoder: Encoder, report: AddReport, watch: Watch
    ) -> None:
        self._writer = writer
        self._ahead = ahead
        self._encoder = encoder
        self._encoding: Encoding[_Cut | _Seen] = Encoding(encoder, self._store)
        self._report = report
        self._watch = watch
        self._count = 0
        self._begun = 0

    def all(self) -> None:
        """Add every source, and publish what is done now and then; Ctrl-C keeps what was read and is encoded soon."""
        published = time.monotonic()
        with self._encoding as encoding:
            try:
                while (job := self._ahead.next()) is not None:
                    self._one(job)
                    if time.monotonic() - published > PUBLISH_SECONDS:
                        encoding.finish()
                        self._writer.publish(builder(self._encoder.dimension))
                        published = time.monotonic()
                encoding.finish()
            except KeyboardInterrupt:
                self._report.interrupted = True
                self._ahead.cancel()
                self._watch = _unasked(self._watch)
                encoding.give_up()

    def _one(self, job: Job) -> None:
        """See to a source: it is done, or it is read, cut and begun to be encoded."""
        if any(job.source.key == other.place.key for other in self._cut()):
            self._encoding.finish()
        self._begun += 1
        step = Progress(job.source.path, self._count, self._total())
        self._watch(step)
        outcome = reason = None
        try:
            outcome = self._outcome(job, step)
        except UnreadableDocument as error:
            outcome, reason = Outcome.FAILED, str(error)
        if outcome is None and job.item is not None:
            return
        if self._encoding.items():
            self._encoding.add(_Seen(job.source.path, outcome, reason), ())
        else:
            self._done(job.source.path, outcome, reason)

    def _cut(self) -> Iterator[_Cut]:
        """What waits for its vectors."""
        return (item for item in self._encoding.items() if isinstance(item, _Cut))

    def _outcome(self, job: Job, step: Progress) -> Outcome | None:
        """What became of a source; None for a container that is no document itself, and for what is being encoded."""
        if job.problem is not None:
            raise job.problem
        if job.item is None:
            return None
        place = Place(job.source.key, job.source.path)
        status, known = self._ahead.status(job), self._ahead.known(job)
        if status is Status.UNCHANGED or known:
            self._writer.archive_again(job.digest, job.data)
        if status is Status.UNCHANGED:
            return Outcome.UNCHANGED
        if known:
            self._writer.link(place, job.digest)
            return _OUTCOMES[status]
        if any(job.digest == other.job.digest for other in self._cut()):
            job.data = b""
            self._encoding.add(_Cut(job, place, status), ())
            return None
        document = self._ahead.document(job, partial(self._meanwhile, step))
        given = job.item.passages if isinstance(job.item, Prepared) else None
        passages = cut(document, self._encoder, job.source.name) if given is None else given
        texts = [encoder_text(document, passage) for passage in passages]
        item = _Cut(job, place, status, document, passages)
        self._encoding.add(item, texts, truncate=given is not None, size=len(job.data))
        return None

    def _meanwhile(self, step: Progress, page: int | None) -> None:
        """A reader is waited for."""
        self._encoding.meanwhile()
        if page is not None:
            self._watch(replace(step, done=self._count, total=self._total(), page=page))

    def _store(self, item: _Cut | _Seen, vectors: Vectors) -> None:
        """Into the library; the same bytes as those of a document before it only if that is there."""
        if isinstance(item, _Seen):
            self._done(item.path, item.outcome, item.reason)
            return
        job, document = item.job, item.document
        if document is not None:
            self._writer.stage(item.place, job.data, document, item.passages, vectors.tobytes())
            self._report.passages += len(item.passages)
            if document.media_type == PDF and document.notes:
                self._report.incomplete.append(Failure(item.place.path, "; ".join(document.notes)))
        elif self._writer.known(job.digest):
            self._writer.link(item.place, job.digest)
        else:
            return
        self._done(item.place.path, _OUTCOMES[item.status])

    def _done(self, path: str, outcome: Outcome | None, reason: str | None = None) -> None:
        self._count += 1
        if outcome is not None:
            self._report.count(path, outcome, reason)
        self._watch(Progress(path, self._count, self._total(), outcome, reason))

    def _total(self) -> int:
        return self._begun + len(self._ahead)


def _unasked(watch: Watch) -> Watch:
    """Who watches is told what becomes of each source, and cannot end the work once more."""

    def tell(step: Progress) -> None:
        with suppress(KeyboardInterrupt):
            watch(step)

    return tell


def remove_sources(
    library: Path,
    targets: Iterable[str],
    *,
    wait: float | None = None,
    waiting: Callable[[str], None] | None = None,
) -> list[str]:
    """Remove what the targets name: a path as shown or on disk, a folder, or the beginning of a document id.

    Returns the paths removed; raises InvalidInput, and removes nothing, if a target names nothing. The same
    targets finish a removal that was stopped.
    """
    with Library.open(library) as opened, opened.writer(wait, waiting) as writer:
        with opened.snapshot() as snapshot:  # what is shown, and may be staged to go already
            sources = [*snapshot.sources(), *writer.sources()]
        chosen: dict[str, str] = {}
        for target in targets:
            chosen |= {source.key: source.path for source in named_sources(sources, target)}
        writer.remove_all(chosen)
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
