"""A collection from its records to figures, through the real indexes and engine, with an encoder without a model."""

from __future__ import annotations

from pathlib import Path

import pytest

from corpus.errors import InvalidInput
from eval.collections import Passages, collection_library, sample_library
from eval.questions import Gold, Question, QuestionSet, Record
from eval.run import evaluate, evaluate_retrieval
from qa.engine import Sourcebook
from qa.types import Method
from tests.fakes import FakeEncoder

WORDS = [
    "harbour",
    "granite",
    "violin",
    "copper",
    "lantern",
    "orchard",
    "glacier",
    "pepper",
    "saddle",
    "thunder",
    "velvet",
    "walnut",
    "anchor",
    "barley",
    "cedar",
    "dolphin",
    "ember",
    "falcon",
    "garnet",
    "hazel",
]


def record(number: int) -> Record:
    word = WORDS[number]
    text = f"The {word} stood in the north. It was sold in {1900 + number} to a person called {word.title()} Smith.\n"
    filler = " ".join(f"Nothing more was written about number {n} of that kind." for n in range(30))
    return Record(f"r{number}", f"About the {word}", text + filler)


COLLECTION = tuple(record(number) for number in range(len(WORDS)))
QUESTIONS = QuestionSet(
    "words",
    tuple(
        Question(
            f"q{number}",
            f"When was the {word} sold?",
            answers=(str(1900 + number),),
            gold=(
                Gold(
                    f"r{number}", COLLECTION[number].text.index("It was"), COLLECTION[number].text.index("\n")
                ),
            ),
        )
        for number, word in enumerate(WORDS)
    ),
    COLLECTION,
    judged_documents=True,
)


@pytest.mark.parametrize("passages", list(Passages))
def test_a_collection_is_searched_by_the_program_itself(tmp_path: Path, passages: Passages) -> None:
    encoder = FakeEncoder()
    folder = collection_library(QUESTIONS, encoder, passages=passages, cache=tmp_path)
    with Sourcebook.open(folder, encoder=encoder) as book:
        runs = evaluate_retrieval(book, QUESTIONS)
        paths = {record.path for record in book.documents()}
        counts = {record.passages for record in book.documents()}

    assert paths == {record.id for record in COLLECTION}
    assert (counts == {1}) is (passages is Passages.DOCUMENT)
    assert [run.method for run in runs] == [Method.DENSE, Method.LEXICAL, Method.FUSED]
    for run in runs:
        assert run.overall.measures["nDCG@10"].value == pytest.approx(1.0)


def test_answers_on_a_collection_hit_the_gold_spans(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("qa.calibration.THRESHOLD", 0.0)  # the fitted decision does not know the fake encoder
    encoder = FakeEncoder()
    folder = collection_library(QUESTIONS, encoder, cache=tmp_path)
    with Sourcebook.open(folder, encoder=encoder) as book:
        run = evaluate(book, QUESTIONS)

    answered = [row for row in run.rows if row.decision and row.decision.answered]
    assert answered
    assert all(row.scores["quote@1"] == row.scores["success@1"] == 1.0 for row in answered)


def test_a_library_that_is_there_already_is_used_as_it_is(tmp_path: Path) -> None:
    first, second = FakeEncoder(), FakeEncoder()
    folder = collection_library(QUESTIONS, first, cache=tmp_path)

    assert collection_library(QUESTIONS, second, cache=tmp_path) == folder
    assert first.encoded
    assert not second.encoded


def test_another_model_text_or_cut_is_another_library(tmp_path: Path) -> None:
    encoder = FakeEncoder()
    small = QuestionSet("words", QUESTIONS.questions[:1], COLLECTION[:1])
    longer = QuestionSet("words", QUESTIONS.questions[:1], (Record("r0", "About", COLLECTION[0].text),))
    folders = {
        collection_library(small, encoder, cache=tmp_path),
        collection_library(small, encoder, passages=Passages.DOCUMENT, cache=tmp_path),
        collection_library(small, FakeEncoder(dimension=32), cache=tmp_path),
        collection_library(longer, encoder, cache=tmp_path),
    }

    assert len(folders) == 4


def test_a_record_without_text_is_there_and_never_found(tmp_path: Path) -> None:
    records = (Record("full", "Harbour", "The harbour stood in the north."), Record("empty", "Harbour", " "))
    questions = QuestionSet("few", (Question("q", "Where is the harbour?", gold=(Gold("full"),)),), records)
    encoder = FakeEncoder()
    for passages in Passages:
        folder = collection_library(questions, encoder, passages=passages, cache=tmp_path)
        with Sourcebook.open(folder, encoder=encoder) as book:
            (run,) = evaluate_retrieval(book, questions, methods=[Method.DENSE])
            assert {record.path for record in book.documents()} == {"full", "empty"}
        assert [result.path for result in run.rows[0].results] == ["full"]


def test_sample_documents_are_indexed_again_only_when_they_change(tmp_path: Path) -> None:
    documents = tmp_path / "documents"
    documents.mkdir()
    (documents / "one.txt").write_text("The harbour stood in the north.")
    encoder = FakeEncoder()
    folder = sample_library(documents, encoder, cache=tmp_path / "cache")
    count = len(encoder.encoded)

    assert sample_library(documents, encoder, cache=tmp_path / "cache") == folder
    assert len(encoder.encoded) == count
    (documents / "one.txt").write_text("The harbour stood in the south.")
    assert sample_library(documents, encoder, cache=tmp_path / "cache") != folder


def test_a_document_that_cannot_be_read_stops_the_measurement(tmp_path: Path) -> None:
    documents = tmp_path / "documents"
    documents.mkdir()
    (documents / "empty.txt").write_text("")
    with pytest.raises(InvalidInput, match=r"1 documents cannot be indexed; .*empty\.txt"):
        sample_library(documents, FakeEncoder(), cache=tmp_path / "cache")
