"""The command `calibrate`: asks a library its questions, shows what fitting gave, and keeps it; fits nothing itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from corpus.errors import InvalidInput
from eval.seed import SEED
from qa.console import Output
from qa.options import harmless, library_option, plain_errors
from qa.progress import bar

if TYPE_CHECKING:
    from eval.calibrate import Asked, Fitted, Parts
    from eval.intervals import Estimate
    from eval.questions import Question, QuestionSet
    from qa.calibration import Calibration, Figure
    from qa.engine import Sourcebook


@click.command("calibrate")
@click.option(
    "--questions",
    "file",
    type=click.Path(path_type=Path),
    help="The questions: any layout that eval reads, at least 20 with an answer in the library and 20 without.",
)
@click.option("--split", "part", help="Only the questions of this split.")
@click.option(
    "--max-false-answers",
    metavar="RATE",
    type=click.FloatRange(0, 1),
    help="Answer from the lowest threshold that keeps the share of unanswerable questions answered within this rate "
    "(0.05 is 5%); without it the sum of false answers and false silence is made least.",
)
@click.option("--seed", default=SEED, show_default=True, help="Chooses which questions are held out.")
@click.option(
    "--forget", is_flag=True, help="Remove the library's calibration; the shipped one is used again."
)
@library_option
@plain_errors
def calibrate_command(
    file: Path | None,
    part: str | None,
    max_false_answers: float | None,
    seed: int,
    forget: bool,
    library: Path,
) -> None:
    """Fit the confidence, and when to answer, to your own library and questions.

    A half of the questions is for fitting; the figures come from the other, and say what can be promised. The result is
    kept in the library as calibration.json and used from the next question on, also by programs that have it open.
    """
    if forget == (file is not None):
        raise click.UsageError("Give --questions FILE to calibrate, or --forget to remove a calibration.")
    if file is None:
        _forget(library)
        return
    from eval.calibrate import fit, promises, split
    from eval.questions import load
    from qa.engine import Sourcebook

    chosen = load(file).select(part)
    with Sourcebook.open(library) as book:
        documents = len(book.documents())
        questions = _usable(book, chosen, documents)
        with bar("asking") as progress:
            parts = split(list(_ask(book, questions, progress)), seed)
        fitted = fit(parts, max_false_answers)
        made = _with_record(fitted, parts, book, file, seed, max_false_answers, documents)
    _keep(library, made)
    _print(parts, fitted, chosen.name)
    for sentence in promises(fitted, parts, max_false_answers):
        click.echo(f"\n{harmless(sentence)}")
    click.echo()
    click.echo(
        harmless(
            f"Kept in {_file(library)}, and in use. Back to the shipped one: sourcebook calibrate --forget"
        )
    )


def _usable(book: Sourcebook, chosen: QuestionSet, documents: int) -> tuple[Question, ...]:
    """The questions that this library can be asked; InvalidInput where they are too few."""
    from eval.calibrate import LEAST
    from eval.run import missing_documents
    from qa.terminal import count_of

    if not documents:
        raise InvalidInput(
            f"the library at {book.folder} holds no documents; add some first: sourcebook add PATH"
        )
    missing = set(missing_documents(book, chosen)[0])
    questions = tuple(one for one in chosen.questions if not _lacks(one, missing))
    left_out = len(chosen.questions) - len(questions)
    if left_out:
        click.echo(
            harmless(
                f"Left out: {count_of(left_out, 'question')} answered by documents that are not in the library "
                f"({sorted(missing)[0]}, ...)."
            ),
            err=True,
        )
    answerable = sum(one.answerable for one in questions)
    lacking = [
        f"{LEAST - have} more {kind}"
        for have, kind in (
            (answerable, "that the documents answer"),
            (len(questions) - answerable, "that they do not answer (without gold places and answers)"),
        )
        if have < LEAST
    ]
    if lacking:
        raise InvalidInput(
            f"{chosen.name} has {answerable} questions that this library answers and {len(questions) - answerable} that it "
            f"does not; calibrating takes at least {LEAST} of each, so add {' and '.join(lacking)}: sourcebook questions "
            "add, or drafts by: sourcebook questions suggest"
        )
    return questions


def _lacks(question: Question, missing: set[str]) -> bool:
    """Whether documents are missing without which the question has no full answer."""
    gone = [place.document in missing for place in question.gold]
    return bool(gone) and (any(gone) if question.need == "all" else all(gone))


def _ask(
    book: Sourcebook, questions: Sequence[Question], progress: Callable[[int, int], None]
) -> Iterator[Asked]:
    from eval.calibrate import Asked

    for done, question in enumerate(questions):
        progress(done, len(questions))
        yield Asked(question.id, question.kind, question.answerable, shipped_confidence(book, question))
    progress(len(questions), len(questions))


def shipped_confidence(book: Sourcebook, question: Question) -> float:
    """The confidence that the shipped calibration gives, whatever the library's own is; raises InvalidInput."""
    from qa.answer import confidence

    try:
        judged = book.judge(
            question.text, as_of=question.as_of, filters=question.filters, about=question.about
        )
    except InvalidInput as error:
        raise InvalidInput(f"question {question.id!r} cannot be asked: {error}") from error
    return confidence(judged.signals)


