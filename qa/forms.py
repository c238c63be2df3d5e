"""The form of a number that a question asks for by its words: a sum of money, a share, a length of time."""

from __future__ import annotations

import re
from functools import lru_cache

from corpus.types import Span

_MONEY_ASKED = re.compile(
    r"\b(?:how much money|(?:what|which) (?:sum|price)|(?:at|for) what price)\b"
    r"|\b(?:how much|what|how (?:large|high|big|great))\b.*?\b(?:costs?|worth|fine|budget|salar(?:y|ies)|wages?|loan|grant"
    r"|debts?|price|pa(?:y|ys|id|ying)|spen[dt](?:ing)?|pledged?|donat\w+|euros?|dollars?|dinars|revenues?|brought in"
    r"|bring in|fetch(?:ed)?|rais(?:ed?|ing)|earn(?:ed)?|compensation)\b",
    re.IGNORECASE,
)
_SHARE_ASKED = re.compile(
    r"\b(?:what|which|how (?:large|high|big|great|small)|quelle?|quale|che)\b.*?"
    r"\b(?:per\s?cent|percentage|share|proportion|turnout|pourcentage|percentuale)\b",
    re.IGNORECASE,
)
_TIME_ASKED = re.compile(
    r"\bhow long\b(?! (?:is|was|are|were) the\b)|\bhow much time\b"
    r"|\b(?:what|which|how (?:long|heavy|many years of)) (?:(?:jail|prison) )?(?:sentence|term)\b",
    re.IGNORECASE,
)
_MONEY = re.compile(
    r"[$€£]|\b(?:euros?|EUR|dollars?|USD|dinars?|RSD|(?:deutsche ?)?marks?|DM|francs?|pounds?|GBP|yen|roubles?)\b",
    re.IGNORECASE,
)
_SHARE = re.compile(r"%|\bper\s?cent\b|\bpour\s?cent\b|\bper cento\b", re.IGNORECASE)
_TIME = re.compile(r"\b(?:minutes?|hours?|days?|weeks?|months?|years?|decades?)\b", re.IGNORECASE)
_BEFORE, _BEHIND = 6, 14
"""Characters before and behind a number in which its sign stands."""


@lru_cache(maxsize=256)
def form_asked(question: str) -> re.Pattern[str] | None:
    """What stands in or beside a number that is a sum, a share or a length of time where a question asks for one."""
    for asked, form in ((_SHARE_ASKED, _SHARE), (_TIME_ASKED, _TIME), (_MONEY_ASKED, _MONEY)):
        if asked.search(question):
            return form
    return None


def has_form(text: str, number: Span, form: re.Pattern[str]) -> bool:
    """Whether a number of a text has the sign of a form in or beside it."""
    return form.search(text[max(0, number.start - _BEFORE) : number.end + _BEHIND]) is not None
