"""What is searched: the filters with the as-of day, and the counts of what they leave."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from corpus.snapshot import Snapshot
from corpus.types import Filters
from qa.types import Searched


def with_as_of(filters: Filters, as_of: date | None) -> Filters:
    """The filters with the as-of day as an upper limit of the publication date."""
    if as_of is None:
        return filters
    limit = min(as_of, filters.published_to) if filters.published_to else as_of
    return replace(filters, published_to=limit)


def what_is_searched(snapshot: Snapshot, filters: Filters) -> Searched:
    """How much the filters leave to search, and of what dates."""
    counts = snapshot.counts(snapshot.select(filters))
    return Searched(
        documents=counts.documents,
        passages=counts.passages,
        earliest=counts.earliest.first if counts.earliest else None,
        latest=counts.latest.last if counts.latest else None,
        undated=_undated(snapshot, filters),
    )


def _undated(snapshot: Snapshot, filters: Filters) -> int:
    """How many documents a date limit leaves out only because their date is unknown."""
    if filters.published_from is None and filters.published_to is None:
        return 0
    otherwise = snapshot.select(replace(filters, published_from=None, published_to=None))
    all_of_them = snapshot.counts(otherwise).documents
    dated = snapshot.select(replace(filters, published_from=date.min, published_to=date.max))
    return all_of_them - len(dated or ())
