"""Reads publication dates as people and machines write them; what it is not sure of it does not return."""

from __future__ import annotations

import re
from functools import cache

from corpus.types import PartialDate

_MONTHS = {
    1: "january jan janvier janv gennaio gen januar jänner enero ene",
    2: "february feb février fevrier févr fevr febbraio febb februar feber febrero",
    3: "march mar mars marzo märz maerz mrz",
    4: "april apr avril avr aprile abril abr",
    5: "may mai maggio mag mayo",
    6: "june jun juin giugno giu juni junio",
    7: "july jul juillet juil luglio lug juli julio",
    8: "august aug août aout agosto ago",
    9: "september sep sept septembre settembre sett set septiembre setiembre",
    10: "october oct octobre ottobre ott oktober okt octubre",
    11: "november nov novembre noviembre",
    12: "december dec décembre decembre déc dicembre dic dezember dez diciembre",
}
_MONTH_NUMBER = {name: number for number, names in _MONTHS.items() for name in names.split()}
_MONTH = "(?:" + "|".join(sorted(_MONTH_NUMBER, key=lambda name: (-len(name), name))) + r")\b\.?"
_YEAR = r"(?:1[89]|20)\d\d"
_WEEKDAY = (
    r"(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?"
    r"|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche"
    r"|luned[iì]|marted[iì]|mercoled[iì]|gioved[iì]|venerd[iì]|sabato|domenica"
    r"|montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonntag"
    r"|lunes|martes|mi[eé]rcoles|jueves|viernes|s[aá]bado|domingo)\.?,?\s+(?:(?:den|le|el)\s+)?"
)

# One date; group names end in a number because the forms are alternatives of one pattern.
DATE = (
    rf"(?:{_WEEKDAY})?(?:"
    rf"(?P<d1>\d{{1,2}})(?:st|nd|rd|th|er|\.|º|°)?\s+(?:de\s+|of\s+)?(?P<m1>{_MONTH}),?\s+(?:de\s+|del\s+)?(?P<y1>{_YEAR})"
    rf"|(?P<m2>{_MONTH})\s+(?P<d2>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<y2>{_YEAR})"
    rf"|(?P<y3>{_YEAR})-(?P<m3>\d\d)-(?P<d3>\d\d)"
    rf"|(?P<d4>\d{{1,2}})\.\s?(?P<m4>\d{{1,2}})\.\s?(?P<y4>{_YEAR})"
    rf"|(?P<a5>\d{{1,2}})/(?P<b5>\d{{1,2}})/(?P<y5>{_YEAR})"
    rf"|(?P<m6>{_MONTH}),?\s+(?:de\s+|of\s+)?(?P<y6>{_YEAR})"
    r")(?!\d)"
)
_MACHINE = re.compile(
    rf"(?P<y>{_YEAR})(?:(?:-|/)?(?P<m>\d\d)(?:(?:-|/)?(?P<d>\d\d))?)?"
    r"(?:$|[T\s]\d{1,2}:?\d\d.*)",
    re.DOTALL,
)
_RFC_822 = rf"(?is)(?:[a-z]{{3}},\s*)?(?P<date>\d{{1,2}}\s+{_MONTH}\s+{_YEAR})\b.*"

