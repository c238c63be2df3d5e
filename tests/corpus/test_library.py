"""What a library knows after documents came, changed, went and came back: answers that are known beforehand."""

from __future__ import annotations

import json
import os
import re
import shutil
import sqlite3
from array import array
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from corpus.changes import Changes
from corpus.errors import InvalidInput, LibraryBusy, LibraryIncompatible, LibraryNotFound, SourcebookError
from corpus.library import Library
from corpus.records import Counts, Facet, Facets, Source, SourceRecord, Status
from corpus.types import Filters, Origin, PartialDate, Passage, Published, Sourced, Span, passage_id
from corpus.writer import Writer
from tests.corpus import library_driver as driver

KOSOVO = b"UNMIK had 510 posts. Its head changed."
EULEX = b"EULEX was deployed. It had 1,712 staff. Then it left."
BREAD = b"Bake it."


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with Library.create(tmp_path / "library") as library:
        with library.writer() as writer:
            writer.configure(driver.SETTINGS)
        yield library


def add(library: Library, **documents: bytes) -> None:
    with library.writer(wait=0) as writer:
        for name, data in documents.items():
            driver.stage(writer, f"/{name}.txt", data)
        writer.publish(driver.build)


def places(data: bytes, *spans: tuple[int, int]) -> list[int]:
    return [passage_id(driver.digest(data), start, end) for start, end in spans]


def index_lines(library: Library) -> list[str]:
    with library.snapshot() as snapshot:
        assert snapshot.generation.folder is not None
        return (snapshot.generation.folder / driver.INDEX_NAME).read_text().splitlines()


def test_a_new_library_is_empty(tmp_path: Path) -> None:
    with Library.create(tmp_path / "a" / "b") as library, library.snapshot() as snapshot:
        assert library.settings is None
        assert (snapshot.generation.number, snapshot.generation.folder) == (0, None)
        assert snapshot.documents() == []
        assert snapshot.counts() == Counts(0, 0, None, None)
        assert snapshot.facets() == Facets((), (), ())
        assert snapshot.passage_ids() == array("q")
        assert snapshot.select(Filters(languages=("en",))) == frozenset()


def test_a_published_document_can_be_read_in_every_way(library: Library) -> None:
    before = datetime.now(UTC).replace(microsecond=0)
    add(library, unmik=KOSOVO)
    document = driver.make_document(KOSOVO, title="/unmik.txt")
    first, second = driver.make_passages(document)
    with library.snapshot() as snapshot:
        (record,) = snapshot.documents()
        assert before <= record.added_at <= datetime.now(UTC)
        assert (record.id, record.paths, record.path) == (document.id, ("unmik.txt",), "unmik.txt")
        assert (record.metadata, record.media_type, record.reader) == (
            document.metadata,
            "text/plain",
            "plain/1",
        )
        assert (record.passages, record.characters, record.bytes, record.generation) == (2, 38, 38, 1)
        assert snapshot.documents([document.id, "0" * 64]) == [record]
        assert snapshot.document(document.id) == document
        assert snapshot.original(document.id) == KOSOVO
        assert snapshot.passages([second.id, 17, first.id]) == {second.id: second, first.id: first}
        assert list(snapshot.passages([second.id, first.id])) == [second.id, first.id]
        assert snapshot.document_passages(document.id) == (first, second)
        assert snapshot.vectors(document.id) == driver.make_vectors(document, (first, second))
        assert snapshot.passage_ids() == array("q", sorted([first.id, second.id]))
        assert snapshot.settings() == library.settings == driver.SETTINGS
        assert snapshot.generation.folder == library.folder / "generations" / "000001"
    assert [int(line.split()[0]) for line in index_lines(library)] == sorted([first.id, second.id])


