"""The index files of one generation: built when the library publishes, opened when a question comes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from corpus.changes import Builder, Changes
from corpus.chunk import CHUNKER_VERSION, encoder_text
from corpus.errors import LibraryIncompatible
from corpus.records import Settings, StoredDocument
from corpus.types import Passage, Span
from embeddings.encode import Encoder
from embeddings.faiss_index import FaissIndex
from embeddings.lexical import ANALYSIS, LexicalEntry, LexicalIndex
from qa.retrieve import Retriever

VECTORS = "vectors.faiss"
LEXICAL = "lexical"
CHUNKER = f"structure/{CHUNKER_VERSION}, {ANALYSIS}"
"""How passages are cut and their words analysed: one set for a whole library."""


@dataclass(frozen=True, slots=True)
class LoadedGeneration:
    """An opened generation."""

    number: int
    retriever: Retriever


def settings_of(encoder: Encoder) -> Settings:
    """What a library made with this encoder and this program records about itself."""
    return Settings(
        model=encoder.model,
        revision=encoder.revision,
        dimension=encoder.dimension,
        max_tokens=encoder.max_tokens,
        chunker=CHUNKER,
    )


def check_compatible(folder: Path, library: Settings, encoder: Encoder) -> None:
    """Raise LibraryIncompatible if the encoder's vectors cannot be compared with the library's."""
    mine = settings_of(encoder)
    if (library.model, library.revision, library.dimension) != (mine.model, mine.revision, mine.dimension):
        raise LibraryIncompatible(
            f"The library at {folder} was made with {library.model} ({library.dimension} dimensions, revision "
            f"{library.revision[:12]}), this is {mine.model} ({mine.dimension} dimensions, revision {mine.revision[:12]}); "
            f"use --model {library.model}, or change the library: sourcebook reindex --model {mine.model}"
        )


def check_growable(folder: Path, library: Settings, encoder: Encoder) -> None:
    """Raise LibraryIncompatible unless what this encoder and this program make may stand beside what is there."""
    check_compatible(folder, library, encoder)
    mine = settings_of(encoder)
    if library != mine:
        raise LibraryIncompatible(
            f"The documents in the library at {folder} were cut by the rules {library.chunker} for {library.max_tokens} "
            f"tokens, this program cuts by {mine.chunker} for {mine.max_tokens}; it can be asked as it is, but before "
            "documents are added run: sourcebook reindex"
        )


def load_generation(number: int, folder: Path, encoder: Encoder) -> LoadedGeneration:
    """Open the index files in a generation's folder."""
    return LoadedGeneration(
        number, Retriever(FaissIndex.load(folder / VECTORS), LexicalIndex.open(folder / LEXICAL), encoder)
    )


def builder(dimension: int) -> Builder:
    """What the library calls to write a generation's index files."""

    def build(folder: Path, previous: Path | None, changes: Changes) -> None:
        grows = previous is not None and not changes.removed
        _build_vectors(folder, previous if grows else None, changes, dimension)
        _build_lexical(folder, previous if grows else None, changes)

    return build


def _build_vectors(folder: Path, previous: Path | None, changes: Changes, dimension: int) -> None:
    index = FaissIndex.load(previous / VECTORS) if previous else FaissIndex(dimension)
    for stored in changes.new() if previous else changes.everything():
        if stored.passages:
            ids = np.array([passage.id for passage in stored.passages], dtype=np.int64)
            index.add(ids, np.frombuffer(stored.vectors, dtype=np.float32).reshape(len(ids), dimension))
    index.save(folder / VECTORS)


def _build_lexical(folder: Path, previous: Path | None, changes: Changes) -> None:
    """BM25 statistics of deleted passages would linger, so an index that loses passages is built anew."""
    target = folder / LEXICAL
    index = LexicalIndex.extend(previous / LEXICAL, target) if previous else LexicalIndex.create(target)
    index.add(_entries(changes.new() if previous else changes.everything()))
    index.commit()


def around(passage: Passage) -> tuple[Span, ...]:
    """The headings above a passage and the columns of its table: what a reader knows besides its text."""
    return passage.headings if passage.header is None else (*passage.headings, passage.header)


def _entries(documents: Iterable[StoredDocument]) -> Iterator[LexicalEntry]:
    for stored in documents:
        document = stored.document
        for passage in stored.passages:
            yield LexicalEntry(
                id=passage.id,
                document_id=document.id,
                title=document.metadata.title.value,
                headings="\n".join(document.text[span.start : span.end] for span in around(passage)),
                text=encoder_text(document, passage),
            )
