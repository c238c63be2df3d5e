"""Pages whose fonts name their letters wrongly: noticed, compared with their picture, read from it where that differs.

The files are written by reportlab with an embedded font, and pikepdf exchanges letters in the font's own map (ToUnicode):
the page looks as before, and copying from it gives nonsense.
"""

from __future__ import annotations

import io
import random
import re
import shutil
import string
import unicodedata
from collections.abc import Iterator, Mapping
from pathlib import Path

import pikepdf
import pytest

from corpus.formats import ocr, reread
from corpus.formats.ocr import Ocr, OcrMode
from corpus.formats.pdf import boxes, read_pdf
from corpus.formats.pdf_legible import Legible, legible
from corpus.formats.pdf_lines import Line, PageText, Word
from corpus.types import BlockKind, Document
from tests.corpus.pdf_writing import Draw, both, pdf, text

needs_tesseract = pytest.mark.skipif(shutil.which("tesseract") is None, reason="tesseract is not installed")
NEVER = Ocr(OcrMode.NEVER)
PROSE = [
    "The ferry company carried more passengers in the spring than in the whole of the year before,",
    "although two of its boats were under repair. The harbour office had asked for a third pier, and",
    "the council of the town agreed to pay half of its cost. Work on the pier began on 4 May and was",
    "finished within eleven weeks. The old pier is now used by fishermen, who sell their catch there",
    "on Thursdays. According to the office 21,960 passengers crossed the river between March and June.",
]
NAMES = [
    "Orredam, Lemmick, Vastoor, Querrin, Ilmbach, Zotrava, Pellucq, Drammik, Usterholt, Khevany, Brellow,",
    "Tzarnik, Fjellvig, Ogmundra, Wexcombe, Sarrulq, Nyborak, Ghislet, Vrontash, Ikkelmo, Pwllgarth, Xandry,",
    "Quortsk, Belzunna, Hrodvik, Cymmerich, Ytterfoss, Ozgurlan, Mzimbala, Plodkrat, Gwenfrau, Skelmord,",
    "Tovrenka, Ullapskar, Zwentibul, Jorrenda, Krvavec, Hjelmsund, Dzoragyu, Eplatur, Lwowiak, Schmerzt.",
]
_LOW = string.ascii_lowercase


def _exchanged(letters: str, others: str) -> dict[int, int]:
    pairs = dict(zip(map(ord, letters), map(ord, others), strict=True))
    return pairs | {a - 32: b - 32 for a, b in pairs.items()}


def _mixed(letters: str, seed: int) -> str:
    return "".join(random.Random(seed).sample(letters, len(letters)))


CONSONANTS = "".join(letter for letter in _LOW if letter not in "aeiou")
CIPHERS: dict[str, dict[int, int]] = {
    "any letter": _exchanged(_LOW, _mixed(_LOW, 2)),
    "the next letter": _exchanged(_LOW, _LOW[1:] + "a"),
    "places in the font": {code: code - 29 for code in range(0x21, 0x7F)},
    "vowels among themselves": _exchanged("aeiou" + CONSONANTS, "eioua" + _mixed(CONSONANTS, 1)),
}
BEYOND_DOUBT = ("any letter", "the next letter", "places in the font")


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    for each in (ocr.engine, ocr.installed_languages):
        each.cache_clear()
    yield
    for each in (ocr.engine, ocr.installed_languages):
        each.cache_clear()


def _embedded(lines: list[str], top: float = 700) -> Draw:
    from reportlab import rl_config
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont

    paths = [Path(folder) / "Vera.ttf" for folder in rl_config.TTFSearchPath]
    path = next((path for path in paths if path.is_file()), None)
    if path is None:
        pytest.skip("reportlab came without its fonts")
    pdfmetrics.registerFont(TTFont("Vera", str(path)))
    return text(lines, font="Vera", left=40, top=top, size=10, pitch=14)


