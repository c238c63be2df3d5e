"""What each stage of answering is worth: the figures with all stages, and with one left out, side by side."""

from __future__ import annotations

from collections.abc import Mapping

from rich.table import Table

from eval.intervals import Estimate, rate
from eval.report import written
from eval.run import Run

_ORDER = (1, 5)
"""Places up to which the order is judged, whether the question was answered or declined: what the decision cannot hide."""
_MEASURES = ("right", "success@1", "success@5")
_DECISION = ("confidence AUROC", "false answers", "false silence")


def ablation_table(runs: Mapping[str, Run]) -> Table:
    """One row for each run; the names say what was left out, the first has all stages."""
    groups = [run.overall for run in runs.values()]
    measures = [name for name in _MEASURES if any(name in group.measures for group in groups)]
    decided = [group.decision.estimates() if group.decision else {} for group in groups]
    decisions = [name for name in _DECISION if any(name in found for found in decided)]
    table = Table(box=None, padding=(0, 1, 0, 0), header_style="bold")
    table.add_column("", no_wrap=True)
    for heading in (*(f"in order @{k}" for k in _ORDER), *measures, *decisions):
        words = heading.removeprefix("confidence ").replace("@", " @").split()
        table.add_column("\n".join(words), no_wrap=True)
    for (name, run), group, found in zip(runs.items(), groups, decided, strict=True):
        values = [_in_order(run, k) for k in _ORDER]
        values += [group.measures.get(measure) for measure in measures]
        values += [found.get(measure) for measure in decisions]
        table.add_row(name, *(written(value).replace(" ", "\n") for value in values))
    return table


def _in_order(run: Run, k: int) -> Estimate | None:
    """The share of answerable questions for which all that is needed came back among the first k places."""
    rows = [row for row in run.rows if row.question.answerable]
    return rate(sum(row.found_by(k) for row in rows), len(rows)) if rows else None
