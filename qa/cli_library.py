"""Commands that fill a library and show what is in it: add, watch, list, show, edit, remove."""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from pathlib import Path

import click

from corpus.errors import InvalidInput
from qa.options import (
    INTERRUPTED,
    asked_password,
    check_folder,
    harmless,
    library_option,
    ocr_choice,
    ocr_options,
    password_option,
    plain_errors,
)
from qa.places import sample_documents

_ADDRESS = re.compile(r"(?P<scheme>[a-z][a-z0-9+.-]+)://", re.IGNORECASE)


@click.command()
@click.argument("paths", nargs=-1, required=True)
@library_option
@click.option("--model", help="A sentence-transformers model, by name or folder; only for a new library.")
@click.option("--no-wait", is_flag=True, help="Stop at once if another process is writing to the library.")
@click.option("--retry", is_flag=True, help="Try again what the reader gave up on before.")
@password_option
@ocr_options
@click.option(
    "--report",
    "report_file",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write what became of every file: a CSV file of path, outcome, reason.",
)
@plain_errors
def add(
    paths: tuple[str, ...],
    library: Path,
    model: str | None,
    no_wait: bool,
    retry: bool,
    password: str | None,
    ocr: str | None,
    ocr_languages: str | None,
    report_file: Path | None,
) -> None:
    """Add documents: files, folders with all that is readable in them, or the address of a page (https://...).

    Unchanged files cost nothing; a changed file replaces its old version, whose original stays archived.
    """
    from qa.adding import add_with_progress, write_report

    if report_file is not None:
        check_folder(report_file)  # before the work, not after it
    addresses = _addresses(paths)
    report = add_with_progress(
        library,
        [Path(path) for path in paths if path not in addresses],
        addresses=addresses,
        model=model,
        wait=0 if no_wait else None,
        password=asked_password(password),
        retry=retry,
        ocr=ocr_choice(ocr, ocr_languages),
    )
    if report_file is not None:
        write_report(report, report_file)
    if report.interrupted:
        sys.exit(INTERRUPTED)
    if report.failed:
        sys.exit(1)


def _addresses(paths: Sequence[str]) -> list[str]:
    """Those that are addresses of the web; raises InvalidInput for other addresses, and for nothing at all."""
    found = []
    for path in paths:
        if not path.strip():  # an unset variable of a script must not mean the working folder
            raise InvalidInput(
                "An empty path names nothing; name a file, a folder or an address (https://...)."
            )
        match = _ADDRESS.match(path)
        if match is None:
            continue
        if match["scheme"].lower() not in ("http", "https"):
            raise InvalidInput(f"{path}: only addresses that begin with http:// or https:// are fetched.")
        found.append(path)
    return found


@click.command()
@click.argument(
    "folders", nargs=-1, required=True, type=click.Path(path_type=Path, file_okay=False, exists=True)
)
@library_option
@click.option("--model", help="A sentence-transformers model, by name or folder; only for a new library.")
@ocr_options
@plain_errors
def watch(
    folders: tuple[Path, ...], library: Path, model: str | None, ocr: str | None, ocr_languages: str | None
) -> None:
    """Add FOLDERS and follow them: what appears or changes there is added when it has come to rest.

    What is deleted in a folder stays in the library; take it out with: sourcebook remove. Ctrl-C ends it.
    """
    from qa.adding import watch_with_progress

    watch_with_progress(library, folders, model=model, ocr=ocr_choice(ocr, ocr_languages))


@click.command(name="list")
@library_option
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a document (or pair).")
@click.option(
    "--duplicates", is_flag=True, help="Show pairs of documents whose texts are equal or nearly so."
)
@plain_errors
def list_documents(library: Path, as_json: bool, duplicates: bool) -> None:
    """List the documents: title, publisher, date, language, passages."""
    from corpus.library import Library
    from qa.cite import json_text
    from qa.terminal import document_to_json, print_documents

    with Library.open(library) as opened, opened.snapshot() as snapshot:
        if duplicates:
            from qa.duplicates import find_duplicates, print_duplicates

            print_duplicates(find_duplicates(snapshot), as_json=as_json)
            return
        records = snapshot.documents()
    if as_json:
        for record in records:
            click.echo(json_text(document_to_json(record)))
    else:
        print_documents(records)


@click.command()
@click.argument("document")
@click.option("--page", type=click.IntRange(1), help="Only this page.")
@click.option(
    "--boilerplate", is_flag=True, help="Also what was recognised as boilerplate and is not searched."
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@library_option
@plain_errors
def show(document: str, page: int | None, boilerplate: bool, as_json: bool, library: Path) -> None:
    """Show what was read in a DOCUMENT: its path, or the first characters of its id."""
    from corpus.library import Library
    from qa.duplicates import PATIENT, twins_of
    from qa.find import one_document
    from qa.show import Shown, print_document, print_json

    with Library.open(library) as opened, opened.snapshot() as snapshot:
        document_id = one_document(snapshot, document)
        (record,) = snapshot.documents({document_id})
        twins = twins_of(snapshot, document_id, nearest=PATIENT)
        others = snapshot.counts().documents - 1
        shown = Shown(snapshot.document(document_id), record, twins, others if others > PATIENT else 0)
    (print_json if as_json else print_document)(shown, page=page, boilerplate=boilerplate)


@click.command()
@click.argument("document")
@click.option("--title", help="The title to show.")
@click.option("--publisher", help="The publisher to show.")
@click.option("--published", help="The publication date: 2007, 2007-12 or 2007-12-31.")
@click.option("--language", help="The language: en, fr, ..., or unknown.")
@click.option(
    "--author", "authors", multiple=True, help="An author's name; repeat it for several, in their order."
)
@click.option("--symbol", help="The number under which an organisation files it: S/2006/707.")
@click.option("--address", "source_url", help="The address of the web that it came from: https://...")
@click.option(
    "--covers",
    nargs=2,
    metavar="FIRST LAST",
    help="The period that it reports on: its first and last day, as 2003-07-01 2003-09-15.",
)
@click.option("--reset", is_flag=True, help="First take back what was said before.")
@library_option
@plain_errors
def edit(
    document: str,
    title: str | None,
    publisher: str | None,
    published: str | None,
    language: str | None,
    authors: tuple[str, ...],
    symbol: str | None,
    source_url: str | None,
    covers: tuple[str, str] | None,
    reset: bool,
    library: Path,
) -> None:
    """Correct what is known about a DOCUMENT: its path, or the first characters of its id.

    The correction belongs to the file's path: it stays when the file changes and is added again.
    """
    from qa.editing import edit_document, parse_edit
    from qa.show import described

    asked = parse_edit(title, publisher, published, language, authors or None, symbol, source_url, covers)
    if not (reset or asked):
        raise click.UsageError(
            "Say what to change: --title, --publisher, --published, --language, --author, --symbol, --address, "
            "--covers, or --reset."
        )
    record = edit_document(
        library, document, asked, reset=reset, waiting=lambda line: click.echo(harmless(line), err=True)
    )
    click.echo(harmless(record.path))
    for name, value, origin in described(record.metadata):
        click.echo(harmless(f"  {name}: {value}" + (f"  [{origin}]" if origin else "")))


@click.command()
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
    removed = remove_sources(library, wanted, waiting=lambda line: click.echo(harmless(line), err=True))
    for path in removed:
        click.echo(f"removed  {harmless(path)}")


COMMANDS = (add, watch, list_documents, show, edit, remove)
