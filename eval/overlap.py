"""How much of the gold text the quotes show, and how much else: precision, recall and F1 in characters.

Where the gold place has offsets into the very document that is quoted, code points are compared by position. Else
both texts are compared by their letters and digits, and what they share is the run in which they overlap.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from eval.judge import Judged, letters
from eval.questions import Gold, Question
from qa.types import TextSlice


@dataclass(frozen=True, slots=True)
class Quoted:
    """One quote: its document, its words with their place, and the gold places of the question in that document."""

    document_id: str
    quote: TextSlice
    judged: Judged


@dataclass(frozen=True, slots=True)
class Overlap:
    """Shares in 0..1: of the quoted characters that are gold, of the gold ones that are quoted, and their mean."""

    precision: float
    recall: float
    f1: float


NOTHING = Overlap(0.0, 0.0, 0.0)


def quote_overlap(question: Question, quotes: Sequence[Quoted]) -> Overlap:
    """Compare the quotes, best first, with the question's gold places.

    Where any place is enough, the first quote is compared with the place that it fits best. Where all are needed,
    as many quotes as there are places are compared with all of them together.
    """
    if question.need == "all":
        return _compare(quotes[: len(question.gold)], range(len(question.gold)), question.gold)
    each = (_compare(quotes[:1], [number], question.gold) for number in range(len(question.gold)))
    return max(each, key=lambda one: (one.f1, one.recall), default=NOTHING)


def _compare(quotes: Sequence[Quoted], numbers: Sequence[int], gold: Sequence[Gold]) -> Overlap:
    if not quotes or not numbers:
        return NOTHING
    meet = [(number, quoted) for number in numbers for quoted in quotes if number in quoted.judged.document]
    if all(gold[number].start is not None for number in numbers) and all(
        gold[number].sha256 in (None, quoted.document_id) for number, quoted in meet
    ):
        return _by_position(quotes, {number: gold[number] for number in numbers}, dict(meet))
    shared = {number: 0 for number in numbers}
    for number, quoted in meet:
        shared[number] = max(shared[number], shared_letters(gold[number].quote, quoted.quote.text))
    shown = sum(len(letters(quoted.quote.text)) for quoted in quotes)
    return _overlap(sum(shared.values()), shown, sum(len(letters(gold[number].quote)) for number in numbers))


def _by_position(quotes: Sequence[Quoted], gold: Mapping[int, Gold], meet: Mapping[int, Quoted]) -> Overlap:
    shown = {
        (quoted.document_id, at) for quoted in quotes for at in range(quoted.quote.start, quoted.quote.end)
    }
    wanted = {
        (meet[number].document_id if number in meet else place.document, at)
        for number, place in gold.items()
        for at in range(place.start or 0, place.end or 0)
    }
    return _overlap(len(shown & wanted), len(shown), len(wanted))


def _overlap(shared: int, shown: int, wanted: int) -> Overlap:
    if not shared:
        return NOTHING
    precision, recall = min(1.0, shared / shown), shared / wanted
    return Overlap(precision, recall, 2 * precision * recall / (precision + recall))


def shared_letters(gold: str, shown: str) -> int:
    """Count the letters and digits in the run that two texts share: one in the other, or an end that is a beginning."""
    ours, theirs = letters(gold), letters(shown)
    if ours in theirs or theirs in ours:
        return min(len(ours), len(theirs))
    lengths = range(min(len(ours), len(theirs)), 0, -1)
    return next((n for n in lengths if ours[-n:] == theirs[:n] or theirs[-n:] == ours[:n]), 0)
