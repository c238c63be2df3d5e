"""What a library refuses, and how it says so: wrong folders, versions, arguments, a second writer."""

from __future__ import annotations

import json
import os
import re
import sqlite3
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from corpus.errors import InvalidInput, LibraryBusy, LibraryIncompatible, LibraryNotFound, SourcebookError
from corpus.library import Library
from corpus.records import Source
from corpus.schema import SCHEMA_VERSION
from corpus.types import Passage, Span
from corpus.writer import Writer
from tests.corpus import library_driver as driver
from tests.corpus.library_material import EULEX, KOSOVO, add, places


def test_a_place_without_a_library_says_what_to_run(tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "missing"):
        sentence = f"no library at {folder}; run: sourcebook add PATH"
        with pytest.raises(LibraryNotFound, match=f"^{re.escape(sentence)}$"):
            Library.open(folder)
    assert list(tmp_path.iterdir()) == []


def test_creating_twice_opens_and_a_folder_of_other_things_may_hold_a_library(library: Library) -> None:
    add(library, a=KOSOVO)
    with Library.create(library.folder) as again, again.snapshot() as snapshot:
        assert snapshot.counts().documents == 1
    parent = library.folder.parent
    with Library.create(parent):
        assert (parent / "library" / "library.db").is_file()


def test_a_folder_with_conflicting_names_is_refused(tmp_path: Path) -> None:
    (tmp_path / "originals").mkdir()
    with pytest.raises(
        InvalidInput, match="is not a library, but has something named originals in it; choose"
    ):
        Library.create(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["originals"]
    (tmp_path / "file").write_text("")
    with pytest.raises(InvalidInput, match="is a file; a library needs a folder"):
        Library.create(tmp_path / "file")
    with pytest.raises(SourcebookError, match="part of the path is a file"):
        Library.create(tmp_path / "file" / "library")


def test_a_newer_or_foreign_database_is_refused(library: Library) -> None:
    database = library.folder / "library.db"
    with sqlite3.connect(database) as connection:
        connection.execute("PRAGMA user_version = 99")
    with pytest.raises(
        LibraryIncompatible, match=rf"has format 99, this program knows up to {SCHEMA_VERSION}; use a newer"
    ):
        Library.open(library.folder)
    library.close()
    database.unlink()
    with sqlite3.connect(database) as connection:
        connection.execute("CREATE TABLE other (x)")
    with pytest.raises(LibraryIncompatible, match="is not a library's database"):
        Library.create(library.folder)
    database.write_bytes(b"something else" * 1000)
    with pytest.raises(LibraryIncompatible, match=r"library\.db is not a database"):
        Library.open(library.folder)


def test_settings_are_recorded_once(library: Library) -> None:
    with library.writer() as writer:
        writer.configure(driver.SETTINGS)
        with pytest.raises(LibraryIncompatible, match=r"was made with .*'fake'.*, not with .*'other'"):
            writer.configure(replace(driver.SETTINGS, model="other"))
    assert library.settings == driver.SETTINGS


def test_contradicting_arguments_are_refused(tmp_path: Path) -> None:
    document = driver.make_document(KOSOVO)
    passages = driver.make_passages(document)
    vectors = driver.make_vectors(document, passages)
    beyond = Passage(document.id, 20, 39, (Span(20, 39),))
    stranger = Passage("0" * 64, 20, 30, (Span(20, 30),))
    source = Source("/a", "a")
    with Library.create(tmp_path / "library") as library, library.writer() as writer:
        with pytest.raises(ValueError, match="call configure before stage"):
            writer.stage(source, KOSOVO, document, passages, vectors)
        writer.configure(driver.SETTINGS)
        with pytest.raises(ValueError, match="is not the SHA-256 of its original"):
            writer.stage(source, EULEX, document, passages, vectors)
        with pytest.raises(ValueError, match="31 bytes of vectors do not hold 2 passages of 4 dimensions"):
            writer.stage(source, KOSOVO, document, passages, vectors[1:])
        for wrong in (passages[::-1], passages[:1] * 2):
            with pytest.raises(ValueError, match="not ordered by start and end"):
                writer.stage(source, KOSOVO, document, wrong, vectors)
        for wrong in ((passages[0], beyond), (passages[0], stranger)):
            with pytest.raises(ValueError, match="is no slice of document"):
                writer.stage(source, KOSOVO, document, wrong, vectors)
        with pytest.raises(ValueError, match="is not stored; stage it"):
            writer.link(source, document.id)
        assert writer.sources() == []
        assert not writer.publish(driver.build)


def test_two_places_with_one_passage_id_are_refused(library: Library) -> None:
    add(library, a=KOSOVO)
    (taken, _) = places(KOSOVO, (0, 20), (20, 38))
    document = driver.make_document(EULEX)
    passages = driver.make_passages(document)
    object.__setattr__(passages[1], "id", taken)
    with library.writer() as writer:
        with pytest.raises(
            SourcebookError, match=f"two passages have the same id {taken}: .*; leave out one"
        ):
            writer.stage(Source("/b", "b"), EULEX, document, passages, bytes(48))
        object.__setattr__(passages[1], "id", passages[0].id)
        with pytest.raises(SourcebookError, match=f"two passages have the same id {passages[0].id}"):
            writer.stage(Source("/b", "b"), EULEX, document, passages, bytes(48))
        assert not writer.known(document.id)
        assert not writer.publish(driver.build)


def test_a_second_writer_is_told_who_the_first_is(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.argv", ["/usr/bin/sourcebook", "add", "reports"])
    told: list[str] = []
    with library.writer():
        since = datetime.fromisoformat(json.loads((library.folder / "writer.json").read_text())["since"])
        sentence = (
            f"the library at {library.folder} is being written to by process {os.getpid()} "
            f"(sourcebook add reports) since {since:%H:%M}"
        )
        with pytest.raises(LibraryBusy, match=f"^{re.escape(sentence)}; wait until"), library.writer(wait=0):
            pass
        assert told == []
        with pytest.raises(LibraryBusy), library.writer(wait=0.2, waiting=told.append):
            pass
        assert told == [sentence]
    assert not (library.folder / "writer.json").exists()
    with library.writer(wait=0, waiting=told.append):
        assert len(told) == 1


def test_a_writer_left_by_an_exception_lets_go_and_keeps_what_is_staged(library: Library) -> None:
    def fail(writer: Writer) -> None:
        driver.stage(writer, "/a.txt", KOSOVO)
        raise KeyError("an error of the caller")

    with pytest.raises(KeyError), library.writer() as writer:
        fail(writer)
    with library.writer(wait=0) as writer:
        assert [record.key for record in writer.sources()] == ["/a.txt"]
