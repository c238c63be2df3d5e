"""Documents as bibliographic references: CSL-JSON, BibTeX and RIS; it formats no style and guesses no name."""

from __future__ import annotations

import re
import unicodedata
from typing import Any
from urllib.parse import quote

from corpus.records import DocumentRecord
from corpus.types import PartialDate
from qa.cite import json_text
from qa.export.dossier import Dossier
from qa.export.plain import one_line, pages_of, web_address
from qa.terminal import pages_in_words

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_TABLES = ("text/csv", "spreadsheet", "excel")
_LATEX = str.maketrans(
    {
        "\\": r"\textbackslash{}",
        "{": r"\{",
        "}": r"\}",
        "$": r"\$",
        "&": r"\&",
        "#": r"\#",
        "_": r"\_",
        "%": r"\%",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
    }
)


def key_of(record: DocumentRecord) -> str:
    """A short name for a document in a bibliography: who, when, and the beginning of its id ("osce2004a1b2c3d4")."""
    about = record.metadata
    who = about.publisher.value if about.publisher else about.title.value
    ascii_name = unicodedata.normalize("NFKD", who).encode("ascii", "ignore").decode().lower()
    word = next(iter(re.findall(r"[a-z]+", ascii_name)), "document")
    year = f"{about.published.date.year:04d}" if about.published else ""
    return f"{word[:20]}{year}{record.id[:8]}"


def kind_of(record: DocumentRecord) -> str:
    """The CSL type of a document: "webpage" for what came from an address, "dataset" for tables, else "report"."""
    if any(part in record.media_type for part in _TABLES):
        return "dataset"
    return "webpage" if "html" in record.media_type and not record.metadata.symbol else "report"


def csl_item(record: DocumentRecord) -> dict[str, Any]:
    """A document as a CSL-JSON item.

    The publisher stands as the author of what names no author, as the styles ask for reports and news pages. Names
    stay whole ("literal"): which part is the family name is not guessed.
    """
    about, kind = record.metadata, kind_of(record)
    authors = [one_line(name) for name in about.author_names]
    publisher = one_line(about.publisher.value) if about.publisher else ""
    item: dict[str, Any] = {"id": key_of(record), "type": kind, "title": one_line(about.title.value)}
    if authors or publisher:
        item["author"] = [{"literal": name} for name in authors or [publisher]]
    if authors and publisher:
        item["container-title" if kind == "webpage" else "publisher"] = publisher
    if about.published:
        item["issued"] = {"date-parts": [_date_parts(about.published.date)]}
    if about.symbol:
        item["number"] = one_line(about.symbol.value)
    if address := web_address(about.address):
        item["URL"] = address
        added = record.added_at
        item["accessed"] = {"date-parts": [[added.year, added.month, added.day]]}
    if about.language:
        item["language"] = one_line(about.language.value)
    return item


def _date_parts(stated: PartialDate) -> list[int]:
    return [part for part in (stated.year, stated.month, stated.day) if part is not None]


def quotes_of(dossier: Dossier, document_id: str) -> list[str]:
    """The quotes from one document with their pages, a line each: what goes into the note of a reference."""
    found = []
    for _, excerpt in dossier.excerpts():
        citation = excerpt.citation
        if citation.document_id == document_id:
            page = f"{pages_in_words(pages_of(citation))}: " if pages_of(citation) else ""
            note = f" [{one_line(excerpt.note)}]" if excerpt.note.strip() else ""
            found.append(f"{page}“{one_line(citation.quote)}”{note}")
    return list(dict.fromkeys(found))


def to_csl_json(dossier: Dossier) -> bytes:
    """CSL-JSON, as reference managers import it; the quotes stand in "annote"."""
    items = [
        {**csl_item(record), "annote": "\n".join(quotes_of(dossier, record.id))} for record in dossier.records
    ]
    return (json_text(items, indent=1) + "\n").encode("utf-8", "replace")


def to_bibtex(dossier: Dossier) -> bytes:
    """BibTeX with UTF-8 letters; what TeX would obey is escaped."""
    return "\n".join(_bibtex_entry(dossier, record) for record in dossier.records).encode("utf-8", "replace")


def _bibtex_entry(dossier: Dossier, record: DocumentRecord) -> str:
    about, report = record.metadata, kind_of(record) == "report"
    names = [one_line(name) for name in about.author_names] or (
        [one_line(about.publisher.value)] if about.publisher else []
    )
    fields: dict[str, str] = {}
    if names:
        fields["author"] = " and ".join(f"{{{_latex(name)}}}" for name in names)
    fields["title"] = f"{{{_latex(one_line(about.title.value))}}}"
    if about.publisher:
        fields["institution" if report else "organization"] = _latex(one_line(about.publisher.value))
    if about.symbol:
        fields["number"] = _latex(one_line(about.symbol.value))
    if about.published:
        fields["year"] = f"{about.published.date.year:04d}"
        if about.published.date.month:
            fields["month"] = _MONTHS[about.published.date.month - 1]
        fields["date"] = str(about.published.date)
    if address := web_address(about.address):
        fields["url"] = quote(address, safe="/:?&=%#+,;@!$'()*~-._[]")
    if about.language:
        fields["langid"] = _latex(one_line(about.language.value))
    fields["annote"] = _latex("\n".join(quotes_of(dossier, record.id)))
    lines = [
        f"  {name} = {value}" if name == "month" else f"  {name} = {{{value}}}"
        for name, value in fields.items()
    ]
    return f"@{'techreport' if report else 'misc'}{{{key_of(record)},\n" + ",\n".join(lines) + "\n}\n"


def _latex(text: str) -> str:
    return text.translate(_LATEX)


_RIS_TYPES = {"report": "RPRT", "webpage": "ELEC", "dataset": "DATA"}


def to_ris(dossier: Dossier) -> bytes:
    """RIS, one record a document; the quotes stand in N1."""
    return "".join(_ris_record(dossier, record) for record in dossier.records).encode("utf-8", "replace")


def _ris_record(dossier: Dossier, record: DocumentRecord) -> str:
    item = csl_item(record)
    about = record.metadata
    rows = [("TY", _RIS_TYPES[item["type"]]), ("ID", item["id"]), ("TI", item["title"])]
    rows += [("AU", author["literal"]) for author in item.get("author", ())]
    rows += [("PB", one_line(about.publisher.value))] if about.publisher else []
    if about.published:
        stated = about.published.date
        rows += [
            ("PY", f"{stated.year:04d}"),
            ("DA", f"{stated.year:04d}/{stated.month or 0:02d}/{stated.day or 0:02d}/".replace("/00", "/")),
        ]
    rows += [
        (tag, item[name])
        for tag, name in (("SN", "number"), ("UR", "URL"), ("LA", "language"))
        if name in item
    ]
    rows += [("N1", quoted) for quoted in quotes_of(dossier, record.id)]
    rows.append(("ER", ""))
    return "".join(f"{tag}  - {value}\r\n" for tag, value in rows) + "\r\n"
