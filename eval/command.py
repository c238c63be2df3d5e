"""The command `eval`: chooses the question set and the library, runs both and shows the figures; measures nothing."""

from __future__ import annotations

import os
import random
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from corpus.errors import InvalidInput
from eval.comparing import compare_command, gate_command
from eval.questions import Question, QuestionSet, load
from eval.seed import SEED
from qa.console import Output
from qa.options import harmless, plain_errors, reranker_option
from qa.places import default_library, sample_documents
from qa.progress import bar

if TYPE_CHECKING:
    from embeddings.encode import Encoder
    from eval.session import Evaluated
    from qa.engine import Sourcebook
    from qa.stages import Stage

SAMPLE_SET = Path(__file__).resolve().parent / "sets" / "sample.jsonl"
AT_ONCE = min(4, os.cpu_count() or 1)
"""Questions asked side by side, each by a process of its own, which takes some 500 MB."""
_MORE = """\b
Two runs can be compared, and a change that made answers worse can be stopped:
  sourcebook eval compare RUN_A RUN_B
  sourcebook eval gate --baseline RUN
"""


class _WithDefault(click.Group):
    """A group whose first argument may be left out: what names no command is for `run`."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put `run` before arguments that name no command."""
        named = bool(args) and args[0] in self.commands
        return super().parse_args(ctx, args if named else ["run", *args])


@click.group(name="eval", cls=_WithDefault, add_help_option=False)
def eval_command() -> None:
    """Measure the answers to a question SET, compare two runs, or stop a change that made answers worse."""


@eval_command.command("run", epilog=_MORE)
@click.argument("question_set", metavar="[SET]", required=False, type=click.Path(path_type=Path))
@click.option(
    "--library",
    type=click.Path(path_type=Path, file_okay=False),
    help="Library to ask. Without it: the sample documents for the sample set, a collection's own documents for a "
    "set that brings them, else your library.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder for rows, figures and report; without it a new one in your user data folder.",
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
    "--without",
    multiple=True,
    metavar="STAGE",
    help="Measure a second time without this stage, and show both side by side: dense, lexical, time, evidence, "
    "reader, spread, acronyms, copies, comparison, or each; may be repeated.",
)
@click.option(
    "--at-once",
    type=click.IntRange(1, 64),
    default=AT_ONCE,
    show_default="as many as processors, at most 4",
    help="Questions asked side by side, where they are many: the answers are the same, the time told for each is "
    "longer; 1 to measure time.",
)
@plain_errors
def run_command(
    question_set: Path | None,
    library: Path | None,
    out: Path | None,
    split: str | None,
    kinds: tuple[str, ...],
    sample: int | None,
    limit: int,
    passages: str,
    answers: bool | None,
    fresh: bool,
    model: str | None,
    reranker: str | None,
    without: tuple[str, ...],
    at_once: int,
) -> None:
    """Measure the answers to a question SET: our .jsonl, a BEIR folder, or a SQuAD .json file.

    Without SET, the sample questions are asked of the sample documents. Rows, figures and a report to read in a
    browser are written to a folder, whose place is told at the end.
    """
    from eval.ablation import ablation_table
    from eval.collections import forget
    from eval.report import print_runs
    from eval.session import new_folder

    left_out = _stages(without)
    chosen = choose(load(question_set or SAMPLE_SET), split, kinds, sample)
    if fresh:
        forget()
    asks = judges_answers(chosen) if answers is None else answers
    folder = out or new_folder(chosen.name)

    def evaluated_without(stages: frozenset[Stage], into: Path) -> Evaluated:
        return evaluate_set(
            chosen,
            into,
            library=library,
            passages=passages,
            model=model,
            reranker=reranker,
            without=stages,
            limit=limit,
            answers=asks,
            at_once=at_once,
            is_sample=question_set is None or question_set.resolve() == SAMPLE_SET,
            chosen_by={"split": split, "kinds": " ".join(kinds) or None, "sample": sample},
        )

    evaluated = evaluated_without(frozenset(), folder)
    latency = evaluated.curves[evaluated.runs[-1].name].latency
    print_runs(Output(), evaluated.runs, latency, evaluated.at_once)
    if left_out:
        runs = {"all": evaluated.runs[-1]}
        for stage in left_out:
            apart = evaluated_without(frozenset({stage}), folder / f"without-{stage}")
            runs[f"no {stage}"] = apart.runs[-1]
        Output().print(ablation_table(runs))
    click.echo(f"Report: {harmless(str(evaluated.folder / 'report.html'))}")


