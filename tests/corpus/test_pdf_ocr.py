"""Pages that are pictures: read by tesseract where it is installed, and said to be unread where it is not."""

from __future__ import annotations

import io
import shutil
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pypdfium2
import pytest
from PIL import Image
from reportlab.pdfgen.canvas import Canvas

from corpus.errors import InvalidInput, UnreadableDocument
from corpus.formats import ocr, reread
from corpus.formats.ocr import Ocr, OcrChoice, OcrMode
from corpus.formats.pdf import boxes, read_pdf
from corpus.formats.pdf_lines import Line, PageText, Word
from corpus.formats.pdf_scans import notes_on, reads_otherwise
from corpus.limits import report_pages
from corpus.packing import pack_pages, unpack_pages
from corpus.types import BlockKind, Page
from tests.corpus.pdf_writing import Draw, pdf, picture, text

LINES = [
    "1. The mission assisted the municipal authorities in the preparation",
    "of the elections, and the police recorded twelve incidents in the north.",
    "",
    "2. The President met the Special Representative in Pristina in May.",
]
READ = (
    "1. The mission assisted the municipal authorities in the preparation of the elections, and the police recorded "
    "twelve incidents in the north."
)
needs_tesseract = pytest.mark.skipif(shutil.which("tesseract") is None, reason="tesseract is not installed")


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    known = (ocr.engine, ocr.installed_languages)
    for each in known:
        each.cache_clear()
    yield
    for each in known:
        each.cache_clear()


