"""What a person says about a document: kept for the source it came from, and shown in place of what was read."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass, replace
from datetime import date

from corpus.packing import from_sql, to_sql
from corpus.types import Metadata, Origin, PartialDate, Published, Sourced

# A document that came from several sources shows the words about the first of them by key.
EDIT_OF_DOCUMENT = (
    "(SELECT min(x.key) FROM sources s JOIN edits x ON x.key = s.key WHERE s.document_id = d.id"
    " AND s.until IS NULL AND coalesce(x.title, x.publisher, x.language, x.published) IS NOT NULL)"
)


@dataclass(frozen=True, slots=True)
class Edit:
    """What a person says about a source; None leaves what was read."""

    title: str | None = None
    publisher: str | None = None
    language: str | None = None
    published: PartialDate | None = None

    def over(self, metadata: Metadata) -> Metadata:
        """The metadata with a person's words in place of what was read."""
        if self.title is not None:
            metadata = replace(metadata, title=Sourced(self.title, Origin.USER))
        if self.publisher is not None:
            metadata = replace(metadata, publisher=Sourced(self.publisher, Origin.USER))
        if self.language is not None:
            metadata = replace(metadata, language=Sourced(self.language, Origin.USER))
        if self.published is not None:
            metadata = replace(metadata, published=Published(self.published, Origin.USER))
        return metadata

    def after(self, later: Edit) -> Edit:
        """This edit with what a later one says."""
        return Edit(
            self.title if later.title is None else later.title,
            self.publisher if later.publisher is None else later.publisher,
            self.language if later.language is None else later.language,
            self.published if later.published is None else later.published,
        )


def load_edit(connection: sqlite3.Connection, key: str) -> Edit:
    """What was said about a source; an empty edit if nothing was."""
    row = connection.execute(
        "SELECT title, publisher, language, published FROM edits WHERE key = ?", (to_sql(key),)
    ).fetchone()
    return _edit(*row) if row else Edit()


def load_edits(connection: sqlite3.Connection) -> dict[str, Edit]:
    """What is said about current documents, by document id."""
    rows = connection.execute(
        "SELECT d.id, e.title, e.publisher, e.language, e.published FROM edits e"
        " JOIN sources h ON h.key = e.key AND h.until IS NULL JOIN documents d ON d.id = h.document_id"
        f" WHERE d.current AND e.key = {EDIT_OF_DOCUMENT}"
    )
    return {document_id: _edit(*fields) for document_id, *fields in rows.fetchall()}


def edits_serial(connection: sqlite3.Connection) -> int:
    """The number of the latest edit; it grows with every one."""
    (serial,) = connection.execute("SELECT coalesce(max(serial), 0) FROM edits").fetchone()
    return int(serial)


def save_edit(connection: sqlite3.Connection, key: str, edit: Edit) -> None:
    """Record what is said about a source; an empty edit takes everything back. The caller holds a transaction."""
    days = (str(edit.published), edit.published.first, edit.published.last) if edit.published else (None,) * 3
    connection.execute(
        "INSERT OR REPLACE INTO edits VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            to_sql(key),
            edits_serial(connection) + 1,
            *(None if word is None else to_sql(word) for word in (edit.title, edit.publisher, edit.language)),
            *(day.isoformat() if isinstance(day, date) else day for day in days),
        ),
    )


def _edit(
    title: str | bytes | None,
    publisher: str | bytes | None,
    language: str | bytes | None,
    published: str | None,
) -> Edit:
    return Edit(
        title=None if title is None else from_sql(title),
        publisher=None if publisher is None else from_sql(publisher),
        published=PartialDate.parse(published) if published else None,
        language=None if language is None else from_sql(language),
    )
