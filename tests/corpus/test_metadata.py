"""Titles, dates, publishers and authors: what a text says, and "unknown" where it does not."""

from __future__ import annotations

import pytest

from corpus.dates import dateline, parse_date
from corpus.formats import read
from corpus.types import Authors, Confidence, Metadata, Origin, Sourced

PROSE = (
    "The Secretary-General today commended the mission for encouraging dialogue among the communities and between "
    "the two capitals, and asked the Council to keep its strength for a further year."
)


def text_metadata(text: str, name: str = "saved-page.txt") -> Metadata:
    return read(text.encode(), name).metadata


@pytest.mark.parametrize(
    ("line", "date"),
    [
        ("5 October 2009 – Secretary-General Ban Ki-moon today", "2009-10-05"),
        ("PRISTINA, 5 October 2009", "2009-10-05"),
        ("PRISTINA, Kosovo, Oct. 5, 2009 (AP) — The mission", "2009-10-05"),
        ("NEW YORK, 12 June 2001 -- The Security Council", "2001-06-12"),
        ("Published: 5 October 2009", "2009-10-05"),
        ("Published on Monday, October 5, 2009 at 10:00 GMT", "2009-10-05"),
        ("Monday, 5 October 2009", "2009-10-05"),
        ("October 2009", "2009-10"),
        ("Date: June 2003", "2003-06"),
        ("2009-10-05", "2009-10-05"),
        ("By John Smith | 5 October 2009", "2009-10-05"),
        ("Pristina, le 5 octobre 2009 – Le Secrétaire général", "2009-10-05"),
        ("Publié le 1er mars 2004", "2004-03-01"),
        ("Roma, 3 marzo 2010 - Il ministro", "2010-03-03"),
        ("Pristina, 12. März 2008 - Der Minister", "2008-03-12"),
        ("5 de octubre de 2009", "2009-10-05"),
        ("13/10/2009", "2009-10-13"),
    ],
)
def test_datelines(line: str, date: str) -> None:
    assert str(dateline(line)) == date


@pytest.mark.parametrize(
    "line",
    [
        "On 5 October 2009, the mission opened an office.",
        "In 1999 the mission began",
        "Updated: 5 May 2004",
        "Last modified 5 May 2004",
        "3 December 2008 - 5 January 2009 was the second phase",
        "Kosovo declared its independence, 17 February 2008 - and Serbia protested",
        "05/10/2009",
        "31 February 2009",
        "20 min read",
        "1244",
        "March 2004 – violence in Mitrovica",
        "Resolution 1244 (1999) of 10 June 1999 – adopted by the Council",
    ],
)
def test_what_is_no_dateline(line: str) -> None:
    assert dateline(line) is None


@pytest.mark.parametrize(
    ("value", "date"),
    [
        ("2009-10-05T23:30:00-11:00", "2009-10-05"),
        ("2009-10-05 10:00", "2009-10-05"),
        ("20091005", "2009-10-05"),
        ("2009/10/05", "2009-10-05"),
        ("2009-10", "2009-10"),
        ("2009", "2009"),
        ("Mon, 05 Oct 2009 10:00:00 GMT", "2009-10-05"),
        ("October 5, 2009", "2009-10-05"),
        ("2009-13-05", None),
        ("yesterday", None),
        ("10/05/2009", None),
        ("", None),
    ],
)
def test_machine_written_dates(value: str, date: str | None) -> None:
    found = parse_date(value)
    assert (str(found) if found else None) == date


def test_a_saved_news_page() -> None:
    found = text_metadata(
        f"Skip to content\n\nCouncil hears of progress\n\n5 October 2009 – {PROSE}\n\n{PROSE}"
    )
    assert found.title == Sourced("Council hears of progress", Origin.TEXT)
    assert found.published is not None and str(found.published.date) == "2009-10-05"
    assert found.published.origin is Origin.TEXT
    assert found.language == Sourced("en", Origin.DETECTED)
    assert (found.publisher, found.author_names, found.address) == (None, (), None)


def test_a_site_name_above_the_title_is_not_the_title() -> None:
    found = text_metadata(f"Mission News\n\nCouncil hears of slow progress in the north\n\n{PROSE}")
    assert found.title.value == "Council hears of slow progress in the north"


def test_a_text_without_a_title_line_is_named_by_its_file() -> None:
    assert text_metadata(f"{PROSE}\n{PROSE}").title == Sourced("saved-page.txt", Origin.FILE)


def test_a_chronology_has_no_publication_date() -> None:
    entries = "\n\n".join(
        f"{day} June 1999 – The column number {day} left the province for good." for day in (9, 10, 12)
    )
    assert text_metadata(f"The withdrawal day by day\n\n{entries}").published is None


