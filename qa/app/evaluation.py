"""What the page shows of an evaluation: figures with intervals, and every question with what was expected and found."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Outcome(StrEnum):
    """How one question ended."""

    RIGHT = "right"
    FALSE_ANSWER = "false answer"
    """Answered, though the documents hold no answer."""
    FALSE_SILENCE = "false silence"
    """Declined, though the documents hold an answer."""
    WRONG_PLACE = "wrong place"
    """Answered, but what the question needs is not among the first citations."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured number: its kind of question ("all" for every kind), its name and its 95% interval."""

    kind: str
    name: str
    value: float
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of text; `mark` is "plain", "shared" (words that both sides have) or "answer" (an accepted answer)."""

    text: str
    mark: str = "plain"


@dataclass(frozen=True, slots=True)
class Place:
    """One place as it is shown: the name of its document, its words, and whether it is a right one."""

    source: str
    parts: tuple[Part, ...]
    right: bool


@dataclass(frozen=True, slots=True)
class Pair:
    """One question with what was expected beside what was found."""

    question_id: str
    question: str
    kind: str
    as_of: str | None
    outcome: Outcome
    confidence: float
    answered: bool
    answer: str | None
    accepted: tuple[str, ...]
    expected: tuple[Place, ...]
    found: tuple[Place, ...]
