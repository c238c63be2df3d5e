"""How scans are read is chosen, remembered and done again: through adding, asking and making the index anew."""

from __future__ import annotations

import io
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from threading import Event

import click
import pytest
from PIL import Image

from corpus.errors import InvalidInput
from corpus.formats import ocr
from corpus.formats.ocr import Ocr, OcrChoice, OcrMode
from corpus.library import Library
from corpus.types import Document
from corpus.worker import Task
from corpus.workers import InProcess
from qa.adding import write_report
from qa.cite import answer_to_json
from qa.doctor import examine
from qa.engine import Sourcebook
from qa.indexing import AddReport, Progress
from qa.options import ocr_choice
from qa.reindex import reindex
from tests.corpus.pdf_writing import pdf, picture, text
from tests.fakes import FakeEncoder
from tests.qa.material import add, texts

WORDS = "The lighthouse keeper counted seventeen herons at dawn"
NEVER = OcrChoice(OcrMode.NEVER)
AUTO = OcrChoice(OcrMode.AUTO)
_HOCR = (
    "<?xml version='1.0'?><html xmlns='http://www.w3.org/1999/xhtml'><body><div class='ocr_page'>"
    "<span class='ocr_line' title='bbox 200 300 1500 340; baseline 0 -8; x_size 40'>{words}</span></div></body></html>"
)


