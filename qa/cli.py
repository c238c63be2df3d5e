"""The command line: reads options, calls the engine, prints; it decides nothing about documents or answers."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Callable
from datetime import date
from functools import wraps
from importlib.metadata import entry_points
from pathlib import Path
from typing import TYPE_CHECKING, Any, ParamSpec

import click

from corpus.errors import LibraryNotFound, SourcebookError
from embeddings.errors import EmbeddingsError
from qa.places import default_library, sample_documents

if TYPE_CHECKING:
    from corpus.types import Filters

P = ParamSpec("P")
INTERRUPTED = 130
"""Exit code after Ctrl-C, as shells have it."""
SHOWN_FAILURES = 10


class _Day(click.ParamType[date]):
    """A day written as YYYY-MM-DD."""

    name = "YYYY-MM-DD"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:  # noqa: ANN401 - click's signature
        if isinstance(value, date):
            return value
        try:
            return date.fromisoformat(value)
        except ValueError:
            self.fail(f"{value!r} is not a day; write it as 2007-12-31.", param, ctx)


class _Commands(click.Group):
    """Our commands, and those that packages above this one add under the entry point group "sourcebook.commands"."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [*super().list_commands(ctx), *sorted(_added_commands())]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        added = _added_commands().get(cmd_name)
        return super().get_command(ctx, cmd_name) if added is None else added()


def _added_commands() -> dict[str, Callable[[], click.Command]]:
    return {point.name: point.load for point in entry_points(group="sourcebook.commands")}


def library_option(command: Callable[P, None]) -> Callable[P, None]:
    """The option that says where the library is."""
    return click.option(
        "--library",
        type=click.Path(path_type=Path, file_okay=False),
        envvar="SOURCEBOOK_LIBRARY",
        default=default_library,
        show_default="your user data folder",
        help="Folder of the library; also set by SOURCEBOOK_LIBRARY.",
    )(command)


def plain_errors(command: Callable[P, None]) -> Callable[P, None]:
    """Turn the program's own errors into one sentence and exit code 1, and Ctrl-C into a short word."""

    @wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            command(*args, **kwargs)
            sys.stdout.flush()
        except (SourcebookError, EmbeddingsError) as error:
            raise click.ClickException(_harmless(str(error))) from error
        except BrokenPipeError:  # whoever read the output has had enough
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            sys.exit(0)

    return run


def _harmless(text: str) -> str:
    """Names and texts of others, fit for a terminal."""
    from qa.terminal import printable

    return printable(text)


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="sourcebook")
def cli() -> None:
    """Ask your own documents and get back passages that can be cited."""


@cli.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@library_option
@click.option("--model", help="A sentence-transformers model, by name or folder; only for a new library.")
@click.option("--no-wait", is_flag=True, help="Stop at once if another process is writing to the library.")
@plain_errors
def add(paths: tuple[Path, ...], library: Path, model: str | None, no_wait: bool) -> None:
    """Add documents: files, or folders with all that is readable in them.

    Unchanged files cost nothing; a changed file replaces its old version, whose original stays archived.
    """
    from qa.adding import add_with_progress

    report = add_with_progress(library, paths, model=model, wait=0 if no_wait else None)
    if report.interrupted:
        sys.exit(INTERRUPTED)
    if report.failed:
        sys.exit(1)


@cli.command()
@click.argument("question", required=False)
@click.option(
    "--questions",
    "questions_file",
    type=click.Path(path_type=Path),
    help='Rows of {"id", "question", "as_of"?}.',
)
@click.option(
    "--output",
    type=click.Path(path_type=Path),
    help="Where the answers to --questions go, one JSON object a line.",
)
@click.option(
    "--limit", type=click.IntRange(1, 100), default=10, show_default=True, help="The most citations."
)
@click.option("--as-of", type=_Day(), help="Only documents published by this day.")
@click.option("--from", "published_from", type=_Day(), help="Only documents published on or after this day.")
@click.option("--to", "published_to", type=_Day(), help="Only documents published on or before this day.")
@click.option("--publisher", "publishers", multiple=True, help="Only this publisher; may be repeated.")
@click.option(
    "--language", "languages", multiple=True, help="Only this language (en, fr, ...); may be repeated."
)
@click.option("--json", "as_json", is_flag=True, help="Print the answer as one JSON object.")
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
    as_json: bool,
    library: Path,
) -> None:
    """Ask a QUESTION, or a file of them, and get quotes with their sources."""
    from corpus.types import Filters

    filters = Filters(published_from, published_to, publishers, languages)
    if questions_file is not None:
        if question is not None or output is None or as_json:
            raise click.UsageError(
                "In batch give --questions FILE and --output FILE, without QUESTION and --json."
            )
        _ask_batch(library, questions_file, output, limit, as_of, filters)
        return
    if question is None or output is not None:
        raise click.UsageError(
            'Give a QUESTION: sourcebook ask "When did ... ?", or --questions FILE and --output FILE.'
        )
    _ask_one(library, question, limit, as_of, filters, as_json)


