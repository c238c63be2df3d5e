"""OpenDocument texts as odfpy writes them, with what office programs add: tracked changes, notes, text boxes."""

from __future__ import annotations

import io

from odf.dc import Creator, Language, Title
from odf.meta import InitialCreator
from odf.opendocument import OpenDocumentText
from odf.style import ParagraphProperties, Style
from odf.table import Table, TableCell, TableHeaderRows, TableRow
from odf.text import H, LineBreak, List, ListItem, P, S, Span, Tab

from corpus.types import Document, Origin
from tests.corpus.office import FILLER, bomb, exchanged, part, refused, sound
from tests.corpus.reading import show


def saved(document: OpenDocumentText) -> bytes:
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()


def row(*cells: str) -> TableRow:
    line = TableRow()
    for text in cells:
        cell = TableCell(valuetype="string")
        cell.addElement(P(text=text))
        line.addElement(cell)
    return line


def report() -> bytes:
    document = OpenDocumentText()
    for kind, value in (
        (Title, "Returns"),
        (InitialCreator, "Ana Gashi"),
        (Creator, "Somebody Else"),
        (Language, "en-GB"),
    ):
        document.meta.addElement(kind(text=value))
    title = Style(name="P1", family="paragraph", parentstylename="Title")
    title.addElement(ParagraphProperties(textalign="center"))
    document.automaticstyles.addElement(title)
    document.text.addElement(P(stylename=title, text="Returns of displaced persons, 2003"))
    document.text.addElement(P(text="Pristina, 5 October 2009"))
    document.text.addElement(H(outlinelevel=2, text="Findings"))
    paragraph = P(text="Of")
    paragraph.addElement(S(c=3))
    paragraph.addElement(Span(text="415 returns"))
    paragraph.addText(",")
    paragraph.addElement(LineBreak())
    paragraph.addText("most")
    paragraph.addElement(Tab())
    paragraph.addText("went to Peja.")
    document.text.addElement(paragraph)
    listed, inner = List(), List()
    for where, text in ((listed, "First measure"), (inner, "Part of it")):
        item = ListItem()
        item.addElement(P(text=text))
        if where is listed:
            item.addElement(inner)
        where.addElement(item)
    document.text.addElement(listed)
    table, head = Table(name="T"), TableHeaderRows()
    head.addElement(row("Municipality", "Returns"))
    for part_ in (head, row("Peja", "415"), row("Istog", "97")):
        table.addElement(part_)
    document.text.addElement(table)
    return saved(document)


def with_text(inner: str) -> Document:
    document = OpenDocumentText()
    document.text.addElement(P(text="HERE"))
    data = saved(document)
    return sound(exchanged(data, {"content.xml": _with(data, inner)}), "a.odt")


def _with(data: bytes, inner: str) -> bytes:
    content = part(data, "content.xml")
    start, end = content.index("<office:text"), content.index("</office:text>")
    return (content[: content.index(">", start) + 1] + inner + content[end:]).encode()


def test_a_report_is_read_with_its_structure() -> None:
    document = sound(report(), "report.odt")
    assert show(document) == [
        ("heading", "Returns of displaced persons, 2003"),
        ("paragraph", "Pristina, 5 October 2009"),
        ("heading", "Findings"),
        ("paragraph", "Of 415 returns,\nmost\twent to Peja."),
        ("list-item", "First measure"),
        ("list-item", "Part of it"),
        ("table-header", "Municipality | Returns"),
        ("table-row", "Peja | 415"),
        ("table-row", "Istog | 97"),
    ]
    assert [block.level for block in document.blocks[:6]] == [1, 0, 2, 0, 1, 2]


def test_metadata() -> None:
    metadata = sound(report(), "report.odt").metadata
    assert (metadata.title.value, metadata.title.origin) == (
        "Returns of displaced persons, 2003",
        Origin.TEXT,
    )
    assert metadata.author_names == ("Ana Gashi",)
    assert metadata.language is not None and (metadata.language.value, metadata.language.origin) == (
        "en",
        Origin.META,
    )
    assert metadata.published is not None and str(metadata.published.date) == "2009-10-05"


def test_insertions_are_text_and_deletions_are_not() -> None:
    changes = (
        '<text:tracked-changes><text:changed-region text:id="c1"><text:deletion><text:p>500</text:p></text:deletion>'
        "</text:changed-region></text:tracked-changes>"
    )
    body = '<text:p>The mission counted <text:change text:change-id="c1"/><text:change-start text:change-id="c2"/>415'
    document = with_text(changes + body + '<text:change-end text:change-id="c2"/> returns.</text:p>')
    assert document.text == "The mission counted 415 returns."


