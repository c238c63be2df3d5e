"""How much one document may cost to read, and the place where a reader tells how far it is; no process, no signal."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from corpus.errors import UnreadableDocument

MAXIMUM_PAGES = 5_000
"""The most pages that are read of one document; the longest reports of the United Nations have about 1,500."""
MAXIMUM_CHARACTERS = 20_000_000
"""The most text that one document may give: the Bible five times over."""

_reported: Callable[[int], None] | None = None


@dataclass(frozen=True, slots=True)
class Limits:
    """What a process that reads one document may use.

    `stall_seconds` may pass without a new page (for a format without pages: altogether), `total_seconds` in all, and
    `page_seconds` more for every time that a page is begun: hundreds of scanned pages take their time. `memory_bytes`
    are of address space, `file_bytes` of any one file that it writes.
    """

    stall_seconds: float = 60.0
    total_seconds: float = 900.0
    page_seconds: float = 10.0
    memory_bytes: int = 2 << 30
    file_bytes: int = 256 << 20
    open_files: int = 64


def at_page(number: int) -> None:
    """Called by readers when they begin with a page; raises UnreadableDocument beyond the most that are read."""
    if number > MAXIMUM_PAGES:
        raise UnreadableDocument(
            f"the document has more than {MAXIMUM_PAGES:,} pages, the most that are read; split it into parts"
        )
    if _reported is not None:
        _reported(number)


def report_pages(report: Callable[[int], None] | None) -> None:
    """Let `report` hear of every page that a reader of this process begins with; None ends that."""
    global _reported
    _reported = report