def test_a_date_deep_in_the_text_is_no_publication_date() -> None:
    body = "\n\n".join([PROSE] * 12)
    assert text_metadata(f"A title of some words\n\n{body}\n\n5 October 2009 – {PROSE}").published is None


@pytest.mark.parametrize(
    ("line", "publisher"),
    [
        ("© 2009 The Pristina Courier. All rights reserved.", "The Pristina Courier"),
        ("Copyright The Courier 2011", "The Courier"),
        ("© Field Notes, all rights reserved.", "Field Notes"),
        ("(c) 2009 The Orredam Courier", "The Orredam Courier"),
        ("(c) The Orredam Courier 2009", "The Orredam Courier"),
        ("RFE/RL's coverage of the talks", "RFE/RL"),
        ("(c) to hold elections in 2004", None),
        ("Copyright law was amended in 2004 and now protects music.", None),
        ("(a) Lake Board 2003\n\n(b) Pier Board 2004\n\n(c) Ferry Board 2005", None),
        ("© 2009", None),
        ("Kosovo was covered by many agencies.", None),
    ],
)
def test_publishers_that_a_text_names(line: str, publisher: str | None) -> None:
    found = text_metadata(f"A title of some words\n\n{PROSE}\n\n{line}").publisher
    assert (found.value if found else None) == publisher


def test_bylines_name_authors() -> None:
    assert text_metadata(f"A title of words\n\nBy Arta Gashi and Mira Petrova\n\n{PROSE}").author_names == (
        "Arta Gashi",
        "Mira Petrova",
    )
    office = "The Institute for Law and Peace"
    assert text_metadata(f"A title of words\n\nBy Arta Gashi, court reporter\n\n{PROSE}").author_names == (
        "Arta Gashi",
    )
    assert text_metadata(f"A title of words\n\n{PROSE}\n\nBy {office}.").author_names == (office,)
    assert text_metadata(f"A title of words\n\nBy contrast, nothing moved\n\n{PROSE}").author_names == ()


@pytest.mark.parametrize(
    ("line", "authors"),
    [
        ("By Martha van der Berg, reporter", ("Martha van der Berg",)),
        ("By Martha Ostrander of the Courier staff", ("Martha Ostrander of the Courier staff",)),
        ("By Martha Ostrander special to the Courier", ("Martha Ostrander special to the Courier",)),
        ("von Martha Ostrander", ("Martha Ostrander",)),
        ("By Reuters and AFP", ("Reuters", "AFP")),
        ("Von der Laak visits the lake", ()),
        ("Von der Laak Visits the Lake", ()),
        ("Di Marzio Wins the Race", ()),
        ("By Country and Year", ()),
        ("By Municipality, Sex and Age Group 2004", ()),
        ("By Thursday the ferries of the Orre sailed", ()),
    ],
)
def test_what_is_a_byline(line: str, authors: tuple[str, ...]) -> None:
    found = text_metadata(f"A title of some words\n\n{line}\n\n{PROSE}")
    assert found.author_names == authors
    assert found.title.value == "A title of some words"


def test_a_title_is_no_byline() -> None:
    found = text_metadata(f"Von der Laak visits the lake\n\n5 October 2022\n\n{PROSE}")
    assert (found.title.value, found.author_names) == ("Von der Laak visits the lake", ())
    headed = html_metadata("<title>By Lake Orre</title>", "<h1>By Lake Orre</h1>")
    assert (headed.title.value, headed.author_names) == ("By Lake Orre", ())
    under = html_metadata("", "<h1>Ferries sail again</h1><h4>By Martha Ostrander</h4>")
    assert under.author_names == ("Martha Ostrander",)


def test_a_german_byline() -> None:
    prose = (
        "Das Hafenamt sagte am Dienstag, dass die Fähren im Frühling wieder über den See fahren werden. " * 3
    )
    assert text_metadata(f"Die Fähren fahren wieder\n\nVon Martha Ostrander\n\n{prose}").author_names == (
        "Martha Ostrander",
    )


def html_metadata(head: str, body: str = "", name: str = "page.html") -> Metadata:
    page = f"<html><head>{head}</head><body>{body}<p>{PROSE}</p><p>{PROSE}</p></body></html>"
    return read(page.encode(), name).metadata


ARTICLE = """<script type="application/ld+json">{"@context": "https://schema.org", "@graph": [
 {"@type": "Organization", "@id": "#us", "name": "Courier Ltd"},
 {"@type": ["NewsArticle"], "headline": "Talks end", "datePublished": "2007-12-10T08:00+01:00", "inLanguage": "en",
  "dateModified": "2009-01-01", "publisher": {"@id": "#us"}, "author": [{"@type": "Person", "name": "Arta Gashi"}]}]}
</script>"""


