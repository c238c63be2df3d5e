"""Word files as python-docx writes them, with what Word itself adds: tracked changes, fields, notes, text boxes."""

from __future__ import annotations

import io
import re

import docx
import pytest
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from corpus.types import BlockKind, Document, Origin
from tests.corpus.office import FILLER, bomb, exchanged, part, refused, sound
from tests.corpus.reading import show

MARKUP = "http://schemas.openxmlformats.org/markup-compatibility/2006"
MATH = "http://schemas.openxmlformats.org/officeDocument/2006/math"
W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
FOOTNOTES = f"""<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<w:footnotes xmlns:w="{W}"><w:footnote w:id="2"><w:p><w:r><w:t>Figures of the housing office.</w:t></w:r></w:p></w:footnote>
<w:footnote w:id="3"><w:p><w:r><w:t>Not counting tents.</w:t></w:r></w:p></w:footnote></w:footnotes>"""
NOTES_KIND = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"
NOTES_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/footnotes"


def xml(inner: str) -> object:
    return parse_xml(f"<w:p {nsdecls('w')}>{inner}</w:p>")


def report() -> bytes:
    word = docx.Document()
    word.core_properties.title = "Returns in 2003"
    word.core_properties.author = "Ana Gashi; Ben Hoxha"
    word.core_properties.language = "en-GB"
    word.add_heading("Returns of displaced persons, 2003", 0)
    word.add_paragraph("Pristina, 5 October 2009")
    word.add_heading("Findings", 1)
    word.add_paragraph(FILLER)
    word.add_paragraph("First measure", style="List Bullet")
    word.add_paragraph("Second measure", style="List Bullet")
    word.add_paragraph("Table 1. Returns by municipality", style="Caption")
    table = word.add_table(3, 3)
    for row, cells in zip(
        table.rows,
        (("Municipality", "2002", "2003"), ("Peja", "210", "415"), ("Istog", "86", "97")),
        strict=True,
    ):
        for cell, text in zip(row.cells, cells, strict=True):
            cell.text = text
    table.rows[0]._tr.get_or_add_trPr().append(parse_xml(f"<w:tblHeader {nsdecls('w')}/>"))
    word.add_heading("Conclusion", 2)
    word.add_paragraph("The work goes on.")
    return saved(word)


def saved(word: object) -> bytes:
    target = io.BytesIO()
    word.save(target)  # type: ignore[attr-defined]  # a docx.Document
    return target.getvalue()


def with_body(*paragraphs: str) -> Document:
    word = docx.Document()
    for inner in paragraphs:
        word.element.body.insert(-1, xml(inner))
    return sound(saved(word), "a.docx")


def run(text: str, properties: str = "") -> str:
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def test_a_report_is_read_with_its_structure() -> None:
    document = sound(report(), "report.docx")
    assert show(document) == [
        ("heading", "Returns of displaced persons, 2003"),
        ("paragraph", "Pristina, 5 October 2009"),
        ("heading", "Findings"),
        ("paragraph", FILLER),
        ("list-item", "First measure"),
        ("list-item", "Second measure"),
        ("caption", "Table 1. Returns by municipality"),
        ("table-header", "Municipality | 2002 | 2003"),
        ("table-row", "Peja | 210 | 415"),
        ("table-row", "Istog | 86 | 97"),
        ("heading", "Conclusion"),
        ("paragraph", "The work goes on."),
    ]
    assert [block.level for block in document.blocks if block.kind is BlockKind.HEADING] == [1, 1, 2]


def test_metadata_is_that_of_the_properties_and_the_text_and_never_the_file_dates() -> None:
    metadata = sound(report(), "report.docx").metadata
    assert (metadata.title.value, metadata.title.origin) == (
        "Returns of displaced persons, 2003",
        Origin.TEXT,
    )
    assert metadata.author_names == ("Ana Gashi", "Ben Hoxha")
    assert metadata.language is not None
    assert (metadata.language.value, metadata.language.origin) == ("en", Origin.META)
    assert metadata.published is not None
    assert (str(metadata.published.date), metadata.published.origin) == ("2009-10-05", Origin.TEXT)
    word = docx.Document()
    word.core_properties.author, word.core_properties.title = (
        "Microsoft Office User",
        "Microsoft Word - Document1",
    )
    word.add_paragraph(FILLER)
    plain = sound(saved(word), "report.docx").metadata
    assert (plain.title.value, plain.title.origin) == ("report.docx", Origin.FILE)
    assert (plain.author_names, plain.published) == ((), None)


