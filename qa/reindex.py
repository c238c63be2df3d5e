"""A library made anew from its archived originals, by another model, newer readers or newer rules of cutting."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from pathlib import Path

from corpus.chunk import encoder_text
from corpus.errors import SourcebookError, UnreadableDocument
from corpus.formats import reader_name
from corpus.formats.ocr import OcrChoice
from corpus.formats.pdf_scans import reads_otherwise
from corpus.health import drop_unused
from corpus.library import Library
from corpus.records import DocumentRecord
from corpus.snapshot import Snapshot
from corpus.storing import is_outdated
from corpus.types import Document, Origin, Passage, Sourced
from corpus.worker import Task
from corpus.workers import Reading, shared_pool
from corpus.writer import Writer
from embeddings.cache import cached
from embeddings.encode import Encoder
from qa.ahead import wait_for
from qa.cutting import cut
from qa.encoding import Encoding, Vectors
from qa.generation import builder, settings_of
from qa.places import vector_cache
from qa.sources import Failure
from qa.web import FETCHED


@dataclass(slots=True)
class ReindexReport:
    """What was done: documents read again, cut and encoded, and left as they are; which could not be read again."""

    reread: int = 0
    encoded: int = 0
    kept: int = 0
    failed: list[Failure] = field(default_factory=list)
    published: bool = False
    interrupted: bool = False
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class _Turn:
    """A document, the reader whose text it is to show (None: reading will tell), that text if it is being read again."""

    record: DocumentRecord
    reader: str | None
    reading: Future[Document] | None = None
    problem: str | None = None


def reindex(
    library: Path,
    encoder: Encoder,
    *,
    reading: Reading | None = None,
    progress: Callable[[str, int, int], None] | None = None,
    wait: float | None = None,
    waiting: Callable[[str], None] | None = None,
    password: str | None = None,
    ocr: OcrChoice | None = None,
) -> ReindexReport:
    """Bring every document to this encoder, these rules of cutting and the newest readers, then show all at once.

    Pictures of pages are read as `ocr` says, from then on, else as the library remembers; `password` opens locked
    PDF files.

    Until that moment questions are answered from what was there before. What is done is kept when the program is
    interrupted or killed: run again, it goes on. A document that its new reader cannot read keeps its old text.

    Raises:
        LibraryNotFound, LibraryBusy, InvalidInput: as for adding.
        UnreadableDocument: the rules of cutting fail on a document; the old index stays in use.
    """
    report, started = ReindexReport(), time.monotonic()
    if ocr is not None:
        ocr.check()
    with Library.open(library) as opened, opened.writer(wait, waiting) as writer:
        recorded = writer.settings
        if recorded is None:
            return report
        writer.publish(builder(recorded.dimension))
        if not writer.generation.number:
            return report
        if ocr is not None:
            writer.remember_ocr(ocr.over(writer.ocr))
        turns = _Turns(opened, writer, reading or shared_pool(), password)
        try:
            with cached(encoder, vector_cache()) as encoder:
                _reindex(turns, encoder, report, progress)
        except KeyboardInterrupt:
            report.interrupted = True
    report.seconds = time.monotonic() - started
    return report


class _Turns:
    """The documents one after the other; the next few of those that are to be read again are being read meanwhile."""

    def __init__(self, library: Library, writer: Writer, reading: Reading, password: str | None) -> None:
        self.library = library
        self.writer = writer
        self._reading = reading
        self._password = password
        self._ocr = writer.ocr

    def of(self, records: Sequence[DocumentRecord], plan: int) -> Iterator[_Turn]:
        """In the given order."""
        waiting: deque[_Turn] = deque()
        for record in records:
            waiting.append(self._turn(record, plan))
            if len(waiting) > self._reading.ahead:
                yield waiting.popleft()
        yield from waiting

    def _turn(self, record: DocumentRecord, plan: int) -> _Turn:
        name = Path(record.path).name
        with self.library.snapshot() as snapshot:
            try:
                data = snapshot.original(record.id)
            except SourcebookError as error:
                return _Turn(record, record.reader, problem=str(error))
        newest = newest_reader(record, data)
        other = reads_otherwise(record.reader, self._ocr, exactly=True)
        if newest == record.reader and not other:
            return _Turn(record, newest)
        if not other and self.writer.kept(record.id, newest, plan) is not None:
            return _Turn(record, newest)
        task = Task(data, name, self._password, ocr=self._ocr)
        return _Turn(record, None if other else newest, self._reading.submit(task))


@dataclass(frozen=True, slots=True)
class _Cut:
    """A document cut into passages that wait for their vectors."""

    id: str
    document: Document
    passages: tuple[Passage, ...]


class _Run:
    """One run: every document's reading under the new settings, found or made; `readings` has their numbers by document."""

    def __init__(self, turns: _Turns, encoder: Encoder, report: ReindexReport) -> None:
        settings = settings_of(encoder)
        self.changed = turns.writer.settings != settings
        self.plan = turns.writer.plan(settings)
        self.readings: dict[str, int] = {}
        self._turns = turns
        self.encoding = Encoding(encoder, self._store)
        self._settings = settings
        self._report = report

    def one(self, turn: _Turn) -> None:
        """See to a document: its reading is known, or it is read, cut and begun to be encoded."""
        writer, record, reader = self._turns.writer, turn.record, turn.reader
        kept = writer.kept(record.id, reader, self.plan) if reader is not None else None
        if kept is None:
            if turn.reading is not None:
                wait_for(turn.reading, self.encoding.meanwhile)
            with self._turns.library.snapshot() as snapshot:
                document = _document(snapshot, turn, self._report)
            reader = document.reader
            kept = writer.kept(record.id, reader, self.plan)
            if kept is None:
                passages = cut(document, self.encoding.encoder, Path(record.path).name)
                texts = [encoder_text(document, passage) for passage in passages]
                self.encoding.add(_Cut(record.id, document, passages), texts)
        else:
            self._report.kept += 1
            if turn.problem is not None:
                self._report.failed.append(Failure(record.path, f"keeps the text it has: {turn.problem}"))
        self.changed = self.changed or reader != record.reader
        if kept is not None:
            self.readings[record.id] = kept

    def _store(self, item: _Cut, vectors: Vectors) -> None:
        self.readings[item.id] = self._turns.writer.keep(
            item.document, item.passages, vectors.tobytes(), self._settings, self.plan
        )
        self._report.encoded += 1


