"""Follows folders: what appears or changes in them is added when it has come to rest."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from corpus.errors import InvalidInput
from corpus.formats import ARCHIVES, worth_opening
from qa.sources import Source, real, shown

Add = Callable[[list[Path]], None]

REST_SECONDS = 1.0
"""A file is added when neither its size nor its time has changed for so long."""
_MOST_SECONDS = 5.0
_TEMPORARY = (".tmp", ".temp", ".part", ".partial", ".crdownload", ".download", ".swp", ".lock", "~")


def watch_folders(
    folders: Sequence[Path], add: Add, *, library: Path, stop: threading.Event, rest: float = REST_SECONDS
) -> None:
    """Call `add` for the folders once, then for every file that came or changed, until `stop` is set.

    Names of temporary files and the library itself are passed over. What is removed from a folder stays in the
    library. Raises InvalidInput for what is no folder.
    """
    from watchfiles import Change, watch

    for folder in folders:
        if not folder.is_dir():
            raise InvalidInput(f"{folder} is no folder; name a folder to follow")
    inside = real(library)
    pending: set[Path] = set()
    first = True
    for changes in watch(
        *folders, stop_event=stop, yield_on_timeout=True, rust_timeout=int(rest * 1000), raise_interrupt=True
    ):
        if first:  # only now, when nothing that comes goes unseen
            first = False
            add(list(folders))
        for change, path in changes:
            if change is not Change.deleted:
                pending |= set(_files(Path(path)))
        wanted = [path for path in sorted(pending) if is_wanted(path, folders, inside)]
        pending = set(wanted)
        ready = at_rest(wanted, rest)
        if ready:
            add(ready)
            pending -= set(ready)


def _files(path: Path) -> Iterator[Path]:
    """The file, or all files in a folder: what was written into a new folder before it was followed is not told."""
    if path.is_dir() and not path.is_symlink():
        yield from (Path(base, name) for base, _, names in os.walk(path) for name in names)
    else:
        yield path


def is_wanted(path: Path, folders: Iterable[Path], library: Path) -> bool:
    """Whether a file in a followed folder is one that `add` would take from there."""
    name = path.name.lower()
    if name.startswith(("~$", ".~")) or name.endswith(_TEMPORARY):
        return False
    if (
        not (worth_opening(path.name) or name.endswith(tuple(ARCHIVES)))
        or path.is_symlink()
        or not path.is_file()
    ):
        return False
    place = real(path)
    if place.is_relative_to(library):
        return False
    for folder in folders:
        whole = real(folder)
        if place.is_relative_to(whole):
            return not any(part.startswith(".") for part in place.relative_to(whole).parts)
    return False


def sources_in(folders: Iterable[Path], files: Iterable[Path]) -> list[Source]:
    """The sources that adding the folders would make of these files."""
    found = []
    for file in files:
        place = real(file)
        inside = (whole for whole in map(real, folders) if place.is_relative_to(whole))
        name = str(place.relative_to(next(inside, place.parent)))
        found.append(Source(shown(name), str(place)))
    return found


def at_rest(paths: Sequence[Path], rest: float) -> list[Path]:
    """Those of the files that nobody is writing to: unchanged while this waits for up to `rest` seconds."""
    before = {path: _state(path) for path in paths}
    if not before:
        return []
    time.sleep(min(rest, _MOST_SECONDS))
    return [path for path, state in before.items() if state is not None and _state(path) == state]


def _state(path: Path) -> tuple[int, int] | None:
    try:
        found = os.stat(path, follow_symlinks=False)  # noqa: PTH116 - Path.stat raises the same
    except OSError:
        return None
    return found.st_size, found.st_mtime_ns
