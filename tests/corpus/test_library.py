"""What a library knows after documents came, changed, went and came back: answers that are known beforehand."""

from __future__ import annotations

import shutil
from array import array
from datetime import UTC, datetime
from pathlib import Path

import pytest

from corpus.changes import Changes
from corpus.errors import InvalidInput
from corpus.library import Library
from corpus.records import Counts, Facets, Source, SourceRecord, Status
from corpus.types import Filters
from tests.corpus import library_driver as driver
from tests.corpus.library_material import BREAD, EULEX, KOSOVO, add, index_lines, places


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
        assert list(snapshot.documents_of([second.id, 17, first.id]).items()) == [
            (second.id, second.document_id),
            (first.id, first.document_id),
        ]
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
        assert snapshot.former_sources(old) == [SourceRecord("/a.txt", "a.txt", old, since=1, until=2)]
        assert snapshot.former_sources(new) == []
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
        assert [(record.key, record.since) for record in snapshot.sources()] == [("/a.txt", 3), ("/b.txt", 1)]
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
