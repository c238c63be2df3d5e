"""The command line: reads options, calls the engine, prints; it decides nothing about documents or answers."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Callable
from datetime import date
from importlib.metadata import entry_points
from pathlib import Path
from typing import TYPE_CHECKING

import click

from corpus.errors import LibraryNotFound
from qa import cli_care, cli_export, cli_library
from qa.collecting import without_collecting
from qa.options import (
    INTERRUPTED,
    Day,
    asked_password,
    check_folder,
    harmless,
    library_option,
    load_reranker,
    password_option,
    plain_errors,
    reranker_option,
)
from qa.places import sample_documents

if TYPE_CHECKING:
    from corpus.types import Filters

SHOWN_FAILURES = 10

__all__ = ["cli", "library_option", "main", "plain_errors"]


class _Commands(click.Group):
    """Our commands, and those that packages above this one add under the entry point group "sourcebook.commands"."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [*super().list_commands(ctx), *sorted(_added_commands())]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        added = _added_commands().get(cmd_name)
        return super().get_command(ctx, cmd_name) if added is None else added()


def _added_commands() -> dict[str, Callable[[], click.Command]]:
    return {point.name: point.load for point in entry_points(group="sourcebook.commands")}


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="sourcebook")
def cli() -> None:
    """Ask your own documents and get back passages that can be cited."""


@cli.command()
@click.argument("question", required=False)
@click.option(
    "--questions",
    "questions_file",
    type=click.Path(path_type=Path),
    help='JSON lines of {"id", "question", "as_of"?}, or a .csv table with these columns.',
)
@click.option(
    "--output",
    type=click.Path(path_type=Path),
    help="Where the answers to --questions go, one JSON object a line.",
)
@click.option(
    "--limit", type=click.IntRange(1, 100), default=10, show_default=True, help="The most citations."
)
@click.option("--as-of", type=Day(), help="Only documents published by this day.")
@click.option("--from", "published_from", type=Day(), help="Only documents published on or after this day.")
@click.option("--to", "published_to", type=Day(), help="Only documents published on or before this day.")
@click.option("--publisher", "publishers", multiple=True, help="Only this publisher; may be repeated.")
@click.option(
    "--language", "languages", multiple=True, help="Only this language (en, fr, ...); may be repeated."
)
@click.option("--any-time", is_flag=True, help="Prefer no time, whatever time the question names.")
@click.option("--json", "as_json", is_flag=True, help="Print the answer as one JSON object.")
@click.option(
    "--export",
    "export_file",
    type=click.Path(path_type=Path),
    help=f"Also write the answer to a file: {cli_export.SUFFIXES}.",
)
@cli_export.style_option
@reranker_option
@library_option
@plain_errors
def ask(
    question: str | None,
    questions_file: Path | None,
    output: Path | None,
    limit: int,
    as_of: date | None,
    published_from: date | None,
    published_to: date | None,
    publishers: tuple[str, ...],
    languages: tuple[str, ...],
    any_time: bool,
    as_json: bool,
    export_file: Path | None,
    style: str,
    reranker: str | None,
    library: Path,
) -> None:
    """Ask a QUESTION, or a file of them, and get quotes with their sources."""
    from corpus.types import Filters

    filters = Filters(published_from, published_to, publishers, languages)
    if questions_file is not None:
        if question is not None or output is None or as_json or any_time or export_file is not None:
            raise click.UsageError(
                "In batch give --questions FILE and --output FILE, without QUESTION, --json, --any-time and --export; "
                "to export all answers then run: sourcebook export OUTPUT FILE"
            )
        _ask_batch(library, questions_file, output, limit, as_of, filters, reranker)
        return
    if question is None or output is not None:
        raise click.UsageError(
            'Give a QUESTION: sourcebook ask "When did ... ?", or --questions FILE and --output FILE.'
        )
    if export_file is not None:
        from qa.export.styles import style_named
        from qa.export.writing import format_named

        format_named(export_file.suffix), style_named(style)  # before the work, not after it
        check_folder(export_file)
    _ask_one(library, question, limit, as_of, filters, any_time, as_json, export_file, style, reranker)