def _reindex(
    turns: _Turns,
    encoder: Encoder,
    report: ReindexReport,
    progress: Callable[[str, int, int], None] | None,
) -> None:
    library, run = turns.library, _Run(turns, encoder, report)
    with library.snapshot() as snapshot:
        records = snapshot.documents()
    with run.encoding as encoding:
        try:
            for done, turn in enumerate(turns.of(records, run.plan)):
                if progress is not None:
                    progress(turn.record.path, done, len(records))
                run.one(turn)
            encoding.finish()
        except KeyboardInterrupt:
            encoding.give_up()
            raise
    if run.changed:
        readings = {record.id: run.readings[record.id] for record in records}  # in their order
        _switch(turns.writer, run.plan, readings, encoder, report)
        drop_unused(library.folder)  # what was shown before; whoever still reads it has it in their snapshot


def _switch(
    writer: Writer, plan: int, readings: Mapping[str, int], encoder: Encoder, report: ReindexReport
) -> None:
    """Show the new readings; the report tells whether they are shown, also where Ctrl-C comes just after that."""
    before = writer.generation.number
    try:
        writer.switch(builder(encoder.dimension), plan, readings)
    finally:
        report.published = writer.generation.number > before


def newest_reader(record: DocumentRecord, data: bytes | None = None) -> str:
    """The reader that would read the document now: another version of its own, else its own."""
    current = reader_name(Path(record.path).name, data)
    return current if current is not None and is_outdated(record.reader, current) else record.reader


def _document(snapshot: Snapshot, turn: _Turn, report: ReindexReport) -> Document:
    """The document as its newest reader has it, or as it was if that fails."""
    problem = turn.problem
    if turn.reading is not None:
        try:
            document = turn.reading.result()
        except UnreadableDocument as error:
            problem = str(error)
        else:
            report.reread += 1
            return _with_address(document, snapshot.document(turn.record.id, edited=False))
    if problem is not None:
        report.failed.append(Failure(turn.record.path, f"keeps the text it has: {problem}"))
    return snapshot.document(turn.record.id, edited=False)


def _with_address(document: Document, before: Document) -> Document:
    """A page read again with the address that it was fetched from, which its bytes do not tell."""
    fetched = tuple(note for note in before.notes if note.startswith(FETCHED))
    if not fetched:
        return document
    address = before.metadata.address
    fetched_from = Sourced(address, Origin.FETCHED) if address else None
    metadata = replace(document.metadata, source_url=fetched_from)
    return replace(document, metadata=metadata, notes=(*document.notes, *fetched))