def test_what_is_staged_is_invisible_until_it_is_published(library: Library) -> None:
    with library.writer() as writer:
        document = driver.stage(writer, "/a.txt", KOSOVO)
        assert writer.status("/a.txt", document.id) is Status.UNCHANGED
        with library.snapshot() as snapshot:
            assert snapshot.documents() == []
            assert snapshot.passages(places(KOSOVO, (0, 20))) == {}
            with pytest.raises(InvalidInput, match="no document"):
                snapshot.document(document.id)
    with library.writer() as writer:
        assert writer.status("/a.txt", document.id) is Status.UNCHANGED
        assert writer.publish(driver.build)
    with library.snapshot() as snapshot:
        assert snapshot.generation.number == 1
        assert [record.id for record in snapshot.documents()] == [document.id]


def test_publishing_nothing_new_does_nothing(library: Library) -> None:
    add(library, unmik=KOSOVO)
    with library.writer() as writer:
        writer.link(Source("/unmik.txt", "unmik.txt"), driver.digest(KOSOVO))
        driver.stage(writer, "/unmik.txt", KOSOVO)
        assert not writer.publish(driver.build)
        driver.stage(writer, "/other.txt", EULEX)
        assert writer.remove("/other.txt")
        assert not writer.publish(driver.build)
        assert writer.generation.number == 1
    assert sorted(path.name for path in (library.folder / "generations").iterdir()) == ["000001"]


def test_a_lost_or_outdated_index_can_be_rebuilt(library: Library) -> None:
    add(library, a=KOSOVO, b=EULEX)
    before = index_lines(library)
    with library.writer() as writer:
        assert writer.publish(driver.build, rebuild=True)
    assert index_lines(library) == before
    with library.snapshot() as snapshot:
        assert snapshot.generation.folder is not None
        shutil.rmtree(snapshot.generation.folder)
    add(library, c=BREAD)
    assert len(index_lines(library)) == len(before) + 1
    with library.snapshot() as snapshot:
        assert [(record.path, record.generation) for record in snapshot.documents()] == [
            ("a.txt", 1),
            ("b.txt", 1),
            ("c.txt", 3),
        ]


def test_a_changed_source_shows_the_new_document_and_keeps_the_old_original(library: Library) -> None:
    add(library, a=KOSOVO)
    old, new = driver.digest(KOSOVO), driver.digest(EULEX)
    with library.writer() as writer:
        assert writer.status("/a.txt", new) is Status.CHANGED
        driver.stage(writer, "/a.txt", EULEX)
        writer.publish(driver.build)
    with library.snapshot() as snapshot:
        assert [record.id for record in snapshot.documents()] == [new]
        assert snapshot.passages(places(KOSOVO, (0, 20))) == {}
        assert snapshot.document_passages(old) == ()
        assert snapshot.vectors(old) == b""
        assert snapshot.document(old).text.encode() == snapshot.original(old) == KOSOVO
        assert snapshot.history("/a.txt") == [
            SourceRecord("/a.txt", "a.txt", old, since=1, until=2),
            SourceRecord("/a.txt", "a.txt", new, since=2, until=None),
        ]
        assert snapshot.sources() == [SourceRecord("/a.txt", "a.txt", new, since=2)]
        assert len(snapshot.passage_ids()) == 3
    assert len(index_lines(library)) == 3


def test_a_removed_source_is_gone_and_comes_back_without_being_stored_again(library: Library) -> None:
    add(library, a=KOSOVO, b=EULEX)
    with library.writer() as writer:
        assert writer.remove("/a.txt")
        assert not writer.remove("/never.txt")
        assert not writer.remove("/a.txt")
        assert writer.status("/a.txt", driver.digest(KOSOVO)) is Status.NEW
        assert [record.key for record in writer.sources()] == ["/b.txt"]
        writer.publish(driver.build)
    with library.snapshot() as snapshot:
        assert [record.path for record in snapshot.documents()] == ["b.txt"]
        assert snapshot.counts().passages == 3
        assert snapshot.original(driver.digest(KOSOVO)) == KOSOVO
    assert len(index_lines(library)) == 3
    with library.writer() as writer:
        assert writer.known(driver.digest(KOSOVO))
        assert not writer.known(driver.digest(BREAD))
        writer.link(Source("/a.txt", "a.txt"), driver.digest(KOSOVO))
        writer.publish(driver.build)
    with library.snapshot() as snapshot:
        records = snapshot.documents()
        assert [(record.path, record.generation) for record in records] == [("a.txt", 3), ("b.txt", 1)]
        assert [record.since for record in snapshot.history("/a.txt")] == [1, 3]
    assert len(index_lines(library)) == 5


