"""Real reports: dates, symbols, periods, pages of quotes and tables, as people have noted them."""

from __future__ import annotations

import io
import json
import shutil
import unicodedata
from functools import cache
from pathlib import Path

import pikepdf
import pytest

from corpus.chunk import TokenOffsets, chunk
from corpus.errors import UnreadableDocument
from corpus.formats.ocr import Ocr, OcrMode
from corpus.formats.pdf import boxes, read_pdf
from corpus.types import BlockKind, Confidence, Document, Origin, Passage, Sourced

# Read from the first pages by eye: file, symbol, date of distribution.
DATES = """
2011_514 S/2011/514 2011-08-12
S_1999_779 S/1999/779 1999-07-12
S_2000_538 S/2000/538 2000-06-06
S_2003_421 S/2003/421 2003-04-14
S_2003_675 S/2003/675 2003-06-26
S_2004_348 S/2004/348 2004-04-30
S_2004_613 S/2004/613 2004-07-30
S_2004_907 S/2004/907 2004-11-17
S_2005_335 S/2005/335 2005-05-23
S_2005_88 S/2005/88 2005-02-14
S_2006_361 S/2006/361 2006-06-05
S_2006_45 S/2006/45 2006-01-25
S_2006_906 S/2006/906 2006-11-20
S_2007_134 S/2007/134 2007-03-09
S_2007_395 S/2007/395 2007-06-29
S_2007_582 S/2007/582 2007-09-28
S_2007_707 S/2006/707 2006-09-01
S_2007_768 S/2007/768 2008-01-03
S_2008_354 S/2008/354 2008-06-12
S_2008_458 S/2008/458 2008-07-15
S_2008_692 S/2008/692 2008-11-24
S_2009_149 S/2009/149 2009-03-17
S_2009_300 S/2009/300 2009-06-10
S_2009_497 S/2009/497 2009-09-30
S_2010_169 S/2010/169 2010-04-06
S_2010_401 S/2010/401 2010-07-29
S_2010_5 S/2010/5 2010-01-05
S_2010_562 S/2010/562 2010-10-29
S_2011_281 S/2011/281 2011-05-03
S_2011_43 S/2011/43 2011-01-28
S_2011_675 S/2011/675 2011-10-31
S_2012_275 S/2012/275 2012-04-27
S_2012_603 S/2012/603 2012-08-03
S_2012_72 S/2012/72 2012-01-31
S_2012_818 S/2012/818 2012-11-08
S_2013_444 S/2013/444 2013-07-26
S_2013_631 S/2013/631 2013-10-28
S_2013_72 S/2013/72 2013-02-04
S_2014_305 S/2014/305 2014-04-29
S_2014_558 S/2014/558 2014-08-01
S_2014_68 S/2014/68 2014-01-30
S_2014_773 S/2014/773 2014-10-31
S_2015_303 S/2015/303 2015-04-27
S_2015_579 S/2015/579 2015-07-30
S_2015_74 S/2015/74 2015-01-30
S_2015_833 S/2015/833 2015-11-03
S_2016_407_4 S/2016/407 2016-04-29
S_2016_666 S/2016/666 2016-07-29
S_2016_901 S/2016/901 2016-10-26
S_2016_99_1 S/2016/99 2016-02-01
S_2017_640 S/2017/640 2017-07-24
S_2017_911 S/2017/911 2017-10-31
S_2017_95_rev.1 S/2017/95/Rev.1 2017-02-06
S_2018_407 S/2018/407 2018-05-01
S_2018_747 S/2018/747 2018-07-30
S_2018_981 S/2018/981 2018-11-01
"""
PERIODS = {
    "S_2000_538": ("2000-03-03", "2000-06-03"),
    "S_2004_348": ("2004-01-01", "2004-03-31"),
    "S_2006_45": ("2005-05-23", "2005-12-31"),
    "S_2010_5": ("2009-09-16", "2009-12-15"),
    "S_2015_74": ("2014-10-16", "2015-01-15"),
    "S_2018_747": ("2018-04-16", "2018-07-15"),
}
NO_PERIOD = ("S_1999_779", "S_2003_421", "S_2003_675", "S_2008_354")


@pytest.fixture
def reports(shared_data: Path) -> Path:
    folder = shared_data / "unmik_reports"
    if not folder.is_dir():
        pytest.skip(f"no reports at {folder}")
    return folder


@cache
def report(folder: Path, name: str) -> Document:
    path = folder / f"UNMIK_{name}.pdf"
    return read_pdf(path.read_bytes(), path.name)


