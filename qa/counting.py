"""Whether a number in a sentence counts what the question asks for: "how many rounds" is not answered by "15 officers"."""

from __future__ import annotations

import re

from qa.forms import form_asked, has_form
from qa.phrases import WORD, stem
from qa.question import AnswerType, Question
from qa.spans import free_numbers
from qa.statements import wanted_of

_NEAR = 3
"""The unit is among so many words behind its number."""
_PEOPLE = frozenset({"peopl"})
"""People are counted as staff, refugees, returnees, Serbs."""
_BREAK = re.compile(r"[.;:|\t\n]")


def asks_for_a_unit(question: Question) -> bool:
    """Whether a question for a number names what it counts, or asks for money, a share or a length of time."""
    return bool(_units(question)) or _form(question) is not None


def _units(question: Question) -> frozenset[str]:
    """What a question for a number counts; none for any other, or where any noun may stand with the number."""
    wanted = wanted_of(question.text) if question.answer_type is AnswerType.NUMBER else None
    return frozenset() if wanted is None or wanted.units & _PEOPLE else wanted.units


def _form(question: Question) -> re.Pattern[str] | None:
    return form_asked(question.text) if question.answer_type is AnswerType.NUMBER else None


def counts_what_is_asked(question: Question, text: str) -> bool:
    """Whether a number of the text has the unit or the form that the question asks for; False where it asks for none."""
    if form := _form(question):
        return any(has_form(text, span, form) for span in free_numbers(text))
    units = _units(question)
    return bool(units) and any(_counts(units, text, span.end) for span in free_numbers(text))


def _counts(units: frozenset[str], text: str, end: int) -> bool:
    behind = _BREAK.split(text[end : end + 60], maxsplit=1)[0]
    return not units.isdisjoint(map(stem, WORD.findall(behind)[:_NEAR]))
