"""The second look: the reader reads the best candidates with the question, and a fitted model weighs what it says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from corpus.types import Span
from embeddings.reader import Reader, Reading
from qa.evidence import Evidence, Weighed, widen
from qa.features import Asked
from qa.model import Logistic, load_model
from qa.phrases import stems_in
from qa.question import AnswerType
from qa.spans import numbers_apart

READ = 10
"""No more candidates are read than the first so many: 3 to 4 ms each."""
READ_LEAST = 3
"""So many are read however far they are behind the best."""
MARGIN = 0.55
"""Others are read up to so many log odds behind the best, four on average: on dev articles all ten found no more."""
WINDOW = 420
"""Characters around the best sentence that are read, in whole sentences: as good as the whole passage, at half its time."""
NAMES = ("logit", "gap", "table", "unread")
"""The evidence model's log odds of a sentence; how far the reader's best span in it is above "nowhere".

Of rows of tables, of which the reader makes little, and of sentences outside the window the gap is 0; the last two say so.
"""
GAP_LIMIT = 12.0
"""Gaps are cut off here on both sides."""
SURE_SPAN = -2.0
"""A span that is at most this far below "nowhere" is shown: on dev articles those below 0 are no worse than the others."""
DOUBTED_SPAN = -3.5
"""In prose whose best span is below this, words found by type are no answer."""
NAMED_ROW = 0.5
"""Of a row that fits the question so far, its label and all around it, no gap is told: the reader makes little of rows."""
SPAN_LIMIT = 80
"""Longer spans are no few words."""


@dataclass(frozen=True, slots=True)
class Read:
    """A candidate with what the reader says of each sentence: gaps (n,), and its best span there.

    `seen` says which were in the window that was read; of the others there is no span, and their gap says nothing.
    `relevance` is the log odds that the window as a whole answers.
    """

    weighed: Weighed
    gaps: NDArray[np.float64]
    spans: tuple[Span | None, ...]
    seen: tuple[bool, ...]
    relevance: float

    @property
    def features(self) -> NDArray[np.float64]:
        """Shape (number of sentences, 4), in the order of `NAMES`."""
        unread = ~np.array(self.seen)
        table = np.full(len(unread), self.in_table)
        gaps = np.where(unread | table, 0.0, self.gaps)
        return np.stack([self.weighed.logits, gaps, table, unread & ~table], axis=1)

    @property
    def in_table(self) -> bool:
        """Whether its sentences are rows."""
        return self.weighed.found.passage.header is not None


def reading_model() -> Logistic:
    """The shipped model over `NAMES`."""
    return load_model("reading", NAMES)


def read(asked: Asked, weighed: Sequence[Weighed], reader: Reader) -> list[Read]:
    """What the reader says of each candidate."""
    windows = [_window(one) for one in weighed]
    texts = [
        one.found.document.text[window.start : window.end]
        for one, window in zip(weighed, windows, strict=True)
    ]
    titles = [one.found.document.metadata.title.value for one in weighed]
    readings = reader.read(asked.question.text, texts, titles)
    return [
        _read(one, window, reading) for one, window, reading in zip(weighed, windows, readings, strict=True)
    ]


def _window(weighed: Weighed) -> Span:
    """The best sentence with as many whole neighbours, before and behind in turn, as fit into WINDOW."""
    sentences = [view.sentence for view in weighed.views]
    first = last = int(np.argmax(weighed.logits))

    def fits(low: int, high: int) -> bool:
        inside = low >= 0 and high < len(sentences)
        return inside and sentences[high].end - sentences[low].start <= WINDOW

    while fits(first - 1, last) or fits(first, last + 1):
        if fits(first - 1, last):
            first -= 1
        if fits(first, last + 1):
            last += 1
    return Span(sentences[first].start, sentences[last].end)


def _read(weighed: Weighed, window: Span, reading: Reading) -> Read:
    start = window.start
    spans: list[Span | None] = []
    gaps: list[float] = []
    for view in weighed.views:
        found = reading.best_span(view.sentence.start - start, view.sentence.end - start)
        spans.append(Span(start + found.start, start + found.end) if found else None)
        gaps.append(found.score - reading.null if found else -GAP_LIMIT)
    seen = tuple(window.start <= view.sentence.start < window.end for view in weighed.views)
    told = np.clip(np.array(gaps), -GAP_LIMIT, GAP_LIMIT)
    return Read(weighed, told, tuple(spans), seen, reading.relevance)


def look_again(
    asked: Asked,
    weighed: Sequence[Weighed],
    ranked: Sequence[Evidence],
    reader: Reader,
    *,
    all_of_them: bool = False,
) -> list[Evidence]:
    """The evidence with the most promising of the first READ (or all of them) read and ordered anew, the others behind."""
    chosen = (
        {item.found.passage.id for item in ranked[:READ]} if all_of_them else _worth_reading(weighed, ranked)
    )
    done = read(asked, [one for one in weighed if one.found.passage.id in chosen], reader)
    seen = sorted(
        (read_evidence(asked, one) for one in done), key=lambda item: (-item.score, item.found.passage.id)
    )
    lowest = seen[-1].score if seen else 1.0
    return [
        *seen,
        *(behind(item, lowest) for item in ranked if item.found.passage.id not in chosen),
    ]


def _worth_reading(weighed: Sequence[Weighed], ranked: Sequence[Evidence]) -> set[int]:
    """The passages that may still win: not far behind the best of the first READ."""
    odds = {one.found.passage.id: one.best for one in weighed}
    first = [item.found.passage.id for item in ranked[:READ]]
    lowest = max((odds[passage] for passage in first), default=0.0) - MARGIN
    return {passage for place, passage in enumerate(first) if place < READ_LEAST or odds[passage] >= lowest}


def read_evidence(asked: Asked, done: Read) -> Evidence:
    """The evidence in a candidate that was read: the best of the sentences in the window."""
    scores = reading_model().probabilities(done.features)
    best = int(np.argmax(np.where(done.seen, scores, -1.0)))
    view = done.weighed.views[best]
    fits = min(view.features.row_label, view.features.context_coverage)
    named_row = done.in_table and fits >= NAMED_ROW
    return Evidence(
        found=done.weighed.found,
        quote=widen(done.weighed.found, best, asked.words),
        answer=_answer(asked, done, best, view.answer),
        score=round(float(scores[best]), 6),
        features=view.features,
        gap=None if named_row else round(float(done.gaps[best]), 5),
        relevance=round(done.relevance, 5),
    )


def behind(unread: Evidence, last: float) -> Evidence:
    """Evidence that was not read, placed behind what was, whose lowest score is `last`."""
    return replace(unread, score=min(unread.score, last))


def _answer(asked: Asked, done: Read, best: int, by_type: Span | None) -> Span | None:
    """The reader's span where it is sure and short; else the one found by type; never a fragment of a word.

    The holder of an office stands where the sentence says so, whatever the reader makes of it. None where the reader is
    sure that the words around hold no answer, or cannot tell which of several numbers is it. No person whom the question
    itself names is its answer.
    """
    if by_type is not None and done.weighed.views[best].features.in_office:
        return by_type
    found, gap = done.spans[best], done.gaps[best]
    if found is None or gap < SURE_SPAN or found.end - found.start > SPAN_LIMIT:
        return by_type if done.in_table or gap >= DOUBTED_SPAN else None
    document = done.weighed.found.document.text
    span = _whole_words(document, found, done.weighed.views[best].sentence)
    text = document[span.start : span.end]
    if asked.question.answer_type is AnswerType.PERSON and _is_in(asked.question.text, text):
        return by_type
    wants_number = asked.question.answer_type is AnswerType.NUMBER
    if wants_number and numbers_apart(text):
        return None
    if wants_number and by_type is not None and not any(letter.isdigit() for letter in text):
        return by_type
    return span


def _is_in(question: str, name: str) -> bool:
    """Whether all words of a name stand in the question, so that it is no answer to it."""
    return stems_in(name) <= stems_in(question)


def _whole_words(text: str, span: Span, sentence: Span) -> Span:
    """The span without spaces and loose marks around it, grown to whole words within its sentence."""
    start, end = span.start, span.end
    while start > sentence.start and text[start - 1].isalnum() and text[start].isalnum():
        start -= 1
    while end < sentence.end and text[end].isalnum() and text[end - 1].isalnum():
        end += 1
    kept = text[start:end].rstrip(" ,;:.\n")
    return Span(start, start + len(kept)) if kept else span