def test_the_same_bytes_at_two_paths_are_one_document(library: Library) -> None:
    add(library, b=KOSOVO, a=KOSOVO)
    with library.snapshot() as snapshot:
        (record,) = snapshot.documents()
        assert record.paths == ("a.txt", "b.txt")
        assert snapshot.counts() == Counts(1, 2, None, None)
    with library.writer() as writer:
        writer.remove("/a.txt")
        writer.publish(driver.build)
    with library.snapshot() as snapshot:
        assert [record.paths for record in snapshot.documents()] == [("b.txt",)]
        assert snapshot.counts().passages == 2
    with library.writer() as writer:
        writer.remove("/b.txt")
        writer.publish(driver.build)
    with library.snapshot() as snapshot:
        assert snapshot.documents() == []
    assert index_lines(library) == []


def test_a_staged_change_that_is_taken_back_leaves_nothing_to_publish(library: Library) -> None:
    add(library, a=KOSOVO)
    with library.writer() as writer:
        driver.stage(writer, "/a.txt", EULEX)
        assert writer.status("/a.txt", driver.digest(KOSOVO)) is Status.CHANGED
        writer.link(Source("/a.txt", "a.txt"), driver.digest(KOSOVO))
        writer.remove("/a.txt")
        writer.link(Source("/a.txt", "a.txt"), driver.digest(KOSOVO))
        assert not writer.publish(driver.build)


def test_changes_name_what_comes_and_goes(library: Library) -> None:
    add(library, a=KOSOVO, b=EULEX)
    seen: list[Changes] = []

    def look(folder: Path, previous: Path | None, changes: Changes) -> None:
        assert previous == library.folder / "generations" / "000001"
        assert list(folder.iterdir()) == []
        assert changes.removed_documents == (driver.digest(KOSOVO),)
        assert changes.added_documents == (driver.digest(BREAD),)
        assert changes.removed == array("q", places(KOSOVO, (0, 20), (20, 38)))
        assert changes.added == array("q", places(BREAD, (0, 8)))
        assert changes.passages == 4
        (new,) = changes.new()
        assert new.document.text.encode() == BREAD
        assert new.vectors == driver.make_vectors(new.document, new.passages)
        everything = list(changes.everything())
        assert [stored.document.id for stored in everything] == sorted(
            [new.document.id, driver.digest(EULEX)]
        )
        assert [passage.start for stored in everything for passage in stored.passages].count(0) == 2
        seen.append(changes)

    with library.writer() as writer:
        writer.remove("/a.txt")
        driver.stage(writer, "/c.txt", BREAD)
        assert writer.publish(look)
    assert len(seen) == 1


def test_a_better_reader_replaces_what_the_old_one_read(library: Library) -> None:
    add(library, a=KOSOVO, copy=KOSOVO)
    key, document_id = "/a.txt", driver.digest(KOSOVO)
    with library.writer() as writer:
        assert writer.status(key, document_id, "plain/1") is Status.UNCHANGED
        assert writer.status(key, document_id, "markdown/1") is Status.UNCHANGED
        assert writer.status(key, document_id, "plain/2") is Status.CHANGED
        assert writer.known(document_id, "markdown/1")
        assert not writer.known(document_id, "plain/2")
        driver.stage(writer, key, KOSOVO, reader="plain/2")
        assert writer.known(document_id, "plain/2")
        assert writer.status("/copy.txt", document_id, "plain/2") is Status.CHANGED
        writer.link(Source("/copy.txt", "copy.txt"), document_id)

        def look(folder: Path, previous: Path | None, changes: Changes) -> None:
            assert changes.added_documents == changes.removed_documents == (document_id,)
            assert changes.added == changes.removed
            driver.build(folder, previous, changes)

        writer.publish(look)
        assert writer.status("/copy.txt", document_id, "plain/2") is Status.UNCHANGED
    with library.snapshot() as snapshot:
        (record,) = snapshot.documents()
        assert (record.reader, record.paths, record.generation) == ("plain/2", ("a.txt", "copy.txt"), 2)
        assert snapshot.document(document_id).reader == "plain/2"
        assert snapshot.counts() == Counts(1, 2, None, None)
        assert len(snapshot.passages(places(KOSOVO, (0, 20), (20, 38)))) == 2


