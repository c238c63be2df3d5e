"""Many read and several write at once: readers see whole generations and never wait, writers take turns."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from corpus.errors import LibraryBusy
from corpus.library import Library
from tests.conftest import CHECKOUT
from tests.corpus import library_driver as driver

GENERATIONS = 15


def start(folder: Path, *arguments: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", driver.__name__, str(folder), *arguments]
    return subprocess.Popen(
        command,
        cwd=CHECKOUT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def texts(number: int) -> dict[str, str]:
    """Texts for one generation: some stay, some change, some come and go."""
    return {
        "/stays.txt": "Always the same.",
        "/changes.txt": f"Number {number}. Of many.",
        f"/passes-{number // 2}.txt": f"Here for two generations {number // 2}. Then gone.",
    }


def look(library: Library) -> int | None:
    """Check that a snapshot agrees with itself and its index; None if the index went away meanwhile."""
    with library.snapshot() as snapshot:
        records = snapshot.documents()
        ids = snapshot.passage_ids()
        counts = snapshot.counts()
        assert counts.documents == len(records) == len({record.id for record in records})
        assert counts.passages == len(ids) == sum(record.passages for record in records)
        assert set(snapshot.passages(ids)) == set(ids)
        assert snapshot.generation.folder is not None
        expected: dict[int, str] = {}
        for record in records:
            passages = snapshot.document_passages(record.id)
            expected |= driver.index_lines(passages, snapshot.vectors(record.id))
            text = snapshot.document(record.id).text
            assert [text[passage.start : passage.end] for passage in passages] != []
        changing = next(record for record in records if record.path == "changes.txt")
        number = int(snapshot.document(changing.id).text.split()[1].rstrip("."))
        assert {record.path for record in records} == {key[1:] for key in texts(number)}
        assert snapshot.generation.number == number + 1
        try:
            lines = (snapshot.generation.folder / driver.INDEX_NAME).read_text().splitlines()
        except FileNotFoundError:
            return None
        assert lines == [expected[passage_id] for passage_id in ids]
        return number


def test_readers_always_see_one_whole_generation(tmp_path: Path) -> None:
    folder = tmp_path / "library"
    driver.update(folder, texts(0))
    done = threading.Event()
    slowest = [0.0] * 4

    def read(reader: int) -> list[int]:
        numbers = []
        with Library.open(folder) if reader % 2 else shared as library:
            while not done.is_set():
                started = time.monotonic()
                number = look(library)
                slowest[reader] = max(slowest[reader], time.monotonic() - started)
                if number is not None:
                    numbers.append(number)
        return numbers

    shared = Library.open(folder)
    with ThreadPoolExecutor(4) as pool:
        readers = [pool.submit(read, reader) for reader in range(4)]
        try:
            for number in range(1, GENERATIONS):
                driver.update(folder, texts(number))
                time.sleep(0.02)
        finally:
            done.set()
        seen = [reader.result() for reader in readers]
    assert look(shared) == GENERATIONS - 1
    shared.close()
    for numbers in seen:
        assert numbers == sorted(numbers), "a reader never goes back"
    assert len(set().union(*seen)) > GENERATIONS // 2
    assert max(slowest) < 5, "readers do not wait for the writer"


def test_a_reader_does_not_wait_while_a_writer_is_in_the_middle_of_publishing(tmp_path: Path) -> None:
    folder = tmp_path / "library"
    driver.update(folder, texts(0))
    with Library.open(folder) as library, library.writer() as writer:
        driver.stage(writer, "/new.txt", b"New.")
        writer._connection.execute("BEGIN IMMEDIATE")
        writer._connection.execute("UPDATE documents SET current = 0")
        started = time.monotonic()
        with library.snapshot() as snapshot:
            assert snapshot.counts().documents == 3
        assert look(Library.open(folder)) == 0
        assert time.monotonic() - started < 2
        writer._connection.execute("ROLLBACK")


def test_one_snapshot_serves_many_threads(tmp_path: Path) -> None:
    folder = tmp_path / "library"
    driver.update(folder, texts(0))
    with Library.open(folder) as library, library.snapshot() as snapshot, ThreadPoolExecutor(8) as pool:
        ids = snapshot.passage_ids()
        expected = snapshot.passages(ids)
        found = list(pool.map(lambda _: snapshot.passages(ids), range(200)))
        assert all(passages == expected for passages in found)


def test_two_processes_that_add_at_once_take_turns_and_lose_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "library"
    processes = [start(folder, "add", name) for name in ("one", "two")]
    for process in processes:
        _, errors = process.communicate(timeout=60)
        assert process.returncode == 0, errors
    with Library.open(folder) as library, library.snapshot() as snapshot:
        assert [record.path for record in snapshot.documents()] == [
            f"{name}-{number}.txt" for name in ("one", "two") for number in range(8)
        ]
        assert snapshot.generation.number == 16
        assert snapshot.generation.folder is not None
        lines = (snapshot.generation.folder / driver.INDEX_NAME).read_text().splitlines()
        assert [int(line.split()[0]) for line in lines] == list(snapshot.passage_ids())


def test_processes_that_create_the_same_library_at_once_get_one(tmp_path: Path) -> None:
    for attempt in range(3):
        folder = tmp_path / str(attempt) / "library"
        processes = [start(folder, "add", str(number)) for number in range(3)]
        for process in processes:
            _, errors = process.communicate(timeout=60)
            assert process.returncode == 0, errors
        with Library.open(folder) as library, library.snapshot() as snapshot:
            assert snapshot.counts().documents == 24


def test_the_holder_in_another_process_is_named_and_its_end_awaited(tmp_path: Path) -> None:
    folder = tmp_path / "library"
    told: list[str] = []
    with start(folder, "hold") as process:
        assert process.stdout is not None
        assert process.stdin is not None
        assert [process.stdout.readline() for _ in range(2)] == ["ready\n", "held\n"]
        with (
            Library.open(folder) as library,
            pytest.raises(LibraryBusy, match=f"is being written to by process {process.pid} .* since "),
            library.writer(wait=0),
        ):
            pass
        timer = threading.Timer(0.3, process.stdin.close)
        timer.start()
        with Library.open(folder) as library, library.writer(wait=30, waiting=told.append):
            assert len(told) == 1
            assert f"process {process.pid} (library_driver.py " in told[0]
        timer.join()
        process.stdin = None
        assert process.wait() == 0


def test_a_forked_process_uses_connections_of_its_own(tmp_path: Path) -> None:
    folder = tmp_path / "library"
    driver.update(folder, texts(0))
    script = (
        "import os, sys; from pathlib import Path; from corpus.library import Library\n"
        "from tests.corpus.test_library_concurrency import look\n"
        "library = Library.open(Path(sys.argv[1])); assert look(library) == 0\n"
        "child = os.fork()\n"
        "assert look(library) == 0\n"
        "library.close()\n"
        "if child: assert os.waitpid(child, 0)[1] == 0\n"
    )
    command = [sys.executable, "-c", script, str(folder)]
    subprocess.run(command, cwd=CHECKOUT, check=True, timeout=60, env=os.environ)
