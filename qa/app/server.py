"""The web server: the page in our own FastAPI app, with its security settings, on an address of this machine."""

from __future__ import annotations

import socket
import sys
import webbrowser
from collections.abc import Callable, Sequence
from pathlib import Path
from urllib.parse import quote

import uvicorn
from fastapi import FastAPI, HTTPException
from fastapi.responses import Response
from fastapi.staticfiles import StaticFiles
from starlette.middleware.gzip import GZipMiddleware

from corpus.errors import InvalidInput, SourcebookError
from embeddings.rerank import Reranker
from qa.app import batch_page, library_page, measuring, pins
from qa.app.book import Add, Book, Keeper, OpenBook, path_of
from qa.app.catalogue import say
from qa.app.drafts import Drafts, drafts_routes
from qa.app.evaluation import EvaluateLibrary, Evaluator
from qa.app.gradio_import import import_gradio
from qa.app.head import FOLDER, SCRIPTS, page_head
from qa.app.pdf_pages import PdfPages
from qa.app.reading import reading_routes
from qa.app.request import is_document_id
from qa.app.security import LOCAL_HOSTS, Guard
from qa.collecting import without_collecting
from qa.engine import Sourcebook

MAX_UPLOAD = "50mb"
EXAMPLES = (
    "How many troops did KFOR have in 2010?",
    "How many homes were destroyed in March 2004?",
    "Who was the first woman to head UNMIK?",
    "When was Gate 2 declared?",
    "How do I bake bread?",
)


def create_app(
    book: Book | OpenBook,
    *,
    add: Add | None = None,
    evaluate: Evaluator | None = None,
    keep: Keeper | None = None,
    drafts: Drafts | None = None,
    examples: Sequence[str] = EXAMPLES,
    extra_hosts: Sequence[str] = (),
) -> FastAPI:
    """The whole web application.

    `book` is a library that is open, or a function that gives it for each request. Without `add` or `evaluate` the
    page says how to do it in a terminal; without `keep` it edits and removes no documents; with `drafts` there
    is a page to judge them. `extra_hosts` are Host names to accept beside those of this machine.
    """
    gradio = import_gradio()

    from qa.app import pages

    open_book: OpenBook = book if callable(book) else lambda: book
    app = FastAPI(title="Sourcebook", docs_url=None, redoc_url=None, openapi_url=None)
    _add_routes(app, open_book)
    app.include_router(batch_page.router(open_book))
    app.include_router(library_page.router(open_book, add, keep))
    if drafts is not None:
        app.include_router(drafts_routes(drafts))
    app.include_router(measuring.router(evaluate))
    mounted: FastAPI = gradio.mount_gradio_app(
        app,
        pages.build(open_book, add, evaluate, examples, keep, drafts=drafts is not None),
        path="/",
        footer_links=[],
        run_history=False,
        enable_monitoring=False,
        show_error=False,
        ssr_mode=False,
        max_file_size=MAX_UPLOAD,
        favicon_path=str(FOLDER / "favicon.svg"),
        theme=gradio.themes.Base(font=["system-ui", "sans-serif"], font_mono=["ui-monospace", "monospace"]),
        head=page_head(),
    )
    mounted.add_middleware(GZipMiddleware, minimum_size=1000, compresslevel=6)
    mounted.add_middleware(Guard, hosts=(*LOCAL_HOSTS, *extra_hosts))
    return mounted


def _add_routes(app: FastAPI, open_book: OpenBook) -> None:
    app.include_router(pins.router(open_book))
    pages = PdfPages()
    app.router.on_shutdown.append(pages.close)
    app.include_router(reading_routes(open_book, pages))
    app.mount("/scripts", StaticFiles(directory=SCRIPTS), name="scripts")

    @app.get("/healthz")
    def health() -> dict[str, str]:
        return {"status": "ok"}

    @app.get("/original/{document_id}")
    def original(document_id: str) -> Response:
        if not is_document_id(document_id):
            raise HTTPException(404, say["error_no_document"])
        try:
            book = open_book()
            data, path = book.original(document_id), path_of(book, document_id)
        except (KeyError, SourcebookError):
            raise HTTPException(404, say["error_no_document"]) from None
        return Response(data, media_type="application/octet-stream", headers=_as_download(path))


def _as_download(path: str) -> dict[str, str]:
    """Headers that make a browser save and never show a file (RFC 6266)."""
    name = path.replace("\\", "/").rpartition("/")[2] or "original"
    return {
        "content-disposition": f"attachment; filename=\"original\"; filename*=UTF-8''{quote(name, safe='')}"
    }


def serve(
    library: Path,
    host: str = "127.0.0.1",
    port: int = 7860,
    *,
    open_browser: bool = False,
    evaluate: EvaluateLibrary | None = None,
    announce: Callable[[str], None] | None = None,
    drafts: Callable[[Path], Drafts] | None = None,
    reranker: Reranker | None = None,
) -> None:
    """Serve a library until interrupted; `announce` gets the address once the port is ours, and prints it by default.

    Raises:
        LibraryNotFound, LibraryIncompatible: as `Sourcebook.open`.
        InvalidInput: the port is taken.
    """
    from qa.app.wiring import LibraryKeeper, adder, warm

    book = Sourcebook.open(library, reranker=reranker)
    warm(book)
    measure = evaluate(library) if evaluate else None
    with without_collecting():
        app = create_app(
            book,
            add=adder(library, book),
            evaluate=measure,
            keep=LibraryKeeper(library),
            drafts=drafts(library) if drafts else None,
            extra_hosts=() if host in LOCAL_HOSTS else (host,),
        )
    listening = bind(host, port)
    address = f"http://{f'[{host}]' if ':' in host else host}:{listening.getsockname()[1]}"
    (announce or _print_address)(address)
    if open_browser:
        webbrowser.open(address)
    uvicorn.Server(uvicorn.Config(app, log_level="warning")).run(sockets=[listening])


def _print_address(address: str) -> None:
    sys.stdout.write(say("serving", address=address) + "\n")
    sys.stdout.flush()


def bind(host: str, port: int) -> socket.socket:
    """A socket that listens on this address; raises InvalidInput with the way out where that cannot be."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
        listening.listen(128)
    except socket.gaierror as error:
        listening.close()
        raise InvalidInput(say("error_host_unknown", host=host)) from error
    except OSError as error:
        listening.close()
        raise InvalidInput(
            say(
                "error_port",
                port=str(port),
                host=host,
                reason=error.strerror,
                other=str(port + 1 if port < 65535 else 7860),
            )
        ) from error
    return listening
