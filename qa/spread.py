"""For questions about change: citations spread over the time asked about, instead of ten from the same report."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from qa.evidence import Evidence
from qa.features import Asked
from qa.time import Period, asked_parts, document_period, mentions, nearness, parts_of, separate_times

_CHANGE = re.compile(
    r"\b(?:chang\w+|develop\w*|evol\w+|over time|over the years|gr[eo]w\w*|dwindl\w+|declin\w+|shr[aiu]nk\w*|r[io]se|f[ae]ll"
    r"|increas\w+|decreas\w+|drop\w*|diminish\w*|expand\w*|g(?:o|oes|one)\s+(?:up|down)|went\s+(?:up|down)|bec(?:ame|omes?)\s+of"
    r"|one after another|succe(?:ss|ed)\w*|steps?|stages?|trend\w*|timeline|history|year by year"
    r"|compar\w+"
    r"|évol\w+|au fil|sviluppat\w+|cambiat\w+)\b",
    re.IGNORECASE,
)
_AT_ANY_TIME = re.compile(
    r"\b(?:over time|over the (?:years|decades|months)|through(?:out)? the years|one after another|year by year"
    r"|timeline|trends?)\b"
    r"|^\W*how (?:did|do|does|has|have|had)\b.*\b(?:numbers?|size|strength|share|percentage|proportion|rate|count|tally"
    r"|amount|population|budget|turnout|price|cost|staff\w*)\b.*\b(?:chang\w+|develop\w*|evol\w+|gr[eo]w\w*|dwindl\w+|declin\w+"
    r"|shr[aiu]nk\w*|r[io]se|f[ae]ll|increas\w+|decreas\w+)\b",
    re.IGNORECASE,
)
LEAST_NEARNESS = 0.3
"""Evidence this near to a part of the asked time belongs to it: at most some three months away."""
ALIKE = 10.0
"""How many log odds a passage is worth more that is just like the best sentences of a series (cosine 1)."""
NAMES = 1.5
"""What a passage that names a holder of the office asked for counts in place of that cosine: more than the likest."""
FAR_BEHIND = 3.0
"""What is worth so many log odds less than the best hardly states what is asked."""
AT_THE_END = 0.7
"""How many log odds the first and the last document of the asked time count more."""
SHOWN = 10
"""So many citations are usually shown: a series is spread over so many parts of its time."""


@dataclass(frozen=True, slots=True, order=True)
class _Dated:
    """The best evidence of a document: its day, its place among all, its worth."""

    day: date
    place: int
    worth: float


def asks_for_change(asked: Asked) -> bool:
    """Whether the question is about how something went over a longer time, or at any time, or sets times side by side."""
    text = asked.question.text
    if asked.period is None:
        return bool(_AT_ANY_TIME.search(text))
    return bool(separate_times(text)) or (len(parts_of(asked.period)) > 1 and names_change(text))


def is_series(asked: Asked) -> bool:
    """Whether the question is about how one thing went over a longer time: then every document of it may say its part."""
    return asks_for_change(asked) and not separate_times(asked.question.text)


def names_change(question: str) -> bool:
    """Whether a question has words of change or of comparison ("developed", "over the years", "trend")."""
    return bool(_CHANGE.search(question))


def spread(asked: Asked, evidence: Sequence[Evidence]) -> list[Evidence]:
    """The same evidence, the best first, then in order of date the best of each part of the time asked about.

    Of one thing over a longer time the first SHOWN come from as many documents, the first and the last of that time
    among them; of times set side by side each has its turn. Evidence of no known part comes last. For any other question
    the order stays.
    """
    if not asks_for_change(asked) or not evidence:
        return list(evidence)
    return _series(asked, evidence) if is_series(asked) else _in_turn(asked, evidence)


def _series(asked: Asked, evidence: Sequence[Evidence]) -> list[Evidence]:
    """One of each part of the asked time in order of worth, then the others as they were."""
    best: dict[str, _Dated] = {}
    for place, item in enumerate(evidence):
        day = _day(asked.period, item)
        if day is not None:
            one = _Dated(day, place, worth(item))
            best[item.document.id] = max(best.get(item.document.id, one), one, key=lambda some: some.worth)
    top = max((one.worth for one in best.values()), default=0.0)
    dated = sorted(one for one in best.values() if one.worth >= top - FAR_BEHIND)
    chosen = sorted(
        (_best_of(part, dated) for part in _even_parts(dated)), key=lambda one: (-one.worth, one.place)
    )
    places = [one.place for one in chosen]
    return [
        *(evidence[place] for place in places),
        *(item for place, item in enumerate(evidence) if place not in places),
    ]


def _best_of(part: Sequence[_Dated], dated: Sequence[_Dated]) -> _Dated:
    """The best of a part of the time; the first and the last of all count a little more."""
    ends = (dated[0], dated[-1])
    return max(part, key=lambda one: (one.worth + AT_THE_END * (one in ends), -one.place))


def _even_parts(dated: Sequence[_Dated]) -> list[Sequence[_Dated]]:
    """In SHOWN parts of about as many documents, each alone if they are no more."""
    parts = min(SHOWN, len(dated))
    edges = [len(dated) * part // parts for part in range(parts + 1)] if parts else [0]
    return [dated[start:end] for start, end in pairwise(edges)]


def worth(item: Evidence) -> float:
    """How good evidence is for a series: log odds of its sentence, more for a passage like the best of all."""
    odds = min(max(item.score, 1e-6), 1 - 1e-6)
    return math.log(odds / (1 - odds)) + ALIKE * item.found.alike


def _day(asked: Period | None, item: Evidence) -> date | None:
    """The middle of the time that a document reports on, if it lies in the asked one."""
    period = document_period(item.document)
    middle = period and period.start + (period.end - period.start) / 2
    return middle if middle and (asked is None or asked.start <= middle <= asked.end) else None


def by_date(asked: Asked, evidence: Sequence[Evidence]) -> list[Evidence]:
    """Of a series the first SHOWN pieces of evidence in order of date behind the best one; else as they are."""
    if not is_series(asked) or not evidence:
        return list(evidence)
    first = next((item for item in evidence[:SHOWN] if item.found.alike >= NAMES), evidence[0])
    shown = [item for item in evidence[:SHOWN] if item is not first]
    shown.sort(key=lambda item: _day(asked.period, item) or date.max)
    return [first, *shown, *evidence[SHOWN:]]


def _in_turn(asked: Asked, evidence: Sequence[Evidence]) -> list[Evidence]:
    """The best, then in turn the best of each time that is set side by side."""
    if asked.period is None:
        return list(evidence)
    parts = asked_parts(asked.question.text, asked.period)
    queues: list[list[Evidence]] = [[] for _ in parts]
    outside: list[Evidence] = []
    for item in evidence[1:]:
        place = _part(item, parts)
        (outside if place is None else queues[place]).append(item)
    first = _part(evidence[0], parts)
    ordered = [evidence[0]]
    for turn in range(max(map(len, queues)) + 1):
        for number, queue in enumerate(queues):
            place = turn - 1 if number == first else turn  # the best one was its part's first turn
            if 0 <= place < len(queue):
                ordered.append(queue[place])
    return [*ordered, *outside]


def _part(item: Evidence, parts: Sequence[Period]) -> int | None:
    """The part of the time that the quote, or else its document, speaks of."""
    text = item.document.text[item.quote.start : item.quote.end]
    named = [mention.period for mention in mentions(text)]
    period = named[0] if named else document_period(item.document)
    if period is None:
        return None
    near, place = max((nearness(part, period), -number) for number, part in enumerate(parts))
    return -place if near >= LEAST_NEARNESS else None
