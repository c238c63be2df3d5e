"""How dates, languages, origins and strengths are said to a person; it knows no documents."""

from __future__ import annotations

from datetime import date

from corpus.types import PartialDate
from qa import answer

MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)

LANGUAGES = {
    "ar": "Arabic",
    "bg": "Bulgarian",
    "bs": "Bosnian",
    "cs": "Czech",
    "de": "German",
    "el": "Greek",
    "en": "English",
    "es": "Spanish",
    "fr": "French",
    "he": "Hebrew",
    "hr": "Croatian",
    "hu": "Hungarian",
    "it": "Italian",
    "ja": "Japanese",
    "mk": "Macedonian",
    "nl": "Dutch",
    "pl": "Polish",
    "pt": "Portuguese",
    "ro": "Romanian",
    "ru": "Russian",
    "sh": "Serbo-Croatian",
    "sl": "Slovene",
    "sq": "Albanian",
    "sr": "Serbian",
    "sv": "Swedish",
    "tr": "Turkish",
    "uk": "Ukrainian",
    "zh": "Chinese",
}

ORIGINS = {
    "user": "set by you",
    "json-ld": "stated in the page's data",
    "open-graph": "stated in the page's tags",
    "meta": "stated in the page's tags",
    "time": "marked in the page",
    "front-matter": "stated at the head of the file",
    "text": "read in the text",
    "title-tag": "read in the page title",
    "detected": "detected",
    "file": "taken from the file",
}

MEANINGS = {
    "strong": "Words and meaning of the question and the quote agree.",
    "partial": "The quote speaks of the question but may not settle all of it: read it in its document.",
    "weak": "The quote touches the question only in part: read it in its document before you rely on it.",
}
"""What the words for the strength of an answer mean."""


def written_date(iso: str | None) -> str | None:
    """Turn "2009-10-05" into "5 October 2009" and "2009-10" into "October 2009"; None stays None."""
    if iso is None:
        return None
    stated = PartialDate.parse(iso)
    if stated.month is None:
        return str(stated.year)
    month = f"{MONTHS[stated.month - 1]} {stated.year}"
    return month if stated.day is None else f"{stated.day} {month}"


def written_day(day: date) -> str:
    """A day as people write it: "5 October 2009"."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def written_years(earliest: date | None, latest: date | None) -> str | None:
    """The years searched: "1999–2025", "1999", or None where no document is dated."""
    if earliest is None or latest is None:
        return None
    return str(earliest.year) if earliest.year == latest.year else f"{earliest.year}–{latest.year}"


def written_language(code: str | None) -> str | None:
    """The English name of a language code; an unknown code stays as it is."""
    if code is None:
        return None
    return LANGUAGES.get(code.lower().partition("-")[0], code)


def written_origin(origin: str | None) -> str | None:
    """Where a piece of metadata was read, as a few words."""
    return None if origin is None else ORIGINS.get(origin, origin)


def counted(number: int, noun: str) -> str:
    """Write a number with its noun: "1 document", "12,345 documents"."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def strength(confidence: float) -> tuple[str, str]:
    """The word for an answer's strength and what it means."""
    word = answer.strength(confidence)
    return word, MEANINGS[word]
