"""Draws a sweep as lines with their 95% intervals, as an SVG file of its own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from eval.drawing import drawing
from eval.sweep import Point

_AXES: tuple[tuple[str, Callable[[Point], float]], ...] = (
    ("passage tokens", lambda point: point.cut.tokens),
    ("overlap", lambda point: point.cut.overlap),
    ("dense weight", lambda point: point.weight),
)


def draw(file: Path, title: str, points: Sequence[Point]) -> None:
    """Draw nDCG@10 over the parameter with most values, one line for each choice of the others."""
    axis, value = max(_AXES, key=lambda one: len({one[1](point) for point in points}))
    others = [one for one in _AXES if one[0] != axis and len({one[1](point) for point in points}) > 1]
    lines: dict[str, list[Point]] = {}
    for point in sorted(points, key=value):
        name = ", ".join(f"{label} {read(point):g}" for label, read in others)
        lines.setdefault(name, []).append(point)
    with drawing((6.4, 4), {"svg.hashsalt": "sweep"}) as (figure, axes):
        for name, line in lines.items():
            places = [value(point) for point in line]
            found = [point.measures["nDCG@10"] for point in line]
            axes.plot(places, [one.value for one in found], marker="o", label=name)
            axes.fill_between(places, [one.low for one in found], [one.high for one in found], alpha=0.1)
        axes.set(title=title, xlabel=axis, ylabel="nDCG@10")
        axes.grid(alpha=0.3)
        if others:
            axes.legend(fontsize=8)
        figure.savefig(file, format="svg", metadata={"Date": None})