def test_json_ld_graph_comes_first() -> None:
    other = '<meta property="article:published_time" content="2008-02-02"><meta property="og:title" content="Other">'
    found = html_metadata(other + ARTICLE)
    assert found.title == Sourced("Talks end", Origin.JSON_LD)
    assert found.publisher == Sourced("Courier Ltd", Origin.JSON_LD)
    assert found.published is not None
    assert (str(found.published.date), found.published.origin) == ("2007-12-10", Origin.JSON_LD)
    assert found.author_names == ("Arta Gashi",)


def test_meta_elements_come_next_and_modified_dates_never() -> None:
    found = html_metadata(
        '<meta property="og:title" content="Talks end"><meta property="og:site_name" content="The Courier">'
        '<meta name="DC.date" content="2007-12"><meta property="article:modified_time" content="2010-01-01">'
        '<meta name="last-modified" content="2011-01-01"><link rel="canonical" href="https://courier.example/talks">'
    )
    assert found.title == Sourced("Talks end", Origin.OPEN_GRAPH)
    assert found.publisher == Sourced("The Courier", Origin.OPEN_GRAPH)
    assert found.published is not None and str(found.published.date) == "2007-12"
    assert found.address == "https://courier.example/talks"
    only_modified = html_metadata('<meta property="article:modified_time" content="2010-01-01">')
    assert only_modified.published is None


@pytest.mark.parametrize(
    ("title", "heading", "expected"),
    [
        ("Talks end without deal | The Courier", "", "Talks end without deal"),
        ("Talks end - The Courier", "Talks end", "Talks end"),
        ("Serbia - Kosovo talks", "", "Serbia - Kosovo talks"),
        ("Home", "Talks end", "Talks end"),
        ("", "Talks end", "Talks end"),
        ("", "", "page.html"),
    ],
)
def test_titles_lose_their_site(title: str, heading: str, expected: str) -> None:
    found = html_metadata(f"<title>{title}</title>", f"<h1>{heading}</h1>")
    assert found.title.value == expected


def test_a_time_element_counts_on_a_line_of_its_own_only() -> None:
    alone = html_metadata("", '<p>By Arta Gashi, <time datetime="2007-12-10">Monday</time></p>')
    assert alone.published is not None and alone.published.origin is Origin.TIME
    inside = html_metadata("", f'<p>{PROSE} It began on <time datetime="1999-06-10">10 June</time>.</p>')
    assert inside.published is None
    several = html_metadata(
        "", '<p><time datetime="2001-01-01">a</time></p><p><time datetime="2002-01-01">b</time></p>'
    )
    assert several.published is None


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "data:text/html,x", "//courier.example", 'https://a"onload=b']
)
def test_only_web_addresses_become_sources(address: str) -> None:
    assert html_metadata(f"<link rel=canonical href='{address}'>").address is None


def test_broken_json_ld_is_ignored() -> None:
    deep = "[" * 100_000
    for script in (
        "{",
        deep,
        "null",
        '"text"',
        '{"@type": 5}',
        '{"@type": "Article", "headline": {"@value": 3}}',
    ):
        found = html_metadata(f'<title>Fine</title><script type="application/ld+json">{script}</script>')
        assert found.title == Sourced("Fine", Origin.TITLE_TAG)


def test_several_articles_on_a_page_say_nothing_unless_one_is_this_page() -> None:
    nodes = ",".join(
        f'{{"@type": "Article", "headline": "Story {n}", "datePublished": "200{n}-01-01"}}' for n in (1, 2)
    )
    script = f'<script type="application/ld+json">[{nodes}]</script>'
    assert html_metadata(f"<title>Overview</title>{script}").published is None
    named = html_metadata(f"<title>Story 2</title>{script}").published
    assert named is not None and named.date.year == 2002


def test_front_matter() -> None:
    text = (
        '---\ntitle: "KFOR: a brief"\ndate: 2010-10-29  # as printed\npublisher: Balkan Desk\nauthors:\n  - Jane Doe\n'
        f"  - John Roe\nlanguage: en-GB\nsource: https://desk.example/brief\n---\n\n# Another heading\n\n{PROSE}\n"
    )
    found = text_metadata(text, "brief.md")
    assert found.title == Sourced("KFOR: a brief", Origin.FRONT_MATTER)
    assert found.published is not None and str(found.published.date) == "2010-10-29"
    assert found.publisher == Sourced("Balkan Desk", Origin.FRONT_MATTER)
    assert found.language == Sourced("en", Origin.FRONT_MATTER, Confidence.HIGH)  # as the text reads
    assert found.authors == Authors(("Jane Doe", "John Roe"), Origin.FRONT_MATTER)
    assert found.source_url == Sourced("https://desk.example/brief", Origin.FRONT_MATTER)
