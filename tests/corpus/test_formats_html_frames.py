"""HTML: wrappers named after what stands beside them, accordions, boxes of facts, and what a page hides."""

from __future__ import annotations

import pytest

from corpus.formats.html_elements import Element, inside
from corpus.types import Document
from tests.corpus.reading import read_text, show

PROSE = (
    "The ferry company said on Tuesday that its boats would carry fewer lorries across the strait this winter, and "
    "that the quay in the old harbour would close for repairs until the spring. "
) * 2
HEADING = ("heading", "Lorries by year")
ITEM = ("list-item", "North quay: 310")
TERM = ("paragraph", "Harbour master")
LINES = "<h2>Lorries by year</h2><ul><li>North quay: 310<li>South quay: 290</ul><dl><dt>Harbour master<dd>I. Vell</dl>"


def page(markup: str, wrapper: str = "<div>") -> Document:
    return read_text(
        "<html lang=en><head><title>Fewer lorries cross the strait</title></head><body><nav><a href=/>Home</a></nav>"
        f"{wrapper}<h1>Fewer lorries cross the strait</h1><p>{PROSE}</p>{markup}<p>{PROSE}</p>"
        f"{wrapper[:1]}/{wrapper[1:].partition(' ')[0].rstrip('>')}><footer>© 2019 The Quay</footer></body></html>",
        "a.html",
    )


def article(markup: str) -> Document:
    return page(markup, "<article>")


def suspect(names: str) -> bool:
    return inside(Element(""), "div", {"class": names}).suspicion is not None


@pytest.mark.parametrize(
    "names",
    [
        "has-sidebar",
        "row with-sidebar",
        "content no-comments",
        "page--with-sidebar",
        "menu-open",
        "share-of-vote",
        "comments-on-the-draft",
        "social-policy",
    ],
)
def test_names_of_a_state_or_a_subject_are_not_suspect(names: str) -> None:
    assert not suspect(names)


@pytest.mark.parametrize(
    "names",
    [
        "sidebar",
        "sidebar-right",
        "widget sidebar",
        "has-icon share-buttons",
        "menu menu-open",
        "menu--open",
        "share-bar--is-sticky",
        "social-links",
        "social",
        "comments",
        "related_posts",
        "page-footer",
    ],
)
def test_names_of_parts_of_the_frame_are_suspect(names: str) -> None:
    assert suspect(names)


@pytest.mark.parametrize(
    "wrapper",
    ["<div>", "<div class='row with-sidebar'>", "<div class=sidebar-layout>", "<div class=feedback>"],
)
def test_a_wrapper_of_the_whole_page_makes_nothing_in_it_suspect(wrapper: str) -> None:
    assert {HEADING, ITEM, TERM} <= set(show(page(LINES, wrapper)))


def test_a_main_element_is_not_suspect_for_what_is_around_it() -> None:
    document = page(f"</h1>{LINES}", "<div class=sidebar-left><main>")
    assert {HEADING, ITEM, TERM} <= set(show(document))


def test_a_suspect_part_inside_such_a_wrapper_stays_boilerplate() -> None:
    shown = show(
        page(f"<div class=share><ul><li>Send this page</ul></div>{LINES}", "<div class=sidebar-layout>")
    )
    assert ("boilerplate", "Send this page") in shown and ITEM in shown


def test_a_part_of_the_page_with_a_suspect_name_stays_boilerplate() -> None:
    assert ("boilerplate", "North quay: 310") in show(page(f"<div class=related>{LINES}</div>"))


def test_a_table_of_figures_in_a_suspect_part_of_the_text_is_content() -> None:
    rows = "<tr><th>Year<th>Lorries<tr><td>2018<td>640<tr><td>2019<td>600"
    shown = show(article(f"<div class=related-data><table>{rows}</table></div>"))
    assert ("table-row", "2018 | 640") in shown
    links = rows.replace("<td>", "<td><a href=x>")
    assert ("boilerplate", "2018 | 640") in show(article(f"<div class=related><table>{links}</table></div>"))


