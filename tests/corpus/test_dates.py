"""Which of the dates in the first lines of a text is that of its publication."""

from __future__ import annotations

import pytest

from corpus.dates import dateline, is_another_moment, labelled_date, publication_date
from corpus.formats import read
from corpus.types import PartialDate, Published

PROSE = (
    "The harbour office said on Tuesday that the ferries would sail again in spring, provided that both piers were "
    "mended and that the ice had left the upper part of the lake by then."
)


@pytest.mark.parametrize(
    ("line", "date"),
    [
        ("ORREDAM, 5 October 2009", "2009-10-05"),
        ("Orredam, 5 October 2009", "2009-10-05"),
        ("Orredam 5 October 2009", "2009-10-05"),
        ("LOWER ORREDAM 5 October 2009", "2009-10-05"),
        ("New York 5 October 2009", "2009-10-05"),
        ("Lower Orredam 5 October 2009", "2009-10-05"),
        ("Upper Orredam, 5 October 2009 – The ferries", "2009-10-05"),
        ("Lake Press Orredam 5 October 2009 - 13:05", "2009-10-05"),
        (f"Upper Orredam 5 October 2009 – {PROSE}", "2009-10-05"),
        ("Stratford On Avon, 5 October 2009", "2009-10-05"),
        ("FERRY BRIEFING, 5 OCTOBER 2009", "2009-10-05"),
        ("5 October 2009 – The harbour master", "2009-10-05"),
        ("5 October 2009: The ferries sailed again after nineteen days of ice.", "2009-10-05"),
        ("5 October 2009: “The ferries sailed again after nineteen days of ice.”", "2009-10-05"),
        ("Published 5 October 2009 – 10:30", "2009-10-05"),
        ("By Martha Ostrander, 5 October 2009", "2009-10-05"),
        ("By Martha Ostrander on 5 October 2009", "2009-10-05"),
        ("By Martha Ostrander 5 October 2009", "2009-10-05"),
        ("Date: June 2003", "2003-06"),
    ],
)
def test_dates_of_publication(line: str, date: str) -> None:
    assert str(publication_date(line)) == date
    assert str(dateline(line)) == date


@pytest.mark.parametrize(
    "line",
    [
        "Updated October 7, 2019",
        "Last Updated October 7, 2019",
        "LAST MODIFIED 7 October 2019",
        "Updated Monday, 7 October 2019",
        "Retrieved 5 May 2020",
        "Expires 31 December 2030",
        "Born 5 October 1950",
        "Deadline 5 October 2009",
        "Apply By October 5, 2009",
        "By Friday, 5 October 2009",
        "Effective January 1, 2010",
        "Since 12 June 2009. The ferries",
        "Until 5 May 2009: closed",
        "On 5 October 2009 – ferries sail again",
        "Modifié le 7 octobre 2019",
        "Aktualisiert 7. Oktober 2019",
        "Aggiornato il 7 ottobre 2019",
        "Actualizado el 7 de octubre de 2019",
        "Ultimo Aggiornamento 7 ottobre 2019",
        "By Martha Ostrander Updated on October 7, 2019",
        "Quarterly Report, 1 January 2004 – 31 March 2004",
        "ORREDAM, 1 January 2004 to 31 March 2004",
        "Period: 1 January 2004 – 31 March 2004",
        "Date: 1 January 2004 – 31 March 2004",
        "Orredam Council Elections 17 November 2007",
        "Orredam Council Elections, 17 November 2007",
        "LAKE AGREEMENT 9 June 1999",
        "Military Ferry Arrangement 9 June 1999",
        "Military Ferry Arrangement 9 June 1999 – the text",
        "17 March 2004: the day the pier burned",
        "17 March 2004: The Day the Pier of Orredam Burned",
    ],
)
def test_dates_of_other_moments_events_and_stretches_of_time(line: str) -> None:
    assert publication_date(line) is None