def _answer() -> bytes:
    spans = (
        f"<span class='ocrx_word' title='bbox {200 + 140 * place} 300 {320 + 140 * place} 340; x_wconf 91'>{word}</span>"
        for place, word in enumerate(WORDS.split())
    )
    return _HOCR.format(words=" ".join(spans)).encode()


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> pytest.MonkeyPatch:
    """A machine without tesseract."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr("corpus.formats.pdf_scans.engine", lambda: None)
    monkeypatch.setattr(ocr, "engine", lambda: None)
    monkeypatch.setattr(ocr, "installed_languages", lambda: frozenset[str]())
    monkeypatch.setattr(ocr, "_run", lambda *arguments: _answer())
    return monkeypatch


def install(machine: pytest.MonkeyPatch, version: str = "5.3.0") -> None:
    machine.setattr("corpus.formats.pdf_scans.engine", lambda: f"tesseract-{version}")
    machine.setattr(ocr, "engine", lambda: f"tesseract-{version}")
    machine.setattr(ocr, "installed_languages", lambda: frozenset(("eng",)))


@pytest.fixture
def sources(tmp_path: Path) -> Path:
    image = io.BytesIO()
    Image.new("L", (850, 1100), 255).save(image, "PNG")
    image.seek(0)
    folder = tmp_path / "sources"
    folder.mkdir()
    typed = text(["The council met in the town hall and spoke about the harbour for two hours."])
    (folder / "mixed.pdf").write_bytes(pdf(typed, picture(image)))
    return folder


def put(library: Path, sources: Path, choice: OcrChoice | None = None) -> AddReport:
    return add(library, sources, reading=InProcess(), ocr=choice)


def reader(library: Path) -> str:
    with Library.open(library) as opened, opened.snapshot() as snapshot:
        (record,) = snapshot.documents()
    return record.reader


def test_what_was_read_without_tesseract_is_read_again_by_itself(
    machine: pytest.MonkeyPatch, sources: Path, tmp_path: Path
) -> None:
    library = tmp_path / "library"
    report = put(library, sources)
    reason = "page 2 is a scan and was not read: install tesseract (Debian: apt-get install tesseract-ocr)"
    assert [failure.path for failure in report.incomplete] == ["mixed.pdf"]
    assert report.incomplete[0].reason.startswith(reason)
    write_report(report, tmp_path / "report.csv")
    assert f"mixed.pdf,added,{reason}" in (tmp_path / "report.csv").read_text()
    assert put(library, sources).unchanged == ["mixed.pdf"]
    install(machine)
    assert "pages that tesseract would read now, or otherwise than before: 1;" in " ".join(
        examine(library).notes
    )
    report = put(library, sources)
    assert (report.replaced, report.incomplete) == (["mixed.pdf"], [])
    assert WORDS in texts(library)["mixed.pdf"] and reader(library) == "pdf/5+tesseract-5.3.0"
    assert put(library, sources).unchanged == ["mixed.pdf"]


def test_a_quote_from_a_scan_has_its_page_and_confidence(
    machine: pytest.MonkeyPatch, sources: Path, tmp_path: Path
) -> None:
    install(machine)
    put(tmp_path / "library", sources)
    with Sourcebook.open(tmp_path / "library", encoder=FakeEncoder()) as book:
        value = answer_to_json(book.ask("How many herons did the lighthouse keeper count at dawn?"))
    cited = [each for each in (*value["citations"], *value["nearest"]) if WORDS in each["quote"]]
    assert [(each["page"], each["pages"], each["ocr_confidence"]) for each in cited] == [(2, [2], 0.91)]


def test_a_choice_is_remembered_and_what_was_read_otherwise_is_read_again(
    machine: pytest.MonkeyPatch, sources: Path, tmp_path: Path
) -> None:
    install(machine)
    library = tmp_path / "library"
    put(library, sources)
    assert put(library, sources, NEVER).replaced == ["mixed.pdf"]
    assert reader(library) == "pdf/5+unread"
    assert put(library, sources).unchanged == ["mixed.pdf"]  # remembered
    with Library.open(library) as opened, opened.snapshot() as snapshot:
        assert snapshot.ocr() == Ocr(OcrMode.NEVER)
    encoder = FakeEncoder()
    assert not reindex(library, encoder, reading=InProcess()).published
    report = reindex(library, encoder, reading=InProcess(), ocr=AUTO)
    assert (report.reread, report.published, reader(library)) == (1, True, "pdf/5+tesseract-5.3.0")
    install(machine, "5.5.0")
    assert put(library, sources).unchanged == ["mixed.pdf"]  # takes seconds a page: not by itself
    assert reindex(library, encoder, reading=InProcess()).reread == 1
    assert reader(library) == "pdf/5+tesseract-5.5.0"


def test_progress_tells_the_page_that_is_being_read(
    machine: pytest.MonkeyPatch, sources: Path, tmp_path: Path
) -> None:
    from qa import ahead

    install(machine)
    machine.setattr(ahead, "_LOOK_SECONDS", 0.01)
    steps: list[Progress] = []

    class Slow(InProcess):
        def submit(self, task: Task) -> Future[Document]:
            def read() -> Document:
                assert task.on_page is not None
                task.on_page(2)
                Event().wait(0.3)
                return task.run()

            return ThreadPoolExecutor(1).submit(read)

    add(tmp_path / "library", sources, reading=Slow(), progress=steps.append)
    assert 2 in [step.page for step in steps]


def test_what_the_machine_lacks_is_refused_before_anything_is_done(
    machine: pytest.MonkeyPatch, sources: Path, tmp_path: Path
) -> None:
    library = tmp_path / "library"
    with pytest.raises(InvalidInput, match="install tesseract"):
        put(library, sources, OcrChoice(OcrMode.ALWAYS))
    install(machine)
    with pytest.raises(InvalidInput, match="lacks the language fra; run: apt-get install tesseract-ocr-fra"):
        put(library, sources, OcrChoice(languages=("eng", "fra")))
    assert not library.exists()


def test_the_options() -> None:
    assert ocr_choice(None, None) is None
    assert ocr_choice("always", "eng+fra") == OcrChoice(OcrMode.ALWAYS, ("eng", "fra"))
    assert OcrChoice(languages=("fra",)).over(Ocr(OcrMode.NEVER)) == Ocr(OcrMode.NEVER, ("fra",))
    for wrong in ("--help", "+", "english!"):
        with pytest.raises(click.BadParameter, match="written like eng"):
            ocr_choice(None, wrong)
