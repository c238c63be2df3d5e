"""Which sources come next, with their bytes and with their reading under way while the ones before are encoded."""

from __future__ import annotations

import hashlib
from collections import deque
from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path

from corpus.errors import GaveUp, UnreadableDocument
from corpus.formats import reader_name
from corpus.records import Status
from corpus.types import Document, Passage
from corpus.worker import Task
from corpus.workers import Reading
from corpus.writer import Writer
from qa.sources import Failure, Source, Unfolder, read_file

_MOST_BYTES = 100_000_000
"""No more bytes than this wait in memory for their turn."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A document that was not read from a file's bytes, with the passages it is to be cut into (None: the usual cut)."""

    source: Source
    document: Document
    passages: tuple[Passage, ...] | None = None


@dataclass(frozen=True, slots=True)
class Terms:
    """How sources are read: by whom, with which password, and whether what failed before is tried again."""

    reading: Reading
    password: str | None = None
    retry: bool = False


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
        self._unfolder = Unfolder(writer)
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

    def cancel(self) -> None:
        """Let go of what is not begun."""
        for job in self._jobs:
            if job.reading is not None:
                job.reading.cancel()

    def document(self, job: Job) -> Document:
        """What a job's source holds; raises UnreadableDocument, and remembers where its reader gave up."""
        if isinstance(job.item, Prepared):
            return job.item.document
        future = job.reading or self._submit(job)
        try:
            document = future.result()
        except GaveUp as error:
            self._writer.fail(job.source.key, job.digest, job.reader or "", str(error))
            raise
        if not document.text.strip("\ufeff\0 \t\r\n"):
            raise UnreadableDocument(f"{job.source.name} holds no text.")
        return document

    def _prepare(self, item: Source | Prepared) -> Job:
        source = item.source if isinstance(item, Prepared) else item
        job = Job(source, item)
        try:
            if isinstance(item, Source):
                unfolded = self._unfolder.unfold(item)
                self._waiting.extendleft(reversed(unfolded.inside))
                self.failed += unfolded.failed
                self.skipped += unfolded.skipped
                job.item = unfolded.itself
                if job.item is None and not (unfolded.inside or unfolded.failed):
                    raise UnreadableDocument(f"{source.name} holds nothing that can be read.")
            if job.item is not None:
                self._begin(job, job.item)
        except UnreadableDocument as error:
            job.problem = error
        return job

    def _begin(self, job: Job, item: Source | Prepared) -> None:
        source = item.source if isinstance(item, Prepared) else item
        job.data = source.data if source.data is not None else read_file(Path(source.key))
        job.digest = hashlib.sha256(job.data).hexdigest()
        if isinstance(item, Prepared):
            job.reader = item.document.reader
            return
        job.reader = reader_name(source.name, job.data)
        if self._writer.status(source.key, job.digest, job.reader) is Status.UNCHANGED:
            return
        if any(other.digest == job.digest for other in self._jobs) or self._writer.known(
            job.digest, job.reader
        ):
            return
        before = self._writer.failed(source.key, job.digest, job.reader or "")
        if before is not None and not self._terms.retry:
            raise UnreadableDocument(f"failed before: {before}. To try again, use --retry")
        job.reading = self._submit(job)

    def _submit(self, job: Job) -> Future[Document]:
        return self._terms.reading.submit(Task(job.data, job.source.name, self._terms.password))
