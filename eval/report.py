"""Runs as tables for a terminal and as JSON for programs; computes nothing."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict

import numpy as np
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from eval.intervals import Estimate
from eval.questions import Question
from eval.results import QuestionRow, Result
from eval.run import Run
from eval.summary import MEASURES, Group

_BY_KIND = ("success@1", "success@5", "MRR@10", "quote@1", "answer match")
_BY_METHOD = ("success@1", "success@5", "success@10", "MRR@10", "nDCG@10")

FORMAT = 1
"""Version of the JSON; it grows when a field changes its meaning."""


def print_runs(console: Console, runs: Sequence[Run]) -> None:
    """Print a table of the searches side by side, then what the engine's answers are worth, overall and by kind."""
    searches = [run for run in runs if run.method is not None]
    if searches:
        console.print(_searches(searches))
    for run in runs:
        if run.method is None:
            console.print(_overall(run))
            if run.kinds:
                console.print(_by_kind(run))
            console.print(_timing(run.rows), markup=False)


def _searches(runs: Sequence[Run]) -> Table:
    count = len(runs[0].rows)
    table = Table(
        title=f"{runs[0].set_name}: search alone, {count} questions with gold places", title_style="bold"
    )
    table.add_column("search")
    measures = [name for name in _BY_METHOD if name in runs[0].overall.measures]
    for name in measures:
        table.add_column(name, justify="right")
    for run in runs:
        table.add_row(str(run.method), *(_two_lines(run.overall.measures.get(name)) for name in measures))
    return table


def _overall(run: Run) -> Table:
    group = run.overall
    title = f"{run.set_name}: answers, {group.answerable} answerable and {group.unanswerable} unanswerable questions"
    table = Table(title=title, title_style="bold")
    for name in ("measure", "value", "95% interval", "questions"):
        table.add_column(name, justify="left" if name == "measure" else "right")
    for name in MEASURES:
        if name in group.measures:
            table.add_row(name, *_cells(group.measures[name]))
    decision = group.decision
    if decision is not None:
        table.add_section()
        for name, estimate in (
            ("confidence AUROC", decision.auroc),
            ("false answers", decision.false_answers),
            ("false silence", decision.false_silence),
        ):
            if estimate is not None:
                table.add_row(name, *_cells(estimate))
        if decision.false_silence is not None:
            table.add_row("  of these, place was near", str(decision.withheld), "", "")
    return table


def _by_kind(run: Run) -> Table:
    """Make the table narrow enough for 80 columns and kinds of 21 letters."""
    table = Table(
        title=f"{run.set_name}: answers by kind", title_style="bold", box=SIMPLE_HEAD, padding=(0, 1, 0, 0)
    )
    table.add_column("kind", no_wrap=True)
    measures = [name for name in _BY_KIND if any(name in group.measures for group in run.kinds)]
    for name in ("n", *measures, "wrong decision"):
        table.add_column(name.replace("@", "\n@").replace(" ", "\n"), justify="right", no_wrap=True)
    for group in run.kinds:
        cells = [_narrow(group.measures.get(name)) for name in measures]
        table.add_row(group.name, str(group.answerable + group.unanswerable), *cells, _wrong(group))
    return table


def _wrong(group: Group) -> str:
    """Show the one error that a kind can make: silence where an answer is, or an answer where none is."""
    decision = group.decision
    if decision is None:
        return ""
    return _narrow(decision.false_silence if group.answerable else decision.false_answers)


def _cells(estimate: Estimate) -> tuple[str, str, str]:
    return f"{estimate.value:.3f}", f"{estimate.low:.3f} – {estimate.high:.3f}", str(estimate.n)


def _two_lines(estimate: Estimate | None) -> str:
    if estimate is None:
        return "–"
    return f"{estimate.value:.3f}\n{estimate.low:.2f}–{estimate.high:.2f}"


def _narrow(estimate: Estimate | None) -> str:
    if estimate is None:
        return "–"
    low, high = ("1.0" if bound > 0.995 else f"{bound:.2f}"[1:] for bound in (estimate.low, estimate.high))
    return f"{estimate.value:.3f}\n{low}–{high}"


def _timing(rows: Sequence[QuestionRow]) -> str:
    times = [row.milliseconds for row in rows]
    middle, slow = np.percentile(times, [50, 95])
    return f"Time a question: median {middle:.0f} ms, 95th percentile {slow:.0f} ms."


def to_json(runs: Sequence[Run]) -> str:
    """Write the runs as JSON with stable key order: `runs` repeat byte for byte, `timings` are apart."""
    name = {run.method: str(run.method or "answers") for run in runs}
    value = {
        "format": FORMAT,
        "runs": [_run(run) for run in runs],
        "timings": {
            name[run.method]: {row.question.id: round(row.milliseconds, 3) for row in run.rows}
            for run in runs
        },
    }
    return json.dumps(value, ensure_ascii=False, indent=1, sort_keys=False) + "\n"


def _run(run: Run) -> dict[str, object]:
    return {
        "set": run.set_name,
        "method": str(run.method or "answers"),
        "limit": run.limit,
        "overall": _group(run.overall),
        "kinds": [_group(group) for group in run.kinds],
        "rows": [_row(row) for row in run.rows],
    }


def _group(group: Group) -> dict[str, object]:
    return {
        "name": group.name,
        "answerable": group.answerable,
        "unanswerable": group.unanswerable,
        "measures": {name: _estimate(group.measures[name]) for name in MEASURES if name in group.measures},
        "decision": None
        if group.decision is None
        else {
            "auroc": _estimate(group.decision.auroc),
            "false_answers": _estimate(group.decision.false_answers),
            "false_silence": _estimate(group.decision.false_silence),
            "withheld": group.decision.withheld,
        },
    }


def _estimate(estimate: Estimate | None) -> dict[str, float] | None:
    if estimate is None:
        return None
    return {name: round(value, 6) for name, value in asdict(estimate).items()}


def _row(row: QuestionRow) -> dict[str, object]:
    return {
        **_question(row.question),
        "decision": None if row.decision is None else asdict(row.decision),
        "withheld": row.withheld,
        "scores": {name: round(row.scores[name], 6) for name in MEASURES if name in row.scores},
        "results": [_result(result) for result in row.results],
    }


def _question(question: Question) -> dict[str, object]:
    return {
        "id": question.id,
        "question": question.text,
        "kind": question.kind,
        "split": question.split,
        "as_of": None if question.as_of is None else question.as_of.isoformat(),
        "answerable": question.answerable,
        "answers": list(question.answers),
        "need": question.need,
        "gold": [
            {
                "document": gold.document,
                "start": gold.start,
                "end": gold.end,
                "quote": gold.quote,
                "grade": gold.grade,
            }
            for gold in question.gold
        ],
    }


def _result(result: Result) -> dict[str, object]:
    """Write a result; `gold` numbers the question's gold places that it hits, from 0."""
    quote = result.quote
    return {
        "rank": result.rank,
        "document_id": result.document_id,
        "path": result.path,
        "score": round(result.score, 6),
        "passage": {"start": result.passage.start, "end": result.passage.end},
        "quote": None if quote is None else {"start": quote.start, "end": quote.end, "text": quote.text},
        "gold": asdict(result.judged),
    }
