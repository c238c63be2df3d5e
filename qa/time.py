"""The time a question asks about and the times a text names, as periods of days, and how near two periods are."""

from __future__ import annotations

import calendar
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from corpus.remembered import remembered
from corpus.types import Document, PartialDate

NEAR_DAYS = 120.0
"""Two periods this far apart count 1/e as much as two that overlap: about one quarterly report."""
LONG = timedelta(days=550)
MOST_PARTS = 6
REPORT_DAYS = 92
"""A document that does not say what period it covers is taken to report on about this long before its date."""

_MONTH_NAMES = (
    ("january", "janvier", "gennaio", "jan"),
    ("february", "février", "febbraio", "feb"),
    ("march", "mars", "marzo", "mar"),
    ("april", "avril", "aprile", "apr"),
    ("may", "mai", "maggio"),
    ("june", "juin", "giugno", "jun"),
    ("july", "juillet", "luglio", "jul"),
    ("august", "août", "agosto", "aug"),
    ("september", "septembre", "settembre", "sept", "sep"),
    ("october", "octobre", "ottobre", "oct"),
    ("november", "novembre", "nov"),
    ("december", "décembre", "dicembre", "dec"),
)
_MONTHS = {name: number for number, names in enumerate(_MONTH_NAMES, start=1) for name in names}
_MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))
_SEASONS = {"spring": (3, 5), "summer": (6, 8), "autumn": (9, 11), "fall": (9, 11), "winter": (12, 14)}
_QUARTERS = {"first": 1, "second": 2, "third": 3, "fourth": 4, "last": 4}
_YEAR = r"(?:1[89]|20)\d\d"
_PART = (
    r"(?:(?P<part>early|mid|late|beginning|start|middle|end|first half|second half)"
    r"(?:[\s-]+(?:of|in|the)\b)*[\s-]*(?:the\s+)?)?"
)
_PERIOD = re.compile(
    rf"(?<![\w.,/])(?:"
    rf"(?P<day>\d{{1,2}})(?:st|nd|rd|th|er)?(?:\s*[-–]\s*\d{{1,2}})?\s+(?:of\s+)?(?P<day_month>{_MONTH})(?:\.?,?\s+(?P<day_year>{_YEAR}))?"
    rf"|(?P<us_month>{_MONTH})\.?\s+(?P<us_day>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<us_year>{_YEAR})"
    rf"|{_PART}(?P<month>{_MONTH})\.?,?\s+(?:of\s+)?(?P<month_year>{_YEAR})"
    rf"|(?P<season>spring|summer|autumn|fall|winter)(?:\s+of)?\s+(?P<season_year>{_YEAR})"
    rf"|(?P<quarter>first|second|third|fourth|last)\s+(?:quarter|three months)\s+(?:of\s+)?(?P<quarter_year>{_YEAR})"
    rf"|(?P<iso>{_YEAR}-(?:0[1-9]|1[0-2])(?:-\d\d)?)"
    rf"|(?P<from>{_YEAR})\s*(?:(?:[-–/]|to|and|through|until)\s*(?P<to>{_YEAR})|[-–/]\s*(?P<short>\d\d))"
    rf"|(?P<half>first|second)\s+half\s+of\s+(?P<half_year>{_YEAR})"
    rf"|{_PART.replace('<part>', '<year_part>')}(?P<year>{_YEAR})"
    rf")(?![\w/]|[.,]\d)",
    re.IGNORECASE,
)
_NO_DATE_BEFORE = re.compile(
    r"(?:\bresolutions? \d+ \(|\b(?:resolutions?|no\.?|para(?:graph)?s?\.?|article|regulation)|[$€£])\s*$",
    re.IGNORECASE,
)
_NO_DATE_AFTER = re.compile(
    r"\s*(?:\(\d{4}\)|(?:per\s?cent|percent|%|euros?|dollars?|personnel|troops|soldiers|officers|people|persons|refugees|returns|"
    r"returnees|houses|cases|members|staff|police|families|vehicles|displaced|voters|votes|tons?|kilomet|met)\b)",
    re.IGNORECASE,
)


