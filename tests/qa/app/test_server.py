"""The server's own rules: hosts, origins, headers, downloads, and what of it is public."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from corpus.errors import InvalidInput, LibraryNotFound
from qa.app.book import Book
from qa.app.security import CONTENT_SECURITY_POLICY
from qa.app.server import bind, create_app
from tests.qa.app.fakes import HOSTILE, HOSTILE_NAME, FakeBook

HOME = "http://127.0.0.1:7860"


@pytest.fixture(scope="module")
def book() -> FakeBook:
    return FakeBook()


@pytest.fixture(scope="module")
def client(book: FakeBook) -> Iterator[TestClient]:
    with TestClient(create_app(book, add=book.add), base_url=HOME) as client:
        yield client


def call(client: TestClient, endpoint: str, sent: dict[str, object]) -> str:
    """Run a public endpoint through the queue; gives the text of its event stream."""
    started = client.post(f"/gradio_api/call/v2/{endpoint}", json=sent)
    assert started.status_code == 200, started.text
    return client.get(f"/gradio_api/call/v2/{endpoint}/{started.json()['event_id']}").text


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "", "[::2]:7860"])
def test_foreign_host_names_are_refused(client: TestClient, host: str) -> None:
    for path in ("/", "/config", "/healthz", "/gradio_api/info"):
        assert client.get(path, headers={"host": host}).status_code == 400


@pytest.mark.parametrize("host", ["127.0.0.1:7860", "localhost", "LOCALHOST:1", "[::1]:7860"])
def test_own_host_names_are_served(client: TestClient, host: str) -> None:
    assert client.get("/healthz", headers={"host": host}).json() == {"status": "ok"}


def test_an_extra_host_is_served_only_when_asked(book: FakeBook) -> None:
    app = create_app(book, extra_hosts=("box.lan",))
    assert TestClient(app, base_url="http://box.lan").get("/healthz").status_code == 200
    assert TestClient(app, base_url="http://testserver").get("/healthz").status_code == 400


@pytest.mark.parametrize(
    "origin", ["http://evil.example", "null", "http://127.0.0.1:9", "https://evil.example:7860"]
)
def test_other_web_sites_cannot_change_anything(client: TestClient, origin: str) -> None:
    for path in ("/gradio_api/queue/join", "/gradio_api/upload", "/gradio_api/call/ask"):
        assert client.post(path, headers={"origin": origin}, json={}).status_code == 403


@pytest.mark.parametrize("path", ["/", "/config", "/healthz", "/nowhere", "/original/x"])
def test_every_answer_carries_the_headers(client: TestClient, path: str) -> None:
    headers = client.get(path).headers
    assert headers["content-security-policy"] == CONTENT_SECURITY_POLICY
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert headers["referrer-policy"] == "no-referrer"


def test_an_original_is_a_download(client: TestClient, book: FakeBook) -> None:
    hostile = book.documents[HOSTILE_NAME]
    answer = client.get(f"/original/{hostile.id}")
    assert answer.content == hostile.text.encode()
    assert answer.headers["content-type"] == "application/octet-stream"
    disposition = answer.headers["content-disposition"]
    assert disposition.startswith("attachment; filename=\"original\"; filename*=UTF-8''")
    assert "<" not in disposition and "\n" not in disposition


@pytest.mark.parametrize("name", ["ab" * 32, "..%2f..%2fetc%2fpasswd", "x"])
def test_other_originals_are_not_found(client: TestClient, name: str) -> None:
    assert client.get(f"/original/{name}").status_code == 404


def test_nothing_of_the_library_is_in_the_public_layout(client: TestClient) -> None:
    config = client.get("/config").text
    assert "United Nations" not in config and HOSTILE[:20] not in config


def test_only_asking_is_a_public_endpoint(client: TestClient) -> None:
    assert list(client.get("/gradio_api/info").json()["named_endpoints"]) == ["/ask"]
    assert client.get("/gradio_api/info").json()["unnamed_endpoints"] == {}
    for path in ("/docs", "/redoc", "/openapi.json"):
        assert "swagger" not in client.get(path).text.lower()


def test_no_history_no_monitoring_no_analytics(client: TestClient) -> None:
    config = client.get("/config").json()
    assert config["analytics_enabled"] is False
    assert not config.get("run_history")
    assert config["footer_links"] == []
    assert client.get("/monitoring").status_code in (403, 404)


def test_asking_through_the_api(client: TestClient) -> None:
    stream = call(client, "ask", {"question": "authorised personnel", "limit": 2})
    answer = json.loads(stream.partition("data: ")[2].splitlines()[0])[0]
    assert answer["answered"] is True
    assert answer["citations"][0]["quote"] == "It was authorised to have 510 personnel."
    assert len(answer["citations"]) == 2


def test_the_api_does_not_skip_the_queue(client: TestClient) -> None:
    refused = client.post("/gradio_api/run/ask", json={"data": ["authorised", 2, "", "", "", []]})
    assert refused.status_code >= 400
    assert "510" not in refused.text


def test_the_api_answers_errors_without_details(client: TestClient) -> None:
    stream = call(client, "ask", {"question": "crash"})
    assert "secret detail" not in stream and "Traceback" not in stream
    assert "event: error" in stream


def fire(client: TestClient, elem_id: str, event: str, data: object) -> str:
    """Send what the page sends when something happens on it; gives the text of the event stream."""
    config = client.get("/config").json()
    component = next(item["id"] for item in config["components"] if item["props"].get("elem_id") == elem_id)
    listener = next(d["id"] for d in config["dependencies"] if [component, event] in d["targets"])
    session = f"session-{elem_id}-{event}"
    sent = {
        "fn_index": listener,
        "session_hash": session,
        "data": [],
        "event_data": data,
        "trigger_id": component,
    }
    joined = client.post("/gradio_api/queue/join", json=sent)
    assert joined.status_code == 200, joined.text
    return client.get(f"/gradio_api/queue/data?session_hash={session}").text


@pytest.mark.parametrize("data", [None, [], "text", {"question": 3}, {"question": ""}])
def test_odd_events_get_a_sentence(client: TestClient, data: object) -> None:
    said = fire(client, "question-form", "ask", data)
    assert "Traceback" not in said and "problem" in said


def test_a_missing_library_is_a_sentence_on_the_page() -> None:
    def missing() -> Book:
        raise LibraryNotFound("There is no library at X; run: sourcebook add PATH")

    with TestClient(create_app(missing), base_url=HOME) as client:
        said = fire(client, "question-form", "ask", {"question": "Who?"})
        assert "There is no library at X; run: sourcebook add PATH" in said
        assert client.get(f"/original/{'ab' * 32}").status_code == 404


def test_a_busy_port_names_the_option() -> None:
    with bind("127.0.0.1", 0) as held, pytest.raises(InvalidInput, match="--port"):
        bind("127.0.0.1", held.getsockname()[1])


def test_an_unknown_host_is_not_taken_for_a_busy_port() -> None:
    with pytest.raises(InvalidInput, match="--host"):
        bind("nowhere.invalid", 0)
