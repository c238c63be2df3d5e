"""Thousands of damaged files: none stops the program, and each one is read or said to be unreadable.

The sound files are small ones made here and, for every kind that other programs write, theirs (`tests/corpus/written`).
"""

from __future__ import annotations

import io
import random
import re
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from email import message_from_bytes
from email.message import EmailMessage, Message
from pathlib import Path

import pytest

from corpus.formats import ARCHIVES, READERS
from corpus.formats.sniff import OLE
from corpus.limits import Limits
from corpus.workers import WorkerPool
from qa.doctor import examine
from qa.indexing import Source, add_documents
from tests.corpus.pdf_writing import pdf
from tests.corpus.pdf_writing import text as pdf_text
from tests.fakes import FakeEncoder
from tests.qa.material import BRIDGE, FRENCH, STRENGTH, TROOPS

MUTATIONS = 2_100
LIMITS = Limits(stall_seconds=15, total_seconds=30)
_PLAIN = re.compile(r"[a-z]+(?:/[a-z]+)*\.[a-z]+")
_WORDS = "The bridge over the Ibar was reopened in 2011."


def _docx() -> bytes:
    import docx

    document = docx.Document()
    document.add_heading("Report", 1)
    document.add_paragraph(_WORDS)
    table = document.add_table(2, 2)
    for number, word in enumerate(("Year", "Troops", "2001", "38,000")):
        table.cell(number // 2, number % 2).text = word
    return _saved(document.save)


def _pptx() -> bytes:
    import pptx

    slides = pptx.Presentation()
    slide = slides.slides.add_slide(slides.slide_layouts[1])
    slide.shapes.title.text = "Report"
    slide.placeholders[1].text = _WORDS
    return _saved(slides.save)


def _xlsx() -> bytes:
    import openpyxl

    book = openpyxl.Workbook()
    for row in (["Year", "Troops"], [2001, 38000], [2008, 16000], ["Note", _WORDS]):
        book.active.append(row)
    return _saved(book.save)


def _odt() -> bytes:
    from odf.opendocument import OpenDocumentText
    from odf.text import H, P

    document = OpenDocumentText()
    document.text.addElement(H(outlinelevel=1, text="Report"))
    document.text.addElement(P(text=_WORDS))
    return _saved(document.write)


def _ods() -> bytes:
    from odf.opendocument import OpenDocumentSpreadsheet
    from odf.table import Table, TableCell, TableRow
    from odf.text import P

    document = OpenDocumentSpreadsheet()
    table = Table(name="Troops")
    for words in (("Year", "Troops"), ("2001", "38,000")):
        row = TableRow()
        for word in words:
            cell = TableCell(valuetype="string")
            cell.addElement(P(text=word))
            row.addElement(cell)
        table.addElement(row)
    document.spreadsheet.addElement(table)
    return _saved(document.write)


def _mail() -> bytes:
    message = EmailMessage()
    message["Subject"], message["From"], message["Date"] = (
        "Report",
        "a@example.org",
        "Mon, 1 Feb 2010 10:00:00 +0000",
    )
    message.set_content(_WORDS)
    message.add_alternative(TROOPS, subtype="html")
    message.add_attachment(BRIDGE.encode(), maintype="text", subtype="plain", filename="bridge.txt")
    return message.as_bytes()


def _saved(save: Callable[[io.BytesIO], object]) -> bytes:
    stream = io.BytesIO()
    save(stream)
    return stream.getvalue()


def _epub() -> bytes:
    container = (
        '<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
        '<rootfile full-path="book.opf" media-type="application/oebps-package+xml"/></rootfiles></container>'
    )
    book = (
        '<package version="3.0" unique-identifier="id" xmlns="http://www.idpf.org/2007/opf"><metadata '
        'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:identifier id="id">x</dc:identifier><dc:title>Report</dc:title>'
        '<dc:language>en</dc:language></metadata><manifest><item id="one" href="one.xhtml" '
        'media-type="application/xhtml+xml"/></manifest><spine><itemref idref="one"/></spine></package>'
    )
    page = f'<html xmlns="http://www.w3.org/1999/xhtml"><head><title>One</title></head><body><p>{_WORDS}</p></body></html>'
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("mimetype", "application/epub+zip")
        archive.writestr("META-INF/container.xml", container)
        archive.writestr("book.opf", book)
        archive.writestr("one.xhtml", page)
    return stream.getvalue()


def _zip() -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a/bridge.txt", BRIDGE)
        archive.writestr("troops.html", TROOPS)
    return stream.getvalue()


_RTF = (
    r"{\rtf1\ansi{\fonttbl{\f0 Arial;}}{\info{\title Report}}\f0\b Head\b0\par " + _WORDS + r"\par caf\'e9}"
)
_MADE: dict[str, Callable[[], bytes]] = {
    "txt": BRIDGE.encode,
    "md": (STRENGTH + FRENCH).encode,
    "html": TROOPS.encode,
    "csv": b"Year,Troops\n2001,38000\n2008,16000\n".strip,
    "pdf": lambda: pdf(pdf_text(["Report on the bridge", "", _WORDS])),
    "docx": _docx,
    "pptx": _pptx,
    "xlsx": _xlsx,
    "odt": _odt,
    "ods": _ods,
    "eml": _mail,
    "rtf": _RTF.encode,
    "epub": _epub,
    "zip": _zip,
}
_WRITTEN = Path(__file__).parents[1] / "corpus" / "written"
_LIKE = {
    "markdown": "md",
    "htm": "html",
    "docm": "docx",
    "pptm": "pptx",
    "xlsm": "xlsx",
    "tsv": "csv",
    "mht": "mhtml",
}


def seeds() -> dict[str, tuple[bytes, ...]]:
    """Sound files of every kind that is read."""
    found = {name: [make()] for name, make in _MADE.items()}
    for path in sorted(_WRITTEN.iterdir()):
        found.setdefault(path.suffix[1:], []).append(path.read_bytes())
    found |= {name: found[like] for name, like in _LIKE.items()}
    return {name: tuple(files) for name, files in found.items() if f".{name}" in (*READERS, *ARCHIVES)}


def mutated(data: bytes, chance: random.Random) -> bytes:
    """The file with some damage; in a package half of the time inside one of its parts."""
    if data[:2] == b"PK" and chance.random() < 0.5:
        return _part_mutated(data, chance)
    changed = bytearray(data)
    for _ in range(chance.choice((1, 1, 2, 5, 30))):
        place = chance.randrange(len(changed) + 1)
        length = chance.choice((1, 2, 4, 50, 500))
        damage = chance.randrange(6)
        if damage == 0:
            changed[place : place + length] = chance.randbytes(length)
        elif damage == 1:
            del changed[place : place + length]
        elif damage == 2:
            changed[place:place] = changed[max(0, place - length) : place] * chance.choice((1, 3, 40))
        elif damage == 3:
            changed[place : place + 1] = bytes([chance.choice((0, 9, 10, 34, 38, 60, 62, 92, 123, 127, 255))])
        elif damage == 4:
            changed[place:place] = str(chance.choice((-1, 0, 2**31, 2**63, 10**30))).encode()
        elif chance.random() < 0.3:
            del changed[place:]
    return bytes(changed)


def _part_mutated(data: bytes, chance: random.Random) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        names = old.namelist()
        doomed = chance.choice(names)
        for name in names:
            part = old.read(name)
            if name != doomed:
                new.writestr(name, part)
            elif chance.random() < 0.9:
                new.writestr(name, mutated(part, chance) if part[:2] != b"PK" else part)
    return stream.getvalue()


def _sources(chance: random.Random) -> Iterator[Source]:
    sound = seeds()
    kinds = sorted(sound)
    for number in range(MUTATIONS):
        kind = kinds[number % len(kinds)]
        # now and then under another kind's name
        suffix = kind if chance.random() < 0.9 else chance.choice(kinds)
        data = mutated(chance.choice(sound[kind]), chance)
        yield Source(f"{number:04d}.{suffix}", f"upload:{number:04d}.{suffix}", data)


def test_there_is_a_sound_file_for_every_kind(tmp_path: Path) -> None:
    sound = seeds()
    assert {f".{kind}" for kind in sound} == {*READERS, *ARCHIVES}
    assert sound["xls"][0].startswith(OLE) and b"multipart/related" in sound["mht"][0]
    sources = [
        Source(f"{number}.{kind}", f"upload:{kind}{number}", data)
        for kind, files in sorted(sound.items())
        for number, data in enumerate(files)
    ]
    report = add_documents(tmp_path / "library", sources, FakeEncoder())
    assert not report.failed


@pytest.mark.slow
def test_no_damaged_file_stops_the_program_or_is_lost(tmp_path: Path) -> None:
    sources = list(_sources(random.Random(20_240_601)))
    with WorkerPool(2, LIMITS) as pool:
        report = add_documents(tmp_path / "library", sources, FakeEncoder(), reading=pool)
    told = Counter(
        [
            *report.added,
            *report.unchanged,
            *report.replaced,
            *(f.path for f in report.failed),
            *report.skipped,
        ]
    )
    assert max(told.values()) == 1
    refused = {failure.path for failure in report.failed}
    containers = 0
    for source in sources:
        inside = [path for path in told if path.startswith(f"{source.path}/")]
        if source.path in refused:
            continue
        data = source.data or b""
        packed = source.path.endswith(".eml") or source.path not in told  # a zip is one under any name
        assert packed or not inside, source.path
        if packed:
            containers += 1
            _assert_all_told(
                source.path, _attached(data) if source.path.endswith(".eml") else _zipped(data), inside
            )
            assert source.path in told or inside, source.path
    assert containers > MUTATIONS // 30
    assert all(failure.reason.strip() for failure in report.failed)
    mistakes = [failure.reason for failure in report.failed if "mistake in the program" in failure.reason]
    assert not mistakes, mistakes[:10]
    assert len(report.added) > MUTATIONS // 4
    assert examine(tmp_path / "library").sound


def _assert_all_told(container: str, names: list[str], inside: list[str]) -> None:
    """What Python's own modules find in a container is in the library, failed with a reason, or told as of no known kind."""
    for name in names:
        if _PLAIN.fullmatch(name) and names.count(name) == 1:
            place = f"{container}/{name}"
            assert any(path == place or path.startswith(f"{place}/") for path in inside), (place, inside)
    assert len(inside) >= len(names), (container, names, inside)


def _zipped(data: bytes) -> list[str]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return [
            info.filename
            for info in archive.infolist()
            if not info.is_dir() and not info.filename.rpartition("/")[2].startswith(".")
        ]


def _attached(data: bytes) -> list[str]:
    return [part.get_filename() or "" for part in _parts(message_from_bytes(data), outermost=True)]


def _parts(part: Message, *, outermost: bool = False) -> Iterator[Message]:
    """The named parts below a message; what an attached message holds is that message's."""
    inner = part.get_payload()
    if part.get_content_maintype() == "multipart" and isinstance(inner, list):
        for child in inner:
            yield from _parts(child) if isinstance(child, Message) else ()
    elif not outermost and part.get_filename() is not None and "Content-ID" not in part:
        yield part
