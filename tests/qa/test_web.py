"""Pages by address: only from the public internet, over http and https, within limits; against a local server."""

from __future__ import annotations

import contextlib
import ipaddress
import itertools
import socket
import threading
import time
from collections.abc import Iterable, Iterator
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from corpus import fetch as fetching
from corpus.errors import UnreadableDocument
from corpus.fetch import Address, fetch, is_public
from corpus.library import Library
from corpus.workers import InProcess
from qa.indexing import add_documents
from qa.reindex import reindex
from qa.web import fetch_page, fetch_pages
from tests.fakes import FakeEncoder
from tests.qa.material import TROOPS

_INSIDE = (
    *("127.0.0.1", "10.1.2.3", "192.168.1.1", "172.16.0.1", "169.254.169.254", "100.64.0.1", "0.0.0.0"),
    *(
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "192.0.2.1",
        "198.18.0.1",
        "::1",
        "::",
        "fe80::1",
        "fc00::1",
    ),
    *("ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::1", "2001:db8::1"),
    "2001:0:53aa:64c::1",
)
LOOPBACK = ipaddress.ip_address("127.0.0.1")


_ANSWERS: dict[str, tuple[int, bytes, dict[str, str]]] = {
    "/page": (200, TROOPS.encode(), {"Content-Type": "text/html; charset=utf-8"}),
    "/loop": (301, b"", {"Location": "/loop"}),
    "/large": (200, b"x" * 5000, {}),
    "/gzip": (200, b"\x1f\x8b", {"Content-Encoding": "gzip"}),
    "/short": (200, b"abc", {"Content-Length": "10"}),
}


