"""What a person says about a document: kept for the source it came from, and shown in place of what was read."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

from corpus.packing import from_sql, to_sql
from corpus.types import Authors, Coverage, Metadata, Origin, PartialDate, Published, Sourced

# A document that came from several sources shows the words about the first of them by key.
EDIT_OF_DOCUMENT = (
    "(SELECT min(x.key) FROM sources s JOIN edits x ON x.key = s.key WHERE s.document_id = d.id AND s.until IS NULL"
    " AND coalesce(x.title, x.publisher, x.language, x.published, x.authors, x.symbol, x.source_url, x.covers)"
    " IS NOT NULL)"
)
UNKNOWN = ""
"""As a language: a person says that it is none of those that the program would take it for."""
_WORDS = ("title", "publisher", "language", "symbol", "source_url")


@dataclass(frozen=True, slots=True)
class Edit:
    """What a person says about a source; None leaves what was read."""

    title: str | None = None
    publisher: str | None = None
    language: str | None = None
    published: PartialDate | None = None
    authors: tuple[str, ...] | None = None
    symbol: str | None = None
    source_url: str | None = None
    covers: tuple[PartialDate, PartialDate] | None = None

    def __bool__(self) -> bool:
        return self != Edit()

    def over(self, metadata: Metadata) -> Metadata:
        """The metadata with a person's words in place of what was read."""
        said: dict[str, Any] = {
            name: Sourced(word, Origin.USER) for name in _WORDS if (word := getattr(self, name)) is not None
        }
        if self.language == UNKNOWN:
            said["language"] = None
        if self.covers is not None:
            said["covers"] = Coverage(*self.covers, Origin.USER)
        if self.published is not None:
            said["published"] = Published(self.published, Origin.USER)
        if self.authors is not None:
            said["authors"] = Authors(self.authors, Origin.USER)
        return replace(metadata, **said)

    def after(self, later: Edit) -> Edit:
        """This edit with what a later one says."""
        return replace(self, **{name: word for name in _FIELDS if (word := getattr(later, name)) is not None})


_FIELDS = tuple(field.name for field in fields(Edit))
_COLUMNS = ", ".join(f"e.{name}" for name in _FIELDS)


def load_edit(connection: sqlite3.Connection, key: str) -> Edit:
    """What was said about a source; an empty edit if nothing was."""
    row = connection.execute(f"SELECT {_COLUMNS} FROM edits e WHERE key = ?", (to_sql(key),)).fetchone()
    return _edit(row) if row else Edit()


def load_edits(connection: sqlite3.Connection) -> dict[str, Edit]:
    """What is said about current documents, by document id."""
    rows = connection.execute(
        f"SELECT d.id, {_COLUMNS} FROM edits e"
        " JOIN sources h ON h.key = e.key AND h.until IS NULL JOIN documents d ON d.id = h.document_id"
        f" WHERE d.current AND e.key = {EDIT_OF_DOCUMENT}"
    )
    return {document_id: _edit(columns) for document_id, *columns in rows.fetchall()}


def edits_serial(connection: sqlite3.Connection) -> int:
    """The number of the latest edit; it grows with every one."""
    (serial,) = connection.execute("SELECT coalesce(max(serial), 0) FROM edits").fetchone()
    return int(serial)


def save_edit(connection: sqlite3.Connection, key: str, edit: Edit) -> None:
    """Record what is said about a source; an empty edit takes everything back. The caller holds a transaction."""
    day = edit.published
    said = {name: None if (word := getattr(edit, name)) is None else to_sql(word) for name in _WORDS}
    row = {
        "key": to_sql(key),
        "serial": edits_serial(connection) + 1,
        **said,
        "published": str(day) if day else None,
        "published_first": day.first.isoformat() if day else None,
        "published_last": day.last.isoformat() if day else None,
        "authors": None if edit.authors is None else json.dumps(edit.authors),
        "covers": "/".join(map(str, edit.covers)) if edit.covers else None,
    }
    places = ", ".join(f":{name}" for name in row)
    connection.execute(f"INSERT OR REPLACE INTO edits ({', '.join(row)}) VALUES ({places})", row)


def _edit(columns: Sequence[Any]) -> Edit:
    said = dict(zip(_FIELDS, columns, strict=True))
    for name in _WORDS:
        said[name] = None if said[name] is None else from_sql(said[name])
    said["published"] = PartialDate.parse(said["published"]) if said["published"] else None
    if said["covers"]:
        first, last = map(PartialDate.parse, said["covers"].split("/"))
        said["covers"] = first, last
    said["authors"] = None if said["authors"] is None else tuple(json.loads(said["authors"]))
    return Edit(**said)
