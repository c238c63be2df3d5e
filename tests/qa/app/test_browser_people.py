"""Several people at once, each with a browser of their own: answers, filters and pins stay theirs."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.qa.app.browsing import ask, box, cards, chips, filter_list, opener, panel, tray
from tests.qa.app.conftest import Served, watch
from tests.qa.app.fakes import PARAGRAPH, make_document

pytestmark = pytest.mark.browser
QUESTION = "How many wells were counted?"


def narrowed(page: Page, number: int) -> None:
    """One person's filters: the even choose their publisher, the odd its year."""
    if number % 2 == 0:
        filter_list(page, "Publisher").click()
        page.get_by_role("checkbox", name=f"Office {number}").check()
    else:
        filter_list(page, "Date").click()
        page.get_by_role("button", name=re.compile(f"^200{number} ")).click()
    page.keyboard.press("Escape")


def test_five_people_at_once(own: Served, browser: Browser) -> None:
    for number in range(5):
        lines = [(PARAGRAPH, f"Village {number} counted {100 + number} wells.")]
        own.book.documents[f"{number}.txt"] = make_document(
            lines, f"Wells {number}", f"Office {number}", f"200{number}-05"
        )
    contexts = [browser.new_context() for _ in range(5)]
    pages = [context.new_page() for context in contexts]
    problems = [watch(page) for page in pages]
    for page in pages:
        page.goto(own.address, wait_until="commit")  # all load at once
    for number, page in enumerate(pages):
        expect(filter_list(page, "Publisher")).to_be_visible()
        narrowed(page, number)
    for page in pages:
        ask(page, QUESTION)
    for number, page in enumerate(pages):
        expect(cards(page)).to_have_count(1)
        expect(cards(page).first).to_contain_text(f"Village {number} counted {100 + number} wells.")
        expect(chips(page)).to_have_text([f"Published 200{number}✕" if number % 2 else f"Office {number}✕"])
        expect(panel(page).get_by_role("heading", level=2)).to_have_text(f"Wells {number}")
        expect(box(page)).to_have_value(QUESTION)
        if number:
            cards(page).first.get_by_role("button", name="Pin", exact=True).click()
    for number, page in enumerate(pages):
        expect(page.locator("#pin-count")).to_have_text(str(min(number, 1)))
        opener(page).click()
        pinned = [f"Village {number} counted {100 + number} wells."] if number else []
        expect(tray(page).get_by_role("blockquote")).to_have_text(pinned)
    for context in contexts:
        context.close()
    assert problems == [[]] * 5
