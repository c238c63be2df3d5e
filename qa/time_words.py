"""How times are written, in English, French and Italian: months, parts of years, ranges, as patterns; it reads none."""

from __future__ import annotations

import re

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
MONTHS = {name: number for number, names in enumerate(_MONTH_NAMES, start=1) for name in names}
_MONTH = "|".join(sorted(MONTHS, key=len, reverse=True))
SEASONS = {"spring": (3, 5), "summer": (6, 8), "autumn": (9, 11), "fall": (9, 11), "winter": (12, 14)}
ORDINALS = {
    word: number
    for number, words in enumerate(
        (
            "first 1st premier 1er primo",
            "second 2nd deuxième 2e secondo",
            "third 3rd troisième 3e terzo",
            "fourth 4th quatrième 4e quarto",
        ),
        start=1,
    )
    for word in words.split()
}
_NTH = "|".join((*ORDINALS, "last"))
COUNTS = {
    word: number
    for number, word in enumerate(
        ("two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven"), start=2
    )
}
_CENTURY = r"(?:1[89]|20)"
_YEAR = rf"{_CENTURY}\d\d"
_OF_THE = r"(?:of|in|the|year|de|du|del|di|(?:de\s+l|dell|l)['’](?:année|anno))"
_PART = (
    r"(?:(?P<part>early|mid|late|beginning|start|middle|end|first half|second half"
    r"|début|mi(?=-)|milieu|fin|inizio|fine(?=\s+d(?:i|el)\b))"
    rf"(?:[\s-]+{_OF_THE}\b)*[\s-]*(?:the\s+)?)?"
)
_ORD = r"(?:st|nd|rd|th|er)?"
_TO_DAY = r"(?:\s*[-–/]\s*|\s+(?:to|until|through|au|al)\s+)"
PERIOD = re.compile(
    rf"(?<![\w.,/])(?:"
    rf"(?P<day>\d{{1,2}}){_ORD}(?:{_TO_DAY}(?P<last_day>\d{{1,2}}){_ORD})?\s+(?:of\s+)?(?P<day_month>{_MONTH})"
    rf"(?:\.?,?\s+(?P<day_year>{_YEAR}))?"
    rf"|(?P<listed>\d{{1,2}}){_ORD}(?=(?:,\s+\d{{1,2}}{_ORD})*,?\s+(?:and|or|et|e)\s+\d{{1,2}}{_ORD}\s+(?:of\s+)?(?:{_MONTH})\b)"
    rf"|(?P<us_month>{_MONTH})\.?\s+(?P<us_day>\d{{1,2}}){_ORD}(?:(?:{_TO_DAY}|\s+and\s+)(?P<us_last_day>\d{{1,2}}){_ORD})?"
    rf"(?:,?\s+(?P<us_year>{_YEAR})|(?!\s+(?:of\s+)?(?:{_MONTH})\b))"
    rf"|winter(?:\s+of)?\s+(?P<winter>{_YEAR})\s*[-–/]\s*{_CENTURY}?(?P<winter_end>\d\d)"
    rf"|(?P<season>spring|summer|autumn|fall|winter)(?:\s+of)?\s+(?P<season_year>{_YEAR})"
    rf"|(?P<section>Q[1-4]|H[12]|(?:{_NTH})(?:\s+(?:and|to|et|e)\s+(?:{_NTH}))?"
    rf"\s+(?:quarters?|half|trimestre|semestre|(?:{'|'.join(COUNTS)})\s+months))"
    rf"(?:\s+{_OF_THE})*\s+(?P<section_year>{_YEAR})"
    rf"|(?P<iso>{_YEAR}-(?:0[1-9]|1[0-2])(?:-\d\d)?)"
    rf"|(?P<from>{_YEAR})\s*(?:(?:[-–/]|to|and|through|until)\s*(?P<to>{_YEAR})|[-–/]\s*(?P<short>\d\d))"
    rf"|(?:années|anni)\s+(?P<ten_years>{_CENTURY}\d0)(?!\s*(?:[-–,]|à|a|et|e|ou|o)\s*\d)"
    rf"|{_PART}(?:(?P<month>{_MONTH})(?:\.?,?\s+(?:of\s+)?(?P<month_year>{_YEAR}))?"
    rf"|(?P<decade>{_CENTURY}\d0)(?<!1[89]00)['’]?s|(?P<year>{_YEAR}))"
    rf")(?![\w/]|[.,]\d)",
    re.IGNORECASE,
)
SMALL_WORD = re.compile(r"\b(?:may|march)$")
"""Months that in small letters are other words as well."""
JOINED = re.compile(
    r"(?:(?:(?P<dash>\s*[-–—/]\s*)"
    r"|\s+(?P<to>to|till|until|up to|through|à|au|jusqu['’](?:à|au|en)|al?|fino al?)\s+"
    r"|,?\s+(?:and|or|et|ou|e|o)\s+)(?:(?:the|on|in|en|le|il)\s+|\w+\s+of\s+)*|,\s+)",
    re.IGNORECASE,
)
"""What stands between two times of which the second one's year goes for both."""
LONGEST_JOINED = 200
"""So many days has the longest time whose year goes for an earlier one, too: a part of a year."""
NO_DATE_BEFORE = re.compile(
    r"(?:\bresolutions? \d+ \(|\b(?:resolutions?|no\.?|para(?:graph)?s?\.?|article|regulation)|[$€£])\s*$",
    re.IGNORECASE,
)
MEASURED = re.compile(
    r"\s*(?:\(\d{4}\)|(?:per\s?cent|percent|%|euros?|dollars?|returns|"
    r"houses|cases|members|families|vehicles|votes|tons?|kilomet|met)\b)",
    re.IGNORECASE,
)
PEOPLE = re.compile(
    r"\s*(?:personnel|troops|soldiers|officers|people|persons|refugees|returnees|staff|police|displaced|voters)\b",
    re.IGNORECASE,
)
"""What a number counts, but after "in" a year may stand before it: "how many in 2010 personnel were there?"."""
IN = re.compile(r"\b(?:in|during)\s+(?:the\s+year\s+)?$", re.IGNORECASE)