class _Pages(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        if self.path.startswith("/to/"):
            self._send(302, b"", {"Location": self.path.removeprefix("/to/")})
        elif self.path in _ANSWERS:
            self._send(*_ANSWERS[self.path])
        elif self.path == "/endless":
            self.send_response(200)
            self.end_headers()
            self._say(itertools.repeat(b"x" * 1000))
        elif self.path == "/drip":
            self._say((bytes([sign]) for sign in b"HTTP/1.1 200 OK\r\nX-Slow: " + b"a" * 1000), pause=0.05)
        else:
            self._send(404, b"no", {})

    def _say(self, parts: Iterable[bytes], pause: float = 0) -> None:
        with contextlib.suppress(OSError):  # the other side has gone
            for part in parts:
                self.wfile.write(part)
                time.sleep(pause)

    def _send(self, status: int, data: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in ({"Content-Length": str(len(data))} | headers).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - as the base class has it
        pass


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    running = ThreadingHTTPServer(("127.0.0.1", 0), _Pages)
    running.daemon_threads = True
    thread = threading.Thread(target=running.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{running.server_port}"
    running.shutdown()
    running.server_close()


def _here(address: Address) -> bool:
    return address == LOOPBACK


def test_a_page_is_added_under_its_final_address(server: str, tmp_path: Path) -> None:
    address = f"{server}/to/{server}/page"
    pages, failed = fetch_pages(
        [address, f"{server}/nothing"], InProcess(), allowed=_here, today=date(2020, 5, 1)
    )
    assert [failure.reason for failure in failed] == [f"{server}/nothing answers 404 Not Found"]
    library = tmp_path / "library"
    report = add_documents(library, pages, FakeEncoder())
    assert report.added == [f"{server}/page"]
    assert add_documents(library, pages, FakeEncoder()).unchanged == [f"{server}/page"]
    for _ in range(2):
        with Library.open(library) as opened, opened.snapshot() as snapshot:
            (record,) = snapshot.documents()
            (source,) = snapshot.sources()
            document = snapshot.document(record.id)
            assert snapshot.original(record.id) == TROOPS.encode()
        assert source.key == record.path == record.metadata.address == f"{server}/page"
        assert f"Fetched from {server}/page on 2020-05-01." in document.notes
        assert record.metadata.title.value == "Troop numbers by year"
        reindex(library, FakeEncoder(model="other"), reading=InProcess())


def test_a_redirect_to_an_address_inside_is_refused(server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    inside = f"http://127.0.0.2:{server.rpartition(':')[2]}/page"
    with pytest.raises(
        UnreadableDocument, match=r"127\.0\.0\.2 is 127\.0\.0\.2, which is not on the public internet"
    ):
        fetch(f"{server}/to/{inside}", allowed=_here)


def test_the_address_that_was_checked_is_the_one_connected_to(
    server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    connected: list[Any] = []
    resolve, connect = socket.getaddrinfo, socket.create_connection
    port = int(server.rpartition(":")[2])

    def changing(host: str, *rest: Any, **more: Any) -> Any:
        if host != "changing.example":
            return resolve(host, *rest, **more)
        asked.append(host)
        return resolve("127.0.0.1" if len(asked) == 1 else "127.0.0.3", *rest, **more)

    def connecting(address: Any, *rest: Any, **more: Any) -> socket.socket:
        connected.append(address)
        return connect(address, *rest, **more)

    monkeypatch.setattr(socket, "getaddrinfo", changing)
    monkeypatch.setattr(socket, "create_connection", connecting)
    assert fetch(f"http://changing.example:{port}/page", allowed=_here).data == TROOPS.encode()
    assert asked == ["changing.example"] and connected == [("127.0.0.1", port)]
    with pytest.raises(UnreadableDocument, match=r"changing\.example is 127\.0\.0\.3"):
        fetch(f"http://changing.example:{port}/page", allowed=_here)


@pytest.mark.parametrize("address", _INSIDE)
def test_addresses_that_only_this_machine_reaches_are_not_public(address: str) -> None:
    assert not is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize("address", ["8.8.8.8", "1.1.1.1", "2606:4700:4700::1111", "::ffff:8.8.8.8"])
def test_addresses_of_the_internet_are_public(address: str) -> None:
    assert is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("ftp://example.org/a", "only http:// and https://"),
        ("file:///etc/passwd", "only http:// and https://"),
        ("http:///a", "is no address of a page"),
        ("http://user:secret@example.org/", "user name or password"),
        ("http://exam ple.org/", "is no address"),
        ("http://example.org/\r\nHost: x", "is no address"),
        ("http://example.org:99999/", "is no address"),
        ("http://[::1/", "is no address"),
        ("http://127.0.0.1/", "not on the public internet"),
        ("http://[::1]/", "not on the public internet"),
        ("http://2130706433/", "not on the public internet|no machine"),
        ("http://localhost/", "not on the public internet"),
    ],
)
def test_what_is_no_public_page_is_refused_with_a_sentence(url: str, sentence: str) -> None:
    with pytest.raises(UnreadableDocument, match=sentence) as caught:
        fetch(url, seconds=5)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    ("path", "sentence"),
    [
        ("/loop", "leads on more than 5 times"),
        ("/large", "has more than 1,000 bytes"),
        ("/endless", "has more than 1,000 bytes"),
        ("/gzip", "only with compressed content"),
        ("/short", "broke off after 3 bytes|cannot be fetched"),
        ("/drip", "did not answer in full within 1 seconds"),
        ("/to/ftp://example.org/", "only http:// and https://"),
    ],
)
def test_a_server_that_misbehaves_gets_a_sentence(server: str, path: str, sentence: str) -> None:
    started = time.monotonic()
    with pytest.raises(UnreadableDocument, match=sentence):
        fetch(f"{server}{path}", allowed=_here, seconds=1, limit=1000)
    assert time.monotonic() - started < 4


def test_from_https_to_http_is_not_followed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetching, "_request", lambda *arguments: ("http://example.org/", None))
    with pytest.raises(UnreadableDocument, match="leads from https to http"):
        fetch("https://example.org/")


def test_a_server_that_speaks_no_tls_gets_a_sentence(server: str) -> None:
    with pytest.raises(UnreadableDocument, match=r"certificate or speaks no TLS|cannot be fetched"):
        fetch(server.replace("http", "https") + "/page", allowed=_here, seconds=3)


def test_a_page_without_words_is_refused(server: str) -> None:
    with pytest.raises(UnreadableDocument):
        fetch_page(f"{server}/large".replace("large", "gzip"), InProcess(), allowed=_here)