_TIME = (
    r"(?:,?\s*(?:at|um|à|alle|a las|[|·•–—-])?\s*\d{1,2}[:.h]\d\d(?::\d\d)?"
    r"\s*(?:[ap]\.?m\.?)?\s*(?:[A-Z]{2,4}(?:[+-]\d+)?)?)?"
)
_LABEL = (
    r"(?:date|dated|published|publication date|date of publication|posted|released|release date|issued|date of issue"
    r"|first published|publi[ée]e?|date de publication|mis en ligne"
    r"|pubblicato|data|data di pubblicazione|ver[öo]ffentlicht|erschienen|datum"
    r"|stand vom|publicado|fecha(?: de publicaci[óo]n)?)"
    r"(?:\s+(?:on|le|il|el|am|den|in|by [^:|,\d]{2,60}?(?: on)?))?\s*:?\s*"
)
_LABELLED = rf"(?i)[(\[]?{_LABEL}(?P<date>{DATE})"
_ALONE = rf"(?i)[(\[]?(?P<date>{DATE}){_TIME}\s*[)\].|]?"
_OPENING = rf"(?i)(?P<date>{DATE}){_TIME}\s*(?:[–—|]|--?|:)\s+(?![\d\W]*\d)"
_PLACE = r"[A-ZÀ-ÖØ-Þ][\w'’.-]*(?:[ /-][A-ZÀ-ÖØ-Þ(][\w'’.)-]*){0,4}"
_PLACE_FIRST = (
    rf"(?P<place>{_PLACE}(?:,\s+{_PLACE}){{0,2}}),?\s+(?i:le\s+|den\s+|il\s+|el\s+)?"
    rf"(?P<date>(?i:{DATE}))(?P<after>{_TIME}\s*(?:\([^)]{{1,40}}\)\s*)?(?:[–—:.]|--?|/)\s|{_TIME}\s*$)"
)
_BYLINE = (
    rf"(?i)(?:by|par|von|di|por)\s+[^|·•]{{3,80}}?\s*(?:[,|·•–—]|\s-\s|\bon\b)\s*(?P<date>{DATE}){_TIME}"
    r"\s*(?:[|·•].{0,40})?"
)
_DATELINE_WITHIN = 200


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    """The pattern, compiled when a date is first looked for: together they take 50 ms, and importing should not."""
    return re.compile(pattern)


def parse_date(value: str) -> PartialDate | None:
    """The date that a machine-written value (ISO 8601, RFC 822) or a value holding only one date states.

    A day stated with a time zone is the day as written there. "05/10/2009" could be two days and gives None.
    """
    value = " ".join(value.split())
    if match := _MACHINE.fullmatch(value):
        return _build(match["y"], match["m"], match["d"])
    if match := _compiled(_RFC_822).fullmatch(value):
        value = match["date"]
    match = _compiled(_ALONE).fullmatch(value)
    return _from(match) if match else None


def dateline(line: str) -> PartialDate | None:
    """The publication date that a line near the top of a text states, as a dateline, byline or label.

    "5 October 2009 – ...", "PRISTINA, 5 October 2009 (AP) – ...", "Published: 5 October 2009" and a date alone
    on its line count; a date in running prose does not. A dateline must name the day; a label may name a month.
    """
    line = " ".join(line[:_DATELINE_WITHIN].split())
    if match := _compiled(_LABELLED).match(line):
        return _from(match)
    if match := _compiled(_ALONE).fullmatch(line):
        return _from(match)
    for pattern in (_OPENING, _PLACE_FIRST):
        match = _compiled(pattern).match(line)
        if match and (found := _from(match)) and found.day:
            return found
    if match := _compiled(_BYLINE).fullmatch(line):
        return _from(match)
    return None


def _from(match: re.Match[str]) -> PartialDate | None:
    groups = match.groupdict()
    for form in "12346":
        if year := groups.get(f"y{form}"):
            return _build(year, groups[f"m{form}"], groups.get(f"d{form}"))
    first, second = int(groups["a5"]), int(groups["b5"])
    if first != second and first <= 12 and second <= 12:
        return None
    day, month = max(first, second), min(first, second)
    return _build(groups["y5"], str(month), str(day))


def _build(year: str, month: str | None, day: str | None) -> PartialDate | None:
    number = None if month is None else _month(month)
    if month is not None and number is None:
        return None
    try:
        return PartialDate(int(year), number, int(day) if day else None)
    except ValueError:
        return None


def _month(text: str) -> int | None:
    if text.isdecimal():
        return int(text)
    return _MONTH_NUMBER.get(text.lower().rstrip("."))
