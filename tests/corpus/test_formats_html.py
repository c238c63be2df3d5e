"""HTML: our own text, its blocks, and what is not the content."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.formats import read
from corpus.types import BlockKind, Document
from tests.corpus.reading import check, read_text, show, uncovered

P1 = (
    "The envoys of the European Union, Russia and the United States left Pristina on Monday evening without an "
    "agreement, after 120 days of talks that had raised hopes on all sides."
)
P2 = (
    "Both governments said that they would keep speaking with one another, and the peacekeepers announced no change "
    "to their posture in the north of the country."
)
NEWS = f"""<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Talks end | The Courier</title>
<script>var hidden = "SECRET";</script><style>p {{ color: red }}</style></head>
<body><div class="cookie-banner"><p>We use cookies.</p><button>Accept all</button></div>
<header><a href="/">The Courier</a><nav><ul><li><a href="/n">News</a></li><li><a href="/s">Sport</a></li></ul></nav></header>
<main><article><h1>Talks end without a deal</h1><p class="byline">By Arta Gashi, 10 December 2007</p>
<p>{P1}</p><h2>What was said</h2><p>{P2}</p>
<ul><li>Independence under supervision</li><li>Autonomy <ul><li>with its own police</li></ul></li></ul>
<table><caption>Troops by year</caption><thead><tr><th>Year</th><th>Troops</th></tr></thead>
<tbody><tr><td rowspan="2">1999</td><td>50,000</td></tr><tr><td>46,000</td></tr><tr><td>2007</td><td>16,000</td></tr>
</tbody></table><figure><img src="x.jpg" alt=""><figcaption>The envoys in Brussels</figcaption></figure>
<p>{P1.replace("Monday", "Tuesday")}</p></article>
<aside class="related"><h3>Related</h3><ul><li><a href="/1">An older story about the talks</a></li></ul></aside></main>
<footer><p>© 2007 The Courier. All rights reserved.</p></footer><script>alert("SECRET")</script></body></html>"""


def body(markup: str) -> Document:
    return read_text(f"<html><body>{markup}</body></html>", "a.html")


def test_a_news_page() -> None:
    document = read_text(NEWS, "a.html")
    assert show(document) == [
        ("boilerplate", "We use cookies."),
        ("boilerplate", "Accept all"),
        ("boilerplate", "The Courier"),
        ("boilerplate", "News"),
        ("boilerplate", "Sport"),
        ("heading", "Talks end without a deal"),
        ("paragraph", "By Arta Gashi, 10 December 2007"),
        ("paragraph", P1),
        ("heading", "What was said"),
        ("paragraph", P2),
        ("list-item", "Independence under supervision"),
        ("list-item", "Autonomy"),
        ("list-item", "with its own police"),
        ("caption", "Troops by year"),
        ("table-header", "Year | Troops"),
        ("table-row", "1999 | 50,000"),
        ("table-row", "1999 | 46,000"),
        ("table-row", "2007 | 16,000"),
        ("caption", "The envoys in Brussels"),
        ("paragraph", P1.replace("Monday", "Tuesday")),
        ("boilerplate", "Related"),
        ("boilerplate", "An older story about the talks"),
        ("boilerplate", "© 2007 The Courier. All rights reserved."),
    ]
    assert "SECRET" not in document.text and "color" not in document.text
    assert uncovered(document) == ""
    assert document.metadata.published is not None and str(document.metadata.published.date) == "2007-12-10"


def test_white_space_collapses_outside_pre() -> None:
    document = body(
        "<p>one\n  two\t<b> three</b>&nbsp;four</p><pre>  a\n    b  \n\nc</pre><p>x<br>y<br><br>z</p>"
    )
    assert document.text == "one two three\u00a0four\n\n  a\n    b  \n\nc\n\nx\ny\n\nz"


def test_raised_figures_do_not_join_the_number_before_them() -> None:
    assert body(
        "<p>510<sup>3</sup> staff, 5 km<sup>2</sup>, the 1<sup>st</sup> of H<sub>2</sub>O</p>"
    ).text == ("510³ staff, 5 km², the 1st of H2O")


def test_entities_bidi_and_emoji() -> None:
    document = body(
        "<p>Tom &amp; Jerry &lt;b&gt; &copy; &#8220;q&#x201d; &#x1F600; שלום\u200f 👩‍👩‍👧 so\u00adft &nosuch;</p>"
    )
    assert document.text == "Tom & Jerry <b> © “q” 😀 שלום\u200f 👩‍👩‍👧 soft &nosuch;"


@pytest.mark.parametrize(
    "hidden",
    [
        "<script>SECRET</script>",
        "<SCRIPT type=module>if (a < b) '</p>SECRET'</SCRIPT>",
        "<style>SECRET</style>",
        "<noscript><p>SECRET</p></noscript>",
        "<template><p>SECRET</p></template>",
        "<!-- SECRET -->",
        "<p hidden>SECRET</p>",
        '<div style="color:red; display : none"><p>SECRET</p></div>',
        "<dialog><p>SECRET</p></dialog>",
        "<svg><title>SECRET</title></svg>",
        '<script type="application/ld+json">{"headline": "x"}SECRET</script>',
        "<textarea hidden>SECRET</textarea>",
    ],
)
def test_what_is_not_shown_is_not_text(hidden: str) -> None:
    assert body(f"<p>before</p>{hidden}<p>after</p>").text == "before\n\nafter"


def test_hidden_until_found_is_text() -> None:
    assert "found words" in body('<p hidden="until-found">found words</p>').text


def test_a_page_of_scripts_only_says_so() -> None:
    from corpus.errors import UnreadableDocument

    with pytest.raises(UnreadableDocument, match=r"app\.html shows no text without running its scripts"):
        read(b"<div id=root></div><script>render()</script>", "app.html")


def test_tables_that_arrange_the_page_are_read_as_paragraphs() -> None:
    layout = f"<table><tr><td><table><tr><td>left</td></tr></table></td><td><h2>Title</h2><p>{P1}</p></td></tr></table>"
    assert [kind for kind, _ in show(body(layout))] == ["paragraph", "heading", "paragraph"]
    assert body(
        "<table role=presentation><tr><td>a</td><td>b</td></tr><tr><td>c</td><td>d</td></tr></table>"
    ).text == ("a\n\nb\n\nc\n\nd")


def test_a_table_without_th_is_headed_by_its_row_of_words() -> None:
    rows = "<tr><td>Year</td><td>Troops</td></tr><tr><td>1999</td><td>50,000</td></tr><tr><td>2007</td><td></td></tr>"
    assert show(body(f"<table>{rows}</table>")) == [
        ("table-header", "Year | Troops"),
        ("table-row", "1999 | 50,000"),
        ("table-row", "2007 |"),
    ]


def test_prose_in_an_aside_of_a_short_page_is_not_lost() -> None:
    assert ("paragraph", P1) in show(body(f"<aside><p>{P1}</p></aside>"))


def test_headings_keep_their_levels_and_lists_their_depth() -> None:
    document = body("<h1>a</h1><h3>b</h3><ol><li>c<ul><li>d</ul></ol><p>e</p>")
    assert [(block.kind.value, block.level) for block in document.blocks][:4] == [
        ("heading", 1),
        ("heading", 3),
        ("list-item", 1),
        ("list-item", 2),
    ]


def test_declared_encodings_are_followed() -> None:
    page = "<meta charset=windows-1252><title>T</title><p>“Curly” quotes – and é</p>"
    assert check(page.encode("cp1252"), "a.htm").text == "“Curly” quotes – and é"


WORDS = st.text(
    st.characters(categories=["Lu", "Ll", "Lo", "Nd", "So"], max_codepoint=0x1FAFF), min_size=1, max_size=8
)
INLINE = st.sampled_from(["b", "i", "a href=x", "span", "sup", "code", "time", "font"])
BLOCK = st.sampled_from(
    ["p", "div", "li", "td", "th", "h2", "blockquote", "section", "nav", "aside", "footer", "pre", "figcaption", "caption",
     "table", "tr", "ul", "dl", "dt", "article", "main", "center", "details", "label", "button", "form", "header"]
)  # fmt: skip
NODES: st.SearchStrategy[str] = st.recursive(
    WORDS,
    lambda inner: st.tuples(INLINE | BLOCK, st.lists(inner, max_size=4), st.booleans()).map(
        lambda node: f"<{node[0]}>{' '.join(node[1])}" + (f"</{node[0].split()[0]}>" if node[2] else "")
    ),
    max_leaves=20,
)


def letters(text: str) -> str:
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKC", text)))


@settings(max_examples=120, derandomize=True, deadline=None)
@given(NODES)
def test_every_visible_word_of_a_page_is_in_its_text_and_in_a_block(markup: str) -> None:
    document = check(f"<html><body>{markup}</body></html>".encode(), "a.html")
    shown = letters(document.text)
    for word in re.sub(r"<[^>]*>", " ", markup).split():
        assert letters(word) in shown
    assert uncovered(document) == ""


@settings(max_examples=100, derandomize=True, deadline=None)
@given(st.binary(max_size=200) | st.text("<>&;/=\"'!-[]? abdelirtvx\n", max_size=200).map(str.encode))
def test_no_bytes_break_the_reader(data: bytes) -> None:
    from corpus.errors import UnreadableDocument

    try:
        document = check(data, "a.html")
    except UnreadableDocument:
        return
    assert all(block.kind in BlockKind for block in document.blocks)
