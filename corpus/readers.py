"""What snapshots of one library share: connections, the documents read last, what was worked out last."""

from __future__ import annotations

import os
import sqlite3
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar, cast

from corpus.schema import connect_reader, errors_in_words, must_be_immutable
from corpus.types import Document

Result = TypeVar("Result")


class ReaderPool:
    """Connections for snapshots: one for each open one, a few kept for the next; thread-safe."""

    def __init__(self, folder: Path, kept: int = 8) -> None:
        self._folder = folder
        self._kept = kept
        self._idle: list[sqlite3.Connection] = []
        self._strangers: list[sqlite3.Connection] = []
        self._process = os.getpid()
        self._lock = threading.Lock()

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Give a connection with a read transaction for the length of the block."""
        with errors_in_words(self._folder):
            immutable = must_be_immutable(self._folder)
            connection = None if immutable else self._take()
            connection = connection or connect_reader(self._folder, immutable=immutable)
        try:
            connection.execute("BEGIN")
            yield connection
        finally:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            if immutable or not self._keep(connection):
                connection.close()

    def close(self) -> None:
        """Close the connections that nobody uses."""
        while (connection := self._take()) is not None:
            connection.close()

    def _take(self) -> sqlite3.Connection | None:
        with self._lock:
            if self._process != os.getpid():
                # A connection must not cross a fork, not even to be closed: the child only holds on to it.
                self._strangers += self._idle
                self._idle, self._process = [], os.getpid()
            return self._idle.pop() if self._idle else None

    def _keep(self, connection: sqlite3.Connection) -> bool:
        with self._lock:
            if self._process != os.getpid() or len(self._idle) >= self._kept:
                return False
            self._idle.append(connection)
            return True


class DocumentCache:
    """The documents used last, by id and reader, up to a total size; safe to use from several threads."""

    def __init__(self, capacity: int = 16_000_000) -> None:
        self._capacity = capacity
        self._size = 0
        self._documents: OrderedDict[tuple[str, str], Document] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: tuple[str, str]) -> Document | None:
        """Return the document, now the one used last; None when it is not here."""
        with self._lock:
            document = self._documents.get(key)
            if document is not None:
                self._documents.move_to_end(key)
            return document

    def put(self, key: tuple[str, str], document: Document) -> None:
        """Keep the document, and let go of those used longest ago if there is no room."""
        with self._lock:
            if key in self._documents or _size(document) > self._capacity:
                return
            self._documents[key] = document
            self._size += _size(document)
            while self._size > self._capacity:
                _, oldest = self._documents.popitem(last=False)
                self._size -= _size(oldest)


def _size(document: Document) -> int:
    """Estimate how many code points' worth of memory a document takes."""
    return len(document.text) + 64 * len(document.blocks) + 1024


class Memo:
    """The results worked out last; a result of one generation stays right for ever. Thread-safe."""

    def __init__(self, capacity: int = 16) -> None:
        self._capacity = capacity
        self._results: OrderedDict[Hashable, object] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Hashable, work: Callable[[], Result]) -> Result:
        """Return the result for this key (always of the same type), working it out if it is not here."""
        with self._lock:
            if key in self._results:
                self._results.move_to_end(key)
                return cast(Result, self._results[key])
        result = work()
        with self._lock:
            self._results[key] = result
            while len(self._results) > self._capacity:
                self._results.popitem(last=False)
        return result
