"""The evidence pack: quotes, texts and originals in one zip, that anybody can check without this program."""

from __future__ import annotations

import hashlib
import mimetypes
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from corpus.records import DocumentRecord
from qa.cite import answer_to_json, json_text
from qa.export.archive import write_zip
from qa.export.dossier import Dossier, Excerpt, Section, Shelf
from qa.export.markdown import to_markdown
from qa.export.plain import pages_of
from qa.export.references import to_bibtex
from qa.export.styles import DEFAULT_STYLE

_BESIDE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class _Held:
    original: bytes
    text: str

    def is_plain(self) -> bool:
        """Whether the text is the original itself, in UTF-8: then anybody can compare the two."""
        try:
            return self.original.decode("utf-8-sig") == self.text
        except UnicodeDecodeError:
            return False


def to_pack(dossier: Dossier, shelf: Shelf, style: str = DEFAULT_STYLE) -> bytes:
    """A zip of the quotes, the texts they are slices of, the originals, the sums of all files, and how to check them.

    Raises SourcebookError where an original is gone or altered.
    """
    documents = {
        record.id: _Held(shelf.original(record.id), shelf.document(record.id).text)
        for record in dossier.records
    }
    quotes = [_quote(dossier, *pair, documents, number) for number, pair in enumerate(dossier.excerpts(), 1)]
    files: dict[str, bytes] = {
        "README.txt": (_BESIDE / "pack_readme.txt").read_bytes(),
        "verify.py": (_BESIDE / "pack_verify.py").read_bytes(),
        "quotes.json": (json_text(quotes, indent=1) + "\n").encode(),
        "quotes.md": to_markdown(dossier, style),
        "references.bib": to_bibtex(dossier),
    }
    answers = [section.answer for section in dossier.sections if section.answer]
    if answers:
        lines = (json_text(answer_to_json(answer)) for answer in answers)
        files["answers.jsonl"] = "".join(f"{line}\n" for line in lines).encode()
    for record in dossier.records:
        held = documents[record.id]
        files[_original_name(record)] = held.original
        files[_text_name(record)] = held.text.encode("utf-8", "surrogatepass")
    ordered = sorted(files.items())
    sums = "".join(f"{hashlib.sha256(data).hexdigest()}  {name}\n" for name, data in ordered)
    return write_zip([("SHA256SUMS", sums.encode()), *ordered])


def _quote(
    dossier: Dossier, section: Section, excerpt: Excerpt, documents: Mapping[str, _Held], number: int
) -> dict[str, Any]:
    citation = excerpt.citation
    record = dossier.record(citation.document_id)
    return {
        "number": number,
        "question": section.question,
        "kind": "nearest" if section.nearest else "quote",
        "note": excerpt.note,
        "quote": citation.quote,
        "quote_sha256": hashlib.sha256(citation.quote.encode("utf-8", "surrogatepass")).hexdigest(),
        "start": citation.start,
        "end": citation.end,
        "text": _text_name(record),
        "original": _original_name(record),
        "original_sha256": record.id,
        "text_is_original": documents[record.id].is_plain(),
        "pages": list(pages_of(citation)),
        "ocr_confidence": citation.ocr_confidence,
        "paragraph": citation.paragraph,
        "caption": citation.caption.text if citation.caption else None,
        "header": citation.header.text if citation.header else None,
        "title": citation.title,
        "publisher": citation.publisher,
        "published": citation.published,
        "published_origin": citation.published_origin,
        "path": citation.path,
        "source_url": record.metadata.address,
        "archived": record.added_at.isoformat(),
        "media_type": record.media_type,
        "reader": record.reader,
    }


def _text_name(record: DocumentRecord) -> str:
    return f"texts/{record.id}.txt"


def _original_name(record: DocumentRecord) -> str:
    """A name that says hash and kind, and nothing of what the file was called."""
    suffix = PurePosixPath(record.path).suffix.lower()
    known = suffix in mimetypes.types_map or suffix in (".md", ".markdown", ".mhtml", ".eml")
    return f"originals/{record.id}{suffix if known else '.bin'}"
