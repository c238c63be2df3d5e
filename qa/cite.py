"""Citations from evidence, and the one JSON form of an answer (docs/answer.schema.json)."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from corpus.language import language_of
from corpus.records import DocumentRecord
from corpus.types import Document, Span
from qa.evidence import Evidence
from qa.types import Answer, AnswerSpan, Citation, Comparison, Copy, TextSlice

_STEERING = re.compile("[\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
"""What JSON leaves as it is, but a terminal obeys or UTF-8 cannot hold."""


def cite(
    rank: int, evidence: Evidence, records: Mapping[str, DocumentRecord], copies: Sequence[Evidence] = ()
) -> Citation:
    """A citation whose every text is a slice of the document's text; `records` hold its document and those of its copies."""
    document, passage = evidence.document, evidence.found.passage
    return replace(
        citation_at(
            document, records[document.id], evidence.quote, Span(passage.start, passage.end), rank=rank
        ),
        answer=_answer_span(document.text, evidence.answer),
        score=evidence.score,
        also_in=tuple(_copy(copy, records[copy.document.id]) for copy in copies),
    )


def citation_at(
    document: Document, record: DocumentRecord, quote: Span, passage: Span, *, rank: int
) -> Citation:
    """A citation of the words at a place of a document, inside a passage; its score is 1, and no answer is marked."""
    metadata, text = record.metadata, document.text
    caption, header = document.table_at(quote.start)
    return Citation(
        rank=rank,
        document_id=document.id,
        path=record.path,
        title=metadata.title.value,
        publisher=metadata.publisher.value if metadata.publisher else None,
        published=str(metadata.published.date) if metadata.published else None,
        published_origin=metadata.published.origin.value if metadata.published else None,
        language=language_of(document.text[passage.start : passage.end], metadata.language),
        page=document.page_at(quote.start),
        start=quote.start,
        end=quote.end,
        quote=text[quote.start : quote.end],
        answer=None,
        passage=TextSlice(passage.start, passage.end, text[passage.start : passage.end]),
        score=1.0,
        pages=document.pages_between(quote.start, quote.end),
        ocr_confidence=document.ocr_confidence(quote.start, quote.end),
        paragraph=document.paragraph_at(quote.start),
        caption=_slice(text, caption),
        header=_slice(text, header),
    )


def _copy(evidence: Evidence, record: DocumentRecord) -> Copy:
    document, quote, metadata = evidence.document, evidence.quote, record.metadata
    return Copy(
        document_id=document.id,
        path=record.path,
        title=metadata.title.value,
        publisher=metadata.publisher.value if metadata.publisher else None,
        published=str(metadata.published.date) if metadata.published else None,
        page=document.page_at(quote.start),
        start=quote.start,
        end=quote.end,
        quote=document.text[quote.start : quote.end],
    )


def _slice(text: str, span: Span | None) -> TextSlice | None:
    return TextSlice(span.start, span.end, text[span.start : span.end]) if span else None


def _answer_span(text: str, span: Span | None) -> AnswerSpan | None:
    return AnswerSpan(span.start, span.end, text[span.start : span.end]) if span else None


def answer_to_json(answer: Answer) -> dict[str, Any]:
    """The answer as JSON values, keys in the documented order."""
    return {
        "id": answer.id,
        "question": answer.question,
        "as_of": _iso(answer.as_of),
        "answered": answer.answered,
        "confidence": answer.confidence,
        "reason": answer.reason,
        "answer": answer.answer,
        "citations": [citation_to_json(citation) for citation in answer.citations],
        "nearest": [citation_to_json(citation) for citation in answer.nearest],
        "searched": {
            "documents": answer.searched.documents,
            "passages": answer.searched.passages,
            "from": _iso(answer.searched.earliest),
            "to": _iso(answer.searched.latest),
        },
        "sources": {
            "independent": answer.sources.independent,
            "documents": answer.sources.documents,
            "copies": answer.sources.copies,
        },
        "comparison": comparison_to_json(answer.comparison) if answer.comparison else None,
        "time": {"start": answer.time.start.isoformat(), "end": answer.time.end.isoformat()}
        if answer.time
        else None,
    }


def json_text(value: object, *, indent: int | None = None) -> str:
    """JSON that is text in any alphabet and can be printed and stored anywhere: what could steer a terminal is escaped."""
    plain = json.dumps(value, ensure_ascii=False, indent=indent)
    return _STEERING.sub(lambda match: f"\\u{ord(match.group()):04x}", plain)


def citation_to_json(citation: Citation) -> dict[str, Any]:
    """One citation as JSON values, keys in the documented order."""
    span, passage = citation.answer, citation.passage
    return {
        "rank": citation.rank,
        "document_id": citation.document_id,
        "path": citation.path,
        "title": citation.title,
        "publisher": citation.publisher,
        "published": citation.published,
        "published_origin": citation.published_origin,
        "language": citation.language,
        "page": citation.page,
        "pages": list(citation.pages),
        "ocr_confidence": citation.ocr_confidence,
        "paragraph": citation.paragraph,
        "caption": _slice_to_json(citation.caption),
        "header": _slice_to_json(citation.header),
        "start": citation.start,
        "end": citation.end,
        "quote": citation.quote,
        "answer": {"start": span.start, "end": span.end, "text": span.text} if span else None,
        "passage": {"start": passage.start, "end": passage.end, "text": passage.text},
        "score": citation.score,
        "also_in": [_copy_to_json(copy) for copy in citation.also_in],
    }


def _slice_to_json(part: TextSlice | None) -> dict[str, Any] | None:
    return {"start": part.start, "end": part.end, "text": part.text} if part else None


def comparison_to_json(comparison: Comparison) -> dict[str, Any]:
    """What citations state differently as JSON values, keys in the documented order."""
    return {
        "label": comparison.label.value,
        "kind": comparison.kind.value,
        "values": [
            {
                "value": value.value,
                "unit": value.unit,
                "date": value.date,
                "dated": value.dated.value if value.dated else None,
                "publisher": value.publisher,
                "rank": value.rank,
                "start": value.start,
                "end": value.end,
            }
            for value in comparison.values
        ],
    }


def _copy_to_json(copy: Copy) -> dict[str, Any]:
    return {
        "document_id": copy.document_id,
        "path": copy.path,
        "title": copy.title,
        "publisher": copy.publisher,
        "published": copy.published,
        "page": copy.page,
        "start": copy.start,
        "end": copy.end,
        "quote": copy.quote,
    }


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
