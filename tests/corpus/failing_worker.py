"""A worker process with readers that fail in every way that a reader can; started by the tests as a worker's program."""

from __future__ import annotations

import ctypes
import os
import signal
import sys
import time

from corpus import worker
from corpus.formats import READERS
from corpus.formats.containers import Member
from corpus.limits import at_page
from corpus.types import (
    Authors,
    Block,
    BlockKind,
    Confidence,
    Coverage,
    Document,
    Metadata,
    Origin,
    Page,
    PartialDate,
    Published,
    Sourced,
    Span,
)


def _hang(data: bytes, name: str) -> Document:
    for number in range(1, 213):
        at_page(number)
    while True:
        time.sleep(1)


def _spin(data: bytes, name: str) -> Document:
    signal.signal(signal.SIGALRM, signal.SIG_IGN)
    while True:
        pass


def _slow(data: bytes, name: str) -> Document:
    for number in range(1, 1000):
        at_page(number)
        time.sleep(0.05)
    raise AssertionError


def _steps(data: bytes, name: str) -> Document:
    for number in range(1, 41):
        at_page(number)
        time.sleep(0.1)
    time.sleep(60)
    raise AssertionError


def _open(data: bytes, name: str) -> list[Member]:
    if name == "hang.zip":
        time.sleep(60)
    os.abort()


def _crash(data: bytes, name: str) -> Document:
    at_page(3)
    os.abort()


def _leave(data: bytes, name: str) -> Document:
    os._exit(7)


def _swell(data: bytes, name: str) -> Document:
    held = []
    while True:
        held.append(bytes(100 << 20))


def _fault(data: bytes, name: str) -> Document:
    ctypes.string_at(0)
    raise AssertionError


def _break(data: bytes, name: str) -> Document:
    raise IndexError("list index out of range")


def _talk(data: bytes, name: str) -> Document:
    sys.stdout.write("noise that is no answer\n")
    os.write(1, b'{"page": 1}\n')
    os.write(2, b"more noise\n")
    return whole(data)


def _fill(data: bytes, name: str) -> Document:
    import tempfile

    with tempfile.TemporaryFile() as file:
        file.write(bytes(4 << 20))
    raise AssertionError


def _pages(data: bytes, name: str) -> Document:
    for number in range(1, 6000):
        at_page(number)
    raise AssertionError


def whole(data: bytes) -> Document:
    """A document that has everything that a document can have."""
    import hashlib

    text = "Head\nCell \U0001f600 and \udce9 more\n"
    return Document(
        id=hashlib.sha256(data).hexdigest(),
        text=text,
        blocks=(
            Block(0, 4, BlockKind.HEADING, 2),
            Block(5, 9, BlockKind.TABLE_HEADER),
            Block(10, 15, BlockKind.TABLE_ROW, 0, Span(5, 9)),
        ),
        metadata=Metadata(
            title=Sourced("Head \udce9", Origin.TEXT),
            publisher=Sourced("Press", Origin.META),
            published=Published(PartialDate(2001, 2), Origin.JSON_LD),
            language=Sourced("en", Origin.DETECTED),
            authors=Authors(("A", "B"), Origin.JSON_LD),
            source_url=Sourced("https://example.org/", Origin.FETCHED),
            symbol=Sourced("S/2001/1", Origin.TEXT, Confidence.HIGH),
            covers=Coverage(PartialDate(2000), PartialDate(2001, 1, 31), Origin.TEXT),
        ),
        media_type="text/plain",
        reader="whole/1",
        pages=(Page(1, 0, 5), Page(2, 5, len(text))),
        notes=("A film was not read.",),
    )


def main(arguments: list[str]) -> None:
    """Serve with the readers above in place of the real ones."""
    vars(worker)["members"] = _open
    READERS.clear()
    READERS.update(
        {
            ".hang": _hang,
            ".spin": _spin,
            ".slow": _slow,
            ".steps": _steps,
            ".crash": _crash,
            ".leave": _leave,
            ".swell": _swell,
            ".fault": _fault,
            ".break": _break,
            ".talk": _talk,
            ".fill": _fill,
            ".pages": _pages,
            ".txt": lambda data, name: whole(data),
        }
    )
    worker.main(arguments)
