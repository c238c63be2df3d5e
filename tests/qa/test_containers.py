"""Archives and e-mails in a library: each file in them is a document of its own, and follows the container."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from email.message import EmailMessage
from pathlib import Path

import pytest

from qa import indexing
from qa.indexing import Progress, remove_sources
from qa.sources import Source
from tests.fakes import FakeEncoder
from tests.qa.material import BRIDGE, HARVEST, STRENGTH, Observed, add, listed, must_not_be_called


def zipped(files: Mapping[str, str | bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, data in files.items():
            archive.writestr(zipfile.ZipInfo(name), data)
    return target.getvalue()


@pytest.fixture
def library(tmp_path: Path) -> Path:
    return tmp_path / "library"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "sources"
    folder.mkdir()
    return folder


def test_every_readable_file_in_an_archive_is_a_document(library: Path, folder: Path) -> None:
    (folder / "old.zip").write_bytes(
        zipped({"a/bridge.txt": BRIDGE, "harvest.txt": HARVEST, "film.mp4": b"x", "empty.txt": b""})
    )
    (folder / "strength.md").write_text(STRENGTH)
    steps: list[Progress] = []
    report = add(library, folder, progress=steps.append)
    assert report.added == ["old.zip/a/bridge.txt", "old.zip/harvest.txt", "strength.md"]
    assert report.skipped == ["old.zip/film.mp4"]
    assert [failure.path for failure in report.failed] == ["old.zip/empty.txt"]
    assert sorted(listed(library)) == sorted(report.added)
    assert steps[-1].done == steps[-1].total == 5


def test_an_archive_that_is_the_same_is_not_read_again(library: Path, folder: Path) -> None:
    (folder / "old.zip").write_bytes(zipped({"bridge.txt": BRIDGE, "harvest.txt": HARVEST}))
    add(library, folder)
    report = add(library, folder, reading=Observed(must_not_be_called))
    assert report.unchanged == ["old.zip/bridge.txt", "old.zip/harvest.txt"]
    assert not (report.added or report.replaced or report.failed)


def test_a_changed_archive_replaces_adds_and_removes(library: Path, folder: Path) -> None:
    archive = folder / "old.zip"
    archive.write_bytes(zipped({"bridge.txt": BRIDGE, "harvest.txt": HARVEST}))
    (folder / "old.zip2.txt").write_text(STRENGTH)
    add(library, folder)
    archive.write_bytes(zipped({"bridge.txt": BRIDGE + "\nA line more.\n", "strength.md": STRENGTH}))
    report = add(library, folder)
    assert (report.replaced, report.added) == (["old.zip/bridge.txt"], ["old.zip/strength.md"])
    assert sorted(listed(library)) == ["old.zip/bridge.txt", "old.zip/strength.md", "old.zip2.txt"]


def test_a_damaged_archive_keeps_what_it_held(library: Path, folder: Path) -> None:
    archive = folder / "old.zip"
    archive.write_bytes(zipped({"bridge.txt": BRIDGE}))
    add(library, folder)
    archive.write_bytes(archive.read_bytes()[:100])
    report = add(library, folder)
    assert [failure.path for failure in report.failed] == ["old.zip"]
    assert "damaged" in report.failed[0].reason
    assert list(listed(library)) == ["old.zip/bridge.txt"]


def test_a_mail_and_its_attachments_are_documents(library: Path, folder: Path) -> None:
    mail = EmailMessage()
    mail["Subject"], mail["From"] = "The bridge", "Ana <ana@mission.example>"
    mail.set_content("The report on the bridge is attached.")
    mail.add_attachment(BRIDGE, filename="../bridge.txt")
    (folder / "m.eml").write_bytes(bytes(mail))
    assert add(library, folder).added == ["m.eml", "m.eml/bridge.txt"]
    report = add(library, folder)
    assert report.unchanged == ["m.eml", "m.eml/bridge.txt"]


def test_uploads_unfold_too_and_removing_an_archive_removes_what_it_held(library: Path, folder: Path) -> None:
    data = zipped({"bridge.txt": BRIDGE, "harvest.txt": HARVEST})
    uploaded = [Source("u.zip", "upload:u.zip", data)]
    assert indexing.add_documents(library, uploaded, FakeEncoder()).added == [
        "u.zip/bridge.txt",
        "u.zip/harvest.txt",
    ]
    (folder / "old.zip").write_bytes(zipped({"strength.md": STRENGTH}))
    add(library, folder)
    assert remove_sources(library, [str(folder / "old.zip")]) == ["old.zip/strength.md"]
    assert remove_sources(library, ["u.zip/harvest.txt"]) == ["u.zip/harvest.txt"]
    assert remove_sources(library, ["u.zip"]) == ["u.zip/bridge.txt"]


def test_a_file_under_the_wrong_name_is_unchanged_the_second_time(library: Path, folder: Path) -> None:
    page = "<!DOCTYPE html><html lang='en'><body><p>" + HARVEST.replace("\n", " ") + "</p></body></html>"
    (folder / "page.txt").write_text(page)
    assert add(library, folder).added == ["page.txt"]
    assert add(library, folder).unchanged == ["page.txt"]


def test_an_archive_under_another_kind_s_name_is_taken_apart(library: Path, folder: Path) -> None:
    (folder / "report.docx").write_bytes(zipped({"bridge.txt": BRIDGE}))
    (folder / "notes.txt").write_bytes(zipped({"harvest.txt": HARVEST}))
    report = add(library, folder)
    assert report.added == ["notes.txt/harvest.txt", "report.docx/bridge.txt"] and not report.failed
    assert add(library, folder).unchanged == report.added
    upload = Source("sent.docx", "upload:sent.docx", zipped({"strength.md": STRENGTH}))
    assert indexing.add_documents(library, [upload], FakeEncoder()).added == ["sent.docx/strength.md"]