@pytest.fixture
def without_tesseract(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("corpus.formats.ocr.shutil.which", lambda _name: None)


def scanned(turn: int = 0) -> Draw:
    """A page that is a picture of text, turned clockwise."""
    page = pypdfium2.PdfDocument(pdf(text(LINES, left=80, size=11, pitch=14)))[0]
    image: Image.Image = (
        page.render(scale=2.5, grayscale=True).to_pil().convert("L").rotate(-turn, expand=True)
    )
    target = io.BytesIO()
    image.save(target, "PNG")
    target.seek(0)
    return picture(target)


@needs_tesseract
def test_a_scan_is_read_with_confidence_and_boxes() -> None:
    data = pdf(scanned())
    document = read_pdf(data, "scan.pdf")
    assert READ in document.text
    assert document.reader.startswith("pdf/5+tesseract-")
    (page,) = document.pages
    assert page.ocr_confidence is not None and page.ocr_confidence > 0.8
    assert document.notes == ()
    assert reread(data, document) == document
    start = document.text.index("of the elections")
    ((number, left, bottom, right, top),) = boxes(
        data, start, start + len("of the elections"), document.reader
    )
    assert number == 1
    assert 76 < left < 84 and 680 < bottom < 688 < top < 702 and 150 < right < 170


@needs_tesseract
@pytest.mark.parametrize("turn", [90, 180, 270])
def test_a_scan_that_lies_on_its_side_is_read_upright(turn: int) -> None:
    draw = both_ways(turn)
    document = read_pdf(draw, "turned.pdf")
    assert READ in document.text
    start = document.text.index("of the elections")
    found = boxes(draw, start, start + len("of the elections"), document.reader)
    image = pypdfium2.PdfDocument(draw)[0].render(scale=2).to_pil().convert("L")
    for _page, left, bottom, right, top in found:
        height = image.size[1] / 2
        ink = image.crop(
            (int(2 * left), int(2 * (height - top)), int(2 * right) + 1, int(2 * (height - bottom)) + 1)
        )
        assert ink.getextrema()[0] < 140


def both_ways(turn: int) -> bytes:
    """A scan with so many lines that tesseract can tell which way up they are."""
    lines = [*LINES, "", *LINES, "", *LINES, "", *LINES, "", *LINES]
    page = pypdfium2.PdfDocument(pdf(text(lines, left=80, size=11, pitch=14)))[0]
    image = page.render(scale=2.8, grayscale=True).to_pil().convert("L").rotate(-turn, expand=True)
    target = io.BytesIO()
    image.save(target, "PNG")
    target.seek(0)
    width, height = (792, 612) if turn % 180 else (612, 792)

    def draw(canvas: Canvas) -> None:
        canvas.setPageSize((width, height))
        picture(target, width=width, height=height)(canvas)

    return pdf(draw)


@needs_tesseract
def test_a_page_is_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    data = pdf(scanned())
    document = read_pdf(data, "scan.pdf")

    def never(*_arguments: object, **_options: object) -> None:
        raise AssertionError("tesseract was started again")

    monkeypatch.setattr(ocr, "_run", never)
    assert read_pdf(data, "scan.pdf") == document


@needs_tesseract
def test_one_scanned_page_in_a_born_digital_file() -> None:
    data = pdf(text(["This page holds text that was typed."]), scanned())
    document = read_pdf(data, "mixed.pdf")
    assert [page.ocr_confidence is None for page in document.pages] == [True, False]
    start = document.text.index(READ)
    assert document.pages_between(start, start + len(READ)) == (2,)


@needs_tesseract
def test_always_and_never() -> None:
    data = pdf(text(LINES), scanned())
    always = read_pdf(data, "mixed.pdf", ocr=Ocr(OcrMode.ALWAYS))
    assert all(page.ocr_confidence for page in always.pages)
    assert always.reader.endswith("[always]")
    assert reread(data, always) == always
    never = read_pdf(data, "mixed.pdf", ocr=Ocr(OcrMode.NEVER))
    assert never.reader == "pdf/5+unread"
    assert reread(data, never) == never
    assert never.notes == ("page 2 is a scan and was not read: reading of pictures is switched off",)


@needs_tesseract
def test_a_missing_language_says_what_to_install() -> None:
    data = pdf(text(LINES), scanned())
    document = read_pdf(data, "mixed.pdf", ocr=Ocr(languages=("eng", "xyz")))
    assert document.notes == (
        "page 2 is a scan and was not read: tesseract lacks the language xyz; "
        "run: apt-get install tesseract-ocr-xyz",
    )
    assert document.reader == "pdf/5+unread"
    with pytest.raises(
        InvalidInput, match="tesseract lacks the languages chi_sim, xyz; run: apt-get install "
    ):
        OcrChoice(languages=("eng", "chi_sim", "xyz")).check()


@pytest.mark.usefixtures("without_tesseract")
def test_without_tesseract_the_pages_are_named() -> None:
    document = read_pdf(pdf(text(LINES), scanned(), text(LINES), scanned(), scanned()), "mixed.pdf")
    assert document.notes == (
        "pages 2, 4-5 are scans and were not read: "
        "install tesseract (Debian: apt-get install tesseract-ocr) and add the file again",
    )
    assert document.reader == "pdf/5+unread"


@pytest.mark.usefixtures("without_tesseract")
def test_without_tesseract_a_pure_scan_is_unreadable() -> None:
    with pytest.raises(UnreadableDocument, match="holds only pictures of its 1 pages: install tesseract"):
        read_pdf(pdf(scanned()), "scan.pdf")


@pytest.mark.usefixtures("without_tesseract")
def test_a_text_that_needs_tesseract_is_not_read_again_without() -> None:
    with pytest.raises(
        UnreadableDocument, match=r"was read with tesseract-5\.3\.0 and this machine has no tesseract"
    ):
        boxes(pdf(scanned()), 0, 1, "pdf/5+tesseract-5.3.0")


def test_a_stuck_tesseract_costs_the_page_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ocr, "installed_languages", lambda: frozenset(("eng",)))
    monkeypatch.setattr("corpus.formats.pdf_scans.engine", lambda: "tesseract-5.3.0")
    monkeypatch.setattr(ocr, "_PROGRAM", (sys.executable, "-c", "while True: pass"))
    monkeypatch.setattr(ocr, "_PROCESSOR_SECONDS", 1)
    monkeypatch.setattr(ocr, "_BEAT_SECONDS", 0.1)
    told: list[int] = []
    report_pages(told.append)
    try:
        document = read_pdf(pdf(text(LINES), scanned()), "mixed.pdf")
    finally:
        report_pages(None)
    assert document.notes == ("page 2 is a scan and was not read: tesseract gave up after 1 s of computing",)
    assert document.reader == "pdf/5"  # to try again would do the same
    assert told[:3] == [1, 2, 2] and told.count(2) > 4  # it is told that the page is still being read


