"""Questions that the documents nearly answer: a name, a year or a unit exchanged, and none of them holding what is asked."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import chain

from corpus.types import Document
from eval.book import Searchable
from eval.questions import Question
from eval.suggest import Draft
from qa.types import Method

HELD = 0.75
"""A passage with the exchanged word and this share of the question's other words may answer it."""
DEPTH = 50
_FARTHEST_YEARS = 12
_WORD = re.compile(r"\w+")
_YEAR = re.compile(r"\b(?:1[89]|20)\d\d\b")
_ACRONYM = re.compile(r"\b[A-Z]{3,8}\b")
_PERSON = re.compile(r"\b[A-ZÀ-Þ][a-zà-ÿ’'-]+ [A-ZÀ-Þ][a-zà-ÿ’'-]+\b")
_COMMON = frozenset(
    str.split("""
    a about after all an and are as at be been by did do for from had has have how in into is it its many much of on or
    over than that the their there this to was were what when where which who will with percentage
""")
)
_UNITS = (
    *(("killed", "injured"), ("soldiers", "police officers"), ("houses", "schools"), ("euros", "dollars")),
    *(
        ("million", "billion"),
        ("kilometres", "hectares"),
        ("men", "women"),
        ("Serbs", "Albanians"),
        ("tonnes", "litres"),
    ),
)


def near_misses(book: Searchable, questions: Sequence[Question], number: int) -> list[Draft]:
    """Up to so many drafts of unanswerable questions, at most one from each question; the same each time."""
    texts = [book.document(record.id).text for record in book.documents()]
    years = sorted({int(year) for text in texts for year in _YEAR.findall(text)})
    acronyms = _frequent(_ACRONYM, texts)
    persons = [answer for one in questions if one.kind == "person" for answer in one.answers]
    drafts: list[Draft] = []
    met = {question.text.casefold() for question in questions}
    for question in questions:
        if len(drafts) == number:
            break
        for old, new in _exchanges(question.text, years, acronyms, persons):
            text = _exchanged(question.text, old, new)
            if text.casefold() not in met and nothing_answers(book, text, new):
                met.add(text.casefold())
                kind, note = "unanswerable-near", f"{old!r} was exchanged for {new!r}: {question.text}"
                made = replace(question, id="", text=text, kind=kind, answers=(), gold=(), need="any")
                drafts.append(Draft(made, note))
                break
    return drafts


def nothing_answers(book: Searchable, question: str, exchanged: str) -> bool:
    """Whether no passage near the question holds the exchanged word together with most of the other words.

    A document's title, day of publication and period count as said in each of its passages. This errs on the side of
    "may be answered": what it lets through is nearly always unanswered, a person still decides.
    """
    new = stems(exchanged)
    others = stems(question) - new
    hits = {
        hit.passage.id: hit.passage
        for method in (Method.LEXICAL, Method.FUSED)
        for hit in book.search(question, limit=DEPTH, method=method)
    }
    for passage in hits.values():
        document = book.document(passage.document_id)
        held = stems(document.text[passage.start : passage.end]) | stems(_about(document))
        if new <= held and len(others & held) >= HELD * len(others):
            return False
    return True


def stems(text: str) -> set[str]:
    """The words that carry meaning, cut to their first five letters: crude, and meant to find too much."""
    return {word[:5] for word in _WORD.findall(text.casefold()) if word not in _COMMON}


def _about(document: Document) -> str:
    metadata = document.metadata
    dates = [str(metadata.published.date)] if metadata.published else []
    dates += [str(metadata.covers.first), str(metadata.covers.last)] if metadata.covers else []
    return " ".join([metadata.title.value, *dates])


def _exchanges(
    text: str, years: Sequence[int], acronyms: Sequence[str], persons: Sequence[str]
) -> Iterator[tuple[str, str]]:
    """What may be exchanged for what: the nearest years first, then names, then units."""
    return chain(_years(text, years), _names(text, acronyms, persons), _units(text))


def _years(text: str, years: Sequence[int]) -> Iterator[tuple[str, str]]:
    for old in _YEAR.findall(text):
        for new in sorted(years, key=lambda year: (abs(year - int(old)), year)):
            if 0 < abs(new - int(old)) <= _FARTHEST_YEARS:
                yield old, str(new)


def _names(text: str, acronyms: Sequence[str], persons: Sequence[str]) -> Iterator[tuple[str, str]]:
    for pattern, names in ((_ACRONYM, acronyms), (_PERSON, persons)):
        for old in pattern.findall(text):
            if old in names or pattern is _ACRONYM:
                yield from ((old, new) for new in names if new not in text)


def _units(text: str) -> Iterator[tuple[str, str]]:
    for one, other in _UNITS:
        for old, new in ((one, other), (other, one)):
            if re.search(rf"\b{re.escape(old)}\b", text):
                yield old, new


def _exchanged(text: str, old: str, new: str) -> str:
    return re.sub(rf"\b{re.escape(old)}\b", new, text)


def _frequent(pattern: re.Pattern[str], texts: Sequence[str], least: int = 3) -> list[str]:
    """The names that occur in several places, the most frequent first."""
    counts: dict[str, int] = {}
    for text in texts:
        for name in pattern.findall(text):
            counts[name] = counts.get(name, 0) + 1
    return [
        name for name, count in sorted(counts.items(), key=lambda item: (-item[1], item[0])) if count >= least
    ]
