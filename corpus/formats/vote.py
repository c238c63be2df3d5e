"""Asks trafilatura which text of a page is its content; nothing of its output is ever shown or stored."""

from __future__ import annotations


def main_text(source: str) -> str:
    """The page's main text by trafilatura, empty when it finds none. `source` must be of tame depth and size."""
    import trafilatura

    found = trafilatura.extract(source, output_format="txt", include_comments=False, include_tables=True)
    return found or ""
