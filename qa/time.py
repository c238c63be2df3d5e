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
from qa.time_words import (
    BETWEEN,
    COUNTED_SINCE,
    COUNTS,
    DIGIT,
    EDGE,
    FOUR_DIGITS,
    IN,
    JOINED,
    LONGEST_JOINED,
    MEASURED,
    MONTHS,
    NO_DATE_BEFORE,
    ONWARDS,
    ORDINALS,
    PEOPLE,
    PERIOD,
    RANGE_BEFORE,
    RANGE_END,
    RANGE_INSIDE,
    SEASONS,
    SMALL_WORD,
    TWO_YEARS,
    YEARS,
)

NEAR_DAYS = 120.0
"""Two periods this far apart count 1/e as much as two that overlap: about one quarterly report."""
LONG = timedelta(days=550)
MOST_PARTS = 6
REPORT_DAYS = 92
"""A document that does not say what period it covers is taken to report on about this long before its date."""


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
    return _mentions(text, year) if DIGIT.search(text) else ()


@remembered
def _mentions(text: str, year: int | None) -> tuple[Mention, ...]:
    found: list[Mention] = []
    for match in reversed(list(PERIOD.finditer(text))):  # two times may share the year of the later
        following = found[-1] if found else None
        mention = _mention(match, following, year)
        if mention is None:
            continue
        if following is not None and mention.end == following.end:
            found.pop()
        found.append(mention)
    return tuple(reversed(found))


def _mention(match: re.Match[str], following: Mention | None, year: int | None) -> Mention | None:
    """What a match names, None if no time; a range reaches to the end of the `following` mention."""
    period = mention = None
    if FOUR_DIGITS.search(match.group()):
        period = _period(match, None)
    elif following is None or (mention := _joined_to(following, match)) is None:
        known = match["day"] is not None and SMALL_WORD.search(match.group()) is None
        period = _period(match, year) if known else None
    if period is not None:
        mention = Mention(match.start(), match.end(), period)
    return None if mention is None or _is_no_date(match) else mention


def _joined_to(following: Mention, match: re.Match[str]) -> Mention | None:
    """A time without a year as joined to the following one: alone in its year, or the range of both.

    What would lie behind the following time is of the year before in a range ("November to March 2005"), else nothing.
    """
    text, (start, end), later_one = match.string, match.span(), following.period
    joined = JOINED.fullmatch(text, end, following.start)
    if joined is None or later_one.days > LONGEST_JOINED:
        return None
    if match["month"] and SMALL_WORD.search(match.group()) and not RANGE_BEFORE.search(text, 0, start):
        return None
    ranged = bool(joined["dash"] or joined["to"] or BETWEEN.search(text, 0, start))
    period = _listed(match, later_one) if match["listed"] else _period(match, later_one.start.year)
    if period is not None and period.start > later_one.end:
        period = _period(match, later_one.start.year - 1) if ranged else None
    if period is None:
        return None
    next_day = match["listed"] and later_one.start - period.end == timedelta(days=1)
    if ranged or next_day:
        return Mention(start, following.end, Period(period.start, later_one.end))
    return Mention(start, end, period)


def _listed(match: re.Match[str], following: Period) -> Period | None:
    """The 3 of "3 and 8 May": a day before the following one, in its month."""
    number = int(match["listed"])
    return _day(following.start.replace(day=number)) if 0 < number < following.start.day else None


def _is_no_date(match: re.Match[str]) -> bool:
    """Whether a number counts or names something else: a year alone may be a count of people, unless "in" is before it."""
    text, (start, end) = match.string, match.span()
    if NO_DATE_BEFORE.search(text[:start]):
        return True
    if match["part"] or not (match["year"] or match["from"]):
        return False
    return MEASURED.match(text, end) is not None or (
        PEOPLE.match(text, end) is not None and IN.search(text[:start]) is None
    )


def asked_period(question: str) -> Period | None:
    """The time a question asks about: the smallest period around all that it names, None if it names none."""
    named = [mention.period for mention in _asked_mentions(question)]
    return Period(min(p.start for p in named), max(p.end for p in named)) if named else None


def asked_limit(question: str) -> Period | None:
    """The days that an answer may be of: the asked period, open on one side where one time is named as its edge.

    "After 2008" and "before 2004" leave that year out; "after the March 2004 riots" keeps the month, which tells of them.
    """
    named = _asked_mentions(question)
    if len(named) != 1:
        return asked_period(question)
    (mention,) = named
    edge, period = EDGE.search(question, 0, mention.start), mention.period
    whole_years = period.days >= 365
    if ONWARDS.match(question, mention.end) or (edge and edge["since"]):
        return Period(period.start, date.max)
    if edge is None or edge["near"]:
        return period
    if edge["after"]:
        return Period(later(period.end, timedelta(days=1)) if whole_years else period.start, date.max)
    return Period(date.min, later(period.start, -timedelta(days=1)) if whole_years else period.end)