def test_insertions_are_text_and_deletions_are_not() -> None:
    document = with_body(
        run("The mission counted ")
        + f'<w:del w:id="1" w:author="A">{run("500").replace("w:t", "w:delText").replace("w:delTextx", "w:tx")}</w:del>'
        + f'<w:ins w:id="2" w:author="A">{run("415")}</w:ins>'
        + f'<w:moveFrom w:id="3">{run(" old")}</w:moveFrom><w:moveTo w:id="4">{run(" new")}</w:moveTo>'
        + run(" returns.")
    )
    assert document.text == "The mission counted 415 new returns."


def test_what_mammoth_passes_over_is_read() -> None:
    document = with_body(
        f'{run("Table ")}<w:fldSimple w:instr="SEQ">{run("7")}</w:fldSimple>{run(" of")}<w:r><w:cr/></w:r>{run("line two")}',
        f'<w:bdo w:val="ltr">{run("Turned words")}</w:bdo>'
        f"<w:sdt><w:sdtContent>{run(' in a control')}</w:sdtContent></w:sdt>",
        f'{run("So ")}<m:oMath xmlns:m="{MATH}"><m:r><m:t>a=b</m:t></m:r><m:r><m:t>+c</m:t></m:r></m:oMath>{run(" holds.")}',
    )
    assert document.text == "Table 7 of\nline two\n\nTurned words in a control\n\nSo a=b+c holds."


def test_a_text_box_of_the_new_form_alone_is_read() -> None:
    inner = f"<w:drawing><w:txbxContent><w:p>{run('Words in a box.')}</w:p></w:txbxContent></w:drawing>"
    choice = f'<mc:Choice Requires="wps">{inner}</mc:Choice>'
    box = f'<w:r><mc:AlternateContent xmlns:mc="{MARKUP}">{choice}</mc:AlternateContent></w:r>'
    assert "Words in a box." in with_body(run("Outside.") + box).text


def test_hidden_text_is_not_read_and_that_is_said() -> None:
    document = with_body(
        run("Seen.") + run(" Not seen.", "<w:vanish/>") + run(" Seen too.", '<w:vanish w:val="0"/>')
    )
    assert document.text == "Seen. Seen too."
    assert document.notes == ("1 hidden stretch of text is not read.",)


def test_footnotes_stand_at_the_end_under_their_numbers() -> None:
    word = docx.Document()
    word.element.body.insert(
        -1,
        xml(
            run("There were 415 returns")
            + '<w:r><w:footnoteReference w:id="2"/></w:r>'
            + run(" in Peja.")
            + '<w:r><w:footnoteReference w:id="3"/></w:r>'
        ),
    )
    word.add_paragraph("The next year had more.")
    data = saved(word)
    kinds = part(data, "[Content_Types].xml").replace(
        "</Types>", f'<Override PartName="/word/footnotes.xml" ContentType="{NOTES_KIND}"/></Types>'
    )
    relations = part(data, "word/_rels/document.xml.rels").replace(
        "</Relationships>",
        f'<Relationship Id="rId99" Type="{NOTES_RELATION}" Target="footnotes.xml"/></Relationships>',
    )
    data = exchanged(
        data,
        {
            "[Content_Types].xml": kinds.encode(),
            "word/_rels/document.xml.rels": relations.encode(),
            "word/footnotes.xml": FOOTNOTES.encode(),
        },
    )
    assert show(sound(data, "a.docx")) == [
        ("paragraph", "There were 415 returns[1] in Peja.[2]"),
        ("paragraph", "The next year had more."),
        ("paragraph", "[1] Figures of the housing office."),
        ("paragraph", "[2] Not counting tents."),
    ]


