"""What each stage of answering is worth: the figures with all stages, and with one left out, side by side."""

from __future__ import annotations

from collections.abc import Mapping

from rich.table import Table

from eval.report import written
from eval.run import Run

_MEASURES = ("right", "success@1", "success@5", "quote@1", "answer F1")
_DECISION = ("confidence AUROC", "false answers", "false silence")


def ablation_table(runs: Mapping[str, Run]) -> Table:
    """One row for each run; the names say what was left out, the first has all stages."""
    groups = [run.overall for run in runs.values()]
    measures = [name for name in _MEASURES if any(name in group.measures for group in groups)]
    decided = [group.decision.estimates() if group.decision else {} for group in groups]
    decisions = [name for name in _DECISION if any(name in found for found in decided)]
    table = Table(box=None, padding=(0, 1, 0, 0), header_style="bold")
    table.add_column("", no_wrap=True)
    for heading in (*measures, *decisions):
        table.add_column("\n".join(heading.replace("@", " @").split()), no_wrap=True)
    for name, group, found in zip(runs, groups, decided, strict=True):
        values = [group.measures.get(measure) for measure in measures]
        values += [found.get(measure) for measure in decisions]
        table.add_row(name, *(written(value).replace(" ", "\n") for value in values))
    return table
