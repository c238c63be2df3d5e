"""The page as Gradio blocks and their listeners; the only module that imports Gradio.

Every listener gets all it needs in its event, so that several people never share a question, a filter or a document.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import gradio as gr
from gradio.events import api

from corpus.errors import InvalidInput
from corpus.records import Facets
from corpus.types import Span
from qa.app import batch_page, library_page, pins, render
from qa.app.background import Work
from qa.app.book import Add, Book, Keeper, OpenBook, Step, path_of
from qa.app.catalogue import say
from qa.app.evaluation import Evaluation, Evaluator
from qa.app.request import DEFAULT_LIMIT, AskRequest, read_ask, read_limits, read_open, read_serial
from qa.app.rows import documents_of_rows
from qa.app.structure import Marks
from qa.app.telling import sentence_for
from qa.cite import answer_to_json
from qa.narrowing import with_as_of
from qa.types import Answer

ASKING_AT_ONCE = 4
"""So many questions are answered at the same time; others wait."""


class Listeners:
    """What happens on the page; each method takes what the browser sent and returns HTML."""

    def __init__(self, open_book: OpenBook, evaluate: Evaluator | None) -> None:
        self._open_book = open_book
        self._evaluate = evaluate
        self._asking = threading.BoundedSemaphore(ASKING_AT_ONCE)

    def ask(self, event: gr.EventData) -> tuple[Any, Any, Any]:
        """The answer, the filters with what each would leave, and the document of the first citation opened there."""
        serial = 0
        try:
            sent = _sent(event)
            serial, asked, book = read_serial(sent), read_ask(sent), self._open_book()
            answer = self._answer(book, asked)
            filters = render.filters(asked, _facets(book, asked), serial, answer.time)
            tables = documents_of_rows(book, answer.citations or answer.nearest)
            shown = render.answer(answer, serial, asked.sort, tables)
            return shown, filters, _first_document(book, answer, serial)
        except Exception as error:
            return render.problem(sentence_for(error), serial), gr.skip(), ""

    def _answer(self, book: Book, asked: AskRequest) -> Answer:
        with self._asking:
            return book.ask(
                asked.question,
                limit=asked.limit,
                as_of=asked.as_of,
                filters=asked.filters,
                any_time=asked.any_time,
            )

    def look(self, event: gr.EventData) -> str:
        """The filters with what each would leave, before anything is asked."""
        try:
            sent = _sent(event)
            asked = read_limits(sent)
            return render.filters(asked, _facets(self._open_book(), asked), read_serial(sent))
        except Exception as error:
            return render.problem(sentence_for(error))

    def open(self, event: gr.EventData) -> str:
        """A document with the quotes of an answer marked."""
        serial = 0
        try:
            sent = _sent(event)
            serial, wanted, book = read_serial(sent), read_open(sent), self._open_book()
            marks = Marks(wanted.quotes, wanted.current)
            return render.document(
                book.document(wanted.document_id), path_of(book, wanted.document_id), marks, serial
            )
        except KeyError:
            return render.problem(say["error_document_gone"], serial)
        except Exception as error:
            return render.problem(sentence_for(error), serial)

    def evaluate(self, event: gr.EventData) -> Iterator[str]:
        """Progress, then figures and questions."""
        try:
            if self._evaluate is None:
                raise InvalidInput(say["error_no_set"])
            evaluator, own = self._evaluate, _sent(event).get("own") is True
            yield render.evaluation_progress(Step(0, 0))
            work = Work[Evaluation](lambda report: evaluator.run(report, own=own))
            for step in work.steps():
                yield render.evaluation_progress(step)
            yield render.figures(work.result())
        except Exception as error:
            yield render.problem(sentence_for(error))

    def ask_api(
        self,
        question: str,
        limit: int = DEFAULT_LIMIT,
        as_of: str = "",
        published_from: str = "",
        published_to: str = "",
        publishers: list[str] | None = None,
    ) -> dict[str, Any]:
        """Answer a question with verbatim, citable passages, or say that the documents hold no answer."""
        sent = {
            "question": question,
            "limit": limit,
            "as_of": as_of,
            "from": published_from,
            "to": published_to,
        }
        try:
            asked = read_ask({**sent, "publishers": publishers or []})
            answer = self._answer(self._open_book(), asked)
        except Exception as error:
            raise gr.Error(sentence_for(error), print_exception=False) from error
        return answer_to_json(answer)


def build(
    open_book: OpenBook,
    add: Add | None,
    evaluate: Evaluator | None,
    examples: Sequence[str],
    keep: Keeper | None = None,
    *,
    drafts: bool = False,
) -> gr.Blocks:
    """The page; nothing of the library is built into it, because its layout is public to whoever reaches the server."""
    listeners = Listeners(open_book, evaluate)
    page = gr.Blocks(title="Sourcebook", analytics_enabled=False, fill_width=True, delete_cache=(3600, 3600))
    with page:
        # The first to claim the name "ask" gets it.
        api(listeners.ask_api, api_name="ask", concurrency_limit=ASKING_AT_ONCE)
        _html(render.header() + pins.render_dialog(), "masthead")
        with gr.Tabs(elem_id="tabs"):
            with gr.Tab(say["tab_ask"], elem_id="ask-tab"), gr.Row(elem_id="workbench"):
                with gr.Column(elem_id="reading"):
                    question = _html(render.question_form(examples), "question-form", "ask", "look")
                    filters = _html("", "facets")
                    answers = _html("", "answers", "open")
                with gr.Column(elem_id="side"):
                    panel = _html("", "panel", "open")
            with gr.Tab(say["tab_batch"], elem_id="batch-tab", render_children=True):
                _html(batch_page.render_page(), "batch-page")
            with gr.Tab(say["tab_library"], elem_id="library-tab", render_children=True):
                _html(
                    library_page.render_page(may_add=add is not None, may_change=keep is not None),
                    "library-page",
                )
            with gr.Tab(say["tab_evaluation"], elem_id="evaluation-tab", render_children=True):
                evaluation = _html(render.evaluation_form(evaluate is not None, drafts), "evaluation", "run")
                figures = _html("", "figures")
        _listen(question.look, listeners.look, [filters], queue=False, latest_only=True)
        # Not queued: Gradio's queue costs a second request for each answer.
        _listen(question.ask, listeners.ask, [answers, filters, panel], queue=False, latest_only=True)
        for opener in (answers, panel):
            _listen(opener.open, listeners.open, [panel], queue=False, latest_only=True)
        _listen(evaluation.run, listeners.evaluate, [figures], at_once=1)
        page.queue(api_open=False, max_size=64)
    return page


def _html(value: str, name: str, *events: str) -> gr.HTML:
    """An HTML block whose script hands its element and its events to the scripts.

    It keeps the default template, which shows the value as it is: a template of its own would run document text as code.
    """
    triggers = ", ".join(f"{event}: (data) => trigger('{event}', data)" for event in events)
    script = f"sourcebook.attach('{name}', element, {{{triggers}}}, typeof upload === 'undefined' ? null : upload);"
    return gr.HTML(value, elem_id=name, js_on_load=script, apply_default_css=False)


def _listen(
    event: Callable[..., object],
    listener: Callable[..., object],
    outputs: list[gr.HTML],
    *,
    queue: bool = True,
    latest_only: bool = False,
    at_once: int | None = None,
) -> None:
    """Hear an event; with `latest_only` an event that comes while one is answered waits and replaces what waits."""
    event(
        listener,
        inputs=None,
        outputs=outputs,
        queue=queue,
        trigger_mode="always_last" if latest_only else "once",
        concurrency_limit=at_once,
        api_visibility="private",
        show_progress="hidden",
    )


def _sent(event: gr.EventData) -> Mapping[str, object]:
    """What the browser put into the event; not an object when somebody else wrote the request."""
    data = event._data
    if not isinstance(data, dict):
        raise InvalidInput(say["error_request"])
    return data


def _facets(book: Book, asked: AskRequest) -> Facets:
    return book.facets(with_as_of(asked.filters, asked.as_of))


def _first_document(book: Book, answer: Answer, serial: int) -> str:
    if not answer.citations:
        return ""
    opened = answer.citations[0].document_id
    quotes = tuple(Span(item.start, item.end) for item in answer.citations if item.document_id == opened)
    return render.document(book.document(opened), path_of(book, opened), Marks(quotes, quotes[0]), serial)
