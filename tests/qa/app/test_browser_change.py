"""Questions about change, and sources that differ, in Chromium over a real library: panel, chart and table beside it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.qa.app.browsing import cards, settled
from tests.qa.app.conftest import run_server
from tests.qa.app.kept import kept_library
from tests.qa.app.news import BOATS, NEWS, TROOPS

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def news(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with kept_library(tmp_path_factory.mktemp("news"), NEWS) as kept:
        yield from run_server(kept.app)


def values(panel: Locator) -> Locator:
    return panel.get_by_role("region", name="What the documents state").get_by_role("row")


def test_sources_that_differ_stand_side_by_side(news: str, clean_page: Page) -> None:
    page = clean_page
    page.goto(f"{news}/?q={TROOPS}")
    differ = page.get_by_role("region", name="Sources differ")
    expect(differ).to_contain_text("different values for the same time. None is preferred")
    expect(differ.get_by_role("img", name="The values by date")).to_be_visible()
    expect(values(differ)).to_have_count(3)
    for row in (
        "5,000 troops 1 March 2010 published then Force Monitor Passage",
        "4,600 troops 2 March 2010 published then Coast Herald Passage",
    ):
        expect(differ.get_by_role("row", name=row)).to_be_visible()
    expect(page.get_by_role("region", name="Changed over time")).to_have_count(0)
    differ.get_by_role("row", name="4,600").get_by_role("button", name="Passage").click()
    other = cards(page).filter(has_text="Lake Force has 4,600 troops")
    expect(other.get_by_role("button", name="Open in document")).to_be_focused()


def test_a_question_about_change_shows_values_and_passages_by_date(news: str, clean_page: Page) -> None:
    page = clean_page
    page.goto(f"{news}/?q={BOATS}")
    changed = page.get_by_role("region", name="Changed over time")
    expect(values(changed)).to_have_count(4)
    for row in (
        "120 boats 10 May 2004 published then Port Office Passage",
        "80 boats 10 May 2008 published then Lake Times Passage",
        "45 boats 10 May 2012 published then Port Office Passage",
    ):
        expect(changed.get_by_role("row", name=row)).to_be_visible()
    chart = changed.get_by_role("img", name="The values by date")
    expect(chart.locator(".mark > title")).to_have_text(["120", "80", "45"])
    places = [mark.bounding_box() for mark in chart.locator(".mark > :not(title):not(text)").all()]
    across = [place["x"] for place in places if place]
    down = [place["y"] for place in places if place]
    assert across == sorted(across) and down == sorted(down)  # later to the right, less further down
    # Asked about change, the passages stand by date without another click, with a table that says the same.
    expect(page.get_by_role("img", name="Passages by date of publication")).to_be_visible()
    table = page.get_by_role("region", name="Passages by date of publication")
    expect(table.get_by_role("row").nth(1)).to_contain_text("10 May 2004")
    settled(page)
