"""What official reports state in their own words: the symbol under which they are filed, the period that they cover."""

from __future__ import annotations

import re
from collections.abc import Sequence

from corpus.dates import parse_date
from corpus.types import PartialDate

SYMBOL = r"(?:[A-Z]{1,5}|[A-Z]{1,3}-\d{1,2})(?:/[A-Z0-9][A-Za-z0-9.()-]*){2,6}(?<![.,;-])"
_SYMBOL_LINE = re.compile(rf"(?:United Nations\s+|(?:Document )?Symbol:?\s+)?(?P<symbol>{SYMBOL})\**")
_HEAD_LINES = 14

_MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
_PERIOD = re.compile(
    rf"\b(?:from|between|period|periods|covering|:)\s+(?P<d1>\d{{1,2}})(?:\s+(?P<m1>{_MONTHS}))?(?:\s+(?P<y1>\d{{4}}))?"
    rf"\s*(?:to|until|through|and|up to|[-–—])\s*(?P<d2>\d{{1,2}})\s+(?P<m2>{_MONTHS})\s+(?P<y2>\d{{4}})"
)
_SINCE_REPORT = re.compile(
    rf"\bfrom my (?:previous|last) report,? (?:of|dated) (?P<d1>\d{{1,2}})\s+(?P<m1>{_MONTHS})\s+(?P<y1>\d{{4}})"
    rf"(?:\s*\([^)]{{3,40}}\))?,? (?:to|up to|until) (?P<d2>\d{{1,2}})\s+(?P<m2>{_MONTHS})\s+(?P<y2>\d{{4}})"
)
_COVERS = re.compile(r"\b(?:cover(?:s|ing|ed)?|reporting period|period under review|report(?:s|ing)? on)\b")
_SENTENCE = re.compile(r"[^.]*(?:\.(?!\s|$)[^.]*)*(?:\.(?=\s|$)|$)")


def symbol_in(lines: Sequence[str]) -> str | None:
    """The symbol that stands alone on one of the first lines of a United Nations document, if exactly one does."""
    head = [line.strip() for line in lines[:_HEAD_LINES]]
    if not any("united nations" in line.casefold() for line in head):
        return None
    found = {match["symbol"] for line in head if (match := _SYMBOL_LINE.fullmatch(line))}
    return found.pop() if len(found) == 1 else None


def period_covered(text: str) -> tuple[PartialDate, PartialDate] | None:
    """The first and last day of the time a report says it covers, if one of its sentences states both."""
    for sentence in _SENTENCE.findall(text):
        if not _COVERS.search(sentence):
            continue
        match = _PERIOD.search(sentence) or _SINCE_REPORT.search(sentence)
        if match and (found := _days(match)):
            return found
    return None


def _days(match: re.Match[str]) -> tuple[PartialDate, PartialDate] | None:
    last = parse_date(f"{match['d2']} {match['m2']} {match['y2']}")
    first = parse_date(f"{match['d1']} {match['m1'] or match['m2']} {match['y1'] or match['y2']}")
    if first is None or last is None or first.first > last.first:
        return None
    return first, last
