"""The Batch page in Chromium: progress, drilling into rows, cancelling, downloading."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import FilePayload, Locator, Page, expect

from qa.app.server import create_app
from qa.types import Answer
from tests.qa.app.browsing import current, no_sideways_scroll
from tests.qa.app.conftest import Served, run_server
from tests.qa.app.dropping import drop_files, hover_with_files
from tests.qa.app.fakes import FakeBook

pytestmark = pytest.mark.browser


class SlowBook(FakeBook):
    """Waits at the question "wait" until the test lets it go on."""

    def __init__(self) -> None:
        super().__init__()
        self.go_on = threading.Event()

    def ask(self, question: str, **options: Any) -> Answer:
        if question == "wait":
            self.go_on.wait(20)
        return super().ask(question, **options)


@pytest.fixture
def slow() -> Iterator[Served]:
    book = SlowBook()
    for address in run_server(create_app(book)):
        yield Served(address, book)


def send(page: Page, *questions: str) -> None:
    data = "question\n" + "".join(f"{question}\n" for question in questions)
    file: FilePayload = {"name": "q.csv", "mimeType": "text/csv", "buffer": data.encode()}
    page.get_by_label("Drop a file of questions here").set_input_files(file)


def open_batch(page: Page, served: Served) -> None:
    page.goto(served.address)
    page.get_by_role("tab", name="Batch").click()


def rows(page: Page) -> Locator:
    return page.get_by_role("region", name="Answers").get_by_role("row")


def test_a_batch_is_asked_opened_and_downloaded(slow: Served, clean_page: Page) -> None:
    page = clean_page
    assert isinstance(slow.book, SlowBook)
    open_batch(page, slow)
    send(page, "authorised personnel", "bread", "wait", "bread")
    expect(page.get_by_role("progressbar", name="Asking the questions")).to_be_visible()
    expect(rows(page).nth(1)).to_contain_text("answered")
    expect(rows(page).nth(3)).to_contain_text("waiting")
    page.get_by_role("button", name="Show the answer of line 2").click()
    region = page.get_by_role("region", name="Answers")
    expect(region.get_by_text("It was authorised to have 510 personnel.")).to_be_visible()
    slow.book.go_on.set()
    expect(page.get_by_text("Done: 4 questions, 1 answered").last).to_be_visible()
    expect(region.get_by_text("It was authorised to have 510 personnel.")).to_be_visible()
    region.get_by_role("button", name="Pin", exact=True).first.click()
    expect(page.locator("#pin-count")).to_have_text("1")
    page.reload()
    page.get_by_role("tab", name="Batch").click()
    with page.expect_download() as started:
        page.get_by_role("button", name="Download").click()
    assert started.value.suggested_filename == "sourcebook-answers.csv"
    assert b"not in these documents" in Path(started.value.path()).read_bytes()
    page.get_by_role("combobox", name="Results").select_option("docx")
    with page.expect_download() as started:
        page.get_by_role("button", name="Download").click()
    assert started.value.suggested_filename == "sourcebook-answers.docx"
    page.get_by_role("button", name="Show the answer of line 2").click()
    page.get_by_role("button", name="Show the answer of line 2").click()
    expect(region.get_by_role("link", name="Open in document")).to_have_count(0)
    page.get_by_role("button", name="Show the answer of line 2").click()
    region.get_by_role("link", name="Open in document").first.click()
    expect(current(page)).to_be_in_viewport()


def test_a_batch_is_cancelled(slow: Served, clean_page: Page) -> None:
    page = clean_page
    assert isinstance(slow.book, SlowBook)
    open_batch(page, slow)
    send(page, "wait", "bread", "bread")
    cancel = page.get_by_role("button", name="Cancel")
    cancel.focus()
    table = page.locator("#batch-table > section").element_handle()
    page.wait_for_function("table => !table.isConnected", arg=table)  # the table was drawn anew
    expect(cancel).to_be_focused()
    with page.expect_response("**/cancel"):
        page.keyboard.press("Enter")
    slow.book.go_on.set()
    expect(page.get_by_text("Cancelled after 1 of 3").last).to_be_visible()


def test_a_file_is_dropped_and_nothing_else(served: Served, clean_page: Page, tmp_path: Path) -> None:
    page = clean_page
    open_batch(page, served)
    place = page.locator("#batch-drop")
    questions, other = tmp_path / "questions.csv", tmp_path / "other.csv"
    for file in (questions, other):
        file.write_text("question\nauthorised personnel\nbread\n")
    hover_with_files(page, place, questions)
    expect(place).to_contain_class("over")
    for wrong in ((tmp_path,), (questions, other)):
        drop_files(page, place, *wrong)
        expect(page.get_by_role("alert").filter(has_text="Drop one file of questions")).to_be_visible()
        expect(rows(page)).to_have_count(0)
    drop_files(page, place, questions)
    expect(page.get_by_text("Done: 2 questions, 1 answered").last).to_be_visible()
    expect(place).not_to_contain_class("over")
    expect(page.get_by_text("Drop one file of questions")).to_be_hidden()


def test_pages_and_a_phone(served: Served, phone: Page) -> None:
    page = phone
    open_batch(page, served)
    send(page, *["bread"] * 60)
    expect(page.get_by_text("Done: 60 questions").last).to_be_visible()
    page.get_by_role("button", name="Next page").click()
    expect(page.get_by_text("Page 2 of 2")).to_be_visible()
    expect(page.get_by_role("button", name="Next page")).to_be_disabled()
    page.get_by_role("button", name="Previous page").click()
    expect(page.get_by_text("Page 1 of 2")).to_be_visible()
    no_sideways_scroll(page)


@pytest.mark.console_says("status of 400")
def test_a_wrong_file_is_told(served: Served, clean_page: Page) -> None:
    page = clean_page
    open_batch(page, served)
    file: FilePayload = {"name": "q.csv", "mimeType": "text/csv", "buffer": b"id,text\n1,x\n"}
    page.get_by_label("Drop a file of questions here").set_input_files(file)
    expect(page.get_by_role("alert").filter(has_text='has no column "question"')).to_be_visible()
