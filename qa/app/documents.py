"""Which documents the Library page shows: search, facets, order and pages over the records; it changes nothing."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from corpus.records import DocumentRecord
from corpus.types import Origin
from qa.app.catalogue import say
from qa.app.wording import written_language, written_type

PER_PAGE = 50
UNKNOWN = "unknown"
FACETS = ("publisher", "year", "language", "kind", "status")
SORTS = ("title", "publisher", "published", "language", "passages", "bytes", "added")


@dataclass(frozen=True, slots=True)
class View:
    """What a reader wants to see: words that must occur, one value at most of each facet, an order, a page from 1."""

    search: str = ""
    chosen: tuple[tuple[str, str], ...] = ()
    sort: str = "title"
    descending: bool = False
    page: int = 1


@dataclass(frozen=True, slots=True)
class Shown:
    """One page of documents, what there is to choose from (each value with its count), and how much matches."""

    records: tuple[DocumentRecord, ...]
    facets: tuple[tuple[str, tuple[tuple[str, int], ...]], ...]
    matching: int
    total: int
    passages: int
    page: int
    pages: int


def read_view(query: Mapping[str, str]) -> View:
    """The view that an address names; what makes no sense falls back to all documents by title."""
    page = query.get("page", "1")
    return View(
        search=query.get("search", "")[:200],
        chosen=tuple((name, query[name]) for name in FACETS if query.get(name)),
        sort=query.get("sort", "title") if query.get("sort") in SORTS else "title",
        descending=query.get("order") == "descending",
        page=int(page) if page.isascii() and page.isdigit() and len(page) < 9 else 1,
    )


def show(records: Sequence[DocumentRecord], view: View) -> Shown:
    """The page of documents that a view asks for; a facet counts what the other choices leave."""
    words = _folded(view.search).split()
    found = (
        [record for record in records if all(word in _searched(record) for word in words)]
        if words
        else list(records)
    )
    chosen = dict(view.chosen)
    matching = [
        record for record in found if all(value_of(record, name) == value for name, value in chosen.items())
    ]
    facets = []
    for name in FACETS:
        others = [(other, value) for other, value in chosen.items() if other != name]
        left = (
            record for record in found if all(value_of(record, other) == value for other, value in others)
        )
        facets.append((name, _counted(name, Counter(value_of(record, name) for record in left))))
    matching.sort(key=lambda record: (record.path, record.id))
    known = [record for record in matching if _order(record, view.sort) is not None]
    known.sort(key=lambda record: _order(record, view.sort), reverse=view.descending)  # type: ignore[arg-type,return-value]  # None is left out
    ordered = known + [record for record in matching if _order(record, view.sort) is None]
    pages = max(1, -(-len(ordered) // PER_PAGE))
    page = min(max(1, view.page), pages)
    return Shown(
        records=tuple(ordered[(page - 1) * PER_PAGE : page * PER_PAGE]),
        facets=tuple(facets),
        matching=len(matching),
        total=len(records),
        passages=sum(record.passages for record in matching),
        page=page,
        pages=pages,
    )


def value_of(record: DocumentRecord, facet: str) -> str:
    """A document's value of a facet; "unknown" where it has none."""
    return _VALUES[facet](record) or UNKNOWN


def shown_value(facet: str, value: str) -> str:
    """A value of a facet as people say it."""
    if value == UNKNOWN:
        return say["unknown"]
    if facet == "language":
        return written_language(value) or value
    return say[f"status_{value}"] if facet == "status" and f"status_{value}" in say.keys else value


def status_of(record: DocumentRecord) -> str:
    """What can be said of a document: "searchable", "empty" where nothing in it is, "edited" where a person corrected it."""
    about = record.metadata
    if not record.passages:
        return "empty"
    stated = (about.title, about.publisher, about.published, about.language, about.authors, about.symbol)
    edited = any(item and item.origin is Origin.USER for item in (*stated, about.source_url))
    return "edited" if edited else "searchable"


_VALUES: dict[str, Callable[[DocumentRecord], str | None]] = {
    "publisher": lambda record: record.metadata.publisher.value if record.metadata.publisher else None,
    "year": lambda record: str(record.metadata.published.date.year) if record.metadata.published else None,
    "language": lambda record: record.metadata.language.value if record.metadata.language else None,
    "kind": lambda record: written_type(record.media_type),
    "status": status_of,
}


def _counted(facet: str, counts: Counter[str]) -> tuple[tuple[str, int], ...]:
    """Years in order, everything else by how frequent it is; unknown last."""
    key: Callable[[tuple[str, int]], tuple[object, ...]] = (
        (lambda pair: (pair[0] == UNKNOWN, pair[0]))
        if facet == "year"
        else (lambda pair: (pair[0] == UNKNOWN, -pair[1], pair[0]))
    )
    return tuple(sorted(counts.items(), key=key))


def _order(record: DocumentRecord, by: str) -> str | int | None:
    about = record.metadata
    if by == "published":
        return about.published.date.first.isoformat() if about.published else None
    if by in ("publisher", "language"):
        value = _VALUES[by](record)
        return _folded(value) if value else None
    if by == "added":
        return record.added_at.isoformat()
    return {"passages": record.passages, "bytes": record.bytes}.get(by, _folded(about.title.value))


def _searched(record: DocumentRecord) -> str:
    about = record.metadata
    parts = (
        about.title.value,
        about.publisher.value if about.publisher else "",
        about.symbol.value if about.symbol else "",
        *about.author_names,
        *record.paths,
    )
    return _folded(" ".join(parts))


def _folded(text: str) -> str:
    """Text for comparing: without case and accents."""
    plain = unicodedata.normalize("NFKD", text)
    return "".join(character for character in plain if not unicodedata.combining(character)).casefold()
