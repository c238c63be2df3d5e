"""Different values that the citations of one answer state for the same thing: set side by side, none preferred."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import combinations

from corpus.records import DocumentRecord
from corpus.types import PartialDate
from qa.phrases import sentences_of
from qa.question import Question
from qa.statements import Statement, statements
from qa.time import Period, asked_limit, iso, later, mentions
from qa.types import Citation, Compared, ComparedValue, Comparison, Dated, Difference

SHOWN = frozenset(Compared)
"""The kinds whose precision was measured to be above 0.9 (`python -m eval.comparison`); others are not compared."""
SAME_NEWS = timedelta(days=7)
"""Two publishers that give a value without a date within this time speak of the same time."""
REPORTED_WITHIN = timedelta(days=150)
"""A text without dates, published this long after the time asked about, may still speak of it."""

_ELSEWHEN = re.compile(
    r"\b(?:since|before|after|(?:compared (?:with|to)|than)(?: (?:in|on|at))?|depuis|avant|après|seit)\s+(?:the )?$"
    r"|\b(?:since|depuis|seit)\b[^,;:.]*(?:, (?:of|dated|du) )?$",
    re.IGNORECASE,
)
"""Before a date that only serves to compare, or from which on something holds: the text speaks of its own time."""
_BESIDE_EVENT = re.compile(
    r"\b(?:before|after)\s+(?:the|my|his|her|its|their|this|that|last)\s+(?:[\w’'-]+\s+){1,3}?(?:of|in)\s+"
    r"(?:early |late )?$",
    re.IGNORECASE,
)
"""Before the date of an event before or after which a value held, nobody knows how long."""
_OF_NOW = re.compile(r"\b(?:is|are|has|have|now|currently|today|est|sont|compte|ha|hanno)\b", re.IGNORECASE)
"""In a sentence that tells what is: no earlier sentence sets it in the past."""

Covered = Mapping[str, tuple[PartialDate, PartialDate]]
"""The first and last day that a document says it covers, by document id."""


@dataclass(frozen=True, slots=True)
class _Value:
    """A statement with its citation and the time it holds for."""

    statement: Statement
    citation: Citation
    published: Period | None
    time: Period
    dated: Dated


def compare(question: Question, citations: Sequence[Citation], covered: Covered) -> Comparison | None:
    """The different values that citations state for what is asked, in order of time; None where nothing is sure.

    A value holds for the time that its sentence names, else for what its document covers, else for its publication;
    one of unknown time is left out, so is one that an earlier sentence may set in a time long before the text, and one
    of another time than the question asks about. Values are "changed over time" where these times differ or one source
    says another thing later, and "sources differ" where two give different values for the same time, or different days
    for an event that both look back on.
    """
    asked = asked_limit(question.text)
    values = [
        value
        for citation in citations
        for value in _values(question, citation, covered.get(citation.document_id), asked)[:1]
    ]
    for group in _groups(values):
        label = _label(group)
        if label is not None and group[0].statement.kind in SHOWN:
            ordered = sorted(group, key=lambda value: (value.time.start, value.time.end, value.citation.rank))
            return Comparison(label, group[0].statement.kind, tuple(map(_compared, ordered)))
    return None


def covered_by(records: Mapping[str, DocumentRecord]) -> Covered:
    """What each of these documents says it covers, as far as it does."""
    covers = ((key, record.metadata.covers) for key, record in records.items())
    return {key: (period.first, period.last) for key, period in covers if period is not None}


def _values(
    question: Question,
    citation: Citation,
    covered: tuple[PartialDate, PartialDate] | None,
    asked: Period | None,
) -> list[_Value]:
    """What a citation states, with its time, as far as it is of the time asked about."""
    published = _period_of(citation.published)
    own = Period(covered[0].first, covered[1].last) if covered else published
    found = []
    for statement in statements(question, citation.quote, f"{citation.title}\n{citation.passage.text}"):
        if statement.kind is Compared.DATE:
            if published is not None:
                found.append(_Value(statement, citation, published, published, Dated.PUBLISHED))
            continue
        stated, doubts = _told(citation.quote, statement, published)
        if stated is not None:
            time, dated = stated, Dated.STATED
        elif own is not None and all(_of_one_time(doubt, own) for doubt in doubts):
            time, dated = own, Dated.COVERED if covered else Dated.PUBLISHED
        else:
            continue
        late = REPORTED_WITHIN if dated is Dated.PUBLISHED else timedelta()
        if asked is None or (time.start <= later(asked.end, late) and asked.start <= time.end):
            found.append(_Value(statement, citation, published, time, dated))
    return found


def _told(quote: str, statement: Statement, published: Period | None) -> tuple[Period | None, list[Period]]:
    """The time that a value's own sentence names nearest to it; without one, times that may be the value's or another's.

    These are named in a sentence before one in the past, or for an event that the value held before or after.
    """
    value = statement.span
    sentence = next(one for one in sentences_of(quote) if value.end <= one.end)
    named, doubts = [], []
    of_now = _OF_NOW.search(quote, sentence.start, sentence.end)
    for mention in mentions(quote, published.end.year if published else None):
        if mention.start >= sentence.end:
            break
        if of_now and mention.start < sentence.start:
            continue
        ahead = quote[value.end if mention.start >= value.end else 0 : mention.start]
        if _ELSEWHEN.search(ahead):
            continue
        if mention.start < sentence.start or _BESIDE_EVENT.search(ahead):
            doubts.append(mention.period)
        else:
            named.append(mention)
    if not named:
        return None, doubts
    return min(named, key=lambda one: max(one.start - value.end, value.start - one.end)).period, []


def _of_one_time(named: Period, own: Period) -> bool:
    """Whether a text speaks of a time that it names so soon that its own time may stand for it."""
    return _overlap(Period(named.start, later(named.end, REPORTED_WITHIN)), own)


def _groups(values: Sequence[_Value]) -> list[list[_Value]]:
    """Values that are said of the same thing, the best ranked first; of a publisher's on one day only the best ranked."""
    groups: dict[tuple[Compared, frozenset[str]], list[_Value]] = {}
    for value in values:
        group = groups.setdefault((value.statement.kind, value.statement.about), [])
        if not any(_same_breath(value, other) for other in group):
            group.append(value)
    return [group for group in groups.values() if len(group) > 1]


