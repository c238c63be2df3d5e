"""Documents are encoded together while the next are read: in their order, bounded, and let go of when it must end."""

from __future__ import annotations

import threading
from collections.abc import Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from qa import encoding
from qa.encoding import Encoding, Vectors
from tests.fakes import FakeEncoder


class Gated(FakeEncoder):
    """Encodes only as often as it is let; remembers the texts of every call."""

    def __init__(self, calls: int) -> None:
        super().__init__()
        self.gate = threading.Semaphore(calls)
        self.begun = threading.Event()
        self.seen: list[list[str]] = []

    def encode_documents(self, texts: Sequence[str], *, truncate: bool = False) -> NDArray[np.float32]:
        self.seen.append(list(texts))
        self.begun.set()
        assert self.gate.acquire(timeout=30)
        return super().encode_documents(texts, truncate=truncate)


def stored_by(encoder: FakeEncoder) -> tuple[Encoding[str], dict[str, Vectors]]:
    stored: dict[str, Vectors] = {}
    return Encoding(encoder, stored.__setitem__), stored


def texts(name: str, count: int) -> list[str]:
    return [f"{name} {number}" for number in range(count)]


def test_items_come_back_in_order_with_their_own_vectors() -> None:
    plain, (made, stored) = FakeEncoder(), stored_by(FakeEncoder())
    with made:
        for name, count in (("a", 3), ("b", 0), ("c", 1), ("d", 300), ("e", 2)):
            made.add(name, texts(name, count))
        made.finish()
        assert made.items() == []
    assert list(stored) == ["a", "b", "c", "d", "e"] and stored["b"].shape == (0, plain.dimension)
    for name, vectors in stored.items():
        if len(vectors):
            assert vectors.tolist() == plain.encode_documents(texts(name, len(vectors))).tolist()


def test_what_gathers_while_another_is_encoded_is_encoded_in_one_call() -> None:
    encoder = Gated(0)
    made, stored = stored_by(encoder)
    with made:
        for name in "abcd":
            made.add(name, [name])
            assert encoder.begun.wait(30)
        assert made.items() == list("abcd") and not stored
        encoder.gate.release(9)
        made.finish()
    assert encoder.seen == [["a"], ["b", "c", "d"]] and list(stored) == list("abcd")


@pytest.mark.parametrize("full", ["texts", "bytes", "another cut"])
def test_a_full_group_is_waited_for_and_no_third_gathers(full: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(encoding, "TEXTS", 4)
    monkeypatch.setattr(encoding, "MOST_BYTES", 100)
    encoder = Gated(0)
    made, stored = stored_by(encoder)
    with made:
        made.add("a", ["a"])
        assert encoder.begun.wait(30)
        made.add("b", texts("b", 3), size=60)
        threading.Timer(0.05, encoder.gate.release, [9]).start()
        made.add(
            "c",
            texts("c", 2 if full == "texts" else 1),
            size=50 if full == "bytes" else 0,
            truncate=full == "another cut",
        )
        assert "a" in stored
        made.finish()
    assert encoder.seen == [["a"], texts("b", 3), texts("c", 2 if full == "texts" else 1)]


def test_a_long_document_is_encoded_in_parts_and_given_up_between_two(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(encoding, "TEXTS", 4)
    encoder = Gated(0)
    made, stored = stored_by(encoder)
    with made:
        made.add("long", texts("long", 12))
        made.add("short", ["short"])
        assert encoder.begun.wait(30)
        threading.Timer(0.05, encoder.gate.release, [2]).start()
        made.give_up()
    assert encoder.seen == [texts("long", 12)[:4], ["short"]] and list(stored) == ["short"]


def test_what_an_interruption_of_storing_leaves_over_is_stored_by_the_next_call() -> None:
    stored: list[str] = []

    def store(item: str, vectors: Vectors) -> None:
        stored.append(item)
        if item == "b" and stored.count("b") == 1:
            raise KeyboardInterrupt

    encoder = Gated(0)
    with Encoding(encoder, store) as made:
        for name in "abcd":
            made.add(name, [name])
            assert encoder.begun.wait(30)
        encoder.gate.release(9)
        with pytest.raises(KeyboardInterrupt):
            made.finish()
        made.give_up()
    assert stored == list("abcd")


def test_an_encoder_that_fails_fails_the_call_that_stores() -> None:
    class Broken(FakeEncoder):
        def encode_documents(self, texts: Sequence[str], *, truncate: bool = False) -> NDArray[np.float32]:
            raise ValueError("too long")

    made, stored = stored_by(Broken())
    with made, pytest.raises(ValueError, match="too long"):
        made.add("a", ["a"])
        made.finish()
    assert not stored
