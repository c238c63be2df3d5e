"""Words about a citation, text made fit for formats that take less than all of Unicode, and addresses that may be links."""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import urlsplit

from qa.app.catalogue import say
from qa.app.wording import written_date
from qa.types import Citation

_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
"""What XML 1.0 forbids, and the control characters it advises against."""


def printable(text: str) -> str:
    """The text with characters that XML and printers cannot take replaced by U+FFFD; line ends and tabs stay."""
    return _NOT_XML.sub("\ufffd", text)


def one_line(text: str) -> str:
    """The text on one line, single spaces between words."""
    return " ".join(printable(text).split())


def runs_leftward(text: str) -> bool:
    """Whether the first letter with a direction is of a script that is written from right to left."""
    for character in text:
        direction = unicodedata.bidirectional(character)
        if direction in ("L", "R", "AL"):
            return direction != "L"
    return False


def web_address(url: str | None) -> str | None:
    """The address where it is an http or https one; anything else must not become a link."""
    if url is None:
        return None
    try:
        parts = urlsplit(url.strip())
    except ValueError:
        return None
    return one_line(url) if parts.scheme in ("http", "https") and parts.netloc else None


def pages_of(citation: Citation) -> tuple[int, ...]:
    """The pages that a quote stands on; none where its document has none."""
    return citation.pages or ((citation.page,) if citation.page is not None else ())


def source_words(citation: Citation) -> list[str]:
    """Publisher, date and pages of a quote as far as they are known, and how surely a scan was read."""
    pages = pages_of(citation)
    words = [
        citation.publisher or say["no_publisher"],
        written_date(citation.published) or say["date_unknown"],
    ]
    if len(pages) > 1:
        words.append(say("pages_of_quote", pages=", ".join(map(str, pages))))
    elif pages:
        words.append(say("page_of_quote", page=str(pages[0])))
    if citation.paragraph is not None:
        words.append(say("paragraph_of_quote", number=str(citation.paragraph)))
    sure = citation.ocr_confidence
    return words + ([say("read_from_scan", percent=round(100 * sure))] if sure is not None else [])


def table_words(citation: Citation) -> list[str]:
    """What a row of a table cannot be read without: the caption of its table and the names of its columns."""
    return [one_line(part.text) for part in (citation.caption, citation.header) if part is not None]


def also_words(citation: Citation) -> str:
    """The near copies of a quote in other documents, or nothing."""
    said = (
        ", ".join(
            (
                one_line(copy.title),
                copy.publisher or "publisher unknown",
                written_date(copy.published) or "date unknown",
            )
        )
        for copy in citation.also_in
    )
    return f"Also in: {'; '.join(said)}." if citation.also_in else ""