def test_notes_boxes_and_comments_have_their_places() -> None:
    note = (
        '<text:note text:note-class="footnote"><text:note-citation>1</text:note-citation>'
        "<text:note-body><text:p>Not counting tents.</text:p></text:note-body></text:note>"
    )
    box = "<draw:frame><draw:text-box><text:p>Words in a box.</text:p></draw:text-box></draw:frame>"
    comment = "<office:annotation><text:p>Is this right?</text:p></office:annotation>"
    document = with_text(
        f"<text:p>There were 415{note} returns{box}.{comment}</text:p><text:p>And more.</text:p>"
    )
    assert show(document) == [
        ("paragraph", "There were 415[1] returns."),
        ("paragraph", "Words in a box."),
        ("paragraph", "And more."),
        ("paragraph", "[1] Not counting tents."),
    ]
    assert document.notes == ("1 comment is not read.",)


def test_indexes_are_marked_and_hidden_sections_said() -> None:
    index = "<text:table-of-content><text:index-body><text:p>Findings 4</text:p></text:index-body></text:table-of-content>"
    hidden = '<text:section text:name="s" text:display="none"><text:p>Not shown.</text:p></text:section>'
    document = with_text(f"{index}<text:p>{FILLER}</text:p>{hidden}")
    assert show(document) == [("boilerplate", "Findings 4"), ("paragraph", FILLER)]
    assert document.notes == ("1 hidden section is not read.",)


def test_cells_that_span_rows_are_repeated() -> None:
    def cell(text: str, more: str = "") -> str:
        return f"<table:table-cell {more}><text:p>{text}</text:p></table:table-cell>"

    rows = (
        cell("Region") + cell("Town") + cell("Returns"),
        cell("West", 'table:number-rows-spanned="2"') + cell("Peja") + cell("4"),
        "<table:covered-table-cell/>" + cell("Istog") + cell("5"),
    )
    table = "".join(f"<table:table-row>{cells}</table:table-row>" for cells in rows)
    document = with_text(f"<table:table>{table}</table:table>")
    assert [text for _kind, text in show(document)] == [
        "Region | Town | Returns",
        "West | Peja | 4",
        "West | Istog | 5",
    ]


def test_repeated_cells_in_repeated_cells_do_not_multiply() -> None:
    inner = "<text:p>x</text:p>"
    repeat = 'table:number-{}-repeated="100"'
    for _level in range(6):
        cell = f"<table:table-cell {repeat.format('columns')}>{inner}</table:table-cell>"
        inner = (
            f"<table:table><table:table-row {repeat.format('rows')}>{cell}</table:table-row></table:table>"
        )
    assert len(with_text(inner + f"<text:p>{FILLER}</text:p>").text) < 1_000_000


def test_broken_files_are_refused_in_words() -> None:
    data = report()
    assert "is empty: it has 0 bytes" in refused(b"", "a.odt")
    assert "damaged or cut off" in refused(data[: len(data) // 2], "a.odt")
    assert "no text part" in refused(exchanged(data, {"content.xml": None}), "a.odt")
    assert "no honest file" in refused(bomb(data, "Pictures/x.bmp"), "a.odt")
    assert "holds no text" in refused(saved(OpenDocumentText()), "a.odt")
    deep = "<text:section>" * 150 + "<text:p>x</text:p>" + "</text:section>" * 150
    assert "nested more than 100 deep" in refused(
        exchanged(data, {"content.xml": _with(data, deep)}), "a.odt"
    )
    spans = "<text:p>" + "<text:span>" * 150 + "x" + "</text:span>" * 150 + "</text:p>"
    assert "nested more than 100 deep" in refused(
        exchanged(data, {"content.xml": _with(data, spans)}), "a.odt"
    )
    root = "<office:document-content"
    evil = part(data, "content.xml").replace(root, f"<!DOCTYPE d [<!ENTITY x 'y'>]>{root}")
    assert "document type" in refused(exchanged(data, {"content.xml": evil.encode()}), "a.odt")
    manifest = part(data, "META-INF/manifest.xml").replace(
        "</manifest:manifest>",
        "<manifest:file-entry><manifest:encryption-data/></manifest:file-entry></manifest:manifest>",
    )
    assert "locked" in refused(exchanged(data, {"META-INF/manifest.xml": manifest.encode()}), "a.odt")
