"""Libraries to measure on: a collection's records, or the sample documents, indexed once and kept in the cache.

A library's folder is named by a hash of all that it depends on, so a figure never comes from an outdated one.
Records become documents the way files do, and are searched by the same indexes and the same fusion.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path

import platformdirs

import corpus
from corpus.errors import InvalidInput
from corpus.sentences import sentence_spans
from corpus.types import Block, BlockKind, Document, Metadata, Origin, Passage, Sourced
from embeddings.encode import Encoder
from embeddings.lexical import ANALYSIS, BOOSTS
from eval.about import fingerprint
from eval.questions import QuestionSet, Record
from qa import indexing
from qa.generation import settings_of
from qa.indexing import Prepared
from qa.sources import Source

READER = "record/1"
Progress = Callable[[int, int], None]
"""Called with the documents done and their total."""
_LINE = re.compile(r"[^\n]*\S[^\n]*")


class Passages(StrEnum):
    """How a collection's records are cut."""

    CHUNKED = "chunked"
    """As the program cuts every document: nothing is lost."""
    DOCUMENT = "document"
    """One passage a record, as published figures are made: the encoder sees title and text up to its limit and no
    further; BM25 sees all of it."""


def cache_folder() -> Path:
    """Where libraries for evaluation are kept, in the user's cache folder."""
    return platformdirs.user_cache_path("sourcebook", appauthor=False) / "eval"


def collection_library(
    question_set: QuestionSet,
    encoder: Encoder,
    *,
    passages: Passages = Passages.CHUNKED,
    cache: Path | None = None,
    progress: Progress | None = None,
) -> Path:
    """Give the folder of a library that holds the set's collection; builds it if it is not there, or half there.

    A record's id is its document's path. Raises InvalidInput for a record that cannot be indexed.
    """
    records = question_set.collection
    originals = [_original(record) for record in records]
    key = fingerprint([_settings(encoder), READER, passages, *originals])
    folder = (cache or cache_folder()) / f"{_file_name(question_set.name)}-{passages}-{key}"
    sources = [
        Prepared(
            Source(record.id, f"record:{record.id}", data),
            _document(record, data),
            _whole(record, data) if passages is Passages.DOCUMENT else None,
        )
        for record, data in zip(records, originals, strict=True)
    ]
    report = indexing.add_documents(folder, sources, encoder, progress=_watch(progress))
    _refuse_failures(question_set.name, report)
    return folder


def sample_library(
    documents: Path, encoder: Encoder, *, cache: Path | None = None, progress: Progress | None = None
) -> Path:
    """Give the folder of a library that holds the files under `documents`, read by the code as it is now.

    The files are few, so any change of them, or of the code that reads and cuts, builds a new library.
    """
    files = sorted(path for path in documents.rglob("*") if path.is_file())
    code = sorted(Path(corpus.__file__).parent.rglob("*.py"))
    parts = [str(path.relative_to(documents)) for path in files]
    key = fingerprint([_settings(encoder), *parts, *(path.read_bytes() for path in [*files, *code])])
    folder = (cache or cache_folder()) / f"{_file_name(documents.name)}-{key}"
    report = indexing.add_paths(folder, [documents], encoder, progress=_watch(progress))
    _refuse_failures(str(documents), report)
    return folder


def forget(cache: Path | None = None) -> None:
    """Remove every library that is kept for evaluation."""
    shutil.rmtree(cache or cache_folder(), ignore_errors=True)


def _refuse_failures(name: str, report: indexing.AddReport) -> None:
    """A figure from a library with holes would be wrong without looking wrong."""
    if report.interrupted:
        raise KeyboardInterrupt
    if report.failed:
        first = report.failed[0]
        raise InvalidInput(
            f"{name}: {len(report.failed)} documents cannot be indexed; {first.path}: {first.reason}"
        )


def _watch(progress: Progress | None) -> indexing.Watch | None:
    if progress is None:
        return None
    return lambda step: progress(step.done, step.total)


def _settings(encoder: Encoder) -> str:
    return f"{settings_of(encoder)} {ANALYSIS} {BOOSTS}"


def _file_name(name: str) -> str:
    return re.sub(r"[^\w.-]+", "-", name)[:60]


def _original(record: Record) -> bytes:
    """Write a record as one canonical JSON object, the bytes that its document id is the hash of."""
    return json.dumps({"id": record.id, "text": record.text, "title": record.title}, sort_keys=True).encode()


def _document(record: Record, original: bytes) -> Document:
    blocks = tuple(Block(*match.span(), BlockKind.PARAGRAPH) for match in _LINE.finditer(record.text))
    return Document(
        id=hashlib.sha256(original).hexdigest(),
        text=record.text,
        blocks=blocks,
        metadata=Metadata(Sourced(record.title, Origin.USER)),
        media_type="application/json",
        reader=READER,
    )


def _whole(record: Record, original: bytes) -> tuple[Passage, ...]:
    sentences = tuple(sentence_spans(record.text, 0, len(record.text)))
    if not sentences:
        return ()
    return (Passage(hashlib.sha256(original).hexdigest(), 0, len(record.text), sentences),)