def _ask_one(
    library: Path,
    question: str,
    limit: int,
    as_of: date | None,
    filters: Filters,
    any_time: bool,
    as_json: bool,
    export_file: Path | None,
    style: str,
    reranker: str | None,
) -> None:
    from qa.cite import answer_to_json, json_text
    from qa.engine import Sourcebook
    from qa.terminal import print_answer

    with Sourcebook.open(library, reranker=load_reranker(reranker)) as book:
        answer = book.ask(question, limit=limit, as_of=as_of, filters=filters, any_time=any_time)
        if export_file is not None:
            from qa.export.dossier import from_answers
            from qa.export.writing import export_to_file

            export_to_file(from_answers(book, [answer]), book, export_file, style)
        if as_json:
            click.echo(json_text(answer_to_json(answer), indent=2))
        else:
            print_answer(answer, book.folder)


def _ask_batch(
    library: Path,
    questions: Path,
    output: Path,
    limit: int,
    as_of: date | None,
    filters: Filters,
    reranker: str | None,
) -> None:
    from qa.batch import ask_file
    from qa.engine import Sourcebook
    from qa.progress import bar

    with Sourcebook.open(library, reranker=load_reranker(reranker)) as book, bar("asking") as progress:
        report = ask_file(
            book, questions, output, limit=limit, as_of=as_of, filters=filters, progress=progress
        )
    for problem in report.problems:
        click.echo(harmless(problem), err=True)
    if report.asked or not report.problems:
        click.echo(
            f"{report.asked} questions: {report.answered} answered, {report.declined} declined -> {output}"
        )
    if report.problems:
        raise click.ClickException(f"{len(report.problems)} of {report.rows} rows could not be used.")


@cli.command()
@click.argument("answers", type=click.Path(path_type=Path))
@password_option
@library_option
@plain_errors
def verify(answers: Path, password: str | None, library: Path) -> None:
    """Check every citation in a file of answers against the archived originals."""
    from corpus.library import Library
    from qa.verify import verify_file

    with Library.open(library) as opened:
        report = verify_file(opened, answers, asked_password(password))
    for failure in report.failures[:SHOWN_FAILURES]:
        click.echo(f"FAILED  {harmless(failure)}")
    if len(report.failures) > SHOWN_FAILURES:
        click.echo(f"... and {len(report.failures) - SHOWN_FAILURES} more")
    click.echo(
        f"{report.checked - report.failed} of {report.checked} citations verified in {report.answers} answers."
    )
    if report.failures:
        raise click.ClickException(f"{len(report.failures)} failed.")


@cli.command()
@library_option
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port", type=click.IntRange(1, 65535), default=7860, show_default=True, help="Port to listen on."
)
@click.option(
    "--open/--no-open", "open_browser", default=True, help="Open the page in a browser, where there is one."
)
@click.option(
    "--samples/--no-samples", default=True, help="Index the sample documents if there is no library yet."
)
@reranker_option
@plain_errors
def serve(
    library: Path, host: str, port: int, open_browser: bool, samples: bool, reranker: str | None
) -> None:
    """Open the web page."""
    with without_collecting():
        from qa.adding import add_with_progress
        from qa.app.server import serve as run_server

    loaded = load_reranker(reranker)
    if not _exists(library):
        if not samples:
            raise LibraryNotFound(f"There is no library at {library}; run: sourcebook add PATH")
        click.echo(f"First start: indexing the sample documents into {library}")
        add_with_progress(library, [sample_documents()], model=None, wait=None)
    evaluators = entry_points(group="sourcebook.evaluate")
    run_server(
        library,
        host=host,
        port=port,
        open_browser=open_browser,
        evaluate=next((p.load() for p in evaluators), None),
        drafts=next((p.load() for p in entry_points(group="sourcebook.drafts")), None),
        reranker=loaded,
    )


for command in (*cli_library.COMMANDS, *cli_care.COMMANDS, cli_export.export_answers):
    cli.add_command(command)


def _exists(library: Path) -> bool:
    from corpus.library import Library

    try:
        Library.open(library).close()
    except LibraryNotFound:
        return False
    return True


PATIENT = ("add", "watch", "reindex", "compact")
"""Commands that go behind whoever answers questions."""
NICENESS = 19


def main() -> None:
    """Run the command line."""
    if sys.argv[1:2] and sys.argv[1] in PATIENT and hasattr(os, "nice"):
        os.nice(NICENESS)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(
                errors="backslashreplace"
            )  # a terminal that knows few letters is no reason to stop
    try:
        cli(standalone_mode=False)
    except click.exceptions.Abort:
        click.echo("\nStopped.", err=True)
        sys.exit(INTERRUPTED)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
