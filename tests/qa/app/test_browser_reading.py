"""Reading in Chromium: documents of thousands of pages, PDF pages, copies, reasons, five people, a server that is gone."""

from __future__ import annotations

from dataclasses import replace

import pytest
from playwright.sync_api import Page, expect

from corpus.formats.pdf import read_pdf
from corpus.types import BlockKind, Document
from corpus.types import Page as Leaf
from qa.types import Answer, Because, Compared, ComparedValue, Comparison, Copy, Dated, Difference
from tests.corpus.pdf_writing import pdf, text
from tests.qa.app.browsing import ask, box, cards, current, panel, settled
from tests.qa.app.conftest import Served
from tests.qa.app.fakes import PARAGRAPH, FakeBook, make_document

pytestmark = pytest.mark.browser

PAGES = 2_000


def long_document() -> Document:
    lines = [
        (
            BlockKind.HEADING if number % 12 == 0 else PARAGRAPH,
            f"Line {number} of a long report speaks of roads and of markets. " * 6,
        )
        for number in range(PAGES * 12)
    ]
    lines[20_004] = (PARAGRAPH, "Seven storks nested on the town hall of Prizren.")
    document = make_document(lines, "A very long report", "Annals", "2010")
    blocks = document.blocks
    leaves = tuple(
        Leaf(number + 1, blocks[12 * number].start, blocks[min(12 * number + 12, len(blocks) - 1)].start)
        for number in range(PAGES)
    )
    return replace(document, pages=leaves)


def test_two_thousand_pages_do_not_freeze_the_page(own: Served, clean_page: Page) -> None:
    page, book = clean_page, own.book
    book.documents["long.txt"] = long_document()
    page.goto(f"{own.address}/?q=storks+nested")
    expect(current(page)).to_have_text("Seven storks nested on the town hall of Prizren.")
    expect(current(page)).to_be_in_viewport()
    assert page.evaluate("document.querySelectorAll('#panel *').length") < 5_000
    # What comes into view is fetched.
    panel(page).get_by_role("region", name="Text of the document").press("End")
    expect(panel(page).get_by_text(f"Line {PAGES * 12 - 1} of a long report").first).to_be_in_viewport()
    expect(panel(page).get_by_text(f"Page {PAGES}", exact=True)).to_be_attached()
    panel(page).get_by_role("searchbox").fill("line 13 of a long")
    expect(panel(page).get_by_role("search")).to_contain_text("1 of 6")
    expect(current(page)).to_be_in_viewport()
    longest = page.evaluate(
        "new Promise((done) => new PerformanceObserver((l) => done(Math.max(...l.getEntries().map((e) => e.duration))))"
        ".observe({type: 'longtask', buffered: true}) || setTimeout(() => done(0), 500))"
    )
    assert longest < 2_000


def test_a_pdf_page_with_its_quote_boxed(own: Served, clean_page: Page) -> None:
    page, book = clean_page, own.book
    filler = [f"Line {number} speaks of roads." for number in range(20)]
    data = pdf(text(filler), text([*filler, "", "The customs gate at Merdare opened in 2004."]))
    document = read_pdf(data, "gate.pdf")
    book.documents["gate.pdf"] = document
    book.originals[document.id] = data
    page.goto(f"{own.address}/?q=customs+gate+Merdare")
    expect(current(page)).to_contain_text("The customs gate at Merdare opened in 2004.")
    panel(page).get_by_role("button", name="Show page").click()
    leaf = panel(page).get_by_role("region", name="The page as it looks")
    expect(leaf.get_by_role("img", name="Page 2")).to_be_visible()
    expect(leaf.locator(".box-on-page")).to_have_count(1)
    expect(leaf.locator(".box-on-page")).to_be_in_viewport()
    inside = leaf.locator(".box-on-page").bounding_box()
    around = leaf.get_by_role("img").bounding_box()
    assert (
        inside and around and inside["width"] < around["width"] and inside["height"] < around["height"] / 20
    )
    panel(page).get_by_role("button", name="Show page").click()
    expect(leaf).to_be_hidden()


