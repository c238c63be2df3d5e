"""What the commands of the command line share: the library's option, days, and errors as one sentence."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from datetime import date
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, ParamSpec

import click

from corpus.errors import InvalidInput, SourcebookError
from embeddings.errors import EmbeddingsError
from qa.places import default_library

if TYPE_CHECKING:
    from corpus.formats.ocr import OcrChoice
    from embeddings.rerank import Reranker

P = ParamSpec("P")
INTERRUPTED = 130
"""Exit code after Ctrl-C, as shells have it."""


class Day(click.ParamType[date]):
    """A day written as YYYY-MM-DD."""

    name = "YYYY-MM-DD"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:  # noqa: ANN401 - click's signature
        """As click has it."""
        if isinstance(value, date):
            return value
        try:
            return date.fromisoformat(value)
        except ValueError:
            self.fail(f"{value!r} is not a day; write it as 2007-12-31.", param, ctx)


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


def reranker_option(command: Callable[P, None]) -> Callable[P, None]:
    """The option that names a reranker."""
    return click.option(
        "--reranker",
        metavar="MODEL",
        help="A cross-encoder that orders the best passages anew, by name or folder "
        "(cross-encoder/ms-marco-MiniLM-L6-v2); a name not fetched before is downloaded. None by default.",
    )(command)


def load_reranker(model: str | None) -> Reranker | None:
    """The reranker that was named, None if none was; raises ModelError."""
    from embeddings.rerank import CrossEncoderReranker

    return CrossEncoderReranker(model) if model else None


def ocr_options(command: Callable[P, None]) -> Callable[P, None]:
    """The options that say how pictures of pages are read, as `ocr` and `ocr_languages`: see `ocr_choice`."""
    mode = click.option(
        "--ocr",
        type=click.Choice(["auto", "always", "never"]),
        help="Which pages of PDF files tesseract reads: those that are scans or garbled (auto, as it is at first), all, "
        "or none. The library remembers it.",
    )
    languages = click.option(
        "--ocr-languages",
        metavar="eng+fra",
        help="The languages that tesseract looks for, at first eng; also remembered.",
    )
    return mode(languages(command))


def ocr_choice(mode: str | None, languages: str | None) -> OcrChoice | None:
    """What those options say; None if they say nothing. Raises a usage error for what is no language."""
    from corpus.formats.ocr import Ocr, OcrChoice, OcrMode

    if mode is None and languages is None:
        return None
    try:
        wanted = (
            None if languages is None else Ocr(languages=tuple(filter(None, languages.split("+")))).languages
        )
    except ValueError as error:
        raise click.BadParameter(f"{error}.", param_hint="--ocr-languages") from error
    return OcrChoice(None if mode is None else OcrMode(mode), wanted)


def password_option(command: Callable[P, None]) -> Callable[P, None]:
    """The option that opens locked PDF files: see `asked_password`."""
    words = "Opens PDF files that are locked; asked for if it is '-'."
    return click.option("--password", help=words)(command)


def asked_password(password: str | None) -> str | None:
    """The password itself; asks for it if it is "-"."""
    if password != "-":
        return password
    return str(click.prompt("Password", hide_input=True))


def plain_errors(command: Callable[P, None]) -> Callable[P, None]:
    """Turn the program's own errors, and what the system refuses, into one sentence and exit code 1."""

    @wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            command(*args, **kwargs)
            sys.stdout.flush()
        except (SourcebookError, EmbeddingsError) as error:
            raise click.ClickException(harmless(str(error))) from error
        except BrokenPipeError:  # whoever read the output has had enough
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            sys.exit(0)
        except OSError as error:  # a full disk, a folder without permission, a name that is too long
            what = f"{error.filename} cannot be used: " if error.filename else ""
            raise click.ClickException(harmless(f"{what}{error.strerror or error}.")) from error

    return run


def run_script(main: Callable[[], None]) -> None:
    """Run a script that is no command of `sourcebook`, with the program's own errors as one sentence too."""
    try:
        main()
    except (SourcebookError, EmbeddingsError) as error:
        sys.exit(f"Error: {harmless(str(error))}")


def check_folder(file: Path) -> None:
    """Raise InvalidInput unless the folder that a file is to be written into is there."""
    folder = file.absolute().parent
    if not folder.is_dir():
        raise InvalidInput(f"{file} cannot be written: there is no folder {folder}")


def harmless(text: str) -> str:
    """Names and texts of others, fit for a terminal."""
    from qa.terminal import printable

    return printable(text)
