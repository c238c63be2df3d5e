"""A dossier as a CSV table, one quote a row, that no spreadsheet takes for formulas."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from qa.export.dossier import Dossier, Excerpt, Section
from qa.export.plain import pages_of, printable, web_address
from qa.export.styles import DEFAULT_STYLE, cite_in_style, plain

COLUMNS = (
    *("question", "as_of", "answered", "confidence", "kind", "rank", "quote", "answer", "title", "publisher"),
    *("published", "published_origin", "pages", "language", "note", "reference", "source_url", "path"),
    *("document_id", "start", "end"),
)
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def to_csv(dossier: Dossier, style: str = DEFAULT_STYLE) -> bytes:
    """CSV with a byte-order mark, so that spreadsheets read it as UTF-8.

    A cell that a spreadsheet would run as a formula gets an apostrophe in front; quotes are otherwise unchanged.
    A question without any quote has a row of its own.
    """
    references = {
        record.id: plain(cite_in_style([record], [(record.id, ())], style).entries[0])
        for record in dossier.records
    }
    rows: list[Sequence[object]] = []
    for section in dossier.sections:
        for excerpt in section.excerpts or (None,):
            rows.append(_row(dossier, section, excerpt, references))
    return write_rows(COLUMNS, rows)


def write_rows(columns: Sequence[str], rows: Sequence[Sequence[object]]) -> bytes:
    """A table as CSV bytes, every cell harmless in a spreadsheet."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream)
    writer.writerow(columns)
    writer.writerows([harmless(value) for value in row] for row in rows)
    return stream.getvalue().encode("utf-8-sig", "replace")


def harmless(value: object) -> object:
    """Text that a spreadsheet shows and does not run; numbers stay numbers."""
    if value is None or isinstance(value, int | float):
        return value
    text = printable(str(value))
    return f"'{text}" if text.lstrip(" ").startswith(_FORMULA) else text


def _row(
    dossier: Dossier, section: Section, excerpt: Excerpt | None, references: dict[str, str]
) -> Sequence[object]:
    answer = section.answer
    head = (
        section.question,
        section.as_of.isoformat() if section.as_of else "",
        ("yes" if answer.answered else "no") if answer else "",
        round(answer.confidence, 3) if answer else "",
    )
    if excerpt is None:
        return (*head, "none", *("" for _ in COLUMNS[5:]))
    citation = excerpt.citation
    metadata = dossier.record(citation.document_id).metadata
    return (
        *head,
        "nearest" if section.nearest else "quote",
        citation.rank,
        citation.quote,
        citation.answer.text if citation.answer else "",
        citation.title,
        citation.publisher or "",
        citation.published or "",
        citation.published_origin or "",
        " ".join(map(str, pages_of(citation))),
        citation.language or "",
        excerpt.note,
        references[citation.document_id],
        web_address(metadata.address) or "",
        citation.path,
        citation.document_id,
        citation.start,
        citation.end,
    )
