"""The one writer of a library: a file lock which the kernel frees when its holder dies, and who that is."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from filelock import FileLock, Timeout

from corpus.errors import LibraryBusy

LOCK_NAME = "writer.lock"
HOLDER_NAME = "writer.json"
_POLL_SECONDS = 0.05


@contextmanager
def writer_lock(
    folder: Path, wait: float | None = None, waiting: Callable[[str], None] | None = None
) -> Iterator[None]:
    """Hold the library in this folder for writing.

    Waits up to `wait` seconds (None: as long as it takes) and then raises LibraryBusy. `waiting` is called
    once, with a sentence that says who holds the library, if there is any waiting to do.
    """
    lock = FileLock(folder / LOCK_NAME, thread_local=False)
    _acquire(lock, folder, wait, waiting)
    holder = folder / HOLDER_NAME
    try:
        _announce(holder)
        yield
    finally:
        holder.unlink(missing_ok=True)
        lock.release()


def _acquire(lock: FileLock, folder: Path, wait: float | None, waiting: Callable[[str], None] | None) -> None:
    deadline = None if wait is None else time.monotonic() + wait
    told = False
    while True:
        try:
            lock.acquire(timeout=0)
            return
        except Timeout:
            if deadline is not None and time.monotonic() >= deadline:
                fix = "wait until it has finished, then run the command again"
                raise LibraryBusy(f"{describe_holder(folder)}; {fix}") from None
        if not told and waiting is not None:
            waiting(describe_holder(folder))
        told = True
        time.sleep(_POLL_SECONDS)


def describe_holder(folder: Path) -> str:
    """Say who is writing to the library: process, command and time of day, as far as it is known."""
    opening = f"the library at {folder} is being written to by"
    try:
        holder = json.loads((folder / HOLDER_NAME).read_bytes())
        process, command, since = int(holder["pid"]), str(holder["command"]), str(holder["since"])
        os.kill(process, 0)
    except PermissionError:  # alive, and another user's
        pass
    except (OSError, ValueError, KeyError, TypeError):
        return f"{opening} another process"
    start, now = datetime.fromisoformat(since).astimezone(), datetime.now().astimezone()
    when = start.strftime("%H:%M" if start.date() == now.date() else "%Y-%m-%d %H:%M")
    return f"{opening} process {process} ({command}) since {when}"


def _announce(holder: Path) -> None:
    entry = {"pid": os.getpid(), "command": _command(), "since": datetime.now().astimezone().isoformat()}
    fresh = holder.with_suffix(".tmp")
    fresh.write_text(json.dumps(entry), encoding="utf-8")
    fresh.replace(holder)


def _command(limit: int = 100) -> str:
    program = Path(sys.argv[0] if sys.argv else "")
    name = f"python -m {program.parent.name}" if program.name == "__main__.py" else program.name or "python"
    command = " ".join([name, *sys.argv[1:]])
    command = command if len(command) <= limit else command[: limit - 1] + "…"
    return command.encode(errors="replace").decode()
