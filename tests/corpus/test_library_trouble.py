"""Full disks, read-only folders, altered files: one clear sentence each, and a library that is as it was."""

from __future__ import annotations

import errno
import os
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from corpus.changes import Changes
from corpus.errors import SourcebookError
from corpus.library import Library
from corpus.records import Status
from corpus.schema import errors_in_words
from corpus.writer import Writer
from tests.corpus import library_driver as driver
from tests.nobody import make_read_only, public_folder, run_as_nobody

TEXT = b"A text. Of two sentences."


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    driver.update(tmp_path / "library", driver.FIRST)
    with Library.open(tmp_path / "library") as library:
        yield library


def test_a_full_disk_while_staging_leaves_the_library_as_it_was(library: Library) -> None:
    before = driver.contents(library.folder)
    with library.writer() as writer:
        (pages,) = writer._connection.execute("PRAGMA page_count").fetchone()
        writer._connection.execute(f"PRAGMA max_page_count = {pages}")
        with pytest.raises(
            SourcebookError, match="the disk is full; free some space and run the command again"
        ):
            driver.stage(writer, "/big.txt", b"x. " * 100_000)
        assert writer.status("/big.txt", driver.digest(b"x. " * 100_000)) is Status.NEW
        assert not writer.publish(driver.build)
    assert driver.contents(library.folder) == before


def full(*_: Any) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


