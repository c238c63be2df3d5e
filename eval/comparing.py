"""The commands `eval compare` and `eval gate`: two runs side by side, in words that say what can be believed."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.console import Console
from rich.table import Table

from corpus.errors import InvalidInput
from qa.console import Output
from qa.options import harmless, plain_errors

if TYPE_CHECKING:
    from eval.compare import Comparison, Difference, Flip

SHOWN_FLIPS = 10
_PREVIEW = 60
_run_path = click.Path(path_type=Path)


@click.command("compare")
@click.argument("run_a", type=_run_path)
@click.argument("run_b", type=_run_path)
@click.option(
    "--run", "name", default="answers", show_default=True, help='Which rows: "answers", or a search.'
)
@click.option(
    "--measure", help='What decides: "right" for answers and "success@5" for a search unless named.'
)
@click.option("--all", "show_all", is_flag=True, help="Show every question that changed.")
@plain_errors
def compare_command(run_a: Path, run_b: Path, name: str, measure: str | None, show_all: bool) -> None:
    """Say whether RUN_B is better than RUN_A, by paired tests, and which questions changed.

    A run is a folder that `sourcebook eval` wrote, or a file of its rows.
    """
    from eval.compare import compare
    from eval.store import load_run

    found = compare(load_run(run_a), load_run(run_b), run=name, measure=measure)
    print_comparison(Output(), found, flips=None if show_all else SHOWN_FLIPS)


@click.command("gate")
@click.argument("run", required=False, type=_run_path)
@click.option(
    "--baseline", required=True, type=_run_path, help="The run to be as good as: a folder or its rows."
)
@click.option(
    "--max-drop",
    type=click.FloatRange(0, 1),
    default=0.03,
    show_default=True,
    help="How far the measure may fall.",
)
@click.option("--measure", help='What may not fall: "right" unless named.')
@click.option("--renew", is_flag=True, help="Make the run the new baseline instead of judging it.")
@plain_errors
def gate_command(run: Path | None, baseline: Path, max_drop: float, measure: str | None, renew: bool) -> None:
    """Exit with 1 if RUN is worse than the baseline by more than --max-drop, and by more than chance.

    Without RUN, the sample questions are asked now of the sample documents.
    """
    from eval.compare import compare, fails_gate
    from eval.store import load_run, write_baseline

    if not renew:
        before = load_run(baseline)
    with tempfile.TemporaryDirectory() as folder:
        after = load_run(run or _sample_run(Path(folder)))
    if renew:
        if "answers" not in after.rows:
            raise InvalidInput(f"{after.path} has no answers to keep as a baseline")
        write_baseline(baseline, after.rows["answers"])
        click.echo(f"{len(after.rows['answers'])} rows are the new baseline: {harmless(str(baseline))}")
        return
    found = compare(before, after, measure=measure)
    print_comparison(Output(), found, flips=SHOWN_FLIPS)
    if found.only_before or found.changed_questions:
        click.echo(
            f"{len(found.only_before)} questions of the baseline were not asked and {len(found.changed_questions)} have "
            "changed; make a new baseline when that is meant: sourcebook eval gate --renew --baseline "
            + harmless(str(baseline)),
            err=True,
        )
    if fails_gate(found.first, max_drop):
        click.echo(
            f"Gate: failed. {found.first.measure} fell by more than {max_drop:g}, and not by chance.",
            err=True,
        )
        sys.exit(1)
    click.echo("Gate: passed.")


def _sample_run(folder: Path) -> Path:
    from eval import command
    from eval.questions import load

    chosen = load(command.SAMPLE_SET)
    return command.evaluate_set(chosen, folder / "run", is_sample=True).folder


def print_comparison(console: Console, found: Comparison, *, flips: int | None) -> None:
    """Print the measures of both runs, the questions that changed, and the verdict."""
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold")
    for heading in (found.run, "before", "after", "change, 95% interval", "better", "worse", "p"):
        table.add_column(heading, justify="left" if heading == found.run else "right", no_wrap=True)
    for one in found.differences:
        change = f"{one.change.value:+.3f}  {one.change.low:+.2f} to {one.change.high:+.2f}"
        style = "bold" if one is found.first else ""
        cells = [one.measure, f"{one.before:.3f}", f"{one.after:.3f}", change, str(one.gained), str(one.lost)]
        table.add_row(*cells, f"{one.p:.3f}", style=style)
    console.print(table)
    for title, changed in (("Better now", found.gained), ("Worse now", found.lost)):
        _print_flips(console, title, changed, flips)
    for name, old, new in found.settings:
        before_now = ("nothing" if value is None else value for value in (old, new))
        console.print("{}: {} before, {} now".format(name, *before_now), markup=False, highlight=False)
    console.print(sentence(found), markup=False, highlight=False, soft_wrap=True)


def _print_flips(console: Console, title: str, changed: tuple[Flip, ...], most: int | None) -> None:
    if not changed:
        return
    console.print(f"{title}: {len(changed)}", style="bold")
    for flip in changed[:most]:
        text = harmless(f"  {flip.question_id}  {flip.kind}  {flip.text}")
        console.print(text[: _PREVIEW + 18], markup=False, highlight=False)
    if most is not None and len(changed) > most:
        console.print(f"  ... and {len(changed) - most} more; --all shows them")


def sentence(found: Comparison) -> str:
    """The verdict in words, with what it rests on."""
    from eval.paired import FEWEST_CHANGED, SIGNIFICANCE

    first = found.first
    changed = first.gained + first.lost
    verdict = f"Verdict on {first.measure!r}: {first.verdict}"
    counts = f"{changed} of {found.compared} questions changed, {first.gained} for the better and {first.lost} for the worse"
    if first.too_few_changed:
        return (
            f"{verdict}: {counts}; fewer than {FEWEST_CHANGED} cannot reach p < {SIGNIFICANCE}. "
            "The set is too small to tell so small a difference."
        )
    return f"{verdict}: {counts} (p = {first.p:.3f}, {_chance(first)})."


def _chance(first: Difference) -> str:
    from eval.paired import SIGNIFICANCE

    return "more than chance" if first.p < SIGNIFICANCE else "may be chance"
