"""Every key of the help sheet in Chromium: / j k o c p ? and Esc."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.qa.app.browsing import box, cards, current, opener, panel, settled
from tests.qa.app.conftest import Served

pytestmark = pytest.mark.browser


def test_keys_and_examples(served: Served, clean_page: Page) -> None:
    page = clean_page
    page.goto(served.address)
    page.get_by_role("group", name="Example questions").get_by_role("button").first.click()
    expect(page.locator("#answers").get_by_role("heading").first).to_be_visible()
    page.get_by_role("tab", name="Library").click()
    page.keyboard.press("/")
    expect(box(page)).to_be_focused()
    page.keyboard.type("and/or personnel")
    expect(box(page)).to_have_value("and/or personnel")
    page.get_by_role("button", name="Ask", exact=True).click()
    expect(page).to_have_url(re.compile(r"q=and%2For\+personnel"))
    page.keyboard.press("Escape")


def test_keys_move_through_the_passages(served: Served, clean_page: Page) -> None:
    page = clean_page
    page.goto(f"{served.address}/?q=authorised+personnel")
    expect(cards(page)).to_have_count(3)
    page.get_by_role("heading", name="510").click()
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("o")
    expect(current(page)).to_have_text("The personnel came from 41 states.")
    expect(cards(page).nth(1).get_by_role("button", name="Open in document")).to_be_focused()
    page.keyboard.press("k")
    page.keyboard.press("c")
    expect(cards(page).first.get_by_role("button", name="Copied")).to_be_focused()
    assert "510 personnel" in page.evaluate("navigator.clipboard.readText()")


def test_p_pins_and_takes_off(served: Served, clean_page: Page) -> None:
    page = clean_page
    page.goto(f"{served.address}/?q=authorised+personnel")
    expect(cards(page)).to_have_count(3)
    page.get_by_role("heading", name="510").click()
    page.keyboard.press("p")
    pin = cards(page).first.get_by_role("button", name="Pinned", exact=True)
    expect(pin).to_be_focused()
    expect(pin).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("j")
    page.keyboard.press("p")
    expect(opener(page)).to_have_accessible_name("2 pinned passages")
    page.keyboard.press("p")
    expect(opener(page)).to_have_accessible_name("1 pinned passage")
    expect(cards(page).nth(1).get_by_role("button", name="Pin", exact=True)).to_be_focused()


def test_esc_leaves_the_question_then_closes_what_is_open(served: Served, clean_page: Page) -> None:
    page = clean_page
    page.goto(f"{served.address}/?q=authorised+personnel")
    expect(current(page)).to_be_in_viewport()
    settled(page)
    expect(box(page)).to_be_focused()
    page.keyboard.press("Escape")
    expect(box(page)).not_to_be_focused()
    expect(panel(page).get_by_role("article")).to_be_visible()
    page.locator("summary").filter(has_text="strong match").click()
    page.keyboard.press("Escape")
    expect(page.locator(".strength .bubble")).to_be_hidden()
    expect(panel(page).get_by_role("article")).to_be_visible()
    page.keyboard.press("Escape")
    expect(panel(page).get_by_role("article")).to_have_count(0)
    expect(box(page)).to_be_focused()


def test_keys_are_letters_where_somebody_writes(served: Served, clean_page: Page) -> None:
    page = clean_page
    page.goto(f"{served.address}/?q=authorised+personnel")
    expect(current(page)).to_be_in_viewport()
    for writing in (box(page), panel(page).get_by_role("searchbox", name="Find in document")):
        writing.fill("")
        writing.press_sequentially("jkocp?/")
        expect(writing).to_have_value("jkocp?/")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(opener(page)).to_have_accessible_name("0 pinned passages")
    page.get_by_role("heading", name="510").click()
    page.keyboard.press("Control+p")  # the browser's own
    expect(opener(page)).to_have_accessible_name("0 pinned passages")


def test_the_question_mark_shows_every_key(served: Served, clean_page: Page) -> None:
    page = clean_page
    page.goto(served.address)
    expect(box(page)).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("?")
    sheet = page.get_by_role("dialog", name="Keys and help")
    expect(sheet.locator("kbd")).to_have_text(["/", "Enter", "j", "k", "o", "c", "p", "?", "Esc"])
    page.keyboard.press("j")  # nothing moves below an open sheet
    page.keyboard.press("Escape")
    expect(sheet).to_be_hidden()
