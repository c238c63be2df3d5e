"""Is a library whole? Database, originals, index files and readers are checked, and mended where that is possible."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from corpus import health
from corpus.errors import LibraryBusy, UnreadableDocument
from corpus.formats.pdf_scans import reads_otherwise
from corpus.library import Library
from corpus.snapshot import Snapshot
from corpus.worker import Opening
from corpus.workers import shared_pool
from corpus.writer import Writer
from embeddings.encode import Encoder
from embeddings.errors import BUILD_AGAIN, EmbeddingsError
from embeddings.lexical import LexicalIndex
from embeddings.lexical_files import damaged
from qa.acronyms import Acronyms
from qa.calibration import CalibrationUnreadable, day_of, judges_of, read_calibration, trouble
from qa.generation import ACRONYMS, CHUNKER, LEXICAL, builder, leftovers, open_vectors
from qa.measure import LEAST_RECALL, SAMPLE, index_line, own_questions, recall
from qa.reindex import newest_reader
from qa.sources import read_file, shown

_BUSY = "another process is writing to the library; what it may have left over was not looked at"
_Vectors = tuple[NDArray[np.int64], NDArray[np.float32]]
"""Ids of passages, and a row for each."""


@dataclass(slots=True)
class Health:
    """What was checked, what is wrong, what of it was repaired, and what is worth knowing without being wrong."""

    checked: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    repaired: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def sound(self) -> bool:
        """Whether nothing is wrong (any more)."""
        return len(self.wrong) == len(self.repaired)


@dataclass(frozen=True, slots=True)
class _Trouble:
    """Something wrong, and what mends it: gives a sentence about what was done, or nothing if it could not be."""

    words: str
    mend: Callable[[Writer], str | None] | None = None


def examine(
    folder: Path, *, repair: bool = False, wait: float | None = None, encoder: Encoder | None = None
) -> Health:
    """Check a library; with `repair` mend what can be mended, as its one writer.

    With `encoder` (the library's own) it is told what computes its vectors, and sentences are looked for, too.

    Raises LibraryNotFound, LibraryIncompatible, or (to repair) LibraryBusy.
    """
    found = Health()
    with Library.open(folder) as library:
        troubles: list[_Trouble] = []
        for check in (_database, _originals, _index, _leftovers):
            troubles += check(library, found)
        _notes(library, found)
        _calibration(library, found)
        if not troubles:
            _measured(library, found, encoder)
        found.wrong = [trouble.words for trouble in troubles]
        if repair and troubles:
            with library.writer(wait) as writer:
                for trouble in troubles:
                    done = trouble.mend(writer) if trouble.mend is not None else None
                    if done:
                        found.repaired.append(done)
    return found


def _database(library: Library, found: Health) -> Iterator[_Trouble]:
    found.checked.append("the database: integrity, references, passages and vectors of every document")
    for words in health.database_problems(library.folder):
        yield _Trouble(f"{words}; take the library back from a backup, or build it again from its originals")


def _originals(library: Library, found: Health) -> Iterator[_Trouble]:
    originals = health.check_originals(library.folder)
    found.checked.append(f"the archive: SHA-256 of {originals.sound:,} sound originals")
    with library.snapshot() as snapshot:
        keys: dict[str, list[str]] = {}
        for source in snapshot.sources():
            keys.setdefault(source.document_id, []).append(source.key)
        paths = {record.id: record.path for record in snapshot.documents()}
    for what, digests in (("missing", originals.missing), ("altered", originals.altered)):
        for digest in digests:
            yield _Trouble(
                f"the original of {paths.get(digest, 'a former document')} ({digest[:12]}) is {what}; "
                "add its file again",
                _restoring(digest, keys.get(digest, [])),
            )


def _restoring(digest: str, keys: Sequence[str]) -> Callable[[Writer], str | None]:
    def mend(writer: Writer) -> str | None:
        for key in keys:
            for data in _bytes_at(key):
                if hashlib.sha256(data).hexdigest() == digest:
                    writer.archive_again(digest, data)
                    return f"archived {shown(key)} again"
        return None

    return mend


def _bytes_at(key: str) -> list[bytes]:
    """The bytes of a source's file, or of the files in its container; none where that is gone or cannot be opened."""
    container, sign, _inner = key.partition("!/")
    try:
        data = read_file(Path(container))
        if not sign:
            return [data]
        members = shared_pool().open(Opening(data, Path(container).name))
    except UnreadableDocument:
        return []
    return [member.data for member in members if member.data is not None]


def _index(library: Library, found: Health) -> Iterator[_Trouble]:
    with library.snapshot() as snapshot:
        folder, settings = snapshot.generation.folder, snapshot.settings()
        if folder is None or settings is None:
            found.checked.append("the index: there is none yet")
            return
        ids = np.array(snapshot.passage_ids(), dtype=np.int64)
        found.checked.append(
            f"the index files of generation {snapshot.generation.number}: {len(ids):,} passages"
        )
        stored = _stored_vectors(snapshot, settings.dimension)
        problems = list(_index_problems(folder, ids, settings.dimension, stored))

    def rebuild(writer: Writer) -> str:
        writer.publish(builder(settings.dimension), rebuild=True)
        return f"built the index files again, as generation {writer.generation.number}"

    if problems:
        yield _Trouble("; ".join(problems), rebuild)


def _index_problems(
    folder: Path, ids: NDArray[np.int64], dimension: int, stored: Iterable[_Vectors]
) -> Iterator[str]:
    """What index files hold beside what the database does; `stored` are its vectors, a document at a time."""
    wanted = np.sort(ids)
    try:
        vectors = open_vectors(folder)
        if vectors.dimension != dimension:
            yield f"the vectors have {vectors.dimension} dimensions, the library's settings say {dimension}"
        elif not np.array_equal(np.sort(vectors.ids()), wanted):
            yield f"the vector index holds {len(vectors):,} passages, not exactly the {len(ids):,} of the database"
        elif others := sum(len(some) - vectors.matching(some, theirs) for some, theirs in stored):
            yield f"the vector index holds {others:,} other vectors than the database; {BUILD_AGAIN}"
    except EmbeddingsError as error:
        yield str(error)
    try:
        if altered := [path.name for path in damaged(folder / LEXICAL)]:
            yield f"the word index in {folder / LEXICAL} is damaged ({', '.join(altered)}); {BUILD_AGAIN}"
            return
        words = LexicalIndex.open(folder / LEXICAL)
        if not np.array_equal(np.array(words.ids(), dtype=np.int64), wanted):
            yield f"the word index holds {len(words):,} passages, not exactly the {len(ids):,} of the database"
    except EmbeddingsError as error:
        yield str(error)
    try:
        Acronyms.load(folder / ACRONYMS)
    except EmbeddingsError as error:
        yield str(error)


def _stored_vectors(snapshot: Snapshot, dimension: int) -> Iterator[_Vectors]:
    """The passages of every document, by id, with the vectors that the database keeps of them."""
    for record in snapshot.documents():
        ids = np.array([passage.id for passage in snapshot.document_passages(record.id)], dtype=np.int64)
        vectors = np.frombuffer(snapshot.vectors(record.id), dtype=np.float32)
        if len(vectors) == len(ids) * dimension:  # else the database is what is wrong
            yield ids, vectors.reshape(-1, dimension)


def _leftovers(library: Library, found: Health) -> Iterator[_Trouble]:
    folder = library.folder
    found.checked.append(
        "leftovers: files of no document, unfinished index files, readings that nothing shows"
    )
    try:
        left = health.leftovers(folder)
    except LibraryBusy:
        found.notes.append(_BUSY)
        return
    for path in left.originals:
        yield _Trouble(f"{path} belongs to no document", partial(_remove_original, folder, path))
    for path in left.generations:
        yield _Trouble(f"{path} is left over", partial(_removed_by_writing, folder, path))
    if left.readings:
        yield _Trouble(
            f"{left.readings:,} readings by another model or other rules are shown by nothing: a reindex was not "
            "finished (run it again to go on), or has replaced them",
            lambda _: f"removed {health.drop_unused(folder):,} readings",
        )


def _remove_original(folder: Path, path: Path, _: Writer) -> str:
    if health.remove_unclaimed(folder, path):
        return f"removed {path}"
    return f"left {path} as it is: a document has come to use it"


def _removed_by_writing(folder: Path, path: Path, _: Writer) -> str | None:
    """To become the writer removes it already, unless something was published there meanwhile."""
    if not os.path.lexists(path):
        return f"removed {path}"
    return None if path in health.stray_generations(folder) else f"left {path} as it is: it has come into use"


def _measured(library: Library, found: Health, encoder: Encoder | None) -> None:
    """What computes the vectors, and how much of what is nearest the index finds."""
    with library.snapshot() as snapshot:
        folder = snapshot.generation.folder
        if folder is None:
            return
        index = open_vectors(folder)
        queries = list(index.sample(SAMPLE))
        if encoder is not None:
            try:
                found.checked.append(f"the encoder: {encoder.model}, computing as {encoder.precision}")
                queries += own_questions(snapshot, encoder)
            except EmbeddingsError as error:
                found.notes.append(f"questions cannot be encoded: {error}")
    share = recall(index, queries)
    found.checked.append(index_line(index, share, len(queries)))
    if share < LEAST_RECALL:
        found.notes.append(f"recall is below {LEAST_RECALL}; run: sourcebook compact")
    removed = leftovers(folder)
    if removed:
        found.notes.append(
            f"the index files still carry {removed:,} removed passages, which nothing finds; "
            "to free their space: sourcebook compact"
        )


def _notes(library: Library, found: Health) -> None:
    found.checked.append("readers, rules of cutting, and what could not be read")
    with library.snapshot() as snapshot:
        records, settings, ocr = snapshot.documents(), snapshot.settings(), snapshot.ocr()
    scans = [record for record in records if reads_otherwise(record.reader, ocr, exactly=True)]
    if scans:
        found.notes.append(
            f"documents with pages that tesseract would read now, or otherwise than before: {len(scans):,}; run: "
            "sourcebook reindex"
        )
    stale = [record for record in records if newest_reader(record) != record.reader]
    if stale:
        kinds = ", ".join(sorted({f"{record.reader} -> {newest_reader(record)}" for record in stale}))
        found.notes.append(
            f"documents that older readers read ({kinds}): {len(stale):,}; run: sourcebook reindex"
        )
    if settings is not None and settings.chunker != CHUNKER:
        found.notes.append(
            f"passages were cut by {settings.chunker}, this program cuts by {CHUNKER}; run: sourcebook reindex"
        )
    for key, reason in health.remembered_failures(library.folder):
        found.notes.append(f"not read: {key}: {reason}; to try again: sourcebook add --retry")


def _calibration(library: Library, found: Health) -> None:
    """Which calibration is in use, and why not the library's own."""
    with library.snapshot() as snapshot:
        settings, documents = snapshot.settings(), len(snapshot.documents())
    try:
        own = read_calibration(library.folder)
        problem = trouble(own, judges_of(settings)) if own is not None and settings is not None else None
    except CalibrationUnreadable as error:
        own, problem = None, str(error)
    if problem is not None:
        found.notes.append(problem)
    if own is None or own.made is None or problem is not None:
        found.checked.append("the calibration: the shipped one is in use")
        return
    made = own.made
    found.checked.append(
        f"the calibration: made on {day_of(made)} from {made.questions:,} questions in {made.file}; answers from "
        f"{own.threshold:.3f}"
    )
    if made.documents != documents:
        found.notes.append(
            f"the calibration was made when the library held {made.documents:,} documents, it holds {documents:,} now; "
            "to fit it again: sourcebook calibrate --questions FILE"
        )
