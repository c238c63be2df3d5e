"""EPUB books of both versions, put together as publishers' programs do."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

from corpus.types import Origin
from tests.corpus.office import FILLER, bomb, exchanged, part, refused, sound
from tests.corpus.reading import show

CONTAINER = """<?xml version="1.0"?><container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container">
<rootfiles><rootfile full-path="OEBPS/content.opf" media-type="application/oebps-package+xml"/></rootfiles></container>"""
PACKAGE = """<?xml version="1.0" encoding="utf-8"?><package xmlns="http://www.idpf.org/2007/opf" version="3.0">
<metadata xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:opf="http://www.idpf.org/2007/opf">
<dc:title>The Years of Return</dc:title><dc:creator opf:role="aut">Ana Gashi</dc:creator>
<dc:creator opf:role="ill">An Illustrator</dc:creator><dc:publisher>Valley Press</dc:publisher>
<dc:date opf:event="modification">2015-01-01</dc:date><dc:date>2009-10-05T00:00:00+00:00</dc:date>
<dc:language>en-GB</dc:language></metadata>
<manifest><item id="two" href="chapter%20two.xhtml" media-type="application/xhtml+xml"/>
<item id="one" href="one.xhtml" media-type="application/xhtml+xml"/>
<item id="ncx" href="toc.ncx" media-type="application/x-dtbncx+xml"/>
<item id="nav" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/>
<item id="pic" href="images/a.png" media-type="image/png"/></manifest>
<spine toc="ncx"><itemref idref="nav"/><itemref idref="one"/><itemref idref="two"/><itemref idref="one"/></spine>
</package>"""
NCX = """<?xml version="1.0"?>
<!DOCTYPE ncx PUBLIC "-//NISO//DTD ncx 2005-1//EN" "http://www.daisy.org/z3986/2005/ncx-2005-1.dtd">
<ncx xmlns="http://www.daisy.org/z3986/2005/ncx/"><navMap><navPoint><navLabel><text>Two: The Tents</text></navLabel>
<content src="chapter%20two.xhtml#start"/></navPoint></navMap></ncx>"""
NAV = """<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops"><body><nav epub:type="toc"><ol>
<li><a href="one.xhtml">One</a></li></ol></nav></body></html>"""
ONE = f"""<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"><head><title/></head><body><h1>One</h1>
<p>{FILLER}<a id="x"/>
There were 415&nbsp;returns.</p><aside epub:type="footnote"><p>A short note.</p></aside></body></html>"""
TWO = f"""<html xmlns="http://www.w3.org/1999/xhtml"><head><title>x</title></head><body><p>{FILLER}</p>
<table><tr><th>Town</th><th>Returns</th></tr><tr><td>Peja</td><td>415</td></tr></table></body></html>"""


def book(changes: Mapping[str, str | None] | None = None) -> bytes:
    parts: dict[str, str | None] = {
        "mimetype": "application/epub+zip",
        "META-INF/container.xml": CONTAINER,
        "OEBPS/content.opf": PACKAGE,
        "OEBPS/toc.ncx": NCX,
        "OEBPS/nav.xhtml": NAV,
        "OEBPS/one.xhtml": ONE,
        "OEBPS/chapter two.xhtml": TWO,
        "OEBPS/images/a.png": "x",
    }
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, text in {**parts, **(changes or {})}.items():
            if text is not None:
                archive.writestr(path, text)
    return target.getvalue()


def test_chapters_come_in_the_order_of_the_spine() -> None:
    document = sound(book(), "book.epub")
    assert show(document) == [
        ("boilerplate", "One"),
        ("heading", "One"),
        ("paragraph", f"{FILLER} There were 415\u00a0returns."),
        ("paragraph", "A short note."),
        ("heading", "Two: The Tents"),
        ("paragraph", FILLER),
        ("table-header", "Town | Returns"),
        ("table-row", "Peja | 415"),
    ]
    assert document.notes == ("1 picture is not read.",)


def test_metadata_is_that_of_the_package() -> None:
    metadata = sound(book(), "book.epub").metadata
    assert (metadata.title.value, metadata.title.origin) == ("The Years of Return", Origin.META)
    assert metadata.author_names == ("Ana Gashi",)
    assert metadata.publisher is not None and metadata.publisher.value == "Valley Press"
    assert metadata.published is not None
    assert (str(metadata.published.date), metadata.published.origin) == ("2009-10-05", Origin.META)
    assert metadata.language is not None and metadata.language.value == "en"


def test_locked_books_are_refused_but_not_for_their_fonts() -> None:
    def locked(path: str) -> bytes:
        reference = f'<EncryptedData><CipherData><CipherReference URI="{path}"/></CipherData></EncryptedData>'
        space = "urn:oasis:names:tc:opendocument:xmlns:container"
        return book({"META-INF/encryption.xml": f'<encryption xmlns="{space}">{reference}</encryption>'})

    assert "locked by its seller" in refused(locked("OEBPS/chapter%20two.xhtml"), "a.epub")
    assert sound(locked("OEBPS/font.otf"), "a.epub").text


def test_missing_chapters_are_said_and_books_without_order_read() -> None:
    assert "1 chapter is missing." in sound(book({"OEBPS/one.xhtml": None}), "a.epub").notes
    no_order = PACKAGE[: PACKAGE.index("<spine")] + "</package>"
    assert "Peja | 415" in sound(book({"OEBPS/content.opf": no_order}), "a.epub").text
    assert "Peja | 415" in sound(book({"META-INF/container.xml": None}), "a.epub").text


def test_broken_books_are_refused_in_words() -> None:
    data = book()
    assert "is empty: it has 0 bytes" in refused(b"", "a.epub")
    assert "damaged or cut off" in refused(data[: len(data) // 2], "a.epub")
    assert "no package file" in refused(book({"OEBPS/content.opf": None}), "a.epub")
    assert "XML is broken" in refused(book({"OEBPS/content.opf": "<package>"}), "a.epub")
    nothing = dict.fromkeys(("OEBPS/one.xhtml", "OEBPS/chapter two.xhtml", "OEBPS/nav.xhtml"))
    assert "holds no text" in refused(book(nothing), "a.epub")
    assert "no honest file" in refused(bomb(data, "OEBPS/images/b.bmp"), "a.epub")
    evil = PACKAGE.replace("<package", '<!DOCTYPE p [<!ENTITY x SYSTEM "file:///etc/passwd">]><package', 1)
    assert "document type" in refused(exchanged(data, {"OEBPS/content.opf": evil.encode()}), "a.epub")
    assert part(data, "mimetype") == "application/epub+zip"
