"""Documents are encoded together while the next are read: in their order, bounded, and let go of when it must end."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Sequence
from types import FrameType
from typing import Any

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
    last = texts("c", 2 if full == "texts" else 1)
    with made:
        made.add("a", ["a"])
        assert encoder.begun.wait(30)
        made.add("b", texts("b", 3), size=60)
        assert made.items() == ["a", "b"]
        adding = threading.Thread(
            target=made.add,
            args=("c", last),
            kwargs={"size": 50 if full == "bytes" else 0, "truncate": full == "another cut"},
        )
        adding.start()
        adding.join(0.05)
        assert adding.is_alive() and made.items() == ["a", "b"]
        encoder.gate.release(9)
        adding.join(30)
        assert next(iter(stored)) == "a"
        made.finish()
    assert encoder.seen == [["a"], texts("b", 3), last]


def test_a_slow_encoder_is_asked_for_less_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(encoding, "SECONDS", 0.02)

    class Slow(Gated):
        def encode_documents(self, texts: Sequence[str], *, truncate: bool = False) -> NDArray[np.float32]:
            threading.Event().wait(0.02 * len(texts))
            return super().encode_documents(texts, truncate=truncate)

    encoder = Slow(99)
    made, stored = stored_by(encoder)
    with made:
        made.add("a", texts("a", 40))
        made.finish()
    assert [len(some) for some in encoder.seen] == [32] + 8 * [1] and len(stored["a"]) == 40


def test_a_long_document_is_encoded_in_parts_and_given_up_between_two(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(encoding, "TEXTS", 4)
    encoder = Gated(0)
    made, stored = stored_by(encoder)
    let_go = made._let_go

    def and_go_on() -> None:
        let_go()
        encoder.gate.release(9)

    monkeypatch.setattr(made, "_let_go", and_go_on)
    with made:
        made.add("long", texts("long", 12))
        made.add("short", ["short"])
        assert encoder.begun.wait(30)
        made.give_up()
    assert encoder.seen == [texts("long", 12)[:4], ["short"]] and list(stored) == ["short"]


def test_what_takes_too_long_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(encoding, "PATIENCE", 0.01)
    encoder = Gated(0)
    made, stored = stored_by(encoder)
    with made:
        made.add("a", ["a"])
        made.add("b", ["b"])
        made.give_up()
        assert not stored
        encoder.gate.release(9)
    assert encoder.seen == [["a"]]


@pytest.mark.parametrize("moment", range(1, 120))
def test_an_interruption_at_any_line_loses_one_item_at_most(moment: int) -> None:
    stored: list[str] = []
    lines = 0

    def trace(frame: FrameType, event: str, _: object) -> Callable[..., Any] | None:
        nonlocal lines
        if frame.f_code.co_filename != encoding.__file__ or frame.f_code.co_name in ("__exit__", "_let_go"):
            return None
        if event == "line":
            lines += 1
            if lines == moment:
                sys.settrace(None)
                raise KeyboardInterrupt
        return trace

    begun: list[str] = []
    before = sys.gettrace()

    def store(item: str, vectors: Vectors) -> None:
        stored.append(item)

    with Encoding(FakeEncoder(), store) as made:
        sys.settrace(trace)
        try:
            for name in "abcd":
                made.add(name, [name])
                begun.append(name)
            made.finish()
        except KeyboardInterrupt:
            made.give_up()
        finally:
            sys.settrace(before)
    assert stored == sorted(set(stored))
    assert len(set(begun) - set(stored)) <= 1


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
        assert made.items() == ["c", "d"]
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