DIGIT = re.compile(r"\d")
FOUR_DIGITS = re.compile(r"\d{4}")
EDGE = re.compile(
    r"\b(?P<near>(?:soon|shortly|right|just|immediately|days?|weeks?|months?|years?)\s+)?"
    r"(?:(?P<since>since|depuis)|(?P<after>after|après|dopo)|(?P<before>before|prior to|avant))"
    r"\s+(?:the\s+|\w+\s+of\s+|le\s+|il\s+)*$",
    re.IGNORECASE,
)
"""A time on one side of another; "shortly after" and "a year before" are times of their own."""
ONWARDS = re.compile(r"\s+(?:onwards?|and (?:after|later))\b", re.IGNORECASE)
COUNTED_SINCE = re.compile(r"\b(?:since|depuis)\s+(?:the\s+|\w+\s+of\s+)*$", re.IGNORECASE)
BETWEEN = re.compile(r"\b(?:between|entre|tra|fra)\s+(?:the\s+|\w+\s+of\s+)*$", re.IGNORECASE)
RANGE_BEFORE = re.compile(
    r"\b(?:between|from|since|after|entre|de|du|tra|fra|dal?)\s+(?:the\s+|\w+\s+of\s+)*$", re.IGNORECASE
)
RANGE_INSIDE = re.compile(
    r"\s*(?:and|to|till|until|up to|through|[-–]|et|à|au|e|al?)\s+(?:the\s+|\w+\s+of\s+)*|\s*[-–]\s*",
    re.IGNORECASE,
)
TWO_YEARS = re.compile(rf"({_YEAR})\s+and\s+({_YEAR})", re.IGNORECASE)
YEARS = re.compile(rf"{_YEAR}\s*(?:[-–]|to|through|until)\s*{_YEAR}", re.IGNORECASE)
RANGE_END = re.compile(
    r"\s*(?:to|till|until|up to|through|à|jusqu.à|a|al|fino a)\s+(?:the\s+|\w+\s+of\s+)*", re.IGNORECASE
)