def test_a_full_disk_while_archiving_leaves_the_library_as_it_was(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = driver.contents(library.folder), driver.archived(library.folder)
    with library.writer() as writer, monkeypatch.context() as patch:
        patch.setattr("corpus.archive.os.fsync", full)
        with pytest.raises(
            SourcebookError, match=rf"cannot use the library at {library.folder}: the disk is full"
        ):
            driver.stage(writer, "/new.txt", TEXT)
    assert (driver.contents(library.folder), driver.archived(library.folder)) == before


def test_a_builder_that_fails_leaves_the_old_generation_and_what_is_staged(library: Library) -> None:
    before = driver.contents(library.folder)

    def overflow(folder: Path, previous: Path | None, changes: Changes) -> None:
        (folder / "half").write_text("half")
        full()

    def crash(folder: Path, previous: Path | None, changes: Changes) -> None:
        raise RuntimeError("a fault in the index")

    with library.writer() as writer:
        driver.stage(writer, "/new.txt", TEXT)
        with pytest.raises(SourcebookError, match="the disk is full"):
            writer.publish(overflow)
        with pytest.raises(RuntimeError, match="a fault in the index"):
            writer.publish(crash)
        assert driver.contents(library.folder) == before
        assert [path.name for path in (library.folder / "generations").iterdir()] == ["000001"]
        assert writer.publish(driver.build)
    with library.snapshot() as snapshot:
        assert snapshot.counts().documents == len(driver.FIRST) + 1


def test_a_full_disk_at_the_last_step_leaves_the_old_generation(library: Library) -> None:
    before = driver.contents(library.folder)
    with library.writer() as writer:
        for number in range(2000):
            writer._connection.execute(
                "INSERT INTO staged VALUES (?, NULL, NULL, NULL)", (f"/none-{number}",)
            )
        for number in range(60):
            driver.stage(writer, f"/new-{number}.txt", b"%d." % number)
        (pages,) = writer._connection.execute("PRAGMA page_count").fetchone()
        writer._connection.execute(f"PRAGMA max_page_count = {pages}")
        with pytest.raises(SourcebookError, match="the disk is full"):
            writer.publish(driver.build)
        assert driver.contents(library.folder) == before
        writer._connection.execute("PRAGMA max_page_count = 100000")
        assert writer.publish(driver.build)
    with library.snapshot() as snapshot:
        assert snapshot.counts().documents == len(driver.FIRST) + 60


def test_a_failing_clean_up_does_not_undo_a_publication(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    with library.writer() as writer:
        driver.stage(writer, "/a.txt", b"One.")
        writer.publish(driver.build)
        driver.stage(writer, "/a.txt", b"Two.")
        with monkeypatch.context() as patch:
            patch.setattr("corpus.writer.Writer._remove_leftovers", full)
            assert writer.publish(driver.build)
    assert len(list((library.folder / "generations").iterdir())) == 3
    with library.writer() as writer:
        assert writer.generation.number == 3
    names = sorted(path.name for path in (library.folder / "generations").iterdir())
    assert names == ["000002", "000003"]


def test_an_altered_or_missing_original_is_noticed_and_mended_by_adding_it_again(library: Library) -> None:
    data = driver.FIRST["/kept.txt"].encode()
    document_id = driver.digest(data)
    path = library.folder / "originals" / document_id[:2] / document_id
    assert path.read_bytes() == data
    assert path.stat().st_mode & 0o777 == 0o444
    altered = bytes([data[0] ^ 1]) + data[1:]
    for spoiled in (altered, data[1:], None):
        spoil(path, spoiled)
        with (
            library.snapshot() as snapshot,
            pytest.raises(SourcebookError, match=r"has been altered|is missing"),
        ):
            snapshot.original(document_id)
        with library.writer() as writer:
            driver.stage(writer, "/kept.txt", data)
        with library.snapshot() as snapshot:
            assert snapshot.original(document_id) == data
    spoil(path, altered)
    with library.snapshot() as snapshot:
        assert snapshot.original(document_id, check=False) == altered


def spoil(path: Path, data: bytes | None) -> None:
    path.unlink()
    if data is not None:
        path.write_bytes(data)


def test_a_damaged_database_is_told_apart_from_a_missing_library(library: Library) -> None:
    library.close()
    database = library.folder / "library.db"
    data = bytearray(database.read_bytes())
    data[4096:] = b"\xff" * (len(data) - 4096)
    database.write_bytes(data)
    with (
        pytest.raises(SourcebookError, match="its database is damaged; build the library again"),
        Library.open(library.folder) as damaged,
        damaged.snapshot() as snapshot,
    ):
        snapshot.documents()


@pytest.mark.parametrize(
    ("table", "use"),
    [
        ("sources", Writer.sources),
        ("staged", lambda writer: writer.status("/kept.txt", "0" * 64)),
        ("staged", lambda writer: writer.publish(driver.build)),
        ("sources", lambda writer: writer.remove("/kept.txt")),
        ("documents", lambda writer: Changes(writer._connection)),
        ("choices", lambda writer: writer.ocr),
        ("edits", lambda writer: writer.edit_of("/kept.txt")),
    ],
)
def test_a_writer_says_that_the_database_is_damaged(
    library: Library, table: str, use: Callable[[Writer], object]
) -> None:
    library.close()
    with closing(sqlite3.connect(library.folder / "library.db")) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        pages = connection.execute(
            "SELECT rootpage FROM sqlite_master WHERE tbl_name = ?", (table,)
        ).fetchall()
        (size,) = connection.execute("PRAGMA page_size").fetchone()
    with (library.folder / "library.db").open("r+b") as file:
        for (page,) in pages:
            file.seek((page - 1) * size)
            file.write(b"\xff" * size)
    with (
        pytest.raises(SourcebookError, match="its database is damaged; build the library again"),
        Library.open(library.folder) as damaged,
        damaged.writer() as writer,
    ):
        use(writer)


def test_words_that_are_no_text_any_more_are_told_as_damage(library: Library) -> None:
    with library.writer() as writer:
        writer._connection.execute("UPDATE settings SET model = CAST(x'ff' AS TEXT)")
    with pytest.raises(SourcebookError, match="its database is damaged"), library.writer() as writer:
        _ = writer.settings


@pytest.fixture(params=["closed", "read before"])
def read_only_library(request: pytest.FixtureRequest) -> Iterator[Path]:
    """A library in a folder that its reader cannot write to, where any user can get at it.

    Readers leave an empty write-ahead log behind, and SQLite treats a database with and without one differently.
    """
    with public_folder() as folder:
        driver.update(folder / "library", driver.FIRST)
        if request.param == "read before":
            driver.contents(folder / "library")
        assert (folder / "library" / "library.db-wal").exists() == (request.param == "read before")
        make_read_only(folder / "library")
        yield folder / "library"


def as_nobody(code: str, folder: Path) -> subprocess.CompletedProcess[str]:
    imports = "from corpus.library import Library; from corpus.errors import SourcebookError"
    prelude = "import sys; from pathlib import Path; folder = Path(sys.argv[1])\n"
    return run_as_nobody(prelude + code, folder, imports=imports)


READING = """
with Library.open(folder) as library:
    for _ in range(2):
        with library.snapshot() as snapshot:
            print(snapshot.counts().documents, len(snapshot.documents()[0].paths))
"""


def test_a_read_only_library_can_be_read(read_only_library: Path) -> None:
    done = as_nobody(READING, read_only_library)
    assert (done.returncode, done.stdout) == (0, "5 1\n5 1\n"), done.stderr


def test_a_read_only_library_can_be_read_while_its_owner_writes(read_only_library: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("only the superuser writes where another user cannot")
    with Library.open(read_only_library) as library, library.writer() as writer:
        driver.stage(writer, "/new.txt", TEXT)
        writer.publish(driver.build)
        done = as_nobody(READING, read_only_library)
        assert (done.returncode, done.stdout) == (0, "6 1\n6 1\n"), done.stderr


def test_writing_to_a_read_only_library_says_why_not(read_only_library: Path) -> None:
    done = as_nobody(
        "try:\n    with Library.open(folder).writer(wait=5): pass\nexcept SourcebookError as error: print(error)",
        read_only_library,
    )
    expected = f"cannot use the library at {read_only_library}: permission denied; check who owns"
    assert done.stdout.startswith(expected), done.stdout + done.stderr


def test_creating_a_library_where_nothing_can_be_written_says_why_not(read_only_library: Path) -> None:
    done = as_nobody(
        "try:\n    Library.create(folder / 'new')\nexcept SourcebookError as error: print(error)",
        read_only_library,
    )
    assert "permission denied; check who owns" in done.stdout, done.stdout + done.stderr


def test_a_write_ahead_log_on_a_read_only_medium_is_told_as_such() -> None:
    with public_folder() as folder:
        driver.update(folder / "library", driver.FIRST)
        (folder / "library" / "library.db-wal").write_bytes(b"what its writer left when it was killed")
        make_read_only(folder / "library")
        done = as_nobody(
            "try:\n    Library.open(folder)\nexcept SourcebookError as error: print(error)",
            folder / "library",
        )
    expected = "here nothing can be written to read it; copy the library to a disk that can be written"
    assert expected in done.stdout, done.stdout + done.stderr


def test_a_database_that_contradicts_itself_is_told_as_such(tmp_path: Path) -> None:
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE TABLE one (id INTEGER PRIMARY KEY)")
    twice = "INSERT INTO one VALUES (1)"
    with (
        closing(connection),
        pytest.raises(SourcebookError, match="its database contradicts itself; run: sourcebook doctor"),
        errors_in_words(tmp_path),
    ):
        connection.execute(twice)
        connection.execute(twice)
