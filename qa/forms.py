"""The form of a number that a question asks for by its words: a sum of money, a share, a length of time."""

from __future__ import annotations

import re
from functools import lru_cache

from corpus.types import Span
from qa.quantities import PER_CENT

_ASKS = r"(?:did|does|do|was|were|is|are|has|have|had|will|would)"
_OF_WHAT = r"(?:(?:was|is|were|are|an?) )?(?:the )?(?:[\w’'-]+ ){0,2}?"
_COUNTED = re.compile(r"\b(?:how many|(?:number|strength|size) of)\b", re.IGNORECASE)
_MONEY_ASKED = re.compile(
    r"\b(?:how much money|(?:what|which) (?:sum|price)|(?:at|for) what price)\b"
    rf"|\bhow much {_ASKS}\b.*\b(?:costs?|worth|pa(?:y|id|ying)|spen[dt]|spending|pledged?|donated?|len[dt]|invest(?:ed)?"
    r"|earn(?:ed)?|fetch(?:ed)?|brought in|bring in|euros?|dollars?|money|budget|fined?|debts?|loan|grant|compensation"
    r"|revenues?|salary)\b"
    rf"|\bwhat {_ASKS}\b(?:(?!\bcosts? of\b).)*\bcost(?: (?:to|in|for|per)\b|\W*$)"
    rf"|\b(?:what|which|how (?:large|high|big)) {_OF_WHAT}(?:budget|fine|salar(?:y|ies)|wages?|loan|grant|debts?|price"
    r"|compensation|revenues?)\b",
    re.IGNORECASE,
)
_SHARE_ASKED = re.compile(
    rf"\b(?:what|which|how (?:large|high|big|great|small)) {_OF_WHAT}(?:per\s?cent|percentage|share|proportion|turnout)\b"
    r"|\bquel pourcentage\b|\bche percentuale\b",
    re.IGNORECASE,
)
_TIME_ASKED = re.compile(
    r"\bhow long (?:did|does|do|had|has|have|will|would)\b|\bfor how long\b|\bhow much time\b"
    r"|\bhow (?:long|heavy) (?:(?:was|were|an?) )?(?:[\w’'-]+ )?(?:(?:jail|prison) )?(?:sentences?|terms?)\b"
    r"|\bwhat (?:was the )?(?:(?:jail|prison) (?:sentence|term)|sentence)\b",
    re.IGNORECASE,
)
_MONEY = re.compile(
    r"[$€£]|\b(?:euros?|EUR|dollars?|USD|dinars?|RSD|(?:(?:deutsche|German|convertible) )?marks?|DM|francs?|CHF|pounds?|GBP"
    r"|crowns?|roubles?)\b",
    re.IGNORECASE,
)
_SHARE = re.compile(rf"{PER_CENT}|\bpercentage points?\b", re.IGNORECASE)
_TIME = re.compile(r"\b(?:seconds?|minutes?|hours?|days?|weeks?|months?|years?|decades?)\b", re.IGNORECASE)
_BEFORE, _BEHIND = 6, 24
"""Characters before and behind a number in which its sign stands."""
_APART = re.compile(r"[|;,(\t\n\d]")
"""What stands behind these belongs to something else."""


@lru_cache(maxsize=256)
def form_asked(question: str) -> re.Pattern[str] | None:
    """What stands in or beside a number that is a sum, a share or a length of time where a question asks for one."""
    if _COUNTED.search(question):
        return None
    for asked, form in ((_SHARE_ASKED, _SHARE), (_TIME_ASKED, _TIME), (_MONEY_ASKED, _MONEY)):
        if asked.search(question):
            return form
    return None


def has_form(text: str, number: Span, form: re.Pattern[str]) -> bool:
    """Whether a number of a text has the sign of a form in or beside it, and no other number between."""
    before = _APART.split(text[max(0, number.start - _BEFORE) : number.start])[-1]
    behind = _APART.split(text[number.end : number.end + _BEHIND], maxsplit=1)[0]
    return form.search(before + text[number.start : number.end] + behind) is not None