def folded(text: str) -> str:
    """Letters and digits alone."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return "".join(character for character in plain if character.isalnum())


@pytest.mark.parametrize("line", DATES.split("\n")[1:-1])
def test_symbol_date_publisher_and_title(reports: Path, line: str) -> None:
    name, symbol, day = line.split()
    metadata = report(reports, name).metadata
    assert metadata.symbol is not None and metadata.symbol.value == symbol
    assert metadata.published is not None and str(metadata.published.date) == day
    assert metadata.publisher is not None and metadata.publisher.value == "United Nations"
    assert "united nations interim administration mission in kosovo" in metadata.title.value.casefold()
    assert metadata.language is not None and metadata.language.value == "en"


@pytest.mark.parametrize("name", PERIODS)
def test_the_period_covered(reports: Path, name: str) -> None:
    covers = report(reports, name).metadata.covers
    assert covers is not None and (str(covers.first), str(covers.last)) == PERIODS[name]


@pytest.mark.parametrize("name", NO_PERIOD)
def test_a_period_that_is_not_stated_in_full_is_unknown(reports: Path, name: str) -> None:
    assert report(reports, name).metadata.covers is None


def test_a_scan_without_ocr_is_unreadable(reports: Path) -> None:
    path = reports / "UNMIK_S_2003_113.pdf"
    with pytest.raises(UnreadableDocument, match="holds only pictures of its 18 pages"):
        read_pdf(path.read_bytes(), path.name, ocr=Ocr(OcrMode.NEVER))


@pytest.mark.skipif(shutil.which("tesseract") is None, reason="tesseract is not installed")
def test_a_scanned_report_has_symbol_date_and_boxes(reports: Path) -> None:
    target = io.BytesIO()
    with pikepdf.open(reports / "UNMIK_S_2003_113.pdf") as whole:
        del whole.pages[3:]
        whole.save(target)
    data = target.getvalue()
    document = read_pdf(data, "scan.pdf")
    assert document.metadata.symbol == Sourced("S/2003/113", Origin.TEXT, Confidence.MEDIUM)
    assert document.metadata.published is not None
    assert str(document.metadata.published.date) == "2003-01-29"
    start = document.text.index("At 489.1 million euros")
    assert document.page_at(start) == 2
    (box,) = boxes(data, start, start + len("At 489.1 million euros"), document.reader)
    assert box[0] == 2 and box[1] < box[3] and 5 < box[4] - box[2] < 20


def golds(shared_data: Path) -> list[tuple[str, int, str]]:
    path = shared_data / "unmik_dev_questions.jsonl"
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return [(gold["file"], gold["page"], gold["quote"]) for row in rows for gold in row["gold"]]


def test_quotes_are_found_on_their_page(reports: Path) -> None:
    places = golds(reports.parent)
    missed = []
    for file, page, quote in places:
        document = report(reports, file.removeprefix("UNMIK_").removesuffix(".pdf"))
        letters, offsets = _with_offsets(document.text)
        start = letters.find(folded(quote))
        found = False
        while start >= 0:
            end = offsets[start + len(folded(quote)) - 1] + 1
            found |= page in document.pages_between(offsets[start], end)
            start = letters.find(folded(quote), start + 1)
        if not found:
            missed.append((file, page, quote))
    assert len(missed) <= 0.02 * len(places), missed


def test_rows_of_tables_are_inside_one_passage_with_header_or_caption(
    reports: Path, wordpiece: TokenOffsets
) -> None:
    path = reports.parent / "unmik_dev_questions.jsonl"
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    questions = [row for row in rows if row["kind"] == "table"]
    assert len(questions) >= 4
    assert [row["id"] for row in questions if not _in_one_passage(reports, row["gold"], wordpiece)] == []


def _in_one_passage(reports: Path, golds: list[dict[str, str]], tokens: TokenOffsets) -> bool:
    """Whether one of the quotes (the same row in two orders of its cells) lies whole in a passage that names it."""
    for gold in golds:
        document = report(reports, gold["file"].removeprefix("UNMIK_").removesuffix(".pdf"))
        for passage in chunk(document, tokens, 254):
            inside = folded(document.text[passage.start : passage.end])
            if folded(gold["quote"]) in inside and _is_named(document, passage):
                return True
    return False


def _is_named(document: Document, passage: Passage) -> bool:
    """Whether a passage says what its rows are about: by their header, or by a heading or a caption."""
    inside = (block for block in document.blocks if block.start < passage.end and block.end > passage.start)
    named = (BlockKind.TABLE_HEADER, BlockKind.CAPTION, BlockKind.HEADING)
    return bool(passage.header or passage.headings) or any(block.kind in named for block in inside)


def _with_offsets(text: str) -> tuple[str, list[int]]:
    letters: list[str] = []
    offsets: list[int] = []
    for offset, character in enumerate(text):
        for letter in folded(character):
            letters.append(letter)
            offsets.append(offset)
    return "".join(letters), offsets


def test_numbered_paragraphs_are_whole(reports: Path) -> None:
    document = report(reports, "S_1999_779")
    numbers = []
    for block in document.blocks:
        if block.kind is BlockKind.NUMBERED:
            assert document.text[block.start : block.end].startswith(f"{block.level}. ")
            numbers.append(block.level)
    assert numbers == list(range(1, 128))


def test_boxes_hold_the_words_of_a_quote(reports: Path) -> None:
    import pypdfium2

    path = reports / "UNMIK_S_2000_538.pdf"
    document = report(reports, "S_2000_538")
    start = document.text.index("joint interim administration has been established")
    found = boxes(path.read_bytes(), start, start + 90)
    assert len(found) in (2, 3)
    with pypdfium2.PdfDocument(path) as pdf:
        textpage = pdf[found[0][0] - 1].get_textpage()
        words = " ".join(textpage.get_text_bounded(*box[1:]) for box in found)
    assert folded(document.text[start : start + 90]) in folded(words)
