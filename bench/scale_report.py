"""The figures of bench.scale as tables and a plot: `python -m bench.scale_report scale.json PLOT.svg` prints the tables."""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

WIDTH, HEIGHT, LEFT, BOTTOM, TOP = 640, 360, 60, 40, 20
COLOURS = ("#1f5fa8", "#b5541c", "#3b7d3b", "#7a3b8f")
Lines = Callable[[dict[str, Any]], dict[str, str]]
"""The lines of a table that a row of measurements gives."""
SHOWN = ("vectors", "words", "passages from the database", "retrieval, all of it")


def main() -> None:
    rows = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    measured: list[dict[str, Any]] = rows["rows"]
    print(rows["machine"] + "\n")
    print(table("", measured, growth) + "\n")
    print(table("ms p50 / p95 (processor p50)", measured, stages) + "\n")
    print(table("", measured, storage))
    Path(sys.argv[2]).write_text(plot(measured), encoding="utf-8")


def table(corner: str, measured: list[dict[str, Any]], lines: Lines) -> str:
    columns = [lines(row) for row in measured]
    names = list(columns[0])
    head = " | ".join(f"{row['passages']:,}" + (" (variations)" if row["varied"] else "") for row in measured)
    found = [f"| {corner or 'passages'} | {head} |", "|---" * (len(measured) + 1) + "|"]
    found += [
        f"| {name} | " + " | ".join(str(column.get(name, "")) for column in columns) + " |" for name in names
    ]
    return "\n".join(found)


def growth(row: dict[str, Any]) -> dict[str, str]:
    new = max(1, row["new"])
    cpu = row["cpu"]
    return {
        "reading and cutting (of variations: making them), ms a passage": f"{1e3 * cpu['reading and cutting'] / new:.2f}",
        "storing, ms a passage": f"{1e3 * cpu['staging'] / new:.2f}",
        "publishing, ms a new passage (all, s on the clock)": (
            f"{1e3 * row['publishing_cpu'] / new:.2f} ({row['publishing_wall']:.0f})"
        ),
        "adding one document, s on the clock (processor)": f"{row['add_wall']:.1f} ({row['add_cpu']:.1f})",
        "removing it, s on the clock (processor)": f"{row['remove_wall']:.1f} ({row['remove_cpu']:.1f})",
        "peak memory of the indexing process, MB": f"{row['indexing_peak_mb']:,}",
    }


def stages(row: dict[str, Any]) -> dict[str, str]:
    shown = {**row["stages"], **row["filters"], **row["answer"]}
    found = {
        name: f"{one['wall_p50']:.1f} / {one['wall_p95']:.1f} ({one['cpu_p50']:.1f})"
        for name, one in shown.items()
    }
    found["recall@10 of questions, of passages"] = (
        f"{row['recall']['questions@10']}, {row['recall']['passages@10']}"
    )
    found["recall@100 of questions, of passages"] = (
        f"{row['recall']['questions@100']}, {row['recall']['passages@100']}"
    )
    return found


def storage(row: dict[str, Any]) -> dict[str, str]:
    count, held, told = row["passages"], row["memory"], row["memory_answers"]
    parts = {f"disk, bytes a passage: {name}": f"{size / count:,.0f}" for name, size in row["disk"].items()}
    return {
        **parts,
        "opening, s on the clock (processor)": f"{row['open_wall']:.2f} ({row['open_cpu']:.2f})",
        "memory after searches, MB (its own, the rest is mapped files)": f"{held['VmRSS']:,.0f} ({held['RssAnon']:,.0f})",
        "memory after answers in full, MB (its own)": f"{told['VmRSS']:,.0f} ({told['RssAnon']:,.0f})",
        "the same before opening, MB": f"{row['memory_before']['VmRSS']:,.0f} ({row['memory_before']['RssAnon']:,.0f})",
    }


def plot(measured: list[dict[str, Any]]) -> str:
    """Milliseconds of the processor by passages, both axes logarithmic."""
    lows, highs = (2, math.ceil(math.log10(measured[-1]["passages"]))), (-1, 3)

    def x(passages: float) -> float:
        return LEFT + (math.log10(passages) - lows[0]) / (lows[1] - lows[0]) * (WIDTH - LEFT - 170)

    def y(milliseconds: float) -> float:
        share = (math.log10(max(milliseconds, 0.1)) - highs[0]) / (highs[1] - highs[0])
        return HEIGHT - BOTTOM - share * (HEIGHT - BOTTOM - TOP)

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" font-size="12">',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>',
    ]
    for power in range(highs[0], highs[1] + 1):
        place = y(10**power)
        parts.append(
            f'<line x1="{LEFT}" x2="{x(10 ** lows[1]):.0f}" y1="{place:.0f}" y2="{place:.0f}" stroke="#ddd"/>'
        )
        parts.append(f'<text x="{LEFT - 6}" y="{place + 4:.0f}" text-anchor="end">{10**power:g} ms</text>')
    for power in range(lows[0], lows[1] + 1):
        parts.append(
            f'<text x="{x(10**power):.0f}" y="{HEIGHT - 14}" text-anchor="middle">{10**power:,}</text>'
        )
    for number, name in enumerate(SHOWN):
        points = [(x(row["passages"]), y(row["stages"][name]["cpu_p50"])) for row in measured]
        path = " ".join(f"{across:.1f},{down:.1f}" for across, down in points)
        colour = COLOURS[number]
        parts.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts += [
            f'<circle cx="{across:.1f}" cy="{down:.1f}" r="3" fill="{colour}"/>' for across, down in points
        ]
        parts.append(f'<text x="{WIDTH - 165}" y="{TOP + 20 + 18 * number}" fill="{colour}">{name}</text>')
    return "\n".join([*parts, "</svg>"]) + "\n"


if __name__ == "__main__":
    main()
