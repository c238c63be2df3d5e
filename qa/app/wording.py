"""How dates, languages, origins, sizes and strengths are said to a person; it knows no documents."""

from __future__ import annotations

from datetime import date, timedelta

from corpus.language import is_alike
from corpus.types import PartialDate
from qa import answer
from qa.app.catalogue import say
from qa.question import language_asked
from qa.time import later


def _month(number: int) -> str:
    return say.named("months")[str(number)]


def written_date(iso: str | None) -> str | None:
    """Turn "2009-10-05" into "5 October 2009" and "2009-10" into "October 2009"; None stays None."""
    if iso is None:
        return None
    stated = PartialDate.parse(iso)
    if stated.month is None:
        return str(stated.year)
    month, year = _month(stated.month), str(stated.year)
    if stated.day is None:
        return say("month_of", month=month, year=year)
    return say("day_of", day=stated.day, month=month, year=year)


def written_day(day: date) -> str:
    """A day as people write it: "5 October 2009"."""
    return written_date(day.isoformat()) or ""


def written_years(earliest: date | None, latest: date | None) -> str | None:
    """The years searched: "1999–2025", "1999", or None where no document is dated."""
    if earliest is None or latest is None:
        return None
    first, last = str(earliest.year), str(latest.year)
    return first if first == last else say("years_range", first=first, last=last)


def written_language(code: str | None) -> str | None:
    """The name of a language by its code; an unknown code stays as it is."""
    if code is None:
        return None
    return say.named("languages").get(code.lower().partition("-")[0], code)


def written_other_language(code: str | None, question: str) -> str | None:
    """The name of a quote's language, where it is another than the question's; None where it is the same or unknown.

    A question too short to tell its language counts as one in the language of the page.
    """
    if code is None or is_alike(code.lower().partition("-")[0], language_asked(question) or say.code):
        return None
    return written_language(code)


def written_origin(origin: str | None) -> str | None:
    """Where a piece of metadata was read, as a few words."""
    return None if origin is None else say.named("origins").get(origin, origin)


def written_confidence(confidence: str) -> str:
    """How far a piece of metadata can be relied on, as a few words."""
    return say.named("confidences").get(confidence, confidence)


def strength(confidence: float, threshold: float | None = None) -> str:
    """The word for an answer's strength, by the threshold it was answered from: "strong", "partial" or "weak"."""
    return say[f"strength_{answer.strength(confidence, threshold)}"]


def written_period(first: date, last: date) -> str:
    """A time as people write it: "2004", "March 2004", "17 March 2004", or from one day to another."""
    if first == last:
        return written_day(first)
    day_after = later(last, timedelta(days=1))
    if first.day == 1 and day_after.day == 1:
        if first.month == 1 and day_after.month == 1:
            return written_years(first, last) or ""
        return _range(*(written_date(f"{day.year:04}-{day.month:02}") or "" for day in (first, last)))
    return _range(written_day(first), written_day(last))


def _range(first: str, last: str) -> str:
    return first if first == last else say("time_range", first=first, last=last)


def written_range(first: date | None, last: date | None) -> str:
    """A range of days that may be open on one side: "2004", "since 1 May 2004", "until 31 May 2004"."""
    if first and last:
        return written_period(first, last)
    if first:
        return say("time_since", day=written_day(first))
    return say("time_until", day=written_day(last or date.max))


def written_type(media_type: str) -> str:
    """A media type as people call such files: "PDF", "Web page"; an unknown one stays as it is."""
    return say.named("types").get(media_type, media_type)


def written_time(stated: str | None) -> str | None:
    """A stated time that may be two dates joined by "/": "5 October 2009", "January 2004 – March 2004"."""
    if stated is None:
        return None
    parts = [written_date(part) or part for part in stated.split("/")]
    return _range(parts[0], parts[-1])


def written_place(rank: int | None) -> str:
    """A place in a list of results: "1st", "22nd", or that there is none."""
    return say["unranked"] if rank is None else say.ranked(rank)


def written_timely(nearness: float) -> str:
    """How near a passage comes to the time asked about, in words."""
    if nearness >= 0.6:
        return say["timely_then"]
    return say["timely_near" if nearness >= 0.3 else "timely_far"]


def written_size(number: int) -> str:
    """A size in bytes as people write it: "812 bytes", "3.4 MB"."""
    if number < 1_000:
        return say("size_bytes", number)
    factor, unit = next(
        ((factor, unit) for factor, unit in _UNITS if number < factor * 999.5), (1_000_000_000_000, "TB")
    )
    shown = f"{number / factor:.1f}" if number < 9.95 * factor or unit == "TB" else f"{number / factor:.0f}"
    return say("size_large", n=shown, unit=unit)


_UNITS = ((1_000, "kB"), (1_000_000, "MB"), (1_000_000_000, "GB"))
