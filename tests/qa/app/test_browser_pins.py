"""Pinning, the tray and its export in Chromium; five people at once keep their own."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.qa.app.browsing import ask, box, cards, current, no_sideways_scroll, opener, settled, tray
from tests.qa.app.conftest import Served

pytestmark = pytest.mark.browser


def pin_first(page: Page, question: str, many: int = 1) -> None:
    ask(page, question)
    settled(page)
    for place in range(many):
        card = cards(page).nth(place)
        card.get_by_role("button", name="Pin", exact=True).click()
        expect(card.get_by_role("button", name="Pinned", exact=True)).to_have_attribute(
            "aria-pressed", "true"
        )


def test_pins_collect_across_questions_and_are_exported(served: Served, clean_page: Page) -> None:
    page = clean_page
    page.goto(served.address)
    expect(opener(page)).to_have_accessible_name("0 pinned passages")
    pin_first(page, "authorised personnel", 2)
    pin_first(page, "hostile")
    expect(opener(page)).to_have_accessible_name("3 pinned passages")
    page.reload()
    expect(cards(page).first.get_by_role("button", name="Pinned", exact=True)).to_be_visible()
    opener(page).click()
    items = tray(page).get_by_role("listitem")
    expect(items).to_have_count(3)
    expect(tray(page).get_by_role("heading", level=3)).to_have_text(["authorised personnel", "hostile"])
    items.first.get_by_role("textbox", name="Note").fill("to be checked")
    tray(page).get_by_role("combobox", name="Format").select_option(label="Markdown (.md)")
    tray(page).get_by_role("combobox", name="Citation style").select_option("mla")
    with page.expect_download() as started:
        tray(page).get_by_role("button", name="Export").click()
    assert started.value.suggested_filename == "sourcebook-quotes.md"
    text = Path(started.value.path()).read_text(encoding="utf-8")
    assert "## hostile" in text and "Note: to be checked" in text and "MLA, 9th edition." in text
    with page.expect_download() as started:
        tray(page).get_by_role("combobox", name="Format").select_option("zip")
        tray(page).get_by_role("button", name="Export").click()
    assert Path(started.value.path()).read_bytes()[:2] == b"PK"


def test_pins_are_removed_cleared_and_brought_back(served: Served, clean_page: Page) -> None:
    page = clean_page
    page.goto(served.address)
    pin_first(page, "authorised personnel", 2)
    cards(page).nth(1).get_by_role("button", name="Pinned", exact=True).click()
    expect(opener(page)).to_have_accessible_name("1 pinned passage")
    cards(page).nth(1).get_by_role("button", name="Pin", exact=True).click()
    opener(page).click()
    items = tray(page).get_by_role("listitem")
    items.first.get_by_role("button", name="Remove").click()
    expect(items).to_have_count(1)
    tray(page).get_by_role("button", name="Undo").click()
    expect(items).to_have_count(2)
    tray(page).get_by_role("button", name="Clear all").click()
    expect(tray(page).get_by_text("Nothing is pinned yet")).to_be_visible()
    expect(tray(page).get_by_role("button", name="Export")).to_be_disabled()
    tray(page).get_by_role("button", name="Undo").click()
    expect(items).to_have_count(2)
    page.keyboard.press("Escape")
    expect(tray(page)).to_be_hidden()
    opener(page).click()
    tray(page).get_by_role("button", name="Close pinned passages").click()
    expect(tray(page)).to_be_hidden()
    opener(page).click()
    items.first.get_by_role("link", name="Open in document").click()
    expect(current(page)).to_be_in_viewport()


@pytest.mark.console_says("net::ERR_FAILED")
def test_the_server_gone_is_told_in_the_tray(served: Served, clean_page: Page) -> None:
    page = clean_page
    page.goto(served.address)
    expect(box(page)).to_be_focused()
    page.route("**/pins", lambda route: route.abort())
    opener(page).click()
    expect(tray(page).get_by_role("alert")).to_contain_text("The server cannot be reached")


def test_the_tray_fits_a_phone(served: Served, phone: Page) -> None:
    page = phone
    page.goto(served.address)
    pin_first(page, "hostile")
    no_sideways_scroll(page)
    opener(page).click()
    expect(tray(page).get_by_role("listitem")).to_have_count(1)
    no_sideways_scroll(page)
    assert tray(page).evaluate("element => element.scrollWidth - element.clientWidth") <= 0
