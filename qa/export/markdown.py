"""A dossier as Markdown: every quote with its source and its place, then the references."""

from __future__ import annotations

import re

from qa.app.wording import written_day
from qa.export.dossier import Dossier, Excerpt, Section
from qa.export.plain import also_words, one_line, pages_of, printable, source_words, table_words
from qa.export.styles import DEFAULT_STYLE, STYLES, Reference, cite_in_style
from qa.types import Citation

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~$&])")
_AT_START = re.compile(r"^(\s*)([-+=]|\d+[.)])", re.M)


def to_markdown(dossier: Dossier, style: str = DEFAULT_STYLE) -> bytes:
    """The quotes by question, each cited in the style, and the list of references; UTF-8."""
    found = dossier.excerpts()
    places = [(excerpt.citation.document_id, pages_of(excerpt.citation)) for _, excerpt in found]
    references = cite_in_style(dossier.records, places, style)
    cited = iter(references.in_text)
    parts = ["# Quotes and sources"]
    for section in dossier.sections:
        parts += [f"## {escaped(section.question)}"] if section.question.strip() else []
        parts += [escaped(line) for line in said(section)]
        for excerpt in section.excerpts:
            parts.append(_quote(excerpt, next(cited)))
    if references.entries:
        parts.append(f"## References\n\n{escaped(STYLES[style][0])}.")
        parts += [_reference(entry) for entry in references.entries]
    return ("\n\n".join(parts) + "\n").encode("utf-8", "replace")


def said(section: Section) -> list[str]:
    """What stands above a section's quotes: the answer, or why there is none, and how far it was asked."""
    lines = []
    answer = section.answer
    if answer is not None and answer.answered and answer.answer:
        lines.append(f"Answer: {one_line(answer.answer)}")
    if answer is not None and not answer.answered:
        lines.append(one_line(answer.reason or "Not in these documents."))
    if section.as_of:
        lines.append(f"Only documents published by {written_day(section.as_of)} were searched.")
    if section.nearest and section.excerpts:
        lines.append("Nearest passages, not answers:")
    return lines


def place_words(citation: Citation) -> str:
    """Where the quote can be checked: file, characters, hash."""
    return f"{one_line(citation.path)}, characters {citation.start}–{citation.end}, SHA-256 {citation.document_id}"


def escaped(text: str) -> str:
    """Text that Markdown shows as it is."""
    return _AT_START.sub(_guarded, _SPECIAL.sub(r"\\\1", printable(text)))


def _guarded(match: re.Match[str]) -> str:
    sign = match.group(2)
    return match.group(1) + (f"\\{sign}" if len(sign) == 1 else f"{sign[:-1]}\\{sign[-1]}")


def _quote(excerpt: Excerpt, cited: Reference) -> str:
    citation = excerpt.citation
    lines = [line for words in table_words(citation) for line in (f"> {escaped(words)}", ">")]
    lines += [f"> {line}".rstrip() for line in escaped(citation.quote.strip()).splitlines()]
    words = [
        f"*{escaped(one_line(citation.title))}*",
        *(escaped(one_line(word)) for word in source_words(citation)),
    ]
    lines += [">", f"> — {', '.join(words)} {_reference(cited)}", ">", f"> {escaped(place_words(citation))}"]
    if citation.also_in:
        lines += [">", f"> {escaped(also_words(citation))}"]
    if excerpt.note.strip():
        lines += ["", f"Note: {escaped(one_line(excerpt.note))}"]
    return "\n".join(lines)


def _reference(reference: Reference) -> str:
    return "".join(f"*{escaped(run.text)}*" if run.italic else escaped(run.text) for run in reference)
