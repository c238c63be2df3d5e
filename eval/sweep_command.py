"""The command `sweep`: reads which parameters to try, and shows what each choice gave; measures nothing itself."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.box import SIMPLE_HEAD
from rich.table import Table

from corpus.errors import InvalidInput
from qa.console import Output
from qa.options import check_folder, plain_errors
from qa.places import sample_documents
from qa.progress import bar

if TYPE_CHECKING:
    from collections.abc import Sequence

    from embeddings.encode import Encoder
    from eval.questions import QuestionSet
    from eval.sweep import Point


@click.command(name="sweep")
@click.argument("question_set", metavar="[SET]", required=False, type=click.Path(path_type=Path))
@click.option(
    "--library",
    type=click.Path(path_type=Path, file_okay=False),
    help="The library whose documents are cut anew.",
)
@click.option(
    "--split", help="The questions to tune on; without it dev, else train. Test questions are refused."
)
@click.option(
    "--tokens",
    multiple=True,
    type=click.IntRange(20, 1000),
    help="A passage size to try [160]; repeat it for more.",
)
@click.option(
    "--overlap",
    multiple=True,
    type=click.IntRange(0, 500),
    help="A largest repeated sentence to try [40]; 0 is none.",
)
@click.option(
    "--weight", multiple=True, type=click.FloatRange(0, 1), help="A weight of the dense search to try [0.5]."
)
@click.option("--model", help="A sentence-transformers model, by name or folder.")
@click.option(
    "--write",
    "file",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write a Markdown table, and a plot beside it.",
)
@plain_errors
def sweep_command(
    question_set: Path | None,
    library: Path | None,
    split: str | None,
    tokens: tuple[int, ...],
    overlap: tuple[int, ...],
    weight: tuple[float, ...],
    model: str | None,
    file: Path | None,
) -> None:
    """Try passage sizes, overlaps and fusion weights on the dev or train questions of SET (without it the sample set).

    A collection brings its own documents, the sample set asks the sample documents, any other set needs --library.
    Every size is encoded once; what was encoded before comes from the cache.
    """
    from embeddings.encode import default_encoder
    from eval.command import SAMPLE_SET
    from eval.questions import load
    from eval.sweep import grid, sweep, tuning_questions, write_table

    if file is not None:
        check_folder(file)
    path = question_set or SAMPLE_SET
    chosen = tuning_questions(load(path), split)
    encoder = default_encoder(model)
    folder = library or _library(chosen, path.resolve() == SAMPLE_SET, encoder)
    with bar("measuring") as progress:
        cuts = grid(tokens or (160,), overlap or (40,))
        points = list(sweep(folder, encoder, chosen, cuts, sorted(set(weight or (0.5,))), progress))
    title = f"{chosen.name}, {', '.join(chosen.splits)}: fused search"
    _print(title, points)
    if file is not None:
        from eval.sweep_plot import draw

        plot = file.with_suffix(".svg")
        draw(plot, title, points)
        write_table(file, title, points, plot.name)
        click.echo(f"Written: {file}, {plot}")


def _library(chosen: QuestionSet, is_sample: bool, encoder: Encoder) -> Path:
    from eval.collections import collection_library, sample_library

    if chosen.collection:
        return collection_library(chosen, encoder)
    if is_sample:
        return sample_library(sample_documents(), encoder)
    raise InvalidInput(f"{chosen.name} brings no documents; name the library with --library")


def _print(title: str, points: Sequence[Point]) -> None:
    from eval.sweep import MEASURES, best

    table = Table(box=SIMPLE_HEAD, title=title, title_style="bold")
    for column in ("tokens", "overlap", "weight", "passages", *MEASURES):
        table.add_column(column, justify="right")
    highest = best(points)
    for point in points:
        found = [point.measures[name] for name in MEASURES]
        table.add_row(
            *(str(point.cut.tokens), str(point.cut.overlap), f"{point.weight:g}", f"{point.passages:,}"),
            *map(str, found),
            style="bold" if point is highest and len(points) > 1 else None,
        )
    Output().print(table)
    if len(points) > 1:
        click.echo("The best is in bold; intervals that overlap widely say that these questions cannot tell.")
