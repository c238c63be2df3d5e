"""A library of an older version is brought up to date when it is opened, whole or not at all."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from corpus import upgrade as upgrading
from corpus.edits import Edit
from corpus.errors import LibraryIncompatible
from corpus.library import Library
from corpus.packing import unpack_metadata
from corpus.schema import SCHEMA_VERSION
from corpus.types import Authors, Confidence, Coverage, Origin, PartialDate, Sourced
from qa.editing import edit_document
from tests.qa.material import STRENGTH, add, answers, build, contents, write

_BACK_TO_1 = """
PRAGMA foreign_keys = OFF;
BEGIN;
CREATE TABLE old_settings (
    only INTEGER PRIMARY KEY CHECK (only = 1),
    model TEXT NOT NULL, revision TEXT NOT NULL, dimension INTEGER NOT NULL,
    max_tokens INTEGER NOT NULL, chunker TEXT NOT NULL
) STRICT;
INSERT INTO old_settings SELECT * FROM settings; DROP TABLE settings; ALTER TABLE old_settings RENAME TO settings;
CREATE TABLE old_generations (number INTEGER PRIMARY KEY, published_at TEXT NOT NULL) STRICT;
INSERT INTO old_generations SELECT number, published_at FROM generations; DROP TABLE generations;
ALTER TABLE old_generations RENAME TO generations;
CREATE TABLE old_readings (
    serial INTEGER PRIMARY KEY,
    document_id TEXT NOT NULL REFERENCES originals (document_id),
    reader TEXT NOT NULL, media_type TEXT NOT NULL, publisher ANY, language ANY,
    published TEXT, published_first TEXT, published_last TEXT,
    passages INTEGER NOT NULL, characters INTEGER NOT NULL, metadata TEXT NOT NULL,
    UNIQUE (document_id, reader)
) STRICT;
INSERT INTO old_readings SELECT serial, document_id, reader, media_type, publisher, language, published,
    published_first, published_last, passages, characters, metadata FROM readings;
DROP TABLE readings; ALTER TABLE old_readings RENAME TO readings;
DROP TABLE failures; DROP TABLE edits; DROP TABLE choices;
PRAGMA user_version = 1;
COMMIT;
"""


_BACK_TO_3 = """
CREATE TABLE old_edits (
    key ANY NOT NULL PRIMARY KEY, serial INTEGER NOT NULL UNIQUE, title ANY, publisher ANY, language ANY,
    published TEXT, published_first TEXT, published_last TEXT
) STRICT;
INSERT INTO old_edits SELECT key, serial, title, publisher, language, published, published_first, published_last
    FROM edits;
DROP TABLE edits; ALTER TABLE old_edits RENAME TO edits;
PRAGMA user_version = 3;
"""
_BACK_TO_4 = "ALTER TABLE edits DROP COLUMN covers; PRAGMA user_version = 4;"
_BACK_TO_2 = f"{_BACK_TO_3} DROP TABLE choices; PRAGMA user_version = 2;"


@pytest.fixture(params=[_BACK_TO_1, _BACK_TO_2, _BACK_TO_3, _BACK_TO_4], ids=["1", "2", "3", "4"])
def old(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    library = build(tmp_path)
    with sqlite3.connect(library / "library.db") as connection:
        connection.executescript(request.param)
    connection.close()
    return library


def test_an_old_library_is_what_it_was_and_can_be_added_to(old: Path, tmp_path: Path) -> None:
    new = build(tmp_path / "new")
    found, expected = contents(old), contents(new)
    found.pop("sources"), expected.pop("sources")
    assert found == expected
    question = ["When was the bridge over the Ibar reopened to traffic?"]
    assert answers(old, question) == answers(new, question)
    assert add(old, write(tmp_path / "more", {"more.md": STRENGTH + "\nMore."})).added == ["more.md"]
    with sqlite3.connect(old / "library.db") as connection:
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        assert connection.execute("PRAGMA user_version").fetchone() == (SCHEMA_VERSION,)


def test_an_upgrade_that_fails_changes_nothing(old: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = upgrading._statements
    monkeypatch.setattr(
        upgrading, "_statements", lambda version: [*whole(version), "SELECT nonsense FROM nowhere"]
    )
    with pytest.raises(sqlite3.OperationalError):
        Library.open(old)
    monkeypatch.undo()
    Library.open(old).close()
    assert len(contents(old)) > 5


def test_an_old_library_that_may_not_be_written_is_told(old: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(upgrading, "must_be_immutable", lambda folder: True)
    with pytest.raises(
        LibraryIncompatible, match=r"has the older format [1234] and may not be written; copy it"
    ):
        Library.open(old)


@pytest.mark.parametrize("before", [_BACK_TO_2, _BACK_TO_3, _BACK_TO_4], ids=["2", "3", "4"])
def test_edits_of_an_old_library_stay_and_take_the_new_fields(tmp_path: Path, before: str) -> None:
    library = build(tmp_path)
    edit_document(library, "bridge.txt", Edit(title="The bridge", published=PartialDate(2011, 3)))
    with sqlite3.connect(library / "library.db") as connection:
        connection.executescript(before)
    connection.close()
    period = (PartialDate(2011, 1), PartialDate(2011, 3, 12))
    record = edit_document(library, "bridge.txt", Edit(symbol="B/1", authors=("A. Gashi",), covers=period))
    about = record.metadata
    assert about.covers == Coverage(*period, Origin.USER)
    assert (about.title, about.symbol) == (Sourced("The bridge", Origin.USER), Sourced("B/1", Origin.USER))
    assert about.published is not None and str(about.published.date) == "2011-03"
    assert about.authors == Authors(("A. Gashi",), Origin.USER)
    with sqlite3.connect(library / "library.db") as connection:
        assert connection.execute("SELECT count(*) FROM edits").fetchone() == (1,)
    connection.close()


def test_metadata_of_old_readings_say_that_their_origin_is_not_recorded() -> None:
    old = (
        '{"title":["Report","text"],"authors":["A","B"],"source_url":"https://example.org/r","symbol":"S/2006/707",'
        '"covers":["2003-07-01","2003-09-15"]}'
    )
    found = unpack_metadata(old)
    assert found.title == Sourced("Report", Origin.TEXT)
    assert found.authors == Authors(("A", "B"), Origin.UNRECORDED)
    assert found.authors.confidence is Confidence.LOW
    assert found.source_url == Sourced("https://example.org/r", Origin.UNRECORDED)
    assert found.symbol == Sourced("S/2006/707", Origin.TEXT)
    assert found.covers == Coverage(PartialDate(2003, 7, 1), PartialDate(2003, 9, 15), Origin.TEXT)
