"""Whether a number in a sentence counts what the question asks for: "how many rounds" is not answered by "15 officers"."""

from __future__ import annotations

import re

from qa.phrases import WORD, stem
from qa.question import AnswerType, Question
from qa.spans import free_numbers
from qa.statements import Wanted, wanted_of

_NEAR = 3
"""The unit is among so many words behind its number."""
_PEOPLE = frozenset({"peopl"})
"""People are counted as staff, refugees, returnees, Serbs."""
_BREAK = re.compile(r"[.;:|\t\n]")
_SIGNS = {
    "percent": re.compile(r"%|per\s?cent", re.IGNORECASE),
    "euro": re.compile(r"€|EUR|euro", re.IGNORECASE),
    "dollar": re.compile(r"\$|USD|dollar", re.IGNORECASE),
    "pound": re.compile(r"£|GBP|pounds", re.IGNORECASE),
}


def unit_asked(question: Question) -> Wanted | None:
    """What a question for a number counts or measures; None for any other, or where any noun may stand with the number."""
    wanted = wanted_of(question.text) if question.answer_type is AnswerType.NUMBER else None
    return None if wanted is None or wanted.units & _PEOPLE else wanted


def counts_what_is_asked(question: Question, text: str) -> bool:
    """Whether a number of the text has the unit or the sign that the question counts in; False where it counts nothing."""
    wanted = unit_asked(question)
    if wanted is None:
        return False
    for span, _ in free_numbers(text):
        if any(_SIGNS[sign].search(text, span.start, span.end) for sign in wanted.sign if sign):
            return True
        behind = _BREAK.split(text[span.end : span.end + 60], maxsplit=1)[0]
        if wanted.units and not wanted.units.isdisjoint(map(stem, WORD.findall(behind)[:_NEAR])):
            return True
    return False