def _with_record(
    fitted: Fitted,
    parts: Parts,
    book: Sourcebook,
    file: Path,
    seed: int,
    max_false_answers: float | None,
    documents: int,
) -> Calibration:
    """The calibration with how it came about."""
    from eval.calibrate import count
    from qa.calibration import Made, judges_of

    made = Made(
        made=datetime.now(UTC).isoformat(timespec="seconds"),
        file=file.name,
        sha256=_digest(file),
        seed=seed,
        max_false_answers=max_false_answers,
        fitted=count(parts.fitting),
        held_out=count(parts.held_out),
        documents=documents,
        judges=judges_of(book.encoder),
        shipped=_figures(fitted.shipped),
        calibrated=_figures(fitted.calibrated),
    )
    return replace(fitted.calibration, made=made)


def _figures(measured: dict[str, Estimate]) -> tuple[Figure, ...]:
    from qa.calibration import Figure

    return tuple(Figure(name, one.value, one.low, one.high, one.n) for name, one in measured.items())


def _digest(path: Path) -> str:
    """SHA-256 of a file, or of the names and contents of the files in a folder."""
    import hashlib

    if path.is_file():
        return hashlib.sha256(path.read_bytes()).hexdigest()
    total = hashlib.sha256()
    for file in sorted(one for one in path.rglob("*") if one.is_file()):
        total.update(f"{file.relative_to(path).as_posix()}\0{_digest(file)}\n".encode())
    return total.hexdigest()


def _file(library: Path) -> Path:
    from qa.calibration import FILE

    return library / FILE


def _keep(library: Path, calibration: Calibration) -> None:
    from eval.writing import replace_file
    from qa.calibration import written

    replace_file(_file(library), [written(calibration)])


def _forget(library: Path) -> None:
    from corpus.library import Library

    Library.open(library).close()  # so that a mistyped folder is told
    file = _file(library)
    try:
        file.unlink()
    except FileNotFoundError:
        click.echo("This library has no calibration of its own; the shipped one is in use.")
        return
    except OSError as error:
        raise InvalidInput(f"{file} cannot be removed: {(error.strerror or str(error)).lower()}") from error
    click.echo("Forgotten: the shipped calibration is in use again.")


def _print(parts: Parts, fitted: Fitted, name: str) -> None:
    from rich.table import Table

    from eval.calibrate import MEASURES, count
    from eval.report import written
    from qa.calibration import Calibration

    here, there = count(parts.fitting), count(parts.held_out)
    click.echo(
        harmless(
            f"{name}: fitted on {here.answerable} answerable and {here.unanswerable} unanswerable questions; the figures, "
            f"with 95% intervals, are of the other {there.answerable} and {there.unanswerable}."
        )
    )
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold")
    for heading in ("held out", "shipped", "calibrated"):
        table.add_column(heading)
    table.add_row("answers from", *(f"{one.threshold:.3f}" for one in (Calibration(), fitted.calibration)))
    for measure in MEASURES:
        table.add_row(measure, written(fitted.shipped[measure]), written(fitted.calibrated[measure]))
    Output().print(table)
