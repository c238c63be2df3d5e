"""Commands that keep a library whole and up to date: doctor, reindex, compact."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path

import click

from qa.options import (
    INTERRUPTED,
    asked_password,
    harmless,
    library_option,
    ocr_choice,
    ocr_options,
    password_option,
    plain_errors,
)


@click.command()
@click.option("--repair", is_flag=True, help="Mend what can be mended.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@library_option
@plain_errors
def doctor(repair: bool, as_json: bool, library: Path) -> None:
    """Check that a library is whole: originals, database, index files, readers. Fails if something stays wrong.

    Tells also what computes its vectors, and how much of what is nearest its index finds.
    """
    from corpus.library import Library
    from embeddings.encode import default_encoder
    from qa.doctor import examine

    with Library.open(library) as opened:
        settings = opened.settings
    encoder = default_encoder(settings.model) if settings is not None else None
    found = examine(library, repair=repair, encoder=encoder)
    if as_json:
        click.echo(json.dumps({**asdict(found), "sound": found.sound}, ensure_ascii=True, indent=2))
    else:
        for word, lines in (
            ("checked", found.checked),
            ("note", found.notes),
            ("WRONG", found.wrong),
            ("repaired", found.repaired),
        ):
            for line in lines:
                click.echo(f"{word + ':':<9} {harmless(line)}")
        if found.sound:
            click.echo("Nothing is wrong." if not found.wrong else "All of it is repaired.")
        elif not repair:
            click.echo("To mend what can be mended: sourcebook doctor --repair")
    if not found.sound:
        sys.exit(1)


@click.command()
@click.option("--model", help="Change to this sentence-transformers model, by name or folder.")
@click.option("--no-wait", is_flag=True, help="Stop at once if another process is writing to the library.")
@password_option
@ocr_options
@library_option
@plain_errors
def reindex(
    model: str | None,
    no_wait: bool,
    password: str | None,
    ocr: str | None,
    ocr_languages: str | None,
    library: Path,
) -> None:
    """Make the index anew from the archived originals, where a reader, the rules of cutting or the model changed.

    So too where scanned pages can be read now, or are to be read otherwise, than when they were added.

    Questions are answered from the old index until all is done. Stopped, it goes on where it was.
    """
    from qa.adding import reindex_with_progress

    report = reindex_with_progress(
        library,
        model=model,
        wait=0 if no_wait else None,
        password=asked_password(password),
        ocr=ocr_choice(ocr, ocr_languages),
    )
    if report.interrupted:
        sys.exit(INTERRUPTED)
    if report.failed:
        sys.exit(1)


@click.command()
@click.option("--no-wait", is_flag=True, help="Stop at once if another process is writing to the library.")
@library_option
@plain_errors
def compact(no_wait: bool, library: Path) -> None:
    """Write the index files anew without what was removed. Only large libraries ever need it.

    Questions are answered from the old files meanwhile. Stopped, it has changed nothing.
    """
    from qa.compact import compact as run

    done = run(
        library, wait=0 if no_wait else None, waiting=lambda line: click.echo(harmless(line), err=True)
    )
    click.echo(
        f"Left {done.passages:,} removed passages behind. The new index is in use."
        if done.published
        else "There is nothing to compact."
    )


COMMANDS = (doctor, reindex, compact)
