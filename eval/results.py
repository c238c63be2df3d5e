"""What one question gave: the places shown, the decision, the scores; plain values without any arithmetic."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from eval.judge import Judged
from eval.questions import Question
from qa.types import TextSlice


@dataclass(frozen=True, slots=True)
class Result:
    """One place that was shown, and the gold places it hits; `quote` is None for a search without evidence."""

    rank: int
    document_id: str
    path: str
    passage: TextSlice
    quote: TextSlice | None
    score: float
    judged: Judged


@dataclass(frozen=True, slots=True)
class Decision:
    """What the engine decided: to answer or not, how sure it is, and the short answer it gave, if any."""

    answered: bool
    confidence: float
    reason: str | None
    answer: str | None


@dataclass(frozen=True, slots=True)
class QuestionRow:
    """All that one question gave.

    `results` are the citations of an answer, the nearest places of a declined question, or the hits of a search.
    `scores` are empty where nothing can be scored: for unanswerable questions, and for those without gold.
    A declined question scores 0 whatever was nearest; `withheld` then tells that a gold place was among it.
    """

    question: Question
    results: tuple[Result, ...]
    scores: Mapping[str, float]
    decision: Decision | None
    withheld: bool
    milliseconds: float
