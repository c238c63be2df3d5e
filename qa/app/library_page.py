"""The requests of the Library page: what is there, adding, editing, removing with undo, duplicates, storage."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from urllib.parse import unquote

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, JSONResponse, Response

from corpus.errors import InvalidInput
from corpus.formats import ARCHIVES, READERS
from qa.app.book import Add, Keeper, OpenBook, Outcome
from qa.app.catalogue import say
from qa.app.documents import SORTS, View, read_view, show, shown_value, status_of
from qa.app.jobs import Job, Jobs
from qa.app.render import environment
from qa.app.replies import CSV, problem, read_json, to_save, told
from qa.app.request import is_document_id
from qa.editing import parse_edit
from qa.export.table import write_rows

EDITED = ("title", "publisher", "published", "language", "symbol", "source_url")
SHOWN_OUTCOMES = 200
"""So many files of a job are listed, what failed first; the report has all."""
SHOWN_PAIRS = 200
SHOWN_TWINS = 20


def router(open_book: OpenBook, add: Add | None, keep: Keeper | None) -> APIRouter:
    """All requests of the page; without `add` or `keep` those that would change something are refused."""
    routes = APIRouter(prefix="/library")
    _read_routes(routes, open_book, keep)
    _change_routes(routes, keep)
    if add is not None:
        _upload_routes(routes, Jobs(add))
    return routes


def _read_routes(routes: APIRouter, open_book: OpenBook, keep: Keeper | None) -> None:
    @routes.get("/documents")
    async def documents(request: Request) -> Response:
        view = read_view(request.query_params)
        return await told(
            lambda: HTMLResponse(render_documents(open_book, view, may_change=keep is not None))
        )

    @routes.get("/state")
    async def state() -> Response:
        return await told(lambda: HTMLResponse(render_state(keep)))

    @routes.get("/duplicates")
    async def duplicates() -> Response:
        return await told(lambda: HTMLResponse(_duplicates(_allowed(keep))))

    @routes.get("/twins/{document_id}")
    async def twins(document_id: str) -> Response:
        return await told(lambda: HTMLResponse(_twins(keep, _ids({"documents": [document_id]})[0])))


def _change_routes(routes: APIRouter, keep: Keeper | None) -> None:
    @routes.post("/edit")
    async def edit(request: Request) -> Response:
        return await told(_edit, keep, await _body(request))

    @routes.post("/remove")
    async def remove(request: Request) -> Response:
        return await told(_doing(lambda sent: _allowed(keep).remove(_ids(sent))), await _body(request))

    @routes.post("/restore")
    async def restore(request: Request) -> Response:
        return await told(_doing(lambda sent: _allowed(keep).restore(_ids(sent))), await _body(request))


def _upload_routes(routes: APIRouter, jobs: Jobs) -> None:
    @routes.post("/jobs")
    async def begin() -> Response:
        return JSONResponse({"id": jobs.begin()})

    @routes.put("/jobs/{job_id}/file")
    async def receive(request: Request, job_id: str) -> Response:
        name, place = unquote(request.headers.get("x-name", "")), request.headers.get("x-place", "")
        try:
            await jobs.find(job_id).receive(name, request.stream(), int(place) if place.isdecimal() else 0)
        except Exception as error:
            return problem(error)
        return Response(status_code=204)

    @routes.post("/jobs/{job_id}/start")
    async def start(job_id: str) -> Response:
        return await told(_doing(lambda: jobs.start(jobs.find(job_id))))

    @routes.post("/jobs/{job_id}/cancel")
    async def cancel(job_id: str) -> Response:
        return await told(_doing(lambda: jobs.find(job_id).discard()))

    @routes.get("/jobs/{job_id}")
    async def progress(job_id: str) -> Response:
        return await told(lambda: HTMLResponse(render_job(job_id, jobs.find(job_id))))

    @routes.get("/jobs/{job_id}/report.csv")
    async def report(job_id: str) -> Response:
        return await told(lambda: _report(jobs.find(job_id)))


async def _body(request: Request) -> object:
    try:
        return await read_json(request)
    except InvalidInput:
        return None


def _doing(work: Callable[..., object]) -> Callable[..., Response]:
    """The work, answered with nothing but that it is done."""

    def run(*arguments: object) -> Response:
        work(*arguments)
        return Response(status_code=204)

    return run


def _allowed(keep: Keeper | None) -> Keeper:
    if keep is None:
        raise InvalidInput(say["error_read_only"])
    return keep


def _ids(sent: object) -> Sequence[str]:
    ids = sent.get("documents") if isinstance(sent, dict) else None
    if (
        not isinstance(ids, list)
        or not ids
        or not all(isinstance(each, str) and is_document_id(each) for each in ids)
    ):
        raise InvalidInput(say["error_none_chosen"])
    return ids


def _edit(keep: Keeper | None, sent: object) -> Response:
    if not isinstance(sent, dict):
        raise InvalidInput(say["error_request"])
    (document_id,) = _ids({"documents": [sent.get("document")]})
    stated = {name: word.strip() or None for name in EDITED if isinstance(word := sent.get(name), str)}
    names = sent.get("authors")
    authors = [name for name in names.split(";") if name.strip()] if isinstance(names, str) else []
    edit = parse_edit(**stated, authors=authors or None)
    _allowed(keep).edit(document_id, edit, reset=sent.get("reset") is True)
    return Response(status_code=204)


def render_documents(open_book: OpenBook, view: View, *, may_change: bool) -> str:
    """The table of one page of documents, with its facets."""
    shown = show(open_book().records(), view)
    return (
        environment()
        .get_template("documents.html")
        .render(
            shown=shown,
            view=view,
            chosen=dict(view.chosen),
            sorts=SORTS,
            shown_value=shown_value,
            status_of=status_of,
            may_change=may_change,
        )
    )


def render_state(keep: Keeper | None) -> str:
    """What the library takes on disk, and what could not be read."""
    return (
        environment()
        .get_template("library_state.html")
        .render(
            storage=keep.storage() if keep else None,
            failures=keep.failures() if keep else (),
        )
    )


def render_page(*, may_add: bool, may_change: bool) -> str:
    """The page before anything of the library is in it."""
    return (
        environment()
        .get_template("library.html")
        .render(may_add=may_add, may_change=may_change, kinds=sorted((*READERS, *ARCHIVES)))
    )


def render_job(job_id: str, job: Job) -> str:
    """How far a job is, and what became of each file: what failed first, then the newest."""
    outcomes = job.outcomes()
    counts = {outcome: sum(item.outcome is outcome for item in outcomes) for outcome in Outcome}
    ordered = sorted(outcomes, key=lambda item: item.outcome is not Outcome.FAILED)
    return (
        environment()
        .get_template("job.html")
        .render(
            job_id=job_id,
            job=job,
            step=job.step,
            outcomes=ordered[:SHOWN_OUTCOMES],
            hidden=max(0, len(ordered) - SHOWN_OUTCOMES),
            counts={outcome: number for outcome, number in counts.items() if number},
            done=sum(item.outcome is not Outcome.WAITING for item in outcomes),
            total=len(outcomes),
        )
    )


def _report(job: Job) -> Response:
    rows = [(item.name, item.outcome.value, item.reason or "") for item in job.outcomes()]
    return to_save(write_rows(("file", "outcome", "reason"), rows), "sourcebook-added.csv", CSV)


def _twins(keep: Keeper | None, document_id: str) -> str:
    """What says the same as a document; nothing where the page only reads the library."""
    pairs = keep.twins(document_id)[:SHOWN_TWINS] if keep else ()
    return environment().get_template("twins.html").render(pairs=pairs)


def _duplicates(keep: Keeper) -> str:
    pairs = keep.duplicates()
    return (
        environment()
        .get_template("duplicates.html")
        .render(pairs=pairs[:SHOWN_PAIRS], number=len(pairs), hidden=max(0, len(pairs) - SHOWN_PAIRS))
    )
