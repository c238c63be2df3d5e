"""The index files of one generation: built when the library publishes, opened when a question comes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from corpus.changes import Builder, Changes
from corpus.chunk import CHUNKER_VERSION, MINIMUM_BUDGET, encoder_text
from corpus.errors import InvalidInput, LibraryIncompatible
from corpus.records import Settings, StoredDocument
from corpus.types import Passage, Span
from embeddings.encode import Encoder
from embeddings.errors import IndexUnreadable
from embeddings.lexical import ANALYSIS, LexicalEntry, LexicalIndex
from embeddings.segment_builder import SegmentBuilder
from embeddings.segments import SegmentedIndex
from qa.acronyms import Acronyms
from qa.retrieve import Retriever

VECTORS = "vectors"
LEXICAL = "lexical"
ACRONYMS = "acronyms.json"
REBUILT_PASSAGES = 20_000
"""A word index of up to so many passages is built anew when it loses some, in a few seconds."""
GHOST_SHARE = 0.2
"""A larger one is when so many of its entries would be removed ones; until then they count as words' bearers."""
CHUNKER = f"structure/{CHUNKER_VERSION}, {ANALYSIS}"
"""How passages are cut and their words analysed: one set for a whole library."""


@dataclass(frozen=True, slots=True)
class LoadedGeneration:
    """An opened generation."""

    number: int
    retriever: Retriever


def settings_of(encoder: Encoder) -> Settings:
    """What a library made with this encoder and this program records about itself.

    Raises InvalidInput for an encoder that reads too little for passages.
    """
    if encoder.max_tokens < MINIMUM_BUDGET:
        raise InvalidInput(
            f"the model {encoder.model} reads {encoder.max_tokens} tokens of a text, passages need at least "
            f"{MINIMUM_BUDGET}; name another with --model"
        )
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
        number,
        Retriever(
            open_vectors(folder),
            LexicalIndex.open(folder / LEXICAL),
            encoder,
            Acronyms.load(folder / ACRONYMS),
        ),
    )


def open_vectors(folder: Path) -> SegmentedIndex:
    """Open the vectors of a generation, also one written before they lay in segments; raises IndexUnreadable."""
    return SegmentedIndex.open(folder / VECTORS)


def builder(dimension: int) -> Builder:
    """What the library calls to write a generation's index files."""

    def build(folder: Path, previous: Path | None, changes: Changes) -> None:
        _build_vectors(folder, previous, changes, dimension)
        _build_lexical(folder, previous, changes)
        _build_acronyms(folder, previous, changes)

    return build


def _build_vectors(folder: Path, previous: Path | None, changes: Changes, dimension: int) -> None:
    before = previous / VECTORS if previous is not None and (previous / VECTORS).is_dir() else None
    index = SegmentBuilder(folder / VECTORS, dimension, before)
    if before is not None:
        index.remove(np.array(changes.removed, dtype=np.int64))
    for stored in changes.new() if before is not None else changes.everything():
        if stored.passages:
            ids = np.array([passage.id for passage in stored.passages], dtype=np.int64)
            index.add(ids, np.frombuffer(stored.vectors, dtype=np.float32).reshape(len(ids), dimension))
    index.commit()


def _build_lexical(folder: Path, previous: Path | None, changes: Changes) -> None:
    """Removed passages stay in the word statistics until the index is built anew: soon where it is small."""
    target = folder / LEXICAL
    if previous is None or _better_anew(previous, changes):
        index = LexicalIndex.create(target)
        index.add(_entries(changes.everything()))
    else:
        index = LexicalIndex.extend(previous / LEXICAL, target)
        index.remove(changes.removed)
        index.add(_entries(changes.new()))
    index.commit()


def _build_acronyms(folder: Path, previous: Path | None, changes: Changes) -> None:
    """What removed documents explained stays until the word statistics are built anew too."""
    before = None if previous is None or _better_anew(previous, changes) else _acronyms_of(previous)
    acronyms = Acronyms() if before is None else before
    for stored in changes.everything() if before is None else changes.new():
        acronyms.add([stored.document.text])
    acronyms.save(folder / ACRONYMS)


def _acronyms_of(folder: Path) -> Acronyms | None:
    """Those of a generation; None where they are not kept, or damaged."""
    if not (folder / ACRONYMS).is_file():
        return None
    try:
        return Acronyms.load(folder / ACRONYMS)
    except IndexUnreadable:
        return None


def _better_anew(previous: Path, changes: Changes) -> bool:
    if not changes.removed:
        return False
    ghosts = LexicalIndex.open(previous / LEXICAL).ghosts + len(changes.removed)
    return changes.passages <= REBUILT_PASSAGES or ghosts > GHOST_SHARE * changes.passages


def leftovers(folder: Path) -> int:
    """How many removed passages the index files of a generation still carry: never found, but on the disk and counted."""
    ghosts = LexicalIndex.open(folder / LEXICAL).ghosts
    return max(ghosts, sum(len(segment.removed) for segment in open_vectors(folder).segments))


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
