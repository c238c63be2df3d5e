"""One report as other programs write it in every format: the same structure, the same facts, and a broken copy of each.

The files in `written/` come from one source (`report.md`, ours): Word, OpenDocument, RTF, EPUB, PowerPoint, HTML and plain
text by pandoc 3.9, the saved page and the PDF by Chromium, the delimited file by sqlite3. The spreadsheets come from
`crossings.fods` (ours): .xlsx, .xls and .ods by LibreOffice 7.4.7, `crossings-gnumeric` by Gnumeric 1.12.55; the mail by
mutt 2.2.12, its Date header set by hand.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from corpus.errors import UnreadableDocument
from corpus.formats import read
from corpus.formats.containers import members
from corpus.types import BlockKind, Confidence, Document, Origin
from tests.corpus.office import refused, sound

WRITTEN = Path(__file__).parent / "written"
TITLE = "Ferries on the Orre: the winter of 2012"
AUTHORS = ("Martha Ostrander", "Émile Kovač")
COUNTED = "The harbour office counted 4,318 passengers between December and February"
FACTS = [
    # file, where title, authors, date and language are read; None: it does not state them so that a program could know
    ("report.docx", Origin.TEXT, Origin.META, Origin.TEXT, Origin.META),
    ("report.odt", Origin.TEXT, Origin.META, Origin.TEXT, Origin.META),
    ("report.rtf", Origin.TEXT, None, Origin.TEXT, Origin.DETECTED),
    ("report.epub", Origin.META, Origin.META, Origin.META, Origin.META),
    ("report.pptx", Origin.TEXT, Origin.META, None, Origin.DETECTED),
    ("report.html", Origin.TITLE_TAG, Origin.META, Origin.META, Origin.META),
    ("report.mhtml", Origin.TITLE_TAG, Origin.META, Origin.META, Origin.META),
    ("report.md", Origin.FRONT_MATTER, Origin.FRONT_MATTER, Origin.FRONT_MATTER, Origin.FRONT_MATTER),
    ("report.txt", Origin.TEXT, None, Origin.TEXT, Origin.DETECTED),
    ("report.pdf", Origin.META, None, Origin.TEXT, Origin.DETECTED),
]
NAMES = [name for name, *_origins in FACTS]


def document(name: str) -> Document:
    """Read, with blocks and offsets checked: every block is a slice, and passages lose no word of the content."""
    return sound((WRITTEN / name).read_bytes(), name)


def of_kind(read_: Document, *kinds: BlockKind) -> list[str]:
    return [" ".join(read_.text[b.start : b.end].split()) for b in read_.blocks if b.kind in kinds]


@pytest.mark.parametrize(("name", "title", "authors", "date", "language"), FACTS)
def test_what_is_known(
    name: str, title: Origin, authors: Origin | None, date: Origin | None, language: Origin
) -> None:
    about = document(name).metadata
    assert (about.title.value, about.title.origin) == (TITLE, title)
    assert about.author_names == (AUTHORS if authors else ())
    assert (about.authors.origin if about.authors else None) is authors
    assert (str(about.published.date) if about.published else None) == ("2012-03-14" if date else None)
    assert (about.published.origin if about.published else None) is date
    assert about.language is not None and (about.language.value, about.language.origin) == ("en", language)
    assert about.language.confidence is (
        Confidence.MEDIUM if language is Origin.DETECTED else Confidence.HIGH
    )


@pytest.mark.parametrize("name", NAMES)
def test_headings_prose_and_lists(name: str) -> None:
    found = document(name)
    headings = of_kind(found, BlockKind.HEADING)
    wanted = ["What was counted", "Crossings", "What comes next"]
    if name.endswith(".pptx"):  # a heading of the second level is a line on its slide
        wanted.remove("What comes next")
    assert [heading for heading in headings if heading in wanted] == wanted
    (prose,) = (text for text in of_kind(found, BlockKind.PARAGRAPH) if text.startswith(COUNTED))
    assert "Ice stopped the ferries on nineteen days." in prose
    ships = [text.replace("*", "") for text in of_kind(found, BlockKind.LIST_ITEM, BlockKind.PARAGRAPH)]
    assert "The Lidia sailed 212 times." in ships
    assert any("Measured at the pier of Orredam at six in the morning." in text for text in ships)
    if not name.endswith(".pdf"):
        assert any(
            text.startswith("The Meridian sailed 187 times") for text in of_kind(found, BlockKind.LIST_ITEM)
        ) or (name.endswith(".md"))


@pytest.mark.parametrize("name", [*(name for name in NAMES if name != "report.txt"), "crossings.csv"])
def test_table_rows_keep_their_header(name: str) -> None:
    found = document(name)
    rows = [block for block in found.blocks if block.kind is BlockKind.TABLE_ROW]
    texts = of_kind(found, BlockKind.TABLE_ROW)
    assert texts == ["December | 81 | 74", "January | 52 | 31", "February | 79 | 82"]
    for row in rows:
        assert row.header is not None
        header = found.text[row.header.start : row.header.end]
        assert " ".join(header.split()) == "Month | Lidia | Meridian"


SHEETS = (
    "crossings.xlsx",
    "crossings.xls",
    "crossings.ods",
    "crossings-gnumeric.xlsx",
    "crossings-gnumeric.xls",
)
MONTHS = ["December | 81 | 74", "January | 52 | 31", "February | 79 | 82", "Total | 212 | 187"]
PIERS = [
    "Orredam café | 62.5% | 2012-03-01",
    "Lemmick | 37.5% | 2012-03-02",
    "Upper weir | 150% | 2012-03-03",
    "Lower weir | -12.55% | 2012-03-04",
    "Both piers | 100% | 2012-03-05",
]


@pytest.mark.parametrize("name", SHEETS)
def test_sheets_rows_and_properties_of_a_workbook(name: str) -> None:
    found = document(name)
    unmarked = name == "crossings-gnumeric.xlsx"  # Gnumeric does not write there that a sheet is hidden
    assert of_kind(found, BlockKind.HEADING) == [
        "Crossings",
        "Passengers",
        *(["Working"] if unmarked else []),
    ]
    assert of_kind(found, BlockKind.CAPTION) == ["Crossings by month"]
    assert of_kind(found, BlockKind.TABLE_HEADER) == ["Month | Lidia | Meridian", "Pier | Share | Counted on"]
    assert of_kind(found, BlockKind.TABLE_ROW) == [*MONTHS, *PIERS]
    assert ("Not to be shown" in found.text) is unmarked
    assert found.notes == (() if unmarked else ("The hidden sheet Working is not read.",))
    about = found.metadata
    assert (about.title.value, about.title.origin) == (TITLE, Origin.META)
    assert about.author_names == ("Martha Ostrander",)
    assert about.published is None


def test_a_mail_with_attachments() -> None:
    found = document("letter.eml")
    about = found.metadata
    assert (about.title.value, about.title.origin) == (
        "Ferries on the Orre: der Winter für Émile – 2012",
        Origin.META,
    )
    assert about.author_names == ("Émile Kovač",)
    assert about.published is not None and str(about.published.date) == "2012-03-14"
    assert any(text.startswith(COUNTED) for text in of_kind(found, BlockKind.PARAGRAPH))
    assert found.text.count(COUNTED) == 1  # the message says it twice: as plain text and as a page
    inside = members((WRITTEN / "letter.eml").read_bytes(), "letter.eml")
    assert inside is not None
    assert {member.name: len(member.data or b"") for member in inside} == {
        "crossings.csv": 69, "report.odt": 8124, "Überblick März.txt": 219, "inner.zip/crossings.csv": 69,
    }  # fmt: skip


def test_an_old_workbook_with_damaged_properties_is_read_all_the_same() -> None:
    data = (WRITTEN / "crossings.xls").read_bytes()
    broken = data.replace(
        "\x05SummaryInformation".encode("utf-16-le"), "\x05SummaryXnformation".encode("utf-16-le")
    )
    assert broken != data
    found = sound(broken, "crossings.xls")
    assert found.metadata.title.value == "crossings.xls"
    assert of_kind(found, BlockKind.TABLE_ROW) == [*MONTHS, *PIERS]


@pytest.mark.parametrize("name", [name for name in SHEETS if not name.endswith(".xls")])
def test_a_workbook_cut_off_is_refused_in_words(name: str) -> None:
    data = (WRITTEN / name).read_bytes()
    assert "damaged or cut off" in refused(data[: len(data) // 2], name)


def test_an_old_workbook_cut_off_is_refused_or_read_as_far_as_it_goes() -> None:
    data = (WRITTEN / "crossings.xls").read_bytes()
    for share in (0.1, 0.3, 0.5, 0.7, 0.9):
        try:
            assert sound(data[: int(share * len(data))], "crossings.xls").text.strip()
        except UnreadableDocument as error:
            assert "crossings.xls" in str(error)


def test_a_mail_cut_off_tells_the_attachment_that_is_damaged() -> None:
    data = (WRITTEN / "letter.eml").read_bytes()
    cut = data[: data.index(b"UEsDBBQ") + 600]
    assert COUNTED in sound(cut, "letter.eml").text
    inside = members(cut, "letter.eml")
    assert inside is not None and [member.name for member in inside] == ["crossings.csv", "report.odt"]
    assert "damaged or cut off" in refused(inside[1].data or b"", "report.odt")


def test_a_saved_page_knows_its_address() -> None:
    address = document("report.mhtml").metadata.source_url
    assert address is not None and (address.value, address.origin) == (
        "https://harbour.example/ferries",
        Origin.META,
    )


def test_pages_of_the_pdf_file() -> None:
    found = document("report.pdf")
    assert found.page_at(found.text.index(COUNTED)) == 1
    assert found.page_at(found.text.index("Measured at the pier")) == 2


@pytest.mark.parametrize(
    "name", [name for name in NAMES if name.endswith((".docx", ".odt", ".epub", ".pptx"))]
)
def test_a_package_cut_off_is_refused_in_words(name: str) -> None:
    data = (WRITTEN / name).read_bytes()
    assert "damaged or cut off" in refused(data[: len(data) // 2], name)


@pytest.mark.parametrize(
    "name", ["report.rtf", "report.html", "report.mhtml", "report.md", "report.txt", "crossings.csv"]
)
def test_a_text_cut_off_is_read_as_far_as_it_goes(name: str) -> None:
    data = (WRITTEN / name).read_bytes()
    cut = sound(data[: data.index(b"January,52" if name.endswith(".csv") else b"187 times")], name)
    assert 0 < len(cut.text) < len(document(name).text)
    assert cut.metadata.title.value == document(name).metadata.title.value


def test_a_pdf_file_cut_off_is_repaired_or_refused() -> None:
    data = (WRITTEN / "report.pdf").read_bytes()
    try:
        assert read(data[: 2 * len(data) // 3], "report.pdf").text.strip()
    except UnreadableDocument as error:
        assert "is damaged" in str(error)
