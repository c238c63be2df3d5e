"""For everybody: zoom, print, motion, Tab order, text from right to left; what axe-core says is in `test_browser_axe`."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.qa.app.browsing import (
    box,
    cards,
    current,
    no_sideways_scroll,
    panel,
    settled,
)
from tests.qa.app.conftest import Served, watch
from tests.qa.app.fakes import PARAGRAPH, make_document

pytestmark = pytest.mark.browser


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
