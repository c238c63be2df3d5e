"""What the crash test's child processes do: import this, add documents, get killed."""

from __future__ import annotations

import random
import time
from collections.abc import Sequence
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Event, Semaphore
from pathlib import Path

from corpus.library import Library
from corpus.workers import InProcess
from qa import indexing
from qa.indexing import Progress, add_paths, remove_sources
from tests.fakes import FakeEncoder
from tests.qa.material import Observed

PRELOADED = [
    "pytest",
    "faiss",
    "tantivy",
    "qa.engine",
    "embeddings.segment_builder",
    "embeddings.lexical",
    "tests.qa.crash_driver",
]
NAMES = [f"report-{number:02d}.md" for number in range(25)]
QUESTIONS = [
    "How many wagons did the northern station count?",
    "When was the harbour gate opened?",
    "Who repaired the old tower?",
    "Which village has no well?",
    "How many volcanoes erupted?",
]
_THINGS = ["wagon", "gate", "tower", "well", "bridge", "mill", "ferry", "barrel", "lantern", "signal"]
_PLACES = ["northern station", "harbour", "old town", "valley", "village", "southern quay"]
_VERBS = ["counted", "opened", "repaired", "closed", "painted", "measured", "moved", "sold"]


def report(name: str, version: int = 0) -> str:
    """A report of several sections, always the same for its name and version."""
    choose = random.Random(f"{name} {version}")
    sections = [f"# Report {name} version {version}\n\n"]
    for number in range(choose.randint(2, 5)):
        sentences = [
            f"The {choose.choice(_PLACES)} {choose.choice(_VERBS)} {choose.randint(2, 900)} {choose.choice(_THINGS)}s "
            f"on {choose.randint(1, 28)} March {choose.randint(1999, 2020)}."
            for _ in range(choose.randint(3, 12))
        ]
        sections.append(f"## Section {number}\n\n{' '.join(sentences)}\n\n")
    return "".join(sections)


def work(
    library: Path, folder: Path, gone: Sequence[str], publish_seconds: float, started: Connection
) -> None:
    """Add everything in the folder, then remove what is gone from it."""
    indexing.PUBLISH_SECONDS = publish_seconds
    started.send("started")
    add_paths(library, [folder], FakeEncoder(), reading=InProcess())
    with Library.open(library) as opened, opened.snapshot() as snapshot:
        shown = {path for record in snapshot.documents() for path in record.paths}
    present = [name for name in gone if name in shown]
    if present:
        remove_sources(library, present)


def add_until_interrupted(library: Path, folder: Path, moment: int, out: Connection) -> None:
    """Add, tell when so many documents are done, and at last what came of it."""

    def watch(step: Progress) -> None:
        if step.outcome is None:
            time.sleep(0.002)  # so that there is always something left to do
        elif step.done == moment:
            out.send("started")

    done = add_paths(library, [folder], FakeEncoder(), progress=watch, reading=InProcess())
    out.send((done.interrupted, done.added))


def add_and_hold(library: Path, folder: Path, held: Event, released: Event) -> None:
    """Add, and stop in the middle until told to go on."""

    def watch(step: Progress) -> None:
        if step.done >= 3 and step.outcome is None:
            held.set()
            released.wait(30)

    add_paths(library, [folder], FakeEncoder(), progress=watch, reading=InProcess())


def add_and_publish_each(library: Path, folder: Path, go: Semaphore) -> None:
    """Add, with a new generation for every document; each waits for its turn."""
    indexing.PUBLISH_SECONDS = -1.0

    def wait(step: indexing.Progress) -> None:
        if step.outcome is None:
            go.acquire()

    add_paths(library, [folder], FakeEncoder(), reading=InProcess(), progress=wait)


def add_and_tell(library: Path, folder: Path, out: Connection) -> None:
    """Add, and tell the name of everything before it is read, and how many are done."""

    def watch(step: Progress) -> None:
        if step.outcome is not None:
            out.send(step.done)

    add_paths(library, [folder], FakeEncoder(), reading=Observed(out.send), progress=watch)