_DIGIT = re.compile(r"\d")
_COUNTED_SINCE = re.compile(r"\b(?:since|depuis)\s+(?:the\s+|\w+\s+of\s+)*$", re.IGNORECASE)
_RANGE_BEFORE = re.compile(
    r"\b(?:between|from|since|after|entre|de|du|tra|fra|dal?)\s+(?:the\s+|\w+\s+of\s+)*$", re.IGNORECASE
)
_RANGE_INSIDE = re.compile(
    r"\s*(?:and|to|till|until|up to|through|[-–]|et|à|au|e|al?)\s+(?:the\s+|\w+\s+of\s+)*|\s*[-–]\s*",
    re.IGNORECASE,
)
_YEARS = re.compile(rf"{_YEAR}\s*(?:[-–]|to|through|until)\s*{_YEAR}", re.IGNORECASE)
_RANGE_END = re.compile(
    r"\s*(?:to|till|until|up to|through|à|jusqu.à|a|al|fino a)\s+(?:the\s+|\w+\s+of\s+)*", re.IGNORECASE
)


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """Whole days from `start` to `end`, both included."""

    start: date
    end: date

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.end - self.start).days + 1


def iso(period: Period) -> str:
    """A day, a month or a year in ISO form, as precise as the period is; else its first and last day, "A/B"."""
    start, end = period.start, period.end
    if start == end:
        return start.isoformat()
    if start.day == 1 and end.day == calendar.monthrange(end.year, end.month)[1]:
        if (start.year, start.month) == (end.year, end.month):
            return start.isoformat()[:7]
        if (start, end) == (date(start.year, 1, 1), date(start.year, 12, 31)):
            return start.isoformat()[:4]
    return f"{start.isoformat()}/{end.isoformat()}"


@dataclass(frozen=True, slots=True)
class Mention:
    """A period named in a text, and where (offsets into that text)."""

    start: int
    end: int
    period: Period


def mentions(text: str, year: int | None = None) -> tuple[Mention, ...]:
    """The periods that a text names; days and months without a year are read in `year`, if given."""
    # no period is named without a digit
    return _mentions(text, year) if _DIGIT.search(text) else ()


@remembered
def _mentions(text: str, year: int | None) -> tuple[Mention, ...]:
    found: list[Mention] = []
    for match in _PERIOD.finditer(text):
        if _NO_DATE_BEFORE.search(text[: match.start()]) or _NO_DATE_AFTER.match(text, match.end()):
            continue
        period = _period(match, year)
        if period is not None:
            found.append(Mention(match.start(), match.end(), period))
    return tuple(found)


def asked_period(question: str) -> Period | None:
    """The time a question asks about: the smallest period around all that it names, None if it names none."""
    named = [mention.period for mention in _asked_mentions(question)]
    return Period(min(p.start for p in named), max(p.end for p in named)) if named else None


def _asked_mentions(question: str) -> Sequence[Mention]:
    """The periods that a question names, without one that only says from when on is counted ("since 2000") beside others."""
    named = mentions(question)
    return [one for one in named if not _COUNTED_SINCE.search(question[: one.start])] or named


def as_of_or_about(text: str) -> tuple[date | None, Period | None]:
    """Read the "as_of" of a row of questions: a day is a hard limit, a month or a year the time that is asked about.

    Raises ValueError for anything that is not YYYY, YYYY-MM or YYYY-MM-DD.
    """
    stated = PartialDate.parse(text)
    return (stated.first, None) if stated.day else (None, Period(stated.first, stated.last))


def document_period(document: Document) -> Period | None:
    """The time a document reports on: its stated period, else the months before its publication date, else None."""
    metadata = document.metadata
    if metadata.covers is not None:
        return Period(metadata.covers.first.first, metadata.covers.last.last)
    if metadata.published is None:
        return None
    published = metadata.published.date
    start = published.first if published.day is None else later(published.first, -timedelta(days=REPORT_DAYS))
    return Period(start, published.last)


def later(day: date, by: timedelta) -> date:
    """A day moved by so much, as far as the calendar goes."""
    return date.fromordinal(min(max(day.toordinal() + by.days, 1), date.max.toordinal()))


def nearness(asked: Period, other: Period) -> float:
    """How well a period answers for another, 0..1: 1 if inside the asked, less if wider, falling with the gap."""
    if other.start <= asked.end and asked.start <= other.end:
        overlap = (min(asked.end, other.end) - max(asked.start, other.start)).days + 1
        return 0.6 + 0.4 * overlap / other.days
    gap = max((other.start - asked.end).days, (asked.start - other.end).days)
    return 0.6 * math.exp(-gap / NEAR_DAYS)