def _same_breath(one: _Value, other: _Value) -> bool:
    """Whether one source gives two values for one time on one day: then they are hardly values of the same thing."""
    mine, theirs = one.citation, other.citation
    return _one_source(mine, theirs) and mine.published == theirs.published and _overlap(one.time, other.time)


def _one_source(mine: Citation, theirs: Citation) -> bool:
    """Whether both are of one publisher or one document; a text of no known publisher is a source of its own."""
    known = mine.publisher is not None and mine.publisher == theirs.publisher
    return known or mine.document_id == theirs.document_id


def _label(group: Sequence[_Value]) -> Difference | None:
    differences = [
        _difference(one, other)
        for one, other in combinations(group, 2)
        if not one.statement.agrees(other.statement)
    ]
    if Difference.DIFFER in differences:
        return Difference.DIFFER
    return Difference.CHANGED if differences else None


def _difference(one: _Value, other: _Value) -> Difference:
    if _one_source(one.citation, other.citation):
        return Difference.CHANGED
    if one.statement.kind is Compared.DATE and _looks_back(one) and _looks_back(other):
        return Difference.DIFFER
    near = SAME_NEWS if Dated.PUBLISHED in (one.dated, other.dated) else timedelta()
    apart = max(one.time.start - other.time.end, other.time.start - one.time.end)
    return Difference.DIFFER if apart <= near else Difference.CHANGED


def _looks_back(value: _Value) -> bool:
    day = value.statement.value
    return isinstance(day, Period) and value.published is not None and day.start <= value.published.end


def _overlap(one: Period, other: Period) -> bool:
    return one.start <= other.end and other.start <= one.end


def _compared(value: _Value) -> ComparedValue:
    citation, span, unit = value.citation, value.statement.span, value.statement.unit
    return ComparedValue(
        value=citation.quote[span.start : span.end],
        unit=citation.quote[unit.start : unit.end] if unit else None,
        date=iso(value.time),
        dated=value.dated,
        publisher=citation.publisher,
        rank=citation.rank,
        start=citation.start + span.start,
        end=citation.start + span.end,
    )


def _period_of(published: str | None) -> Period | None:
    day = PartialDate.parse(published) if published else None
    return Period(day.first, day.last) if day else None