eval_command.add_command(compare_command)
eval_command.add_command(gate_command)


def evaluate_set(
    chosen: QuestionSet,
    folder: Path,
    *,
    library: Path | None = None,
    passages: str = "chunked",
    model: str | None = None,
    reranker: str | None = None,
    without: frozenset[Stage] = frozenset(),
    limit: int = 10,
    answers: bool = True,
    at_once: int = AT_ONCE,
    is_sample: bool = False,
    chosen_by: dict[str, str | int | None] | None = None,
) -> Evaluated:
    """Open or build the library that the set is asked of, and run the evaluation with progress bars."""
    from eval.session import run_evaluation, settings_of
    from eval.side_by_side import Opening, crew_of

    asked, encoder = _library(chosen, library, passages, model, is_sample=is_sample)
    opening = Opening(asked, model, reranker, without)
    with opening.book(encoder) as book, crew_of(opening, book, at_once, len(chosen.questions)) as crew:
        _tell_missing(book, chosen)
        settings = settings_of(book) | {
            "reranker": reranker,
            "without": " ".join(sorted(without)) or None,
            "passages": passages if chosen.collection else None,
            **(chosen_by or {}),
        }
        return run_evaluation(
            book,
            chosen,
            folder,
            settings={name: value for name, value in settings.items() if value is not None},
            limit=limit,
            answers=answers,
            crew=crew,
            stage=bar,
        )


def _stages(names: tuple[str, ...]) -> list[Stage]:
    """The stages to leave out, one after the other."""
    from qa.stages import Stage, stages

    return list(Stage) if "each" in names else [stage for name in names for stage in stages([name])]


def questions_named(name: str) -> tuple[Question, ...]:
    """The questions of "SET" or "SET:SPLIT"; InvalidInput where a set has splits and none is named."""
    path, _, split = name.partition(":")
    loaded = load(Path(path))
    if not split and len(loaded.splits) > 1:
        raise InvalidInput(f"{path} has splits, name one: {path}:{loaded.splits[0]}, or {path}:all")
    return choose(loaded, split or None, (), None).questions


def choose(loaded: QuestionSet, split: str | None, kinds: tuple[str, ...], sample: int | None) -> QuestionSet:
    """Keep the questions asked for; without a split, a set that judges documents is measured on its test split."""
    if split is None and loaded.judged_documents and "test" in loaded.splits:
        split = "test"
    chosen = loaded.select(None if split == "all" else split, kinds or None)
    if sample is None or sample >= len(chosen.questions):
        return chosen
    drawn = set(random.Random(SEED).sample(range(len(chosen.questions)), sample))
    return replace(chosen, questions=tuple(q for number, q in enumerate(chosen.questions) if number in drawn))


def judges_answers(question_set: QuestionSet) -> bool:
    """Tell whether the set says more about its questions than which documents are relevant."""
    return any(
        question.answers or not question.answerable or any(gold.precise for gold in question.gold)
        for question in question_set.questions
    )


def _library(
    question_set: QuestionSet, library: Path | None, passages: str, model: str | None, *, is_sample: bool
) -> tuple[Path, Encoder | None]:
    """The library to ask, and the model if it was loaded; builds the one that belongs to the set where none is named."""
    if library is not None or not (question_set.collection or is_sample):
        return library or default_library(), None
    from embeddings.encode import default_encoder
    from eval.collections import Passages, collection_library, sample_library

    encoder = default_encoder(model)
    with bar("indexing") as progress:
        if question_set.collection:
            cut = Passages(passages)
            return collection_library(question_set, encoder, passages=cut, progress=progress), encoder
        return sample_library(sample_documents(), encoder, progress=progress), encoder


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
