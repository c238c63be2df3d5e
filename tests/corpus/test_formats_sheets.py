"""Spreadsheets as openpyxl, XlsxWriter and odfpy write them, and delimited files as programs export them."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date, datetime, time

import openpyxl
import pytest
import xlsxwriter
from odf.opendocument import OpenDocumentSpreadsheet
from odf.table import Table, TableCell, TableRow
from odf.text import P

from corpus.formats.delimited import delimiter
from corpus.types import Origin
from tests.corpus.office import bomb, exchanged, part, refused, sound
from tests.corpus.reading import show

RETURNS = [
    ("table-header", "Municipality | 2002 | 2003"),
    ("table-row", "Peja | 210 | 415"),
    ("table-row", "Istog | 86 | 97"),
]


def book(fill: Callable[[xlsxwriter.Workbook], None]) -> bytes:
    target = io.BytesIO()
    workbook = xlsxwriter.Workbook(target)
    fill(workbook)
    workbook.close()
    return target.getvalue()


def returns(workbook: xlsxwriter.Workbook) -> None:
    workbook.set_properties({"title": "Returns in 2003", "author": "Ana Gashi"})
    sheet = workbook.add_worksheet("Returns")
    sheet.write("A1", "Table 1. Returns by municipality")
    for row, cells in enumerate((("Municipality", 2002, 2003), ("Peja", 210, 415), ("Istog", 86, 97)), 2):
        sheet.write_row(row, 0, cells)
    sheet.write("A7", "Source: housing office")
    other = workbook.add_worksheet("Police")
    other.write_row("B2", ("Rank", "Share", "Since"))
    other.write("B3", "Officer")
    other.write("C3", 0.125, workbook.add_format({"num_format": "0.0%"}))
    other.write_datetime("D3", datetime(2003, 10, 31), workbook.add_format({"num_format": "dd/mm/yy"}))
    hidden = workbook.add_worksheet("Working")
    hidden.write("A1", "Do not show")
    hidden.hide()


def test_a_workbook_is_read_sheet_by_sheet() -> None:
    document = sound(book(returns), "returns.xlsx")
    assert show(document) == [
        ("heading", "Returns"),
        ("caption", "Table 1. Returns by municipality"),
        *RETURNS,
        ("paragraph", "Source: housing office"),
        ("heading", "Police"),
        ("table-header", "Rank | Share | Since"),
        ("table-row", "Officer | 12.5% | 2003-10-31"),
    ]
    assert document.notes == ("The hidden sheet Working is not read.",)
    metadata = document.metadata
    assert (metadata.title.value, metadata.title.origin) == ("Returns in 2003", Origin.META)
    assert (metadata.author_names, metadata.published) == (("Ana Gashi",), None)


def test_the_title_falls_back_to_the_file_and_never_to_a_sheet() -> None:
    document = sound(
        book(lambda workbook: workbook.add_worksheet("Returns").write_row(0, 0, ("a", "b"))), "r.xlsx"
    )
    assert (document.metadata.title.value, document.metadata.title.origin) == ("r.xlsx", Origin.FILE)


def test_values_are_written_plainly() -> None:
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    sheet.append(["kind", "value"])
    for kind, value in (
        ("whole", 3801.0), ("sum", 0.1 + 0.2), ("yes", True), ("day", date(2003, 10, 5)),
        ("moment", datetime(2003, 10, 5, 14, 30)), ("hour", time(9, 15)), ("lines", "one\ntwo"), ("big", 12345678901234),
    ):  # fmt: skip
        sheet.append([kind, value])
    rows = [text for _kind, text in show(sound(saved(workbook), "a.xlsx"))]
    assert rows == [
        "kind | value", "whole | 3801", "sum | 0.3", "yes | TRUE", "day | 2003-10-05", "moment | 2003-10-05 14:30",
        "hour | 09:15:00", "lines | one two", "big | 12345678901234",
    ]  # fmt: skip


def saved(workbook: openpyxl.Workbook) -> bytes:
    target = io.BytesIO()
    workbook.save(target)
    return target.getvalue()


def test_formulas_without_a_result_are_said() -> None:
    workbook = openpyxl.Workbook()
    workbook.active.append(["Peja", 210])
    workbook.active.append(["Total", "=SUM(B1:B1)"])
    document = sound(saved(workbook), "a.xlsx")
    assert document.text == "Peja | 210\nTotal |"
    assert document.notes == (
        "1 formula has no stored result: open the file in a spreadsheet program, save it, and add that.",
    )


def test_cells_merged_over_rows_are_repeated() -> None:
    def fill(workbook: xlsxwriter.Workbook) -> None:
        sheet = workbook.add_worksheet()
        for row, cells in enumerate(
            (("Region", "Town", "Returns"), ("", "Peja", 4), ("", "Istog", 5), ("South", "Prizren", 6))
        ):
            sheet.write_row(row, 0, cells)
        sheet.merge_range("A2:A3", "West")

    assert [text for _kind, text in show(sound(book(fill), "a.xlsx"))] == [
        "Region | Town | Returns",
        "West | Peja | 4",
        "West | Istog | 5",
        "South | Prizren | 6",
    ]


def test_rows_after_an_empty_one_keep_the_columns_names() -> None:
    def fill(workbook: xlsxwriter.Workbook) -> None:
        sheet = workbook.add_worksheet()
        for row, cells in ((0, ("Town", "Returns")), (1, ("Peja", 4)), (3, ("Istog", 5)), (4, ("Klina", 6))):
            sheet.write_row(row, 0, cells)

    document = sound(book(fill), "a.xlsx")
    header = document.blocks[0]
    assert [(block.header.start, block.header.end) for block in document.blocks[1:] if block.header] == [
        (header.start, header.end)
    ] * 3


def test_a_cell_far_out_is_refused_before_memory_is_asked_for() -> None:
    data = book(lambda workbook: workbook.add_worksheet().write(0, 0, "a"))
    sheet = part(data, "xl/worksheets/sheet1.xml").replace(
        "</row>", '</row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    )
    assert "column 16,384" in refused(exchanged(data, {"xl/worksheets/sheet1.xml": sheet.encode()}), "a.xlsx")
    strings = part(data, "xl/sharedStrings.xml").replace(">a<", ">" + "a" * 100_000 + "<")
    rows = "".join(f'<row r="{row}"><c r="A{row}" t="s"><v>0</v></c></row>' for row in range(1, 301))
    long = sheet[: sheet.index("<row")] + rows + sheet[sheet.index("</sheetData>") :]
    evil = exchanged(
        data, {"xl/worksheets/sheet1.xml": long.encode(), "xl/sharedStrings.xml": strings.encode()}
    )
    assert "more text than is read" in refused(evil, "a.xlsx")


def open_document() -> bytes:
    document = OpenDocumentSpreadsheet()
    table = Table(name="Returns")
    for cells in (("Municipality", 2002, 2003), ("Peja", 210, 415), ("Istog", 86, 97)):
        row = TableRow()
        for value in cells:
            cell = (
                TableCell(valuetype="string")
                if isinstance(value, str)
                else TableCell(valuetype="float", value=value)
            )
            cell.addElement(P(text=str(value)))
            row.addElement(cell)
        table.addElement(row)
    document.spreadsheet.addElement(table)
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()


def test_an_open_document_sheet_is_read() -> None:
    assert show(sound(open_document(), "a.ods")) == [("heading", "Returns"), *RETURNS]


def test_repeated_cells_of_an_open_document_are_counted_first() -> None:
    data = open_document()
    content = part(data, "content.xml").replace(
        "<table:table-row>", '<table:table-row table:number-rows-repeated="9000000">', 1
    )
    assert "row 9,000,0" in refused(exchanged(data, {"content.xml": content.encode()}), "a.ods")


def test_broken_workbooks_are_refused_in_words() -> None:
    data = book(returns)
    assert "is empty: it has 0 bytes" in refused(b"", "a.xlsx")
    assert "not a spreadsheet" in refused(b"\xd0\xcf\x11\xe0" + bytes(600), "a.xls")
    assert "damaged or cut off" in refused(data[: len(data) // 2], "a.xlsx")
    assert "no workbook" in refused(exchanged(data, {"xl/workbook.xml": None}), "a.xlsx")
    assert "no honest file" in refused(bomb(data, "xl/worksheets/sheet9.xml"), "a.xlsx")
    assert "holds no text" in refused(book(lambda workbook: None), "a.xlsx")


@pytest.mark.parametrize("sign", [",", ";", "\t", "|"])
def test_rows_are_found_whatever_parts_the_cells(sign: str) -> None:
    text = "\r\n".join(
        sign.join(row)
        for row in (("Municipality", "2002", "2003"), ("Peja", "210", "415"), ("Istog", "86", "97"))
    )
    assert show(sound(text.encode("utf-8-sig"), "a.csv")) == RETURNS
    assert delimiter(text) == sign


def test_commas_in_cells_do_not_mislead() -> None:
    text = 'Name;Note;Amount\nGashi, Ana;"two;\nlines";1,5\nHoxha, Ben;none;2,25\n'
    assert show(sound(text.encode("cp1252"), "a.csv")) == [
        ("table-header", "Name | Note | Amount"),
        ("table-row", "Gashi, Ana | two; lines | 1,5"),
        ("table-row", "Hoxha, Ben | none | 2,25"),
    ]


def test_a_stated_delimiter_is_taken_and_a_table_of_figures_has_no_names() -> None:
    assert show(sound(b"sep=;\na;b\n1;2\n", "a.csv")) == [("table-header", "a | b"), ("table-row", "1 | 2")]
    assert show(sound(b"1,2\n3,4\n", "a.tsv")) == [("table-row", "1 | 2"), ("table-row", "3 | 4")]


@pytest.mark.parametrize(
    ("rows", "named"),
    [
        (("17/03/1971,Ferry sold", "18/03/1971,Ferry bought"), False),
        (("1971-03-17,Bar,sold", "1971-03-18,Ulcinj,bought"), False),
        (("1971-03-17 10:30:00,sold", "1971-03-18 11:00:00,bought"), False),
        (("Ferry sold,17 March 1971", "Ferry bought,18 March 1971"), False),
        (('Ferry sold,"March 17, 1971"', 'Ferry bought,"March 18, 1971"'), False),
        (("1971,Ferry sold", "1972,Ferry bought"), False),
        (("Port,1971-03-17,1971-03-18", "Bar,4,5"), True),
        (("Port,1/22/71,1/23/71", "Bar,4,5"), True),
        (("Port,1971,1972", "Bar,1950,1960"), True),
        (("Day,Event", "17/03/1971,Ferry sold"), True),
        (("Port,March 1971,April 1971", "Bar,4,5"), True),
        (("1971,Carts", "Bar,5"), True),
    ],
)
def test_a_row_that_begins_with_its_day_names_no_columns(rows: tuple[str, ...], named: bool) -> None:
    found = show(sound("\n".join(rows).encode(), "a.csv"))
    assert [kind for kind, _words in found] == ["table-header" if named else "table-row", "table-row"]


def test_long_cells_fit_the_encoder_and_nothing_is_lost() -> None:
    long = " ".join(["word"] * 400)
    assert long in sound(f"Name,Text\nAna,{long}\n".encode(), "a.csv").text


def test_odd_delimited_files() -> None:
    assert "holds no text" in refused(b"", "a.csv")
    assert "holds no text" in refused(b",,,\n,,\n", "a.csv")
    assert sound(b'a,b\n"never closed,1\n2,3', "a.csv").text
    assert sound(b"a\0b,c\nd,e", "a.csv").text
    assert sound(bytes(range(1, 256)), "a.csv").text