def test_the_first_reader_of_the_same_bytes_wins(library: Library) -> None:
    with library.writer() as writer:
        driver.stage(writer, "/a.txt", KOSOVO)
        driver.stage(writer, "/a.md", KOSOVO, reader="markdown/1")
        writer.publish(driver.build)
    with library.snapshot() as snapshot:
        assert [(record.reader, record.paths) for record in snapshot.documents()] == [
            ("plain/1", ("a.md", "a.txt"))
        ]


def dated(library: Library) -> dict[str, str]:
    """Five documents with differing dates, publishers and languages; names by id."""
    facts = {
        "year": (PartialDate(2007), "UN", "en"),
        "month": (PartialDate(2007, 12), "UN", "fr"),
        "day": (PartialDate(2007, 12, 31), "EU", "en"),
        "late": (PartialDate(2010, 2, 28), "N\udcffTO", "en"),
        "unknown": None,
    }
    ids = {}
    with library.writer() as writer:
        for name, fact in facts.items():
            more: dict[str, Any] = {}
            if fact is not None:
                published, publisher, language = fact
                more = {
                    "published": Published(published, Origin.TEXT),
                    "publisher": Sourced(publisher, Origin.META),
                    "language": Sourced(language, Origin.DETECTED),
                }
            ids[driver.stage(writer, f"/{name}.txt", f"On {name}. More.".encode(), **more).id] = name
        writer.publish(driver.build)
    return ids


@pytest.mark.parametrize(
    ("filters", "names"),
    [
        (Filters(published_from=date(2007, 1, 1)), "year month day late"),
        (Filters(published_from=date(2007, 1, 2)), "month day late"),
        (Filters(published_to=date(2007, 12, 30)), ""),
        (Filters(published_to=date(2007, 12, 31)), "year month day"),
        (Filters(published_from=date(2007, 12, 31), published_to=date(2010, 2, 28)), "day late"),
        (Filters(published_from=date(2007, 12, 1), published_to=date(2007, 12, 31)), "month day"),
        (Filters(publishers=("UN",)), "year month"),
        (Filters(publishers=("EU", "N\udcffTO")), "day late"),
        (Filters(languages=("fr",), publishers=("UN",)), "month"),
        (Filters(languages=("en",), published_to=date(2007, 12, 31)), "year day"),
        (Filters(publishers=("un",)), ""),
        (Filters(documents=(driver.digest(b"On unknown. More."), "f" * 64)), "unknown"),
    ],
)
def test_filters_select_documents(library: Library, filters: Filters, names: str) -> None:
    ids = dated(library)
    with library.snapshot() as snapshot:
        selected = snapshot.select(filters)
        assert selected is not None
        assert sorted(ids[document_id] for document_id in selected) == sorted(names.split())
        assert len(snapshot.passage_ids(selected)) == 2 * len(selected) == snapshot.counts(selected).passages


