"""A dossier to the bytes of a file: the formats by name, and what a browser or a disk calls them."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from corpus.errors import InvalidInput, unwritable
from qa.export.dossier import Dossier, Shelf
from qa.export.markdown import to_markdown
from qa.export.pack import to_pack
from qa.export.references import to_bibtex, to_csl_json, to_ris
from qa.export.styles import DEFAULT_STYLE, style_named
from qa.export.table import to_csv
from qa.export.word import to_word


@dataclass(frozen=True, slots=True)
class Format:
    """A kind of file that can be written: its suffix without a dot, what people call it, and its media type."""

    suffix: str
    title: str
    media_type: str
    write: Callable[[Dossier, Shelf, str], bytes]


FORMATS = {
    form.suffix: form
    for form in (
        Format("md", "Markdown", "text/markdown; charset=utf-8", lambda d, _, style: to_markdown(d, style)),
        Format(
            "docx",
            "Word",
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            lambda d, _, style: to_word(d, style),
        ),
        Format("csv", "CSV table", "text/csv; charset=utf-8", lambda d, _, style: to_csv(d, style)),
        Format("bib", "BibTeX", "application/x-bibtex", lambda d, _, __: to_bibtex(d)),
        Format("ris", "RIS", "application/x-research-info-systems", lambda d, _, __: to_ris(d)),
        Format(
            "json", "CSL-JSON", "application/vnd.citationstyles.csl+json", lambda d, _, __: to_csl_json(d)
        ),
        Format("zip", "Evidence pack", "application/zip", to_pack),
    )
}


def format_named(suffix: str) -> Format:
    """The format with this suffix; raises InvalidInput that lists what can be written."""
    if form := FORMATS.get(suffix.lower().lstrip(".")):
        return form
    known = ", ".join(f".{suffix} ({form.title})" for suffix, form in FORMATS.items())
    raise InvalidInput(
        f"{repr(suffix) if suffix else 'A name without a suffix'} is no format to export to; name a file ending in {known}."
    )


def export(dossier: Dossier, shelf: Shelf, form: Format, style: str = DEFAULT_STYLE) -> bytes:
    """The file's bytes; the same dossier gives the same bytes. Raises InvalidInput for an unknown style."""
    return form.write(dossier, shelf, style_named(style))


def export_to_file(dossier: Dossier, shelf: Shelf, file: Path, style: str = DEFAULT_STYLE) -> None:
    """Write a dossier in the format that the file's suffix names; raises InvalidInput where that cannot be."""
    data = export(dossier, shelf, format_named(file.suffix), style)
    part = file.with_name(f"{file.name}.part")
    try:
        part.write_bytes(data)
        part.replace(file)
    except OSError as error:
        with suppress(OSError):
            part.unlink()
        raise unwritable(file, error) from error
