"""Where things stand on a chart by date: places for marks and ticks; it draws nothing and knows no HTML."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from corpus.types import PartialDate
from qa.types import Citation, Compared, Comparison

WIDTH = 640
LEFT, RIGHT, TOP = 64, 24, 14
PLOT, LANE, GAP = 150, 38, 30
LABEL_WIDE, LABEL_HIGH = 56, 30
"""What a mark with its words takes."""
SHAPES = 4
"""How many kinds of marks there are: of more publishers than that, the last ones share one."""
_NUMERAL = re.compile(r"\d+(?:[., \u00a0\u202f']\d{3})*(?:[.,]\d+)?")
_GROUP = re.compile(r"[., \u00a0\u202f'](?=\d{3}(?!\d))")
_SCALES = (("million", 1e6), ("billion", 1e9), ("thousand", 1e3))
_MEAN_YEAR = 365.25


@dataclass(frozen=True, slots=True)
class Mark:
    """One thing on the chart: its place, its citation's rank, its words, and the number of its publisher.

    `below` where its words stand under it, because another mark lies right above.
    """

    x: float
    y: float
    rank: int
    label: str
    series: int
    below: bool = False


@dataclass(frozen=True, slots=True)
class Tick:
    """A labelled place on an axis."""

    at: float
    label: str


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart by date: `down` are the ticks of the values, empty where the height says nothing.

    `series` are the publishers with a mark of their own; with `others` the last mark stands for several.
    """

    height: int
    marks: tuple[Mark, ...]
    across: tuple[Tick, ...]
    down: tuple[Tick, ...] = ()
    series: tuple[str, ...] = ()
    others: bool = False

    @property
    def floor(self) -> int:
        """Where the axis of dates lies."""
        return self.height - 26


def value_chart(comparison: Comparison) -> Chart | None:
    """Compared quantities by date; None unless two of them have numbers and different dates."""
    if comparison.kind is not Compared.QUANTITY:
        return None
    placed = [(value, middle(value.date), number(value.value)) for value in comparison.values]
    known = [(value, day, figure) for value, day, figure in placed if day is not None and figure is not None]
    days = [day for _, day, _ in known]
    if len(set(days)) < 2:
        return None
    top = nice(max(figure for _, _, figure in known))
    names = _series([value.publisher for value, _, _ in known])
    marks = tuple(
        Mark(
            x=_across(day, days),
            y=round(TOP + PLOT * (1 - figure / top), 1),
            rank=value.rank,
            label=value.value,
            series=_number(value.publisher, names),
        )
        for value, day, figure in known
    )
    marks = tuple(replace(mark, below=_crowded(mark, marks)) for mark in marks)
    down = tuple(Tick(TOP + PLOT * (1 - step / 2), f"{top * step / 2:,.10g}") for step in range(3))
    return Chart(TOP + PLOT + 26, marks, _years(days), down, names[:SHAPES], len(names) > SHAPES)


def _crowded(mark: Mark, marks: Sequence[Mark]) -> bool:
    """Whether the words above a mark would lie on another mark or on its words."""
    above = [other for other in marks if (other.y, other.x) < (mark.y, mark.x)]
    return any(mark.y - other.y < LABEL_HIGH and abs(mark.x - other.x) < LABEL_WIDE for other in above)


def timeline(citations: Sequence[Citation]) -> Chart | None:
    """Citations by date of publication, in lanes so that none hides another; None unless two have different dates."""
    dated = [(citation, day) for citation in citations if (day := middle(citation.published)) is not None]
    days = [day for _, day in dated]
    if len(set(days)) < 2:
        return None
    names = _series([citation.publisher for citation, _ in dated])
    lanes: list[float] = []
    marks = []
    for citation, day in sorted(dated, key=lambda pair: (pair[1], pair[0].rank)):
        x = _across(day, days)
        lane = next((place for place, end in enumerate(lanes) if end + GAP <= x), len(lanes))
        lanes[lane:] = [x, *lanes[lane + 1 :]]
        y = TOP + LANE * (lane + 0.5)
        marks.append(Mark(x, y, citation.rank, str(citation.rank), _number(citation.publisher, names)))
    height = TOP + LANE * len(lanes) + 34
    return Chart(height, tuple(marks), _years(days), (), names[:SHAPES], len(names) > SHAPES)


def middle(stated: str | None) -> float | None:
    """The middle of a stated time ("2004", "2004-03", "2004-03-17", two joined by "/") as a day number."""
    if stated is None:
        return None
    try:
        parts = [PartialDate.parse(part) for part in stated.split("/")]
    except ValueError:
        return None
    return (parts[0].first.toordinal() + parts[-1].last.toordinal()) / 2


def number(value: str) -> float | None:
    """The number that a value states: "16,000", "1.5 million"; None where it states none."""
    found = _NUMERAL.search(value)
    if found is None:
        return None
    figure = float(_GROUP.sub("", found.group()).replace(",", "."))
    rest = value[found.end() :].casefold()
    return figure * next((scale for word, scale in _SCALES if word in rest), 1.0)


def nice(value: float) -> float:
    """The next round number at or above a value: 1, 2, 3, 4, 5, 6 or 8 times a power of ten; 1 for nothing."""
    if value <= 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(value))
    return next((step * power for step in (1, 2, 3, 4, 5, 6, 8) if step * power >= value), 10 * power)


def _across(day: float, days: Sequence[float]) -> float:
    first, last = min(days), max(days)
    share = (day - first) / (last - first) if last > first else 0.5
    return round(LEFT + (WIDTH - LEFT - RIGHT) * share, 1)


def _years(days: Sequence[float]) -> tuple[Tick, ...]:
    """At most eight labelled years between the first and the last day; where there is none, the two days."""
    first, last = min(days), max(days)
    years = range(date.fromordinal(int(first)).year + 1, date.fromordinal(int(last)).year + 1)
    step = max(1, math.ceil((last - first) / _MEAN_YEAR / 8))
    found = [year for year in years if year % step == 0]
    if len(found) < 2:
        ends = dict.fromkeys((int(first), int(last)))
        return tuple(Tick(_across(day, days), f"{date.fromordinal(day):%b %Y}") for day in ends)
    return tuple(Tick(_across(date(year, 1, 1).toordinal(), days), str(year)) for year in found)


def _series(publishers: Sequence[str | None]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(publisher or "" for publisher in publishers))


def _number(publisher: str | None, names: Sequence[str]) -> int:
    return min(names.index(publisher or ""), SHAPES - 1)
