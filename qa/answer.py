"""Whether the documents hold an answer: one probability from what the evidence shows, and a sentence when they do not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np

from corpus.language import is_alike
from qa.counting import asks_for_a_unit
from qa.evidence import Evidence
from qa.features import Asked, Features, context_of, holds_number
from qa.model import Logistic, load_model
from qa.offices import office_asked
from qa.question import AnswerType, language_asked, opening_word, whole_names
from qa.reading import GAP_LIMIT

THRESHOLD = 0.6
"""Answer at this probability or above; near where both error rates together are least on dev questions (docs/log.md)."""
STRONG, PARTIAL = 0.85, 0.7
"""From these probabilities on, an answer is called strong or partial; below it is weak. (A calibration may move them.)"""
OTHER_TIME = 0.3
"""Evidence that comes no nearer to the asked time than this is of another."""
RELEVANCE_LIMIT = 8.0
"""Log odds of the reader are cut off here on both sides."""
TOP = 5
"""How many pieces of evidence are looked at for an answer."""


@dataclass(frozen=True, slots=True)
class Signals:
    """What speaks for an answer, each in 0..1, of the first piece of evidence (`first_*`) or the best of the first five.

    `score` is the evidence model's, `lead` how far the first is ahead of the fifth; `similarity` the cosine of question
    and sentence; `coverage` the weighted share of the question's words in the sentence, `surrounded` with all that
    surrounds it; `rarest` whether the question's rarest word stands in or around the evidence; `named` the share of its
    names and numbers there, `numbers` of its numbers in the passage; `known` the share of its names that stand anywhere
    in the library; `typed` whether words of the asked type were found, `asks_type` whether the question asks for a type
    at all; `first_gap` and `gap` how far the reader's best span is above "nowhere", 0.5 where it is level, or nothing
    was read or could be told; `relevance` the reader's log odds of the passage that answers best, likewise; `time` how
    near the first evidence comes to the asked time (its sentence, its table's caption, or how soon after it was
    reported), `asks_time` whether there is one; `unstated` whether the question asks for a number of something or of a
    form, the holder of an office or a country and the first evidence states none.
    """

    first_score: float
    lead: float
    first_similarity: float
    similarity: float
    first_coverage: float
    coverage: float
    first_surrounded: float
    surrounded: float
    passage_similarity: float
    rarest: float
    named: float
    numbers: float
    known: float
    typed: float
    asks_type: float
    first_gap: float
    gap: float
    relevance: float
    time: float
    asks_time: float
    unstated: float

    def values(self) -> list[float]:
        """The values in the order of `NAMES`."""
        return [getattr(self, name) for name in NAMES]


NAMES = tuple(field.name for field in fields(Signals))
NO_EVIDENCE = Signals(*(0.0 for _ in NAMES))


def answerable_model() -> Logistic:
    """The shipped model over `NAMES`."""
    return load_model("answerable", NAMES)


def confidence(found: Signals) -> float:
    """The probability, 0..1, that the documents hold the answer; 0 without evidence."""
    if found == NO_EVIDENCE:
        return 0.0
    return round(float(answerable_model().probabilities(np.array([found.values()]))[0]), 6)


def strength(probability: float, threshold: float | None = None) -> str:
    """A plain word for the probability of an answer: strong, partial or weak.

    Where a calibration answers only from a higher threshold on, the words share what lies above it as they do by default.
    """
    above = 1 - max(threshold or THRESHOLD, THRESHOLD)
    strong, partial = (1 - above * (1 - limit) / (1 - THRESHOLD) for limit in (STRONG, PARTIAL))
    rounded = round(probability, 6)
    return "strong" if rounded >= round(strong, 6) else "partial" if rounded >= round(partial, 6) else "weak"


def signals(asked: Asked, evidence: Sequence[Evidence]) -> Signals:
    """The signals of a question's evidence, best first; all zero without evidence."""
    if not evidence:
        return NO_EVIDENCE
    top = evidence[:TOP]
    views = [item.features for item in top]
    first = views[0]
    return Signals(
        first_score=top[0].score,
        lead=top[0].score - top[-1].score if len(top) == TOP else top[0].score,
        first_similarity=first.similarity,
        similarity=max(view.similarity for view in views),
        first_coverage=first.coverage,
        coverage=max(view.coverage for view in views),
        first_surrounded=first.context_coverage,
        surrounded=max(view.context_coverage for view in views),
        passage_similarity=max(view.passage_similarity for view in views),
        rarest=max(_rarest(asked, item) for item in top),
        named=max(view.named for view in views),
        numbers=max(_numbers(asked, item) for item in top),
        known=_known(asked, top),
        typed=max(view.asked_type_found for view in views[:2]),
        asks_type=float(asked.question.answer_type not in (AnswerType.OTHER, AnswerType.REASON)),
        first_gap=_gap(top[:1]),
        gap=_gap(top),
        relevance=_relevance(top),
        time=max(first.asked_time_in_sentence, first.asked_time_in_caption, first.published_soon),
        asks_time=float(asked.period is not None),
        unstated=float(_unstated(asked, first)),
    )


