from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from embeddings.errors import ModelError
from embeddings.models import bundled_folder, tokenizer_file
from embeddings.reader import WEIGHTS, Reader, Reading
from embeddings.reader_rows import CONTEXT_LIMIT, QUESTION_LIMIT, ROW_LIMIT, rows
from embeddings.tokens import Tokens

QUESTION = "When were the two protesters killed in Pristina?"
PASSAGES = [
    "Two protesters were killed in Pristina on 10 February 2007. They were hit by rubber bullets.",
    "The weather station at Zugspitze measured a wind of 120 kilometres an hour.",
    "The bridge over the Ibar was closed to traffic. " * 30,
    "",
    "Ægir ☃ 𝔘nicode: 10 February 2007 was the day on which two protesters were killed.",
]


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader()


@pytest.fixture(scope="module")
def readings(reader: Reader) -> list[Reading]:
    return reader.read(QUESTION, PASSAGES)


def same(one: Reading, other: Reading) -> bool:
    return (
        (one.relevance, one.null, one.spans) == (other.relevance, other.null, other.spans)
        and (one.starts == other.starts).all()
        and (one.ends == other.ends).all()
    )


def test_the_passage_that_answers_is_above_one_that_does_not(readings: list[Reading]) -> None:
    assert readings[0].relevance > readings[1].relevance + 1
    assert readings[0].gap > readings[1].gap


def test_the_best_span_is_the_date_in_code_points_of_the_passage(readings: list[Reading]) -> None:
    for position in (0, 4):
        best = readings[position].spans[0]
        assert "10 February" in PASSAGES[position][best.start : best.end]


def test_a_reading_is_the_same_to_the_bit_whatever_is_read_with_it(
    reader: Reader, readings: list[Reading]
) -> None:
    for passage, reading in zip(PASSAGES, readings, strict=True):
        assert same(reader.read(QUESTION, [passage])[0], reading)
    again = reader.read(QUESTION, PASSAGES[::-1] * 8)
    assert all(same(one, other) for one, other in zip(again, readings[::-1] * 8, strict=True))


def test_a_context_is_read_but_never_quoted(reader: Reader) -> None:
    bare, titled = (
        reader.read("What closed?", ["It closed on Monday."], [title])[0] for title in ("", "Ibar bridge")
    )
    assert bare.relevance != titled.relevance
    assert all(0 <= span.start < span.end <= 20 for span in titled.spans)


def test_spans_are_in_order_and_inside_the_passage(readings: list[Reading]) -> None:
    for passage, reading in zip(PASSAGES, readings, strict=True):
        assert list(reading.spans) == sorted(
            reading.spans, key=lambda span: (-span.score, span.start, span.end)
        )
        assert all(0 <= span.start < span.end <= len(passage) for span in reading.spans)


def test_a_span_within_a_sentence(readings: list[Reading]) -> None:
    second = PASSAGES[0].index("They")
    span = readings[0].best_span(second, len(PASSAGES[0]))
    assert span is not None and second <= span.start < span.end
    assert span.score <= readings[0].spans[0].score
    assert readings[0].best_span(3, 3) is None


def test_nothing_to_read(reader: Reader, readings: list[Reading]) -> None:
    assert reader.read(QUESTION, []) == []
    assert readings[3].spans == () and readings[3].gap < readings[0].gap


def test_hostile_text_is_read(reader: Reader) -> None:
    texts = ["\x00\x01", "\ud800", "a" * 20_000, "{{7*7}} [SEP] [CLS]", "\n" * 300, "שלום " * 300]
    for text in texts:
        for reading in reader.read(text, texts):
            assert np.isfinite([reading.relevance, reading.null]).all()
            assert all(0 <= span.start <= span.end for span in reading.spans)


def test_a_row_fits_and_keeps_each_part() -> None:
    tokens = Tokens(tokenizer_file(bundled_folder()))
    row = rows(tokens, ["who " * 99], ["title " * 99], ["word " * 999])[0]
    assert len(row.ids) == ROW_LIMIT
    assert row.second == QUESTION_LIMIT + 2 and row.passage == row.second + CONTEXT_LIMIT + 1
    assert row.offsets[1].tolist() == [5, 9]
    assert row.passage + len(row.offsets) + 1 == ROW_LIMIT
    short = rows(tokens, ["who"], [""], ["Bo"])[0]
    assert (short.second, short.passage, len(short.ids)) == (3, 3, 5)


def test_missing_weights_are_named(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"missing at .*nothing\.safetensors"):
        Reader(tmp_path / "nothing.safetensors").read("a", ["b"])


def test_the_weights_stay_small_and_have_a_card() -> None:
    assert WEIGHTS.stat().st_size < 25_000_000
    assert "CC BY-SA 4.0" in (WEIGHTS.parent / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("said", ["0", "two", "-1", "1.5"])
def test_a_number_of_threads_that_is_none_is_told(said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCEBOOK_THREADS", said)
    with pytest.raises(ModelError, match=rf"SOURCEBOOK_THREADS is '{said}'; set it to a number from 1 on"):
        Reader().read("Who came?", ["Nobody came."])


def test_one_thread_reads_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = "When was the bridge opened?", ["The bridge was opened in 1931.", "It rained."]
    every = Reader().read(*asked)
    monkeypatch.setenv("SOURCEBOOK_THREADS", " 1 ")
    one = Reader().read(*asked)
    assert [(reading.null, reading.spans) for reading in one] == [
        (reading.null, reading.spans) for reading in every
    ]
