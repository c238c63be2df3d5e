"""`sourcebook add` with an address: from a server on this machine, which only these tests allow."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from qa.web import fetch_pages
from tests.qa.cli.commands import Run
from tests.qa.cli.local_web import is_here
from tests.qa.material import TROOPS


class _Pages(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        moved = self.path == "/old"
        self.send_response(302 if moved else 200)
        if moved:
            self.send_header("Location", "/troops.html")
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(b"" if moved else TROOPS.encode())

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - as the base class has it
        """Says nothing."""


@pytest.fixture
def server() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Pages)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_page_is_fetched_added_and_answers(
    run: Run, server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("qa.adding.fetch_pages", partial(fetch_pages, allowed=is_here))
    library = tmp_path / "pages"
    added = run("add", f"{server}/old", at=library)
    assert added.exit_code == 0 and "added 1," in added.output
    shown = json.loads(run("show", f"{server}/troops.html", "--json", at=library).output)
    assert shown["paths"] == [f"{server}/troops.html"]
    assert any(note.startswith(f"Fetched from {server}/troops.html on 20") for note in shown["notes"])
    assert (
        f"address: {server}/troops.html  [fetched, certain]"
        in run("show", f"{server}/troops.html", at=library).output
    )
    asked = run("ask", "How many soldiers were there in 2008?", at=library).output
    assert "16,000" in asked
    assert "unchanged 1," in run("add", f"{server}/troops.html", at=library).output


def test_the_same_server_is_refused_where_nobody_allows_it(run: Run, server: str, tmp_path: Path) -> None:
    refused = run("add", f"{server}/troops.html", at=tmp_path / "pages")
    assert refused.exit_code == 1
    assert "is not on the public internet" in refused.output or "127.0.0.1" in refused.output