@pytest.mark.parametrize(
    "heading",
    [
        "<h2><button aria-expanded=false>Lorries by year</button></h2>",
        "<h2><span role=button>Lorries by year</span></h2>",
        "<h2><button><span>Lorries by year</span></button></h2>",
    ],
)
def test_a_heading_that_is_a_button_is_a_heading(heading: str) -> None:
    assert HEADING in show(article(f"{heading}<div><p>There were 640 in 2018.</p></div>"))


@pytest.mark.parametrize(
    ("markup", "prompt"),
    [
        ("<h2>Lorries by year<button>Copy the address</button></h2>", "Copy the address"),
        ("<button>Accept the terms</button>", "Accept the terms"),
        ("<nav><h2><button>All pages</button></h2></nav>", "All pages"),
    ],
)
def test_other_buttons_stay_boilerplate(markup: str, prompt: str) -> None:
    assert ("boilerplate", prompt) in show(article(f"{markup}<p>There were 640 in 2018.</p>"))


def test_the_button_of_a_pages_header_is_no_heading() -> None:
    document = read_text(
        f"<body><header><h2><button>Menu of pages</button></h2></header><article><h1>Ferries</h1><p>{PROSE}</p></article>",
        "a.html",
    )
    assert ("boilerplate", "Menu of pages") in show(document)


TABLE = "<table><tr><th>Year<th>Lorries<tr><td>2018<td>640</table>"


def test_an_aside_with_a_table_in_the_main_text_is_content() -> None:
    shown = show(
        article(f"<aside><h2>The port in figures</h2>{TABLE}<ul><li>Opened in May 1931</ul></aside>")
    )
    assert ("heading", "The port in figures") in shown
    assert ("table-row", "2018 | 640") in shown and ("list-item", "Opened in May 1931") in shown


@pytest.mark.parametrize(
    "aside",
    [
        "<aside><h2>More of this</h2><ul><li>A storm in May</ul></aside>",
        f"<aside><nav><p>A storm in May</p></nav>{TABLE}</aside>",
        f"<aside class=related><p>A storm in May</p>{TABLE}</aside>",
        f"<aside><p>A storm in May</p>{TABLE.replace('<td>', '<td><a href=x>')}</aside>",
    ],
)
def test_other_asides_stay_boilerplate(aside: str) -> None:
    assert ("boilerplate", "A storm in May") in show(article(aside))


def test_an_aside_outside_the_main_text_stays_boilerplate() -> None:
    document = read_text(
        f"<body><article><h1>Ferries</h1><p>{PROSE}</p></article><aside><p>A storm in May</p>{TABLE}</aside>",
        "a.html",
    )
    assert ("boilerplate", "2018 | 640") in show(document)


SENTENCE = "In 2018 there were 640 lorries on the north quay."


@pytest.mark.parametrize(
    "hidden",
    [
        f"<div style='display:none'><p>{SENTENCE}</p></div>",
        f"<div hidden><div><script>x = 1</script>{SENTENCE}</div></div>",
        f"<p hidden>{SENTENCE}</p>",
    ],
)
def test_hidden_sentences_are_told_in_a_note(hidden: str) -> None:
    document = article(hidden)
    assert "640" not in document.text
    assert document.notes == (f"Hidden text of {len(SENTENCE)} characters is not read.",)


@pytest.mark.parametrize(
    "hidden",
    [
        "",
        "<p hidden>Loading.</p>",
        "<div hidden>Harbour Ferries Timetables Tickets Contact Imprint</div>",
        f"<script>{SENTENCE}</script>",
        f"<noscript><p>{SENTENCE}</p></noscript>",
        f"<nav hidden>{SENTENCE}</nav>",
        f"<div hidden class=newsletter>{SENTENCE}</div>",
        f"<div class=cookies><p hidden>{SENTENCE}</p></div>",
        f"<div hidden><a href=x>{SENTENCE}</a></div>",
        f"<form hidden>{SENTENCE}</form>",
        f"<p hidden=until-found>{SENTENCE}</p>",
    ],
)
def test_hidden_parts_of_the_frame_are_no_matter_for_a_note(hidden: str) -> None:
    assert article(hidden).notes == ()
