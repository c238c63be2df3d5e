"""The page of drafts: what it shows, what a judgment does, and what it refuses."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from fastapi.testclient import TestClient
from playwright.sync_api import Page, expect

from corpus.errors import InvalidInput
from qa.app.drafts import Waiting
from qa.app.server import create_app
from tests.qa.app.browsing import violations
from tests.qa.app.conftest import run_server
from tests.qa.app.fakes import HOSTILE, FakeBook

HOME = "http://127.0.0.1:7860"


class FakeDrafts:
    """Two drafts in memory, one with hostile words."""

    def __init__(self) -> None:
        place = ("The bridge was opened in May 2007.",)
        self.drafts = {
            "d001": Waiting("d001", "When was it opened?", "date", ("May 2007",), place, ("a.txt",), "made"),
            "d002": Waiting("d002", HOSTILE, "unanswerable-near", (), (), (), HOSTILE),
        }
        self.accepted: list[tuple[str, str, list[str]]] = []

    def waiting(self) -> list[Waiting]:
        return list(self.drafts.values())

    def accept(self, identifier: str, text: str, answers: Sequence[str]) -> str:
        self.drop(identifier)
        self.accepted.append((identifier, text, list(answers)))
        return "q007"

    def drop(self, identifier: str) -> None:
        if self.drafts.pop(identifier, None) is None:
            raise InvalidInput("somebody has judged it already")


@pytest.fixture
def drafts() -> FakeDrafts:
    return FakeDrafts()


@pytest.fixture
def client(drafts: FakeDrafts) -> TestClient:
    return TestClient(create_app(FakeBook(), drafts=drafts), base_url=HOME)


def test_the_page_shows_every_draft_and_runs_none_of_its_words(client: TestClient) -> None:
    page = client.get("/drafts").text
    assert "When was it opened?" in page
    assert "The bridge was opened in May 2007." in page
    assert HOSTILE not in page
    assert "No drafts wait" not in page


def test_a_judgment_is_done_once(client: TestClient, drafts: FakeDrafts) -> None:
    sent = {"draft": "d001", "action": "accept", "question": "When?", "answers": "May 2007|2007"}
    assert client.post("/drafts", json=sent).json() == {"said": "Kept as test question q007."}
    assert drafts.accepted == [("d001", "When?", ["May 2007", "2007"])]
    again = client.post("/drafts", json=sent)
    assert (again.status_code, again.json()) == (400, {"said": "somebody has judged it already"})
    assert client.post("/drafts", json={"draft": "d002", "action": "drop"}).json() == {"said": "Dropped."}
    assert "No drafts wait" in client.get("/drafts").text


@pytest.mark.parametrize(
    "sent",
    [{}, [], "x", {"draft": "d001", "action": "read"}, {"draft": 7, "action": "drop"}, {"draft": "x" * 9000}],
)
def test_what_is_no_judgment_is_refused_with_a_sentence(client: TestClient, sent: object) -> None:
    answer = client.post("/drafts", json=sent)
    assert answer.status_code == 400
    assert answer.json()["said"].endswith(".")
    assert client.post("/drafts", content=b"{").status_code == 400


def test_other_web_sites_judge_nothing(client: TestClient, drafts: FakeDrafts) -> None:
    sent = {"draft": "d001", "action": "drop"}
    assert client.post("/drafts", json=sent, headers={"origin": "http://evil.example"}).status_code == 403
    assert "d001" in drafts.drafts


def test_without_drafts_there_is_no_such_page() -> None:
    client = TestClient(create_app(FakeBook()), base_url=HOME)
    assert "Drafts of test questions" not in client.get("/drafts").text


@pytest.mark.browser
def test_a_person_accepts_in_better_words_and_drops(clean_page: Page, drafts: FakeDrafts) -> None:
    for address in run_server(create_app(FakeBook(), drafts=drafts)):
        clean_page.goto(address)
        clean_page.get_by_role("tab", name="Evaluation").click()
        clean_page.get_by_role("link", name="Judge the drafts of test questions").click()
        first = clean_page.get_by_role("form", name="Draft d001")
        first.get_by_label("Question").fill("When was the bridge opened?")
        first.get_by_role("button", name="Accept").click()
        expect(clean_page.get_by_role("status")).to_have_text("Kept as test question q007.")
        expect(first).to_have_count(0)
        clean_page.get_by_role("form", name="Draft d002").get_by_role("button", name="Drop").click()
        expect(clean_page.get_by_role("status")).to_have_text("Dropped.")
    assert drafts.accepted == [("d001", "When was the bridge opened?", ["May 2007"])]
    assert drafts.drafts == {}


@pytest.mark.browser
def test_axe_finds_nothing_wrong(themed: Page, drafts: FakeDrafts) -> None:
    for address in run_server(create_app(FakeBook(), drafts=drafts)):
        themed.goto(f"{address}/drafts")
        expect(themed.get_by_role("form")).to_have_count(2)
        assert violations(themed) == []
