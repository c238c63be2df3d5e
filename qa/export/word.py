"""A dossier as a Word document; the only module here that knows python-docx."""

from __future__ import annotations

import io
import zipfile
from datetime import datetime
from typing import TYPE_CHECKING

from qa.export.archive import write_zip
from qa.export.dossier import Dossier, Excerpt
from qa.export.markdown import place_words, said
from qa.export.plain import (
    also_words,
    one_line,
    pages_of,
    printable,
    runs_leftward,
    source_words,
    table_words,
)
from qa.export.styles import DEFAULT_STYLE, STYLES, Reference, cite_in_style

if TYPE_CHECKING:
    from docx.document import Document
    from docx.text.paragraph import Paragraph

_WHEN = datetime(2000, 1, 1)
"""The document says no time of its own: the same quotes give the same bytes."""


def to_word(dossier: Dossier, style: str = DEFAULT_STYLE) -> bytes:
    """A .docx file: the quotes by question, the answer in bold inside its quote, then the references."""
    import docx

    document = docx.Document()
    core = document.core_properties
    core.title, core.author, core.created, core.modified = "Quotes and sources", "", _WHEN, _WHEN
    core.comments = ""
    found = dossier.excerpts()
    places = [(excerpt.citation.document_id, pages_of(excerpt.citation)) for _, excerpt in found]
    references = cite_in_style(dossier.records, places, style)
    cited = iter(references.in_text)
    document.add_heading("Quotes and sources", 0)
    for section in dossier.sections:
        if section.question.strip():
            _directed(document.add_heading(one_line(section.question), 1), section.question)
        for line in said(section):
            document.add_paragraph(printable(line))
        for excerpt in section.excerpts:
            _add_quote(document, excerpt, next(cited))
    if references.entries:
        document.add_heading("References", 1)
        document.add_paragraph(f"{STYLES[style][0]}.")
        for entry in references.entries:
            _add_reference(document, entry)
    stream = io.BytesIO()
    document.save(stream)
    return _timeless(stream.getvalue())


def _add_quote(document: Document, excerpt: Excerpt, cited: Reference) -> None:
    from docx.shared import Cm, Pt

    citation = excerpt.citation
    for words in table_words(citation):
        above = _directed(document.add_paragraph(style="Quote"), words)
        above.paragraph_format.left_indent, above.paragraph_format.keep_with_next = Cm(0.8), True
        above.add_run(printable(words)).font.size = Pt(9)
    quote = _directed(document.add_paragraph(style="Quote"), citation.quote)
    quote.paragraph_format.left_indent, quote.paragraph_format.keep_with_next = Cm(0.8), True
    for words, bold in _answer_apart(excerpt):
        run = quote.add_run(printable(words))
        run.bold = bold or None
    source = document.add_paragraph()
    source.paragraph_format.left_indent = Cm(0.8)
    source.add_run(one_line(citation.title)).italic = True
    source.add_run(f", {', '.join(one_line(word) for word in source_words(citation))} ")
    _add_runs(source, cited)
    small = "\n".join(filter(None, (also_words(citation), place_words(citation))))
    place = source.add_run(f"\n{small}")
    place.font.size = Pt(8)
    if excerpt.note.strip():
        note = document.add_paragraph()
        note.paragraph_format.left_indent = Cm(0.8)
        note.add_run("Note: ").bold = True
        note.add_run(printable(excerpt.note))


def _answer_apart(excerpt: Excerpt) -> list[tuple[str, bool]]:
    citation = excerpt.citation
    if citation.answer is None:
        return [(citation.quote, False)]
    start, end = citation.answer.start - citation.start, citation.answer.end - citation.start
    quote = citation.quote
    return [(quote[:start], False), (quote[start:end], True), (quote[end:], False)]


def _add_reference(document: Document, entry: Reference) -> None:
    from docx.shared import Cm

    paragraph = document.add_paragraph()
    paragraph.paragraph_format.left_indent, paragraph.paragraph_format.first_line_indent = Cm(1), Cm(-1)
    _add_runs(paragraph, entry)


def _add_runs(paragraph: Paragraph, reference: Reference) -> None:
    for run in reference:
        paragraph.add_run(printable(run.text)).italic = run.italic or None


def _directed(paragraph: Paragraph, text: str) -> Paragraph:
    """The paragraph, set from right to left where its text is."""
    if runs_leftward(text):
        from docx.oxml import OxmlElement

        paragraph._p.get_or_add_pPr().append(OxmlElement("w:bidi"))
    return paragraph


def _timeless(data: bytes) -> bytes:
    """The same package with fixed times."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return write_zip((name, package.read(name)) for name in package.namelist())
