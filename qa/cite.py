"""Citations from evidence, and the one JSON form of an answer (docs/answer.schema.json)."""

from __future__ import annotations

from datetime import date
from typing import Any

from corpus.records import DocumentRecord
from corpus.types import Document, Span
from qa.evidence import Evidence
from qa.types import Answer, AnswerSpan, Citation, TextSlice


def cite(rank: int, evidence: Evidence, document: Document, record: DocumentRecord) -> Citation:
    """A citation whose every text is a slice of the document's text."""
    metadata, passage, quote = record.metadata, evidence.hit.passage, evidence.quote
    return Citation(
        rank=rank,
        document_id=document.id,
        path=record.path,
        title=metadata.title.value,
        publisher=metadata.publisher.value if metadata.publisher else None,
        published=str(metadata.published.date) if metadata.published else None,
        published_origin=metadata.published.origin.value if metadata.published else None,
        language=metadata.language.value if metadata.language else None,
        page=document.page_at(quote.start),
        start=quote.start,
        end=quote.end,
        quote=document.text[quote.start : quote.end],
        answer=_answer_span(document.text, evidence.answer),
        passage=TextSlice(passage.start, passage.end, document.text[passage.start : passage.end]),
        score=round(evidence.score, 6),
    )


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
    }


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
        "start": citation.start,
        "end": citation.end,
        "quote": citation.quote,
        "answer": {"start": span.start, "end": span.end, "text": span.text} if span else None,
        "passage": {"start": passage.start, "end": passage.end, "text": passage.text},
        "score": citation.score,
    }


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
