"""For everybody: nothing that axe-core objects to in either theme; zoom, print, Tab order, text from right to left."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.qa.app.browsing import (
    ask,
    box,
    cards,
    current,
    filter_list,
    no_sideways_scroll,
    panel,
    settled,
    violations,
)
from tests.qa.app.conftest import Served, watch
from tests.qa.app.fakes import PARAGRAPH, make_document

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
    assert violations(page) == []


def test_axe_is_awake(served: Served, themed: Page) -> None:
    themed.goto(served.address)
    expect(box(themed)).to_be_focused()
    themed.evaluate("document.querySelector('.welcome').append(document.createElement('button'))")
    assert violations(themed) == ["button-name: .welcome > button"]


def test_at_twice_the_size_nothing_is_cut_off(served: Served, browser: Browser) -> None:
    context = browser.new_context(viewport={"width": 680, "height": 425}, device_scale_factor=2)
    page = context.new_page()
    problems = watch(page)
    page.goto(f"{served.address}/?q=hostile")
    expect(cards(page)).to_have_count(1)
    no_sideways_scroll(page)
    for tab in page.get_by_role("tab").all():
        tab.click(trial=True)  # fails where anything lies over it
    cards(page).first.get_by_role("button", name="Open in document").click()
    expect(current(page)).to_be_in_viewport()
    no_sideways_scroll(page)
    context.close()
    assert problems == []


def test_print_gives_the_evidence_alone(served: Served, clean_page: Page) -> None:
    page = clean_page
    page.goto(f"{served.address}/?q=authorised+personnel")
    expect(current(page)).to_be_in_viewport()
    page.emulate_media(media="print")
    expect(page.locator("#asked-for-print")).to_have_text("authorised personnel")
    expect(cards(page).first).to_be_visible()
    for hidden in (box(page), panel(page), page.get_by_role("tab", name="Library")):
        expect(hidden).to_be_hidden()
    expect(cards(page).first.get_by_role("button", name="Copy citation")).to_be_hidden()
    expect(cards(page).first).to_contain_text("United Nations")


def test_who_wants_no_motion_sees_none(served: Served, clean_page: Page) -> None:
    page = clean_page
    page.goto(f"{served.address}/?q=authorised+personnel")
    settled(page)
    answer = page.locator("section.answer")
    expect(answer).not_to_have_css("transition-duration", "0s")
    page.emulate_media(reduced_motion="reduce")
    expect(answer).to_have_css("transition-duration", "0s")
    box(page).fill("hostile")
    box(page).press("Enter")
    expect(page.locator(".box")).to_have_css("animation-name", "none")
    expect(cards(page)).to_have_count(1)


SAID = "(({ innerText, name, ariaLabel }) => ariaLabel || innerText || name)(document.activeElement)"


def test_tab_goes_from_the_question_to_the_evidence(served: Served, clean_page: Page) -> None:
    page = clean_page
    page.goto(f"{served.address}/?q=authorised+personnel")
    expect(current(page)).to_be_in_viewport()
    box(page).focus()
    visited = []
    for _ in range(24):
        page.keyboard.press("Tab")
        visited.append(str(page.evaluate(SAID)))
    order = [
        "Ask",
        "Date",
        "Publisher",
        "Language",
        "Type",
        "newest first",
        "50",
        "Open in document",
        "Copy citation",
        "Pin",
    ]
    assert all(any(wanted.casefold() in seen.casefold() for seen in visited) for wanted in order), visited
    places = [
        next(i for i, seen in enumerate(visited) if wanted.casefold() in seen.casefold()) for wanted in order
    ]
    assert places == sorted(places), visited


def test_text_from_right_to_left_runs_that_way(own: Served, clean_page: Page) -> None:
    own.book.documents["hebrew.txt"] = make_document(
        [(PARAGRAPH, "המשימה מנתה 510 אנשי personnel בשנת 2009.")], "המשימה", "הארץ", "2009", "he"
    )
    page = clean_page
    page.goto(f"{own.address}/?q=personnel+{'המשימה'}")
    card = cards(page).filter(has_text="Hebrew")
    expect(card.locator("blockquote")).to_have_css("direction", "rtl")
    card.get_by_role("button", name="Open in document").click()
    expect(panel(page).locator("p.paragraph").first).to_have_css("direction", "rtl")
    expect(box(page)).to_have_attribute("dir", "auto")
