"""Vectors kept by what they depend on, so that no text is encoded twice by the same model; knows no texts, only hashes.

One SQLite file, shared by all processes of a person. It is never needed: what is not in it, or not sound in it, is encoded
again; a file that SQLite cannot use is thrown away and begun anew; a disk that cannot be written to is left alone.
"""

from __future__ import annotations

import hashlib
import logging
import sqlite3
import threading
import zlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final

import numpy as np
from filelock import FileLock, Timeout
from numpy.typing import NDArray

from embeddings.encode import Encoder

MOST_BYTES: Final = 1_000_000_000
"""No more than this lies on disk: about 600,000 vectors of 384 numbers; the oldest go first."""
FILE_NAME: Final = "vectors.db"

_VERSION = 1
_KEY_BYTES = 20
_CHECK_BYTES = 4
_VARIABLES = 500  # of one SQL statement
_WAIT_SECONDS = 5.0
_LOOK_AFTER_BYTES = 8_000_000
_GIVEN_UP_SHARE = 4  # one in so many vectors goes when there are too many

_TROUBLE = (sqlite3.DatabaseError, OSError, UnicodeDecodeError)
"""What SQLite and the disk raise; the last where damage stands in SQLite's own message."""

log = logging.getLogger(__name__)


class VectorCache:
    """Byte strings by key in one file, bounded in size; safe to use from several threads and processes.

    Nothing here raises for what is wrong with the file or the disk: it then finds nothing and keeps nothing.
    """

    def __init__(self, file: Path, most_bytes: int = MOST_BYTES) -> None:
        self._file = file
        self._most_bytes = most_bytes
        self._lock = threading.Lock()
        self._opened: sqlite3.Connection | None = None
        self._usable = True
        self._rebuilt = False
        self._most_unlooked = min(_LOOK_AFTER_BYTES, most_bytes // 8)
        self._unlooked = self._most_unlooked  # many short runs grow it as one long run does

    def get(self, keys: Collection[bytes]) -> dict[bytes, bytes]:
        """What is kept under these keys, and sound."""
        found: dict[bytes, bytes] = {}
        with self._trouble_is_no_harm() as connection:
            if connection is not None:
                wanted = list(dict.fromkeys(keys))
                for start in range(0, len(wanted), _VARIABLES):
                    some = wanted[start : start + _VARIABLES]
                    query = f"SELECT key, value FROM vectors WHERE key IN ({', '.join('?' * len(some))})"
                    for key, value in connection.execute(query, some):
                        if not isinstance(value, bytes):
                            continue  # damage that SQLite did not notice
                        data = value[:-_CHECK_BYTES]
                        if value[-_CHECK_BYTES:] == _check(key, data):
                            found[key] = data
        return found

    def put(self, values: Mapping[bytes, bytes]) -> None:
        """Keep values under their keys, in one transaction."""
        rows = [(key, value + _check(key, value)) for key, value in values.items()]
        with self._trouble_is_no_harm() as connection:
            if connection is not None and rows:
                with connection:
                    connection.execute("BEGIN IMMEDIATE")
                    connection.executemany("INSERT OR REPLACE INTO vectors (key, value) VALUES (?, ?)", rows)
                    self._unlooked += sum(len(value) for _, value in rows)
                    if self._unlooked >= self._most_unlooked:
                        self._unlooked = 0
                        self._make_room(connection)

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            self._close()

    def _make_room(self, connection: sqlite3.Connection) -> None:
        """Let the oldest vectors go when there are too many; their room in the file is used again."""
        pages, free, size = (
            connection.execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("page_count", "freelist_count", "page_size")
        )
        if (pages - free) * size > self._most_bytes * (_GIVEN_UP_SHARE - 1) // _GIVEN_UP_SHARE:
            first, last = connection.execute("SELECT min(serial), max(serial) FROM vectors").fetchone()
            if first is not None:
                limit = first + (last - first) // _GIVEN_UP_SHARE
                connection.execute("DELETE FROM vectors WHERE serial <= ?", (limit,))

    @contextmanager
    def _trouble_is_no_harm(self) -> Iterator[sqlite3.Connection | None]:
        """The open file, or None where it cannot be used; what goes wrong with it meanwhile ends the block quietly."""
        with self._lock:
            connection = None
            try:
                connection = self._connection()
            except _TROUBLE as error:
                self._meet(error)
            try:
                yield connection
            except _TROUBLE as error:
                self._meet(error)

    def _connection(self) -> sqlite3.Connection | None:
        if self._opened is None and self._usable:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            self._opened = sqlite3.connect(
                self._file, timeout=_WAIT_SECONDS, isolation_level=None, check_same_thread=False
            )
            self._opened.text_factory = bytes  # a flipped bit may call a key or a value a text
            _prepare(self._opened)
        return self._opened

    def _meet(self, error: Exception) -> None:
        """A damaged file is begun anew, once; what is locked, full, read-only or not there is not used."""
        damaged = not isinstance(error, (sqlite3.OperationalError, OSError))
        if damaged and not self._rebuilt:
            self._begin_anew(error)
        else:
            self._give_up(error)

    def _begin_anew(self, error: Exception) -> None:
        """Throw the damaged file away; whoever else has it open goes on with what it has, and harms nobody."""
        self._close()
        self._rebuilt = True
        log.warning("the vector cache %s is damaged (%s) and is begun anew", self._file, error)
        try:
            with FileLock(self._file.with_suffix(".lock"), timeout=_WAIT_SECONDS):
                for suffix in ("", "-wal", "-shm"):
                    self._file.with_name(self._file.name + suffix).unlink(missing_ok=True)
        except (OSError, Timeout) as trouble:
            self._give_up(trouble)

    def _give_up(self, error: Exception) -> None:
        self._close()
        self._usable = False
        log.warning("the vector cache %s is not used: %s", self._file, error)

    def _close(self) -> None:
        if self._opened is not None:
            self._opened.close()
            self._opened = None


def _prepare(connection: sqlite3.Connection) -> None:
    """Bring a new or foreign file to our table; a write that a crash cuts off is undone by SQLite."""
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute("PRAGMA journal_size_limit = 16000000")
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version == _VERSION:
        return
    with connection:
        connection.execute("BEGIN IMMEDIATE")
        if connection.execute("PRAGMA user_version").fetchone() == (_VERSION,):
            return
        connection.execute("DROP TABLE IF EXISTS vectors")
        connection.execute(
            "CREATE TABLE vectors (serial INTEGER PRIMARY KEY, key BLOB NOT NULL UNIQUE, value BLOB NOT NULL)"
        )
        connection.execute(f"PRAGMA user_version = {_VERSION}")


def _check(key: bytes, value: bytes) -> bytes:
    """SQLite does not notice a flipped bit; this does."""
    return zlib.crc32(value, zlib.crc32(key)).to_bytes(_CHECK_BYTES, "big")


class CachedEncoder:
    """An encoder that asks the cache first; questions, which come once, go past it."""

    def __init__(self, encoder: Encoder, cache: VectorCache) -> None:
        self._encoder = encoder
        self._cache = cache

    @property
    def model(self) -> str:
        """As the encoder."""
        return self._encoder.model

    @property
    def revision(self) -> str:
        """As the encoder."""
        return self._encoder.revision

    @property
    def precision(self) -> str:
        """As the encoder."""
        return self._encoder.precision

    @property
    def dimension(self) -> int:
        """As the encoder."""
        return self._encoder.dimension

    @property
    def max_tokens(self) -> int:
        """As the encoder."""
        return self._encoder.max_tokens

    def token_offsets(self, text: str) -> list[tuple[int, int]]:
        """As the encoder."""
        return self._encoder.token_offsets(text)

    def encode_query(self, text: str) -> NDArray[np.float32]:
        """As the encoder."""
        return self._encoder.encode_query(text)

    def encode_documents(self, texts: Sequence[str], *, truncate: bool = False) -> NDArray[np.float32]:
        """Return vectors (n, dimension), those of known texts from the cache; raises as the encoder, of new texts."""
        size = self.dimension * np.dtype(np.float32).itemsize
        keys = self._keys(texts, truncate=truncate)
        known = {key: value for key, value in self._cache.get(keys).items() if len(value) == size}
        fresh = {key: text for key, text in zip(keys, texts, strict=True) if key not in known}
        if fresh:
            made = self._encoder.encode_documents(list(fresh.values()), truncate=truncate)
            new = {key: vector.astype(np.float32).tobytes() for key, vector in zip(fresh, made, strict=True)}
            self._cache.put(new)
            known |= new
        joined = b"".join(known[key] for key in keys)
        return np.frombuffer(joined, dtype=np.float32).reshape(len(texts), self.dimension).copy()

    def _keys(self, texts: Sequence[str], *, truncate: bool) -> list[bytes]:
        encoder = self._encoder
        facts = (encoder.model, encoder.revision, encoder.precision, str(encoder.dimension), str(truncate))
        begun = hashlib.blake2b("\0".join(facts).encode() + b"\0", digest_size=_KEY_BYTES)
        keys = []
        for text in texts:
            digest = begun.copy()
            digest.update(text.encode("utf-8", "surrogatepass"))
            keys.append(digest.digest())
        return keys


@contextmanager
def cached(encoder: Encoder, folder: Path | None) -> Iterator[Encoder]:
    """The encoder with the cache in this folder before it; with None the encoder as it is."""
    if folder is None:
        yield encoder
        return
    with closing(VectorCache(folder / FILE_NAME)) as cache:
        yield CachedEncoder(encoder, cache)
