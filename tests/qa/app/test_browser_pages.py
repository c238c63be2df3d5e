"""The other tabs, several people and narrow screens in Chromium."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from qa.app.server import create_app
from tests.qa.app.browsing import (
    ask,
    box,
    cards,
    current,
    filter_list,
    no_sideways_scroll,
    panel,
)
from tests.qa.app.conftest import Served, run_server, watch
from tests.qa.app.fakes import FakeBook

pytestmark = pytest.mark.browser


@pytest.mark.console_says(
    "console: seen", "dialog: seen", "script error: seen", "request to http://outside.invalid/"
)
def test_whatever_must_not_happen_is_seen(served: Served, clean_page: Page) -> None:
    page = clean_page
    page.goto(served.address)
    expect(box(page)).to_be_focused()
    page.evaluate("console.error('seen'); alert('seen'); setTimeout(() => { throw new Error('seen') })")
    page.route("http://outside.invalid/", lambda route: route.fulfill(body="outside"))
    page.goto("http://outside.invalid/")


def test_the_library_opens_a_document(served: Served, clean_page: Page) -> None:
    page = clean_page
    page.goto(served.address)
    page.get_by_role("tab", name="Library").click()
    page.get_by_role("link", name="La mission et son personnel").click()
    expect(panel(page).get_by_role("heading", level=2)).to_have_text("La mission et son personnel")
    expect(panel(page)).to_contain_text("Le personnel autorisé")


def test_evaluation(served: Served, clean_page: Page) -> None:
    page = clean_page
    page.goto(served.address)
    page.get_by_role("tab", name="Evaluation").click()
    page.get_by_role("button", name="Run the evaluation").click()
    expect(page.get_by_role("heading", name="Sample question set, test half")).to_be_visible()
    expect(page.get_by_role("row", name="date 20")).to_contain_text("0.900 0.700–1.000")
    no_sideways_scroll(page)


def test_questions_of_an_evaluation_are_filtered_and_compared(served: Served, clean_page: Page) -> None:
    page = clean_page
    page.goto(served.address)
    page.get_by_role("tab", name="Evaluation").click()
    page.get_by_role("button", name="Run the evaluation").click()
    figures = page.locator("#figures")
    shown = figures.get_by_role("article")
    expect(shown).to_have_count(2)  # those that did not end right
    expect(figures).to_contain_text("2 shown")
    expect(shown.first.get_by_role("group", name="Expected")).to_contain_text("May")
    expect(shown.first.get_by_role("group", name="Found")).to_contain_text("other place")
    page.get_by_label("Kind").select_option("date")
    expect(shown).to_have_count(1)
    page.get_by_label("Ended").select_option("")
    expect(shown).to_have_count(2)
    page.get_by_role("button", name="Compare").click()
    expect(figures).to_contain_text("sample-20261122-080000 against sample-20261121-080000: cannot tell")
    expect(figures.get_by_role("row", name="right")).to_contain_text("-0.050")
    with page.expect_download() as downloaded:
        page.get_by_role("link", name="Download the report").click()
    assert downloaded.value.suggested_filename == "report.html"
    page.get_by_role("radio", name="This library's test questions").check()
    page.get_by_role("button", name="Run the evaluation").click()
    expect(figures).to_contain_text("no test questions yet")


def test_a_quote_becomes_a_test_question_in_two_clicks(served: Served, clean_page: Page) -> None:
    page = clean_page
    page.goto(served.address)
    expect(box(page)).to_be_focused()
    ask(page, "hostile")
    card = cards(page).first
    card.get_by_role("button", name="Keep as test question").click()
    assert served.evaluator is not None
    assert served.evaluator.kept == []
    card.get_by_role("button", name="Yes, this quote answers it").click()
    expect(card).to_contain_text("Kept as test question q001.")
    expect(card.get_by_role("button", name="Kept")).to_be_disabled()
    ((question, place, _, as_of),) = served.evaluator.kept
    assert (question, as_of) == ("hostile", None)
    assert len(place[0]) == 64
    assert place[1] < place[2]


def test_a_phone_has_no_sideways_scroll_and_a_sheet(served: Served, phone: Page) -> None:
    page = phone
    for width in (360, 390):
        page.set_viewport_size({"width": width, "height": 800})
        page.goto(served.address)
        expect(box(page)).to_be_focused()
        no_sideways_scroll(page)
        ask(page, "hostile")
        expect(cards(page)).to_have_count(1)
        no_sideways_scroll(page)
        inside = cards(page).first.bounding_box()
        assert inside and inside["x"] + inside["width"] <= width
        page.get_by_role("button", name="Filters").click()
        filter_list(page, "Date").click()
        expect(page.get_by_label("Published from")).to_be_visible()
        no_sideways_scroll(page)
        # The document stays away until asked for.
        expect(panel(page).get_by_role("article")).to_have_count(0)
        cards(page).first.get_by_role("button", name="Open in document").click()
        expect(current(page)).to_be_in_viewport()
        expect(panel(page).get_by_role("button", name="Close document")).to_be_focused()
        no_sideways_scroll(page)
        panel(page).get_by_role("button", name="Close document").click()
        expect(panel(page).get_by_role("article")).to_have_count(0)
        for tab in ("Library", "Evaluation"):
            page.get_by_role("tab", name=tab).click()
            no_sideways_scroll(page)


def test_the_first_load_is_light(served: Served, browser: Browser) -> None:
    context = browser.new_context()  # that has seen nothing yet
    page = context.new_page()
    problems = watch(page)
    client = context.new_cdp_session(page)
    client.send("Network.enable")
    received: list[float] = []
    client.on("Network.loadingFinished", lambda event: received.append(event["encodedDataLength"]))
    page.goto(served.address)
    expect(box(page)).to_be_focused()
    page.wait_for_load_state("networkidle")
    assert sum(received) < 400_000
    context.close()
    assert problems == []


@pytest.fixture(scope="module")
def without_extras() -> Iterator[str]:
    yield from run_server(create_app(FakeBook()))


def test_what_the_page_may_not_do_it_explains(without_extras: str, clean_page: Page) -> None:
    page = clean_page
    page.goto(without_extras)
    page.get_by_role("tab", name="Library").click()
    expect(page.get_by_text("sourcebook add FOLDER")).to_be_visible()
    page.get_by_role("tab", name="Evaluation").click()
    expect(page.get_by_text("sourcebook eval")).to_be_visible()
