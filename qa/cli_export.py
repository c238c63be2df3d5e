"""The command that exports answers to files for other programs, and the style option that `ask` shares."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import click

from qa.options import P, check_folder, harmless, library_option, plain_errors

SUFFIXES = ".md, .docx, .csv, .bib, .ris, .json (CSL-JSON) or .zip (evidence pack)"


def style_option(command: Callable[P, None]) -> Callable[P, None]:
    """The option that chooses the citation style of an export."""
    return click.option(
        "--style",
        default="apa",
        show_default=True,
        help="Citation style of an export: apa, chicago, harvard, ieee, mla.",
    )(command)


@click.command(name="export")
@click.argument("answers", type=click.Path(path_type=Path))
@click.argument("file", type=click.Path(path_type=Path))
@style_option
@library_option
@plain_errors
def export_answers(answers: Path, file: Path, style: str, library: Path) -> None:
    """Export ANSWERS, as ask --json and ask --questions write them, to FILE.

    FILE ends in .md, .docx, .csv, .bib, .ris, .json (CSL-JSON) or .zip (evidence pack). Every quote is compared with
    the document in the library first.
    """
    from corpus.library import Library
    from qa.export.dossier import LibraryShelf, from_answers
    from qa.export.reading import read_answers
    from qa.export.styles import style_named
    from qa.export.writing import export_to_file, format_named

    format_named(file.suffix), style_named(style)  # before the work, not after it
    check_folder(file)
    read = read_answers(answers)
    with Library.open(library) as opened, opened.snapshot() as snapshot:
        shelf = LibraryShelf(snapshot)
        dossier = from_answers(shelf, read)
        export_to_file(dossier, shelf, file, style)
    click.echo(
        harmless(f"{len(dossier.excerpts()):,} quotes of {len(dossier.records):,} documents -> {file}")
    )
