"""A server on a free port, and a browser page that fails its test on any error, dialog or outside request."""

from __future__ import annotations

import os
import shutil
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import pytest
import uvicorn
from fastapi import FastAPI
from playwright.sync_api import Browser, BrowserContext, Dialog, Page, Request, expect

from qa.app.server import bind, create_app
from tests.qa.app.fakes import FakeBook, FakeEvaluator

CHROMIUM = (
    os.environ.get("SOURCEBOOK_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
)
ARGUMENTS = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync"),
    "--process-per-site",  # pages one after the other in one process: the scripts are compiled once
]

PATIENCE = 15_000  # milliseconds; a busy machine is slow, not wrong
expect.set_options(timeout=PATIENCE)


@dataclass(frozen=True, slots=True)
class Served:
    """A running server, and the library it serves."""

    address: str
    book: FakeBook
    evaluator: FakeEvaluator | None = None


def run_server(app: FastAPI) -> Iterator[str]:
    """Serve an app in a thread; yields its address."""
    listening = bind("127.0.0.1", 0)
    server = uvicorn.Server(uvicorn.Config(app, log_level="error"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    deadline = time.monotonic() + 30
    while not server.started:
        assert time.monotonic() < deadline, "the server did not start"
        time.sleep(0.02)
    yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    server.should_exit = True
    server.force_exit = True
    thread.join(10)


@pytest.fixture(scope="session")
def served() -> Iterator[Served]:
    """The whole page over the fake library."""
    book, evaluator = FakeBook(), FakeEvaluator()
    for address in run_server(create_app(book, add=book.add, evaluate=evaluator)):
        yield Served(address, book, evaluator)


@pytest.fixture
def own() -> Iterator[Served]:
    """A server that the test may change."""
    book = FakeBook()
    for address in run_server(create_app(book, add=book.add)):
        yield Served(address, book)


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, object]:
    """Debian's Chromium; nothing is downloaded. In CI its absence is a failure, elsewhere a skip."""
    if CHROMIUM is None:
        if os.environ.get("CI", "").lower() == "true":
            pytest.fail("no Chromium: install it (apt-get install chromium) or set SOURCEBOOK_CHROMIUM")
        pytest.skip(
            "no Chromium here; install it, or set SOURCEBOOK_CHROMIUM to its path, to run the browser tests"
        )
    return {"executable_path": CHROMIUM, "args": ARGUMENTS}


@pytest.fixture(scope="session")
def browser_context_args() -> dict[str, object]:
    """A desktop window whose clipboard can be read back."""
    return {"viewport": {"width": 1360, "height": 850}, "permissions": ["clipboard-read", "clipboard-write"]}


def watch(page: Page) -> list[str]:
    """Collect everything that must not happen on a page."""
    problems: list[str] = []

    def outside(request: Request) -> None:
        if not request.url.startswith(("http://127.0.0.1:", "data:", "blob:")):
            problems.append(f"request to {request.url}")

    def dialog(shown: Dialog) -> None:
        problems.append(f"dialog: {shown.message}")
        shown.dismiss()

    page.on("pageerror", lambda error: problems.append(f"script error: {error}"))
    page.on(
        "console", lambda said: problems.append(f"console: {said.text}") if said.type == "error" else None
    )
    page.on("dialog", dialog)
    page.on("request", outside)
    return problems


def shared_browser(browser: Browser, served: Served, **options: Any) -> Iterator[BrowserContext]:
    """A browser that tests share, one after the other; a small page that stays open keeps its process between them.

    Loading the page takes half as long as in a new browser (0.4 s instead of 0.8 s).
    """
    context = browser.new_context(**options)
    context.new_page().goto(f"{served.address}/healthz")
    yield context
    context.close()


@pytest.fixture(scope="session")
def desktop(
    browser: Browser, served: Served, browser_context_args: dict[str, Any]
) -> Iterator[BrowserContext]:
    """A browser on a desktop."""
    yield from shared_browser(browser, served, **browser_context_args)


@pytest.fixture(scope="session")
def handset(browser: Browser, served: Served) -> Iterator[BrowserContext]:
    """One with a narrow screen."""
    yield from shared_browser(browser, served, viewport={"width": 390, "height": 844})


def only_expected(problems: Sequence[str], request: pytest.FixtureRequest) -> None:
    """Nothing happened but what the test's mark `console_says` names, and all of that did."""
    mark = request.node.get_closest_marker("console_says")
    expected: tuple[str, ...] = mark.args if mark else ()
    assert [problem for problem in problems if not any(words in problem for words in expected)] == []
    assert [words for words in expected if not any(words in problem for problem in problems)] == []


def fresh_page(context: BrowserContext, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A page that must stay free of errors, dialogs and requests to other hosts; it leaves nothing to the next."""
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    problems = watch(page)
    yield page
    page.evaluate("location.protocol.startsWith('http') && localStorage.clear()")
    page.close()
    context.clear_cookies()
    only_expected(problems, request)


@pytest.fixture
def clean_page(desktop: BrowserContext, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A page on a desktop."""
    yield from fresh_page(desktop, request)


@pytest.fixture
def phone(handset: BrowserContext, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A page on a narrow screen."""
    yield from fresh_page(handset, request)


@pytest.fixture
def page(clean_page: Page) -> Page:
    """No test gets a page that nobody watches."""
    return clean_page


@pytest.fixture(scope="session", params=["light", "dark"])
def theme(request: pytest.FixtureRequest, browser: Browser, served: Served) -> Iterator[BrowserContext]:
    """A browser in a theme, without moving parts, that lets axe in."""
    viewport = {"width": 1360, "height": 850}
    still = {"color_scheme": request.param, "reduced_motion": "reduce", "bypass_csp": True}
    yield from shared_browser(browser, served, viewport=viewport, **still)


@pytest.fixture
def themed(theme: BrowserContext, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A page in a theme."""
    yield from fresh_page(theme, request)
