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
_PUBLISHED = (
    r"published|publication date|date of publication|posted|released|release date|issued|date of issue"
    r"|first published|publi[ée]e?|date de publication|mis en ligne|pubblicato|data di pubblicazione"
    r"|ver[öo]ffentlicht|erschienen|publicado|fecha de publicaci[óo]n"
)
_LABEL_ENDS = r"(?:\s+(?:on|le|il|el|am|den|in|by [^:|,\d]{2,60}?(?: on)?))?\s*:?\s*"
_SAYS_PUBLISHED = rf"(?i)[(\[]?(?:{_PUBLISHED}){_LABEL_ENDS}(?P<date>{DATE})"
_LABELLED = rf"(?i)[(\[]?(?:{_PUBLISHED}|date|dated|data|datum|stand vom|fecha){_LABEL_ENDS}(?P<date>{DATE})"
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
_LABELLED_WITHIN = 120

# What is dated beside publication; a line with one of these words before its date dates that.
_OTHER_MOMENT = (
    r"(?:updated?|modified|edited|revised|amended|changed|reviewed|retrieved|accessed|viewed|visited|printed|saved|downloaded|archived|expires"
    r"|expired|valid|effective|deadline|born|died|signed"
    r"|mise? à jour|modifiée?|actualisée?|consultée?|imprimée?|née?"
    r"|aktualisiert|aktualisierung|geändert|änderung|bearbeitet|abgerufen|gedruckt|gültig|geboren"
    r"|aggiornat[oa]|aggiornamento|modificat[oa]|consultat[oa]|stampato|scade|nat[oa]"
    r"|actualizad[oa]|actualización|modificad[oa]|consultad[oa]|caduca|nacid[oa]|atualizado|bijgewerkt|gewijzigd"
    r"|përditësuar|ndryshuar|ažurirano|izmenjeno)"
)
_OF_ANOTHER = (
    rf"(?i)\b{_OTHER_MOMENT}(?:\s+by\s[^,|·•]{{2,40}}?)?(?:\s+(?:on|at|le|il|el|am|den|vom))?[\s:,]*$"
)
_OPENS_WITH_ANOTHER = (
    r"(?i)\W*(?:(?:this|page|article|was|last|dernière|ultim[oa]|última|letzte|zuletzt)\s+)*"
    rf"{_OTHER_MOMENT}\b"
)
_NO_PLACE = re.compile(
    rf"(?i){_OTHER_MOMENT}|last|latest|next|on|by|since|until|till|from|to|as|after|before|between|during|depuis|seit|bis"
    r"|ab|vom|dal|desde|hasta|dernière|ultim[oa]|última|letzte|zuletzt"
)
_BY = re.compile(r"(?i)by|par|von|di|por")
_EVENT = re.compile(
    r"(?i)elections?|referendum|agreements?|accords?|treaty|resolution|meeting|hearing|event|riots|war|battle"
)
_CITY = re.compile(
    r"(?i)new york|new delhi|the hague|den haag|washington d\.?c\.?|tel aviv|addis ababa|abu dhabi|hong kong|novi sad"
    r"|banja luka|fushë kosovë|kosovo polje|north mitrovica|buenos aires|mexico city|los angeles|san francisco|cape town"
    r"|kuala lumpur|san josé|rio de janeiro|saint petersburg|st\. petersburg"
)
_RANGE = (
    r"(?i)\s*(?:[-–—/]+|to|until|till|through|bis(?: zum)?|au|al|hasta(?: el)?)\s*(?:den\s+|the\s+|le\s+|el\s+|il\s+)?"
    + DATE
)
_CLOCK = re.compile(r"(?i)\W*(?:at|um|à|alle|a las)?\W*\d{1,2}[:.h]\d\d\b")
_COLON = re.compile(r"\s*:\s")
_SENTENCE = re.compile(r".{40,}[.!?…][\"'”’»)\]]*$")


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
    """The date that a line states in the form of a dateline, byline or label: of publication, or of what it names.

    "5 October 2009 – ...", "PRISTINA, 5 October 2009 (AP) – ...", "Published: 5 October 2009" and a date alone
    on its line count; a date in running prose does not. A dateline must name the day; a label may name a month.
    """
    match = _dateline(_flat(line))
    return _from(match) if match else None


