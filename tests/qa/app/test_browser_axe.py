"""Nothing that axe-core objects to, on any page, in either theme, whatever is open."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import FilePayload, Page, expect

from corpus.types import BlockKind
from tests.qa.app.browsing import (
    ask,
    box,
    cards,
    current,
    filter_list,
    panel,
    settled,
    violations,
)
from tests.qa.app.conftest import Served, run_server
from tests.qa.app.fakes import make_document
from tests.qa.app.kept import kept_library
from tests.qa.app.news import BOATS, NEWS, TROOPS

pytestmark = pytest.mark.browser


def test_no_violation_while_asking(served: Served, themed: Page) -> None:
    page = themed
    page.goto(served.address)
    expect(box(page)).to_be_focused()
    expect(filter_list(page, "Date")).to_be_visible()
    assert violations(page) == []
    ask(page, "authorised personnel in 2009")
    expect(current(page)).to_be_in_viewport()
    settled(page)
    assert violations(page) == []
    filter_list(page, "Date").click()
    assert violations(page) == []
    filter_list(page, "Publisher").click()
    panel(page).get_by_role("button", name="Show boilerplate").click()
    panel(page).get_by_role("searchbox").fill("paragraph")
    expect(panel(page).get_by_role("search")).to_contain_text("of 160")
    assert violations(page) == []
    page.locator("summary").filter(has_text="strong").click()
    assert violations(page) == []


def test_no_violation_elsewhere(served: Served, themed: Page) -> None:
    page = themed
    page.goto(f"{served.address}/?q=bread")
    expect(page.get_by_role("heading", name="Not in these")).to_be_visible()
    settled(page)
    assert violations(page) == []
    page.get_by_role("button", name="Keys and help").click()
    assert violations(page) == []
    page.keyboard.press("Escape")
    cards(page).first.get_by_role("button", name="Pin", exact=True).click()
    page.get_by_role("button", name="1 pinned passage").click()
    expect(page.get_by_role("dialog", name="Pinned passages")).to_contain_text("weather")
    assert violations(page) == []
    page.keyboard.press("Escape")
    for tab in page.get_by_role("tab").all():
        tab.click()
        page.wait_for_load_state("networkidle")
        assert violations(page) == [], tab.text_content()
    page.get_by_role("tab", name="Evaluation").click()
    page.get_by_role("button", name="Run the evaluation").click()
    expect(page.locator("#figures").get_by_role("article")).to_have_count(2)  # each with the same two sides
    page.get_by_role("button", name="Compare").click()
    expect(page.get_by_role("region", name="Comparison", exact=True)).to_be_visible()
    assert violations(page) == []


def test_axe_is_awake(served: Served, themed: Page) -> None:
    themed.goto(served.address)
    expect(box(themed)).to_be_focused()
    themed.evaluate("document.querySelector('.welcome').append(document.createElement('button'))")
    assert violations(themed) == ["button-name: .welcome > button"]


@pytest.fixture(scope="module")
def news(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A real library of reports that differ, and that can be changed."""
    with kept_library(tmp_path_factory.mktemp("news"), NEWS) as kept:
        yield from run_server(kept.app)


def test_no_violation_in_comparisons_and_charts(news: str, themed: Page) -> None:
    page = themed
    page.goto(f"{news}/?q={TROOPS}")
    expect(page.get_by_role("region", name="Sources differ")).to_be_visible()
    settled(page)
    page.get_by_text("Why this passage").first.click()
    assert violations(page) == []
    page.goto(f"{news}/?q={BOATS}")
    expect(page.get_by_role("region", name="Changed over time")).to_be_visible()
    expect(page.get_by_role("img", name="Passages by date of publication")).to_be_visible()
    settled(page)
    assert violations(page) == []


def test_no_violation_with_two_rows_of_a_table(own: Served, themed: Page) -> None:
    rows = [
        (BlockKind.TABLE_HEADER, "| What | Number |"),
        (BlockKind.TABLE_ROW, "| Storks in the town | 7 |"),
        (BlockKind.TABLE_ROW, "| Storks in the hills | 9 |"),
    ]
    own.book.documents["storks.html"] = make_document(rows, "Storks", "Annals", "2010")
    themed.goto(f"{own.address}/?q=storks")
    expect(cards(themed).get_by_role("columnheader", name="Number")).to_have_count(2)
    expect(current(themed)).to_be_in_viewport()
    settled(themed)
    assert violations(themed) == []


def test_no_violation_in_a_row_of_a_batch(served: Served, themed: Page) -> None:
    page = themed
    page.goto(served.address)
    page.get_by_role("tab", name="Batch").click()
    questions = b"question\nauthorised personnel\nbread\n"
    page.get_by_label("Drop a file of questions here").set_input_files(
        {"name": "q.csv", "mimeType": "text/csv", "buffer": questions}
    )
    expect(page.get_by_text("Done: 2 questions").last).to_be_visible()
    for line in (2, 3):
        page.get_by_role("button", name=f"Show the answer of line {line}").click()
    expect(page.locator("tr.answer-row")).to_have_count(2)
    assert violations(page) == []


def test_no_violation_while_two_jobs_run(own: Served, themed: Page) -> None:
    page = themed
    page.goto(own.address)
    page.get_by_role("tab", name="Library").click()
    expect(page.get_by_role("heading", name="3 documents")).to_be_visible()
    jobs = page.get_by_role("group", name="Adding documents")
    for number, name in enumerate(("slow.txt", "later.txt"), start=1):
        file: FilePayload = {"name": name, "mimeType": "text/plain", "buffer": b"Nine geese."}
        page.get_by_label("Drop files or folders here").set_input_files(file)
        # one after the other: if the later began first, it would be done before the slow one is seen
        expect(jobs.get_by_role("button", name="Cancel")).to_have_count(number)
    assert violations(page) == []
    own.book.finish_adding.set()
    expect(jobs.get_by_role("link", name="Download the report")).to_have_count(2)
    expect(page.locator("#document-list")).to_have_attribute("aria-busy", "false")
    assert violations(page) == []


def test_no_violation_in_what_changes_a_library(news: str, themed: Page) -> None:
    page = themed
    page.goto(news)
    page.get_by_role("tab", name="Library").click()
    page.get_by_role("button", name="Edit").first.click()
    expect(page.get_by_role("dialog", name="What is known about this document")).to_be_visible()
    assert violations(page) == []
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Find duplicates").click()
    expect(page.locator("#duplicates")).not_to_contain_text("Comparing")
    page.get_by_role("button", name="Remove").last.click()
    expect(page.get_by_role("button", name="Undo")).to_be_visible()
    expect(page.locator("#document-list")).to_have_attribute("aria-busy", "false")  # pale meanwhile
    assert violations(page) == []
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("button", name="Undo")).to_be_hidden()
