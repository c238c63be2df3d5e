"""How dates, languages, origins and strengths are said to a person; it knows no documents."""

from __future__ import annotations

from datetime import date, timedelta

from corpus.types import PartialDate
from qa import answer
from qa.app.wording_pages import PAGES

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
    "fetched": "fetched from there",
    "unrecorded": "read before origins were kept",
}

CONFIDENCES = {
    "certain": "certain",
    "high": "high confidence",
    "medium": "medium confidence",
    "low": "low confidence: check it",
}

TYPES = {
    "application/epub+zip": "E-book",
    "application/pdf": "PDF",
    "application/rtf": "Rich text",
    "application/vnd.oasis.opendocument.spreadsheet": "Spreadsheet",
    "application/vnd.oasis.opendocument.text": "OpenDocument",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": "Slides",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "Spreadsheet",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "Word",
    "message/rfc822": "E-mail",
    "multipart/related": "Saved web page",
    "text/csv": "Table (CSV)",
    "text/html": "Web page",
    "text/markdown": "Markdown",
    "text/plain": "Text",
}

MEANINGS = {
    "strong": "Words and meaning of the question and the quote agree.",
    "partial": "The quote speaks of the question but may not settle all of it: read it in its document.",
    "weak": "The quote touches the question only in part: read it in its document before you rely on it.",
}
"""What the words for the strength of an answer mean."""

SAY = PAGES | {
    "about_quotes": "Every quote is the document's own words: where a statement comes from, not that it is true.",
    "close": "Close",
    "dark": "Dark theme",
    "skip": "Skip to the question",
    "also_in": "Also in",
    "answer": "Answer",
    "as_of": "As of",
    "as_of_means": "Only documents certainly published by this day",
    "ask": "Ask",
    "boilerplate": "Show boilerplate",
    "by_date": "Passages by date of publication",
    "by_date_label": "Passages by date of publication; each number is a passage below",
    "by_meaning": "Place by meaning",
    "by_time": "Time asked about",
    "by_words": "Place by words",
    "clear_filters": "Clear filters",
    "close_document": "Close document",
    "copied": "Copied",
    "copied_aloud": "Citation copied.",
    "copy": "Copy citation",
    "date": "Date",
    "date_unknown": "date unknown",
    "dated_covered": "its report covers it",
    "dated_published": "published then",
    "dated_stated": "as stated",
    "documents_say": "What the documents say",
    "download": "Download original",
    "examples": "Example questions",
    "filters": "Filters",
    "find": "Find in document",
    "find_next": "Next place",
    "find_none": "Not in this document",
    "find_previous": "Previous place",
    "forget": "Forget them all",
    "gone": "The server does not answer. See whether Sourcebook still runs in its terminal, or start it again with "
    "“sourcebook serve”; then ask once more.",
    "help": "Keys and help",
    "holds_for": "Holds for",
    "label_CHANGED": "Changed over time",
    "label_DIFFER": "Sources differ",
    "language": "Language",
    "limits": "Limits of this search",
    "loading": "Loading this part of the text…",
    "match_means": "match: what does this mean?",
    "means_CHANGED": "The documents state different values for different times.",
    "means_DIFFER": "The documents state different values for the same time. None is preferred: read each in its place.",
    "nearest_passage": "Nearest passage",
    "nearest_passages": "Nearest passages",
    "next_quote": "Next quote",
    "no_answer": "No answer",
    "not_an_answer": "closest to the question, but not an answer to it",
    "nothing_to_choose": "No document states this yet.",
    "of": "of",
    "open": "Open in document",
    "other": "other document",
    "page_failed": "This page cannot be shown as a picture; its text is beside it, and the original can be downloaded.",
    "page_image": "Show page",
    "page_label": "The page as it looks, with the quote boxed",
    "passage": "Passage",
    "past_questions": "Questions asked before",
    "previous_quote": "Previous quote",
    "probability": "Estimated probability that these documents hold the answer",
    "promise": "Every answer is a passage you can cite: words that stand in the source, with publisher, date and place.",
    "published_from": "Published from",
    "published_to": "Published to",
    "publisher": "Publisher",
    "publisher_unknown": "Publisher unknown",
    "question": "Question",
    "question_hint": "Ask a question about your documents",
    "quotes": "Quotes in this document",
    "remember": "Remember my questions in this browser",
    "remove": "Take away",
    "remove_time": "This time was understood from the question; take it away to search all times alike",
    "rows": "Rows of a table",
    "show": "Passages to show",
    "shown": "passages",
    "slash_means": "Press / to come back here",
    "sort": "Order",
    "sort_newest": "newest first",
    "sort_oldest": "oldest first",
    "sort_relevance": "by relevance",
    "source_page": "Source page",
    "text_label": "Text of the document",
    "try_these": "Try",
    "type": "Type",
    "unknown": "unknown",
    "use_time": "Use the time in the question",
    "value": "Value",
    "values_label": "The values by date; the table below says the same",
    "values_table": "What the documents state",
    "welcome": "Ask your documents",
    "why": "Why this passage",
    "words_found": "Words of the question here",
    "words_missing": "Not here",
    "years": "Years of publication",
}
"""What the page says, by what it is for: templates read it as `say`, scripts as `words`."""


