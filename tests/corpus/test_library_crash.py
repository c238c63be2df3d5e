"""A library is never half written: killed at any moment it opens with one whole generation, and can be finished."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from corpus.library import Library
from corpus.writer import Writer
from tests.conftest import CHECKOUT
from tests.corpus import library_driver as driver

KILLED_RUNS = 30
NAMES = {"library.db", "originals", "generations", "writer.lock"}


@pytest.fixture(scope="module")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder in memory if there is one: a killed process leaves the same there, and hundreds of runs are fast."""
    memory = Path("/dev/shm")
    if os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > 32_000_000:
        with tempfile.TemporaryDirectory(prefix="sourcebook-library-", dir=memory) as folder:
            yield Path(folder)
    else:
        yield tmp_path_factory.mktemp("scratch")


@pytest.fixture(scope="module")
def template(scratch: Path) -> Path:
    """A library with two generations, not current documents among its own."""
    folder = scratch / "template"
    driver.update(folder, driver.FIRST)
    driver.update(folder, driver.SECOND)
    return folder


@pytest.fixture(scope="module")
def whole_states(template: Path, scratch: Path) -> list[dict[str, Any]]:
    """What readers see before the update and after each of its publications, when nothing interrupts it."""
    folder = Path(shutil.copytree(template, scratch / "states"))
    states = [driver.contents(folder)]
    publish = Writer.publish

    def recording(writer: Writer, build: Any) -> bool:
        published = publish(writer, build)
        states.append(driver.contents(folder))
        return published

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Writer, "publish", recording)
        driver.update(folder, driver.LAST, batch=3)
    assert len(states) == 4
    assert all(before != after for before, after in pairwise(states))
    states[-1]["archive"] = driver.archived(folder)
    return states


def names(folder: Path) -> set[str]:
    """What lies in a library's folder, but for what SQLite keeps beside an open database."""
    return {path.name for path in folder.iterdir()} - {"library.db-wal", "library.db-shm"}


def assert_survived(folder: Path, states: list[dict[str, Any]]) -> int:
    """Check what a killed update left, finish it, check again; return which whole state it had left."""
    survived = driver.contents(folder)
    seen = [survived == {name: part for name, part in state.items() if name != "archive"} for state in states]
    assert any(seen), "a reader sees something that was never published"
    driver.update(folder, driver.LAST, batch=3)
    assert driver.contents(folder) | {"archive": driver.archived(folder)} == states[-1]
    assert len(list((folder / "generations").iterdir())) == 2
    assert names(folder) == NAMES
    return seen.index(True)


def test_killed_before_any_line_of_the_writing_code_nothing_is_lost_and_it_can_be_finished(
    template: Path, whole_states: list[dict[str, Any]], scratch: Path
) -> None:
    left = []
    with subprocess.Popen(
        [sys.executable, "-m", driver.__name__, str(template), "sweep", str(scratch)],
        cwd=CHECKOUT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        for line in process.stdout:
            folder, _, status = line.strip().rpartition(" ")
            assert int(status) == signal.SIGKILL
            left.append(assert_survived(Path(folder), whole_states))
            shutil.rmtree(folder)
            process.stdin.write("next\n")
            process.stdin.flush()
    assert process.returncode == 0
    assert len(left) > 120
    assert set(left) == {0, 1, 2, 3}, "kills before, between and after all the publications"
    assert left == sorted(left)


def test_killed_at_a_random_moment_nothing_is_lost_and_it_can_be_finished(
    template: Path, whole_states: list[dict[str, Any]], scratch: Path
) -> None:
    delays = random.Random(20071231)
    longest, died = 0.0, 0
    for run in range(10 * KILLED_RUNS):
        if died == KILLED_RUNS:
            break
        folder = Path(shutil.copytree(template, scratch / f"timed-{run}"))
        with subprocess.Popen(
            [sys.executable, "-m", driver.__name__, folder, "update"], cwd=CHECKOUT, stdout=subprocess.PIPE
        ) as process:
            assert process.stdout is not None
            assert process.stdout.readline() == b"ready\n"
            started = time.monotonic()
            if run == 0:  # the first one runs to its end and tells how long that takes
                process.wait()
                longest = time.monotonic() - started
            else:
                time.sleep(delays.uniform(0, longest))
                process.kill()
            if process.wait() == -signal.SIGKILL:
                died += 1
            elif run > 0:
                longest *= 0.9  # it was done already: others kept the machine busy when it was measured
        assert_survived(folder, whole_states)
        shutil.rmtree(folder)
    assert died == KILLED_RUNS


def test_killed_while_the_library_is_created_it_can_be_created(scratch: Path) -> None:
    script = (
        "import sys; from pathlib import Path; from corpus.library import Library\n"
        "from tests.corpus.library_driver import tracing_lines\n"
        "folder = Path(sys.argv[1])\n"
        "with tracing_lines(int(sys.argv[2]) or None) as lines:\n"
        "    Library.create(folder / 'deep' / 'library').close()\n"
        "print(len(lines))\n"
    )

    def create(folder: Path, line: int) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-c", script, str(folder), str(line)]
        return subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, check=False)

    lines = int(create(scratch, 0).stdout)
    for line in range(2, lines, max(1, lines // 12)):
        folder = scratch / f"created-{line}"
        folder.mkdir()
        assert create(folder, line).returncode == -signal.SIGKILL
        driver.update(folder / "deep" / "library", driver.FIRST)
        assert len(driver.contents(folder / "deep" / "library")["ids"]) == 10
        assert names(folder / "deep" / "library") == NAMES


def test_the_lock_of_a_killed_writer_is_free_at_once(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-m", driver.__name__, tmp_path / "library", "hold"],
        cwd=CHECKOUT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        assert [process.stdout.readline() for _ in range(2)] == [b"ready\n", b"held\n"]
        process.kill()
        process.wait()
    with Library.open(tmp_path / "library").writer(wait=0) as writer:
        assert writer.generation.number == 0
