"""What a document says of itself twice: agreement raises confidence, contradiction lowers it and is told."""

from __future__ import annotations

import pytest

from corpus.formats import read
from corpus.types import Confidence, Document, Origin, Sourced

PROSE = (
    "The envoys left the town after nine days of talks, and no result was told by any of them to the press."
)


def page(head: str, body: str = "") -> Document:
    text = f"<html><head>{head}</head><body><h1>Talks end in the town</h1>{body}<p>{PROSE}</p></body></html>"
    return read(text.encode(), "page.html")


def json_ld(day: str) -> str:
    return f'<script type="application/ld+json">{{"@type": "NewsArticle", "datePublished": "{day}"}}</script>'


def meta(day: str) -> str:
    return f'<meta property="article:published_time" content="{day}">'


@pytest.mark.parametrize(
    ("head", "body", "day", "confidence", "notes"),
    [
        (json_ld("2009-02-06"), "", "2009-02-06", Confidence.HIGH, ()),
        (json_ld("2009-02-06") + meta("2009-02-06T10:00:00Z"), "", "2009-02-06", Confidence.HIGH, ()),
        (json_ld("2009-02-06") + meta("2009-02"), "", "2009-02-06", Confidence.HIGH, ()),
        (meta("2009-02-06"), "<p>6 February 2009</p>", "2009-02-06", Confidence.HIGH, ()),
        (
            meta("2009-02-06"),
            "<p>PRISTINA, 5 February 2009 (AP) - The talks ended.</p>",
            "2009-02-06",
            Confidence.MEDIUM,
            (),
        ),
        (
            json_ld("2009-02-06T23:30:00-05:00") + meta("2009-02-07T04:30:00Z"),
            "",
            "2009-02-06",
            Confidence.MEDIUM,
            ("2009-02-06 is taken from json-ld", "it also says 2009-02-07 (meta)."),
        ),
        (
            json_ld("2009-02-06") + meta("2012-07-01"),
            "<p>1 March 2008</p>",
            "2009-02-06",
            Confidence.LOW,
            ("2009-02-06 is taken from json-ld", "it also says 2012-07-01 (meta), 2008-03-01 (text)."),
        ),
        ("", "<p>6 February 2009</p>", "2009-02-06", Confidence.MEDIUM, ()),
        (json_ld("2009-02-06"), "<h2>March 2000</h2>", "2009-02-06", Confidence.HIGH, ()),
    ],
)
def test_dates(head: str, body: str, day: str, confidence: Confidence, notes: tuple[str, ...]) -> None:
    document = page(head, body)
    published = document.metadata.published
    assert published is not None and (str(published.date), published.confidence) == (day, confidence)
    assert len(document.notes) == bool(notes)
    assert all(words in document.notes[0] for words in notes)


@pytest.mark.parametrize(
    ("declared", "confidence"),
    [("en-GB", Confidence.HIGH), ("sq", Confidence.LOW)],
)
def test_a_declared_language_is_weighed_by_what_the_text_reads_like(
    declared: str, confidence: Confidence
) -> None:
    text = f"<html lang={declared}><body><p>{PROSE}</p><p>{PROSE}</p></body></html>"
    found = read(text.encode(), "page.html").metadata.language
    assert found == Sourced(declared[:2], Origin.META, confidence)


def test_a_title_that_stands_on_the_page_too_is_of_high_confidence() -> None:
    assert page("<title>Talks end in the town</title>").metadata.title.confidence is Confidence.HIGH
    assert page("<title>The envoys leave</title>").metadata.title.confidence is Confidence.MEDIUM


def test_symbol_and_period_of_a_report_in_words() -> None:
    text = (
        "United Nations\n\nS/2003/996\n\nSecurity Council\n\nReport of the Secretary-General\n\n"
        f"1. The present report covers the period from 1 July to 15 September 2003. {PROSE}\n"
    )
    about = read(text.encode(), "report.txt").metadata
    assert about.symbol == Sourced("S/2003/996", Origin.TEXT)
    assert about.covers is not None
    assert (str(about.covers.first), str(about.covers.last)) == ("2003-07-01", "2003-09-15")
    elsewhere = read(text.replace("United Nations", "The Courier").encode(), "story.txt").metadata
    assert elsewhere.symbol is None
