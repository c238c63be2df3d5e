"""Questions that come while another is encoded share one batch, and each gets its own vector."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from embeddings.minilm import MiniLMEncoder
from embeddings.reader import Reader
from embeddings.together import Together


def test_what_arrives_meanwhile_is_one_batch() -> None:
    batches: list[list[str]] = []
    begun, go_on = threading.Event(), threading.Event()

    def work(texts: Sequence[str]) -> list[float]:
        batches.append(list(texts))
        begun.set()
        assert go_on.wait(30)
        return [float(text) for text in texts]

    together = Together(work)
    with ThreadPoolExecutor(9) as pool:
        first = pool.submit(together.results, ["0"])
        assert begun.wait(30)
        others = [pool.submit(together.results, [str(number), str(10 * number)]) for number in range(1, 9)]
        while len(together._waiting) < 8:
            threading.Event().wait(0.001)
        go_on.set()
        assert first.result() == [0.0]
        assert [other.result() for other in others] == [[number, 10.0 * number] for number in range(1, 9)]
    assert batches[0] == ["0"]
    assert len(batches) == 2 and len(batches[1]) == 16


def test_an_error_reaches_the_one_who_asked_and_the_next_goes_on() -> None:
    def work(texts: Sequence[str]) -> list[float]:
        if "bad" in texts:
            raise ValueError("no")
        return [1.0] * len(texts)

    together = Together(work)
    with pytest.raises(ValueError, match="no"):
        together.results(["bad"])
    assert together.results(["good"]) == [1.0]


def test_questions_asked_together_have_the_vectors_they_have_alone() -> None:
    encoder = MiniLMEncoder()
    questions = [f"How many soldiers did the force have in {year}?" for year in range(1999, 2015)]
    alone = [encoder.encode_query(question) for question in questions]
    with ThreadPoolExecutor(8) as pool:
        for one, other in zip(alone, pool.map(encoder.encode_query, questions), strict=True):
            assert np.array_equal(one, other)


def test_passages_read_together_are_read_as_they_are_alone() -> None:
    reader = Reader()
    passages = [f"In {year} the force had {year % 7 + 1},000 soldiers." for year in range(1999, 2007)]
    questions = [f"How many soldiers were there in {year}?" for year in range(1999, 2007)]
    alone = [reader.read(question, passages) for question in questions]
    with ThreadPoolExecutor(8) as pool:
        for one, other in zip(alone, pool.map(reader.read, questions, [passages] * 8), strict=True):
            assert [(item.null, item.spans) for item in one] == [(item.null, item.spans) for item in other]
