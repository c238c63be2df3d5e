"""RTF as Word, LibreOffice and TextEdit write it."""

from __future__ import annotations

import time

import pytest

from corpus.formats.rtf import read_rtf
from corpus.types import BlockKind, Document, Origin
from tests.corpus.office import FILLER, refused, sound
from tests.corpus.reading import show

FONTS = r"{\fonttbl{\f0\froman Times New Roman;}{\f1\fnil\fcharset238 Arial CE;}{\f2\fcharset128 M;}}"
STYLES = r"{\stylesheet{\s0 Normal;}{\s1\outlinelevel0 heading 1;}{\s2 heading 2;}{\s3 Title;}{\s4 caption;}}"
INFO = r"{\info{\title Returns \'96 2003}{\author Ana Gashi}{\creatim\yr2003\mo10\dy5}}"
HEAD = (
    r"{\rtf1\ansi\ansicpg1252\deff0"
    + FONTS
    + r"{\colortbl;\red0\green0\blue0;}"
    + STYLES
    + r"{\*\generator Writer;}"
    + INFO
)


def written(body: str) -> Document:
    return sound((HEAD + body + "}").encode("ascii"), "a.rtf")


def test_a_report_is_read_with_its_structure() -> None:
    document = written(
        r"\pard\s3 Returns of displaced persons\par\pard\s0 Pristina, 5 October 2009\par\pard\s2 Findings\par\pard "
        + FILLER
        + r"\par\pard\ls1 {\listtext\'95\tab}First measure\par {\listtext 2.\tab}Second\line measure\par"
        r"\pard\s4 Table 1. Returns\par\trowd\trhdr\cellx1\cellx2\pard\intbl Town\cell Returns\cell\row"
        r"\trowd\cellx1\cellx2\pard\intbl Peja\par town\cell 415\cell\row\pard The end.\par"
    )
    assert show(document) == [
        ("heading", "Returns of displaced persons"),
        ("paragraph", "Pristina, 5 October 2009"),
        ("heading", "Findings"),
        ("paragraph", FILLER),
        ("list-item", "First measure"),
        ("list-item", "2. Second\nmeasure"),
        ("caption", "Table 1. Returns"),
        ("table-header", "Town | Returns"),
        ("table-row", "Peja town | 415"),
        ("paragraph", "The end."),
    ]
    assert [block.level for block in document.blocks if block.kind is BlockKind.HEADING] == [1, 2]


def test_metadata_is_that_of_the_info_group_and_never_the_file_dates() -> None:
    metadata = written(r"\pard Text.\par").metadata
    assert (metadata.title.value, metadata.title.origin) == ("Returns – 2003", Origin.META)
    assert (metadata.author_names, metadata.published) == (("Ana Gashi",), None)


def test_characters_in_every_spelling() -> None:
    text = r"Caf\'e9 \u8364? 5 \uc2\u8212\'97\'97 \uc0\u382 {\uc1\u-10179?\u-8704?} "
    text += r"{\f1 \'9eena} {\f2 \'93\'fa}\~x\_y\-z \{a\\b\}"
    assert written(rf"\pard {text}\par").text == "Café € 5 — ž😀 žena 日\u00a0x\u2011yz {a\\b}"


def hexed(text: str, codec: str) -> str:
    return "".join(chr(byte) if byte < 128 else f"\\'{byte:02x}" for byte in text.encode(codec))