def test_own_heading_styles_and_tables_of_contents_are_known_by_their_styles() -> None:
    word = docx.Document()
    own = word.styles.add_style("Abschnitt", WD_STYLE_TYPE.PARAGRAPH)
    own.base_style = word.styles["Heading 2"]
    word.styles.add_style("toc 1", WD_STYLE_TYPE.PARAGRAPH)
    word.add_paragraph("Findings 4", style="toc 1")
    word.add_paragraph("Ein Abschnitt", style="Abschnitt")
    word.add_paragraph(FILLER)
    assert show(sound(saved(word), "a.docx")) == [
        ("boilerplate", "Findings 4"),
        ("heading", "Ein Abschnitt"),
        ("paragraph", FILLER),
    ]


def test_a_bold_first_row_names_the_columns() -> None:
    word = docx.Document()
    table = word.add_table(3, 2)
    for row, cells in zip(
        table.rows, (("Organ", "Task"), ("Police", "Order"), ("Court", "Law")), strict=True
    ):
        for cell, text in zip(row.cells, cells, strict=True):
            cell.paragraphs[0].add_run(text).bold = text in ("Organ", "Task")
    assert show(sound(saved(word), "a.docx")) == [
        ("table-header", "Organ | Task"),
        ("table-row", "Police | Order"),
        ("table-row", "Court | Law"),
    ]


@pytest.mark.parametrize(
    ("first", "kind", "shown"),
    [
        (("", "*1971", "*1972"), "table-header", "| 1971 | 1972"),
        (("*Port", "*1971", "*1972"), "table-header", "Port | 1971 | 1972"),
        (("", "1971", "1972"), "table-header", "| 1971 | 1972"),
        (("", "*1971", ""), "table-row", "| 1971 |"),
        (("Port", "*1971", "*1972"), "table-header", "Port | 1971 | 1972"),
    ],
)
def test_a_bold_first_row_may_have_an_empty_corner(first: tuple[str, ...], kind: str, shown: str) -> None:
    word = docx.Document()
    table = word.add_table(2, 3)
    for row, cells in zip(table.rows, (first, ("Bar", "2,500", "2,300")), strict=True):
        for cell, text in zip(row.cells, cells, strict=True):
            if text:
                cell.paragraphs[0].add_run(text.lstrip("*")).bold = text.startswith("*")
    assert show(sound(saved(word), "a.docx")) == [(kind, shown), ("table-row", "Bar | 2,500 | 2,300")]


def test_pictures_comments_and_margins_are_said_to_be_unread() -> None:
    word = docx.Document()
    word.add_paragraph(FILLER)
    word.sections[0].footer.paragraphs[0].text = "Confidential"
    data = exchanged(
        saved(word), {"word/media/image1.png": b"x", "word/media/film.mp4": b"x", "word/vbaProject.bin": b"x"}
    )
    assert sound(data, "a.docx").notes == (
        "1 picture is not read.", "1 film or sound recording is not read.", "1 macro project is not read.",
        "Headers and footers of its pages are not read.",
    )  # fmt: skip


def test_broken_files_are_refused_in_words() -> None:
    data = report()
    assert "is empty: it has 0 bytes" in refused(b"", "a.docx")
    assert "damaged or cut off" in refused(data[: len(data) // 2], "a.docx")
    assert "no text part" in refused(exchanged(data, {"word/document.xml": None}), "a.docx")
    assert "as no honest file does" in refused(bomb(data, "word/media/x.bmp"), "a.docx")
    assert "holds no text" in refused(saved(docx.Document()), "a.docx")
    body = part(data, "word/document.xml")
    assert "XML is broken" in refused(exchanged(data, {"word/document.xml": body[:900].encode()}), "a.docx")


def test_entities_are_refused_and_nesting_costs_that_file_only() -> None:
    data = report()
    body = part(data, "word/document.xml")
    evil = body.replace(
        "<w:document", '<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]><w:document', 1
    ).replace("Findings", "&x;")
    assert "document type" in refused(exchanged(data, {"word/document.xml": evil.encode()}), "a.docx")
    deep = re.sub(
        r"<w:body>.*</w:body>",
        "<w:body>" + "<w:smartTag>" * 2000 + "<w:p/>" + "</w:smartTag>" * 2000 + "</w:body>",
        body,
        flags=re.S,
    )
    assert "a.docx" in refused(exchanged(data, {"word/document.xml": deep.encode()}), "a.docx")
