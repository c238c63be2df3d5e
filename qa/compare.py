"""Different values that the citations of one answer state for the same thing: set side by side, none preferred."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import combinations

from corpus.records import DocumentRecord
from corpus.types import PartialDate
from qa.question import Question
from qa.statements import Statement, statements
from qa.time import Period, asked_period, iso, later, mentions
from qa.types import Citation, Compared, ComparedValue, Comparison, Dated, Difference

SHOWN = frozenset(Compared)
"""The kinds whose precision was measured to be above 0.9 (`python -m eval.comparison`); others are not compared."""
SAME_NEWS = timedelta(days=7)
"""Two publishers that give a value without a date within this time speak of the same time."""
REPORTED_WITHIN = timedelta(days=150)
"""A text without dates, published this long after the time asked about, may still speak of it."""

_ELSEWHEN = re.compile(
    r"\b(?:since|before|after|(?:compared (?:with|to)|than)(?: (?:in|on|at))?|depuis|avant|après|seit)\s+(?:the )?$",
    re.IGNORECASE,
)

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
    one of unknown time is left out, and so is one of another time than the question asks about. Values are "changed
    over time" where these times differ or one publisher says another thing later, and "sources differ" where two
    publishers give different values for the same time, or different days for an event that both look back on.
    """
    asked = asked_period(question.text)
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
    found = []
    for statement in statements(question, citation.quote, f"{citation.title}\n{citation.passage.text}"):
        if statement.kind is Compared.DATE:
            if published is not None:
                found.append(_Value(statement, citation, published, published, Dated.PUBLISHED))
            continue
        stated = _stated(citation.quote, statement, published)
        if stated is not None:
            time, dated = stated, Dated.STATED
        elif covered is not None:
            time, dated = Period(covered[0].first, covered[1].last), Dated.COVERED
        elif published is not None:
            time, dated = published, Dated.PUBLISHED
        else:
            continue
        late = REPORTED_WITHIN if dated is Dated.PUBLISHED else timedelta()
        if asked is None or (time.start <= later(asked.end, late) and asked.start <= time.end):
            found.append(_Value(statement, citation, published, time, dated))
    return found


def _stated(quote: str, statement: Statement, published: Period | None) -> Period | None:
    """The time named nearest to a value in its quote, unless it only serves to compare ("the most since 2014")."""
    found = mentions(quote, published.end.year if published else None)
    named = [mention for mention in found if not _ELSEWHEN.search(quote, 0, mention.start)]
    if not named:
        return None

    def distance(place: int) -> int:
        mention = named[place]
        return max(mention.start - statement.span.end, statement.span.start - mention.end)

    return named[min(range(len(named)), key=distance)].period


def _groups(values: Sequence[_Value]) -> list[list[_Value]]:
    """Values that are said of the same thing, the best ranked first; of a publisher's on one day only the best ranked."""
    groups: dict[tuple[Compared, frozenset[str]], list[_Value]] = {}
    for value in values:
        group = groups.setdefault((value.statement.kind, value.statement.about), [])
        if not any(_same_breath(value, other) for other in group):
            group.append(value)
    return [group for group in groups.values() if len(group) > 1]


def _same_breath(one: _Value, other: _Value) -> bool:
    """Whether one publisher gives two values for one time on one day: then they are hardly values of the same thing."""
    mine, theirs = one.citation, other.citation
    return (
        mine.publisher == theirs.publisher
        and mine.published == theirs.published
        and _overlap(one.time, other.time)
    )


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
    mine, theirs = one.citation.publisher, other.citation.publisher
    if mine == theirs and mine is not None:
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
