"""A real library behind the page, with a fake encoder; one file name makes adding wait until a test lets it go on."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from fastapi import FastAPI

from qa.app.book import Added, Step, Upload
from qa.app.server import create_app
from qa.app.wiring import LibraryKeeper, adder
from qa.engine import Sourcebook
from tests.fakes import FakeEncoder
from tests.qa.material import DOCUMENTS, build


@dataclass(frozen=True, slots=True)
class Kept:
    """The application, and how a test holds up adding: `began` is set at "slow.txt", which waits for `go_on`."""

    app: FastAPI
    book: Sourcebook
    keeper: LibraryKeeper
    began: threading.Event
    go_on: threading.Event


@contextmanager
def kept_library(folder: Path, documents: Mapping[str, str] = DOCUMENTS) -> Iterator[Kept]:
    """A library of the five known documents, or of others."""
    library = build(folder, documents)
    with Sourcebook.open(library, encoder=FakeEncoder()) as sourcebook:
        add, keeper = adder(library, sourcebook), LibraryKeeper(library)
        began, go_on = threading.Event(), threading.Event()

        def slowly(uploads: Sequence[Upload], report: Callable[[Step], None]) -> Sequence[Added]:
            def watch(step: Step) -> None:
                report(step)
                if step.what.endswith("slow.txt") and not began.is_set():
                    began.set()
                    go_on.wait(20)

            return add(uploads, watch)

        yield Kept(create_app(sourcebook, add=slowly, keep=keeper), sourcebook, keeper, began, go_on)
