"""The command `eval`: chooses the question set and the library, runs both and shows the figures; measures nothing."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from corpus.errors import InvalidInput
from eval.questions import QuestionSet, load
from qa.options import load_reranker, plain_errors, reranker_option
from qa.places import default_library, sample_documents

if TYPE_CHECKING:
    from eval.run import Run
    from qa.engine import Sourcebook

SAMPLE_SET = Path(__file__).resolve().parent / "sets" / "sample.jsonl"
_SEED = 20071210


@click.command(name="eval")
@click.argument("question_set", metavar="[SET]", required=False, type=click.Path(path_type=Path))
@click.option(
    "--library",
    type=click.Path(path_type=Path, file_okay=False),
    help="Library to ask. Without it: the sample documents for the sample set, a collection's own documents for a "
    "set that brings them, else your library.",
)
@click.option(
    "--split", help='Only the questions of this split, or "all"; a BEIR folder is measured on "test".'
)
@click.option("--kind", "kinds", multiple=True, help="Only the questions of this kind; may be repeated.")
@click.option(
    "--sample", type=click.IntRange(min=1), help="Only so many questions, drawn always the same way."
)
@click.option(
    "--limit", type=click.IntRange(1, 100), default=10, show_default=True, help="Citations an answer."
)
@click.option(
    "--passages",
    type=click.Choice(["chunked", "document"]),
    default="chunked",
    show_default=True,
    help="For a collection: cut its documents as usual, or keep each as one passage, as published figures do.",
)
@click.option("--answers/--no-answers", default=None, help="Whether to ask for answers besides searching.")
@click.option("--fresh", is_flag=True, help="Remove the libraries kept for evaluation first, and build anew.")
@click.option("--model", help="A sentence-transformers model, by name or folder.")
@reranker_option
@click.option(
    "--json", "json_file", type=click.Path(path_type=Path), help="Write all rows and figures to this file."
)
@plain_errors
def eval_command(
    question_set: Path | None,
    library: Path | None,
    split: str | None,
    kinds: tuple[str, ...],
    sample: int | None,
    limit: int,
    passages: str,
    answers: bool | None,
    fresh: bool,
    model: str | None,
    reranker: str | None,
    json_file: Path | None,
) -> None:
    """Measure the answers to a question SET: our .jsonl, a BEIR folder, or a SQuAD .json file.

    Without SET, the sample questions are asked of the sample documents.
    """
    from eval.collections import forget
    from eval.report import print_runs, to_json
    from eval.run import evaluate, evaluate_retrieval

    if json_file is not None and not json_file.absolute().parent.is_dir():
        raise InvalidInput(f"{json_file} cannot be written: there is no folder {json_file.absolute().parent}")
    chosen = choose(load(question_set or SAMPLE_SET), split, kinds, sample)
    if fresh:
        forget()
    is_sample = question_set is None or question_set.resolve() == SAMPLE_SET
    with _open(chosen, library, passages, model, reranker, is_sample=is_sample) as book:
        _tell_missing(book, chosen)
        runs: list[Run] = []
        if any(question.gold for question in chosen.questions):
            with _bar("searching") as progress:
                runs += evaluate_retrieval(book, chosen, progress=progress)
        if judges_answers(chosen) if answers is None else answers:
            with _bar("asking") as progress:
                runs.append(evaluate(book, chosen, limit=limit, progress=progress))
    print_runs(Console(), runs)
    if json_file is not None:
        json_file.write_text(to_json(runs), encoding="utf-8")


def choose(loaded: QuestionSet, split: str | None, kinds: tuple[str, ...], sample: int | None) -> QuestionSet:
    """Keep the questions asked for; without a split, a set that judges documents is measured on its test split."""
    if split is None and loaded.judged_documents and "test" in loaded.splits:
        split = "test"
    chosen = loaded.select(None if split == "all" else split, kinds or None)
    if sample is None or sample >= len(chosen.questions):
        return chosen
    drawn = set(random.Random(_SEED).sample(range(len(chosen.questions)), sample))
    return replace(chosen, questions=tuple(q for number, q in enumerate(chosen.questions) if number in drawn))


def judges_answers(question_set: QuestionSet) -> bool:
    """Tell whether the set says more about its questions than which documents are relevant."""
    return any(
        question.answers or not question.answerable or any(gold.precise for gold in question.gold)
        for question in question_set.questions
    )


@contextmanager
def _open(
    question_set: QuestionSet,
    library: Path | None,
    passages: str,
    model: str | None,
    reranker: str | None,
    *,
    is_sample: bool,
) -> Iterator[Sourcebook]:
    """Open the library to ask, building the one that belongs to the set where none was named."""
    from embeddings.encode import default_encoder
    from eval.collections import Passages, collection_library, sample_library
    from qa.engine import Sourcebook

    encoder = default_encoder(model) if model else None
    loaded = load_reranker(reranker)
    if library is None and (question_set.collection or is_sample):
        encoder = encoder or default_encoder()
        with _bar("indexing") as progress:
            if question_set.collection:
                cut = Passages(passages)
                library = collection_library(question_set, encoder, passages=cut, progress=progress)
            else:
                library = sample_library(sample_documents(), encoder, progress=progress)
    with Sourcebook.open(library or default_library(), encoder=encoder, reranker=loaded) as book:
        yield book


def _tell_missing(book: Sourcebook, question_set: QuestionSet) -> None:
    """Say which gold documents the library does not hold; InvalidInput if it holds none of them."""
    from eval.run import missing_documents

    missing, total = missing_documents(book, question_set)
    if missing and len(missing) == total:
        raise InvalidInput(
            f"the library at {book.folder} holds none of the {total} documents that {question_set.name} asks about "
            f"({missing[0]}, ...); name the right one with --library"
        )
    if missing:
        click.echo(
            f"{len(missing)} of the {total} documents that {question_set.name} asks about are not in the library "
            f"({missing[0]}, ...); what stands only there cannot be found.",
            err=True,
        )


@contextmanager
def _bar(what: str) -> Iterator[Callable[[int, int], None]]:
    """Show a progress bar on the error output while the block runs, where that is a terminal."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
