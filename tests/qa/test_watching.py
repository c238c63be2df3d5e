"""Following folders: what comes to rest is added, what is half written or temporary is not."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from corpus.errors import InvalidInput
from qa.watching import at_rest, is_wanted, sources_in, watch_folders
from tests.conftest import CHECKOUT
from tests.qa.material import BRIDGE, HARVEST, write

_PROGRAM = """
import sys
from pathlib import Path
import qa.adding
from tests.fakes import FakeEncoder
from qa.cli import main
qa.adding.default_encoder = lambda model=None: FakeEncoder()
main()
"""


def _until(condition: Callable[[], bool], seconds: float = 15) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.05)


def test_what_comes_and_changes_is_added_when_it_has_come_to_rest(tmp_path: Path) -> None:
    folder = write(tmp_path / "folder", {"first.txt": HARVEST})
    calls: list[list[str]] = []
    stop = threading.Event()

    def add(paths: list[Path]) -> None:
        calls.append([path.name for path in paths])

    thread = threading.Thread(
        target=watch_folders,
        args=([folder], add),
        kwargs={"library": tmp_path / "library", "stop": stop, "rest": 0.3},
    )
    thread.start()
    try:
        _until(lambda: bool(calls))
        time.sleep(0.5)
        write(folder, {"deep/second.txt": BRIDGE, "half.txt.part": "x", "film.mp4": "x", ".hidden.txt": "x"})
        _until(lambda: ["second.txt"] in calls)
        with (folder / "slow.txt").open("w") as file:
            for _ in range(12):
                file.write("Another line.\n")
                file.flush()
                time.sleep(0.1)
            assert ["slow.txt"] not in calls
        _until(lambda: ["slow.txt"] in calls)
    finally:
        stop.set()
        thread.join(10)
    assert not thread.is_alive()
    assert calls == [["folder"], ["second.txt"], ["slow.txt"]]


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("a.txt", True),
        ("deep/a.html", True),
        ("~$a.docx", False),
        ("a.txt~", False),
        ("a.txt.tmp", False),
        (".a.txt", False),
        (".git/a.txt", False),
        ("library/a.txt", False),
        ("a.mp4", False),
    ],
)
def test_names_that_are_wanted(tmp_path: Path, name: str, wanted: bool) -> None:
    write(tmp_path, {name: "x"})
    assert is_wanted(tmp_path / name, [tmp_path], tmp_path / "library") is wanted


def test_links_and_what_is_gone_are_not_wanted(tmp_path: Path) -> None:
    write(tmp_path, {"a.txt": "x"})
    (tmp_path / "link.txt").symlink_to("a.txt")
    assert not is_wanted(tmp_path / "link.txt", [tmp_path], tmp_path / "library")
    assert not is_wanted(tmp_path / "gone.txt", [tmp_path], tmp_path / "library")
    assert at_rest([tmp_path / "gone.txt", tmp_path / "a.txt"], 0.01) == [tmp_path / "a.txt"]


def test_sources_are_those_of_the_folder(tmp_path: Path) -> None:
    folder = write(tmp_path / "folder", {"deep/a.txt": "x"})
    (source,) = sources_in([folder], [folder / "deep" / "a.txt"])
    assert (source.path, source.key) == ("deep/a.txt", str(folder / "deep" / "a.txt"))


def test_only_folders_are_followed(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="is no folder"):
        watch_folders([tmp_path / "x"], lambda paths: None, library=tmp_path, stop=threading.Event())


def test_a_real_run_ends_cleanly_with_ctrl_c(tmp_path: Path) -> None:
    folder = write(tmp_path / "folder", {"first.txt": HARVEST})
    program = subprocess.Popen(
        [sys.executable, "-u", "-c", _PROGRAM, "watch", str(folder), "--library", str(tmp_path / "library")],
        cwd=CHECKOUT,
        env={**os.environ, "HF_HUB_OFFLINE": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert program.stdout is not None
    lines: list[str] = []
    reader = threading.Thread(target=lambda: lines.extend(program.stdout or ()))
    reader.start()
    try:
        _until(lambda: any("Following" in line for line in lines), 40)
        time.sleep(1)
        write(folder, {"second.txt": BRIDGE})
        _until(lambda: sum("added 1," in line for line in lines) == 2, 30)
    finally:
        program.send_signal(signal.SIGINT)
        code = program.wait(20)
        reader.join()
        program.stdout.close()
    assert code == 0 and "Traceback" not in "".join(lines) and lines[-1].startswith("Stopped.")
