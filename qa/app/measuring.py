"""The requests of the evaluation page beside running a set: compare two runs, take the report, keep a test question."""

from __future__ import annotations

from datetime import date

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import HTMLResponse, PlainTextResponse, Response

from corpus.errors import InvalidInput, SourcebookError
from qa.app import render
from qa.app.catalogue import say
from qa.app.evaluation import Evaluator
from qa.app.replies import to_save, told_of
from qa.app.request import is_document_id


def router(evaluator: Evaluator | None) -> APIRouter:
    """The routes; without an evaluator each says how to do it in a terminal."""
    routes = APIRouter()

    def there() -> Evaluator:
        if evaluator is None:
            raise InvalidInput(say["error_no_set"])
        return evaluator

    @routes.get("/evaluation/{run}/report.html")
    def report(run: str) -> Response:
        try:
            text = there().report(run)
        except SourcebookError as error:
            raise HTTPException(404, str(error)) from None
        return to_save(text, "report.html", "text/html; charset=utf-8")

    @routes.post("/evaluation/compare")
    async def compare(request: Request) -> Response:
        return await told_of(
            request,
            lambda sent: HTMLResponse(
                render.compared(there().compare(_text(sent, "run"), _text(sent, "before")))
            ),
        )

    @routes.post("/questions")
    async def keep(request: Request) -> Response:
        return await told_of(request, lambda sent: PlainTextResponse(_keep(there(), sent)))

    return routes


def _keep(evaluator: Evaluator, sent: object) -> str:
    document = _text(sent, "document")
    start, end = (sent.get(name) if isinstance(sent, dict) else None for name in ("start", "end"))
    if not is_document_id(document) or type(start) is not int or type(end) is not int:
        raise InvalidInput(say["error_place"])
    day = _text(sent, "as_of")
    try:
        as_of = date.fromisoformat(day) if day else None
    except ValueError:
        raise InvalidInput(say["error_as_of"]) from None
    place = (document, start, end)
    return evaluator.keep(_text(sent, "question"), place, answer=_text(sent, "answer"), as_of=as_of)


def _text(sent: object, name: str) -> str:
    if not isinstance(sent, dict):
        raise InvalidInput(say["error_request"])
    value = sent.get(name)
    return value if isinstance(value, str) else ""