def publication_date(line: str) -> PartialDate | None:
    """The date of a dateline, unless its words name another moment, an event, or a stretch of time.

    "Updated 5 October 2009", "Kumanovo Agreement 9 June 1999" and "Report, 1 May 2004 – 3 June 2004" have none.
    """
    line = _flat(line)
    match = _dateline(line)
    return _from(match) if match and not _of_another(line, match) else None


def labelled_date(line: str) -> PartialDate | None:
    """The day that a short line says to be that of publication: "Published: 5 October 2009"."""
    line = _flat(line)
    match = _compiled(_SAYS_PUBLISHED).match(line) if len(line) <= _LABELLED_WITHIN else None
    found = _from(match) if match and not _of_another(line, match) else None
    return found if found and found.day else None


def is_another_moment(line: str, day: PartialDate | None) -> bool:
    """Whether a line that states this day says that something was updated, retrieved, born... on it."""
    line = _flat(line)
    start = 0
    for match in _compiled(rf"(?i)\b{DATE}").finditer(line):
        if day is not None and _from(match) == day:
            return _compiled(_OF_ANOTHER).search(line[start : match.start()]) is not None
        start = match.end()
    return _compiled(_OPENS_WITH_ANOTHER).match(line) is not None


def announces_another_moment(line: str) -> bool:
    """Whether a line is only the label of a date below it that is not that of publication: "Last updated:"."""
    return len(line.split()) <= 4 and not any(map(str.isdigit, line)) and is_another_moment(line, None)


def _flat(line: str) -> str:
    return " ".join(line[:_DATELINE_WITHIN].split())


def _dateline(line: str) -> re.Match[str] | None:
    if match := _compiled(_LABELLED).match(line):
        return match
    if match := _compiled(_ALONE).fullmatch(line):
        return match
    for pattern in (_OPENING, _PLACE_FIRST):
        match = _compiled(pattern).match(line)
        if match and (found := _from(match)) and found.day:
            return match
    return _compiled(_BYLINE).fullmatch(line)


def _of_another(line: str, match: re.Match[str]) -> bool:
    """Whether the words around the date of a dateline show that it is not that of publication."""
    before, after = line[: match.start("date")], line[match.end("date") :]
    if _compiled(_RANGE).match(after) or _compiled(_OF_ANOTHER).search(before):
        return True
    if match.groupdict().get("place"):
        return not _names_place(match, line[match.end() :])
    # "17 March 2004: the day of the fire" is a title, "17 March 2004: The fire began at noon." a report of that day.
    return not before and _COLON.match(after) is not None and not _is_prose(after)


def _names_place(match: re.Match[str], rest: str) -> bool:
    """Whether a place or an author stands before the date: with a comma, or in one or two words, or followed by prose."""
    place = match["place"]
    words = place.replace(",", " ").split()
    if _NO_PLACE.fullmatch(words[-1]) or _EVENT.fullmatch(words[-1]):
        return False
    if len(words) >= 3 and _BY.fullmatch(words[0]):
        return True
    if _NO_PLACE.fullmatch(words[0]):
        return False
    if len(words) <= 2 or place.isupper() or _CITY.fullmatch(place):
        return True
    parted = "," in match.string[: match.start("date")]
    return parted or _CLOCK.match(match.string, match.end("date")) is not None or _is_prose(rest)


def _is_prose(rest: str) -> bool:
    """Whether what follows a date is a sentence, perhaps one that goes on where the line was cut."""
    return _SENTENCE.match(rest) is not None or len(rest) >= _DATELINE_WITHIN // 2


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
