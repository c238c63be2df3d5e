"""The page on which a person judges drafts of test questions; makes none itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import HTMLResponse, JSONResponse
from markupsafe import Markup

from corpus.errors import InvalidInput
from qa.app.catalogue import say
from qa.app.head import shared_head
from qa.app.render import environment
from qa.app.telling import sentence_for

MAX_WORDS = 2_000
"""Characters of a question, or of its answers, that are taken from a browser."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A draft that nobody has judged: a question with its answers and the words that hold them, or with neither."""

    id: str
    question: str
    kind: str
    answers: tuple[str, ...]
    quotes: tuple[str, ...]
    sources: tuple[str, ...]
    note: str


class Drafts(Protocol):
    """The drafts of a library, and the question set that the accepted ones go to."""

    def waiting(self) -> Sequence[Waiting]:
        """The drafts that wait, in the order to show them."""
        ...

    def accept(self, identifier: str, text: str, answers: Sequence[str]) -> str:
        """Make a draft a question in these words, and return its id; raises InvalidInput where it waits no more."""
        ...

    def drop(self, identifier: str) -> None:
        """Take a draft away; raises InvalidInput where it waits no more."""
        ...


def drafts_routes(drafts: Drafts) -> APIRouter:
    """The page with all drafts, and the place that judgments are sent to."""
    routes = APIRouter()

    @routes.get("/drafts", response_class=HTMLResponse)
    def page() -> str:
        problem, waiting = "", []
        try:
            waiting = list(drafts.waiting())
        except Exception as error:
            problem = sentence_for(error)
        template = environment().get_template("drafts.html")
        return template.render(
            waiting=waiting, problem=problem, head=Markup(shared_head())
        )  # the program's own files

    @routes.post("/drafts")
    async def judge(request: Request) -> JSONResponse:
        try:
            sent = await request.json()
            said = await run_in_threadpool(_judge, drafts, sent)
        except Exception as error:
            return JSONResponse({"said": sentence_for(error)}, status_code=400)
        return JSONResponse({"said": said})

    return routes


def _judge(drafts: Drafts, sent: object) -> str:
    wanted = sent if isinstance(sent, dict) else {}
    identifier, action = _words(wanted, "draft"), _words(wanted, "action")
    if action == "drop":
        drafts.drop(identifier)
        return say["drafts_dropped"]
    if action != "accept":
        raise InvalidInput(say["error_draft"])
    kept = drafts.accept(identifier, _words(wanted, "question"), _words(wanted, "answers").split("|"))
    return say("drafts_kept", name=kept)


def _words(sent: dict[object, object], name: str) -> str:
    value = sent.get(name, "")
    if not isinstance(value, str) or len(value) > MAX_WORDS:
        raise InvalidInput(say("error_draft_words", name=name, most=MAX_WORDS))
    return value
