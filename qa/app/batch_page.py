"""The Batch page: a file of questions asked behind the page, its table with every answer, and the results as files."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from urllib.parse import unquote

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, JSONResponse, Response

from corpus.errors import InvalidInput, SourcebookError
from qa.answer import strength
from qa.app.board import Board
from qa.app.book import Book, OpenBook
from qa.app.catalogue import say
from qa.app.render import environment
from qa.app.replies import CSV, problem, read_body, to_save, told
from qa.app.rows import documents_of_rows
from qa.app.telling import sentence_for
from qa.batch import Line, Row, ask_lines, read_lines
from qa.cite import answer_to_json, json_text
from qa.export.dossier import from_answers
from qa.export.plain import pages_of
from qa.export.styles import DEFAULT_STYLE
from qa.export.table import write_rows
from qa.export.writing import FORMATS, export, format_named
from qa.types import Answer

MAX_ROWS = 2_000
MAX_BYTES = 5_000_000
PER_PAGE = 50
LIMIT = 10
COLUMNS = (
    *("line", "id", "question", "as_of", "outcome", "answer", "strength", "confidence", "reason", "quote"),
    *("title", "publisher", "published", "pages", "path", "document_id", "start", "end"),
)


@dataclass(frozen=True, slots=True)
class Asked:
    """A line of the file with what became of it; neither answer nor problem while it waits."""

    line: Line
    answer: Answer | None = None
    problem: str | None = None

    @property
    def outcome(self) -> str:
        """One word for the table."""
        if self.answer is not None:
            return "answered" if self.answer.answered else "declined"
        return "refused" if self.problem else "waiting"


class Batch:
    """The questions of one file, asked in their order in a thread of the server."""

    def __init__(self, name: str, lines: list[Line]) -> None:
        self.name = name
        self.rows = [Asked(line) for line in lines]
        self.done = 0
        self.stop = threading.Event()
        self.ended = False

    def run(self, open_book: OpenBook) -> None:
        """Ask all; a question that fails does not stop the others."""
        try:
            for place, (line, answer) in enumerate(
                ask_lines([asked.line for asked in self.rows], self._ask(open_book))
            ):
                self.rows[place] = Asked(line, answer, None if answer else line.problem)
                self.done = place + 1
                if self.stop.is_set():
                    break
        except Exception as error:
            sentence = sentence_for(error)
            self.rows[self.done :] = [Asked(asked.line, None, sentence) for asked in self.rows[self.done :]]
        finally:
            self.ended = True

    def _ask(self, open_book: OpenBook) -> Callable[[Row], Answer]:
        def ask(row: Row) -> Answer:
            try:
                answer = open_book().ask(row.question, limit=LIMIT, as_of=row.as_of, about=row.about)
            except SourcebookError as error:
                raise InvalidInput(str(error)) from error
            return replace(answer, id=row.id)

        return ask


def router(open_book: OpenBook) -> APIRouter:
    """All requests of the page."""
    routes, board = APIRouter(prefix="/batch"), Board[Batch]()
    worker = ThreadPoolExecutor(1, thread_name_prefix="sourcebook-batch")

    @routes.post("")
    async def begin(request: Request) -> Response:
        name = unquote(request.headers.get("x-name", "questions.jsonl"))
        try:
            data = await read_body(request, MAX_BYTES)
        except InvalidInput as error:
            return problem(error)

        def work() -> Response:
            batch = read_batch(data, name)
            batch_id = board.put(batch)
            worker.submit(batch.run, open_book)
            return JSONResponse({"id": batch_id})

        return await told(work)

    @routes.get("/{batch_id}")
    async def table(batch_id: str, page: int = 1) -> Response:
        return await told(lambda: HTMLResponse(render_table(board.find(batch_id), page)))

    @routes.get("/{batch_id}/rows/{place}")
    async def row(batch_id: str, place: int) -> Response:
        return await told(lambda: HTMLResponse(render_row(board.find(batch_id), place, open_book())))

    @routes.post("/{batch_id}/cancel")
    async def cancel(batch_id: str) -> Response:
        def work() -> Response:
            board.find(batch_id).stop.set()
            return Response(status_code=204)

        return await told(work)

    @routes.get("/{batch_id}/results/{suffix}")
    async def results(batch_id: str, suffix: str, style: str = DEFAULT_STYLE) -> Response:
        def work() -> Response:
            return _file(open_book(), board.find(batch_id), suffix, style)

        return await told(work)

    return routes


def read_batch(data: bytes, name: str) -> Batch:
    """The batch of a file; raises InvalidInput where it holds no questions or too many."""
    lines = read_lines(data, name)
    if not lines:
        raise InvalidInput(say("error_no_questions", name=name))
    if len(lines) > MAX_ROWS:
        raise InvalidInput(say("error_questions_many", len(lines), name=name, most=MAX_ROWS))
    return Batch(name, lines)


def render_page() -> str:
    """The page before a file is chosen."""
    forms = ("csv", "jsonl", *(suffix for suffix in FORMATS if suffix != "csv"))
    return environment().get_template("batch.html").render(forms=forms, max_rows=MAX_ROWS)


def render_table(batch: Batch, page: int) -> str:
    """One page of the table, with how far the batch is."""
    pages = max(1, -(-len(batch.rows) // PER_PAGE))
    page = min(max(1, page), pages)
    first = (page - 1) * PER_PAGE
    answered = sum(asked.answer is not None and asked.answer.answered for asked in batch.rows)
    template = environment().get_template("batch_table.html")
    return template.render(
        batch=batch,
        rows=list(enumerate(batch.rows))[first : first + PER_PAGE],
        page=page,
        pages=pages,
        answered=answered,
        strength=strength,
    )


def render_row(batch: Batch, place: int, book: Book) -> str:
    """One question with its answer and quotes; raises InvalidInput for a row that is not there."""
    if not 0 <= place < len(batch.rows):
        raise InvalidInput(say["error_no_row"])
    asked = batch.rows[place]
    template = environment().get_template("batch_row.html")
    shown = (asked.answer.citations or asked.answer.nearest) if asked.answer else ()
    documents = documents_of_rows(book, shown)
    return template.render(answer=asked.answer, strength=strength, documents=documents)


def _file(book: Book, batch: Batch, suffix: str, style: str) -> Response:
    answers = [asked.answer for asked in batch.rows if asked.answer is not None]
    if suffix == "csv":
        data, media_type = write_rows(COLUMNS, [_cells(asked) for asked in batch.rows]), CSV
    elif suffix == "jsonl":
        data = "".join(f"{json_text(answer_to_json(answer))}\n" for answer in answers).encode()
        media_type = "application/jsonl"
    else:
        form = format_named(suffix)
        data, media_type = export(from_answers(book, answers), book, form, style), form.media_type
    return to_save(data, f"sourcebook-answers.{suffix}", media_type)


def _cells(asked: Asked) -> tuple[object, ...]:
    line, answer = asked.line, asked.answer
    row = line.row
    head = (
        line.number,
        row.id if row else "",
        row.question if row else "",
        row.as_of.isoformat() if row and row.as_of else "",
        say[f"outcome_{asked.outcome}"],
    )
    if answer is None:
        return (*head, "", "", "", asked.problem or "", *("" for _ in COLUMNS[9:]))
    sure = strength(answer.confidence, answer.threshold) if answer.answered else ""
    said = (answer.answer or "", sure, round(answer.confidence, 3), answer.reason or "")
    if not answer.citations:
        return (*head, *said, *("" for _ in COLUMNS[9:]))
    first = answer.citations[0]
    return (
        *head,
        *said,
        first.quote,
        first.title,
        first.publisher or "",
        first.published or "",
        " ".join(map(str, pages_of(first))),
        first.path,
        first.document_id,
        first.start,
        first.end,
    )
