"""Counts the work of questions on a fixed library; run `python -m tests.qa.work` to record the numbers anew."""

from __future__ import annotations

import json
import os
import sqlite3
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from unittest import mock

import numpy as np
from numpy.typing import NDArray

from embeddings.faiss_index import products as compare
from embeddings.faiss_index import products_of as compare_some
from qa.engine import Sourcebook
from tests.fakes import FakeEncoder
from tests.qa.crash_driver import NAMES, QUESTIONS, report
from tests.qa.material import DOCUMENTS, add, write

RECORDED = Path(__file__).with_name("work.json")
ASKED = (*QUESTIONS, "What was the authorised strength of the mission in October 2009?")


@dataclass(slots=True)
class Work:
    """What was done: calls, texts, tokens of the encoder; statements, bytes of the database; bytes of vectors compared."""

    encoder_calls: int = 0
    texts_encoded: int = 0
    tokens_encoded: int = 0
    sql_statements: int = 0
    sql_bytes: int = 0
    vector_bytes: int = 0


class CountingEncoder(FakeEncoder):
    """A fake encoder that counts calls and tokens."""

    def __init__(self, work: Work) -> None:
        super().__init__()
        self._work = work

    def encode_documents(self, texts: Sequence[str], *, truncate: bool = False) -> NDArray[np.float32]:
        self._count(texts)
        return super().encode_documents(texts, truncate=truncate)

    def encode_query(self, text: str) -> NDArray[np.float32]:
        self._count([text])
        return super().encode_query(text)

    def _count(self, texts: Sequence[str]) -> None:
        self._work.encoder_calls += 1
        self._work.texts_encoded += len(texts)
        self._work.tokens_encoded += sum(len(self.token_offsets(text)) for text in texts)


def _size(rows: Sequence[Any]) -> int:
    values = (value for row in rows if row is not None for value in row)
    return sum(len(value) if isinstance(value, (str, bytes)) else 8 for value in values if value is not None)


@contextmanager
def counting(work: Work) -> Iterator[None]:
    """Count what the database and the vector index do within the block."""

    class Cursor(sqlite3.Cursor):
        def fetchall(self) -> list[Any]:
            rows = super().fetchall()
            work.sql_bytes += _size(rows)
            return rows

        def fetchone(self) -> Any:
            row = super().fetchone()
            work.sql_bytes += _size([row])
            return row

    class Connection(sqlite3.Connection):
        def execute(self, sql: str, parameters: Any = (), /) -> sqlite3.Cursor:
            work.sql_statements += not sql.startswith(("PRAGMA", "BEGIN", "ROLLBACK"))
            return self.cursor(Cursor).execute(sql, parameters)

    connect: Any = sqlite3.connect

    def products(query: NDArray[np.float32], vectors: NDArray[np.float32]) -> NDArray[np.float32]:
        work.vector_bytes += vectors.nbytes
        return compare(query, vectors)

    def products_of(
        query: NDArray[np.float32], vectors: NDArray[np.float32], rows: NDArray[np.int64]
    ) -> NDArray[np.float32]:
        work.vector_bytes += len(rows) * vectors.shape[1] * vectors.itemsize
        return compare_some(query, vectors, rows)

    with (
        mock.patch.object(
            sqlite3, "connect", lambda *args, **options: connect(*args, factory=Connection, **options)
        ),
        mock.patch("embeddings.segments.products", products),
        mock.patch("embeddings.segments.products_of", products_of),
    ):
        yield


def measure(folder: Path) -> dict[str, dict[str, int]]:
    """The work of making the fixed library, of adding it again, and of questions on it, each asked twice."""
    sources = write(folder / "sources", {**DOCUMENTS, **{name: report(name) for name in NAMES}})
    library, measured = folder / "library", {}

    def step(name: str, do: Callable[[Work], object]) -> None:
        work = Work()
        do(work)
        measured[name] = asdict(work)

    def adding(work: Work) -> None:  # the database's part depends on how often it publishes: not counted
        add(library, sources, encoder=CountingEncoder(work))
        work.encoder_calls = 0  # how many documents go together depends on time: not counted

    step("adding the library", adding)
    step("adding it again", adding)
    total = Work()
    with counting(total), Sourcebook.open(library, encoder=CountingEncoder(total)) as book:
        for turn in ("first time", "again"):
            for question in ASKED:
                before = asdict(total)
                book.ask(question)
                after = asdict(total)
                measured[f"{question} ({turn})"] = {key: after[key] - before[key] for key in after}
    return measured


def differences(measured: dict[str, dict[str, int]], recorded: dict[str, dict[str, int]]) -> list[str]:
    """One line for each number that is not the recorded one."""
    return [
        f"  {step}: {name.replace('_', ' ')} {recorded.get(step, {}).get(name, 'not recorded')} -> {value}"
        for step, numbers in measured.items()
        for name, value in numbers.items()
        if recorded.get(step, {}).get(name) != value
    ]


def main() -> None:
    without_cache = mock.patch.dict(os.environ, {"SOURCEBOOK_VECTOR_CACHE": "off"})
    with tempfile.TemporaryDirectory() as folder, without_cache:
        RECORDED.write_text(json.dumps(measure(Path(folder)), indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