class ComparingBook(FakeBook):
    """Adds copies, reasons and a comparison to every answer."""

    def ask(self, question: str, **rest: object) -> Answer:
        answer = super().ask(question, **rest)  # type: ignore[arg-type] # passed on as they came
        if not answer.citations:
            return answer
        first, *others = answer.citations
        french = self.documents["français.md"]
        copy = Copy(
            french.id,
            "français.md",
            "La mission et son personnel",
            "Le Courrier",
            "2011",
            None,
            0,
            24,
            french.text[:24],
        )
        because = Because(("personnel",), ("weather",), 1, None, 0.8, 0.9)
        values = tuple(
            ComparedValue(figure, "personnel", year, Dated.STATED, publisher, rank, 0, 3)
            for figure, year, publisher, rank in (
                ("510", "2009", "United Nations", 1),
                ("41", "2011", "Le Courrier", 2),
            )
        )
        return replace(
            answer,
            citations=(replace(first, also_in=(copy,), because=because), *others),
            comparison=Comparison(Difference.CHANGED, Compared.QUANTITY, values),
        )


def test_copies_reasons_and_values_side_by_side(own: Served, clean_page: Page) -> None:
    page = clean_page
    own.book.__class__ = ComparingBook
    page.goto(f"{own.address}/?q=authorised+personnel")
    changed = page.get_by_role("region", name="Changed over time")
    expect(changed.get_by_role("img", name="The values by date")).to_be_visible()
    expect(changed.get_by_role("row")).to_have_count(3)
    expect(changed.get_by_role("row").nth(1)).to_contain_text("510 personnel")
    changed.get_by_role("button", name="Passage 2").click()
    expect(cards(page).nth(1).get_by_role("button", name="Open in document")).to_be_focused()
    first = cards(page).first
    first.get_by_text("Why this passage").click()
    expect(first).to_contain_text("Words of the question herepersonnelNot hereweather")
    expect(first).to_contain_text("speaks of that time")
    page.get_by_text("Passages by date of publication").click()
    expect(page.get_by_role("img", name="Passages by date of publication")).to_be_visible()
    table = page.get_by_role("region", name="Passages by date of publication")
    expect(table.get_by_role("row")).to_have_count(4)
    expect(table.get_by_role("row").nth(3)).to_contain_text("2011Le Courrier")
    first.get_by_text("Also in 1 other document").click()
    first.get_by_role("button", name="La mission et son personnel").click()
    expect(panel(page).get_by_role("heading", level=2)).to_have_text("La mission et son personnel")
    expect(current(page)).to_have_text("Le personnel autorisé de")


def test_a_server_that_is_gone_is_told_and_its_return_seen(served: Served, clean_page: Page) -> None:
    page = clean_page
    page.goto(served.address)
    expect(box(page)).to_be_focused()
    ask(page, "authorised personnel")
    expect(cards(page)).to_have_count(3)
    settled(page)
    page.evaluate(
        "window.fetch = ((first) => async (...sent) =>"
        " window.gone ? Promise.reject(new TypeError('gone')) : first(...sent))(fetch); window.gone = true"
    )
    ask(page, "hostile")
    expect(page.get_by_role("alert")).to_contain_text("The server does not answer")
    page.evaluate("window.gone = false")
    expect(cards(page)).to_have_count(1)  # asked again by itself
    expect(box(page)).to_have_value("hostile")
    expect(page.get_by_text("The server does not answer")).to_have_count(0)


def test_a_wide_row_of_a_table_stays_on_a_phone(own: Served, phone: Page) -> None:
    row = " | ".join(["Personnel", *(f"unbreakable{number}" for number in range(9))])
    own.book.documents["wide.txt"] = make_document([(BlockKind.TABLE_ROW, row)], "Wide", "Annals", "2010")
    phone.goto(f"{own.address}/?q=unbreakable1")
    card = cards(phone).filter(has_text="Wide")
    expect(card.locator("td")).to_have_count(10)
    expect(card).to_have_js_property("scrollWidth", card.evaluate("card => card.clientWidth"))
    inside = card.bounding_box()
    assert inside and inside["x"] + inside["width"] <= 390
