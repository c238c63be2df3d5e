"""Short names for the parts of the page, by role as a reader finds them."""

from __future__ import annotations

from importlib.resources import files

from playwright.sync_api import Locator, Page, expect

AXE = (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")
RUN = """async () => {
  const found = await axe.run(document, { resultTypes: ["violations"] });
  return found.violations.map((one) => `${one.id}: ${one.nodes.map((node) => node.target.join(" ")).join(", ")}`);
}"""


def box(page: Page) -> Locator:
    return page.get_by_role("searchbox", name="Question")


def ask(page: Page, question: str) -> None:
    box(page).fill(question)
    box(page).press("Enter")


def cards(page: Page) -> Locator:
    return page.locator("#answers").get_by_role("article")


def panel(page: Page) -> Locator:
    return page.locator("#panel")


def current(page: Page) -> Locator:
    return panel(page).locator("mark.current").first


def settled(page: Page) -> None:
    expect(page.locator("#answers")).not_to_have_attribute("aria-busy", "true")


def filter_list(page: Page, name: str) -> Locator:
    """The button that opens a list of filters: "Date", "Publisher", "Language" or "Type"."""
    return page.get_by_role("group", name="Filters").locator("summary").filter(has_text=name)


def publisher_filter(page: Page) -> Locator:
    return filter_list(page, "Publisher")


def chips(page: Page) -> Locator:
    return page.get_by_role("list", name="Limits of this search").get_by_role("listitem")


def no_sideways_scroll(page: Page) -> None:
    assert page.evaluate("document.scrollingElement.scrollWidth - innerWidth") <= 0


def opener(page: Page) -> Locator:
    return page.locator("#masthead").get_by_role("button", name="pinned passage").first


def tray(page: Page) -> Locator:
    return page.get_by_role("dialog", name="Pinned passages")


def violations(page: Page) -> list[str]:
    if not page.evaluate("'axe' in window"):
        page.add_script_tag(content=AXE)
    found: list[str] = page.evaluate(RUN)
    return found
