"""For questions about change: citations spread over the time asked about, instead of ten from the same report."""

from __future__ import annotations

import re
from collections.abc import Sequence

from qa.evidence import Evidence
from qa.features import Asked
from qa.time import Period, asked_parts, document_period, mentions, nearness, parts_of, separate_times

_CHANGE = re.compile(
    r"\b(?:chang\w+|develop\w*|evol\w+|over time|over the years|gr[eo]w\w*|dwindl\w+|declin\w+|shr[aiu]nk\w*|r[io]se|f[ae]ll"
    r"|increas\w+|decreas\w+|one after another|success\w+|steps?|stages?|trend\w*|timeline|history|year by year|compar\w+"
    r"|évol\w+|au fil|sviluppat\w+|cambiat\w+)\b",
    re.IGNORECASE,
)
LEAST_NEARNESS = 0.3
"""Evidence this near to a part of the asked time belongs to it: at most some three months away."""


def asks_for_change(asked: Asked) -> bool:
    """Whether the question is about how something went over a longer time, or sets times side by side."""
    if asked.period is None:
        return False
    text = asked.question.text
    return bool(separate_times(text)) or (len(parts_of(asked.period)) > 1 and names_change(text))


def names_change(question: str) -> bool:
    """Whether a question has words of change or of comparison ("developed", "over the years", "trend")."""
    return bool(_CHANGE.search(question))


def spread(asked: Asked, evidence: Sequence[Evidence]) -> list[Evidence]:
    """The same evidence, the best first, then in turn the best of each part of the time asked about, in order of date.

    Evidence of no known part comes last. For any other question the order stays.
    """
    if asked.period is None or not asks_for_change(asked) or not evidence:
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
