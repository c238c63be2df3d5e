"""Questions that come while another is encoded share one batch, and each gets its own vector."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from numpy.typing import NDArray

from embeddings.minilm import MiniLMEncoder
from embeddings.together import Together


def test_what_arrives_meanwhile_is_one_batch() -> None:
    batches: list[list[str]] = []
    begun, go_on = threading.Event(), threading.Event()

    def work(texts: Sequence[str]) -> NDArray[np.float32]:
        batches.append(list(texts))
        begun.set()
        assert go_on.wait(30)
        return np.array([[float(text)] for text in texts], dtype=np.float32)

    together = Together(work)
    with ThreadPoolExecutor(9) as pool:
        first = pool.submit(together.vector, "0")
        assert begun.wait(30)
        others = [pool.submit(together.vector, str(number)) for number in range(1, 9)]
        while len(together._waiting) < 8:
            threading.Event().wait(0.001)
        go_on.set()
        assert first.result() == [0.0]
        assert [float(other.result()[0]) for other in others] == list(range(1, 9))
    assert batches[0] == ["0"]
    assert len(batches) == 2 and sorted(batches[1]) == [str(number) for number in range(1, 9)]


def test_an_error_reaches_the_one_who_asked_and_the_next_goes_on() -> None:
    def work(texts: Sequence[str]) -> NDArray[np.float32]:
        if "bad" in texts:
            raise ValueError("no")
        return np.ones((len(texts), 1), dtype=np.float32)

    together = Together(work)
    with pytest.raises(ValueError, match="no"):
        together.vector("bad")
    assert together.vector("good") == [1.0]


def test_questions_asked_together_have_the_vectors_they_have_alone() -> None:
    encoder = MiniLMEncoder()
    questions = [f"How many soldiers did the force have in {year}?" for year in range(1999, 2015)]
    alone = [encoder.encode_query(question) for question in questions]
    with ThreadPoolExecutor(8) as pool:
        for one, other in zip(alone, pool.map(encoder.encode_query, questions), strict=True):
            assert np.array_equal(one, other)
