"""Tables in PDFs without rules: rows of cells with their header and caption, wherever the file holds the cells."""

from __future__ import annotations

from collections.abc import Sequence

from reportlab.pdfgen.canvas import Canvas

from corpus.chunk import encoder_text
from corpus.formats.pdf import read_pdf
from corpus.types import BlockKind, Document, Passage, Span
from tests.corpus.pdf_writing import Draw, at, both, pdf, right, text

PROSE = ["The table that follows shows how many officers the countries sent to the mission.", ""]
COUNTRIES = [
    ("Argentina", "139"),
    ("Austria", "44"),
    ("Czech Republic", "16"),
    ("Jordan", "1 418"),
    ("Kenya", "44"),
]


def rows(document: Document) -> list[str]:
    kinds = (BlockKind.TABLE_HEADER, BlockKind.TABLE_ROW)
    return [document.text[block.start : block.end] for block in document.blocks if block.kind in kinds]


def header_of(document: Document, words: str) -> str | None:
    start = document.text.index(words)
    row = next(block for block in document.blocks if block.start <= start < block.end)
    return document.text[row.header.start : row.header.end] if row.header else None


def grid(
    lines: Sequence[tuple[str, str]], top: float = 600, pitch: float = 14, edge: float = 400
) -> list[Draw]:
    parts: list[Draw] = []
    for number, (name, figure) in enumerate(lines):
        height = top - number * pitch
        parts += [at(90, height, name, size=9), right(edge, height, figure)]
    return parts


def test_rows_have_cells_and_their_header() -> None:
    parts = grid([("Country", "Number"), *COUNTRIES, ("Total", "1 661")])
    document = read_pdf(pdf(both(text([*PROSE], top=700), *parts)), "table.pdf")
    assert rows(document) == [
        "Country | Number",
        "Argentina | 139",
        "Austria | 44",
        "Czech Republic | 16",
        "Jordan | 1 418",
        "Kenya | 44",
        "Total | 1 661",
    ]
    assert header_of(document, "Jordan") == "Country | Number"


def test_a_row_is_readable_alone_with_title_heading_and_header() -> None:
    title = text(["Composition of the police as at 18 June 2003"], top=650, font="Helvetica-Bold", size=13)
    document = read_pdf(pdf(both(title, *grid([("Country", "Number"), *COUNTRIES]))), "table.pdf")
    block = next(b for b in document.blocks if document.text[b.start : b.end].startswith("Jordan"))
    heading = next(b for b in document.blocks if b.kind is BlockKind.HEADING)
    passage = Passage(
        document.id, block.start, block.end, (), (Span(heading.start, heading.end),), block.header
    )
    assert encoder_text(document, passage).splitlines() == [
        "Composition of the police as at 18 June 2003",
        "Country | Number",
        "Jordan | 1 418",
    ]


def test_an_empty_cell_keeps_its_column() -> None:
    parts = [*grid([("Country", "2003"), *COUNTRIES[:4]], edge=300)]
    parts += [right(420, 600, "2004"), right(420, 586, "120"), right(420, 558, "14"), right(420, 544, "9")]
    assert rows(read_pdf(pdf(both(*parts)), "table.pdf")) == [
        "Country | 2003 | 2004",
        "Argentina | 139 | 120",
        "Austria | 44",
        "Czech Republic | 16 | 14",
        "Jordan | 1 418 | 9",
    ]


def test_cells_of_two_lines_are_one_row() -> None:
    parts = grid(
        [("Country", "Number"), ("Argentina", "139"), ("Austria", "44"), ("Bolivia", "3"), ("Chile", "5")]
    )
    parts += [at(90, 530, "United Kingdom of Great", size=9), right(400, 530, "61")]
    parts += [at(90, 520, "Britain and Northern Ireland", size=9), *grid([("Zambia", "9")], top=506)]
    assert rows(read_pdf(pdf(both(*parts)), "table.pdf"))[-2:] == [
        "United Kingdom of Great Britain and Northern Ireland | 61",
        "Zambia | 9",
    ]


def test_two_tables_side_by_side_keep_their_lines() -> None:
    parts = grid([("Country", "Number"), *COUNTRIES[:3]], edge=280)
    for number, (name, figure) in enumerate(
        [("Country", "Number"), ("Malawi", "17"), ("Nepal", "31"), ("Norway", "7")]
    ):
        parts += [at(310, 600 - number * 14, name, size=9), right(480, 600 - number * 14, figure)]
    assert rows(read_pdf(pdf(both(*parts)), "table.pdf")) == [
        "Country | Number | Country | Number",
        "Argentina | 139 | Malawi | 17",
        "Austria | 44 | Nepal | 31",
        "Czech Republic | 16 | Norway | 7",
    ]


def test_a_table_that_the_file_holds_column_by_column() -> None:
    names = [at(90, 600 - number * 14, name, size=9) for number, (name, _figure) in enumerate(COUNTRIES)]
    figures = [right(400, 600 - number * 14, figure) for number, (_name, figure) in enumerate(COUNTRIES)]
    document = read_pdf(pdf(both(*names, *figures)), "table.pdf")
    assert rows(document) == [f"{name} | {figure}" for name, figure in COUNTRIES]


def test_a_table_that_goes_on_on_the_next_page_keeps_its_header() -> None:
    first = both(text(PROSE, top=720), *grid([("Country", "Number"), *COUNTRIES], top=160))
    second = both(*grid([("Malawi", "17"), ("Nepal", "31"), ("Norway", "7")], top=680))
    document = read_pdf(pdf(first, second), "table.pdf")
    assert header_of(document, "Nepal") == "Country | Number"
    assert document.page_at(document.text.index("Nepal")) == 2


def test_small_captions_stay_with_the_table() -> None:
    parts = [at(90, 640, "Table 1"), at(90, 626, "(Status as at 30 April 2000)", size=8)]
    document = read_pdf(
        pdf(both(text(PROSE, top=720), *parts, *grid([("Country", "Number"), *COUNTRIES]))), "t.pdf"
    )
    captions = [document.text[b.start : b.end] for b in document.blocks if b.kind is BlockKind.CAPTION]
    assert captions == ["Table 1", "(Status as at 30 April 2000)"]


def test_prose_with_wide_spaces_is_no_table() -> None:
    lines = [
        "participation of both ethnic",
        "communities in Kosovo,",
        "structures became more and more",
        "the members of",
    ]

    def spread(canvas: Canvas) -> None:
        canvas.setFont("Helvetica", 10)
        for number, line in enumerate(lines):
            words = line.split()
            free = 190 - sum(canvas.stringWidth(word, "Helvetica", 10) for word in words)
            left = 60.0
            for word in words:
                canvas.drawString(left, 600 - 12 * number, word)
                left += canvas.stringWidth(word, "Helvetica", 10) + free / (len(words) - 1)

    document = read_pdf(pdf(spread), "prose.pdf")
    assert rows(document) == []
    assert document.text == " ".join(lines)


def test_numbered_paragraphs_are_no_table() -> None:
    parts = []
    for number in range(5):
        parts += [
            at(90, 600 - 30 * number, f"{number + 1}."),
            at(120, 600 - 30 * number, "The police recorded 12 incidents."),
        ]
    document = read_pdf(pdf(both(*parts)), "list.pdf")
    assert rows(document) == []
    assert document.text.splitlines()[0] == "1. The police recorded 12 incidents."
