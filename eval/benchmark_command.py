"""The command `benchmark`: chooses a public collection, measures it and writes its rows; computes nothing."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.box import SIMPLE_HEAD
from rich.table import Table

from qa.console import Output
from qa.options import check_folder, plain_errors
from qa.progress import bar

if TYPE_CHECKING:
    from eval.benchmark import Row


@click.command(name="benchmark")
@click.argument("name")
@click.option(
    "--data", required=True, type=click.Path(path_type=Path), help="The folder that holds the collections."
)
@click.option("--split", help='The questions of this split, or "all"; without it "test", where there is one.')
@click.option(
    "--passages",
    type=click.Choice(["document", "chunked"]),
    help="One passage a document, as published figures are made, or cut as usual; without it the first, unless the set "
    "asks for answers.",
)
@click.option("--answers/--no-answers", default=None, help="Whether to ask for answers besides searching.")
@click.option(
    "--sample", type=click.IntRange(min=1), help="Only so many questions, drawn always the same way."
)
@click.option("--model", help="A sentence-transformers model, by name or folder.")
@click.option(
    "--write",
    "file",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Put the rows into this Markdown table.",
)
@plain_errors
def benchmark_command(
    name: str,
    data: Path,
    split: str | None,
    passages: str | None,
    answers: bool | None,
    sample: int | None,
    model: str | None,
    file: Path | None,
) -> None:
    """Measure the public collection NAME, a BEIR folder or a SQuAD .json file in --data, beside published figures.

    Its library is built once and kept in the cache folder, and its vectors are cached by content: again takes seconds.
    """
    from embeddings.encode import default_encoder
    from eval.benchmark import find, measure, rows, write
    from eval.collections import Passages
    from eval.command import choose, judges_answers

    if file is not None:
        check_folder(file)
    chosen = choose(find(data, name), split, (), sample)
    asks = judges_answers(chosen) if answers is None else answers
    cut = Passages(passages) if passages else Passages.CHUNKED if asks else Passages.DOCUMENT
    encoder = default_encoder(model)
    runs = measure(chosen, encoder, passages=cut, answers=asks, stage=bar)
    named = "all" if split == "all" else ", ".join(chosen.splits)
    of = f" ({sample} drawn)" if sample and sample <= len(chosen.questions) else ""
    found = rows(
        runs, chosen, f"{named}{of}", cut, _command(name, split, passages, answers, sample, model), encoder
    )
    _print(found)
    if file is not None:
        write(file, found)
        click.echo(f"{len(found)} rows written to {file}")


def _command(
    name: str,
    split: str | None,
    passages: str | None,
    answers: bool | None,
    sample: int | None,
    model: str | None,
) -> str:
    """The command that measures this again, with the place of the data left to who runs it."""
    parts = ["sourcebook", "benchmark", name, "--data", "DIR"]
    for option, value in (
        ("--split", split),
        ("--passages", passages),
        ("--sample", sample),
        ("--model", model),
    ):
        parts += [option, str(value)] if value is not None else []
    if answers is not None:
        parts.append("--answers" if answers else "--no-answers")
    return shlex.join(parts)


def _print(found: list[Row]) -> None:
    from eval.published import PUBLISHED

    table = Table(box=SIMPLE_HEAD, title=found[0].collection if found else None, title_style="bold")
    for column in ("measured", "measure", "figure", "95% interval", "questions", "published by others"):
        table.add_column(column, justify="right" if column in ("figure", "questions") else "left")
    for row in found:
        others = row.others
        for one in PUBLISHED:  # the file names the sources; a terminal is narrow
            others = others.replace(f" ({one.source})", "")
        table.add_row(row.measured, row.measure, row.figure, row.interval, row.questions, others)
    Output().print(table)
