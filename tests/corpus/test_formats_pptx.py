"""PowerPoint files as python-pptx writes them, with what PowerPoint adds: hidden slides, diagrams, newer shapes."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

from pptx import Presentation
from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE
from pptx.util import Inches

from corpus.types import Document, Origin, Page
from tests.corpus.office import FILLER, bomb, exchanged, part, refused, sound
from tests.corpus.reading import show

BOX = (Inches(1), Inches(1), Inches(4), Inches(2))
SLIDE = "ppt/slides/slide1.xml"
DIAGRAM = """<dgm:dataModel xmlns:dgm="http://schemas.openxmlformats.org/drawingml/2006/diagram"
 xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><dgm:ptLst><dgm:pt><dgm:t><a:p><a:r><a:t>Count</a:t></a:r></a:p></dgm:t>
</dgm:pt><dgm:pt><dgm:t><a:p><a:r><a:t>Report</a:t></a:r></a:p></dgm:t></dgm:pt></dgm:ptLst></dgm:dataModel>"""


def saved(presentation: object) -> bytes:
    target = io.BytesIO()
    presentation.save(target)  # type: ignore[attr-defined]  # a pptx.Presentation
    return target.getvalue()


def talk() -> bytes:
    slides = Presentation()
    slides.core_properties.title, slides.core_properties.author = "PowerPoint Presentation", "Ana Gashi"
    first = slides.slides.add_slide(slides.slide_layouts[0])
    first.shapes.title.text, first.placeholders[1].text = "Returns in 2003", "Pristina, 5 October 2009"
    second = slides.slides.add_slide(slides.slide_layouts[1])
    second.shapes.title.text = "Findings"
    second.placeholders[1].text = "More returns\nFewer tents"
    second.placeholders[1].text_frame.paragraphs[1].level = 1
    second.notes_slide.notes_text_frame.text = FILLER
    slides.slides.add_slide(slides.slide_layouts[6])
    fourth = slides.slides.add_slide(slides.slide_layouts[5])
    fourth.shapes.title.text = "Figures"
    table = fourth.shapes.add_table(2, 2, *BOX).table
    for place, text in enumerate(("Town", "Returns", "Peja", "415")):
        table.cell(place // 2, place % 2).text = text
    chart: Any = CategoryChartData()  # type: ignore[no-untyped-call]  # python-pptx leaves it untyped
    chart.categories = ["Peja", "Istog"]
    chart.add_series("2002", (210, 86))
    chart.add_series("2003", (415, 97.5))
    drawn = fourth.shapes.add_chart(XL_CHART_TYPE.COLUMN_CLUSTERED, *BOX, chart).chart
    drawn.has_title = True
    drawn.chart_title.text_frame.text = "Returns by town"
    group = fourth.shapes.add_group_shape()
    group.shapes.add_textbox(*BOX).text_frame.text = "In a group\vsecond line"
    return saved(slides)


def edited(change: Callable[[str], str]) -> bytes:
    data = talk()
    return exchanged(data, {SLIDE: change(part(data, SLIDE)).encode()})


def test_every_slide_is_a_page() -> None:
    document = sound(talk(), "talk.pptx")
    assert show(document) == [
        ("heading", "Returns in 2003"),
        ("paragraph", "Pristina, 5 October 2009"),
        ("heading", "Findings"),
        ("list-item", "More returns"),
        ("list-item", "Fewer tents"),
        ("heading", "Notes"),
        ("paragraph", FILLER),
        ("heading", "Figures"),
        ("table-header", "Town | Returns"),
        ("table-row", "Peja | 415"),
        ("caption", "Returns by town"),
        ("table-header", "| 2002 | 2003"),
        ("table-row", "Peja | 210 | 415"),
        ("table-row", "Istog | 86 | 97.5"),
        ("paragraph", "In a group\nsecond line"),
    ]
    assert [page.number for page in document.pages] == [1, 2, 3, 4]
    assert document.pages[2].start == document.pages[2].end
    assert _text(document, document.pages[0]) == "Returns in 2003\n\nPristina, 5 October 2009"
    assert document.page_at(document.text.index("Istog | 86")) == 4
    assert [block.level for block in document.blocks[2:6]] == [2, 1, 2, 3]


def _text(document: Document, page: Page) -> str:
    return document.text[page.start : page.end]


def test_metadata() -> None:
    metadata = sound(talk(), "talk.pptx").metadata
    assert (metadata.title.value, metadata.title.origin) == ("Returns in 2003", Origin.TEXT)
    assert metadata.author_names == ("Ana Gashi",)
    assert metadata.published is not None and str(metadata.published.date) == "2009-10-05"


def test_hidden_slides_are_said_and_keep_their_numbers() -> None:
    document = sound(edited(lambda slide: slide.replace("<p:sld ", '<p:sld show="0" ', 1)), "talk.pptx")
    assert "Pristina" not in document.text
    assert "1 hidden slide is not read." in document.notes
    assert document.page_at(document.text.index("Findings")) == 2
    assert document.metadata.title.value == "Findings"


def test_shapes_of_newer_programs_are_read() -> None:
    def wrap(slide: str) -> str:
        start = slide.rindex("<p:sp>")
        end = slide.index("</p:sp>", start) + len("</p:sp>")
        mc = "http://schemas.openxmlformats.org/markup-compatibility/2006"
        choice = f'<mc:Choice Requires="a14">{slide[start:end]}</mc:Choice><mc:Fallback/>'
        return (
            f'{slide[:start]}<mc:AlternateContent xmlns:mc="{mc}">{choice}</mc:AlternateContent>{slide[end:]}'
        )

    assert "Pristina, 5 October 2009" in sound(edited(wrap), "talk.pptx").text


def test_the_words_of_a_diagram_are_read() -> None:
    data = talk()
    relations = "ppt/slides/_rels/slide1.xml.rels"
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/diagramData"
    frame = (
        "<p:graphicFrame><p:nvGraphicFramePr><p:cNvPr id='9' name='D'/><p:cNvGraphicFramePr/><p:nvPr/></p:nvGraphicFramePr>"
        "<p:xfrm><a:off x='0' y='0'/><a:ext cx='9' cy='9'/></p:xfrm><a:graphic><a:graphicData uri='d'>"
        "<dgm:relIds r:dm='rId77' xmlns:dgm='http://schemas.openxmlformats.org/drawingml/2006/diagram'/></a:graphicData></a:graphic></p:graphicFrame>"
    )
    relation = f'<Relationship Id="rId77" Type="{kind}" Target="../diagrams/data1.xml"/>'
    parts: dict[str, bytes | None] = {
        SLIDE: part(data, SLIDE).replace("</p:spTree>", frame + "</p:spTree>").encode(),
        relations: part(data, relations).replace("</Relationships>", relation + "</Relationships>").encode(),
        "ppt/diagrams/data1.xml": DIAGRAM.encode(),
    }
    assert show(sound(exchanged(data, parts), "talk.pptx"))[2:4] == [
        ("list-item", "Count"),
        ("list-item", "Report"),
    ]


def test_pictures_and_films_are_said_to_be_unread() -> None:
    data = exchanged(talk(), {"ppt/media/image1.png": b"x", "ppt/media/media1.mp4": b"x"})
    notes = sound(data, "talk.pptx").notes
    assert notes[:2] == ("1 picture is not read.", "1 film or sound recording is not read.")


def test_broken_files_are_refused_in_words() -> None:
    data = talk()
    assert "is empty: it has 0 bytes" in refused(b"", "a.pptx")
    assert "damaged or cut off" in refused(data[: len(data) // 2], "a.pptx")
    assert "damaged" in refused(exchanged(data, {SLIDE: None}), "a.pptx")
    assert "damaged" in refused(exchanged(data, {"ppt/presentation.xml": None}), "a.pptx")
    assert "XML is broken" in refused(exchanged(data, {SLIDE: b"<p:sld"}), "a.pptx")
    assert "no honest file" in refused(bomb(data, "ppt/media/x.bmp"), "a.pptx")
    assert "holds no text" in refused(saved(Presentation()), "a.pptx")
    assert "document type" in refused(
        edited(lambda slide: slide.replace("<p:sld ", "<!DOCTYPE d []><p:sld ", 1)), "a.pptx"
    )

    def nest(slide: str) -> str:
        kind = "<p:nvGrpSpPr><p:cNvPr id='9' name='g'/><p:cNvGrpSpPr/><p:nvPr/></p:nvGrpSpPr><p:grpSpPr/>"
        return slide.replace("</p:spTree>", f"<p:grpSp>{kind}" * 100 + "</p:grpSp>" * 100 + "</p:spTree>")

    assert "nested" in refused(edited(nest), "a.pptx")
