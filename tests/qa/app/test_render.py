"""The HTML holds document text as text only, whatever that text is."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from html.parser import HTMLParser

import pytest

from corpus.types import Span
from qa.app import render
from qa.app.documents import View
from qa.app.library_page import render_documents
from qa.app.request import AskRequest
from qa.app.structure import Marks
from qa.export.plain import web_address
from qa.types import Answer, Searched
from tests.qa.app.fakes import HOSTILE, HOSTILE_NAME, FakeBook, FakeEvaluator

ALLOWED_TAGS = {
    *(
        "a",
        "article",
        "bdi",
        "blockquote",
        "button",
        "code",
        "details",
        "div",
        "fieldset",
        "h2",
        "h3",
        "header",
    ),
    *(
        "input",
        "label",
        "legend",
        "li",
        "mark",
        "ol",
        "p",
        "progress",
        "section",
        "span",
        "summary",
        "table",
        "tbody",
    ),
    *("dd", "dl", "dt", "form", "nav", "option", "select", "strong", "td", "th", "thead", "time", "tr", "ul"),
    *("circle", "figcaption", "figure", "g", "line", "path", "rect", "svg", "text", "title"),
}


class Checker(HTMLParser):
    """Collects the text, and what should not be there."""

    def __init__(self) -> None:
        super().__init__()
        self.words = ""
        self.values: list[str] = []
        self.wrong: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        self.values += [value or "" for _, value in attrs]
        self.wrong += [tag] if tag not in ALLOWED_TAGS else []
        self.wrong += [
            name for name in names if name.startswith("on") or name in ("style", "src", "srcdoc", "action")
        ]

    def handle_data(self, data: str) -> None:
        self.words += data


def check(html: str) -> Checker:
    checker = Checker()
    checker.feed(html)
    checker.close()
    assert checker.wrong == []
    return checker


@pytest.fixture
def book() -> FakeBook:
    return FakeBook()


def test_a_hostile_document_is_text_everywhere(book: FakeBook) -> None:
    answer = book.ask("hostile")
    card = check(render.answer(answer))
    assert HOSTILE in card.words and HOSTILE_NAME in card.words
    assert any(HOSTILE in value for value in card.values), "the citation to copy is whole"
    hostile = book.documents[HOSTILE_NAME]
    shown = check(render.document(hostile, HOSTILE_NAME, Marks((Span(0, 30),), Span(5, 60))))
    assert HOSTILE in shown.words and HOSTILE_NAME in shown.words
    assert "javascript:" not in "".join(shown.values)
    listed = check(render_documents(lambda: book, View(), may_change=True))
    assert HOSTILE in listed.words and HOSTILE_NAME in listed.words
    assert HOSTILE in check(render.filters(AskRequest("x"), book.facets())).words
    assert HOSTILE in check(render.problem(HOSTILE)).words


def test_an_answer_shows_span_sentence_source_and_strength(book: FakeBook) -> None:
    words = check(render.answer(book.ask("authorised personnel"))).words
    for expected in (
        "510",
        "strong",
        "United Nations",
        "5 October 2009",
        "(read in the text)",
        "page 1",
        "French",
        "reports/mission.txt",
    ):
        assert expected in words
    assert "90 %" in words
    assert "3 documents searched (1999–2025)" in words


def test_a_declined_answer_says_where_it_looked(book: FakeBook) -> None:
    declined = book.ask("bread", as_of=date(2007, 12, 31))
    html = render.answer(replace(declined, searched=replace(declined.searched, undated=2)))
    words = check(html).words
    assert "Not in these 3 documents (1999–2025)" in words
    assert "No passage speaks of “bread”." in words
    assert "Nearest passages" in words and "not an answer" in words
    assert "published by 31 December 2007" in words
    assert "left out 2 documents" in words
    assert 'class="card nearest"' in html


def test_an_empty_library_is_said_so() -> None:
    nothing = Answer("", "Who?", None, False, 0.0, "The library is empty.", None, searched=Searched(0, 0))
    words = check(render.answer(nothing)).words
    assert "Not in these 0 documents" in words and "The library is empty." in words


def test_a_copied_citation_is_complete(book: FakeBook) -> None:
    citation = next(c for c in book.ask("authorised").citations if c.publisher == "United Nations")
    assert render.citation_text(citation) == (
        "“It was authorised to have 510 personnel.”\n"
        "UNMIK: the mission at a glance. United Nations, 5 October 2009, page 1.\n"
        f"reports/mission.txt, characters {citation.start}–{citation.end} (SHA-256 {citation.document_id})"
    )


@pytest.mark.parametrize(
    ("url", "linked"),
    [
        ("https://example.org/a?b=c", True),
        ("http://example.org", True),
        ("javascript:alert(1)", False),
        (" JaVaScRiPt:alert(1)", False),
        ("data:text/html,x", False),
        ("//example.org", False),
        ("http://[", False),
        ("file:///etc/passwd", False),
        (None, False),
    ],
)
def test_only_web_addresses_become_links(url: str | None, linked: bool) -> None:
    assert (web_address(url) is not None) == linked


def test_the_source_link_gives_nothing_away(book: FakeBook) -> None:
    html = render.document(book.documents["reports/mission.txt"], "reports/mission.txt", Marks())
    assert 'href="https://example.org/mission" target="_blank" rel="noopener noreferrer"' in html


def test_figures_by_kind() -> None:
    html = render.figures(FakeEvaluator().run(lambda step: None))
    check(html)
    for expected in ("success@1", "MRR@10", "all", "date", "150", "0.810", "0.740–0.880", "–"):
        assert f">{expected}<" in html.replace(" <", "<")


def test_expected_and_found_text_is_escaped_and_marked() -> None:
    html = render.figures(FakeEvaluator().run(lambda step: None))
    check(html)
    assert html.count('<article class="pair"') == 3
    assert '<mark class="shared">opened in </mark><mark class="answer">May</mark>' in html
    assert 'href="/evaluation/sample-20261122-080000/report.html"' in html
    check(render.compared(FakeEvaluator().compare("a", "b")))
