"""PDFs written by another program: paragraphs, pages, running lines, notes, columns, places of characters."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pypdfium2
import pytest
from reportlab.pdfgen.canvas import Canvas

from corpus.chunk import chunk
from corpus.errors import UnreadableDocument
from corpus.formats import read, reader_name, reread
from corpus.formats.pdf import boxes, read_pdf, render_page
from corpus.packing import pack_blocks, unpack_blocks
from corpus.types import BlockKind, Confidence, Coverage, Document, Origin, PartialDate, Sourced
from tests.corpus.chunking import words as words_of
from tests.corpus.pdf_writing import HEIGHT, WIDTH, Draw, at, both, justified, pdf, right, text

LONG = (
    "The mission assisted the municipal authorities in the preparation of the elections, and the police "
    "of the mission recorded {} incidents in the northern municipalities during the period under review, "
    "most of which concerned damage to property and none of which led to loss of life or to arrests."
)


def kinds(document: Document) -> list[tuple[str, str]]:
    return [(block.kind.value, document.text[block.start : block.end]) for block in document.blocks]


def content(document: Document) -> list[str]:
    return [words for kind, words in kinds(document) if kind != "boilerplate"]


def numbered(page: int, *parts: Draw) -> Draw:
    return both(right(WIDTH - 60, 760, "S/2007/134"), *parts, at(60, 40, str(page), size=8))


def three_pages() -> bytes:
    first = numbered(
        1,
        text(["II. Security situation"], font="Helvetica-Bold", size=14),
        justified("1. " + LONG.format(12), left=90, top=660, width=430),
        text(
            ["2. The President met the Special Representative in Pristina on 4 May and", "told him that the"],
            top=90,
        ),
    )
    second = numbered(
        2,
        text(["talks would go on in the autumn. He asked for patience.", "", "3. Nothing else is reported."]),
    )
    third = numbered(3, text(["4. The report ends here, on its third page, with one more sentence."]))
    return pdf(first, second, third)


def test_lines_become_paragraphs_and_a_heading() -> None:
    document = read_pdf(three_pages(), "report.pdf")
    assert content(document) == [
        "II. Security situation",
        "1. " + LONG.format(12),
        "2. The President met the Special Representative in Pristina on 4 May and told him that the talks "
        "would go on in the autumn. He asked for patience.",
        "3. Nothing else is reported.",
        "4. The report ends here, on its third page, with one more sentence.",
    ]
    assert [b.level for b in document.blocks if b.kind is BlockKind.HEADING] == [1]
    assert document.metadata.title.value == "II. Security situation"
    assert "\r" not in document.text


def test_numbered_paragraphs_have_their_number_on_whatever_page_they_go_on() -> None:
    document = read_pdf(three_pages(), "report.pdf")
    assert [b.level for b in document.blocks if b.kind is BlockKind.NUMBERED] == [1, 2, 3, 4]
    for words, number in (
        ("he talks would", 2),
        ("for patience", 2),
        ("its third page", 4),
        ("Security", None),
    ):
        assert document.paragraph_at(document.text.index(words)) == number
    assert unpack_blocks(pack_blocks(document.blocks)) == document.blocks


def test_numbers_that_count_nothing_are_no_paragraph_numbers() -> None:
    lines = [
        "1. The first paragraph says that there was",
        "120. It is a number of the text that begins a line here.",
        "",
    ]
    more = [
        "2. The second one names the year in which it was.",
        "",
        "47. This is out of order, and counts nothing here.",
    ]
    document = read_pdf(pdf(text([*lines, *more])), "a.pdf")
    assert [b.level for b in document.blocks if b.kind is BlockKind.NUMBERED] == [1, 2]


def test_a_sentence_over_a_page_end_is_one_slice_with_both_pages() -> None:
    document = read_pdf(three_pages(), "report.pdf")
    sentence = "told him that the talks would go on in the autumn."
    start = document.text.index(sentence)
    assert document.pages_between(start, start + len(sentence)) == (1, 2)
    assert document.page_at(start) == 1
    assert document.page_at(start + len(sentence) - 1) == 2
    assert document.page_at(document.text.index("3. Nothing")) == 2
    assert document.page_at(document.text.index("4. The report")) == 3


def test_running_headers_and_page_numbers_are_boilerplate_on_their_page() -> None:
    document = read_pdf(three_pages(), "report.pdf")
    running = [block for block in document.blocks if block.kind is BlockKind.BOILERPLATE]
    found = [(document.text[block.start : block.end], document.page_at(block.start)) for block in running]
    assert sorted(found) == [("1", 1), ("2", 2), ("3", 3)] + [("S/2007/134", page) for page in (1, 2, 3)]


def test_numbers_in_margins_that_do_not_count_pages_stay() -> None:
    pages = [
        both(text([LONG[:90], LONG[90:170]], top=600), at(90, 60, str(number), size=8))
        for number in (7, 31, 12, 55)
    ]
    document = read_pdf(pdf(*pages), "figures.pdf")
    assert not any(kind == "boilerplate" for kind, _words in kinds(document))


def test_every_offset_has_a_page_and_pages_are_in_text_order() -> None:
    document = read_pdf(three_pages(), "report.pdf")
    assert document.pages[0].start == 0
    assert document.pages[-1].end == len(document.text)
    assert all(one.end == other.start for one, other in pairwise(document.pages))
    assert all(document.page_at(offset) for offset in range(len(document.text)))
    assert document.page_at(len(document.text)) is None


def test_blocks_cover_everything_but_white_space() -> None:
    document = read_pdf(three_pages(), "report.pdf")
    assert all(one.end <= other.start for one, other in pairwise(document.blocks))
    covered = {place for block in document.blocks for place in range(block.start, block.end)}
    assert all(document.text[place].isspace() for place in set(range(len(document.text))) - covered)


def test_a_page_without_text_has_its_number() -> None:
    document = read_pdf(
        pdf(text(["One line stands on this page."]), text([]), text(["And one on this."])), "a.pdf"
    )
    assert [page.number for page in document.pages] == [1, 2, 3]
    assert document.page_at(document.text.index("And one")) == 3


def test_two_columns_are_read_one_after_the_other() -> None:
    left = justified(
        LONG.format(3) + " The column ends with the words that follow and goes", left=60, top=700, width=230
    )
    after = justified(
        "on in the next one, where it is finished. " + LONG.format(4), left=320, top=700, width=230
    )
    document = read_pdf(pdf(both(left, after)), "columns.pdf")
    assert content(document) == [
        LONG.format(3)
        + " The column ends with the words that follow and goes on in the next one, where it is finished. "
        + LONG.format(4)
    ]


def test_hyphens_at_line_ends() -> None:
    lines = [
        "The international presence is international, and a self-",
        "appointed force filled the gap; the enlarged 36-",
        "member council met. It is a matter of inter-",
        "national law, of pre-",
        "and post-war claims, and of the association/",
        "community of municipalities.",
    ]
    document = read_pdf(pdf(text(lines)), "hyphens.pdf")
    assert document.text == (
        "The international presence is international, and a self-appointed force filled the gap; the enlarged "
        "36-member council met. It is a matter of international law, of pre- and post-war claims, and of the "
        "association/community of municipalities."
    )


def test_notes_at_the_foot_are_kept_apart() -> None:
    body = [LONG[:80], LONG[80:160], "and this sentence goes on over the end of the", ""]
    first = both(
        text(body, top=300),
        text(["__________________"], top=130, size=8),
        text(
            ["1 Figures are available until August 2013 only.", "2 See the report of 4 May."],
            top=115,
            size=8,
            pitch=10,
        ),
    )
    second = text(["page and ends here. Another sentence follows it, to be sure."])
    document = read_pdf(pdf(first, second), "notes.pdf")
    assert "goes on over the end of the page and ends here." in document.text
    assert "1 Figures are available until August 2013 only." in document.text
    start = document.text.index("1 Figures")
    assert document.page_at(start) == 1
    assert start > document.text.index("page and ends here.")
    notes = [words for kind, words in kinds(document) if kind == "footnote"]
    assert notes == ["1 Figures are available until August 2013 only. 2 See the report of 4 May."]
    passages = chunk(document, words_of, 200)
    assert [words for one in passages if "Figures" in (words := document.text[one.start : one.end])] == notes


def test_raised_note_numbers_do_not_change_figures_or_hide_sentence_ends() -> None:
    parts = at(90, 700, "The budget was 1,234"), at(190, 705, "5", size=6), at(194, 700, " million in all.")
    document = read_pdf(pdf(both(*parts)), "raised.pdf")
    assert document.text == "The budget was 1,234 5 million in all."


def test_list_items() -> None:
    lines = [
        "The mission will do the following:",
        "",
        "(a) Support the police of Kosovo;",
        "",
        "(b) Monitor the courts.",
    ]
    document = read_pdf(pdf(text(lines)), "list.pdf")
    assert kinds(document) == [
        ("paragraph", "The mission will do the following:"),
        ("list-item", "(a) Support the police of Kosovo;"),
        ("list-item", "(b) Monitor the courts."),
    ]


def test_ligatures_and_soft_hyphens_are_plain_letters() -> None:
    # The standard fonts have fi and fl at 0xDE and 0xDF of Mac Roman; reportlab maps them from Unicode.
    document = read_pdf(
        pdf(text(["The \ufb01rst of\ufb01ce re\u00adport was \ufb02own in."])), "ligatures.pdf"
    )
    assert "\ufb01" not in document.text
    assert "\u00ad" not in document.text


def test_boxes_are_the_lines_of_a_slice() -> None:
    data = three_pages()
    document = read_pdf(data, "report.pdf")
    start = document.text.index("told him that the talks")
    one, two = boxes(data, start, start + len("told him that the talks"))
    assert (one[0], two[0]) == (1, 2)
    assert 85 < one[1] < 95 and 70 < one[2] < 77 < one[4] < 90
    assert 85 < two[1] < 95 and 690 < two[2] < 705 < two[4] < 720
    words = pypdfium2.PdfDocument(data)[0].get_textpage().get_text_bounded(*one[1:])
    assert words.strip() == "told him that the"


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
@pytest.mark.parametrize("upright", [True, False])
def test_boxes_and_picture_follow_the_rotation_of_a_page(turn: int, upright: bool) -> None:
    def draw(canvas: Canvas) -> None:
        canvas.setPageRotation(turn)
        canvas.translate(WIDTH / 2, HEIGHT / 2)
        if upright:
            canvas.rotate(turn)
        text(["These words stand on a page", "that may be turned."], left=-100, top=60)(canvas)

    data = pdf(draw)
    document = read_pdf(data, "turned.pdf")
    assert document.text == "These words stand on a page that may be turned."
    start = document.text.index("that may")
    found = boxes(data, start, len(document.text))
    assert len(found) == 1 or not upright  # letters of text that runs up or down the page have a box each
    left, bottom = min(box[1] for box in found), min(box[2] for box in found)
    right_, top = max(box[3] for box in found), max(box[4] for box in found)
    picture = pypdfium2.PdfDocument(data)[0].render(scale=2).to_pil().convert("L")
    height = picture.size[1] / 2
    box = tuple(int(2 * value) for value in (left - 1, height - top - 1, right_ + 1, height - bottom + 1))
    ink = picture.point(lambda value: 255 - value).getbbox()
    inside = picture.crop(box).point(lambda value: 255 - value).getbbox()
    assert inside is not None and ink is not None
    assert inside[2] - inside[0] > 0.9 * (box[2] - box[0]) - 8
    assert inside[3] - inside[1] > 0.6 * (box[3] - box[1]) - 8
    assert ink[0] <= box[0] + inside[0] and box[0] + inside[2] <= ink[2]


def test_a_page_as_picture() -> None:
    png = render_page(three_pages(), 2, scale=0.5)
    assert png.startswith(b"\x89PNG")
    with pytest.raises(ValueError, match="there is no page 4"):
        render_page(three_pages(), 4)


def test_the_same_bytes_give_the_same_document() -> None:
    data = three_pages()
    assert (
        read_pdf(data, "report.pdf") == read_pdf(data, "report.pdf") == reread(data, read(data, "report.pdf"))
    )
    assert reader_name("report.pdf") == "pdf/5"


def test_what_earlier_versions_read_can_be_read_again_to_verify_it() -> None:
    for data, name in ((three_pages(), "report.pdf"), (b"The bridge was reopened.", "bridge.txt")):
        document = read(data, name)
        kind = document.reader.partition("/")[0]
        for version in range(2, int(document.reader.partition("/")[2])):
            assert reread(data, replace(document, reader=f"{kind}/{version}")) == document
    with pytest.raises(UnreadableDocument, match="was read by plain/1"):
        reread(b"The bridge.", replace(document, reader="plain/1"))


def test_properties_count_only_where_the_first_page_says_the_same() -> None:
    page = both(
        text(["Returns of displaced persons"], font="Helvetica-Bold", size=16), text([LONG[:90]], top=600)
    )
    document = read_pdf(pdf(page, title="Microsoft Word - draft2.doc", author="Office User"), "a.pdf")
    assert document.metadata.title.value == "Returns of displaced persons"
    assert document.metadata.author_names == ()
    document = read_pdf(pdf(page, title="Returns of displaced persons"), "a.pdf")
    assert document.metadata.title.origin is Origin.META


def test_the_creation_date_is_no_publication_date() -> None:
    assert read_pdf(three_pages(), "report.pdf").metadata.published is None


def letterhead(*body: Draw) -> Draw:
    return both(
        at(90, 750, "United Nations", size=14),
        right(540, 750, "S/2006/707", size=14),
        at(90, 725, "Security Council", size=18, font="Helvetica-Bold"),
        at(400, 725, "Distr.: General"),
        at(400, 711, "1 September 2006"),
        at(400, 690, "Original: English"),
        text(["Report of the Secretary-General on the mission"], top=620, size=15, font="Helvetica-Bold"),
        *body,
        at(60, 60, "06-48351 (E) 010906"),
        at(60, 45, "*0648351*"),
    )


def test_the_head_of_a_united_nations_document() -> None:
    body = justified(
        "1. The present report is submitted pursuant to resolution 1244 (1999). It covers developments in "
        "Kosovo, from 1 May to 14 August 2006. The last report was that of 5 June 2006 (S/2006/361).",
        left=90,
        top=580,
        width=430,
    )
    document = read_pdf(pdf(letterhead(body)), "S_2007_707.pdf")
    metadata = document.metadata
    assert metadata.symbol == Sourced("S/2006/707", Origin.TEXT, Confidence.HIGH)
    assert metadata.title.value == "Report of the Secretary-General on the mission"
    assert metadata.publisher is not None and metadata.publisher.value == "United Nations"
    assert metadata.published is not None and metadata.published.date == PartialDate(2006, 9, 1)
    assert metadata.covers == Coverage(PartialDate(2006, 5, 1), PartialDate(2006, 8, 14), Origin.TEXT)
    assert content(document)[0] == "Report of the Secretary-General on the mission"
    assert len(content(document)) == 2


def test_fonts_that_name_their_characters_by_the_wrong_code_page() -> None:
    wrong = [
        "Kosovo\u00eds leaders met. The Mission\u00eds view is \u00ecclear\u00ee and the",
        "Council\u00eds too.",
    ]
    document = read_pdf(pdf(text([*wrong, "It is the Assembly\u00eds turn."])), "wrong.pdf")
    assert "Kosovo’s leaders" in document.text
    assert "“clear”" in document.text
    right_ = [
        "The caf\u00e9 in \u00cdsafj\u00f6r\u00f0ur is open.",
        "Jos\u00e9 Mar\u00eda and Luc\u00eda came.",
    ]
    assert "Lucía" in read_pdf(pdf(text(right_)), "right.pdf").text
