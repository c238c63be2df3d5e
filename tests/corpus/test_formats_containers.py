"""Zip archives and attachments: unpacked within limits, under safe names, each member on its own."""

from __future__ import annotations

import io
import stat
import zipfile
from email.message import EmailMessage

import pytest

from corpus.errors import UnreadableDocument
from corpus.formats import containers, package
from corpus.formats.containers import Member, members
from tests.corpus.test_formats_sniff import word


def zipped(*files: tuple[str | zipfile.ZipInfo, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", method) as archive:
        for name, data in files:
            archive.writestr(name, data)
    return target.getvalue()


def found(data: bytes, name: str = "a.zip") -> list[Member]:
    result = members(data, name)
    assert result is not None
    return result


def refusal(data: bytes, name: str = "a.zip") -> str:
    with pytest.raises(UnreadableDocument) as caught:
        members(data, name)
    assert str(caught.value).startswith(name)
    return str(caught.value)


def mail_with(name: str, data: bytes) -> bytes:
    mail = EmailMessage()
    mail["From"], mail["Subject"] = "a@b.example", "Figures"
    mail.set_content("Attached.")
    mail.add_attachment(data, maintype="application", subtype="octet-stream", filename=name)
    return bytes(mail)


def test_an_archive_gives_its_files_in_order() -> None:
    data = zipped(("reports/b.txt", b"b"), ("reports/a.md", b"a"), ("video.mp4", b"v"), ("empty/", b""))
    assert found(data) == [
        Member("reports/b.txt", b"b"),
        Member("reports/a.md", b"a"),
        Member("video.mp4", None),
    ]


def test_office_files_and_texts_are_no_containers() -> None:
    assert members(word(), "a.docx") is None
    assert members(word(), "a.zip") is None
    assert members(b"text", "a.txt") is None


def test_names_become_safe() -> None:
    names = (
        "../../etc/a.txt",
        "/abs/b.txt",
        "C:\\Users\\c.txt",
        "d\n\x1b[31m.txt",
        "./e.txt",
        "a//f.txt",
        "a.txt",
        "x/../a.txt",
    )
    assert [member.name for member in found(zipped(*((name, b"x") for name in names)))] == [
        "etc/a.txt", "abs/b.txt", "Users/c.txt", "d__[31m.txt", "e.txt", "a/f.txt", "a.txt", "x/a.txt",
    ]  # fmt: skip


def test_names_twice_get_numbers_and_litter_is_left() -> None:
    with pytest.warns(UserWarning, match="Duplicate"):
        data = zipped(
            ("a.txt", b"1"),
            ("a.txt", b"2"),
            ("__MACOSX/._a.txt", b"x"),
            (".DS_Store", b"x"),
            (".hidden/b.txt", b"3"),
        )
    assert [member.name for member in found(data)] == ["a.txt", "a (2).txt", ".hidden/b.txt"]


def test_utf_8_names_without_their_mark_are_understood() -> None:
    data = bytearray(zipped(("tëst.txt", b"x")))
    for sign, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.index(sign) + offset
        data[at : at + 2] = b"\x00\x00"
    assert [member.name for member in found(bytes(data))] == ["tëst.txt"]


def test_archives_in_archives_down_to_the_third() -> None:
    inner = zipped(("deep.txt", b"x"))
    for level in (3, 2):
        inner = zipped((f"level{level}.zip", inner), (f"beside{level}.txt", b"y"))
    assert [(member.name, member.data, member.reason) for member in found(zipped(("level1.zip", inner)))] == [
        (
            "level1.zip/level2.zip/level3.zip",
            None,
            "is an archive in 3 others; unpack it and add what it holds",
        ),
        ("level1.zip/level2.zip/beside3.txt", b"y", ""),
        ("level1.zip/beside2.txt", b"y", ""),
    ]


def test_a_damaged_archive_in_an_archive_costs_itself_only() -> None:
    result = found(zipped(("bad.zip", zipped(("x.txt", b"x" * 1000))[:60]), ("good.txt", b"y")))
    assert [(member.name, member.data) for member in result] == [("bad.zip", None), ("good.txt", b"y")]
    assert "damaged" in result[0].reason


def test_an_archive_in_an_archive_that_holds_nothing_is_told() -> None:
    nothing = "holds nothing that can be read"
    assert found(
        zipped(("empty.zip", zipped()), ("hidden.zip", zipped((".a.txt", b"a"))), ("b.txt", b"b"))
    ) == [
        Member("empty.zip", None, nothing),
        Member("hidden.zip", None, nothing),
        Member("b.txt", b"b"),
    ]


def test_attachments_are_members_also_of_mail_in_an_archive() -> None:
    attached = word()  # once: a file holds the second that it was made in
    mail = mail_with("../../evil.docx", attached)
    assert found(mail, "m.eml") == [Member("evil.docx", attached)]
    names = [
        member.name
        for member in found(zipped(("m.eml", mail), ("n.eml", mail_with("p.zip", zipped(("q.txt", b"q"))))))
    ]
    assert names == ["m.eml", "m.eml/evil.docx", "n.eml", "n.eml/p.zip/q.txt"]


def test_links_locks_and_odd_packings_are_told() -> None:
    link = zipfile.ZipInfo("link.txt")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    assert found(zipped((link, b"/etc/passwd"))) == [Member("link.txt", None, "is a link and no file")]
    packed = found(zipped(("a.txt", b"x"), method=zipfile.ZIP_LZMA))
    assert "packed in a way" in packed[0].reason
    locked = bytearray(zipped(("a.txt", b"x"), method=zipfile.ZIP_STORED))
    locked[locked.index(b"PK\x01\x02") + 8] |= 1
    assert "password" in found(bytes(locked))[0].reason


def test_bombs_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "as no honest file does" in refusal(zipped(("a.txt", b"0" * 40_000_000)))
    many = zipped(*((f"{n}.txt", b"") for n in range(5_001)), method=zipfile.ZIP_STORED)
    assert "files and the limit" in refusal(many)
    monkeypatch.setattr(package, "MAXIMUM_TOTAL", 1_000)
    assert "would unpack to" in refusal(zipped(("a.txt", b"x" * 1_001)))
    monkeypatch.setattr(containers, "MAXIMUM_TOTAL", 1_000)
    one = zipped(("a.txt", b"x" * 600))
    assert "unpack it and add the folder" in refusal(zipped(("1.zip", one), ("2.zip", one)))


def test_damage_is_told() -> None:
    data = zipped(("a.txt", b"x" * 5_000), ("b.txt", b"y"))
    assert "damaged or cut off" in refusal(data[:100])
    assert "damaged or cut off" in refusal(b"PK\x03\x04")
    assert "damaged or cut off" in refusal(b"")
    broken = bytearray(data)
    broken[40] ^= 0xFF
    result = found(bytes(broken))
    assert result[0].data is None and "damaged" in result[0].reason
    assert result[1] == Member("b.txt", b"y")
