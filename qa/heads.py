"""Who held an office: the words under which documents name one who heads a mission, when a question says it otherwise."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from qa.question import AnswerType, Question

_LEADS = re.compile(
    r"\b(?:head(?:s|ed|ing)?|led|lead(?:s|er|ers|ing)?|r[au]n(?:s|ning)?|chief|in charge|at the helm|boss|took over|"
    r"succeed(?:ed|s)?|replaced)\b",
    re.IGNORECASE,
)
MISSION_WORDS = r"missions?|operations?|administration|presence|peacekeep\w+"
MISSION_ACRONYM = r"[A-Z]*(?:MIK|MIL|MISS|MIS|MIT|LEX|FOR)"
_MISSION = re.compile(rf"\b(?:{MISSION_WORDS}|Missions?|{MISSION_ACRONYM})\b")
_REPRESENTATIVE = re.compile(r"\b(?:special representative|envoy|SRSG)s?\b", re.IGNORECASE)
MEANT = "Special Representative Head of Mission"
"""How the one who heads a mission is called in its documents."""
_SAME = (
    "head",
    "headed",
    "heads",
    "heading",
    "led",
    "leads",
    "lead",
    "leader",
    "ran",
    "runs",
    "chief",
    "post",
    "srsg",
)


def office(question: Question) -> str | None:
    """The title to search for besides the question's own words, where it asks who heads a mission; else None."""
    text = question.text
    if question.answer_type is not AnswerType.PERSON:
        return None
    if _REPRESENTATIVE.search(text) or (_LEADS.search(text) and _MISSION.search(text)):
        return MEANT
    return None


def same_words(question: Question) -> Mapping[str, Sequence[str]]:
    """Words of the question, as written there, that are as good as found where the title stands."""
    if office(question) is None:
        return {}
    said = re.findall(r"\w+", question.text)
    return {word: ("special representative",) for word in said if word.casefold() in _SAME}
