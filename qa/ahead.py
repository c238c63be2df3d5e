"""Which sources come next, with their bytes and with their reading under way while the ones before are encoded."""

from __future__ import annotations

import hashlib
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future, wait
from dataclasses import dataclass, replace

from corpus.errors import GaveUp, UnreadableDocument
from corpus.formats import reader_name
from corpus.formats.containers import is_container
from corpus.formats.ocr import DEFAULT, Ocr
from corpus.formats.pdf_scans import reads_otherwise
from corpus.records import Status
from corpus.types import Document, Passage
from corpus.worker import Task
from corpus.workers import Reading
from corpus.writer import Writer
from qa.sources import Failure, Source, Unfolder

_MOST_BYTES = 100_000_000
"""No more bytes than this wait in memory for their turn."""
_LOOK_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class Prepared:
    """A document that was not read from a file's bytes, with the passages it is to be cut into (None: the usual cut)."""

    source: Source
    document: Document
    passages: tuple[Passage, ...] | None = None


@dataclass(frozen=True, slots=True)
class Terms:
    """How sources are read: by whom, with which password, pictures how, and whether what failed before is tried again."""

    reading: Reading
    password: str | None = None
    retry: bool = False
    ocr: Ocr = DEFAULT

    def stale(self, reader: str) -> bool:
        """Whether the text that the reader of this name made is to be made anew."""
        return reads_otherwise(reader, self.ocr)


@dataclass(slots=True)
class Job:
    """A source whose turn is near: its bytes, or why there are none; `item` is None for a mere container."""

    source: Source
    item: Source | Prepared | None
    data: bytes = b""
    digest: str = ""
    reader: str | None = None
    problem: UnreadableDocument | None = None
    reading: Future[Document] | None = None
    page: int | None = None

    def at_page(self, number: int) -> None:
        """Called (from any thread) when its reader begins with a page."""
        self.page = number


class Ahead:
    """The sources in their order; those in a container come after it. Reading is begun for the next few.

    What is read, and what becomes of it, does not depend on how far ahead it is done.
    """

    def __init__(self, writer: Writer, sources: Sequence[Source | Prepared], terms: Terms) -> None:
        self.failed: list[Failure] = []
        self.skipped: list[str] = []
        self._writer = writer
        self._terms = terms
        self._waiting: deque[Source | Prepared] = deque(sources)
        self._jobs: deque[Job] = deque()
        self._begun: set[str] = set()  # digests of what is read ahead: the same bytes are not read again
        self._unfolder = Unfolder(writer, terms.reading, retry=terms.retry)
        self._bytes = 0

    def __len__(self) -> int:
        """How many sources are to come, as far as it is known."""
        return len(self._waiting) + len(self._jobs)

    def next(self) -> Job | None:
        """The next source; None when all are done."""
        while self._waiting and (
            not self._jobs or (len(self._jobs) <= self._terms.reading.ahead and self._bytes < _MOST_BYTES)
        ):
            job = self._prepare(self._waiting.popleft())
            self._jobs.append(job)
            self._bytes += len(job.data)
        if not self._jobs:
            return None
        job = self._jobs.popleft()
        self._bytes -= len(job.data)
        return job

    def status(self, job: Job) -> Status:
        """How a job's bytes compare with what the library holds for its source."""
        return self._writer.status(job.source.key, job.digest, job.reader, self._terms.stale)

    def known(self, job: Job) -> bool:
        """Whether the library has the document of a job's bytes, read as it would be now."""
        return self._writer.known(job.digest, job.reader, self._terms.stale)

    def cancel(self) -> None:
        """Let go of what is not begun."""
        for job in self._jobs:
            if job.reading is not None:
                job.reading.cancel()

    def document(self, job: Job, meanwhile: Callable[[int | None], None]) -> Document:
        """What a job's source holds; raises UnreadableDocument, and remembers where its reader gave up.

        While it waits it calls `meanwhile` now and then, with the page that is being read where that is another one.
        """
        if isinstance(job.item, Prepared):
            return job.item.document
        future = job.reading or self._submit(job)
        shown = None

        def look() -> None:
            nonlocal shown
            page = job.page if job.page != shown else None
            shown = job.page
            meanwhile(page)

        wait_for(future, look)
        try:
            document = future.result()
        except GaveUp as error:
            self._writer.fail(job.source.key, job.digest, job.reader or "", str(error))
            raise
        if not document.text.strip("\ufeff\0 \t\r\n"):
            nothing = "holds no text." if job.data else "is empty: it has 0 bytes; copy or download it again"
            raise UnreadableDocument(f"{job.source.name} {nothing}")
        return document

    def _prepare(self, item: Source | Prepared) -> Job:
        source = item.source if isinstance(item, Prepared) else item
        job = Job(source, item)
        try:
            if isinstance(item, Source):
                self._open(job, item)
            if job.item is not None:
                self._begin(job, job.item)
        except UnreadableDocument as error:
            job.problem = error
        return job

    def _open(self, job: Job, source: Source) -> None:
        unfolded = self._unfolder.unfold(source)
        self._waiting.extendleft(reversed(unfolded.inside))
        self.failed += unfolded.failed
        self.skipped += unfolded.skipped
        job.item = unfolded.itself
        if job.item is None and not (unfolded.inside or unfolded.failed):
            raise UnreadableDocument(f"{source.name} holds nothing that can be read.")

    def _begin(self, job: Job, item: Source | Prepared) -> None:
        source = item.source if isinstance(item, Prepared) else item
        job.data = source.read()
        job.digest = hashlib.sha256(job.data).hexdigest()
        if isinstance(item, Prepared):
            job.reader = item.document.reader
            return
        job.reader = reader_name(source.name, job.data)
        if job.reader is None and source.data is None and is_container(job.data, source.name):
            packed, job.data = replace(source, data=job.data), b""
            self._open(job, packed)  # an archive under another kind's name
            return
        if self.status(job) is Status.UNCHANGED:
            return
        if job.digest in self._begun or self.known(job):
            return
        before = self._writer.failed(source.key, job.digest, job.reader or "")
        if before is not None and not self._terms.retry:
            raise UnreadableDocument(f"failed before: {before}. To try again, use --retry")
        self._begun.add(job.digest)
        job.reading = self._submit(job)

    def _submit(self, job: Job) -> Future[Document]:
        terms = self._terms
        task = Task(job.data, job.source.name, terms.password, ocr=terms.ocr, on_page=job.at_page)
        return terms.reading.submit(task)


def wait_for(reading: Future[Document], meanwhile: Callable[[], None]) -> None:
    """Wait until a document is read, or its reader gave up; call `meanwhile` every half second."""
    while not wait([reading], _LOOK_SECONDS).done:
        meanwhile()