def garbled(data: bytes, cipher: Mapping[int, int]) -> bytes:
    """The file with letters exchanged in every map from the characters of a font to Unicode."""

    def other(match: re.Match[bytes]) -> bytes:
        code = int(match[1], 16)
        return b"<%04X>" % cipher.get(code, code)

    target = io.BytesIO()
    with pikepdf.open(io.BytesIO(data)) as file:
        for font in file.objects:
            if isinstance(font, pikepdf.Dictionary) and "/ToUnicode" in font:
                font.ToUnicode.write(re.sub(rb"<([0-9A-F]{4})>", other, font.ToUnicode.read_bytes()))
        file.save(target)
    return target.getvalue()


def _words(document: Document, page: int) -> list[str]:
    stretches = [document.text[each.start : each.end] for each in document.pages if each.number == page]
    return re.findall(r"\w+", " ".join(stretches))


def _file(cipher: str) -> bytes:
    return garbled(pdf(text(PROSE[:2]), _embedded(PROSE)), CIPHERS[cipher])


@pytest.mark.parametrize("cipher", BEYOND_DOUBT)
def test_what_is_garbled_beyond_doubt_is_left_out_where_no_picture_is_read(cipher: str) -> None:
    document = read_pdf(_file(cipher), "garbled.pdf", ocr=NEVER)
    assert document.notes == (
        "page 2 is garbled by its fonts and was not read: reading of pictures is switched off",
    )
    kinds = {block.kind for block in document.blocks if document.page_at(block.start) == 2}
    assert kinds == {BlockKind.BOILERPLATE}


def test_what_may_be_garbled_stays_and_is_told_where_no_picture_is_read() -> None:
    document = read_pdf(_file("vowels among themselves"), "garbled.pdf", ocr=NEVER)
    assert document.notes == (
        "page 2 reads like no known language and may be garbled by the fonts; it was not compared with the picture: "
        "reading of pictures is switched off",
    )
    kinds = {block.kind for block in document.blocks if document.page_at(block.start) == 2}
    assert kinds == {BlockKind.PARAGRAPH}


def test_without_tesseract_it_is_said_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("corpus.formats.ocr.shutil.which", lambda _name: None)
    for cipher in CIPHERS:
        document = read_pdf(_file(cipher), "garbled.pdf")
        assert "tesseract" in document.notes[0] and document.reader.endswith("+unread")


@needs_tesseract
@pytest.mark.parametrize("cipher", CIPHERS)
def test_a_garbled_page_is_read_well_from_its_picture(cipher: str) -> None:
    data = _file(cipher)
    document = read_pdf(data, "garbled.pdf")
    shown = re.findall(r"\w+", " ".join(PROSE))
    read = _words(document, 2)
    assert sum(word in read for word in shown) >= 0.97 * len(shown)
    assert "the council of the town agreed to pay half of its cost." in document.text
    assert document.notes == ()
    assert document.ocr_confidence(*_place(document, "half of its cost")) is not None
    assert (
        document.ocr_confidence(*_place(document, PROSE[0][:30])) is None
    )  # the first page is as the file has it
    page, left, bottom, right, top = boxes(data, *_place(document, "half of its cost"), document.reader)[0]
    assert page == 2 and 200 < left < right < 340 and 665 < bottom < top < 690
    assert reread(data, document).text == document.text


def _place(document: Document, words: str) -> tuple[int, int]:
    start = document.text.index(words)
    return start, start + len(words)


@needs_tesseract
def test_one_garbled_font_of_two_is_noticed() -> None:
    sound = text([f"Note {number}. {line}" for number, line in enumerate(PROSE)], left=40, top=400, size=9)
    data = garbled(pdf(both(_embedded(PROSE), sound)), CIPHERS["any letter"])
    document = read_pdf(data, "garbled.pdf")
    assert "the council of the town agreed to pay half of its cost." in document.text
    assert read_pdf(data, "garbled.pdf", ocr=NEVER).notes[0].startswith("page 1 ")


