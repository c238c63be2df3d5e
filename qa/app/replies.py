"""What the requests of the page share: reading a body, doing work in a thread, a sentence where it cannot be done, files."""

from __future__ import annotations

import json
from collections.abc import Callable

from fastapi import Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response

from corpus.errors import InvalidInput
from qa.app.catalogue import say
from qa.app.telling import sentence_for

MAX_BODY = 4_000_000
CSV = "text/csv; charset=utf-8"


async def told(work: Callable[..., Response], *arguments: object) -> Response:
    """Do blocking work in a thread; a sentence with status 400 where it cannot be done."""
    try:
        return await run_in_threadpool(work, *arguments)
    except Exception as error:
        return problem(error)


async def told_of(request: Request, work: Callable[[object], Response]) -> Response:
    """As `told`, for work on what a request says in JSON."""
    try:
        sent = await read_json(request)
    except Exception as error:
        return problem(error)
    return await told(work, sent)


def problem(error: Exception) -> Response:
    """The sentence for an error, with status 400."""
    return Response(sentence_for(error), status_code=400, media_type="text/plain; charset=utf-8")


def to_save(data: bytes | str, name: str, media_type: str) -> Response:
    """A file that a browser saves under this name, and never keeps for another time."""
    headers = {"content-disposition": f'attachment; filename="{name}"', "cache-control": "no-store"}
    return Response(data, media_type=media_type, headers=headers)


async def read_json(request: Request) -> object:
    """The JSON body of a request; raises InvalidInput where it is none or too large."""
    body = await read_body(request, MAX_BODY)
    try:
        value: object = json.loads(body)
    except (ValueError, RecursionError):
        raise InvalidInput(say["error_request"]) from None
    return value


async def read_body(request: Request, limit: int) -> bytes:
    """The body of a request; raises InvalidInput where it is larger than `limit` bytes."""
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > limit:
            raise InvalidInput(say("error_large", megabytes=round(limit / 1_000_000)))
    return bytes(body)
