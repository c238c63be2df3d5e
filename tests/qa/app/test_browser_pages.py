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


def test_two_people_have_their_own_answers(served: Served, clean_page: Page, browser: Browser) -> None:
    other_context = browser.new_context()
    other = other_context.new_page()
    problems = watch(other)
    clean_page.goto(served.address)
    other.goto(served.address)
    expect(box(other)).to_be_focused()
    filter_list(other, "Date").click()
    other.get_by_label("Published from").fill("2011-01-01")
    ask(clean_page, "authorised personnel")
    ask(other, "personnel autorisé")
    expect(cards(clean_page)).to_have_count(3)
    expect(cards(other)).to_have_count(1)
    expect(box(clean_page)).to_have_value("authorised personnel")
    expect(clean_page.get_by_label("Published from")).to_have_value("")
    other_context.close()
    assert problems == []


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


def test_the_first_load_is_light(served: Served, clean_page: Page) -> None:
    page = clean_page
    client = page.context.new_cdp_session(page)
    client.send("Network.enable")
    received: list[float] = []
    client.on("Network.loadingFinished", lambda event: received.append(event["encodedDataLength"]))
    page.goto(served.address)
    expect(box(page)).to_be_focused()
    page.wait_for_load_state("networkidle")
    assert sum(received) < 400_000


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