@needs_tesseract
def test_text_that_reads_like_no_language_stays_where_its_picture_shows_the_same_words() -> None:
    data = pdf(_embedded(NAMES))
    document = read_pdf(data, "names.pdf")
    assert re.findall(r"\w+", document.text) == re.findall(r"\w+", " ".join(NAMES))
    assert (document.notes, document.ocr_confidence(0, 20)) == ((), None)
    assert "+tesseract-" in document.reader
    assert reread(data, document).text == document.text
    (told,) = read_pdf(data, "names.pdf", ocr=NEVER).notes
    assert told.startswith("page 1 reads like no known language and may be garbled")


SOUND = {
    "English": " ".join(PROSE),
    "German": "Die Fähre fuhr im Winter nur an drei Tagen der Woche, weil das Eis auf dem Fluss zu dick war und der Motor "
    "des zweiten Bootes erneuert wurde. Im Frühjahr kamen dann mehr Reisende als im ganzen Jahr zuvor, und das Amt "
    "ließ am Ufer eine dritte Brücke für die Boote bauen.",
    "Albanian": "Trageti udhëtoi gjatë dimrit vetëm tri ditë në javë, sepse akulli në lumë ishte i trashë dhe motori i "
    "anijes së dytë po riparohej. Në pranverë erdhën më shumë udhëtarë se gjatë gjithë vitit të kaluar, dhe zyra e "
    "portit ndërtoi një skelë të tretë për anijet e reja në bregun e lumit.",
    "Serbian": "Skela je tokom zime vozila samo tri dana u nedelji, jer je led na reci bio debeo i motor drugog broda se "
    "popravljao. U proleće je došlo više putnika nego tokom cele prošle godine, pa je lučka kancelarija sagradila treći "
    "pristan za nove brodove na obali reke kod starog mosta.",
    "Finnish": "Lautta kulki talvella vain kolmena päivänä viikossa, koska joen jää oli liian paksua ja toisen veneen "
    "konetta korjattiin. Keväällä matkustajia tuli enemmän kuin koko edellisenä vuonna, joten satamatoimisto rakensi "
    "rannalle kolmannen laiturin uusia veneitä varten vanhan sillan lähelle ja palkkasi sinne kaksi uutta vartijaa, jotka "
    "asuvat kylässä joen toisella puolella ja soutavat joka aamu töihin.",
    "Greek": "Το πλοίο ταξίδευε τον χειμώνα μόνο τρεις ημέρες την εβδομάδα, γιατί ο πάγος στο ποτάμι ήταν πολύ παχύς και η "
    "μηχανή του δεύτερου πλοίου επισκευαζόταν. Την άνοιξη ήρθαν περισσότεροι επιβάτες από ό,τι σε όλο το προηγούμενο "
    "έτος, και το γραφείο του λιμανιού έχτισε μια τρίτη αποβάθρα για τα νέα πλοία.",
}


def _page(words: str) -> PageText:
    lines = [
        Line(
            1,
            [
                Word(word, range(0), 70 + 40 * n, 700 - 14 * row, 100 + 40 * n, 710 - 14 * row)
                for n, word in enumerate(each)
            ],
        )
        for row, each in enumerate(_tens(words.split()))
    ]
    return PageText(1, 612, 792, lines, len(words))


def _tens(words: list[str]) -> list[list[str]]:
    return [words[start : start + 10] for start in range(0, len(words), 10)]


@pytest.mark.parametrize("language", SOUND)
def test_prose_in_many_languages_is_not_taken_for_garbled(language: str) -> None:
    assert legible(_page(SOUND[language])) is Legible.YES


@pytest.mark.parametrize("language", [name for name in SOUND if name not in ("Greek", "Finnish")])
def test_the_same_with_its_letters_mixed_is(language: str) -> None:
    plain = "".join(c for c in unicodedata.normalize("NFD", SOUND[language]) if not unicodedata.combining(c))
    words = plain.translate(CIPHERS["any letter"])
    assert legible(_page(words)) is not Legible.YES