@pytest.mark.parametrize(
    ("head", "before", "text", "codec"),
    [
        (r"\ansi\ansicpg1251\deff0{\fonttbl{\f0 Arial;}}", r"\pard\f0", "Паром вышел", "cp1251"),
        (r"\ansi\ansicpg1251\deff0{\fonttbl{\f0\fcharset1 Arial;}}", r"\pard\f0", "Паром вышел", "cp1251"),
        (r"\ansi\ansicpg1250\deff0{\fonttbl{\f0\fcharset238 Arial;}}", r"\pard\plain", "Brod je čekao", "cp1250"),
        (r"\ansi\deff1{\fonttbl{\f0 A;}{\f1\fcharset238 B;}}", r"\pard", "Brod je čekao", "cp1250"),
        (r"\ansi\ansicpg1253\deff0{\fonttbl{\f0 Arial;}}", r"\pard", "Το πλοίο", "cp1253"),
        (r"\mac\deff0{\fonttbl{\f0 Geneva;}}", r"\pard\f0", "The ferry’s façade", "mac_roman"),
        (r"\ansi\ansicpg1251\deff0{\fonttbl{\f0\fcharset204 A;}{\f1\fcharset0 B;}}", r"\pard\f1", "Café – naïve", "cp1252"),
        (r"\ansi\ansicpg1252\deff0{\fonttbl{\f0\fcharset0 A;}{\f1\fcharset204 B;}}", r"\pard\f1", "Паром", "cp1251"),
        (r"\ansi\ansicpg99999{\fonttbl{\f0 A;}}", r"\pard\f0", "Café – naïve", "cp1252"),
        (r"\ansi", r"\pard", "Café – naïve", "cp1252"),
    ],
)  # fmt: skip
def test_the_code_page_is_that_of_the_font_or_else_of_the_file(
    head: str, before: str, text: str, codec: str
) -> None:
    data = rf"{{\rtf1{head}{before} {hexed(text, codec)}\par}}".encode("ascii")
    assert sound(data, "a.rtf").text == text


def test_properties_are_in_the_code_page_of_the_file() -> None:
    info = rf"{{\info{{\title {hexed('Паром вышел', 'cp1251')}}}}}"
    fonts = r"{\fonttbl{\f0\fcharset0 Arial;}}"
    data = rf"{{\rtf1\ansi\ansicpg1251\deff0{fonts}{info}\pard Text of it.\par}}".encode("ascii")
    assert sound(data, "a.rtf").metadata.title.value == "Паром вышел"


def test_insertions_are_text_deletions_and_hidden_words_are_not() -> None:
    body = r"The mission counted {\deleted 500 }{\revised 415 }returns{\v  and more}.\deleted  Gone.\plain  Here."
    assert written(rf"\pard {body}\par").text == "The mission counted 415 returns. Here."


def test_notes_boxes_links_and_margins() -> None:
    document = written(
        r"{\header Confidential\par}\pard There were 415{\super\chftn{\footnote\pard\chftn Not counting tents.}} returns."
        r"{\shp{\*\shpinst{\sp{\sn x}{\sv 1}}{\shptxt\pard Words in a box.\par}}}{\shppict{\pict\pngblip 8950}}"
        r'{\field{\*\fldinst{HYPERLINK "http://x.example"}}{\fldrslt{ See there.}}}{\*\annotation Is this right?}\par'
    )
    assert show(document) == [
        ("paragraph", "There were 415[1] returns. See there."),
        ("paragraph", "Words in a box."),
        ("paragraph", "[1] Not counting tents."),
    ]
    assert document.notes == (
        "1 picture is not read.",
        "1 comment is not read.",
        "Headers and footers of its pages are not read.",
    )


def test_binary_data_is_passed_over() -> None:
    data = (HEAD + r"\pard Before {\pict\wmetafile8\bin6 ").encode() + b"}{\\par" + rb"}after.\par}"
    assert sound(data, "a.rtf").text == "Before after."


def test_broken_files() -> None:
    assert "is empty: it has 0 bytes" in refused(b"", "a.rtf")
    assert "not an RTF file" in refused(b"Plain words.", "a.rtf")
    assert "holds no text" in refused((HEAD + "}").encode(), "a.rtf")
    assert sound((HEAD + r"\pard Cut off in the mid").encode(), "a.rtf").text == "Cut off in the mid"
    assert sound((HEAD + r"\pard Text.\par} After the end.").encode(), "a.rtf").text == "Text."
    assert "nested more than 1,000 deep" in refused(b"{\\rtf1 " + b"{" * 5_000, "a.rtf")


@pytest.mark.parametrize(
    "filler",
    [
        r"{\field{\*\fldinst{HYPERLINK }}}",
        r"{\fonttbl\f1}",
        r"{\footnote x}",
        r"\'e9",
        r"\u8364?",
        r"\trowd\cell\row",
    ],
)
def test_hostile_files_take_linear_time(filler: str) -> None:
    started = time.process_time()
    read_rtf(("{\\rtf1 Text. " + filler * (500_000 // len(filler)) + "}").encode(), "a.rtf")
    assert time.process_time() - started < 10
