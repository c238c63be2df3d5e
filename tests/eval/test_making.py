"""Practice questions, dated questions and the fit of an order: known answers and rules that hold for every one."""

from __future__ import annotations

import random

import numpy as np
import pytest

from corpus.types import Document, Metadata, Origin, PartialDate, Passage, Published, Sourced, Span
from eval.dated import dated_questions
from eval.listwise import Sentences, fit_weights, sentences_of, success
from eval.questions import Record
from eval.reader_cloze import cloze, holes, practice
from qa.time import asked_period, document_period, nearness

TEXT = (
    "The mission had 4,067 officers in the province when the winter began. "
    "Anna Kovač of the housing office signed the lease for the building near the river. "
    "The river rose by three metres after the heavy rain of the second week of that month. "
    "Anna Kovač left the housing office for the water works at the end of the year, and nobody replaced her there."
)


def test_a_hole_is_never_in_its_question_and_spans_hold_the_answer() -> None:
    pairs = practice([Record(str(n), "Report", TEXT) for n in range(60)], 200, 1, {})
    assert len(pairs) == 200
    for pair in pairs:
        for start, end in pair.spans:
            answer = pair.passage[start:end]
            assert answer and answer == answer.strip()
            assert pair.relevant
    assert 0.05 < np.mean([not pair.spans for pair in pairs]) < 0.6
    assert {pair.passage[s:e] for pair in pairs for s, e in pair.spans} >= {"4,067", "three"}


def test_practice_is_the_same_for_the_same_seed() -> None:
    records = [Record(str(n), "Report", TEXT) for n in range(20)]
    assert practice(records, 40, 3, {}) == practice(records, 40, 3, {})
    assert practice(records, 40, 3, {}) != practice(records, 40, 4, {})


def test_holes_ask_with_the_right_words() -> None:
    rng = random.Random(1)
    found = {TEXT[start:end]: asks for start, end, asks in holes(TEXT, rng)}
    assert found["4,067"].startswith(("How many", "What number"))
    assert cloze("It had 12 cars.", 7, 9, "How many", rng, {}) is None  # too little is left to ask


def _document(year: int, text: str = TEXT) -> tuple[Document, list[Passage]]:
    published = Published(PartialDate(year, 7, 1), Origin.TEXT)
    document = Document(
        f"{year:064d}", text, (), Metadata(Sourced("Report", Origin.TEXT), published=published), "", ""
    )
    ends = [place + 1 for place, letter in enumerate(text) if letter == "."]
    starts = [0, *(end + 1 for end in ends[:-1])]
    sentences = tuple(Span(start, end) for start, end in zip(starts, ends, strict=True))
    return document, [Passage(document.id, 0, len(text), sentences)]


def test_a_dated_question_names_a_time_of_its_own_document() -> None:
    made = [_document(year) for year in range(2001, 2011)]
    documents = {document.id: document for document, _ in made}
    passages = {document.id: held for document, held in made}
    questions = dated_questions(list(documents.values()), passages, 60, 1, {})
    assert len(questions) == 60
    for question in questions:
        gold = question.gold[0]
        asked, own = asked_period(question.text), document_period(documents[gold.document])
        assert asked is not None and own is not None
        assert nearness(asked, own) > 0.4
        assert gold.sha256 == gold.document


def test_a_dated_question_for_an_office_has_all_sentences_that_name_its_holder() -> None:
    text = (
        "Rain fell. I thank my Special Representative, Anna Keller, for her work. "
        "The Special Representative, Anna Keller, will leave."
    )
    document, held = _document(2004, text)
    questions = dated_questions([document], {document.id: held}, 20, 1, {})
    offices = [one for one in questions if "pecial representative" in one.text]
    assert offices
    for question in offices:
        assert [text[gold.start : gold.end] for gold in question.gold] == [
            "I thank my Special Representative, Anna Keller, for her work.",
            "The Special Representative, Anna Keller, will leave.",
        ]
        assert "2004" in question.text


def _lists(count: int, seed: int) -> list[Sentences]:
    """The right one of five sentences has the highest first feature; the second is noise."""
    rng = np.random.default_rng(seed)
    lists = []
    for number in range(count):
        features = rng.random((5, 2))
        right = features[:, 0] == features[:, 0].max()
        lists.append(Sentences(str(number), features, right, np.arange(5)))
    return lists


def test_the_fit_finds_what_decides() -> None:
    weights = fit_weights([_lists(60, 1)])
    assert weights[0] > 5 * abs(weights[1])
    assert success(_lists(50, 2), weights, 1) > 0.9
    assert success(_lists(50, 2), -weights, 1) < 0.1


def test_each_set_counts_the_same_however_large() -> None:
    one, other = (
        _lists(20, 1),
        [Sentences(s.question, s.features[:, ::-1], s.right, s.passage) for s in _lists(200, 2)],
    )
    weights = fit_weights([one, other])
    assert weights[0] == pytest.approx(weights[1], rel=0.5)


def test_nothing_to_learn_from() -> None:
    rows = [np.zeros((2, 3))]
    assert sentences_of("q", rows, [np.array([False, False])]) is None
    assert sentences_of("q", rows, [np.array([True, True])]) is None
    assert sentences_of("q", [], []) is None
