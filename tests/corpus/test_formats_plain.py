"""Plain text: its structure is found and no character moves."""

from __future__ import annotations

import codecs

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.corpus.reading import check, read_text, show, uncovered

PROSE = (
    "The peacekeepers said on Tuesday that they would reopen the bridge to cars in spring, provided that both "
    "municipalities agreed to the new patrols."
)
WRAPPED = """The Interim Administration Mission was established by the
Council in June 1999 and took over the administration of the
province within weeks. Its four parts were led by the United
Nations, the European Union and the OSCE.

   A second paragraph begins with an indent and goes on for
some lines, as typewritten reports do, before it comes to
an end in a short line.
   A third one follows without an empty line between the two
and is told apart by its indent alone.
"""


def test_a_saved_page_with_a_line_for_each_paragraph() -> None:
    text = (
        f"Back to Website\n\nThe bridge reopens\n\n{PROSE}\n{PROSE}\nWhat comes next\n{PROSE}\nClick here\n"
    )
    assert show(read_text(text, "a.txt")) == [
        ("boilerplate", "Back to Website"),
        ("heading", "The bridge reopens"),
        ("paragraph", PROSE),
        ("paragraph", PROSE),
        ("heading", "What comes next"),
        ("paragraph", PROSE),
        ("boilerplate", "Click here"),
    ]


def test_hard_wrapped_paragraphs_are_joined() -> None:
    found = [words for _, words in show(read_text(WRAPPED, "a.txt"))]
    assert [words.split()[0] for words in found] == ["The", "A", "A"]
    assert found[0].endswith("and the OSCE.") and found[1].endswith("short line.")


FULL = (
    "The harbour master wrote that the old ferry had been sold in the spring",
    "and that the new one, which was built in a yard on the other side of the",
    "bay, would carry fourteen cars and as many carts as it could hold in the",
)


@pytest.mark.parametrize(
    ("third", "last"),
    [
        (FULL[2], "– first – summer, as he said to the council of the island in his report."),
        (FULL[2], "- not second - summer, as he said to the council of the island in May."),
        (
            "bay, would take the place that had been described in the long paragraph",
            "12. of his last report, which was wrong.",
        ),
        (
            "bay, would leave the harbour for the first time in that same year on the",
            "3. Mai, as he said to the council.",
        ),
    ],
)
def test_a_dash_or_number_behind_a_full_line_begins_no_item(third: str, last: str) -> None:
    text = "\n".join((*FULL[:2], third, last))
    assert show(read_text(f"{PROSE[:60]}\n\n{text}\n", "a.txt"))[-1] == ("paragraph", text)


@pytest.mark.parametrize(
    ("lines", "items"),
    [
        ((*FULL, "- one ferry", "- two carts"), 2),
        ((*FULL, "1. The ferry is old.", "", "2. The carts are new."), 2),
        (
            (
                *FULL[:2],
                "bay, would carry fourteen cars and as many carts as these rules allowed:",
                "- two a day",
            ),
            1,
        ),
        (
            (
                *FULL[:2],
                "bay, would carry fourteen cars and as many carts as it could ever hold.",
                "- two a day",
            ),
            1,
        ),
        ((*FULL, "in it", "- two a day"), 1),
        (("- the " + FULL[0][4:], *FULL[1:], "- two a day"), 2),
        ((*FULL, "  - two a day"), 1),
        ((*FULL, "• two a day"), 1),
    ],
)
def test_items_below_wrapped_lines_stay_items(lines: tuple[str, ...], items: int) -> None:
    found = show(read_text("\n".join(lines) + "\n", "a.txt"))
    assert sum(kind == "list-item" for kind, _words in found) == items


def test_a_caption_broken_into_lines_is_one_block() -> None:
    first = "The Secretary-General (third from right) addresses a Security"
    caption = f"{first}\nCouncil meeting on Kosovo, after the declaration\n"
    text = f"A title of words\n\n{caption}of independence in 2008. UN Photo\n\n{PROSE}\n"
    assert ("caption", caption + "of independence in 2008. UN Photo") in show(read_text(text, "a.txt"))


def test_a_pipe_table_with_its_ruler() -> None:
    text = f"Strength by year\n| Year | Troops |\n|---|---:|\n| 1999 | 50,000 |\n| 2007 | 16,000 |\n{PROSE}\n"
    document = read_text(text, "a.txt")
    assert show(document) == [
        ("heading", "Strength by year"),
        ("table-header", "Year | Troops"),
        ("table-row", "1999 | 50,000"),
        ("table-row", "2007 | 16,000"),
        ("paragraph", PROSE),
    ]
    header = document.blocks[2].header
    assert header is not None and text[header.start : header.end] == "Year | Troops"