def separate_times(question: str) -> list[Period]:
    """The times that a question sets side by side ("in autumn 2015 and in spring 2016"), in order; none for a single time.

    Two ends of one time ("between March 2003 and May 2009", "from 2012 over 2014 to 2016") are not separate, nor are times
    that overlap.
    """
    named = _asked_mentions(question)
    apart = sorted({mention.period for mention in named})
    if len(apart) < 2 or any(one.end >= other.start for one, other in pairwise(apart)):
        return []
    first, before, last = named[0], named[-2], named[-1]
    if _RANGE_BEFORE.search(question[: first.start]) is None or last.period != apart[-1]:
        return apart
    until = _RANGE_INSIDE if len(named) == 2 else _RANGE_END
    to_last = until.fullmatch(question[before.end : last.start]) or _YEARS.fullmatch(
        question[last.start : last.end]
    )
    return [] if to_last else apart


def asked_parts(question: str, period: Period) -> list[Period]:
    """The times that an answer has to show: those set side by side in the question, else the parts of the asked time."""
    return separate_times(question) or parts_of(period)


def parts_of(period: Period) -> list[Period]:
    """A long time in up to MOST_PARTS equal parts, so that each gets its say; a short one as it is."""
    length = period.end - period.start
    parts = min(MOST_PARTS, 1 + length // LONG * 2)
    edges = [period.start + length * place / parts for place in range(parts + 1)]
    return [Period(start, end) for start, end in pairwise(edges)]


def _period(match: re.Match[str], year: int | None) -> Period | None:
    groups = match.groupdict()
    try:
        if groups["day"]:
            stated = groups["day_year"] or year
            return _day(int(stated), groups["day_month"], int(groups["day"])) if stated else None
        if groups["us_day"]:
            return _day(int(groups["us_year"]), groups["us_month"], int(groups["us_day"]))
        if groups["month"]:
            number = _MONTHS[groups["month"].casefold()]
            return _part(_months(int(groups["month_year"]), number, number), groups["part"])
        if groups["season"]:
            return _months(int(groups["season_year"]), *_SEASONS[groups["season"].casefold()])
        if groups["quarter"]:
            quarter = _QUARTERS[groups["quarter"].casefold()]
            return _months(int(groups["quarter_year"]), 3 * quarter - 2, 3 * quarter)
        if groups["half"]:
            return _months(
                int(groups["half_year"]), *((1, 6) if groups["half"].casefold() == "first" else (7, 12))
            )
        if groups["iso"]:
            return _iso(groups["iso"])
        if groups["from"]:
            last = groups["to"] or groups["from"][:2] + groups["short"]
            return _months(int(groups["from"]), 1, 12 * (int(last) - int(groups["from"]) + 1))
        return _part(_months(int(groups["year"]), 1, 12), groups["year_part"])
    except ValueError:  # no such day, or a span that runs backwards
        return None


def _day(year: int, month: str, day: int) -> Period:
    the_day = date(year, _MONTHS[month.casefold()], day)
    return Period(the_day, the_day)


def _months(year: int, first: int, last: int) -> Period:
    """Whole months; a number above 12 lies in a later year."""
    if last < first:
        raise ValueError("runs backwards")
    end_year, end_month = year + (last - 1) // 12, (last - 1) % 12 + 1
    return Period(
        date(year, first, 1), date(end_year, end_month, calendar.monthrange(end_year, end_month)[1])
    )


def _iso(text: str) -> Period:
    parts = [int(part) for part in text.split("-")]
    return Period(date(*parts), date(*parts)) if len(parts) == 3 else _months(parts[0], parts[1], parts[1])


def _part(whole: Period, part: str | None) -> Period:
    """The third of a period that "early", "mid" or "late" means, the half that is named, or the whole."""
    third = whole.days // 3
    match (part or "").casefold():
        case "early" | "beginning" | "start":
            return Period(whole.start, whole.start + timedelta(days=third))
        case "mid" | "middle":
            return Period(whole.start + timedelta(days=third), whole.end - timedelta(days=third))
        case "late" | "end":
            return Period(whole.end - timedelta(days=third), whole.end)
        case "first half":
            return Period(whole.start, whole.start + timedelta(days=whole.days // 2))
        case "second half":
            return Period(whole.start + timedelta(days=whole.days // 2), whole.end)
    return whole