def test_a_tesseract_that_waits_for_ever_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ocr, "installed_languages", lambda: frozenset(("eng",)))
    monkeypatch.setattr("corpus.formats.pdf_scans.engine", lambda: "tesseract-5.3.0")
    monkeypatch.setattr(ocr, "_PROGRAM", (sys.executable, "-c", "import time; time.sleep(600)"))
    monkeypatch.setattr(ocr, "_SECONDS", 0.2)
    monkeypatch.setattr(ocr, "_BEAT_SECONDS", 0.1)
    document = read_pdf(pdf(text(LINES), scanned()), "mixed.pdf")
    assert document.notes == ("page 2 is a scan and was not read: tesseract gave up after 0 s",)


def _speckled() -> Draw:
    """A page of specks, as a copier leaves them: nothing in it is a word."""
    image = Image.effect_noise((850, 1100), 120)
    target = io.BytesIO()
    image.save(target, "PNG")
    target.seek(0)
    return picture(target)


@needs_tesseract
def test_a_page_in_which_no_words_or_only_doubtful_ones_are_found_is_told() -> None:
    blank = io.BytesIO()
    Image.new("L", (850, 1100), 255).save(blank, "PNG")
    blank.seek(0)
    document = read_pdf(pdf(text(LINES), picture(blank), _speckled()), "mixed.pdf")
    no_words, *rest = document.notes
    assert no_words.startswith("page 2 is a scan and was not read: ") or "pages 2-3 are scans" in no_words
    assert "tesseract finds no words there" in no_words
    assert "page 3" in "".join(rest) or "2-3" in no_words
    assert READ in document.text


def test_lines_read_with_too_little_certainty_are_told() -> None:
    page = PageText(2, 612, 792, [_line(0.9), _line(0.2), _line(0.3)], 60, confidence=0.8)
    assert notes_on([page], mended=False) == (
        "2 lines of page 2, read with too little certainty, are not quoted (show --boilerplate)",
    )


def _line(sure: float) -> Line:
    return Line(2, [Word("harbour", range(7), 70, 700, 120, 710)], sure=sure)