def _ask_one(
    library: Path, question: str, limit: int, as_of: date | None, filters: Filters, as_json: bool
) -> None:
    from qa.cite import answer_to_json, json_text
    from qa.engine import Sourcebook
    from qa.terminal import print_answer

    with Sourcebook.open(library) as book:
        answer = book.ask(question, limit=limit, as_of=as_of, filters=filters)
        if as_json:
            click.echo(json_text(answer_to_json(answer), indent=2))
        else:
            print_answer(answer, book.folder)


def _ask_batch(
    library: Path, questions: Path, output: Path, limit: int, as_of: date | None, filters: Filters
) -> None:
    from qa.adding import bar
    from qa.batch import ask_file
    from qa.engine import Sourcebook

    with Sourcebook.open(library) as book, bar("asking") as progress:
        report = ask_file(
            book, questions, output, limit=limit, as_of=as_of, filters=filters, progress=progress
        )
    for problem in report.problems:
        click.echo(_harmless(problem), err=True)
    click.echo(
        f"{report.answered + report.declined} questions: {report.answered} answered, {report.declined} declined -> {output}"
    )
    if report.problems:
        raise click.ClickException(f"{len(report.problems)} of {report.rows} rows could not be used.")


@cli.command(name="list")
@library_option
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a document.")
@plain_errors
def list_documents(library: Path, as_json: bool) -> None:
    """List the documents: title, publisher, date, language, passages."""
    from corpus.library import Library
    from qa.cite import json_text
    from qa.terminal import document_to_json, print_documents

    with Library.open(library) as opened, opened.snapshot() as snapshot:
        records = snapshot.documents()
    if as_json:
        for record in records:
            click.echo(json_text(document_to_json(record)))
    else:
        print_documents(records)


@cli.command()
@click.argument("targets", nargs=-1)
@click.option("--samples", is_flag=True, help="Remove the sample documents.")
@library_option
@plain_errors
def remove(targets: tuple[str, ...], samples: bool, library: Path) -> None:
    """Remove documents from the answers: by path, folder, or the first characters of the document id.

    Their originals stay in the archive.
    """
    from qa.indexing import remove_sources

    wanted = [*targets, *([str(sample_documents())] if samples else [])]
    if not wanted:
        raise click.UsageError("Name what to remove: a path, a folder, a document id, or --samples.")
    removed = remove_sources(library, wanted, waiting=lambda line: click.echo(_harmless(line), err=True))
    for path in removed:
        click.echo(f"removed  {_harmless(path)}")


@cli.command()
@click.argument("answers", type=click.Path(path_type=Path))
@library_option
@plain_errors
def verify(answers: Path, library: Path) -> None:
    """Check every citation in a file of answers against the archived originals."""
    from corpus.library import Library
    from qa.verify import verify_file

    with Library.open(library) as opened:
        report = verify_file(opened, answers)
    for failure in report.failures[:SHOWN_FAILURES]:
        click.echo(f"FAILED  {_harmless(failure)}")
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
@plain_errors
def serve(library: Path, host: str, port: int, open_browser: bool, samples: bool) -> None:
    """Open the web page."""
    from qa.adding import add_with_progress
    from qa.app.server import serve as run_server

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
    )


def _exists(library: Path) -> bool:
    from corpus.library import Library

    try:
        Library.open(library)
    except LibraryNotFound:
        return False
    return True


def main() -> None:
    """Run the command line."""
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
