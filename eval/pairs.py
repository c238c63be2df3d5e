"""Expected and found text of every question side by side, with the words that both have marked; judges nothing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher
from itertools import pairwise

from eval.results import QuestionRow
from qa.app.evaluation import Outcome, Pair, Part, Place

SHOWN = 3
"""Found places shown beside the expected ones."""
_SHORTEST_RUN = 2
_WORD = re.compile(r"\w+")


def outcome(row: QuestionRow) -> Outcome:
    """Name how the question ended; a search has no decision, so its misses are wrong places."""
    if row.scores.get("right", row.scores.get("success@5", 0.0)) == 1.0:
        return Outcome.RIGHT
    if row.decision is not None and row.question.answerable and not row.decision.answered:
        return Outcome.FALSE_SILENCE
    return Outcome.WRONG_PLACE if row.question.answerable else Outcome.FALSE_ANSWER


def pairs(rows: Iterable[QuestionRow]) -> tuple[Pair, ...]:
    """Make a pair of every row, in their order."""
    return tuple(_pair(row) for row in rows)


def worst_first(shown: Iterable[Pair]) -> list[Pair]:
    """The questions that did not end right, those first in which the confidence was most mistaken."""
    failed = [pair for pair in shown if pair.outcome is not Outcome.RIGHT]
    return sorted(failed, key=lambda pair: (-_mistaken(pair), pair.question_id))


def _mistaken(pair: Pair) -> float:
    return pair.confidence if pair.answered else 1 - pair.confidence


def _pair(row: QuestionRow) -> Pair:
    question, decision = row.question, row.decision
    results = row.results[:SHOWN]
    expected = [gold.quote or gold.document for gold in question.gold]
    found = [one.quote.text if one.quote else one.passage.text for one in results]
    return Pair(
        question_id=question.id,
        question=question.text,
        kind=question.kind,
        as_of=question.stated_time,
        outcome=outcome(row),
        confidence=decision.confidence if decision else 0.0,
        answered=decision.answered if decision else True,
        answer=decision.answer if decision else None,
        accepted=question.answers,
        expected=tuple(
            Place(gold.document, marked(text, found, question.answers), True)
            for gold, text in zip(question.gold, expected, strict=True)
        ),
        found=tuple(
            Place(
                result.path,
                marked(text, expected, question.answers),
                bool(
                    result.judged.passage
                    if any(gold.precise for gold in question.gold)
                    else result.judged.document
                ),
            )
            for result, text in zip(results, found, strict=True)
        ),
    )


def marked(text: str, others: Sequence[str], answers: Sequence[str]) -> tuple[Part, ...]:
    """Cut a text into parts: runs of two or more words that stand in one of the others too, and accepted answers."""
    marks = ["plain"] * len(text)
    words = list(_WORD.finditer(text))
    ours = [match.group().casefold() for match in words]
    for other in others:
        theirs = [match.group().casefold() for match in _WORD.finditer(other)]
        for run in SequenceMatcher(None, ours, theirs, autojunk=False).get_matching_blocks():
            if run.size >= _SHORTEST_RUN:
                _fill(marks, words[run.a].start(), words[run.a + run.size - 1].end(), "shared")
    for answer in answers:
        for match in re.finditer(rf"(?<!\w){re.escape(answer)}(?!\w)", text, re.IGNORECASE) if answer else ():
            _fill(marks, match.start(), match.end(), "answer")
    return _parts(text, marks)


def _fill(marks: list[str], start: int, end: int, mark: str) -> None:
    marks[start:end] = [mark] * (end - start)


def _parts(text: str, marks: Sequence[str]) -> tuple[Part, ...]:
    borders = [at for at in range(1, len(text)) if marks[at] != marks[at - 1]]
    edges = [0, *borders, len(text)]
    return tuple(Part(text[a:b], marks[a]) for a, b in pairwise(edges) if a < b)