def test_a_tesseract_that_begins_late_gets_the_whole_picture(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a busy machine it took its input after the first beat, and waited ten minutes for the rest of it."""
    late = "import sys, time; time.sleep(0.5); sys.stdout.write(str(len(sys.stdin.buffer.read())))"
    monkeypatch.setattr(ocr, "lacking", lambda _languages: ())
    monkeypatch.setattr(ocr, "_PROGRAM", (sys.executable, "-c", late))
    monkeypatch.setattr(ocr, "_BEAT_SECONDS", 0.1)
    monkeypatch.setattr(ocr, "_SECONDS", 20.0)
    assert ocr._run(bytes(3_000_000), (), ("eng",), 1) == b"3000000"


def test_garbled_text_is_not_quoted() -> None:
    shift = str.maketrans({chr(code): chr(0xE000 + code) for code in range(33, 127)})
    good = ["The report covers the activities of the mission and the developments in the region."]
    page = partial(text, top=700)
    document = read_pdf(
        pdf(page(good), _private(good[0].translate(shift))), "garbled.pdf", ocr=Ocr(OcrMode.NEVER)
    )
    assert document.notes == (
        "page 2 is garbled by its fonts and was not read: reading of pictures is switched off",
    )
    kinds = {block.kind for block in document.blocks if document.page_at(block.start) == 2}
    assert kinds == {BlockKind.BOILERPLATE}


def _private(words: str) -> Draw:
    """Words set in a font whose map leads to private characters, as broken subsets have it."""
    from reportlab import rl_config
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont

    paths = [Path(folder) / "Vera.ttf" for folder in rl_config.TTFSearchPath]
    path = next((path for path in paths if path.is_file()), None)
    if path is None:
        pytest.skip("reportlab came without its fonts")
    pdfmetrics.registerFont(TTFont("Vera", str(path)))
    return text([words], font="Vera")


def test_pages_keep_their_confidence_in_the_database() -> None:
    pages = (Page(1, 0, 10), Page(2, 10, 30, 0.9123), Page(1, 30, 40))
    assert unpack_pages(pack_pages(pages)) == pages
    plain = (Page(1, 0, 10), Page(2, 10, 30))
    assert unpack_pages(pack_pages(plain)) == plain
    assert len(pack_pages(plain)) == 48


def test_languages_are_names_and_nothing_else() -> None:
    with pytest.raises(ValueError, match="not a language of tesseract"):
        Ocr(languages=("--help",))


@pytest.mark.usefixtures("without_tesseract")
def test_without_tesseract_nobody_can_ask_for_all_pages() -> None:
    with pytest.raises(InvalidInput, match="cannot be read from their pictures here: install tesseract"):
        OcrChoice(OcrMode.ALWAYS).check()
    OcrChoice(OcrMode.AUTO, ("fra",)).check()  # says so of each document, and reads the rest


FRENCH = Ocr(languages=("eng", "fra"))
ALWAYS = Ocr(OcrMode.ALWAYS)
NEVER = Ocr(OcrMode.NEVER)


@pytest.mark.parametrize(
    ("reader", "how", "again"),
    [
        ("plain/1", ALWAYS, False),
        ("pdf/5", Ocr(), False),
        ("pdf/5", FRENCH, False),
        ("pdf/5", ALWAYS, True),
        ("pdf/5+unread", Ocr(), True),
        ("pdf/5+unread", NEVER, False),
        ("pdf/5+tesseract-5.3.0", Ocr(), False),
        ("pdf/5+tesseract-5.3.0", NEVER, True),
        ("pdf/5+tesseract-5.3.0", FRENCH, True),
        ("pdf/5+tesseract-5.3.0", ALWAYS, True),
        ("pdf/5+tesseract-5.3.0[eng+fra]", FRENCH, False),
        ("pdf/5+tesseract-5.3.0[eng+fra]", Ocr(), True),
        ("pdf/5+tesseract-5.3.0[always]", ALWAYS, False),
        ("pdf/5+tesseract-5.3.0[always]", Ocr(), True),
        ("pdf/5+tesseract-4.1", Ocr(), False),
    ],
)
def test_what_is_read_again(monkeypatch: pytest.MonkeyPatch, reader: str, how: Ocr, again: bool) -> None:
    for name in ("corpus.formats.pdf_scans.engine", "corpus.formats.ocr.engine"):
        monkeypatch.setattr(name, lambda: "tesseract-5.3.0")
    monkeypatch.setattr(ocr, "installed_languages", lambda: frozenset(("eng", "fra")))
    assert reads_otherwise(reader, how) is again
    changed = reader == "pdf/5+tesseract-4.1"
    assert reads_otherwise(reader, how, exactly=True) is (again or changed)


@pytest.mark.usefixtures("without_tesseract")
@pytest.mark.parametrize("reader", ["pdf/5+unread", "pdf/5", "pdf/5+tesseract-5.3.0"])
def test_without_tesseract_nothing_is_read_again(reader: str) -> None:
    assert not reads_otherwise(reader, Ocr())
    assert not reads_otherwise(reader, ALWAYS)
