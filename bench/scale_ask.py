"""Opens a library in a fresh process, asks questions stage by stage, and prints what it took as JSON; see bench.scale."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from bench.machine import high, memory, middle
from corpus.library import Library
from corpus.snapshot import Snapshot
from corpus.types import Filters
from embeddings.encode import Encoder, default_encoder
from qa.candidates import allowed_by
from qa.engine import Sourcebook
from qa.generation import load_generation
from qa.options import run_script
from qa.retrieve import DEPTH, Retriever

Result = TypeVar("Result")

ROUNDS = 2
ASKED = 10
"""How many questions are asked in full, evidence and all."""


def main() -> None:
    folder, questions = Path(sys.argv[1]), read_questions(Path(sys.argv[2]))
    encoder = default_encoder()
    encoder.encode_query(questions[0])
    before = memory()
    wall, busy = time.perf_counter(), time.process_time()
    library = Library.open(folder)
    with library.snapshot() as snapshot:
        retriever = _retriever(snapshot, encoder)
        opened = {"open_wall": time.perf_counter() - wall, "open_cpu": time.process_time() - busy}
        stages = ask_in_stages(retriever, snapshot, questions)
        filtered = ask_filtered(retriever, snapshot, questions[:ASKED])
    after = memory()
    del retriever  # else what it maps would be counted twice
    with Sourcebook.open(folder, encoder=encoder) as book:
        asked = Clock()
        for question in questions[:ASKED]:
            asked.run("whole answer", partial(book.ask, question))
        answering = memory()
    with library.snapshot() as snapshot:  # last, because comparing all vectors reads them all
        found = recall(_retriever(snapshot, encoder), questions)
    measured = {**opened, "stages": stages, "filters": filtered, "recall": found, "answer": asked.summary()}
    print(json.dumps(measured | {"memory": after, "memory_before": before, "memory_answers": answering}))


def _retriever(snapshot: Snapshot, encoder: Encoder) -> Retriever:
    assert snapshot.generation.folder is not None
    return load_generation(1, snapshot.generation.folder, encoder).retriever


def read_questions(file: Path) -> list[str]:
    rows = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]
    return [row.get("question") or row["text"] for row in rows]


class Clock:
    """Times of named stages, on the clock and of the processor, in milliseconds."""

    def __init__(self) -> None:
        self._times: dict[str, list[tuple[float, float]]] = {}

    def run(self, name: str, action: Callable[[], Result]) -> Result:
        """Do something and keep its time; what it gives."""
        wall, busy = time.perf_counter(), time.process_time()
        result = action()
        taken = (1e3 * (time.perf_counter() - wall), 1e3 * (time.process_time() - busy))
        self._times.setdefault(name, []).append(taken)
        return result

    def summary(self) -> dict[str, dict[str, float]]:
        """Median and 95th percentile of every stage."""
        return {
            name: {
                "wall_p50": round(middle([wall for wall, _ in times]), 2),
                "wall_p95": round(high([wall for wall, _ in times]), 2),
                "cpu_p50": round(middle([busy for _, busy in times]), 2),
                "cpu_p95": round(high([busy for _, busy in times]), 2),
            }
            for name, times in self._times.items()
        }


def ask_in_stages(retriever: Retriever, snapshot: Snapshot, questions: list[str]) -> dict[str, Any]:
    for question in questions:  # the pages that questions need are read from the disk once
        retriever.search(question)
    clock = Clock()
    for _ in range(ROUNDS):
        for question in questions:
            query = clock.run("encoding the question", partial(retriever.encoder.encode_query, question))
            clock.run("vectors", partial(retriever.dense, query, DEPTH))
            clock.run("words", partial(retriever.words, question, DEPTH))
            scored = clock.run("retrieval, all of it", partial(retriever.search, question))
            clock.run("passages from the database", partial(snapshot.passages, [i.id for i in scored[:40]]))
    return clock.summary()


def ask_filtered(retriever: Retriever, snapshot: Snapshot, questions: list[str]) -> dict[str, Any]:
    """Searches among 1% and 30% of the documents."""
    ids = sorted(record.id for record in snapshot.documents())
    clock = Clock()
    for name, step in (("1%", 100), ("30%", 3)):
        allowed = allowed_by(snapshot, Filters(documents=tuple(ids[::step])))
        for question in questions:
            query = retriever.encoder.encode_query(question)
            clock.run(f"vectors, {name} of the documents", partial(retriever.dense, query, DEPTH, allowed))
            clock.run(f"words, {name} of the documents", partial(retriever.words, question, DEPTH, allowed))
    return clock.summary()


def recall(retriever: Retriever, questions: list[str]) -> dict[str, float]:
    """The share of the exact ten (hundred) best that are found, for questions and for passages as questions."""
    index: Any = retriever.vectors
    found = {}
    for name, queries in (
        ("questions", [retriever.encoder.encode_query(question) for question in questions]),
        ("passages", list(index.sample(100))),
    ):
        for k in (10, 100):
            shares = [
                len({hit.id for hit in index.search(query, k)} & {hit.id for hit in index.exact(query, k)})
                / min(k, len(index))
                for query in queries
            ]
            found[f"{name}@{k}"] = round(float(np.mean(shares)), 4)
    return found


if __name__ == "__main__":
    run_script(main)
