"""The requests of the evaluation page beside running a set: compare two runs, take the report, keep a test question."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import HTMLResponse, PlainTextResponse, Response
from starlette.concurrency import run_in_threadpool

from corpus.errors import InvalidInput, SourcebookError
from qa.app import render
from qa.app.evaluation import Evaluator
from qa.app.pins import read_json
from qa.app.request import is_document_id
from qa.app.telling import sentence_for

_NOT_HERE = "This page was started without a question set; run: sourcebook eval"


def router(evaluator: Evaluator | None) -> APIRouter:
    """The routes; without an evaluator each says how to do it in a terminal."""
    routes = APIRouter()

    def there() -> Evaluator:
        if evaluator is None:
            raise InvalidInput(_NOT_HERE)
        return evaluator

    @routes.get("/evaluation/{run}/report.html")
    def report(run: str) -> Response:
        try:
            text = there().report(run)
        except SourcebookError as error:
            raise HTTPException(404, str(error)) from None
        headers = {"content-disposition": 'attachment; filename="report.html"', "cache-control": "no-store"}
        return Response(text, media_type="text/html; charset=utf-8", headers=headers)

    @routes.post("/evaluation/compare")
    async def compare(request: Request) -> Response:
        return await _answered(
            request,
            lambda sent: HTMLResponse(
                render.compared(there().compare(_text(sent, "run"), _text(sent, "before")))
            ),
        )

    @routes.post("/questions")
    async def keep(request: Request) -> Response:
        return await _answered(request, lambda sent: PlainTextResponse(_keep(there(), sent)))

    return routes


def _keep(evaluator: Evaluator, sent: dict[str, Any]) -> str:
    document, start, end = _text(sent, "document"), sent.get("start"), sent.get("end")
    if not is_document_id(document) or type(start) is not int or type(end) is not int:
        raise InvalidInput("The page sent no place in a document; reload it and try again.")
    day = _text(sent, "as_of")
    try:
        as_of = date.fromisoformat(day) if day else None
    except ValueError:
        raise InvalidInput("“As of” is not a date: write it as YYYY-MM-DD.") from None
    place = (document, start, end)
    return evaluator.keep(_text(sent, "question"), place, answer=_text(sent, "answer"), as_of=as_of)


def _text(sent: dict[str, Any], name: str) -> str:
    value = sent.get(name)
    return value if isinstance(value, str) else ""


async def _answered(request: Request, work: Callable[[dict[str, Any]], Response]) -> Response:
    """Do the work of a JSON request in a thread; a sentence with status 400 where it cannot be done."""
    try:
        sent = await read_json(request)
        if not isinstance(sent, dict):
            raise InvalidInput("The page sent something that is not a request; reload it and try again.")
        return await run_in_threadpool(work, sent)
    except Exception as error:
        return PlainTextResponse(sentence_for(error), status_code=400)
