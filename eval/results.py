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

    `results` are the citations of an answer, the nearest places of a declined question, or the first hits of a
    search. `found` says for each of the question's targets (`eval.judge`) at which rank it first stands among all
    that came back, declined or not; None for nowhere. `valid` counts the results whose slices stand in the text
    that the library holds, and is None for a search. `scores` of a search are empty for questions without gold.
    A declined question scores 0 whatever was nearest; `withheld` then tells that a gold place was among it.
    """

    question: Question
    results: tuple[Result, ...]
    found: tuple[int | None, ...]
    scores: Mapping[str, float]
    decision: Decision | None
    withheld: bool
    valid: int | None
    milliseconds: float

    @property
    def given(self) -> tuple[Result, ...]:
        """The results that count: the nearest places of a declined question were not given as an answer."""
        return () if self.decision is not None and not self.decision.answered else self.results

    def found_by(self, rank: int) -> bool:
        """Whether what the question needs stands among the first `rank` places, declined or not."""
        if not self.found:
            return False
        reached = [place is not None and place <= rank for place in self.found]
        return all(reached) if self.question.need == "all" else any(reached)
