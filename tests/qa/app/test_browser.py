"""Asking in Chromium: answers, documents, filters, keys, with a hostile document in the library."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.qa.app.browsing import (
    ask,
    box,
    cards,
    chips,
    current,
    filter_list,
    panel,
    publisher_filter,
    settled,
)
from tests.qa.app.conftest import Served
from tests.qa.app.fakes import HOSTILE, HOSTILE_NAME

pytestmark = pytest.mark.browser


def test_ask_and_read_the_answer_in_its_document(served: Served, clean_page: Page) -> None:
    page = clean_page
    page.goto(served.address)
    expect(box(page)).to_be_focused()
    ask(page, "authorised personnel")
    expect(page.get_by_role("heading", name="510")).to_be_visible()
    expect(page.locator(".verdict")).to_contain_text("It was authorised to have 510 personnel.")
    expect(page.locator(".verdict")).to_contain_text("United Nations")
    expect(page.locator(".verdict")).to_contain_text("5 October 2009")
    expect(cards(page)).to_have_count(3)
    expect(cards(page).first.locator("mark.answer")).to_have_text("510")
    expect(cards(page).first).to_contain_text("The mission began in June 1999.")
    expect(cards(page).nth(2)).to_contain_text("French")
    expect(page.get_by_role("status").first).to_contain_text("Answer: 510. 3 passages found.")
    # The document is open at the first quote without another click.
    expect(panel(page).get_by_role("heading", level=2)).to_have_text("UNMIK: the mission at a glance")
    expect(current(page)).to_have_text("It was authorised to have 510 personnel.")
    expect(current(page)).to_be_in_viewport()
    expect(panel(page).get_by_role("columnheader")).to_have_text(["Year", "Troops"])
    expect(page).to_have_url(re.compile(r"\?q=authorised\+personnel$"))


def test_a_quote_in_another_language_than_the_question_says_so(served: Served, clean_page: Page) -> None:
    page = clean_page
    page.goto(served.address)
    ask(page, "Quel était le personnel autorisé de la mission, en anglais “personnel”?")
    french = cards(page).filter(has_text="Le personnel autorisé")
    expect(french).to_have_count(1)
    expect(french.locator(".language")).to_have_count(0)
    expect(cards(page).first.locator(".language")).to_have_text("English")
    ask(page, "authorised personnel")
    expect(french.locator(".language")).to_have_text("French")
    expect(cards(page).first.locator(".language")).to_have_count(0)


def test_open_another_quote_and_another_document(served: Served, clean_page: Page) -> None:
    page = clean_page
    page.goto(f"{served.address}/?q=authorised+personnel")
    expect(current(page)).to_be_in_viewport()
    cards(page).nth(1).get_by_role("button", name="Open in document").click()
    expect(current(page)).to_have_text("The personnel came from 41 states.")
    expect(current(page)).to_be_in_viewport()
    expect(panel(page)).to_contain_text("2 of 2")
    panel(page).get_by_role("button", name="Previous quote").click()
    expect(current(page)).to_have_text("It was authorised to have 510 personnel.")
    cards(page).nth(2).get_by_role("button", name="Open in document").click()
    expect(panel(page).get_by_role("heading", level=2)).to_have_text("La mission et son personnel")
    expect(current(page)).to_be_in_viewport()


def test_tools_of_the_document(served: Served, clean_page: Page) -> None:
    page = clean_page
    page.goto(f"{served.address}/?q=authorised+personnel")
    expect(current(page)).to_be_in_viewport()
    boilerplate = panel(page).get_by_text("Join the mailing list")
    expect(boilerplate).to_be_hidden()
    panel(page).get_by_role("button", name="Show boilerplate").click()
    expect(boilerplate).to_be_visible()
    with page.expect_download() as downloading:
        panel(page).get_by_role("link", name="Download original").click()
    assert downloading.value.suggested_filename == "mission.txt"
    source = panel(page).get_by_role("link", name="Source page")
    expect(source).to_have_attribute("rel", "noopener noreferrer")
    expect(source).to_have_attribute("href", "https://example.org/mission")
    panel(page).get_by_role("button", name="Close document").click()
    expect(panel(page).get_by_role("article")).to_have_count(0)
    cards(page).first.get_by_role("button", name="Open in document").click()
    expect(current(page)).to_be_in_viewport()


def test_copy_a_citation(served: Served, clean_page: Page) -> None:
    page = clean_page
    page.goto(f"{served.address}/?q=authorised+personnel")
    cards(page).first.get_by_role("button", name="Copy citation").click()
    expect(cards(page).first.get_by_role("button", name="Copied")).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith(
        "“It was authorised to have 510 personnel.”\nUNMIK: the mission at a glance. United Nations, 5 October 2009"
    )
    assert re.search(r"reports/mission\.txt, characters \d+–\d+", copied)
    link = copied.splitlines()[-1]
    page.goto(link)
    expect(current(page)).to_have_text("It was authorised to have 510 personnel.")


def test_strength_is_explained(served: Served, clean_page: Page) -> None:
    page = clean_page
    page.goto(f"{served.address}/?q=authorised+personnel")
    explanation = page.locator(".strength .bubble")
    expect(explanation).to_be_hidden()
    page.locator("summary").filter(has_text="strong match").click()
    expect(explanation).to_contain_text("90 %")
    page.keyboard.press("Escape")
    expect(explanation).to_be_hidden()


def test_hostile_text_is_only_text(served: Served, clean_page: Page) -> None:
    page = clean_page
    page.goto(served.address)
    ask(page, "hostile")
    card = cards(page).first
    expect(card).to_contain_text(HOSTILE)
    expect(card.get_by_role("heading")).to_contain_text(HOSTILE)
    expect(card).to_contain_text(HOSTILE_NAME)
    expect(panel(page).get_by_role("heading", level=2)).to_have_text(HOSTILE)
    expect(current(page)).to_contain_text(HOSTILE)
    expect(panel(page).get_by_role("columnheader").first).to_have_text(HOSTILE)
    expect(panel(page).get_by_role("link", name="Source page")).to_have_count(0)
    card.get_by_role("button", name="Copy citation").click()
    expect(card.get_by_role("button", name="Copied")).to_be_visible()
    assert HOSTILE in page.evaluate("navigator.clipboard.readText()")
    publisher_filter(page).click()
    page.get_by_role("checkbox", name=HOSTILE).check()
    expect(cards(page)).to_have_count(1)
    page.keyboard.press("Escape")
    page.get_by_role("tab", name="Library").click()
    row = page.get_by_role("row").filter(has_text=HOSTILE_NAME)
    expect(row.get_by_role("link")).to_have_text(HOSTILE)
    assert (
        page.locator(
            "#answers img, #answers svg, #answers script, #panel img, #panel svg, #documents img"
        ).count()
        == 0
    )


def test_a_hostile_question(own: Served, clean_page: Page) -> None:
    page = clean_page
    page.goto(own.address)
    ask(page, f"{HOSTILE} bread")
    expect(page.get_by_role("heading", name="Not in these")).to_be_visible()
    settled(page)
    page.reload()
    expect(box(page)).to_have_value(f"{HOSTILE} bread")


def test_filters(served: Served, clean_page: Page) -> None:
    page = clean_page
    page.goto(served.address)
    ask(page, "authorised personnel")
    expect(cards(page)).to_have_count(3)
    filter_list(page, "Date").click()
    page.get_by_label("Published from").fill("2011-01-01")
    expect(cards(page)).to_have_count(1)
    expect(cards(page).first).to_contain_text("Le Courrier")
    expect(page).to_have_url(re.compile("from=2011-01-01"))
    page.get_by_label("Published to").fill("2010-01-01")
    expect(page.get_by_role("alert")).to_contain_text("lies after")
    page.get_by_role("button", name="Clear filters").click()
    expect(cards(page)).to_have_count(3)
    publisher_filter(page).click()
    page.get_by_role("checkbox", name="United Nations").check()
    expect(cards(page)).to_have_count(2)
    expect(page.get_by_role("checkbox", name="United Nations")).to_be_focused()
    page.get_by_role("combobox", name="Passages to show").select_option("5")
    expect(page).to_have_url(re.compile(r"limit=5&publisher=United\+Nations$"))
    settled(page)
    # A reload, or a colleague with the same address, sees the same.
    page.reload()
    expect(cards(page)).to_have_count(2)
    publisher_filter(page).click()
    expect(page.get_by_role("checkbox", name="United Nations")).to_be_checked()
    page.keyboard.press("Escape")
    expect(page.get_by_role("combobox", name="Passages to show")).to_have_value("5")


def test_as_of_travels_with_the_question(served: Served, clean_page: Page) -> None:
    page = clean_page
    page.goto(f"{served.address}/?q=personnel&as_of=2007-12-31")
    expect(chips(page)).to_contain_text(["As of 31 December 2007"])
    filter_list(page, "Date").click()
    expect(page.get_by_role("textbox", name="As of")).to_have_value("2007-12-31")
    expect(page.locator("#answers")).to_contain_text("as of 31 December 2007")


def test_chips_take_a_limit_away(served: Served, clean_page: Page) -> None:
    page = clean_page
    page.goto(
        f"{served.address}/?q=personnel+in+March+2004&publisher=United+Nations&language=en&type=text/plain&from=2009-01-01&to=2009-12-31"
    )
    expect(chips(page)).to_contain_text(
        ["About March 2004", "Published 2009", "United Nations", "English", "Text"]
    )
    filter_list(page, "Date").click()
    expect(page.get_by_role("button", name="2009 1")).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("Escape")
    for left, label in (
        (4, "About March 2004"),
        (3, "Published 2009"),
        (2, "English"),
        (1, "Text"),
        (0, "United Nations"),
    ):
        page.get_by_role("button", name=f"Take away: {label}").click()
        expect(chips(page)).to_have_count(left)
    expect(page).to_have_url(re.compile(r"\?q=personnel\+in\+March\+2004&time=any$"))
    page.get_by_role("button", name="Use the time in the question").click()
    expect(chips(page)).to_contain_text(["About March 2004"])
    settled(page)


def test_years_and_order(served: Served, clean_page: Page) -> None:
    page = clean_page
    page.goto(f"{served.address}/?q=personnel")
    expect(cards(page)).to_have_count(3)
    page.get_by_label("Order").select_option("newest first")
    expect(cards(page).first).to_contain_text("Le Courrier")
    expect(page).to_have_url(re.compile("sort=newest"))
    page.get_by_label("Order").select_option("by relevance")
    expect(cards(page).first).to_contain_text("United Nations")
    filter_list(page, "Date").click()
    page.get_by_role("button", name="2011 1").click()
    expect(cards(page)).to_have_count(1)
    expect(page.get_by_role("button", name="2011 1")).to_be_focused()
    expect(page).to_have_url(re.compile("from=2011-01-01&to=2011-12-31"))


def test_back_returns_to_the_question_before(served: Served, clean_page: Page) -> None:
    page = clean_page
    page.goto(served.address)
    ask(page, "authorised personnel")
    expect(cards(page)).to_have_count(3)
    ask(page, "hostile")
    expect(cards(page)).to_have_count(1)
    page.go_back()
    expect(box(page)).to_have_value("authorised personnel")
    expect(cards(page)).to_have_count(3)
    settled(page)


def test_find_in_the_document(served: Served, clean_page: Page) -> None:
    page = clean_page
    page.goto(f"{served.address}/?q=authorised+personnel")
    expect(current(page)).to_be_in_viewport()
    find = panel(page).get_by_role("searchbox", name="Find in document")
    find.fill("paragraph 79  speaks")
    # It begins with the first place after the quote.
    expect(panel(page).get_by_role("search")).to_contain_text("2 of 2")
    expect(current(page)).to_have_text("Paragraph 79 speaks")
    expect(current(page)).to_be_in_viewport()
    first = page.url
    panel(page).get_by_role("button", name="Next place").click()
    expect(panel(page).get_by_role("search")).to_contain_text("1 of 2")
    find.press("Shift+Enter")
    expect(panel(page).get_by_role("search")).to_contain_text("2 of 2")
    panel(page).get_by_role("button", name="Previous place").click()
    expect(panel(page).get_by_role("search")).to_contain_text("1 of 2")
    expect(current(page)).to_be_in_viewport()
    find.fill("nowhere here")
    expect(panel(page).get_by_role("search")).to_contain_text("Not in this document")
    assert page.url == first


def test_help_history_and_keys_of_the_sheet(served: Served, clean_page: Page) -> None:
    page = clean_page
    page.goto(served.address)
    expect(box(page)).to_be_focused()
    expect(page.get_by_role("checkbox", name="Remember my questions")).not_to_be_checked()
    page.get_by_role("checkbox", name="Remember my questions").check()
    page.keyboard.press("Tab")
    page.locator("body").press("?")
    expect(page.get_by_role("dialog", name="Keys and help")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog", name="Keys and help")).to_be_hidden()
    page.get_by_role("button", name="Keys and help").click()
    page.get_by_role("dialog", name="Keys and help").get_by_role("button", name="Close").click()
    ask(page, "authorised personnel")
    expect(cards(page)).to_have_count(3)
    page.goto(served.address)
    past = page.get_by_role("list", name="Questions asked before")
    expect(past.get_by_role("button")).to_have_text(["authorised personnel"])
    page.get_by_role("button", name="Forget them all").click()
    expect(past.get_by_role("button")).to_have_count(0)
    assert page.evaluate(
        "[localStorage.getItem('questions'), localStorage.getItem('remember-questions')]"
    ) == [None, None]


def test_an_opened_place_is_in_the_address(served: Served, clean_page: Page) -> None:
    page = clean_page
    page.goto(f"{served.address}/?q=authorised+personnel")
    expect(current(page)).to_be_in_viewport()
    cards(page).nth(1).get_by_role("button", name="Open in document").click()
    expect(page).to_have_url(re.compile(r"q=authorised\+personnel&doc=[0-9a-f]{64}&start=\d+&end=\d+$"))
    page.reload()
    expect(current(page)).to_have_text("The personnel came from 41 states.")
    expect(current(page)).to_be_in_viewport()


def test_a_decline_shows_the_nearest_as_nearest(served: Served, clean_page: Page) -> None:
    page = clean_page
    page.goto(served.address)
    ask(page, "How do I bake bread?")
    expect(page.get_by_role("heading", name="Not in these 3 documents (1999–2025)")).to_be_visible()
    expect(page.locator("#answers")).to_contain_text("No passage speaks of “bread”.")
    expect(page.get_by_role("heading", name="Nearest passages")).to_be_visible()
    expect(cards(page).first.get_by_role("heading")).to_contain_text("Nearest passage 1")
    expect(panel(page).get_by_role("article")).to_have_count(0)
    cards(page).first.get_by_role("button", name="Open in document").click()
    expect(current(page)).to_be_in_viewport()


def test_errors_are_sentences(served: Served, clean_page: Page) -> None:
    page = clean_page
    page.goto(served.address)
    box(page).press("Enter")
    expect(page.get_by_role("alert")).to_have_text("Write a question first: a few words are enough.")
    ask(page, "crash")
    expect(page.get_by_role("alert")).to_contain_text("Something went wrong on our side")
    assert "secret detail" not in page.content() and "Traceback" not in page.content()
    ask(page, "authorised personnel")
    expect(cards(page)).to_have_count(3)
    # The same answer again is an answer, too.
    ask(page, "authorised personnel")
    settled(page)
    page.goto(f"{served.address}/?doc={'ab' * 32}&start=1&end=2")
    expect(page.get_by_role("alert")).to_contain_text("no such document")
    page.goto(f"{served.address}/?q={'x' * 1200}")
    expect(page.get_by_role("alert")).to_contain_text("1,200 characters")


def test_a_link_to_a_place_in_a_document(served: Served, clean_page: Page) -> None:
    page = clean_page
    document = served.book.documents["reports/mission.txt"]
    start = document.text.index("Most of them")
    page.goto(f"{served.address}/?doc={document.id}&start={start}&end={start + len('Most of them')}")
    expect(current(page)).to_have_text("Most of them")
    expect(current(page)).to_be_in_viewport()


def test_theme_follows_the_system_and_the_toggle(served: Served, clean_page: Page) -> None:
    page = clean_page
    page.emulate_media(color_scheme="dark")
    page.goto(served.address)
    toggle = page.get_by_role("button", name="Dark theme")
    expect(toggle).to_have_attribute("aria-pressed", "true")
    expect(page.locator("body")).to_have_class(re.compile("dark"))
    toggle.click()
    expect(page.locator("body")).not_to_have_class(re.compile("dark"))
    page.reload()
    expect(page.get_by_role("button", name="Dark theme")).to_have_attribute("aria-pressed", "false")
    expect(page.locator("body")).not_to_have_class(re.compile("dark"))
