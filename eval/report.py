"""An evaluation as tables for a terminal, on one screen of 80 by 24; computes nothing."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest

from rich.console import Console
from rich.table import Table

from eval.curves import Latency
from eval.intervals import Estimate
from eval.run import Run
from eval.summary import Group

_SEARCH = ("success@1", "success@5", "success@10", "nDCG@10")
_ANSWERS = ("right", "success@1", "success@5", "quote@1", "quote F1", "answer match", "answer F1")
_DECISION = (
    *("false answers", "false silence", "confidence AUROC", "calibration error", "coverage", "risk"),
    "citation validity",
)
_KIND_LINES = 7


def print_runs(console: Console, runs: Sequence[Run], latency: Latency, at_once: int = 1) -> None:
    """Print the searches side by side, then what the answers are worth, and "right" (or success@5) by kind."""
    last = runs[-1]
    group = last.overall
    console.print(
        f"[bold]{_plain(last.set_name)}[/]: {group.answerable} answerable and {group.unanswerable} unanswerable "
        "questions, with 95% intervals",
        highlight=False,
    )
    searches = [run for run in runs if run.method is not None]
    if searches:
        console.print(_searches(searches))
    if last.method is None:
        console.print(_answers(group))
    if last.kinds:
        console.print(_by_kind(last.kinds, "right" if last.method is None else "success@5"))
    beside = f", {at_once} asked side by side" if at_once > 1 else ""
    console.print(
        f"Time a question: median {latency.median:.0f} ms, 95th percentile {latency.percentile_95:.0f} ms{beside}.",
        highlight=False,
    )


def _plain(text: str) -> str:
    return text.replace("[", r"\[")


def _searches(runs: Sequence[Run]) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold")
    table.add_column("search")
    for name in _SEARCH:
        table.add_column(name)
    for run in runs:
        table.add_row(run.name, *(written(run.overall.measures.get(name)) for name in _SEARCH))
    return table


def _answers(group: Group) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold")
    for heading in ("answers", "", "decision to answer", ""):
        table.add_column(heading, no_wrap=True)
    found = group.decision.estimates() if group.decision else {}
    left = [(name, written(group.measures[name])) for name in _ANSWERS if name in group.measures]
    right = [(name, written(found[name])) for name in _DECISION if name in found]
    for ours, theirs in zip_longest(left, right, fillvalue=("", "")):
        table.add_row(*ours, *theirs)
    return table


def _by_kind(kinds: Sequence[Group], measure: str) -> Table:
    """Put the kinds into two columns; where they are more than fit, the worst are shown."""
    shown = [group for group in kinds if measure in group.measures]
    if len(shown) > 2 * _KIND_LINES:
        shown = sorted(shown, key=lambda group: group.measures[measure].value)[: 2 * _KIND_LINES]
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold")
    for _ in range(2):
        table.add_column("kind", no_wrap=True, max_width=20)
        table.add_column("n", justify="right")
        table.add_column(measure, no_wrap=True)
    lines = (len(shown) + 1) // 2
    cells = [
        (_plain(group.name), str(group.measures[measure].n), written(group.measures[measure]))
        for group in shown
    ]
    for left, right in zip_longest(cells[:lines], cells[lines:], fillvalue=("", "", "")):
        table.add_row(*left, *right)
    return table


def written(estimate: Estimate | None) -> str:
    """A value and its interval: "0.553 .48–.62"."""
    if estimate is None:
        return "–"
    low, high = ("1.0" if bound > 0.995 else f"{bound:.2f}"[1:] for bound in (estimate.low, estimate.high))
    return f"{estimate.value:.3f} [dim]{low}–{high}[/]"
