"""Dropping files and folders from the desktop onto a part of the page, as the browser itself reports it."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Locator, Page, expect


def hover_with_files(page: Page, place: Locator, *paths: Path) -> None:
    """Files are held over a place."""
    _drag(page, place, paths, "dragEnter", "dragOver")


def drop_files(page: Page, place: Locator, *paths: Path) -> None:
    """Files are dropped on a place; what is dropped may be folders."""
    hover_with_files(page, place, *paths)
    _drag(page, place, paths, "drop")


def _drag(page: Page, place: Locator, paths: tuple[Path, ...], *steps: str) -> None:
    expect(place).to_be_visible()
    place.scroll_into_view_if_needed()
    box = place.bounding_box()
    assert box is not None
    data = {"items": [], "files": [str(path) for path in paths], "dragOperationsMask": 1}
    at = {"x": box["x"] + box["width"] / 2, "y": box["y"] + box["height"] / 2}
    client = page.context.new_cdp_session(page)
    for step in steps:
        client.send("Input.dispatchDragEvent", {"type": step, "data": data, **at})
    client.detach()