def test_a_table_of_tabs_without_a_ruler() -> None:
    document = read_text("Year\tTroops\tMonth\n1999\t50,000\tJune\n2007\t16,000\tMay\n", "a.txt")
    assert [kind for kind, _ in show(document)] == ["table-header", "table-row", "table-row"]


def test_a_menu_with_pipes_is_no_table() -> None:
    assert show(read_text(f"News | Sport | Money\n\n{PROSE}\n", "a.txt"))[0] == (
        "boilerplate",
        "News | Sport | Money",
    )


def test_lists_and_their_levels() -> None:
    text = f"{PROSE}\n\n- first item\n- second item\n  - inner item\n- third item\n\n1. numbered\n2. again\n"
    document = read_text(text, "a.txt")
    assert [(words, block.level) for (_, words), block in zip(show(document), document.blocks, strict=True)][
        1:
    ] == [
        ("first item", 1),
        ("second item", 1),
        ("inner item", 2),
        ("third item", 1),
        ("1. numbered", 1),
        ("2. again", 1),
    ]


def test_underlined_and_numbered_headings() -> None:
    text = f"Report\n======\n\n{PROSE}\n\n1. Introduction\n\n{PROSE}\n\n1.1 Scope\n\n{PROSE}\n"
    document = read_text(text, "a.txt")
    headings = [(text[b.start : b.end], b.level) for b in document.blocks if b.kind.value == "heading"]
    assert headings == [("Report", 1), ("1. Introduction", 2), ("1.1 Scope", 3)]


def test_datelines_bylines_and_last_lines_are_no_headings() -> None:
    text = f"A title of words\n\n5 October 2009\n\nBy Arta Gashi\n\n{PROSE}\n\nDone in Pristina\n"
    assert [kind for kind, _ in show(read_text(text, "a.txt"))] == ["heading", *["paragraph"] * 4]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n\n \t\n",
        "one line",
        "a\r\nb\r\n\r\nc\rd",
        "nul\x00here\x00",
        "combining: e\u0301 n\u0303 — Žižek",
        "שלום עולם\n\nمرحبا بالعالم",
        "👩‍👩‍👧 family\n\n🇽🇰 flag",
        "form\x0cfeed\u2028line\u2029paragraph\x85next",
        "no-break\u00a0space\n\u00a0\nend",
    ],
)
def test_the_text_is_the_file(text: str) -> None:
    for name in ("a.txt", "a.md"):
        assert read_text(text, name).text == text
        assert check(codecs.BOM_UTF8 + text.encode(), name).text == text
    if text.strip() and not text.startswith("nul"):
        assert check(codecs.BOM_UTF16_LE + text.encode("utf-16-le"), "a.txt").text == text


LINES = st.sampled_from(
    [
        "", "", " ", "Heading words", PROSE, "- item", "  - inner", "1. numbered", "| a | b |", "|---|---|", "| 1 | 2 |",
        "a\tb\tc", "1\t2\t3", "=====", "-----", "* * *", "# md", "> quoted", "```", "Read more", "Tel: 1", "words of a",
        "By Arta Gashi", "5 October 2009", "\x00", "\u00a0", "é\u0301", "🌍", "---", "title: x", "[a]: http://b", "    code",
        "<div>", "</div>", "<!-- c -->", "Photo: A. B",
    ]
)  # fmt: skip
TEXTS = st.lists(st.tuples(LINES, st.sampled_from(["\n", "\n", "\n", "\r\n", "\r"])), max_size=25).map(
    lambda parts: "".join(line + end for line, end in parts)
)


@settings(max_examples=150, derandomize=True, deadline=None)
@given(TEXTS | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\ufeff"), max_size=80))
def test_every_visible_character_of_a_text_lies_in_a_block(text: str) -> None:
    data = text.encode()
    document = check(data, "a.txt")
    if document.text == text:  # a text of NUL bytes may read as UTF-16
        assert not set(uncovered(document)) - set("|-=+:*~_#•‣▪◦●○■□·–—➤►✓→")


@settings(max_examples=150, derandomize=True, deadline=None)
@given(TEXTS)
def test_markdown_covers_every_letter(text: str) -> None:
    document = check(text.encode(), "a.md")
    if document.text == text:
        left = uncovered(document)
        assert not any(character.isalpha() for character in left), left
