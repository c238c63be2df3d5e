"""A folder of files as people have them, in every format, some broken in ways that happen.

python -m tests.qa.mixed_files FOLDER [COUNT]     # lays down COUNT files (1,000), each twentieth broken
"""

from __future__ import annotations

import io
import sys
import zipfile
from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path

from corpus.formats.sniff import OLE
from tests.corpus.pdf_writing import pdf
from tests.corpus.pdf_writing import text as lines
from tests.qa.material import BRIDGE, HARVEST, STRENGTH, TROOPS, write

EVERY = 20
"""One in so many files is broken."""
_WRITTEN = Path(__file__).parents[1] / "corpus" / "written"
_COUNTED = b"4,318"  # passengers in the report of `written/`


def _numbered(text: str, number: int) -> bytes:
    return f"{text}\nThe clerk filed this under number {number:,}.\n".encode()


def _report(suffix: str) -> Callable[[int], bytes]:
    """The report as another program wrote it, with another number of passengers."""
    data = (_WRITTEN / f"report.{suffix}").read_bytes()
    return lambda number: _packed(data, _COUNTED, f"{number:,}".encode())


def _packed(data: bytes, old: bytes, new: bytes) -> bytes:
    """A file with some bytes exchanged, wherever they are in its parts."""
    if not data.startswith(b"PK"):
        return data.replace(old, new)
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as before, zipfile.ZipFile(target, "w") as after:
        for info in before.infolist():
            after.writestr(info, before.read(info).replace(old, new))
    return target.getvalue()


def _sheet(suffix: str) -> Callable[[int], bytes]:
    data = (_WRITTEN / f"crossings.{suffix}").read_bytes()
    return lambda number: _packed(data, b"Orredam", f"Pier{number:03d}"[-7:].encode())


def _mail(number: int) -> bytes:
    message = EmailMessage()
    message["Subject"], message["From"] = f"Letter {number}", "Ana <ana@mission.example>"
    message["Date"] = "Mon, 1 Feb 2010 10:00:00 +0000"
    message.set_content(f"The clerk filed this under number {number:,}. The list is attached.")
    message.add_attachment(_numbered(HARVEST, number), maintype="text", subtype="plain", filename="list.txt")
    return bytes(message)


def _zip(number: int) -> bytes:
    return zipped({"notes/bridge.txt": _numbered(BRIDGE, number), "strength.md": _numbered(STRENGTH, number)})


def zipped(files: dict[str, bytes]) -> bytes:
    """An archive of these files."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)
    return target.getvalue()


def _pdf(number: int) -> bytes:
    page = [
        "Report on the bridge",
        "",
        f"The clerk filed this under number {number:,}.",
        "The bridge was closed.",
    ]
    return pdf(lines(page), lines([f"Page two of report {number:,} names the engineers."]))


GOOD: dict[str, Callable[[int], bytes]] = {
    "txt": lambda number: _numbered(BRIDGE, number),
    "md": lambda number: _numbered(STRENGTH, number),
    "html": lambda number: TROOPS.replace("38,000", f"{number:,}").encode(),
    "csv": lambda number: f"Year,Troops\n2001,{number}\n2008,16000\n".encode(),
    "pdf": _pdf,
    "eml": _mail,
    "zip": _zip,
    **{suffix: _report(suffix) for suffix in ("docx", "odt", "rtf", "epub", "pptx", "mhtml")},
    **{suffix: _sheet(suffix) for suffix in ("xlsx", "xls", "ods")},
}
_HOLDS = {"eml": ("", "/list.txt"), "zip": ("/notes/bridge.txt", "/strength.md")}


def _half(suffix: str) -> Callable[[int], bytes]:
    return lambda number: (whole := GOOD[suffix](number))[: len(whole) // 2]


def _without(suffix: str, part: str) -> Callable[[int], bytes]:
    def made(number: int) -> bytes:
        target = io.BytesIO()
        with (
            zipfile.ZipFile(io.BytesIO(GOOD[suffix](number))) as before,
            zipfile.ZipFile(target, "w") as after,
        ):
            for info in before.infolist():
                if info.filename != part:
                    after.writestr(info, before.read(info))
        return target.getvalue()

    return made


BROKEN: tuple[tuple[str, Callable[[int], bytes], str], ...] = (
    # suffix, what is in the file, words of the reason that is told
    ("txt", lambda number: b"", "is empty: it has 0 bytes"),
    ("docx", lambda number: b"", "is empty: it has 0 bytes"),
    ("txt", lambda number: b" \n" * (number + 1), "holds no text"),
    ("html", lambda number: f"<!-- {number} --><p></p>".encode(), "no text"),
    ("pdf", lambda number: f"%PDF-1.4 {number} nothing".encode(), "damaged"),
    ("pdf", lambda number: pdf(lines([f"Secret {number}"]), password="sesame"), "--password"),
    ("pdf", lambda number: pdf(lambda canvas: canvas.setTitle(f"{number}")), "is empty: none of its"),
    ("docx", _half("docx"), "damaged or cut off"),
    ("odt", _half("odt"), "damaged or cut off"),
    ("xlsx", _half("xlsx"), "damaged or cut off"),
    ("pptx", _half("pptx"), "damaged or cut off"),
    ("epub", _half("epub"), "damaged or cut off"),
    ("zip", _half("zip"), "damaged or cut off"),
    ("xlsx", _without("xlsx", "xl/workbook.xml"), "no workbook"),
    ("odt", _without("odt", "content.xml"), "no text part"),
    ("doc", lambda number: OLE + f"{number}".encode() + "WordDocument".encode("utf-16-le"), "old binary format of Word"),
    ("xls", lambda number: OLE + bytes(600 + number) + "Workbook".encode("utf-16-le"), "not a spreadsheet"),
    ("rtf", lambda number: b"{\\rtf1\\ansi{\\*\\generator " + f"{number}".encode() + b"}}", "no text"),
    ("eml", lambda number: f"Letter {number} without any headers.".encode(), "not an e-mail"),
    ("mhtml", lambda number: f"From: a\nSubject: {number}\nContent-Type: text/plain\n\nx".encode(), "no HTML part"),
    ("docx", lambda number: zipped({"word/document.xml": b"0" * 60_000_000 + str(number).encode()}), "no honest file"),
)  # fmt: skip


def mixed(count: int) -> tuple[dict[str, bytes], dict[str, str]]:
    """Files by their paths, and of the broken ones the words that their reasons hold; two calls give the same."""
    files: dict[str, bytes] = {}
    broken: dict[str, str] = {}
    suffixes = list(GOOD)
    for number in range(count):
        stem = f"{number % 7}/{number:04d}"
        if number % EVERY == EVERY // 2:
            suffix, make, words = BROKEN[number // EVERY % len(BROKEN)]
            broken[f"{stem}.{suffix}"] = words
        else:
            suffix = suffixes[number % len(suffixes)]
            make = GOOD[suffix]
        files[f"{stem}.{suffix}"] = make(number)
    return files, broken


def documents(files: dict[str, bytes], broken: dict[str, str]) -> set[str]:
    """The paths under which a library shows the documents of these files."""
    return {
        f"{path}{inner}"
        for path in files
        if path not in broken
        for inner in _HOLDS.get(path.rpartition(".")[2], ("",))
    }


if __name__ == "__main__":
    made, damaged = mixed(int(sys.argv[2]) if len(sys.argv) > 2 else 1_000)
    write(Path(sys.argv[1]), made)
    sys.stdout.write(
        f"{len(made)} files, {len(damaged)} of them broken, {len(documents(made, damaged))} documents\n"
    )
