"""What the library tells about itself: settings, sources, document records, counts; no SQL, no files."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from corpus.types import Document, Metadata, PartialDate, Passage


@dataclass(frozen=True, slots=True)
class Settings:
    """What the vectors and passages of a library were made with; one set for a whole library.

    `max_tokens` counts content tokens, special tokens already subtracted. `chunker` names the cutting rules
    and their version ("structure/1").
    """

    model: str
    revision: str
    dimension: int
    max_tokens: int
    chunker: str


@dataclass(frozen=True, slots=True)
class Source:
    """A place that bytes come from: its identity (absolute path, or "upload:name") and the path to show."""

    key: str
    path: str


class Status(StrEnum):
    """How the bytes at a source compare with what the library (published and staged) holds for it."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True)
class Generation:
    """One published state of the library; number 0 and no folder before the first."""

    number: int
    folder: Path | None


@dataclass(frozen=True, slots=True)
class SourceRecord:
    """Which document a source held, from generation `since` until just before `until` (None: still)."""

    key: str
    path: str
    document_id: str
    since: int
    until: int | None = None


@dataclass(frozen=True, slots=True)
class DocumentRecord:
    """A current document without its text.

    `paths` are the paths of all its sources, sorted; `characters` counts code points of the text, `bytes` the
    original; `added_at` (UTC) is when it was first staged; `generation` is the one that made it current.
    """

    id: str
    paths: tuple[str, ...]
    metadata: Metadata
    media_type: str
    reader: str
    passages: int
    characters: int
    bytes: int
    added_at: datetime
    generation: int

    @property
    def path(self) -> str:
        """The first of its paths."""
        return self.paths[0]


@dataclass(frozen=True, slots=True)
class StoredDocument:
    """A document with its passages by start, and their vectors (a row of float32 each, in that order)."""

    document: Document
    passages: tuple[Passage, ...]
    vectors: bytes


@dataclass(frozen=True, slots=True)
class Counts:
    """How much there is, and the range of the known publication dates."""

    documents: int
    passages: int
    earliest: PartialDate | None
    latest: PartialDate | None


@dataclass(frozen=True, slots=True)
class Facet:
    """A value that documents can be filtered by, and how many current documents have it."""

    value: str
    documents: int


@dataclass(frozen=True, slots=True)
class Facets:
    """Known publishers, languages and media types (most frequent first) and years of publication (in order)."""

    publishers: tuple[Facet, ...]
    languages: tuple[Facet, ...]
    years: tuple[Facet, ...]
    media_types: tuple[Facet, ...] = ()
