"""Whether what a document states about itself agrees: how far its date and language can be relied on, and what to tell."""

from __future__ import annotations

from collections.abc import Sequence

from corpus.dates import parse_date
from corpus.language import is_alike
from corpus.types import Confidence, Origin, PartialDate, Published, Sourced

_ZONES = 1
"""Days by which one moment differs between time zones, and a dateline from the day of publication."""


def weighed_date(claims: Sequence[Sourced], shown: PartialDate | None) -> Published | None:
    """The first of the dates claimed, else the one that the text shows; judged by what the others say.

    Two that agree are of high confidence; one that another contradicts by more than a time zone is of low.
    """
    stated = dates_in(claims)
    if not stated:
        return Published(shown, Origin.TEXT) if shown else None
    taken = stated[0]
    others = [*stated[1:], *_shown(shown)]
    apart = [_days_apart(taken.date, other.date) for other in others]
    if any(days > _ZONES for days in apart):
        return Published(taken.date, taken.origin, Confidence.LOW)
    if any(apart):
        return Published(taken.date, taken.origin, Confidence.MEDIUM)
    if any(other.origin is not taken.origin for other in others):
        return Published(taken.date, taken.origin, Confidence.HIGH)
    return taken


def contradictions(
    claims: Sequence[Sourced], shown: PartialDate | None, published: Published | None
) -> tuple[str, ...]:
    """A sentence on the dates that contradict the one taken, with where each stands; none where all agree."""
    if published is None:
        return ()
    others: dict[str, str] = {}
    for other in dates_in(claims):
        if _days_apart(published.date, other.date):
            others.setdefault(str(other.date), other.origin.value)
    for day in _shown(shown):
        if _days_apart(published.date, day.date) > _ZONES:
            others.setdefault(str(day.date), day.origin.value)
    if not others:
        return ()
    rest = ", ".join(f"{day} ({origin})" for day, origin in others.items())
    return (
        f"Published on {published.date} is taken from {published.origin.value}, the strongest of its statements; "
        f"it also says {rest}.",
    )


def dates_in(claims: Sequence[Sourced]) -> list[Published]:
    """The dates that these claims state, in their order; what is no date is left out."""
    found = ((parse_date(claim.value), claim) for claim in claims)
    return [Published(day, claim.origin, claim.judged) for day, claim in found if day is not None]


def _shown(day: PartialDate | None) -> list[Published]:
    """The date that the text shows, if it is one of a day: "February 2000" may be the heading of a part."""
    return [Published(day, Origin.TEXT)] if day and day.day else []


def weighed_language(declared: Sourced, detected: str | None) -> Sourced:
    """The declared language, judged by what the text reads like."""
    if detected is None:
        return declared
    judged = Confidence.HIGH if is_alike(declared.value, detected) else Confidence.LOW
    return Sourced(declared.value, declared.origin, judged)


def _days_apart(one: PartialDate, other: PartialDate) -> int:
    """The days between two dates; none between a date and a more precise one within it."""
    if one.first <= other.last and other.first <= one.last:
        return 0
    return max((one.first - other.last).days, (other.first - one.last).days)
