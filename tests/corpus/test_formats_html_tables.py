"""HTML tables: which row names the columns, which heads a group of rows, and which does neither."""

from __future__ import annotations

import pytest

from corpus.formats.tables import header_by_digits
from tests.corpus.reading import read_text


def headed(*rows: str) -> list[tuple[str, str | None]]:
    """The rows of a table as (kind or column names, text): the column names of a row, None where it has none."""
    document = read_text(
        f"<body><table>{''.join(f'<tr>{row}</tr>' for row in rows)}</table></body>", "a.html"
    )
    text = document.text
    return [
        (
            text[block.start : block.end],
            "names"
            if block.kind.value == "table-header"
            else (text[block.header.start : block.header.end] if block.header else None),
        )
        for block in document.blocks
    ]


NAMES = "<th>Place<th>Boats"
NORTH, SOUTH = "<th colspan=2>North bank", "<th colspan=2>South bank"


@pytest.mark.parametrize("first", [NORTH, "<th>North bank<th>", "<th>North bank"])
def test_a_row_of_one_name_below_the_names_heads_a_group(first: str) -> None:
    found = headed(NAMES, first, "<td>Vell<td>6", SOUTH, "<td>Vell<td>2")
    assert [(text.rstrip(" |"), header) for text, header in found] == [
        ("Place | Boats", "names"),
        ("North bank", "Place | Boats"),
        ("Vell | 6", "Place | Boats"),
        ("South bank", "Place | Boats"),
        ("Vell | 2", "Place | Boats"),
    ]


def test_groups_in_the_head_name_no_columns() -> None:
    document = headed(
        f"</tr><thead><tr>{NAMES}</tr><tr><th><th colspan=1>in tens</tr></thead><tr>", "<td>Vell<td>6"
    )
    assert document == [
        ("Place | Boats", "names"),
        ("| in tens", "Place | Boats"),
        ("Vell | 6", "Place | Boats"),
    ]


def test_a_title_over_the_names_is_not_the_names() -> None:
    assert headed("<th colspan=2>Boats on the Orre", NAMES, "<td>Vell<td>6") == [
        ("Boats on the Orre |", "names"),
        ("Place | Boats", "names"),
        ("Vell | 6", "Place | Boats"),
    ]


def test_the_name_of_a_group_ends_where_the_next_begins() -> None:
    assert headed(NORTH, "<td>Vell<td>6", SOUTH, "<td>Vell<td>2") == [
        ("North bank |", "names"),
        ("Vell | 6", "North bank |"),
        ("South bank |", None),
        ("Vell | 2", None),
    ]


def test_a_title_alone_stands_over_all_its_rows() -> None:
    assert headed("<th colspan=2>Vell", "<th>Opened<td>1931", "<th>Flag<td>", "<th>Boats<td>6") == [
        ("Vell |", "names"),
        ("Opened | 1931", "Vell |"),
        ("Flag |", "Vell |"),
        ("Boats | 6", "Vell |"),
    ]


def test_of_two_rows_of_names_the_lower_names_the_columns() -> None:
    rows = headed("<th rowspan=2>Place<th colspan=2>Boats", "<th>2004<th>2005", "<td>Vell<td>6<td>2")
    assert rows[-1] == ("Vell | 6 | 2", "Place | 2004 | 2005")
    assert headed("<th><th>2004", "<td>Vell<td>6")[-1] == ("Vell | 6", "| 2004")


@pytest.mark.parametrize(
    "names",
    [
        "<td><b>Place</b><td><strong>2004</strong><td><b>2005</b>",
        "<td><td><b>2004</b><td><b>2005</b>",
        "<td><p><b>Place</b><br><b>name</b></p><td><b>Mayor</b><td> <b>Party</b> ",
        "<td>Place<td>2004<td>2005",
        "<td><td>2004<td>2005",
    ],
)
def test_bold_cells_or_years_name_the_columns(names: str) -> None:
    found = headed(names, "<td>Vell<td>620<td>230", "<td><b>Lemik</b><td>410<td>")
    assert [header for _text, header in found] == ["names", found[0][0], found[0][0]]


@pytest.mark.parametrize(
    "rows",
    [
        ("<td><b>Vell</b><td>Anna Storn<td>left", "<td><b>Lemik</b><td>Ivo Horn<td>right"),
        ("<td><b>Vell</b><td><b>Storn</b><td><b>left</b>", "<td><b>Lemik</b><td><b>Horn</b><td><b>right</b>"),
        ("<td><b>Boats on the Orre</b><td><td>", "<td>Vell<td>Storn<td>left"),
        ("<td>Vell<td>Storn<td>left", "<td>Lemik<td>Horn<td>right"),
    ],
)
def test_bold_elsewhere_names_no_columns(rows: tuple[str, ...]) -> None:
    assert all(header is None for _text, header in headed(*rows))


@pytest.mark.parametrize(
    ("rows", "named"),
    [
        ((("Place", "Boats"), ("Vell", "6")), True),
        ((("Place", "2004", "2005"), ("Vell", "620", "230")), True),
        ((("", "2004", "2005"), ("Vell", "620", "230")), True),
        ((("Place", "2004/05", "2005/06"), ("Vell", "1999", "230"), ("Lemik", "620", "5")), True),
        ((("Opened", "1931"), ("Boats", "6")), False),
        ((("Vell", "1931", "2004"), ("Lemik", "1950", "2010")), False),
        ((("Vell", "1931", "2004"), ("Lemik", "1950", "closed")), False),
        ((("Vell", "2004", "2004"), ("Lemik", "620", "230")), False),
        ((("Vell", "2004", "620"), ("Lemik", "2005", "230")), False),
        ((("Vell 2", "2004", "2005"), ("Lemik", "620", "230")), False),
        ((("2004", "2005"), ("620", "230")), False),
        ((("Place", "2004", "2005"), ("Vell", "none", "none")), False),
        ((("Place", "2004", "2005"), ("Vell", "620")), False),
    ],
)
def test_a_first_row_of_words_or_years_above_figures(rows: tuple[tuple[str, ...], ...], named: bool) -> None:
    assert header_by_digits(rows) is named