KEYS = (
    ("/", "go to the question"),
    ("Enter", "ask"),
    ("j", "next passage"),
    ("k", "previous passage"),
    ("o", "open the passage in its document"),
    ("c", "copy its citation"),
    ("p", "pin it"),
    ("?", "show this help"),
    ("Esc", "leave the question, then close what is open"),
)
"""The keys of the page and what they do."""


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


def written_confidence(confidence: str) -> str:
    """How far a piece of metadata can be relied on, as a few words."""
    return CONFIDENCES.get(confidence, confidence)


def counted(number: int, noun: str) -> str:
    """Write a number with its noun: "1 document", "12,345 documents"."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def strength(confidence: float, threshold: float | None = None) -> tuple[str, str]:
    """The word for an answer's strength, by the threshold it was answered from, and what the word means."""
    word = answer.strength(confidence, threshold)
    return word, MEANINGS[word]


def written_period(first: date, last: date) -> str:
    """A time as people write it: "2004", "March 2004", "17 March 2004", or from one day to another."""
    if first == last:
        return written_day(first)
    day_after = last + timedelta(days=1)
    if first.day == 1 and day_after.day == 1:
        if first.month == 1 and day_after.month == 1:
            return str(first.year) if first.year == last.year else f"{first.year}–{last.year}"
        start, end = (f"{MONTHS[day.month - 1]} {day.year}" for day in (first, last))
        return start if start == end else f"{start} – {end}"
    return f"{written_day(first)} – {written_day(last)}"


def written_range(first: date | None, last: date | None) -> str:
    """A range of days that may be open on one side: "in 2004", "since 1 May 2004", "until 31 May 2004"."""
    if first and last:
        return written_period(first, last)
    return f"since {written_day(first)}" if first else f"until {written_day(last or date.max)}"


def written_type(media_type: str) -> str:
    """A media type as people call such files: "PDF", "Web page"; an unknown one stays as it is."""
    return TYPES.get(media_type, media_type)


def written_time(stated: str | None) -> str | None:
    """A stated time that may be two dates joined by "/": "5 October 2009", "January 2004 – March 2004"."""
    if stated is None:
        return None
    return " – ".join(written_date(part) or part for part in dict.fromkeys(stated.split("/")))


def written_place(rank: int | None) -> str:
    """A place in a list of results: "1st", "22nd", or that there is none."""
    if rank is None:
        return "not among the first"
    ending = "th" if rank % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(rank % 10, "th")
    return f"{rank}{ending}"


def written_timely(nearness: float) -> str:
    """How near a passage comes to the time asked about, in words."""
    if nearness >= 0.6:
        return "speaks of that time"
    return "near that time" if nearness >= 0.3 else "speaks of another time, or of none"


def written_size(number: int) -> str:
    """A size in bytes as people write it: "812 bytes", "3.4 MB"."""
    if number < 1_000:
        return counted(number, "byte")
    for factor, unit in ((1_000, "kB"), (1_000_000, "MB"), (1_000_000_000, "GB")):
        if number < factor * 999.5:
            return (
                f"{number / factor:.1f} {unit}" if number < 9.95 * factor else f"{number / factor:.0f} {unit}"
            )
    return f"{number / 1_000_000_000_000:.1f} TB"