@pytest.mark.parametrize(
    ("line", "date"),
    [
        ("Published: 5 October 2009", "2009-10-05"),
        ("Published October 5, 2009 | Updated October 7, 2009", "2009-10-05"),
        ("Veröffentlicht am 5. Oktober 2009", "2009-10-05"),
        ("Date: 5 October 2009", None),
        ("Published October 2009", None),
        ("Published 5 October 2009 – 7 October 2009", None),
        ("5 October 2009", None),
        (f"Published on 5 October 2009, the timetable was soon out of date. {PROSE}", None),
    ],
)
def test_lines_that_say_when_they_were_published(line: str, date: str | None) -> None:
    found = labelled_date(line)
    assert (str(found) if found else None) == date


@pytest.mark.parametrize(
    ("line", "updated"),
    [
        ("Updated 7 October 2019", True),
        ("Last updated on: 7 October 2019", True),
        ("By Martha Ostrander · Updated 7 October 2019", True),
        ("Updated by Martha Ostrander on 7 October 2019", True),
        ("Updated 3 hours ago", True),
        ("5 October 2009 · Updated 7 October 2019", True),
        ("7 October 2019 · Updated 3 hours ago", False),
        ("Updated 5 October 2019, published 7 October 2019", False),
        ("By Martha Ostrander, Monday", False),
        ("Revised figures released 7 October 2019", False),
    ],
)
def test_lines_that_say_when_something_else_happened(line: str, updated: bool) -> None:
    assert is_another_moment(line, PartialDate(2019, 10, 7)) is updated


def published(body: str, name: str = "page.html") -> Published | None:
    page = f"<html><body><article><h1>Ferries sail again</h1>{body}</body></html>" if "<" in body else body
    return read(page.encode(), name).metadata.published


def day_of(found: Published | None) -> str | None:
    return str(found.date) if found else None


ARTICLE = f"<p>{PROSE}</p><p>{PROSE} It said no more.</p></article>"
TIME = "<time datetime='2019-10-07'>7 October 2019</time>"


@pytest.mark.parametrize(
    ("body", "date"),
    [
        (f"<p>Updated October 7, 2019</p><p>Published October 5, 2009</p>{ARTICLE}", "2009-10-05"),
        (f"<p>October 7, 2019</p><p>Published October 5, 2009</p>{ARTICLE}", "2009-10-05"),
        (f"<p>Updated October 7, 2019</p>{ARTICLE}", None),
        (f"<p>Updated {TIME}</p>{ARTICLE}", None),
        (f"<div>Last updated:</div><div>{TIME}</div>{ARTICLE}", None),
        (f"<div>Posted:</div><div>{TIME}</div>{ARTICLE}", "2019-10-07"),
        (f"<p>Published October 5, 2009</p><p>Updated {TIME}</p>{ARTICLE}", "2009-10-05"),
        (f"<p>Published October 5, 2009</p><p>{TIME}</p>{ARTICLE}", "2009-10-05"),
        (f"<p>By Martha Ostrander, {TIME}</p>{ARTICLE}", "2019-10-07"),
        (f"<div class='share'>{TIME}</div>{ARTICLE}", "2019-10-07"),
        (f"{ARTICLE}<div><h3><a href='/o'>Other story</a></h3>{TIME}</div>", None),
        (
            f"<p>5 October 2009</p>{ARTICLE}<div><h3><a href='/o'>Other story</a></h3>{TIME}</div>",
            "2009-10-05",
        ),
        (
            f"<p>5 October 2009</p>{ARTICLE}<section id=comments><p>Bob</p>{TIME}<p>Ha.</p></section>",
            "2009-10-05",
        ),
    ],
)
def test_the_date_of_a_page(body: str, date: str | None) -> None:
    assert day_of(published(body)) == date


def test_a_time_that_a_label_contradicts_is_told() -> None:
    page = f"<html><body><h1>Ferries</h1><p>Published October 5, 2009</p><p>{TIME}</p>{ARTICLE}</body></html>"
    (note,) = read(page.encode(), "page.html").notes
    assert "2009-10-05" in note and "2019-10-07" in note


def test_a_list_of_events_with_titles_still_dates_events() -> None:
    entries = "\n\n".join(f"{day} June 1999: column {day} leaves" for day in (9, 10, 12))
    assert published(f"The withdrawal\n\n1 May 2001\n\n{entries}\n\n{PROSE}\n", "list.txt") is None
