"""The Library page in Chromium over a real library: every button."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import FilePayload, Locator, Page, expect

from tests.qa.app.browsing import ask, no_sideways_scroll
from tests.qa.app.conftest import run_server
from tests.qa.app.dropping import drop_files, hover_with_files
from tests.qa.app.kept import Kept, kept_library
from tests.qa.material import BRIDGE

pytestmark = pytest.mark.browser


@dataclass(frozen=True, slots=True)
class Running:
    address: str
    kept: Kept


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with kept_library(tmp_path_factory.mktemp("kept")) as kept:
        for address in run_server(kept.app):
            yield Running(address, kept)


def open_library(page: Page, running: Running) -> None:
    page.goto(running.address)
    page.get_by_role("tab", name="Library").click()
    expect(page.get_by_role("heading", name="documents").last).to_be_visible()


def rows(page: Page) -> Locator:
    return page.get_by_role("region", name="Documents of the library").get_by_role("row")


def heading(page: Page) -> Locator:
    return page.locator("#documents-heading")


def titles(page: Page) -> Locator:
    return page.get_by_role("region", name="Documents of the library").get_by_role("link")


def test_search_sort_and_facets(running: Running, clean_page: Page) -> None:
    page = clean_page
    open_library(page, running)
    expect(heading(page)).to_contain_text("5 documents")
    page.get_by_role("button", name="Date").click()
    expect(titles(page).first).to_have_text("Mission reaches its authorised strength")
    page.get_by_role("button", name="Date").click()
    expect(titles(page).first).to_have_text("Troop numbers by year")
    expect(page.get_by_role("columnheader", name="Date")).to_have_attribute("aria-sort", "descending")
    expect(page.get_by_role("button", name="Date")).to_be_focused()
    page.get_by_role("combobox", name="Language").select_option("fr")
    expect(heading(page)).to_contain_text("1 document of 5")
    page.get_by_role("button", name="Show all documents").click()
    page.get_by_role("searchbox", name="Search documents").fill("harv")
    expect(titles(page)).to_have_count(1)
    page.get_by_role("searchbox", name="Search documents").fill("zzz")
    expect(page.get_by_text("No document matches")).to_be_visible()
    page.get_by_role("button", name="Show all documents").click()
    expect(titles(page)).to_have_count(5)


def test_edit_and_take_it_back(running: Running, clean_page: Page) -> None:
    page = clean_page
    open_library(page, running)
    page.get_by_role("button", name="Edit Bridge over the river reopened").click()
    dialog = page.get_by_role("dialog", name="What is known about this document")
    expect(dialog.get_by_role("textbox", name="Title")).to_have_value("Bridge over the river reopened")
    dialog.get_by_role("textbox", name="Publisher").fill("Town Post")
    published = dialog.get_by_role("textbox", name="Published")
    published.fill("31.3.2011")
    dialog.get_by_role("button", name="Save").click()
    expect(published).to_be_focused()  # the browser says how to write it
    published.fill("2011-03")
    dialog.get_by_role("textbox", name="Authors").fill("Ana Gashi; Ben Hoxha")
    dialog.get_by_role("textbox", name="Document symbol").fill("TP/1")
    address = dialog.get_by_role("textbox", name="Source address")
    address.fill("javascript:alert(1)")
    dialog.get_by_role("button", name="Save").click()
    expect(address).to_be_focused()
    address.fill("https://town.example/bridge")
    dialog.get_by_role("button", name="Save").click()
    expect(dialog).to_be_hidden()
    row = rows(page).filter(has_text="Bridge over the river")
    expect(row).to_contain_text("Town Post")
    expect(row).to_contain_text("March 2011")
    expect(row).to_contain_text("edited by you")
    row.get_by_role("button", name="Edit").click()
    expect(dialog.get_by_role("textbox", name="Authors")).to_have_value("Ana Gashi; Ben Hoxha")
    expect(dialog.get_by_role("textbox", name="Document symbol")).to_have_value("TP/1")
    expect(address).to_have_value("https://town.example/bridge")
    dialog.get_by_role("button", name="Cancel").click()
    expect(dialog).to_be_hidden()
    row.get_by_role("button", name="Edit").click()
    dialog.get_by_role("button", name="Back to what was read").click()
    expect(row).not_to_contain_text("Town Post")
    expect(row).to_contain_text("12 March 2011")


@pytest.mark.console_says("status of 400")
def test_a_date_that_is_none_is_told(running: Running, clean_page: Page) -> None:
    page = clean_page
    open_library(page, running)
    page.get_by_role("button", name="Edit Bridge over the river reopened").click()
    dialog = page.get_by_role("dialog", name="What is known about this document")
    dialog.get_by_role("textbox", name="Published").fill("2011-13")
    dialog.get_by_role("button", name="Save").click()
    expect(dialog.get_by_role("alert")).to_contain_text("write it as 2007, 2007-12 or 2007-12-31")


def test_remove_with_undo(running: Running, clean_page: Page) -> None:
    page = clean_page
    open_library(page, running)
    page.get_by_role("button", name="Remove Bridge over the river reopened").click()
    expect(heading(page)).to_contain_text("4 documents")
    expect(page.get_by_text("Removed “Bridge over the river reopened”.").first).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(heading(page)).to_contain_text("5 documents")
    page.get_by_role("checkbox", name="Select all on this page").check()
    expect(page.get_by_role("button", name="Remove selected (5)")).to_be_enabled()
    page.get_by_role("checkbox", name="Select all on this page").uncheck()
    page.get_by_role("checkbox", name="Select Troop numbers by year").check()
    page.get_by_role("checkbox", name="Select La mission en 2012").check()
    page.get_by_role("button", name="Remove selected (2)").click()
    expect(heading(page)).to_contain_text("3 documents")
    page.get_by_role("button", name="Undo").click()
    expect(heading(page)).to_contain_text("5 documents")


def test_adding_files_and_a_folder_while_asking(running: Running, clean_page: Page, tmp_path: Path) -> None:
    page, kept = clean_page, running.kept
    open_library(page, running)
    files: list[FilePayload] = [
        {"name": "storks.txt", "mimeType": "text/plain", "buffer": b"Seven storks nest on the town hall."},
        {"name": "photo.xyz", "mimeType": "image/png", "buffer": b"\x00\x01"},
        {"name": "slow.txt", "mimeType": "text/plain", "buffer": b"A slow file about nine geese."},
        {"name": "later.txt", "mimeType": "text/plain", "buffer": b"A later file about ten hens."},
    ]
    page.get_by_label("Drop files or folders here").set_input_files(files)
    assert kept.began.wait(10)
    expect(page.get_by_role("progressbar", name="Adding documents")).to_be_visible()
    page.get_by_role("tab", name="Ask").click()
    ask(page, "When was the bridge over the Ibar reopened to traffic?")
    # The first question of a server may load models first.
    expect(page.get_by_role("heading", name="28 February 2011")).to_be_visible()
    page.reload()  # the job goes on, and is shown again
    page.get_by_role("tab", name="Library").click()
    with page.expect_response("**/cancel"):
        page.get_by_role("button", name="Cancel").click()
    kept.go_on.set()
    outcomes = page.get_by_role("list", name="Added files").get_by_role("listitem")
    expect(outcomes.filter(has_text="photo.xyz")).to_contain_text("failed")
    expect(outcomes.filter(has_text="storks.txt")).to_have_text("storks.txt added")
    expect(outcomes.filter(has_text="later.txt")).to_have_text("later.txt cancelled")
    with page.expect_download() as report:
        page.get_by_role("link", name="Download the report").click()
    assert b"photo.xyz,failed," in Path(report.value.path()).read_bytes()
    page.get_by_role("button", name="Close", exact=True).click()
    expect(outcomes).to_have_count(0)
    folder = tmp_path / "reports"
    (folder / "deep").mkdir(parents=True)
    (folder / "deep" / "owls.txt").write_text("Three owls live in the mill of the village.")
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Choose a folder").click()
    chooser.value.set_files(folder)
    expect(outcomes).to_have_text(["reports/deep/owls.txt added"])
    expect(rows(page).filter(has_text="reports/deep/owls.txt")).to_have_count(1)
    page.get_by_role("button", name="Find duplicates").click()
    expect(page.get_by_text("No two documents say the same.")).to_be_visible()
    page.get_by_role("button", name="Find duplicates").click()
    expect(page.get_by_text("No two documents say the same.")).to_be_hidden()
    expect(page.get_by_text("On disk: originals")).to_be_visible()


def test_files_and_folders_are_dropped(running: Running, clean_page: Page, tmp_path: Path) -> None:
    page = clean_page
    open_library(page, running)
    folder = tmp_path / "birds"
    (folder / "deep").mkdir(parents=True)
    (folder / "deep" / "larks.txt").write_text("Eleven larks sing above the field of the mill.")
    (folder / "gulls.txt").write_text("Twelve gulls follow the ferry on the lake.")
    (folder / ".hidden").write_text("Nobody reads this.")
    alone = tmp_path / "swift.txt"
    alone.write_text("Thirteen swifts circle the church tower.")
    place = page.locator("#drop")
    hover_with_files(page, place, alone)
    expect(place).to_contain_class("over")
    drop_files(page, place, folder, alone)
    expect(place).not_to_contain_class("over")
    outcomes = page.get_by_role("list", name="Added files").get_by_role("listitem")
    expect(outcomes.filter(has_text="added")).to_have_count(3)
    expect(outcomes.last).to_have_text(
        "swift.txt added"
    )  # in the order dropped; a folder's files in the system's
    expect(outcomes.filter(has_text="birds/")).to_have_count(2)
    expect(rows(page).filter(has_text="birds/deep/larks.txt")).to_have_count(1)
    # A file that misses its place does not replace the page.
    drop_files(page, heading(page), alone)
    expect(outcomes).to_have_count(3)
    page.get_by_role("button", name="Close", exact=True).click()
    expect(outcomes).to_have_count(0)


def test_the_page_fits_narrow_screens_and_is_sorted_there(running: Running, phone: Page) -> None:
    page = phone
    open_library(page, running)
    order = page.get_by_role("combobox", name="Order")
    order.select_option("Date, descending")
    expect(titles(page).first).to_have_text("Troop numbers by year")
    expect(order).to_have_value("published descending")
    order.select_option("Date, ascending")
    expect(titles(page).first).to_have_text("Mission reaches its authorised strength")
    for width in (390, 768):
        page.set_viewport_size({"width": width, "height": 850})
        no_sideways_scroll(page)


@pytest.mark.console_says("net::ERR_FAILED")
def test_the_server_gone_is_told(running: Running, clean_page: Page) -> None:
    page = clean_page
    open_library(page, running)
    page.route("**/library/**", lambda route: route.abort())
    page.get_by_role("button", name="Find duplicates").click()
    expect(page.get_by_role("alert").filter(has_text="The server cannot be reached").first).to_be_visible()


def test_a_hostile_file_name_is_only_text(running: Running, clean_page: Page) -> None:
    page = clean_page
    open_library(page, running)
    name = "<img src=x onerror=alert(6)> ${2+2}.txt"
    page.get_by_label("Drop files or folders here").set_input_files(
        {
            "name": name,
            "mimeType": "text/plain",
            "buffer": b"<script>alert(7)</script> is what this file says.",
        }
    )
    outcomes = page.get_by_role("list", name="Added files").get_by_role("listitem")
    expect(outcomes).to_have_text(f"{name} added")
    expect(rows(page).filter(has_text=name)).to_have_count(1)
    assert page.locator("#library-tab img, #documents img, #documents script").count() == 0


def test_a_document_tells_who_says_the_same(running: Running, clean_page: Page) -> None:
    page = clean_page
    open_library(page, running)
    page.get_by_label("Drop files or folders here").set_input_files(
        {"name": "loud.txt", "mimeType": "text/plain", "buffer": BRIDGE.upper().encode()}
    )
    outcomes = page.get_by_role("list", name="Added files").get_by_role("listitem")
    expect(outcomes).to_have_text("loud.txt added")
    page.goto(f"{running.address}/?doc={hashlib.sha256(BRIDGE.encode()).hexdigest()}")
    told = page.get_by_role("article").get_by_text("Says the same:")
    expect(told).to_contain_text("loud.txt")
    expect(told).to_contain_text("same text")
    expect(page.get_by_role("article")).to_have_count(1)