def _unstated(asked: Asked, first: Features) -> bool:
    """Whether the question asks for what can be told by its form, and the sentence does not state it."""
    question = asked.question
    if question.answer_type is AnswerType.NUMBER:
        return asks_for_a_unit(question) and not (first.counted or first.table_row)
    if question.answer_type is AnswerType.COUNTRY:
        return not first.asked_type_found
    return office_asked(question) is not None and not first.in_office


def _gap(evidence: Sequence[Evidence]) -> float:
    """The largest gap of those that were read, as a share of what it may be; what was not read says nothing."""
    read = [item.gap for item in evidence if item.gap is not None]
    return 0.5 + max(read) / (2 * GAP_LIMIT) if read else 0.5


def _known(asked: Asked, evidence: Sequence[Evidence]) -> float:
    """The share of the question's names that stand in the library or around the evidence; 1 where that says nothing.

    The first word of English counts as a name if it stands nowhere: "Frelimo won". Where all is typed in small letters no
    name can be told: then every word that stands nowhere counts twice. A question in another language than the evidence has
    words that the library need not have.
    """
    text, words, seen = asked.question.text, asked.words, _seen(asked, evidence)
    if text.islower():
        known = max(0.0, 1.0 - 2 * len(words.unknown(seen)) / max(1, len(words.weights)))
    else:
        names, first = whole_names(text), opening_word(text)
        if first and language_asked(text) in (None, "en") and not words.known([(first,)], seen):
            names += ((first,),)
        known = words.known(names, seen)
    return 1.0 if known < 1.0 and is_foreign(text, evidence[0]) else known


def is_foreign(question: str, item: Evidence) -> bool:
    """Whether the evidence is in another language than the question; no if either cannot be told."""
    asked, written = language_asked(question), item.document.metadata.language
    if asked is None or written is None:
        return False
    return not is_alike(asked, written.value.lower().partition("-")[0])


def _relevance(evidence: Sequence[Evidence]) -> float:
    """The largest log odds of those that were read, cut off and moved into 0..1."""
    read = [item.relevance for item in evidence if item.relevance is not None]
    return (
        0.5 + max(-RELEVANCE_LIMIT, min(max(read), RELEVANCE_LIMIT)) / (2 * RELEVANCE_LIMIT) if read else 0.5
    )


def _numbers(asked: Asked, item: Evidence) -> float:
    """The share of the question's numbers that stand in the passage; 1 if it names none."""
    passage, numbers = item.found.passage, asked.question.numbers
    text = item.document.text[passage.start : passage.end]
    return sum(holds_number(text, number) for number in numbers) / len(numbers) if numbers else 1.0


def surroundings(item: Evidence) -> str:
    """The passage with all a reader knows around it: title, headings, publisher, date."""
    passage = item.found.passage
    return f"{item.document.text[passage.start : passage.end]}\n{context_of(item.document, passage)}"


def _seen(asked: Asked, evidence: Sequence[Evidence]) -> frozenset[str]:
    """The terms in and around the evidence."""
    return frozenset().union(*(asked.words.terms(surroundings(item)) for item in evidence))


def _rarest(asked: Asked, item: Evidence) -> float:
    weights = asked.words.weights
    if not weights:
        return 0.0
    rarest = max(weights, key=lambda term: (weights[term], term))
    return float(rarest in asked.words.terms(surroundings(item)))


def missing_words(asked: Asked, evidence: Sequence[Evidence]) -> list[str]:
    """The question's content words, as written there, that stand nowhere in or around the best evidence; names first."""
    missing, text = set(asked.words.missing(_seen(asked, evidence[:TOP]))), asked.question.text
    words = dict.fromkeys(text[t.start : t.end] for t in asked.words.tokens(text) if t.term in missing)
    return sorted(words, key=lambda word: word not in asked.question.names)


def reason_for_silence(
    found: Signals, missing: Sequence[str], documents: int, *, foreign: bool = False
) -> str:
    """The sentence that says why there is no answer; `missing` are question words absent from the best evidence.

    `foreign` is whether that is in another language than the question: then its words need not stand there.
    """
    where = "this document" if documents == 1 else f"these {documents:,} documents"
    if documents == 0:
        return "No document was searched: the library is empty, or the filters leave none."
    if foreign:
        return (
            f"Not in {where}: the nearest passages are in another language than the question; ask in theirs."
        )
    if missing:
        listed = ", ".join(f"“{word}”" for word in missing[:3])
        return f"Not in {where}: no passage that fits the question says anything about {listed}."
    if found.similarity < 0.3:
        return f"Not in {where}: no passage is about this."
    if found.asks_time and found.time < OTHER_TIME:
        return f"Not in {where}: the nearest passages touch the subject, but at another time than the one asked about."
    return f"Not in {where}: the nearest passages touch the subject, but none seems to answer the question."
