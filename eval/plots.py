"""Draws curves as SVG for an HTML page, in the page's own colours.

Colours are written as CSS variables, so that the page's dark and light themes and print reach them. Text stays text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from io import StringIO
from typing import TYPE_CHECKING

import numpy as np

from eval.curves import Curves
from eval.drawing import drawing
from eval.intervals import rate
from eval.results import QuestionRow

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_INK, _SOFT, _LINE = "#010101", "#020202", "#030303"
_SERIES = ("#0a0001", "#0a0002", "#0a0003", "#0a0004")
_DASHES = ("-", (0, (6, 2)), (0, (1.5, 1.5)), "-")
_VARIABLES = {_INK: "--ink", _SOFT: "--soft", _LINE: "--line"} | {
    color: f"--series-{number}" for number, color in enumerate(_SERIES, start=1)
}
_SIZE = (5.2, 3.4)


@dataclass(frozen=True, slots=True)
class Plot:
    """A drawing with the words that say what it shows, and the numbers behind it as a table."""

    name: str
    title: str
    description: str
    svg: str
    columns: tuple[str, ...]
    cells: tuple[tuple[str, ...], ...]


def plots(drawn: Mapping[str, Curves], rows: Sequence[QuestionRow]) -> list[Plot]:
    """Draw the curves of all runs; `rows` are those of the last run, for the times. Leaves out what has no points."""
    found = {name: one for name, one in drawn.items() if one.found}
    last = list(drawn.values())[-1]
    made = [_found(found)] if found else []
    if last.reliability:
        made += [_reliability(last), _risk(last)]
    return [*made, _latency(last, [row.milliseconds for row in rows])]


def _found(drawn: Mapping[str, Curves]) -> Plot:
    def draw(axes: Axes) -> None:
        for number, (name, one) in enumerate(drawn.items()):
            ranks = np.arange(1, len(one.found) + 1)
            color = _SERIES[number % len(_SERIES)]
            axes.plot(
                ranks,
                [e.value for e in one.found],
                color=color,
                linestyle=_DASHES[number % 4],
                label=name,
                lw=1.8,
            )
            axes.fill_between(
                ranks, [e.low for e in one.found], [e.high for e in one.found], color=color, alpha=0.09, lw=0
            )
        axes.set(xscale="log", xlabel="places shown (k)", ylabel="questions found", ylim=(0, 1))
        ticks = [1, 2, 5, 10, 20, 50, 100]
        axes.set_xticks(ticks, [str(tick) for tick in ticks])
        axes.minorticks_off()
        axes.legend(frameon=False, labelcolor=_INK, loc="lower right", fontsize=9)

    shown = [k for k in (1, 2, 3, 5, 10, 20, 50, 100) if any(k <= len(one.found) for one in drawn.values())]
    cells = [
        (str(k), *(str(one.found[k - 1]) if k <= len(one.found) else "" for one in drawn.values()))
        for k in shown
    ]
    ends = "; ".join(
        f"{name} {one.found[min(4, len(one.found) - 1)].value:.2f}" for name, one in drawn.items()
    )
    return Plot(
        "found",
        "What is found among the first k places",
        f"Share of the answerable questions whose gold place is among the first k; at k = 5: {ends}. "
        "Bands are 95% intervals.",
        _svg("found", draw),
        ("k", *drawn),
        tuple(cells),
    )


def _reliability(one: Curves) -> Plot:
    rates = [rate(entry.outcomes, entry.n) for entry in one.reliability]

    def draw(axes: Axes) -> None:
        axes.plot([0, 1], [0, 1], color=_SOFT, lw=1, linestyle=(0, (3, 3)))
        x, y = [entry.confidence for entry in one.reliability], [estimate.value for estimate in rates]
        bars = [[e.value - e.low for e in rates], [e.high - e.value for e in rates]]
        axes.errorbar(x, y, yerr=bars, color=_SERIES[0], marker="o", ms=5, lw=1.6, elinewidth=1, capsize=2)
        axes.set(xlabel="stated confidence", ylabel="questions with an answer", xlim=(0, 1), ylim=(0, 1))

    return Plot(
        "reliability",
        "Does the confidence mean what it says?",
        "Mean confidence against the share of questions that have an answer; on the dotted line they agree.",
        _svg("reliability", draw),
        ("confidence", "questions", "mean confidence", "with an answer"),
        tuple(
            (
                f"{entry.low:.1f}–{entry.high:.1f}",
                str(entry.n),
                f"{entry.confidence:.2f}",
                str(estimate),
            )
            for entry, estimate in zip(one.reliability, rates, strict=True)
        ),
    )


def _risk(one: Curves) -> Plot:
    points, chosen = one.risk_coverage, one.chosen

    def draw(axes: Axes) -> None:
        axes.plot(
            [p.coverage for p in points],
            [p.risk for p in points],
            color=_SERIES[0],
            lw=1.8,
            drawstyle="steps-post",
        )
        if chosen is not None:
            axes.axvline(chosen.coverage, color=_SOFT, lw=1, linestyle=(0, (3, 3)))
            axes.plot([chosen.coverage], [chosen.risk], marker="o", ms=7, color=_SERIES[3])
            right = chosen.coverage > 0.6
            axes.annotate(
                f"as run: {chosen.coverage:.0%} answered,\n{chosen.risk:.0%} of them wrong",
                (chosen.coverage, chosen.risk),
                xytext=(-9 if right else 9, 26),
                textcoords="offset points",
                ha="right" if right else "left",
                color=_INK,
                fontsize=9,
            )
        axes.set(
            xlabel="share of questions answered", ylabel="answers that are wrong", xlim=(0, 1), ylim=(0, 1)
        )

    at = [next(p for p in points if p.coverage >= share - 1e-9) for share in (0.1, 0.25, 0.5, 0.75, 0.9, 1.0)]
    said = (
        f"; as run, {chosen.coverage:.0%} were answered and {chosen.risk:.0%} of these wrong"
        if chosen
        else ""
    )
    return Plot(
        "risk",
        "What would answering less save?",
        f"Share of wrong answers if only the surest questions were answered{said}.",
        _svg("risk", draw),
        ("answered", "from confidence", "wrong"),
        tuple((f"{p.coverage:.0%}", f"{p.threshold:.2f}", f"{p.risk:.0%}") for p in dict.fromkeys(at)),
    )


def _latency(one: Curves, milliseconds: Sequence[float]) -> Plot:
    times = np.asarray(milliseconds, dtype=np.float64)

    def draw(axes: Axes) -> None:
        axes.hist(times, bins=min(40, max(5, len(times) // 5)), color=_SERIES[0], alpha=0.75)
        for value in (one.latency.median, one.latency.percentile_95):
            axes.axvline(value, color=_INK, lw=1, linestyle=(0, (3, 3)))
        axes.set(xlabel="milliseconds a question", ylabel="questions", xlim=(0, None))

    seen = one.latency
    names = ("median", "95th percentile", "slowest", "all together")
    cells = (
        f"{seen.median:.0f} ms",
        f"{seen.percentile_95:.0f} ms",
        f"{seen.slowest:.0f} ms",
        f"{seen.total_seconds:.1f} s",
    )
    return Plot(
        "latency",
        "How long does a question take?",
        f"{', '.join(map(' '.join, zip(names[:3], cells[:3], strict=True)))}; the lines are the first two.".capitalize(),
        _svg("latency", draw),
        names,
        (cells,),
    )


def _svg(name: str, draw: Callable[[Axes], None]) -> str:
    """Draw into an SVG element that can stand in a page beside others."""
    settings = {"svg.fonttype": "none", "svg.hashsalt": name, "axes.unicode_minus": False}
    with drawing(_SIZE, settings) as (figure, axes):
        draw(axes)
        _style(axes)
        out = StringIO()
        figure.savefig(out, format="svg", transparent=True, metadata={"Date": None, "Creator": None})
    return _for_page(out.getvalue(), name)


def _style(axes: Axes) -> None:
    axes.grid(color=_LINE, lw=0.7)
    axes.set_axisbelow(True)
    axes.tick_params(colors=_SOFT, length=0)
    axes.xaxis.label.set_color(_SOFT)
    axes.yaxis.label.set_color(_SOFT)
    for spine in axes.spines.values():
        spine.set_visible(False)


def _for_page(text: str, name: str) -> str:
    """The `svg` element alone, with ids of its own and colours that the page sets."""
    svg = text[text.index("<svg") :]
    svg = re.sub(r"<metadata>.*?</metadata>", "", svg, flags=re.DOTALL)
    svg = re.sub(r'\bid="', f'id="{name}-', svg)
    svg = re.sub(r'(xlink:href="#|url\(#)', rf"\g<1>{name}-", svg)
    svg = re.sub(r'width="[\d.]+pt" height="[\d.]+pt"', 'aria-hidden="true" focusable="false"', svg, count=1)
    for color, variable in _VARIABLES.items():
        svg = svg.replace(color, f"var({variable})")
    return svg