def test_counts_and_facets_tell_what_there_is(library: Library) -> None:
    ids = {name: document_id for document_id, name in dated(library).items()}
    with library.snapshot() as snapshot:
        assert snapshot.select(Filters()) is None
        assert snapshot.counts() == Counts(5, 10, PartialDate(2007), PartialDate(2010, 2, 28))
        assert snapshot.counts([ids["day"], ids["month"]]) == Counts(
            2, 4, PartialDate(2007, 12), PartialDate(2007, 12)
        )
        assert snapshot.counts([ids["unknown"]]) == Counts(1, 2, None, None)
        assert snapshot.facets() == Facets(
            publishers=(Facet("UN", 2), Facet("EU", 1), Facet("N\udcffTO", 1)),
            languages=(Facet("en", 3), Facet("fr", 1)),
            years=(Facet("2007", 3), Facet("2010", 1)),
            media_types=(Facet("text/plain", 5),),
        )


def test_facets_under_a_filter_count_what_one_more_value_would_add(library: Library) -> None:
    dated(library)
    with library.snapshot() as snapshot:
        year = Filters(published_from=date(2007, 1, 1), published_to=date(2007, 12, 31))
        within = snapshot.facets(year)
        assert within.years == snapshot.facets().years
        assert sum(facet.documents for facet in within.media_types) == 3
        chosen = snapshot.facets(Filters(publishers=("EU",)))
        assert chosen.publishers == snapshot.facets().publishers
        assert sum(facet.documents for facet in chosen.media_types) == 1
        assert snapshot.select(Filters(media_types=("application/pdf",))) == frozenset()
        assert len(snapshot.select(Filters(media_types=("text/plain",))) or ()) == 5


def test_a_snapshot_keeps_its_generation_while_others_are_published(library: Library) -> None:
    add(library, a=KOSOVO)
    with library.snapshot() as old:
        assert old.generation.folder is not None
        add(library, a=EULEX)
        assert old.generation.folder.is_dir(), "the generation before the current one stays"
        with library.snapshot() as new:
            assert new.generation.number == 2
            assert [record.id for record in new.documents()] == [driver.digest(EULEX)]
        add(library, b=BREAD)
        assert not old.generation.folder.exists(), "a generation replaced twice is removed"
        assert [record.id for record in old.documents()] == [driver.digest(KOSOVO)]
        assert old.counts() == Counts(1, 2, None, None)
        assert len(old.passages(places(KOSOVO, (0, 20), (20, 38)))) == 2
        assert old.document(driver.digest(KOSOVO)).text.encode() == KOSOVO
        with pytest.raises(InvalidInput, match="see: sourcebook list"):
            old.document(driver.digest(BREAD))
    with pytest.raises(ValueError, match="the snapshot is closed"):
        old.documents()


def test_what_was_worked_out_is_kept_for_its_generation_only(library: Library) -> None:
    add(library, a=KOSOVO)
    wanted = Filters(documents=(driver.digest(KOSOVO), driver.digest(EULEX)))
    with library.snapshot() as old:
        assert old.passage_ids().pop() in places(KOSOVO, (0, 20), (20, 38))
        assert len(old.passage_ids()) == 2, "callers get a copy"
        add(library, b=EULEX)
        with library.snapshot() as new:
            assert [len(new.select(wanted) or ()), len(old.select(wanted) or ())] == [2, 1]
            assert [new.counts(), old.counts()] == [Counts(2, 5, None, None), Counts(1, 2, None, None)]
            assert [len(new.passage_ids()), len(old.passage_ids())] == [5, 2]
            assert new.counts([driver.digest(EULEX)]) == Counts(1, 3, None, None)
            assert old.counts([driver.digest(EULEX)]) == Counts(0, 0, None, None)


def test_the_write_ahead_log_is_not_held_by_snapshots_that_ended(library: Library) -> None:
    add(library, a=KOSOVO)
    for number in range(3):
        with library.snapshot() as snapshot:
            snapshot.documents()
        add(library, a=b"%d. " % number + os.urandom(400_000).hex().encode())
    with library.writer() as writer:
        assert writer.status("/a.txt", "") is Status.CHANGED
        (busy, _, _) = writer._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        assert busy == 0
    assert (library.folder / "library.db-wal").stat().st_size == 0


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
    with pytest.raises(LibraryIncompatible, match="has format 99, this program knows up to 2; use a newer"):
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