def _asked_mentions(question: str) -> Sequence[Mention]:
    """The periods that a question names, without one that only says from when on is counted ("since 2000") beside others."""
    named = [one for found in mentions(question) for one in _apart(question, found)]
    return [one for one in named if not COUNTED_SINCE.search(question[: one.start])] or named


def _apart(question: str, mention: Mention) -> Sequence[Mention]:
    """Two years that "and" joins ("in 2004 and 2010") as they are set side by side, unless they are ends of a range."""
    years = TWO_YEARS.fullmatch(question, mention.start, mention.end)
    if years is None or RANGE_BEFORE.search(question, 0, mention.start):
        return [mention]
    return [Mention(*years.span(place), _years(int(years[place]), int(years[place]))) for place in (1, 2)]


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
    if RANGE_BEFORE.search(question[: first.start]) is None or last.period != apart[-1]:
        return apart
    until = RANGE_INSIDE if len(named) == 2 else RANGE_END
    to_last = until.fullmatch(question[before.end : last.start]) or YEARS.fullmatch(
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
    """The period that a match names; `year` is that of a day or a month without one."""
    groups = match.groupdict()
    try:
        if groups["day"]:
            return _days(groups["day_year"] or year, groups["day_month"], groups["day"], groups["last_day"])
        if groups["us_day"]:
            return _days(
                groups["us_year"] or year, groups["us_month"], groups["us_day"], groups["us_last_day"]
            )
        if groups["month"]:
            stated, number = groups["month_year"] or year, MONTHS[groups["month"].casefold()]
            return _part(_months(int(stated), number, number), groups["part"]) if stated else None
        return _iso(groups["iso"]) if groups["iso"] else _of_years(groups)
    except ValueError:  # no such day, or a span that runs backwards
        return None


def _of_years(groups: dict[str, str | None]) -> Period:
    """Years, or a part of one or of ten that is no month."""
    if groups["season"]:
        return _months(int(groups["season_year"] or 0), *SEASONS[groups["season"].casefold()])
    if groups["winter"]:
        return _winter(int(groups["winter"]), int(groups["winter_end"] or 0))
    if groups["section"]:
        return _months(int(groups["section_year"] or 0), *_section(groups["section"].casefold()))
    if groups["from"]:
        return _years(int(groups["from"]), int(groups["to"] or f"{groups['from'][:2]}{groups['short']}"))
    if decade := groups["decade"] or groups["ten_years"]:
        return _part(_years(int(decade), int(decade) + 9), groups["part"])
    return _part(_months(int(groups["year"] or 0), 1, 12), groups["part"])


def _days(year: str | int | None, month: str, day: str, last_day: str | None) -> Period | None:
    if year is None:
        return None
    first, last = int(day), int(last_day or day)
    if first > last:  # two numbers that only happen to stand together
        first = last
    number = MONTHS[month.casefold()]
    return Period(date(int(year), number, first), date(int(year), number, last))


def _day(day: date) -> Period:
    return Period(day, day)


def _section(text: str) -> tuple[int, int]:
    """The first and the last month of a part of a year: "q1", "third and fourth quarters", "last two months"."""
    words = text.split()
    kind = words[-1]
    length = COUNTS[words[-2]] if kind == "months" else 3 if kind.startswith(("q", "trimestre")) else 6
    places = [ORDINALS[word] for word in words if word in ORDINALS] or [
        int(digit) for digit in text[1:] if digit.isdigit()
    ]
    first = 13 - length if words[0] == "last" else (places[0] - 1) * length + 1
    last = 12 if "last" in words else places[-1] * length
    if last > 12:
        raise ValueError("a year has no such part")
    return first, last


def _winter(year: int, end: int) -> Period:
    """The winter of two years ("2003/04"); of more years all of them."""
    last = year // 100 * 100 + end
    return _years(year, last) if last > year + 1 else _months(year, *SEASONS["winter"])


def _years(first: int, last: int) -> Period:
    return _months(first, 1, 12 * (last - first + 1))


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
        case "early" | "beginning" | "start" | "début" | "inizio":
            return Period(whole.start, whole.start + timedelta(days=third))
        case "mid" | "middle" | "mi" | "milieu":
            return Period(whole.start + timedelta(days=third), whole.end - timedelta(days=third))
        case "late" | "end" | "fin" | "fine":
            return Period(whole.end - timedelta(days=third), whole.end)
        case "first half":
            return Period(whole.start, whole.start + timedelta(days=whole.days // 2 - 1))
        case "second half":
            return Period(whole.start + timedelta(days=whole.days // 2), whole.end)
    return whole
