"""The second look: what is read, how spans are cut, and what happens to what was not read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from corpus.types import Document, Metadata, Origin, Passage, Sourced, Span
from embeddings.reader import Reading, SpanScore
from qa.answer import signals
from qa.evidence import Evidence, Weighed
from qa.features import Asked, Features, Found, SentenceView
from qa.question import understand
from qa.reading import (
    DOUBTED_SPAN,
    GAP_LIMIT,
    MARGIN,
    NAMED_ROW,
    READ,
    READ_LEAST,
    SURE_SPAN,
    WINDOW,
    look_again,
    read,
)
from qa.words import Words
from tests.qa.test_spread import NoVocabulary

NOTHING = Features(*[0.0] * len(Features._fields))


class FakeReader:
    """Finds one span, given by its words, in every passage that holds it; "nowhere" scores 0."""

    def __init__(self, words: str, score: float = 2.0) -> None:
        self.words, self.score = words, score
        self.seen: list[str] = []

    def read(
        self, question: str, passages: Sequence[str], contexts: Sequence[str] | None = None
    ) -> list[Reading]:
        self.seen += passages
        return [FakeReading(text, self.words, self.score) for text in passages]


class FakeReading(Reading):
    def __init__(self, text: str, words: str, score: float) -> None:
        empty = np.zeros(0, dtype=np.float32)
        super().__init__(0.0, empty, empty, np.zeros((0, 2), dtype=np.int32), float)
        object.__setattr__(self, "place", text.find(words))
        object.__setattr__(self, "found", (len(words), score))

    def best_span(self, start: int, end: int) -> SpanScore | None:
        place: int = object.__getattribute__(self, "place")
        length, score = object.__getattribute__(self, "found")
        return SpanScore(place, place + length, score) if start <= place and place + length <= end else None


def _asked(question: str) -> Asked:
    return Asked(understand(question), Words(question, NoVocabulary()), None, None)


def _weighed(sentences: Sequence[str], logits: Sequence[float], number: int = 0) -> Weighed:
    text = " ".join(sentences)
    spans, start = [], 0
    for sentence in sentences:
        spans.append(Span(start, start + len(sentence)))
        start += len(sentence) + 1
    document = Document(f"{number:064d}", text, (), Metadata(Sourced("Report", Origin.TEXT)), "", "")
    passage = Passage(document.id, 0, len(text), tuple(spans))
    views = [SentenceView(span, NOTHING, None) for span in spans]
    return Weighed(Found(passage, document, 1, 1, 0.5), views, np.array(logits, dtype=np.float64))


def _plain(one: Weighed) -> Evidence:
    best = int(np.argmax(one.logits))
    return Evidence(one.found, one.views[best].sentence, None, 0.5 - one.found.passage.id % 7 / 100, NOTHING)


def test_the_window_holds_the_best_sentence_and_whole_neighbours_only() -> None:
    sentences = [f"{'word ' * 29}end{n}." for n in range(6)]  # 150 characters each
    one = _weighed(sentences, [0, 0, 0, 5, 0, 0])
    reader = FakeReader("end3")
    done = read(_asked("Where does it end?"), [one], reader)  # type: ignore[arg-type]  # a stand-in
    assert reader.seen == [" ".join(sentences[2:4])]
    assert len(reader.seen[0]) <= WINDOW
    assert done[0].gaps.tolist() == [-GAP_LIMIT] * 3 + [2.0] + [-GAP_LIMIT] * 2


def test_a_single_long_sentence_is_read_whole() -> None:
    one = _weighed(["word " * 200 + "end."], [0])
    reader = FakeReader("end")
    read(_asked("Where?"), [one], reader)  # type: ignore[arg-type]  # a stand-in
    assert len(reader.seen[0]) > WINDOW


def test_the_span_is_grown_to_whole_words_and_offsets_are_the_documents() -> None:
    one = _weighed(["Nothing here.", "It was led by Peter Duebel, then."], [0, 5])
    found = look_again(
        _asked("Who led it?"),
        [one],
        [_plain(one)],
        FakeReader("Peter Due"),  # type: ignore[arg-type]  # a stand-in
    )
    answer = found[0].answer
    assert answer is not None
    assert one.found.document.text[answer.start : answer.end] == "Peter Duebel"


@pytest.mark.parametrize(
    ("question", "shown"),
    [
        ("Who led it before Peter Due?", None),
        ("Who led it before Anna Due?", "Peter Due"),
        ("What is Peter Due?", "Peter Due"),
    ],
)
def test_a_person_whom_the_question_names_is_no_answer(question: str, shown: str | None) -> None:
    one = _weighed(["It was led by Peter Due."], [5])
    reader = FakeReader("Peter Due")
    answer = look_again(_asked(question), [one], [_plain(one)], reader)[0].answer  # type: ignore[arg-type]  # a stand-in
    assert (answer and one.found.document.text[answer.start : answer.end]) == shown


@pytest.mark.parametrize(("score", "words"), [(SURE_SPAN - 1.0, "Peter"), (2.0, "word " * 17)])
def test_no_span_is_shown_that_is_unsure_or_long(score: float, words: str) -> None:
    one = _weighed([f"It was led by Peter and {'word ' * 20}"], [5])
    found = look_again(
        _asked("What happened?"),
        [one],
        [_plain(one)],
        FakeReader(words, score),  # type: ignore[arg-type]  # a stand-in
    )
    assert found[0].answer is None


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("540 officers were with the city and 406", None),
        ("540", "540"),
        ("540 to 560 officers", "540 to 560 officers"),
        ("12 of the 30", "12 of the 30"),
    ],
)
def test_of_two_figures_none_is_shown_as_the_number_asked_for(words: str, shown: str | None) -> None:
    one = _weighed([f"As of June, {words} with the mission."], [5])
    found = look_again(
        _asked("How many officers were with the mission in June?"),
        [one],
        [_plain(one)],
        FakeReader(words),  # type: ignore[arg-type]  # a stand-in
    )
    answer = found[0].answer
    assert (answer and one.found.document.text[answer.start : answer.end]) == shown


@pytest.mark.parametrize(
    ("score", "in_table", "shown"),
    [
        (DOUBTED_SPAN + 0.5, False, True),
        (DOUBTED_SPAN - 0.5, False, False),
        (DOUBTED_SPAN - 0.5, True, True),
    ],
)
def test_words_found_by_type_are_shown_unless_the_reader_doubts_the_prose(
    score: float, in_table: bool, shown: bool
) -> None:
    one = _weighed(["The city had 540 officers."], [5])
    by_type = Span(13, 16)
    one = replace(one, views=[replace(one.views[0], answer=by_type)])
    if in_table:
        passage = replace(one.found.passage, header=Span(0, 0))
        one = replace(one, found=replace(one.found, passage=passage))
    reader = FakeReader("540", score)
    found = look_again(_asked("How many officers?"), [one], [_plain(one)], reader)  # type: ignore[arg-type]  # a stand-in
    assert found[0].answer == (by_type if shown else None)


def test_the_gap_is_told_apart_for_rows_and_for_what_was_not_read() -> None:
    sentences = [f"{'word ' * 29}end{n}." for n in range(4)]
    one = _weighed(sentences, [0, 0, 0, 5])
    reader = FakeReader("end3")
    (done,) = read(_asked("Where does it end?"), [one], reader)  # type: ignore[arg-type]  # a stand-in
    assert done.features.tolist() == [
        [0.0, 0.0, 0.0, 1.0],
        [0.0, 0.0, 0.0, 1.0],
        [0.0, -GAP_LIMIT, 0.0, 0.0],
        [5.0, 2.0, 0.0, 0.0],
    ]
    row = replace(one, found=replace(one.found, passage=replace(one.found.passage, header=Span(0, 0))))
    (done,) = read(_asked("Where does it end?"), [row], reader)  # type: ignore[arg-type]  # a stand-in
    assert done.features[:, 1:].tolist() == [[0.0, 1.0, 0.0]] * 4


@pytest.mark.parametrize(
    ("label", "around", "gap"),
    [(NAMED_ROW, NAMED_ROW, None), (NAMED_ROW - 0.1, 1.0, -2.0), (1.0, NAMED_ROW - 0.1, -2.0)],
)
def test_of_a_row_that_fits_the_question_no_gap_is_told(
    label: float, around: float, gap: float | None
) -> None:
    one = _weighed(["Jordan | 429"], [5])
    views = [replace(one.views[0], features=NOTHING._replace(row_label=label, context_coverage=around))]
    passage = replace(one.found.passage, header=Span(0, 0))
    one = replace(one, views=views, found=replace(one.found, passage=passage))
    reader = FakeReader("429", -2.0)
    found = look_again(_asked("How many of Jordan?"), [one], [_plain(one)], reader)  # type: ignore[arg-type]  # a stand-in
    assert found[0].gap == gap


def test_what_the_reader_finds_comes_first_and_the_unread_stay_behind_in_their_order() -> None:
    candidates = [_weighed([f"Sentence {n} says {'yes' if n == 9 else 'no'}."], [1.0], n) for n in range(20)]
    ranked = [_plain(one) for one in candidates]
    found = look_again(
        _asked("Which says yes?"),
        candidates,
        ranked,
        FakeReader("yes"),  # type: ignore[arg-type]  # a stand-in
    )
    assert found[0].document.id == f"{9:064d}"
    assert found[0].gap == 2.0
    assert [item.document.id for item in found[READ:]] == [item.document.id for item in ranked[READ:]]
    assert all(item.gap is None for item in found[READ:])
    scores = [item.score for item in found]
    assert scores[:READ] == sorted(scores[:READ], reverse=True)
    assert max(scores[READ:]) <= scores[READ - 1]


def test_what_lies_far_behind_the_best_is_not_read_and_comes_behind() -> None:
    logits = [4.0, 4.0 - MARGIN, *[4.0 - MARGIN - 0.1] * 3]
    candidates = [_weighed([f"Sentence {n} says no."], [logit], n) for n, logit in enumerate(logits)]
    found = look_again(
        _asked("Which says yes?"),
        candidates,
        [_plain(one) for one in candidates],
        FakeReader("yes"),  # type: ignore[arg-type]  # a stand-in
    )
    read_places = {int(item.document.id) for item in found if item.gap is not None}
    assert read_places == {0, 1, 2}  # the third is far behind, but the first READ_LEAST are always read
    assert READ_LEAST == 3
    assert [int(item.document.id) for item in found[3:]] == [3, 4]


def test_a_candidate_that_was_not_read_does_not_hide_that_those_read_hold_nothing() -> None:
    logits = [4.0, 4.0, 4.0, 0.0, 0.0]
    candidates = [_weighed([f"Sentence {n} says no."], [logit], n) for n, logit in enumerate(logits)]
    asked = _asked("Which says yes?")
    found = look_again(
        asked,
        candidates,
        [_plain(one) for one in candidates],
        FakeReader("no", -6.0),  # type: ignore[arg-type]  # a stand-in
    )
    assert [item.gap for item in found] == [-6.0] * 3 + [None] * 2
    seen = signals(asked, found)
    assert seen.gap == seen.first_gap == 0.5 - 6.0 / (2 * GAP_LIMIT)
    assert signals(asked, found[3:]).gap == 0.5  # nothing was read
