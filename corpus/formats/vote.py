"""Asks trafilatura which text of a page is its content; nothing of its output is ever shown or stored."""

from __future__ import annotations

import logging


def main_text(source: str) -> str:
    """The page's main text by trafilatura, empty when it finds none. `source` must be of tame depth and size."""
    import trafilatura

    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)  # a page without main text is no error here
    found = trafilatura.extract(source, output_format="txt", include_comments=False, include_tables=True)
    return found or ""
